//! The counts beside the form: how many letters, who is left out and why, commune by commune, and whether it is enough to
//! see an effect.

use serde::Serialize;

use super::form::Wrong;
use crate::audience::Selection;
use crate::domain::campaign::Campaign;
use crate::domain::commune::Gazetteer;
use crate::domain::price::group_thousands;
use crate::service::advise_sample::Advice;

/// Communes that are shown one by one.
const COMMUNES_SHOWN: usize = 40;

/// The counts as templates show them.
#[derive(Debug, Serialize)]
pub struct CountsView {
    mistakes: Vec<Wrong>,
    households: String,
    all: u64,
    selected: String,
    now: String,
    later: String,
    selected_count: u64,
    left_out: Vec<Reason>,
    enough: bool,
    advice: Vec<String>,
    seats: String,
    communes: Vec<CommuneRow>,
    /// « et 12 autres communes, 340 foyers ».
    more: Option<String>,
}

#[derive(Debug, Serialize)]
struct Reason {
    label: &'static str,
    number: String,
    count: u64,
}

#[derive(Debug, Serialize)]
struct CommuneRow {
    name: String,
    code: String,
    population: String,
    workshop: String,
    seats: u16,
    now: String,
    later: String,
}

impl CountsView {
    /// What a selection came to.
    pub fn of(campaign: &Campaign, selection: &Selection, advice: Advice, mistakes: Vec<Wrong>) -> Self {
        let counts = selection.counts;
        let left_out = counts.left_out().into_iter().filter(|(_, count)| *count > 0);
        let (shown, rest) = selection.communes.split_at(selection.communes.len().min(COMMUNES_SHOWN));
        let others: u64 = rest.iter().map(|c| c.now + c.later).sum();
        let communes = shown.iter().map(|row| {
            let known = Gazetteer::embedded().get(row.commune);
            let workshop = campaign.workshops.get(row.workshop);
            CommuneRow {
                name: known.map_or_else(|| row.commune.to_string(), |c| c.name.clone()),
                code: row.commune.to_string(),
                population: known.map(|c| group_thousands(c.population.into())).unwrap_or_default(),
                workshop: workshop.map(|w| format!("{}, {}", w.venue.town, w.short_topic)).unwrap_or_default(),
                seats: workshop.map_or(0, |w| w.capacity),
                now: group_thousands(row.now),
                later: group_thousands(row.later),
            }
        });
        let seats: u64 = campaign.workshops.iter().map(|w| u64::from(w.capacity)).sum();
        Self {
            mistakes,
            households: group_thousands(counts.households),
            all: counts.households.max(1),
            selected: group_thousands(counts.selected),
            now: group_thousands(counts.now),
            later: group_thousands(counts.later),
            selected_count: counts.selected,
            left_out: left_out.map(|(label, count)| Reason { label, number: group_thousands(count), count }).collect(),
            enough: advice.enough,
            advice: advice.sentences,
            // A first mailing of this kind: from 1 to 3 in 100 households come (field notes, section 9).
            seats: match counts.now {
                0..100 => format!("{seats}\u{a0}places à remplir."),
                now => format!(
                    "{seats}\u{a0}places à remplir\u{a0}: attendez {} à {}\u{a0}foyers de {} lettres.",
                    now / 100,
                    (now * 3).div_ceil(100),
                    group_thousands(now)
                ),
            },
            communes: communes.collect(),
            more: (!rest.is_empty())
                .then(|| format!("et {}\u{a0}autres communes, {}\u{a0}foyers", rest.len(), group_thousands(others))),
        }
    }
}

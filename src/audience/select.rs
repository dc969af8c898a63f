//! The filter and the draw.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Nearest;
use crate::domain::campaign::Audience;
use crate::domain::commune::InseeCode;
use crate::domain::id::HouseholdId;
use crate::domain::retiree::Birth;

/// A household as the filter sees it.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its identifier.
    pub id: HouseholdId,
    /// Its place in chance order.
    pub draw_order: String,
    /// The commune, where it is known.
    pub commune: Option<InseeCode>,
    /// A letter can be delivered.
    pub mailable: bool,
    /// It lives in an EHPAD or another care institution.
    pub institution: bool,
    /// Somebody in it does not want to be written to, or may not.
    pub opposed: bool,
    /// The desk was told that letters do not reach it.
    pub wrong_address: bool,
    /// It has its invitation already.
    pub invited: bool,
    /// A fund that decides itself named somebody in it: there is no writing later without its instruction.
    pub processed: bool,
    /// Births of the living.
    pub births: Vec<Birth>,
}

/// How many households ended where. The reasons are asked in this order; each household counts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// All households.
    pub households: u64,
    /// Nobody in it is alive.
    pub deceased: u64,
    /// Somebody in it does not want to be written to, or may not.
    pub opposed: u64,
    /// In an institution.
    pub institution: u64,
    /// No letter can be delivered.
    pub not_mailable: u64,
    /// Letters do not reach it, the desk was told.
    pub wrong_address: u64,
    /// Farther than the filter's distance from every workshop, or in a commune whose place is unknown.
    pub too_far: u64,
    /// Everybody is known to be too young at the first session.
    pub too_young: u64,
    /// Nobody is known to be old enough, and an age is unknown.
    pub age_unknown: u64,
    /// Selected.
    pub selected: u64,
    /// Of these, written to now.
    pub now: u64,
    /// Of these, written to later.
    pub later: u64,
}

/// The audience.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Written to now, in chance order.
    pub now: Vec<HouseholdId>,
    /// Drawn to be written to later, in chance order.
    pub later: Vec<HouseholdId>,
    /// What became of all.
    pub counts: Counts,
}

/// Filters households and draws who is written to later. `workshops` gives the first day and the youngest age of each
/// workshop, in the order that `nearest` ranks. The draw takes the first of the selected in chance order, so it depends
/// on the campaign's seed alone. Where the fund decides (as processor we only carry out), nobody is left for later. Who is
/// invited already stays among those written to now: a second draw, after a list
/// more, takes nobody's letter back.
pub fn select(
    candidates: impl IntoIterator<Item = Candidate>,
    filter: &Audience,
    workshops: &[(NaiveDate, u8)],
    nearest: &Nearest<'_>,
) -> Selection {
    let mut counts = Counts::default();
    let mut selected: Vec<(String, HouseholdId, bool)> = Vec::new();
    let mut drawable = 0;
    let mut ranked: HashMap<InseeCode, Option<usize>> = HashMap::new();
    for household in candidates {
        counts.households += 1;
        let workshop = household.commune.and_then(|commune| {
            *ranked.entry(commune).or_insert_with(|| {
                nearest.from(commune).first().filter(|(_, km)| *km <= filter.within_km).map(|(at, _)| *at)
            })
        });
        match reason(&household, filter, workshop.map(|at| workshops[at]), &mut counts) {
            Some(reason) => *reason += 1,
            None => {
                drawable += usize::from(!household.processed);
                selected.push((household.draw_order, household.id, household.invited || household.processed));
            }
        }
    }
    selected.sort();
    let wanted = later_count(drawable, filter.later_share);
    counts.selected = selected.len() as u64;
    let (mut now, mut later) = (Vec::new(), Vec::new());
    for (_, id, stays) in selected {
        if !stays && later.len() < wanted { later.push(id) } else { now.push(id) }
    }
    counts.later = later.len() as u64;
    counts.now = now.len() as u64;
    Selection { now, later, counts }
}

/// Where a household that is not selected is counted.
fn reason<'c>(
    household: &Candidate,
    filter: &Audience,
    workshop: Option<(NaiveDate, u8)>,
    counts: &'c mut Counts,
) -> Option<&'c mut u64> {
    if household.births.is_empty() {
        return Some(&mut counts.deceased);
    }
    if household.opposed {
        return Some(&mut counts.opposed);
    }
    if household.institution {
        return Some(&mut counts.institution);
    }
    if !household.mailable {
        return Some(&mut counts.not_mailable);
    }
    if household.wrong_address {
        return Some(&mut counts.wrong_address);
    }
    let Some((first_day, workshop_age)) = workshop else { return Some(&mut counts.too_far) };
    let least = i32::from(filter.minimum_age.max(workshop_age));
    let ages: Vec<_> = household.births.iter().map(|b| b.age_on(first_day)).collect();
    if ages.iter().flatten().any(|age| *age >= least) {
        None
    } else if ages.contains(&None) {
        Some(&mut counts.age_unknown)
    } else {
        Some(&mut counts.too_young)
    }
}

/// The share of `selected`, rounded to the nearest household.
fn later_count(selected: usize, share: f64) -> usize {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share from 0 to 1 of far fewer households than 2^52"
    )]
    let count = (selected as f64 * share).round() as usize;
    count.min(selected)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::commune::Gazetteer;

    const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2027, 2, 2).unwrap();

    fn filter() -> Audience {
        Audience { minimum_age: 60, within_km: 25.0, later_share: 0.15 }
    }

    fn mende() -> InseeCode {
        "48095".parse().unwrap()
    }

    fn candidate(order: usize) -> Candidate {
        Candidate {
            id: HouseholdId::new(),
            draw_order: format!("{order:04}"),
            commune: Some(mende()),
            mailable: true,
            institution: false,
            opposed: false,
            wrong_address: false,
            invited: false,
            processed: false,
            births: vec![Birth::Year(1940)],
        }
    }

    fn count(candidates: Vec<Candidate>) -> Counts {
        let nearest = Nearest::new(Gazetteer::embedded(), [mende()]);
        select(candidates, &filter(), &[(FIRST_DAY, 60)], &nearest).counts
    }

    #[test]
    fn each_reason_to_leave_a_household_out_is_counted_once() {
        let paris = Some("75056".parse().unwrap());
        let birthday_after = NaiveDate::from_ymd_opt(1967, 2, 3).unwrap();
        let counts = count(vec![
            candidate(0),
            Candidate { births: vec![], ..candidate(1) },
            Candidate { opposed: true, ..candidate(2) },
            Candidate { institution: true, ..candidate(3) },
            Candidate { mailable: false, ..candidate(4) },
            Candidate { commune: paris, ..candidate(5) },
            Candidate { commune: None, ..candidate(6) },
            Candidate { births: vec![Birth::Date(birthday_after)], ..candidate(7) },
            Candidate { births: vec![Birth::Unknown, Birth::Year(1980)], ..candidate(8) },
            Candidate { wrong_address: true, ..candidate(10) },
            // One of a couple is old enough: the household is written to.
            Candidate { births: vec![Birth::Year(1970), Birth::Year(1960)], ..candidate(9) },
        ]);
        let expected = Counts {
            households: 11,
            deceased: 1,
            opposed: 1,
            institution: 1,
            not_mailable: 1,
            wrong_address: 1,
            too_far: 2,
            too_young: 1,
            age_unknown: 1,
            selected: 2,
            now: 2,
            later: 0,
        };
        assert_eq!(counts, expected);
    }

    #[test]
    fn fifteen_percent_are_written_to_later_and_the_same_ones_every_time() {
        let candidates: Vec<_> = (0..200).map(candidate).collect();
        let nearest = Nearest::new(Gazetteer::embedded(), [mende()]);
        let one = select(candidates.clone(), &filter(), &[(FIRST_DAY, 60)], &nearest);
        let shuffled = candidates.into_iter().rev();
        let other = select(shuffled, &filter(), &[(FIRST_DAY, 60)], &nearest);
        assert_eq!((one.later.len(), one.now.len()), (30, 170));
        assert_eq!(one.later, other.later);
    }

    #[test]
    fn a_processors_households_are_all_written_to_now() {
        let nearest = Nearest::new(Gazetteer::embedded(), [mende()]);
        let draw = |candidates: Vec<Candidate>| select(candidates, &filter(), &[(FIRST_DAY, 60)], &nearest).counts;
        let half = (0..100).map(|n| Candidate { processed: n % 2 == 0, ..candidate(n) }).collect();
        assert_eq!(draw(half).later, 8);
        let all = (0..100).map(|n| Candidate { processed: true, ..candidate(n) }).collect();
        assert_eq!(draw(all).later, 0);
    }

    #[test]
    fn a_second_draw_takes_nobodys_letter_back() {
        let nearest = Nearest::new(Gazetteer::embedded(), [mende()]);
        let draw = |candidates: Vec<Candidate>| select(candidates, &filter(), &[(FIRST_DAY, 60)], &nearest);
        let mut candidates: Vec<_> = (100..200).map(candidate).collect();
        let first = draw(candidates.clone());
        candidates.iter_mut().for_each(|c| c.invited = first.now.contains(&c.id));
        // Twenty newcomers, all before the others in chance order.
        candidates.extend((0..20).map(candidate));
        let second = draw(candidates);
        assert!(first.now.iter().all(|id| second.now.contains(id)));
        assert_eq!(second.later.len(), 18);
    }
}

//! The territory's programme: every workshop of a campaign, by date.

use super::paper::{Paper, Way};
use super::table::{Column, Form};
use super::{Sheet, SheetFacts};
use crate::document::Reason;
use crate::document::look::mm;
use crate::document::place::{street_and_directions, venue_name};
use crate::domain::calendar;
use crate::domain::number::Reference;
use crate::domain::workshop::Workshop;

/// How to register, at the foot of the last page, and the table's head.
const REGISTRATION_PT: f64 = mm(46.0);
/// As many workshops as there is room to say what people do in them.
const FEW: usize = 3;

/// A workshop, and the reference of the outlet that hands the programme out.
type Offered<'w> = (&'w Workshop, Option<Reference>);

/// The programme of these workshops, each with the reference of the outlet that hands it out, where one does.
pub fn programme(facts: &SheetFacts, campaign: &str, workshops: &[Offered<'_>]) -> Result<Sheet, Reason> {
    if workshops.is_empty() {
        return Err(Reason::Missing("un atelier"));
    }
    if workshops.len() <= FEW {
        let said_in_full = lay_out(facts, campaign, workshops, true)?;
        if said_in_full.pages.len() == 1 {
            return Ok(said_in_full);
        }
    }
    lay_out(facts, campaign, workshops, false)
}

fn lay_out(facts: &SheetFacts, campaign: &str, workshops: &[Offered<'_>], in_full: bool) -> Result<Sheet, Reason> {
    let mut paper = Paper::new(facts, Way::Upright, campaign, "Nos ateliers numériques près de chez vous")?;
    let row = |(workshop, reference): &Offered<'_>| {
        let day = calendar::long_date(workshop.first_day());
        let rhythm = workshop.rhythm().map(|r| format!(",\n{r}")).unwrap_or_default();
        let price = workshop.price_lines().join(" ").replace(' ', "\u{a0}");
        let age = (workshop.minimum_age > 0).then(|| format!("à partir de {}\u{a0}ans", workshop.minimum_age));
        let reference = reference.map(|r| format!("Réf.\u{a0}{r}"));
        let for_whom = age.into_iter().chain(reference).collect::<Vec<_>>().join(" ·\u{a0}");
        let venue = &workshop.venue;
        let summary = if in_full { workshop.summary.clone() } else { String::new() };
        let what = [
            format!("{} ·\u{a0}{price}", workshop.topic),
            for_whom,
            venue_name(venue),
            street_and_directions(venue),
            summary,
        ];
        let what: Vec<_> = what.into_iter().filter(|line| !line.is_empty()).collect();
        vec![format!("{day}\nde {}{rhythm}", workshop.hours()), what.join("\n")]
    };
    let rows: Vec<_> = workshops.iter().map(row).collect();
    let columns = [Column::new("Quand", 36.0), Column::new("Quoi, à quel prix, où", 64.0)];
    let row_pt = ((paper.room_pt() - REGISTRATION_PT) / workshops.len() as f64 - 8.0).clamp(0.0, mm(48.0));
    paper.skip(6.0);
    let size_pt = if in_full { 15.0 } else { 14.0 };
    paper.table(&columns, &rows, Form { size_pt, row_pt, grid: false, bold: 2 })?;
    paper.registration(facts.structure, "Inscription par téléphone", facts.public_url)?;
    paper.finish()
}

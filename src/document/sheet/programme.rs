//! The territory's programme: every workshop of a campaign, by date.

use super::paper::{Paper, Way};
use super::table::{Column, Form};
use super::{Sheet, SheetFacts};
use crate::document::Reason;
use crate::document::look::mm;
use crate::document::place::{street_and_directions, venue_name};
use crate::domain::calendar;
use crate::domain::workshop::Workshop;

/// How to register, at the foot of the last page, and the table's head.
const REGISTRATION_PT: f64 = mm(46.0);

/// The programme of these workshops.
pub fn programme(facts: &SheetFacts, campaign: &str, workshops: &[Workshop]) -> Result<Sheet, Reason> {
    if workshops.is_empty() {
        return Err(Reason::Missing("un atelier"));
    }
    let mut paper = Paper::new(facts, Way::Upright, campaign, "Nos ateliers numériques près de chez vous")?;
    // Few workshops are said larger, and with more air.
    let size_pt = if workshops.len() <= 4 { 16.0 } else { 14.0 };
    let row = |workshop: &Workshop| {
        let day = calendar::long_date(workshop.first_day());
        let rhythm = workshop.rhythm().map(|r| format!(",\n{r}")).unwrap_or_default();
        let price = workshop.price_lines().join(" ");
        let age = match workshop.minimum_age {
            0 => String::new(),
            age => format!("à partir de {age}\u{a0}ans\n"),
        };
        let place = [venue_name(&workshop.venue), street_and_directions(&workshop.venue)].join(", ");
        vec![format!("{day}\nde {}{rhythm}", workshop.hours()), format!("{} · {price}\n{age}{place}", workshop.topic)]
    };
    let rows: Vec<_> = workshops.iter().map(row).collect();
    let columns = [Column::new("Quand", 36.0), Column::new("Quoi, à quel prix, où", 64.0)];
    let row_pt = ((paper.room_pt() - REGISTRATION_PT) / workshops.len() as f64 - 8.0).clamp(0.0, mm(34.0));
    paper.skip(6.0);
    paper.table(&columns, &rows, Form { size_pt, row_pt, grid: false, bold: 2 })?;
    paper.registration(facts.structure, "Inscription par téléphone", facts.public_url)?;
    paper.finish()
}

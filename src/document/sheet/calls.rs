//! The list of those to be called the day before.

use super::paper::{Paper, Way};
use super::table::{Column, Form};
use super::{Sheet, SheetFacts};
use crate::document::Reason;
use crate::document::look::mm;
use crate::domain::calendar;
use crate::domain::workshop::{Session, Workshop};
use crate::text::typography::capitalised;

/// Somebody to be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The people of a registration.
    pub names: String,
    /// How to reach them.
    pub reach: String,
    /// « liste d’attente », or empty.
    pub note: String,
}

/// The list for a session.
pub fn calls(facts: &SheetFacts, workshop: &Workshop, session: &Session, people: &[Call]) -> Result<Sheet, Reason> {
    let venue = workshop.venue_of(session);
    let over = format!("Liste d’appel · {} · {}", workshop.topic, venue.name);
    let day = calendar::long_date(session.starts.date());
    let title = capitalised(&format!("{day}, {}", calendar::hour(session.starts.time())));
    let mut paper = Paper::new(facts, Way::Upright, &over, &title)?;
    if people.is_empty() {
        paper.lead("Personne n’est inscrit pour le moment.")?;
        return paper.finish();
    }
    let columns = [
        Column::new("Qui", 30.0),
        Column::new("Téléphone", 20.0),
        Column::new("Vient", 9.0),
        Column::new("Ne vient pas", 14.0),
        Column::new("À noter", 27.0),
    ];
    let rows: Vec<_> = people
        .iter()
        .map(|call| vec![call.names.clone(), call.reach.clone(), String::new(), String::new(), call.note.clone()])
        .collect();
    paper.table(&columns, &rows, Form { size_pt: 12.0, row_pt: mm(11.0), grid: true, bold: 1 })?;
    paper.finish()
}

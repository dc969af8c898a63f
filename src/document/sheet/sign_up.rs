//! The sign-up sheet of a stand: people write themselves, or are written.

use super::paper::{Paper, Way};
use super::table::{Column, Form};
use super::{Sheet, SheetFacts};
use crate::document::Reason;
use crate::document::look::mm;
use crate::domain::calendar;
use crate::domain::number::Reference;
use crate::domain::workshop::Workshop;

/// Rows of a sheet: as many as a page has.
const ROWS: usize = 9;

/// A sheet with room for nine people. The workshops are offered by letters, the reference says later which stand it was.
pub fn sign_up(
    facts: &SheetFacts,
    workshops: &[&Workshop],
    outlet: &str,
    reference: Option<Reference>,
) -> Result<Sheet, Reason> {
    if workshops.is_empty() {
        return Err(Reason::Missing("un atelier à proposer"));
    }
    let reference = reference.map(|r| format!(" · Réf.\u{a0}{r}")).unwrap_or_default();
    let mut paper = Paper::new(facts, Way::Across, &format!("{outlet}{reference}"), "Je m’inscris à un atelier")?;
    for (letter, workshop) in ('A'..='Z').zip(workshops) {
        let first = workshop.first();
        let price = workshop.price_lines().join(" ");
        paper.lead(&format!(
            "{letter}. {}, {}, {} à {}. {price}.",
            workshop.topic,
            workshop.venue.name,
            calendar::long_date(first.starts.date()),
            calendar::hour(first.starts.time()),
        ))?;
    }
    paper.skip(8.0);
    let columns = [
        Column::new("Nom et prénom", 30.0),
        Column::new("Téléphone", 20.0),
        Column::new("Commune", 20.0),
        Column::new("Atelier (lettre)", 11.0),
        Column::new("Places", 8.0),
        Column::new("Ce qu’il faut prévoir (transport, matériel, accès)", 26.0),
    ];
    let form = Form { size_pt: 12.0, row_pt: mm(10.5), grid: true, names: false };
    paper.table(&columns, &vec![vec![String::new(); columns.len()]; ROWS], form)?;
    paper.skip(6.0);
    let structure = facts.structure;
    paper.small(&format!(
        "{} garde ces informations pour l’inscription, jusqu’à un an après le dernier atelier, et ne les donne à personne. Pour les voir, les corriger ou les effacer : {}, {}.",
        structure.name, structure.phone, structure.data_email
    ))?;
    paper.finish()
}

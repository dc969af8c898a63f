//! The sign-up sheet of a stand: people write themselves, or are written.

use super::paper::{Paper, Way};
use super::table::{Column, Form};
use super::{Sheet, SheetFacts};
use crate::document::Reason;
use crate::document::font::Face;
use crate::document::frame::Role;
use crate::document::look::{self, mm};
use crate::document::paragraph::Style;
use crate::domain::calendar;
use crate::domain::number::Reference;
use crate::domain::workshop::Workshop;
use crate::text::typography::french;

/// Rows that make a sheet worth laying on a table. Where what is offered leaves less room, the table goes on, on a page that it
/// fills.
const ROWS: usize = 6;
const ROW_PT: f64 = mm(10.5);
/// The table's head, of two lines.
const HEAD_PT: f64 = 38.0;
/// The table's head, and what stands below it.
const AROUND_PT: f64 = 72.0;

/// A sheet with room for as many people as fit. The workshops are offered by letters, each with the reference that says
/// later which stand it was. What people write is kept for so many days.
pub fn sign_up(
    facts: &SheetFacts,
    workshops: &[(&Workshop, Option<Reference>)],
    outlet: &str,
    kept_days: u32,
) -> Result<Sheet, Reason> {
    if workshops.is_empty() {
        return Err(Reason::Missing("un atelier à proposer"));
    }
    let mut paper = Paper::new(facts, Way::Across, outlet, "Je m’inscris à un atelier")?;
    // Many workshops are said smaller, so that there is room to write.
    let style = Style::new(Face::Regular, if workshops.len() > 4 { 11.0 } else { 14.0 }, look::INK);
    for (letter, (workshop, reference)) in ('A'..='Z').zip(workshops) {
        let first = workshop.first();
        let price = workshop.price_lines().join(" ");
        let reference = reference.map(|r| format!(" Réf.\u{a0}{r}.")).unwrap_or_default();
        let text = format!(
            "{letter}. {}, {}, {} à {}. {price}.{reference}",
            workshop.topic,
            workshop.venue.name,
            calendar::long_date(first.starts.date()),
            calendar::hour(first.starts.time()),
        );
        paper.text(Role::Paragraph, &[style.span(french(&text))])?;
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
    let fitting = |room_pt: f64| ((room_pt - AROUND_PT) / ROW_PT) as usize;
    let mut rows = fitting(paper.room_pt());
    if rows < ROWS {
        rows = ((paper.room_pt() - HEAD_PT) / ROW_PT) as usize + fitting(paper.page_room_pt());
    }
    let form = Form { size_pt: 12.0, row_pt: ROW_PT, grid: true, bold: 0 };
    paper.table(&columns, &vec![vec![String::new(); columns.len()]; rows], form)?;
    paper.skip(6.0);
    let structure = facts.structure;
    let kept = match kept_days {
        0 => "jusqu’au dernier jour de l’atelier".to_owned(),
        1 => "jusqu’au lendemain de la dernière séance".to_owned(),
        days => format!("jusqu’à {days} jours après la dernière séance"),
    };
    paper.small(&format!(
        "{} garde ces informations pour l’inscription et le suivi des ateliers, {kept}, et ne les transmet qu’aux financeurs de l’atelier, s’ils demandent à contrôler. Pour les voir, les corriger ou les effacer : {}, {}.",
        structure.name, structure.phone, structure.data_email
    ))?;
    paper.finish()
}

//! The attendance sheet that funders ask for: a name a row, a signature a session.

use super::paper::{Paper, Way};
use super::table::{Column, Form};
use super::{Sheet, SheetFacts};
use crate::document::Reason;
use crate::document::look::mm;
use crate::domain::calendar;
use crate::domain::workshop::Workshop;

/// Sessions side by side: a signature needs 2 cm.
const A_PAGE: usize = 8;
/// Empty rows below the names, for those who come without a seat.
const SPARE: usize = 2;

/// The sheets of a workshop, eight sessions each. `names` are the people who have a seat.
pub fn attendance(facts: &SheetFacts, workshop: &Workshop, names: &[String]) -> Result<Sheet, Reason> {
    let over = format!("Feuille d’émargement · {}", workshop.venue.name);
    let mut paper = Paper::new(facts, Way::Across, &over, &workshop.topic)?;
    let rows = names.len().max(usize::from(workshop.capacity).min(14)) + SPARE;
    for (part, sessions) in workshop.sessions.chunks(A_PAGE).enumerate() {
        if part > 0 {
            paper.turn();
        }
        let mut columns = vec![Column::new("Nom et prénom", 30.0)];
        let heads = sessions.iter().map(|s| {
            let day = calendar::day_month(s.starts.date());
            format!("{day}, {} à {}", calendar::hour(s.starts.time()), calendar::hour(s.ends.time()))
        });
        // A single session leaves room to write, not a meadow.
        let share = if sessions.len() < 3 { 25.0 } else { 62.0 / sessions.len() as f64 };
        columns.extend(heads.map(|head| Column::new(head, share)));
        let mut table: Vec<Vec<String>> = Vec::new();
        for row in 0..rows {
            let mut cells = vec![String::new(); columns.len()];
            cells[0] = names.get(row).cloned().unwrap_or_default();
            table.push(cells);
        }
        let mut leader = vec![String::new(); columns.len()];
        leader[0] = "Signature de l’intervenant".to_owned();
        table.push(leader);
        paper.table(&columns, &table, Form { size_pt: 11.0, row_pt: mm(9.5), grid: true, names: true })?;
    }
    paper.skip(6.0);
    for mention in &facts.credits.mentions {
        paper.small(mention)?;
    }
    if !workshop.support.is_empty() {
        paper.small(&format!("Atelier organisé {}.", workshop.support))?;
    }
    paper.finish()
}

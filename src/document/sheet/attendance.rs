//! The attendance sheet that funders ask for: a name a row, a signature a session.

use chrono::Datelike;

use super::paper::{Paper, Way};
use super::table::{Column, Form};
use super::{Sheet, SheetFacts};
use crate::document::Reason;
use crate::document::look::mm;
use crate::document::place::whole_town;
use crate::domain::calendar;
use crate::domain::workshop::{Session, Workshop};

/// Sessions side by side: a signature needs 2 cm.
const A_PAGE: usize = 8;
/// Empty rows below the names, for those who come without a seat, where the page has room for them.
const SPARE: usize = 2;
/// The table's head, where dates need four lines.
const HEAD_PT: f64 = 64.0;
/// A row to sign in, and the least a hand can do with before another page begins.
const ROWS_PT: [f64; 2] = [mm(9.5), mm(8.6)];

/// The sheets of a workshop, eight sessions each. `names` are the people who have a seat.
pub fn attendance(facts: &SheetFacts, workshop: &Workshop, names: &[String]) -> Result<Sheet, Reason> {
    let over = format!("Feuille d’émargement · {}", facts.structure.name);
    let mut paper = Paper::new(facts, Way::Across, &over, &workshop.topic)?;
    let seats = names.len().max(usize::from(workshop.capacity).min(14));
    for (part, sessions) in workshop.sessions.chunks(A_PAGE).enumerate() {
        if part > 0 {
            paper.turn();
        }
        paper.lead(&places(workshop, sessions))?;
        paper.skip(4.0);
        let mut columns = vec![Column::new("Nom et prénom", 27.0)];
        let heads = sessions.iter().map(|s| {
            // One thing a line: a date that breaks anywhere is read twice.
            let day = s.starts.date();
            let (weekday, date) = (calendar::weekday(day.weekday()), calendar::bare_day_month(day));
            let hours = format!("{} à\u{a0}{}", calendar::hour(s.starts.time()), calendar::hour(s.ends.time()));
            format!("{weekday}\n{date}\n{}\n{hours}", day.year())
        });
        // A single session leaves room to write, not a meadow.
        let share = if sessions.len() < 3 { 25.0 } else { 62.0 / sessions.len() as f64 };
        columns.extend(heads.map(|head| Column::new(head, share)));
        // What stays of the page under the table's head, of four lines at most; the last row is the leader's.
        let room_pt = paper.room_pt() - HEAD_PT;
        let fits = |rows: usize, row_pt: f64| (rows + 1) as f64 * row_pt <= room_pt;
        let tries = (0..=SPARE).rev().flat_map(|spare| ROWS_PT.map(|row_pt| (seats + spare, row_pt)));
        let (rows, row_pt) = tries.into_iter().find(|(rows, pt)| fits(*rows, *pt)).unwrap_or((seats, ROWS_PT[0]));
        let mut table: Vec<Vec<String>> = Vec::new();
        for row in 0..rows {
            let mut cells = vec![String::new(); columns.len()];
            cells[0] = names.get(row).cloned().unwrap_or_default();
            table.push(cells);
        }
        let mut leader = vec![String::new(); columns.len()];
        leader[0] = "Signature de l’intervenant".to_owned();
        table.push(leader);
        paper.table(&columns, &table, Form { size_pt: 11.0, row_pt, grid: true, bold: 1 })?;
    }
    paper.finish()
}

/// Where these sessions are held: name, street, postcode and commune of each place, once.
fn places(workshop: &Workshop, sessions: &[Session]) -> String {
    let mut places: Vec<String> = Vec::new();
    for session in sessions {
        let venue = workshop.venue_of(session);
        let place = format!("{}, {}, {} {}", venue.name, venue.street, venue.postcode, whole_town(venue));
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places.join(" ; ")
}

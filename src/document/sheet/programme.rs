//! The territory's programme: every workshop of a campaign, by date.

use super::paper::{MARGIN_PT, Paper, Way};
use super::table::{Column, Form};
use super::{Sheet, SheetFacts};
use crate::document::Reason;
use crate::document::font::Face;
use crate::document::frame::Role;
use crate::document::look::{self, mm};
use crate::document::paragraph::Style;
use crate::document::place::street;
use crate::document::qr::Qr;
use crate::domain::calendar;
use crate::domain::workshop::Workshop;
use crate::text::typography::french;

/// The programme of these workshops.
pub fn programme(facts: &SheetFacts, campaign: &str, workshops: &[Workshop]) -> Result<Sheet, Reason> {
    if workshops.is_empty() {
        return Err(Reason::Missing("un atelier"));
    }
    let mut paper = Paper::new(facts, Way::Upright, campaign, "Nos ateliers numériques près de chez vous")?;
    let columns =
        [Column::new("Quand", 31.0), Column::new("Atelier", 34.0), Column::new("Où", 34.0), Column::new("Prix", 19.0)];
    let row = |workshop: &Workshop| {
        let day = calendar::long_date(workshop.first_day());
        let rhythm = workshop.rhythm().map(|r| format!("\n{r}")).unwrap_or_default();
        let address = [street(&workshop.venue), workshop.venue.town.clone()];
        let address = if address[0].contains(&address[1]) { address[0].clone() } else { address.join(", ") };
        vec![
            format!("{day}\nde {}{rhythm}", workshop.hours()),
            format!("{}\nà partir de {}\u{a0}ans", workshop.topic, workshop.minimum_age),
            format!("{}\n{address}", workshop.venue.name),
            workshop.price_lines().join("\n"),
        ]
    };
    let rows: Vec<_> = workshops.iter().map(row).collect();
    paper.table(&columns, &rows, Form { size_pt: 14.0, row_pt: 0.0, grid: false, names: true })?;
    paper.skip(14.0);
    let plate_pt = mm(30.0);
    if paper.room_pt() < plate_pt {
        paper.turn();
    }
    let top_pt = paper.y_pt;
    let structure = facts.structure;
    let text = Style::new(Face::Regular, 14.0, look::INK);
    paper.text(Role::Paragraph, &[text.span(french("Inscription par téléphone"))])?;
    let phone = Style::new(Face::ExtraBold, 26.0, look::INK);
    paper.text(Role::Paragraph, &[phone.span(structure.phone.to_string())])?;
    paper.text(Role::Paragraph, &[text.span(french(&structure.hours))])?;
    let code = Qr::encode(facts.public_url)
        .ok_or_else(|| Reason::TooLong { what: "l’adresse du code QR", text: facts.public_url.to_owned() })?;
    paper.frame.block();
    let x_pt = paper.width_pt - MARGIN_PT - plate_pt;
    code.place(&mut paper.frame, x_pt, top_pt, plate_pt);
    paper.frame.describe(format!("Code QR de la page d’inscription\u{a0}: {}", facts.public_url));
    paper.finish()
}

//! What people take home from the last session: who else helps nearby.

use super::paper::{Paper, Way};
use super::{Sheet, SheetFacts};
use crate::document::Reason;
use crate::document::font::Face;
use crate::document::frame::Role;
use crate::document::look::{self, mm};
use crate::document::paragraph::Style;
use crate::domain::partner::Partner;
use crate::text::typography::{capitalised, french};

const TEXT: Style = Style::new(Face::Regular, 16.0, look::INK);
const PHONE: Style = Style::new(Face::Bold, 20.0, look::INK);
/// A partner of four lines.
const PARTNER_PT: f64 = 95.0;

/// The partners, one below the other.
pub fn partners(facts: &SheetFacts, partners: &[Partner]) -> Result<Sheet, Reason> {
    if partners.is_empty() {
        return Err(Reason::Missing("un partenaire\u{a0}: ajoutez ceux de votre territoire"));
    }
    let mut paper = Paper::new(facts, Way::Upright, "Après l’atelier", "Qui peut vous aider près de chez vous")?;
    // Few partners have more air between them.
    let air_pt = ((paper.room_pt() - mm(46.0)) / partners.len() as f64 - PARTNER_PT).clamp(10.0, 40.0);
    for partner in partners {
        paper.skip(air_pt);
        paper.subheading(&partner.name)?;
        paper.text(Role::Paragraph, &[TEXT.span(french(&capitalised(&partner.help)))])?;
        let place = [partner.place.as_str(), partner.hours.as_str()];
        let place: Vec<_> = place.into_iter().filter(|p| !p.is_empty()).collect();
        if !place.is_empty() {
            paper.text(Role::Paragraph, &[TEXT.span(french(&capitalised(&place.join(", "))))])?;
        }
        match &partner.phone {
            Some(phone) => paper.text(Role::Paragraph, &[PHONE.span(phone.to_string())])?,
            None => paper.text(Role::Paragraph, &[TEXT.span("Pas de téléphone\u{a0}: allez sur place.")])?,
        }
    }
    paper.skip(14.0);
    let how = format!("Une question, un autre atelier ? {}", facts.structure.name);
    paper.registration(facts.structure, &how, facts.public_url)?;
    paper.finish()
}

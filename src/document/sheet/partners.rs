//! What people take home from the last session: who else helps nearby.

use super::paper::{Paper, Way};
use super::{Sheet, SheetFacts};
use crate::document::Reason;
use crate::document::font::Face;
use crate::document::frame::Role;
use crate::document::look;
use crate::document::paragraph::Style;
use crate::domain::partner::Partner;
use crate::text::typography::french;

const TEXT: Style = Style::new(Face::Regular, 14.0, look::INK);
const PHONE: Style = Style::new(Face::Bold, 16.0, look::INK);

/// The partners, one below the other.
pub fn partners(facts: &SheetFacts, partners: &[Partner]) -> Result<Sheet, Reason> {
    if partners.is_empty() {
        return Err(Reason::Missing("un partenaire\u{a0}: ajoutez ceux de votre territoire"));
    }
    let mut paper = Paper::new(facts, Way::Upright, "Après l’atelier", "Qui peut vous aider près de chez vous")?;
    for partner in partners {
        paper.skip(10.0);
        paper.subheading(&partner.name)?;
        paper.text(Role::Paragraph, &[TEXT.span(french(&partner.help))])?;
        let place = [partner.place.as_str(), partner.hours.as_str()];
        let place: Vec<_> = place.into_iter().filter(|p| !p.is_empty()).collect();
        if !place.is_empty() {
            paper.text(Role::Paragraph, &[TEXT.span(french(&place.join(", ")))])?;
        }
        if let Some(phone) = &partner.phone {
            paper.text(Role::Paragraph, &[PHONE.span(phone.to_string())])?;
        }
    }
    paper.skip(14.0);
    let structure = facts.structure;
    paper.subheading(&structure.name)?;
    paper.text(Role::Paragraph, &[TEXT.span(french("Une question, un autre atelier ? Appelez-nous,"))])?;
    paper.text(Role::Paragraph, &[TEXT.span(french(&structure.hours))])?;
    paper.text(Role::Paragraph, &[PHONE.span(structure.phone.to_string())])?;
    paper.finish()
}

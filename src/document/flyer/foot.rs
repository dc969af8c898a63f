//! The lower part of a flyer or poster: how to register, who makes it, and the tabs to tear off.

use super::{Board, DETAIL, DETAIL_LEADING, FlyerFacts, Format, SMALLEST_DETAIL_PT};
use crate::document::Reason;
use crate::document::font::Face;
use crate::document::frame::{Mark, Role};
use crate::document::look::{self, mm};
use crate::document::paragraph::{Style, fit};
use crate::document::qr::Qr;
use crate::domain::calendar;
use crate::text::typography::french;

const SMALLEST_FOOTER_PT: f64 = 8.0;
const FOOTER: Style = Style::new(Face::Regular, 9.5, look::MUTED);
const PHONE: Style = Style::new(Face::ExtraBold, 24.0, look::INK);
const TABS: u16 = 10;
const TAB_PADDING_PT: f64 = 13.0;
const TAB_LEADING: f64 = 1.22;
/// Office printers leave so much white at the edges: the outer tabs are wider by it.
const TAB_EDGE_PT: f64 = mm(5.0);
const TAB_TEXT: Style = Style::new(Face::Regular, 9.0, look::INK);
const TAB_PHONE: Style = Style::new(Face::Bold, 14.0, look::INK);

impl Board<'_> {
    /// Phone, reference, QR code.
    pub(super) fn registration(&mut self, facts: &FlyerFacts) -> Result<(), Reason> {
        let Format { width_pt, margin_pt, scale, rule_y_pt, plate_pt, .. } = *self.format;
        self.frame.rule(margin_pt, rule_y_pt, width_pt - 2.0 * margin_pt, 1.5 * scale, look::INK);
        let text_pt = width_pt - 2.0 * margin_pt - plate_pt - 10.0 * scale;
        let first_pt = rule_y_pt + 29.0 * self.format.tight() - (scale - 1.0) * 8.0;
        self.line(DETAIL, "Inscription par téléphone", margin_pt, first_pt)?;
        let phone = facts.structure.phone.to_string();
        let phone_pt = first_pt + 26.0 * scale;
        self.line(PHONE, &phone, margin_pt, phone_pt)?;
        let hours =
            french(&format!("{} · Réf. {}", facts.structure.hours, facts.reference)).replace("Réf. ", "Réf.\u{a0}");
        let (size_pt, lines) =
            fit(&mut self.shaper, self.format.style(DETAIL), &hours, SMALLEST_DETAIL_PT * scale, text_pt, 2)?
                .ok_or_else(|| Reason::TooLong { what: "les heures d’appel", text: hours.clone() })?;
        self.place(&lines, Role::Paragraph, margin_pt, phone_pt + 18.0 * scale, size_pt * DETAIL_LEADING);
        let code = Qr::encode(&facts.url)
            .ok_or_else(|| Reason::TooLong { what: "l’adresse du code QR", text: facts.url.clone() })?;
        code.place(&mut self.frame, width_pt - margin_pt - plate_pt, rule_y_pt + 10.0 * self.format.tight(), plate_pt);
        Ok(())
    }

    /// Who makes it at the left, who pays for it at the right.
    pub(super) fn credits_apart(&mut self, facts: &FlyerFacts) -> Result<(), Reason> {
        let Format { width_pt, margin_pt, credit_y_pt, .. } = *self.format;
        let left_pt = self.line(FOOTER, &french(&facts.structure.name), margin_pt, credit_y_pt)?;
        let support = french(&facts.workshop.support);
        let room_pt = width_pt - 2.0 * margin_pt - left_pt - 14.0;
        let (size_pt, lines) = fit(&mut self.shaper, FOOTER, &support, SMALLEST_FOOTER_PT, room_pt, 2)?
            .ok_or_else(|| Reason::TooLong { what: "le pied de page", text: support.clone() })?;
        let mut y_pt = credit_y_pt - (lines.len() - 1) as f64 * size_pt * DETAIL_LEADING;
        for line in lines {
            line.place(&mut self.frame, Role::Paragraph, width_pt - margin_pt - line.width_pt, y_pt);
            y_pt += size_pt * DETAIL_LEADING;
        }
        Ok(())
    }

    /// The same in one line beside the QR code.
    pub(super) fn credits_together(&mut self, facts: &FlyerFacts) -> Result<(), Reason> {
        let Format { width_pt, margin_pt, credit_y_pt, plate_pt, .. } = *self.format;
        let parts = [facts.structure.name.as_str(), facts.workshop.support.as_str()];
        let text = french(&parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", "));
        let room_pt = width_pt - 2.0 * margin_pt - plate_pt - 14.0;
        let (_, lines) = fit(&mut self.shaper, FOOTER.sized(11.5), &text, SMALLEST_FOOTER_PT, room_pt, 1)?
            .ok_or_else(|| Reason::TooLong { what: "le pied de page", text: text.clone() })?;
        self.place(&lines, Role::Paragraph, margin_pt, credit_y_pt, 0.0);
        Ok(())
    }

    /// Ten tabs to tear off: topic and day, phone, reference; and above them who makes the poster.
    pub(super) fn tabs(&mut self, facts: &FlyerFacts, y_pt: f64) -> Result<(), Reason> {
        let Format { width_pt, height_pt, .. } = *self.format;
        self.frame.ground(0.0, y_pt, width_pt, height_pt - y_pt, look::WHITE);
        self.cut((0.0, y_pt), (width_pt, y_pt));
        let tab_pt = (width_pt - 2.0 * TAB_EDGE_PT) / f64::from(TABS);
        let long_pt = height_pt - y_pt - 2.0 * TAB_PADDING_PT;
        let day = calendar::day_month(facts.workshop.first_day());
        let texts = [
            (TAB_TEXT, french(&format!("{}, {day}", facts.workshop.short_topic)), 2),
            (TAB_PHONE, facts.structure.phone.to_string(), 1),
            (TAB_TEXT, format!("Réf.\u{a0}{}", facts.reference), 1),
        ];
        let mut lines = Vec::new();
        for (style, text, max_lines) in texts {
            let (size_pt, fitted) = fit(&mut self.shaper, style, &text, 8.0, long_pt, max_lines)?
                .ok_or_else(|| Reason::TooLong { what: "le sujet abrégé", text: text.clone() })?;
            lines.extend(fitted.into_iter().map(|line| (size_pt * TAB_LEADING, line)));
        }
        let across_pt: f64 = lines.iter().map(|(leading, _)| leading).sum();
        for tab in 0..TABS {
            let mut x_pt = TAB_EDGE_PT + f64::from(tab) * tab_pt + (tab_pt - across_pt) / 2.0;
            for (leading_pt, line) in &lines {
                let baseline_pt = x_pt + leading_pt * (1.0 + Face::CAPITAL_EM / TAB_LEADING) / 2.0;
                // Reading it once is enough: the tabs repeat what the poster says.
                line.place_turned(&mut self.frame, Role::Artifact, baseline_pt, height_pt - TAB_PADDING_PT, 90.0);
                x_pt += leading_pt;
            }
        }
        for tab in 1..TABS {
            let x_pt = TAB_EDGE_PT + f64::from(tab) * tab_pt;
            self.cut((x_pt, y_pt), (x_pt, height_pt));
        }
        Ok(())
    }

    fn cut(&mut self, from_pt: (f64, f64), to_pt: (f64, f64)) {
        self.frame
            .push(Role::Artifact, Mark::Rule { from_pt, to_pt, thickness_pt: 0.75, colour: look::INK, dashed: true });
    }
}

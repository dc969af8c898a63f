//! The flyer (A5) and the poster (A4): one layout in two sizes. The poster has tabs to tear off.
//!
//! Texts shrink between a largest and a smallest size until they fit; what does not fit at the smallest is refused with
//! the reason, never cut.

mod foot;

use super::export::{Sheet, single};
use super::font::Face;
use super::frame::{Frame, Mark, Role};
use super::look::{self, mm};
use super::paragraph::{Fill, Line, Style, fit, wrap};
use super::place::street_and_directions;
use super::shape::Shaper;
use super::{PrintError, Reason};
use crate::domain::calendar;
use crate::domain::number::Reference;
use crate::domain::structure::Structure;
use crate::domain::workshop::Workshop;
use crate::text::typography::french;

/// What a flyer or poster says.
#[derive(Clone)]
pub struct FlyerFacts<'a> {
    /// The workshop.
    pub workshop: &'a Workshop,
    /// Whom to call.
    pub structure: &'a Structure,
    /// The outlet's reference.
    pub reference: Reference,
    /// What the QR code leads to.
    pub url: String,
}

/// An A5 flyer as a PDF. Refused if the workshop lacks topic, date, place, or a text does not fit.
pub fn flyer(facts: &FlyerFacts) -> Result<Vec<u8>, PrintError> {
    make(facts, &A5)
}

/// An A4 poster as a PDF, with ten tabs to tear off. Refused like a flyer.
pub fn poster(facts: &FlyerFacts) -> Result<Vec<u8>, PrintError> {
    make(facts, &A4)
}

/// A paper and how large things are on it.
struct Format {
    kind: &'static str,
    width_pt: f64,
    height_pt: f64,
    margin_pt: f64,
    /// How much larger than on the flyer type is.
    scale: f64,
    /// The first baseline.
    kicker_y_pt: f64,
    /// Height of the green ground.
    green_pt: f64,
    /// Centre of the sticker, from the right and from the green's lower edge upwards.
    sticker_pt: (f64, f64),
    sticker_radius_pt: f64,
    /// Where the facts may stand.
    facts_pt: (f64, f64),
    /// The rule above the phone.
    rule_y_pt: f64,
    /// Side of the QR code's plate.
    plate_pt: f64,
    /// The baseline of who makes it and who pays.
    credit_y_pt: f64,
    /// Where the tabs to tear off begin, if there are any.
    tabs_y_pt: Option<f64>,
}

const A5: Format = Format {
    kind: "Flyer",
    width_pt: mm(148.0),
    height_pt: mm(210.0),
    margin_pt: mm(11.0),
    scale: 1.0,
    kicker_y_pt: 43.5,
    green_pt: 266.0,
    sticker_pt: (80.0, 16.0),
    sticker_radius_pt: 52.5,
    facts_pt: (303.0, 442.0),
    rule_y_pt: 455.0,
    plate_pt: mm(29.0),
    credit_y_pt: 575.0,
    tabs_y_pt: None,
};

const A4: Format = Format {
    kind: "Affiche",
    width_pt: mm(210.0),
    height_pt: mm(297.0),
    margin_pt: mm(15.0),
    scale: 31.0 / 21.0,
    kicker_y_pt: 57.0,
    green_pt: 295.0,
    sticker_pt: (110.0, 24.0),
    sticker_radius_pt: 71.0,
    facts_pt: (344.0, 560.0),
    rule_y_pt: 577.0,
    plate_pt: mm(33.0),
    credit_y_pt: 696.0,
    tabs_y_pt: Some(706.0),
};

const KICKER: Style = Style::new(Face::SemiBold, 13.5, look::SUN);
const TITLE: Style = Style::new(Face::ExtraBold, 36.0, look::WHITE);
const SUMMARY: Style = Style::new(Face::Regular, 14.5, look::WHITE);
const PRICE: Style = Style::new(Face::ExtraBold, 20.0, look::INK);
const LABEL: Style = Style::new(Face::SemiBold, 11.5, look::MUTED);
const FACT: Style = Style::new(Face::ExtraBold, 21.0, look::INK);
const DETAIL: Style = Style::new(Face::Regular, 12.5, look::INK);

/// Sizes below which a text is refused, as on the flyer.
const SMALLEST_TITLE_PT: f64 = 20.0;
const SMALLEST_SUMMARY_PT: f64 = 12.0;
const SMALLEST_FACT_PT: f64 = 16.5;
const SMALLEST_DETAIL_PT: f64 = 10.5;

fn make(facts: &FlyerFacts, format: &Format) -> Result<Vec<u8>, PrintError> {
    let workshop = facts.workshop;
    for (text, what) in [
        (&workshop.topic, "le sujet de l’atelier"),
        (&workshop.venue.name, "le nom du lieu"),
        (&workshop.venue.street, "l’adresse du lieu"),
    ] {
        if text.trim().is_empty() {
            return Err(Reason::Missing(what).into());
        }
    }
    if workshop.sessions.is_empty() {
        return Err(Reason::Missing("la date de l’atelier").into());
    }
    let mut board = Board { frame: Frame::default(), shaper: Shaper::default(), format };
    board.green(workshop)?;
    board.sticker(workshop)?;
    board.facts(workshop)?;
    board.registration(facts)?;
    match format.tabs_y_pt {
        None => board.credits_apart(facts)?,
        Some(y_pt) => {
            board.credits_together(facts)?;
            board.tabs(facts, y_pt)?;
        }
    }
    let title = format!("{}, {}", workshop.topic, format.kind.to_lowercase());
    let sheet = Sheet { title: &title, width_pt: format.width_pt, height_pt: format.height_pt };
    Ok(single(sheet, &board.frame)?)
}

/// A piece while it is laid out.
struct Board<'a> {
    frame: Frame,
    shaper: Shaper,
    format: &'a Format,
}

impl Board<'_> {
    /// Topic and summary on the deep green.
    fn green(&mut self, workshop: &Workshop) -> Result<(), Reason> {
        let Format { width_pt, height_pt, margin_pt, green_pt, scale, .. } = *self.format;
        self.frame.ground(0.0, 0.0, width_pt, height_pt, look::IVORY);
        self.frame.ground(0.0, 0.0, width_pt, green_pt, look::DEEP);
        let y_pt = self.format.kicker_y_pt;
        self.line(KICKER, &format!("Atelier à partir de {} ans", workshop.minimum_age), margin_pt, y_pt)?;
        let (topic, summary) = (french(&workshop.topic), french(&workshop.summary));
        let text_pt = width_pt - 2.0 * margin_pt;
        let sticker_left_pt = width_pt - self.format.sticker_pt.0 - self.format.sticker_radius_pt - 8.0 * scale;
        let sticker_top_pt = green_pt - self.format.sticker_pt.1 - self.format.sticker_radius_pt - 4.0 * scale;
        // The largest title under which the summary still has its place.
        let mut title_pt = TITLE.size_pt;
        while title_pt >= SMALLEST_TITLE_PT {
            let fitted = fit(
                &mut self.shaper,
                self.format.style(TITLE).sized(title_pt * scale),
                &topic,
                title_pt * scale,
                text_pt,
                3,
            )?;
            if let Some((size_pt, lines)) = fitted {
                let first_pt = y_pt + 6.0 * scale + size_pt;
                let last_pt = first_pt + (lines.len() - 1) as f64 * size_pt * TITLE_LEADING;
                let widest_pt = lines.iter().map(|l| l.width_pt).fold(0.0, f64::max);
                let free = last_pt + 4.0 * scale < sticker_top_pt || widest_pt + margin_pt < sticker_left_pt;
                for air_pt in SUMMARY_AIR_PT {
                    let summary_y_pt = last_pt + (air_pt + SUMMARY.size_pt) * scale;
                    let placed = self.summary(&summary, summary_y_pt, (sticker_left_pt, sticker_top_pt))?;
                    if let Some((summary_lines, leading_pt)) = placed.filter(|_| free) {
                        self.place(&lines, Role::Heading, margin_pt, first_pt, size_pt * TITLE_LEADING);
                        self.place(&summary_lines, Role::Paragraph, margin_pt, summary_y_pt, leading_pt);
                        return Ok(());
                    }
                }
            }
            title_pt -= 0.5;
        }
        Err(Reason::TooLong { what: "le titre avec sa présentation", text: format!("{topic}. {summary}") })
    }

    /// The summary's lines and their distance, where they end above the green's edge and keep off the sticker.
    fn summary(&mut self, text: &str, y_pt: f64, sticker: (f64, f64)) -> Result<Option<(Vec<Line>, f64)>, Reason> {
        let Format { width_pt, margin_pt, green_pt, scale, .. } = *self.format;
        let mut size_pt = SUMMARY.size_pt;
        while size_pt >= SMALLEST_SUMMARY_PT {
            let leading_pt = size_pt * scale * 1.3;
            // Short lines read better than long ones, and end before the sticker anyway.
            for (width_pt, bottom_pt) in [
                ((width_pt - 2.0 * margin_pt) * 0.84, sticker.1),
                (sticker.0 - margin_pt, green_pt - 12.0 * scale),
                (width_pt - 2.0 * margin_pt, sticker.1),
            ] {
                let lines = wrap(
                    &mut self.shaper,
                    &[self.format.style(SUMMARY).sized(size_pt * scale).span(text)],
                    width_pt,
                    Fill::Even,
                )?;
                let last_pt = y_pt + lines.len().saturating_sub(1) as f64 * leading_pt;
                if last_pt <= bottom_pt && lines.iter().all(|l| l.width_pt <= width_pt) {
                    return Ok(Some((lines, leading_pt)));
                }
            }
            size_pt -= 0.5;
        }
        Ok(None)
    }

    /// The price on the sun.
    fn sticker(&mut self, workshop: &Workshop) -> Result<(), Reason> {
        let Format { width_pt, green_pt, sticker_pt, sticker_radius_pt: radius_pt, scale, .. } = *self.format;
        let (x_pt, y_pt) = (width_pt - sticker_pt.0, green_pt - sticker_pt.1);
        self.frame.push(Role::Artifact, Mark::Circle { x_pt, y_pt, radius_pt, colour: look::SUN });
        let texts = workshop.price_lines();
        let mut lines = Vec::new();
        for (i, text) in texts.iter().enumerate() {
            // The amount large, what it covers smaller below it.
            let style = self.format.style(if i == 0 {
                PRICE.sized(if texts.len() > 1 { 25.0 } else { PRICE.size_pt })
            } else {
                PRICE.sized(13.0)
            });
            let (size_pt, mut fitted) = fit(&mut self.shaper, style, text, 10.0 * scale, radius_pt * 1.6, 1)?
                .ok_or_else(|| Reason::TooLong { what: "le prix", text: text.clone() })?;
            lines.extend(fitted.pop().map(|line| (size_pt, line)));
        }
        let gap_pt = 5.0 * scale;
        let tall_pt: f64 =
            lines.iter().map(|(size, _)| size * Face::CAPITAL_EM).sum::<f64>() + gap_pt * (lines.len() as f64 - 1.0);
        let mut below_pt = -tall_pt / 2.0;
        let (sin, cos) = STICKER_DEG.to_radians().sin_cos();
        for (size_pt, line) in &lines {
            below_pt += size_pt * Face::CAPITAL_EM;
            // Turned about the sticker's centre.
            let (dx, dy) = (-line.width_pt / 2.0, below_pt);
            line.place_turned(
                &mut self.frame,
                Role::Paragraph,
                x_pt + dx * cos + dy * sin,
                y_pt - dx * sin + dy * cos,
                STICKER_DEG,
            );
            below_pt += gap_pt;
        }
        Ok(())
    }

    /// When, at what time, where; evenly between the sticker and the rule.
    fn facts(&mut self, workshop: &Workshop) -> Result<(), Reason> {
        let Format { width_pt, margin_pt, scale, facts_pt: (top_pt, bottom_pt), .. } = *self.format;
        let x_pt = margin_pt + 56.5 * scale;
        let text_pt = width_pt - margin_pt - x_pt;
        let day = french(&calendar::long_date(workshop.first_day()));
        let venue = french(&workshop.venue.name);
        let rows = [
            ("Quand", day.clone(), workshop.rhythm().unwrap_or_default()),
            ("Heure", french(&workshop.hours()), String::new()),
            ("Où", venue.clone(), street_and_directions(&workshop.venue)),
        ];
        let mut fact_pt = FACT.size_pt;
        while fact_pt >= SMALLEST_FACT_PT {
            let mut laid = Vec::new();
            let mut tall_pt = 0.0;
            for (label, fact, detail) in &rows {
                let fact_lines = wrap(
                    &mut self.shaper,
                    &[self.format.style(FACT).sized(fact_pt * scale).span(fact.as_str())],
                    text_pt,
                    Fill::Balanced,
                )?;
                let fits = fact_lines.len() <= 2 && fact_lines.iter().all(|l| l.width_pt <= text_pt);
                let detail_lines =
                    fit(&mut self.shaper, self.format.style(DETAIL), detail, SMALLEST_DETAIL_PT * scale, text_pt, 2)?;
                let Some((detail_pt, detail_lines)) = detail_lines.filter(|_| fits) else { break };
                let detail_lines = if detail.is_empty() { vec![] } else { detail_lines };
                tall_pt += fact_lines.len() as f64 * fact_pt * scale * FACT_LEADING
                    + detail_lines.len() as f64 * detail_pt * DETAIL_LEADING;
                laid.push((*label, fact_lines, detail_pt, detail_lines));
            }
            let gap_pt = ((bottom_pt - top_pt - tall_pt) / 2.0).min(13.0 * scale);
            if laid.len() == rows.len() && gap_pt >= 4.0 * scale {
                let spare_pt = bottom_pt - top_pt - tall_pt - 2.0 * gap_pt;
                let mut y_pt = top_pt + spare_pt * 0.35;
                for (label, fact_lines, detail_pt, detail_lines) in laid {
                    let first_pt = y_pt + fact_pt * scale * (FACT_LEADING + Face::CAPITAL_EM) / 2.0;
                    self.line(LABEL, label, margin_pt, first_pt)?;
                    self.place(&fact_lines, Role::Paragraph, x_pt, first_pt, fact_pt * scale * FACT_LEADING);
                    y_pt += fact_lines.len() as f64 * fact_pt * scale * FACT_LEADING;
                    let detail_y_pt = y_pt + detail_pt * (DETAIL_LEADING + Face::CAPITAL_EM) / 2.0;
                    self.place(&detail_lines, Role::Paragraph, x_pt, detail_y_pt, detail_pt * DETAIL_LEADING);
                    y_pt += detail_lines.len() as f64 * detail_pt * DETAIL_LEADING + gap_pt;
                }
                return Ok(());
            }
            fact_pt -= 0.5;
        }
        Err(Reason::TooLong {
            what: "la date ou le lieu",
            text: format!("{day}, {venue}, {}", street_and_directions(&workshop.venue)),
        })
    }

    /// One line that must fit between there and the right margin; its width.
    fn line(&mut self, style: Style, text: &str, x_pt: f64, y_pt: f64) -> Result<f64, Reason> {
        let room_pt = self.format.width_pt - self.format.margin_pt - x_pt;
        let (_, lines) = fit(
            &mut self.shaper,
            self.format.style(style),
            text,
            style.size_pt * self.format.scale * 0.75,
            room_pt,
            1,
        )?
        .ok_or_else(|| Reason::TooLong { what: "le nom ou le téléphone de la structure", text: text.to_owned() })?;
        self.place(&lines, Role::Paragraph, x_pt, y_pt, 0.0);
        Ok(lines.iter().map(|l| l.width_pt).fold(0.0, f64::max))
    }

    fn place(&mut self, lines: &[Line], role: Role, x_pt: f64, y_pt: f64, leading_pt: f64) {
        for (i, line) in lines.iter().enumerate() {
            line.place(&mut self.frame, role, x_pt, y_pt + i as f64 * leading_pt);
        }
    }
}

impl Format {
    fn style(&self, style: Style) -> Style {
        style.sized(style.size_pt * self.scale)
    }

    /// The poster is wider than it is taller: distances grow less than type.
    fn tight(&self) -> f64 {
        f64::midpoint(1.0, self.scale)
    }
}

const TITLE_LEADING: f64 = 1.04;
/// Between the title's last baseline and the summary's capitals: as drawn, or less where room is scarce.
const SUMMARY_AIR_PT: [f64; 2] = [17.0, 13.0];
const STICKER_DEG: f64 = 6.0;
const FACT_LEADING: f64 = 1.16;
const DETAIL_LEADING: f64 = 1.32;

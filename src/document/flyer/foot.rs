//! What every design has: the facts, how to register, who makes it, and the tabs to tear off.

use super::board::{Board, Kind, Part, Put};
use crate::document::Reason;
use crate::document::font::Face;
use crate::document::frame::{Colour, Frame, Mark, Role};
use crate::document::look::{self, mm};
use crate::document::paragraph::{Fill, Style, fit, wrap};
use crate::document::place::{street, venue_name, whole_town};
use crate::document::qr::Qr;
use crate::domain::calendar;
use crate::domain::edition::Paper;
use crate::text::typography::french;

const TABS: u16 = 10;
const TAB_LEADING: f64 = 1.22;
const SMALLEST_ON_A_TAB: f64 = 8.0;
/// Office printers leave so much white at the edges: the outer tabs are wider by it.
const TAB_EDGE_PT: f64 = mm(5.0);

/// Colours of a part.
#[derive(Debug, Clone, Copy)]
pub struct Inks {
    /// Text.
    pub text: Colour,
    /// Labels.
    pub muted: Colour,
}

impl Board<'_, '_> {
    /// The inks of the paper's ground.
    pub fn inks(&self) -> Inks {
        Inks { text: self.palette.ink, muted: self.palette.muted }
    }

    /// When, at what time, where. Without the date where it stands elsewhere. `gap_pt` is between two of them.
    pub fn rows(&mut self, with_date: bool, left_pt: f64, width_pt: f64, gap_pt: f64) -> Result<Part, Reason> {
        let workshop = self.facts.workshop;
        let rhythm = workshop.rhythm().unwrap_or_default();
        let small = self.edition.paper == Paper::A6;
        let (day, hours) = (calendar::long_date(workshop.first_day()), workshop.hours());
        let (address, directions) = (street(&workshop.venue), french(workshop.venue.directions.trim()));
        let venue = venue_name(&workshop.venue);
        let mut rows = match (with_date, small) {
            (true, false) => vec![("Quand", day, vec![rhythm]), ("Heure", hours, vec![])],
            // A pocket has no room for two lines where one does.
            (true, true) => {
                vec![("Quand", day, vec![format!("de {hours}"), rhythm])]
            }
            (false, _) => vec![],
        };
        rows.push(("Où", venue, vec![address, directions]));
        let inks = self.inks();
        let column_pt = if small { 0.0 } else { 58.0 * self.scale };
        let mut part = Part::default();
        for (i, (label, fact, details)) in rows.iter().enumerate() {
            if i > 0 {
                part.skip(gap_pt);
            }
            let (fact_pt, label_pt) = (self.size_pt(Kind::Fact), self.size_pt(Kind::Label));
            if !small {
                // On the baseline of what it names.
                let mut beside = Part { y_pt: part.y_pt, ..Part::default() };
                beside.skip((fact_pt * (1.18 + Face::CAPITAL_EM) - label_pt * (1.3 + Face::CAPITAL_EM)) / 2.0);
                let put =
                    Put { what: "le libellé", text: label, ..self.line(Kind::Label, inks.muted, left_pt, column_pt) };
                self.put(&mut beside, put)?;
                part.frame.append(beside.frame, 0.0, 0.0);
            }
            let (x_pt, room_pt) = (left_pt + column_pt, width_pt - column_pt);
            let put = Put {
                what: "la date ou le lieu",
                text: fact,
                lines: 2,
                ..self.line(Kind::Fact, inks.text, x_pt, room_pt)
            };
            self.put(&mut part, put)?;
            let detail = self.on_one_line_or_each(Kind::Detail, details, room_pt)?;
            let put = Put {
                what: "l’adresse du lieu",
                text: &detail,
                lines: 3,
                ..self.line(Kind::Detail, inks.text, x_pt, room_pt)
            };
            self.put(&mut part, put)?;
        }
        Ok(part)
    }

    /// What belongs together on one line where there is room for it, and else each on a line of its own: no line breaks
    /// within a place or an hour that need not.
    pub fn on_one_line_or_each(&mut self, kind: Kind, texts: &[String], room_pt: f64) -> Result<String, Reason> {
        let texts: Vec<_> = texts.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        let together = french(&texts.join(", "));
        let size_pt = self.size_pt(kind);
        let fits = self.shaper.width_pt(Face::Regular, size_pt, &together)? <= room_pt;
        Ok(if fits { together } else { texts.join("\n") })
    }

    /// Phone, hours, reference; the QR code beside them.
    pub fn registration(&mut self, inks: Inks, left_pt: f64, width_pt: f64) -> Result<Part, Reason> {
        let plate_pt = mm(match self.edition.paper {
            Paper::A6 => 24.0,
            Paper::A5 => 29.0,
            Paper::A4 => 38.0,
            Paper::A3 => 52.0,
        });
        let room_pt = width_pt - plate_pt - 10.0 * self.scale;
        let structure = self.facts.structure;
        let mut part = Part::default();
        let mut put = |board: &mut Self, kind, what, text: &str, lines| {
            let put = Put { what, text, lines, ..board.line(kind, inks.text, left_pt, room_pt) };
            board.put(&mut part, put)
        };
        let reference = format!("Réf.\u{a0}{}", self.facts.reference);
        // A pocket has no room for what its phone number says, nor for a line of the reference's own.
        let pocket = self.edition.paper == Paper::A6;
        let how = if pocket {
            format!("Par téléphone, réf.\u{a0}{}", self.facts.reference)
        } else {
            "Inscription par téléphone".to_owned()
        };
        put(self, Kind::Detail, "« Inscription par téléphone »", &how, 2)?;
        put(self, Kind::Phone, "le téléphone", &structure.phone.to_string(), 1)?;
        let together = french(&format!("{} · {reference}", structure.hours));
        let size_pt = self.size_pt(Kind::Detail);
        if pocket {
            put(self, Kind::Detail, "les heures d’appel", &structure.hours, 3)?;
        } else if self.shaper.width_pt(Face::Regular, size_pt, &together)? <= room_pt {
            put(self, Kind::Detail, "les heures d’appel", &together, 1)?;
        } else {
            put(self, Kind::Detail, "les heures d’appel", &structure.hours, 3)?;
            put(self, Kind::Detail, "la référence", &reference, 1)?;
        }
        let text_pt = part.y_pt;
        let code = Qr::encode(&self.facts.url)
            .ok_or_else(|| Reason::TooLong { what: "l’adresse du code QR", text: self.facts.url.clone() })?;
        let tall_pt = text_pt.max(plate_pt);
        // Whichever is shorter stands in the middle of the other.
        let mut whole = Part::default();
        whole.frame.append(part.frame, 0.0, (tall_pt - text_pt) / 2.0);
        whole.frame.block();
        // White on white, the plate does not show: what is dark lines up with the texts and rules.
        let beyond_pt = if self.palette.copier { code.quiet_pt(plate_pt) } else { 0.0 };
        let x_pt = left_pt + width_pt - plate_pt + beyond_pt;
        code.place(&mut whole.frame, x_pt, (tall_pt - plate_pt) / 2.0, plate_pt);
        whole.frame.describe(format!("Code QR de la page d’inscription\u{a0}: {}", self.facts.url));
        whole.skip(tall_pt);
        Ok(whole)
    }

    /// Who makes it, who pays, and what they demand: logos where there are some, in one row, and words.
    pub fn credits(&mut self, left_pt: f64, width_pt: f64) -> Result<Part, Reason> {
        let facts = self.facts;
        let credits = facts.credits;
        let mut part = Part::default();
        let logos: Vec<_> = credits
            .structure
            .iter()
            .map(|p| (facts.structure.name.as_str(), p))
            .chain(credits.funders.iter().map(|(name, picture)| (name.as_str(), picture)))
            .collect();
        if !logos.is_empty() {
            // Logos differ in shape: the same height and at most so wide each.
            let gap_pt = 14.0 * self.scale;
            let count = logos.len() as f64;
            let tall_pt = if self.edition.paper == Paper::A6 { mm(7.0) } else { mm(11.0) * self.scale.powf(0.8) };
            let wide_pt = ((width_pt - gap_pt * (count - 1.0)) / count).min(mm(40.0) * self.scale);
            let sizes: Vec<_> = logos.iter().map(|(_, p)| p.fit(wide_pt, tall_pt)).collect();
            let row_pt = sizes.iter().map(|s| s.1).fold(0.0, f64::max);
            let total_pt: f64 = sizes.iter().map(|s| s.0).sum::<f64>() + gap_pt * (count - 1.0);
            // The structure at the left, funders at the right.
            let mut x_pt = left_pt;
            for (i, ((name, picture), (wide_pt, tall_pt))) in logos.iter().zip(sizes).enumerate() {
                if i == 0 && credits.structure.is_none() || i == 1 && credits.structure.is_some() {
                    x_pt += width_pt - total_pt;
                }
                let picture = std::rc::Rc::clone(picture);
                part.frame.block();
                part.frame.describe(format!("Logo\u{a0}: {name}"));
                let y_pt = part.y_pt + (row_pt - tall_pt) / 2.0;
                let mark = Mark::Picture { x_pt, y_pt, width_pt: wide_pt, height_pt: tall_pt, picture };
                part.frame.push(Role::Figure, mark);
                x_pt += wide_pt + gap_pt;
            }
            part.skip(row_pt + 5.0 * self.scale);
        }
        let muted = self.palette.muted;
        let mut sentences = vec![facts.structure.name.clone()];
        if !facts.workshop.support.is_empty() {
            sentences[0] = format!("{}, {}", facts.structure.name, facts.workshop.support);
        }
        sentences.extend(credits.mentions.iter().cloned());
        for sentence in &sentences {
            let put = Put {
                what: "le pied de page",
                text: sentence,
                lines: 3,
                ..self.line(Kind::Small, muted, left_pt, width_pt)
            };
            self.put(&mut part, put)?;
        }
        Ok(part)
    }

    /// How tall the tabs are; nothing without them.
    pub fn tabs_pt(&self) -> f64 {
        match self.edition.paper {
            Paper::A4 if self.edition.tabs => mm(46.0),
            Paper::A3 if self.edition.tabs => mm(60.0),
            _ => 0.0,
        }
    }

    /// Ten tabs to tear off at the lower edge: topic and day, phone, reference.
    pub fn tabs(&mut self, frame: &mut Frame) -> Result<(), Reason> {
        let tall_pt = self.tabs_pt();
        if tall_pt == 0.0 {
            return Ok(());
        }
        let (facts, width_pt, height_pt) = (self.facts, self.width_pt, self.height_pt);
        let y_pt = height_pt - tall_pt;
        let k = self.scale / 1.45;
        frame.block();
        frame.ground(-mm(3.0), y_pt, width_pt + mm(6.0), tall_pt + mm(3.0), look::WHITE);
        let cut = |frame: &mut Frame, from_pt, to_pt| {
            let mark = Mark::Rule { from_pt, to_pt, thickness_pt: 0.75, colour: self.palette.ink, dashed: true };
            frame.push(Role::Artifact, mark);
        };
        cut(frame, (0.0, y_pt), (width_pt, y_pt));
        let tab_pt = (width_pt - 2.0 * TAB_EDGE_PT) / f64::from(TABS);
        // Off the edge that a printer leaves white.
        let padding_pt = mm(5.5);
        let long_pt = tall_pt - 2.0 * padding_pt;
        let day = calendar::day_month(facts.workshop.first_day());
        let text_style = Style::new(Face::Regular, 10.0 * k, self.palette.ink);
        let topic = french(&facts.workshop.short_topic);
        let with_town = french(&format!("{topic}, {}", whole_town(&facts.workshop.venue)));
        // The town where there is room for it: the phone number is what a tab is for.
        let room = fit(self.shaper, text_style, &with_town, SMALLEST_ON_A_TAB, long_pt, 1)?.is_some();
        let texts = [
            (text_style, if room { with_town } else { topic }, 1),
            (text_style, day, 1),
            (Style::new(Face::Bold, 14.5 * k, self.palette.ink), facts.structure.phone.to_string(), 1),
            (text_style, format!("Réf.\u{a0}{}", facts.reference), 1),
        ];
        let mut lines = Vec::new();
        for (style, text, most) in texts {
            let (size_pt, fitted) = fit(self.shaper, style, &text, SMALLEST_ON_A_TAB, long_pt, most)?
                .ok_or_else(|| Reason::TooLong { what: "le sujet abrégé", text: text.clone() })?;
            lines.extend(fitted.into_iter().map(|line| (size_pt * TAB_LEADING, line)));
        }
        let across_pt: f64 = lines.iter().map(|(leading, _)| leading).sum();
        for tab in 0..TABS {
            let mut x_pt = TAB_EDGE_PT + f64::from(tab) * tab_pt + (tab_pt - across_pt) / 2.0;
            for (leading_pt, line) in &lines {
                let baseline_pt = x_pt + leading_pt * (1.0 + Face::CAPITAL_EM / TAB_LEADING) / 2.0;
                // Reading it once is enough: the tabs repeat what the poster says.
                line.place_turned(frame, Role::Artifact, baseline_pt, height_pt - padding_pt, 90.0);
                x_pt += leading_pt;
            }
        }
        for tab in 1..TABS {
            let x_pt = TAB_EDGE_PT + f64::from(tab) * tab_pt;
            cut(frame, (x_pt, y_pt), (x_pt, height_pt));
        }
        Ok(())
    }

    /// One line of a kind, for others to say what differs.
    pub fn line<'t>(&self, kind: Kind, colour: Colour, x_pt: f64, width_pt: f64) -> Put<'t> {
        Put { kind, colour, role: Role::Paragraph, what: "", x_pt, width_pt, lines: 1, text: "" }
    }

    /// A text on one line in the middle of a box.
    pub fn label_box(
        &mut self,
        frame: &mut Frame,
        text: &str,
        style: Style,
        (x_pt, y_pt): (f64, f64),
        tall_pt: f64,
        ground: Colour,
    ) -> Result<(), Reason> {
        let lines = wrap(self.shaper, &[style.span(french(text))], f64::INFINITY, Fill::Even)?;
        let wide_pt = lines.iter().map(|l| l.width_pt).fold(0.0, f64::max) + tall_pt * 0.7;
        frame.block();
        frame.ground(x_pt, y_pt, wide_pt, tall_pt, ground);
        if self.palette.copier {
            frame.outline(x_pt, y_pt, wide_pt, tall_pt, 1.5 * self.scale, self.palette.ink);
        }
        for line in lines {
            let baseline_pt = y_pt + (tall_pt + style.size_pt * Face::CAPITAL_EM) / 2.0;
            line.place(frame, Role::Paragraph, x_pt + tall_pt * 0.35, baseline_pt);
        }
        Ok(())
    }
}

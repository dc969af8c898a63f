//! A4 pages that are filled from top to bottom: head, texts, tables, page numbers.

use std::rc::Rc;

use super::{Sheet, SheetFacts};
use crate::document::Reason;
use crate::document::flyer::Credits;
use crate::document::font::Face;
use crate::document::frame::{Colour, Frame, Mark, Role};
use crate::document::look::{self, mm};
use crate::document::paragraph::{Fill, Line, Span, Style, fit, wrap};
use crate::document::qr::Qr;
use crate::document::shape::Shaper;
use crate::domain::structure::Structure;
use crate::text::typography::french;

/// Which way the paper lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// 210 × 297 mm.
    Upright,
    /// 297 × 210 mm.
    Across,
}

/// Pages being filled.
pub struct Paper {
    /// Shapes words.
    pub shaper: Shaper,
    /// The page that is being filled.
    pub frame: Frame,
    /// Where the next thing begins on it.
    pub y_pt: f64,
    /// Width of the paper.
    pub width_pt: f64,
    /// Height of the paper.
    pub height_pt: f64,
    /// The deep colour of the house.
    pub deep: Colour,
    full: Vec<Frame>,
    title: String,
    foot: Vec<Line>,
    tables: u16,
}

/// From the edge to the text.
pub const MARGIN_PT: f64 = mm(16.0);
const FOOT_PT: f64 = mm(13.0);
/// Where a page after the first begins.
const PAGE_TOP_PT: f64 = mm(16.0);
const FOOT_LINE_PT: f64 = 12.0;
const TITLE: Style = Style::new(Face::ExtraBold, 24.0, look::INK);
const LEAD: Style = Style::new(Face::Regular, 14.0, look::INK);
const SMALL: Style = Style::new(Face::Regular, 9.5, look::MUTED);
const LEADING: f64 = 1.36;

impl Paper {
    /// The first page, with logos, the line above the title, and the title.
    pub fn new(facts: &SheetFacts, way: Way, over: &str, title: &str) -> Result<Self, Reason> {
        let (width_pt, height_pt) = match way {
            Way::Upright => (mm(210.0), mm(297.0)),
            Way::Across => (mm(297.0), mm(210.0)),
        };
        let structure = facts.structure;
        // Who makes it, who pays, and what they demand; at the right there is room for the page's number.
        let mut foot = format!("{} · {} · {}", structure.name, structure.phone, structure.town);
        for said in [facts.support].into_iter().chain(facts.credits.mentions.iter().map(String::as_str)) {
            if !said.is_empty() {
                foot.push_str(" · ");
                foot.push_str(said);
            }
        }
        let mut shaper = Shaper::default();
        let foot_width_pt = width_pt - 2.0 * MARGIN_PT - mm(25.0);
        let foot = wrap(&mut shaper, &[SMALL.span(french(&foot))], foot_width_pt, Fill::Even)?;
        let mut paper = Self {
            shaper,
            frame: Frame::default(),
            y_pt: mm(14.0),
            width_pt,
            height_pt,
            deep: structure.colour.unwrap_or(look::DEEP),
            full: vec![],
            title: title.to_owned(),
            foot,
            tables: 0,
        };
        paper.logos(facts.credits, &structure.name);
        let over_style = Style::new(Face::SemiBold, 12.0, paper.deep);
        paper.text(Role::Paragraph, &[over_style.span(french(over))])?;
        let room_pt = paper.column_pt();
        let text = french(title);
        let (size_pt, lines) = fit(&mut paper.shaper, TITLE, &text, 16.0, room_pt, 2)?
            .ok_or(Reason::TooLong { what: "le titre", text })?;
        paper.frame.block();
        for line in lines {
            line.place(&mut paper.frame, Role::Heading, MARGIN_PT, paper.y_pt + size_pt * 0.95);
            paper.y_pt += size_pt * 1.14;
        }
        paper.y_pt += 6.0;
        Ok(paper)
    }

    /// The width of texts.
    pub fn column_pt(&self) -> f64 {
        self.width_pt - 2.0 * MARGIN_PT
    }

    /// What is left of the page.
    pub fn room_pt(&self) -> f64 {
        self.height_pt - self.foot_pt() - mm(6.0) - self.y_pt
    }

    /// The same of an empty page.
    pub fn page_room_pt(&self) -> f64 {
        self.room_pt() + self.y_pt - PAGE_TOP_PT
    }

    /// From the lower edge to where the foot begins.
    fn foot_pt(&self) -> f64 {
        FOOT_PT + self.foot.len().saturating_sub(1) as f64 * FOOT_LINE_PT
    }

    /// Another page.
    pub fn turn(&mut self) {
        self.full.push(std::mem::take(&mut self.frame));
        self.y_pt = PAGE_TOP_PT;
    }

    /// A number for a table.
    pub fn next_table(&mut self) -> u16 {
        self.tables += 1;
        self.tables
    }

    /// Leaves room.
    pub fn skip(&mut self, pt: f64) {
        self.y_pt += pt;
    }

    /// A paragraph to be read by seniors.
    pub fn lead(&mut self, text: &str) -> Result<(), Reason> {
        self.text(Role::Paragraph, &[LEAD.span(french(text))])
    }

    /// The title of a part.
    pub fn subheading(&mut self, text: &str) -> Result<(), Reason> {
        let style = Style::new(Face::Bold, 16.0, self.deep);
        if self.room_pt() < 80.0 {
            self.turn();
        }
        self.text(Role::Subheading, &[style.span(french(text))])
    }

    /// Small print.
    pub fn small(&mut self, text: &str) -> Result<(), Reason> {
        self.text(Role::Paragraph, &[SMALL.span(french(text))])
    }

    /// A paragraph over the whole width; it goes on on the next page.
    pub fn text(&mut self, role: Role, spans: &[Span]) -> Result<(), Reason> {
        let size_pt = spans.iter().map(|s| s.style.size_pt).fold(0.0, f64::max);
        let column_pt = self.column_pt();
        let lines = wrap(&mut self.shaper, spans, column_pt, Fill::Even)?;
        self.frame.block();
        for line in lines {
            if self.room_pt() < size_pt * LEADING {
                self.turn();
            }
            let baseline_pt = self.y_pt + size_pt * (LEADING + Face::CAPITAL_EM) / 2.0;
            line.place(&mut self.frame, role, MARGIN_PT, baseline_pt);
            self.y_pt += size_pt * LEADING;
        }
        Ok(())
    }

    /// A question with boxes to tick.
    pub fn choices(&mut self, question: &str, answers: &[&str]) -> Result<(), Reason> {
        if self.room_pt() < 60.0 {
            self.turn();
        }
        self.text(Role::Paragraph, &[Style { face: Face::Bold, ..LEAD }.span(french(question))])?;
        self.skip(5.0);
        let (box_pt, column_pt) = (15.0, self.column_pt());
        let mut x_pt = MARGIN_PT;
        for answer in answers {
            let lines = wrap(&mut self.shaper, &[LEAD.span(french(answer))], column_pt, Fill::Even)?;
            let wide_pt = lines.iter().map(|l| l.width_pt).fold(0.0, f64::max) + box_pt + 8.0;
            if x_pt > MARGIN_PT && x_pt + wide_pt > self.width_pt - MARGIN_PT {
                x_pt = MARGIN_PT;
                self.skip(27.0);
            }
            self.frame.block();
            self.frame.outline(x_pt, self.y_pt + 1.0, box_pt, box_pt, 1.2, look::INK);
            for line in lines {
                line.place(&mut self.frame, Role::Paragraph, x_pt + box_pt + 8.0, self.y_pt + 13.5);
            }
            x_pt += wide_pt + 20.0;
        }
        self.skip(27.0 + 8.0);
        Ok(())
    }

    /// A question with lines to write on.
    pub fn question(&mut self, question: &str, lines: usize) -> Result<(), Reason> {
        self.text(Role::Paragraph, &[Style { face: Face::Bold, ..LEAD }.span(french(question))])?;
        for _ in 0..lines {
            // As far apart as a hand needs.
            self.skip(mm(9.5));
            let column_pt = self.column_pt();
            self.frame.rule(MARGIN_PT, self.y_pt, column_pt, 0.7, look::MUTED);
        }
        self.skip(14.0);
        Ok(())
    }

    /// How to register, at the foot of the page: the phone, its hours, and a code that leads to `url`.
    pub fn registration(&mut self, structure: &Structure, how: &str, url: &str) -> Result<(), Reason> {
        let plate_pt = mm(30.0);
        if self.room_pt() < plate_pt + 14.0 {
            self.turn();
        }
        let top_pt = self.y_pt + self.room_pt() - plate_pt;
        let column_pt = self.column_pt();
        self.frame.rule(MARGIN_PT, top_pt - 8.0, column_pt, 1.5, look::INK);
        let code =
            Qr::encode(url).ok_or_else(|| Reason::TooLong { what: "l’adresse du code QR", text: url.to_owned() })?;
        // White on white, the plate does not show: what is dark lines up with the rule.
        let x_pt = self.width_pt - MARGIN_PT - plate_pt + code.quiet_pt(plate_pt);
        self.y_pt = top_pt + 8.0;
        for (face, size_pt, text) in [
            (Face::Regular, 14.0, how),
            (Face::ExtraBold, 26.0, &structure.phone.to_string()),
            (Face::Regular, 14.0, &structure.hours),
        ] {
            self.text(Role::Paragraph, &[Style::new(face, size_pt, look::INK).span(french(text))])?;
        }
        self.frame.block();
        code.place(&mut self.frame, x_pt, top_pt, plate_pt);
        self.frame.describe(format!("Code QR de la page d’inscription\u{a0}: {url}"));
        Ok(())
    }

    /// The sheet. Page numbers stand where there is more than one page.
    pub fn finish(mut self) -> Result<Sheet, Reason> {
        self.turn();
        let count = self.full.len();
        let mut frames = std::mem::take(&mut self.full);
        for (i, frame) in frames.iter_mut().enumerate() {
            let mut y_pt = self.height_pt - self.foot_pt() + 10.0;
            frame.block();
            // Heard once: on every page it is for the eye.
            let role = if i == 0 { Role::Paragraph } else { Role::Artifact };
            for line in &self.foot {
                line.place(frame, role, MARGIN_PT, y_pt);
                y_pt += FOOT_LINE_PT;
            }
            if count > 1 {
                let number = SMALL.span(format!("page\u{a0}{} sur\u{a0}{count}", i + 1));
                for line in wrap(&mut self.shaper, &[number], f64::INFINITY, Fill::Even)? {
                    let x_pt = self.width_pt - MARGIN_PT - line.width_pt;
                    line.place(frame, Role::Artifact, x_pt, y_pt - FOOT_LINE_PT);
                }
            }
        }
        Ok(Sheet { title: self.title, pages: frames, size_pt: (self.width_pt, self.height_pt) })
    }

    /// Logos in the upper right corner.
    fn logos(&mut self, credits: &Credits, structure: &str) {
        let own = credits.structure.iter().map(|p| (structure, p));
        let all: Vec<_> = own.chain(credits.funders.iter().map(|(name, p)| (name.as_str(), p))).collect();
        let mut right_pt = self.width_pt - MARGIN_PT;
        for (name, picture) in all.into_iter().rev() {
            let (width_pt, height_pt) = picture.fit(mm(34.0), mm(12.0));
            right_pt -= width_pt;
            self.frame.block();
            self.frame.describe(format!("Logo\u{a0}: {name}"));
            let (x_pt, y_pt) = (right_pt, mm(9.0) + (mm(12.0) - height_pt) / 2.0);
            let picture = Rc::clone(picture);
            self.frame.push(Role::Figure, Mark::Picture { x_pt, y_pt, width_pt, height_pt, picture });
            right_pt -= mm(6.0);
        }
        if credits.structure.is_some() || !credits.funders.is_empty() {
            self.y_pt = mm(23.0);
        }
    }
}

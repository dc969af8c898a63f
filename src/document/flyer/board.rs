//! Where a piece is put together: texts go down a column, each in the size that the fit gives it.

use super::palette::Palette;
use super::{Edition, FlyerFacts};
use crate::document::Reason;
use crate::document::font::Face;
use crate::document::frame::{Colour, Frame, Mark, Role};
use crate::document::look::mm;
use crate::document::paragraph::{Fill, Line, Style, wrap};
use crate::document::proof::SMALLEST_PT;
use crate::document::shape::Shaper;
use crate::domain::edition::Paper;
use crate::text::typography::french;

/// What a text is, which says how large it may be and how small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The line above the title.
    Kicker,
    /// The topic.
    Title,
    /// What people do there.
    Summary,
    /// When and where.
    Fact,
    /// What belongs to a fact.
    Detail,
    /// « Quand ».
    Label,
    /// The number to call.
    Phone,
    /// Who makes it, who pays.
    Small,
}

/// A piece being put together, at one fit.
pub struct Board<'b, 'f> {
    /// Shapes words.
    pub shaper: &'b mut Shaper,
    /// What is said.
    pub facts: &'f FlyerFacts<'f>,
    /// Which copy.
    pub edition: Edition,
    /// Its colours.
    pub palette: Palette,
    /// The paper.
    pub width_pt: f64,
    /// The paper.
    pub height_pt: f64,
    /// From the edge to the text.
    pub margin_pt: f64,
    /// How much larger than an A5 flyer it is.
    pub scale: f64,
    /// 1 for the largest sizes, 0 for the smallest.
    pub fit: f64,
    /// As much of the workshop's summary as there is room for.
    pub summary: &'f str,
    trouble: Option<Reason>,
}

/// A part: what stands in it from its own upper left corner, and how tall it is.
#[derive(Default)]
pub struct Part {
    /// What stands in it.
    pub frame: Frame,
    /// Where the next line begins.
    pub y_pt: f64,
    /// Right edges of its lines, and where each ends.
    pub edges: Vec<(f64, f64)>,
}

/// A text to be put.
#[derive(Clone, Copy)]
pub struct Put<'t> {
    /// What it is.
    pub kind: Kind,
    /// Its colour.
    pub colour: Colour,
    /// For whoever hears it.
    pub role: Role,
    /// Its name in a message.
    pub what: &'static str,
    /// Its left edge.
    pub x_pt: f64,
    /// The room it has.
    pub width_pt: f64,
    /// The lines it may have.
    pub lines: usize,
    /// What it says.
    pub text: &'t str,
}

impl<'b, 'f> Board<'b, 'f> {
    /// An empty board. `fit` is 1 for the largest sizes and 0 for the smallest.
    pub fn new(
        shaper: &'b mut Shaper,
        facts: &'f FlyerFacts<'f>,
        edition: Edition,
        palette: Palette,
        fit: f64,
    ) -> Self {
        let (width_mm, height_mm) = edition.paper.size_mm();
        let scale = match edition.paper {
            Paper::A6 => 0.76,
            Paper::A5 => 1.0,
            Paper::A4 => 1.45,
            Paper::A3 => 2.05,
        };
        Self {
            shaper,
            facts,
            edition,
            palette,
            width_pt: mm(width_mm),
            height_pt: mm(height_mm),
            margin_pt: mm(11.0) * scale,
            scale,
            fit,
            summary: &facts.workshop.summary,
            trouble: None,
        }
    }

    /// The size of a kind of text at this fit. Running text has 14 points or more, a poster's facts 24.
    pub fn size_pt(&self, kind: Kind) -> f64 {
        let k = self.scale;
        let (largest, smallest) = match kind {
            Kind::Kicker => ((14.0 * k).max(12.5), (12.0 * k).max(12.0)),
            Kind::Title => (42.0 * k, 18.0 * k),
            Kind::Summary => ((15.5 * k).max(14.0), (10.0 * k).max(14.0)),
            Kind::Fact => ((23.0 * k).max(21.0), (16.6 * k).max(14.5)),
            Kind::Detail => ((15.0 * k).max(14.0), (10.0 * k).max(14.0)),
            Kind::Label => (12.5 * k, 12.0 * k),
            Kind::Phone => (28.0 * k, 19.0 * k),
            Kind::Small => ((10.5 * k).max(9.5), (7.5 * k).clamp(SMALLEST_PT, 11.0)),
        };
        // Cut to a quarter point.
        ((smallest + (largest - smallest).max(0.0) * self.fit) * 4.0).round() / 4.0
    }

    /// Puts a text at the end of a part. Where it does not fit, that is noted: [`Board::settle`] asks.
    pub fn put(&mut self, part: &mut Part, put: Put<'_>) -> Result<(), Reason> {
        let text = french(put.text);
        if text.trim().is_empty() {
            return Ok(());
        }
        let (face, leading, fill) = match put.kind {
            Kind::Title => (Face::ExtraBold, 1.06, Fill::Balanced),
            Kind::Fact | Kind::Phone => (Face::ExtraBold, 1.18, Fill::Balanced),
            Kind::Kicker | Kind::Label => (Face::SemiBold, 1.3, Fill::Balanced),
            Kind::Summary | Kind::Detail => (Face::Regular, 1.32, Fill::Even),
            Kind::Small => (Face::Regular, 1.3, Fill::Even),
        };
        let size_pt = self.size_pt(put.kind);
        let style = Style::new(face, size_pt, put.colour);
        let lines = wrap(self.shaper, &[style.span(text.as_str())], put.width_pt, fill)?;
        if lines.len() > put.lines || lines.iter().any(|l| l.width_pt > put.width_pt) {
            self.trouble.get_or_insert(Reason::TooLong { what: put.what, text });
        }
        part.lines(&lines, put.role, put.x_pt, size_pt, leading);
        Ok(())
    }

    /// Whom it is for, and the topic below. Each has its colour and the room it has; the topic takes `lines` at most.
    pub fn heading(
        &mut self,
        part: &mut Part,
        colours: [Colour; 2],
        x_pt: f64,
        widths_pt: [f64; 2],
        lines: usize,
    ) -> Result<(), Reason> {
        let kicker = self.kicker();
        let line = self.line(Kind::Kicker, colours[0], x_pt, widths_pt[0]);
        self.put(part, Put { what: "l’âge", text: &kicker, ..line })?;
        part.skip(3.0 * self.scale);
        let (text, line) = (&self.facts.workshop.topic, self.line(Kind::Title, colours[1], x_pt, widths_pt[1]));
        self.put(part, Put { what: "le titre", text, role: Role::Heading, lines, ..line })
    }

    /// What people do there, after some air.
    pub fn summary(
        &mut self,
        part: &mut Part,
        colour: Colour,
        x_pt: f64,
        width_pt: f64,
        air_pt: f64,
    ) -> Result<(), Reason> {
        if self.summary.is_empty() {
            return Ok(());
        }
        part.skip(air_pt);
        let (text, line) = (self.summary, self.line(Kind::Summary, colour, x_pt, width_pt));
        self.put(part, Put { what: "la présentation", text, lines: 7, ..line })
    }

    /// Lines in one size, as wide as `width_pt` at most, at most as large as `largest_pt`: the date as a picture, the price.
    pub fn fitted(
        &mut self,
        what: &'static str,
        style: Style,
        text: &str,
        smallest_pt: f64,
        width_pt: f64,
    ) -> Result<(f64, Vec<Line>), Reason> {
        let text = french(text);
        let width_em = self.shaper.width_pt(style.face, 1.0, &text)?;
        let size_pt = (style.size_pt.min(width_pt / width_em.max(0.1)) * 4.0).floor() / 4.0;
        if size_pt < smallest_pt {
            self.trouble.get_or_insert(Reason::TooLong { what, text: text.clone() });
        }
        Ok((size_pt, wrap(self.shaper, &[style.sized(size_pt).span(text)], f64::INFINITY, Fill::Even)?))
    }

    /// The frame, if all texts fitted and the parts together are no taller than the paper (`spare_pt` is left).
    pub fn settle(&mut self, spare_pt: f64, frame: impl FnOnce(&mut Self) -> Result<Frame, Reason>) -> Settled {
        if let Some(trouble) = self.trouble.take() {
            return Ok(Err(trouble));
        }
        if spare_pt < 0.0 {
            let workshop = self.facts.workshop;
            let text = french(&format!("{}, {}", workshop.topic, workshop.venue.name));
            let Edition { paper, tabs, .. } = self.edition;
            return Ok(Err(Reason::Crowded { paper: paper.code(), tabs, text }));
        }
        frame(self).map(Ok)
    }

    /// The price as a round sticker about a point.
    pub fn sticker(&mut self, frame: &mut Frame, x_pt: f64, y_pt: f64, radius_pt: f64) -> Result<(), Reason> {
        frame.block();
        if self.palette.copier {
            let colour = self.palette.ink;
            frame.push(Role::Artifact, Mark::Circle { x_pt, y_pt, radius_pt, colour });
        }
        let inner_pt = if self.palette.copier { radius_pt - 1.5 * self.scale } else { radius_pt };
        frame.push(Role::Artifact, Mark::Circle { x_pt, y_pt, radius_pt: inner_pt, colour: self.palette.sun });
        let texts = self.facts.workshop.price_lines();
        let mut lines = Vec::new();
        for (i, text) in texts.iter().enumerate() {
            // The amount large, what it covers smaller below it.
            let largest_pt = match (i, texts.len()) {
                (0, 1) => radius_pt * 0.42,
                (0, _) => radius_pt * 0.5,
                _ => (radius_pt * 0.27).max(11.0),
            };
            let style = Style::new(Face::ExtraBold, largest_pt, self.palette.ink);
            let (size_pt, fitted) = self.fitted("le prix", style, text, 10.0, radius_pt * 1.62)?;
            lines.extend(fitted.into_iter().map(|line| (size_pt, line)));
        }
        let gap_pt = radius_pt * 0.11;
        let tall_pt: f64 =
            lines.iter().map(|(size, _)| size * Face::CAPITAL_EM).sum::<f64>() + gap_pt * (lines.len() as f64 - 1.0);
        let mut below_pt = -tall_pt / 2.0;
        let (sin, cos) = STICKER_DEG.to_radians().sin_cos();
        for (size_pt, line) in &lines {
            below_pt += size_pt * Face::CAPITAL_EM;
            // Turned about the sticker's centre.
            let (dx, dy) = (-line.width_pt / 2.0, below_pt);
            let (x_pt, y_pt) = (x_pt + dx * cos + dy * sin, y_pt - dx * sin + dy * cos);
            line.place_turned(frame, Role::Paragraph, x_pt, y_pt, STICKER_DEG);
            below_pt += gap_pt;
        }
        Ok(())
    }

    /// What stands above the title.
    fn kicker(&self) -> String {
        match self.facts.workshop.minimum_age {
            0 => "Atelier".to_owned(),
            age => format!("Atelier à partir de {age}\u{a0}ans"),
        }
    }
}

/// A frame, or why there is none at this fit; an error is one that no fit mends.
pub type Settled = Result<Result<Frame, Reason>, Reason>;

const STICKER_DEG: f64 = 6.0;

impl Part {
    /// Leaves room.
    pub fn skip(&mut self, pt: f64) {
        self.y_pt += pt;
    }

    /// Puts lines of one paragraph.
    pub fn lines(&mut self, lines: &[Line], role: Role, x_pt: f64, size_pt: f64, leading: f64) {
        self.frame.block();
        for line in lines {
            let baseline_pt = self.y_pt + size_pt * (leading + Face::CAPITAL_EM) / 2.0;
            line.place(&mut self.frame, role, x_pt, baseline_pt);
            self.y_pt += size_pt * leading;
            self.edges.push((x_pt + line.width_pt, self.y_pt));
        }
    }

    /// Where the lowest line ends that reaches beyond `x_pt`.
    pub fn reach_pt(&self, x_pt: f64) -> f64 {
        self.edges.iter().filter(|(edge, _)| *edge > x_pt).map(|(_, y)| *y).fold(0.0, f64::max)
    }
}

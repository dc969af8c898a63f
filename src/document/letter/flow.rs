//! The text of a letter from the date down to the foot. Tightened step by step until it fits on one page; what does not is
//! set with air on several. Running text never goes below 14 points.

use std::collections::HashMap;
use std::rc::Rc;

use super::LetterFacts;
use super::blocks;
use super::page;
use super::text::{Block, Content, Inline, Rank, Text};
use crate::document::Reason;
use crate::document::font::Face;
use crate::document::frame::{Colour, Frame, Role};
use crate::document::look::{self, mm};
use crate::document::paragraph::{Fill, Line, Span, Style, wrap as wrap_spans};
use crate::document::picture::Picture;
use crate::document::shape::Shaper;
use crate::domain::workshop::Workshop;

/// The size of running text.
pub const BODY_PT: f64 = 14.0;
const HEADING: Face = Face::ExtraBold;
const HEADING_LEADING: f64 = 1.15;
const SMALL_LEADING: f64 = 1.3;
/// From the left margin to the text of a list's item, after a dot and after a number.
const INDENT_PT: f64 = 14.0;
const NUMBER_INDENT_PT: f64 = 24.0;

/// The text of a letter with what its fields say.
pub struct Flow<'a> {
    /// The campaign.
    pub facts: &'a LetterFacts<'a>,
    /// The workshops.
    pub workshops: &'a [&'a Workshop],
    /// The text.
    pub text: &'a Text,
    /// The fields that are not personal.
    pub values: &'a HashMap<&'static str, String>,
    /// What funders want said, for the foot.
    pub mentions: &'a [String],
    /// What does where the number is lost.
    pub lost: &'static str,
    /// The picture of the signature.
    pub signature: Option<Rc<Picture>>,
}

/// Where a layout leaves room for what is one household's own.
#[derive(Debug, Default)]
pub struct Slots {
    /// For the blocks that say something personal, in their order.
    pub blocks: Vec<BlockSlot>,
    /// For the invitation number.
    pub numbers: Vec<NumberSlot>,
    /// For the QR code.
    pub codes: Vec<CodeSlot>,
}

/// Room for the lines of a block.
#[derive(Debug)]
pub struct BlockSlot {
    /// What the block is.
    pub role: Role,
    /// Left edge.
    pub x_pt: f64,
    /// The baseline of each line.
    pub baselines_pt: Vec<f64>,
}

/// Room for the number.
#[derive(Debug)]
pub struct NumberSlot {
    /// How it looks.
    pub style: Style,
    /// Where its baseline begins.
    pub x_pt: f64,
    /// Its baseline.
    pub y_pt: f64,
}

/// Room for the QR code.
#[derive(Debug)]
pub struct CodeSlot {
    /// Left edge of the plate.
    pub x_pt: f64,
    /// Upper edge.
    pub y_pt: f64,
    /// Width and height, quiet zone included.
    pub side_pt: f64,
}

/// How tightly a letter is set.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The space between blocks, 1 as drawn.
    pub gap: f64,
    /// The leading of running text, in its size.
    pub leading: f64,
    /// The size of the table and of the box's lower lines.
    pub detail_pt: f64,
    /// The size of the small print.
    pub small_pt: f64,
}

/// From the way it is meant to the tightest that is still pleasant to read: air goes first, then the secondary lines, the
/// small print last.
const SETTINGS: [Setting; 10] = [
    Setting { gap: 1.0, leading: 1.36, detail_pt: 14.0, small_pt: 9.5 },
    Setting { gap: 0.85, leading: 1.36, detail_pt: 14.0, small_pt: 9.5 },
    Setting { gap: 0.7, leading: 1.34, detail_pt: 14.0, small_pt: 9.5 },
    Setting { gap: 0.8, leading: 1.34, detail_pt: 13.0, small_pt: 9.5 },
    Setting { gap: 0.65, leading: 1.34, detail_pt: 13.0, small_pt: 9.5 },
    Setting { gap: 0.8, leading: 1.34, detail_pt: 12.5, small_pt: 9.5 },
    Setting { gap: 0.65, leading: 1.32, detail_pt: 12.5, small_pt: 9.5 },
    Setting { gap: 0.5, leading: 1.3, detail_pt: 12.0, small_pt: 9.5 },
    Setting { gap: 0.45, leading: 1.28, detail_pt: 12.0, small_pt: 9.0 },
    Setting { gap: 0.35, leading: 1.25, detail_pt: 12.0, small_pt: 8.5 },
];

/// Pages that a letter may have: five sheets on both sides, as many as print services put into an envelope.
const MOST_PAGES: usize = 10;

fn page_top_pt(facts: &LetterFacts, page: usize) -> f64 {
    mm(if page == 0 { page::top_mm(facts) } else { page::NEXT_TOP_MM })
}

/// A page that grows downwards.
pub struct Column<'a> {
    /// What is on it.
    pub frame: Frame,
    /// Where there is room for what is one household's own.
    pub slots: Slots,
    /// How far down it reaches.
    pub y_pt: f64,
    /// How tightly it is set.
    pub setting: Setting,
    /// Shapes its words.
    pub shaper: &'a mut Shaper,
}

/// Left edge of the text.
pub const LEFT_PT: f64 = mm(page::MARGIN_MM);
/// Width of the text.
pub const WIDTH_PT: f64 = mm(page::WIDTH_MM - 2.0 * page::MARGIN_MM);

fn heading_pt(rank: Rank) -> f64 {
    match rank {
        Rank::First => 20.0,
        Rank::Second => 16.0,
    }
}

fn indent_pt(number: Option<u64>) -> f64 {
    if number.is_some() { NUMBER_INDENT_PT } else { INDENT_PT }
}

/// The lines of a block of running text, with these values of its fields; headings in `deep`.
pub fn wrap(
    shaper: &mut Shaper,
    block: &Block,
    deep: Colour,
    value: impl Fn(&'static str) -> String,
) -> Result<Vec<Line>, Reason> {
    let plain = Style::new(Face::Regular, BODY_PT, look::INK);
    let (inlines, style, width_pt, fill) = match block {
        Block::Heading(rank, inlines) => {
            (inlines, Style::new(HEADING, heading_pt(*rank), deep), WIDTH_PT, Fill::Balanced)
        }
        Block::Paragraph(inlines) => (inlines, plain, WIDTH_PT, Fill::Even),
        Block::Item(number, inlines) => (inlines, plain, WIDTH_PT - indent_pt(*number), Fill::Even),
        Block::Workshops | Block::Reply | Block::Stub | Block::Signature => return Ok(vec![]),
    };
    wrap_inlines(shaper, inlines, style, width_pt, fill, value)
}

/// What a block says and how, in a word: two blocks with the same are broken into the same lines.
pub fn said(block: &Block, value: impl Fn(&'static str) -> String) -> String {
    let (kind, inlines) = match block {
        Block::Heading(Rank::First, inlines) => ('#', inlines),
        Block::Heading(Rank::Second, inlines) => ('=', inlines),
        Block::Paragraph(inlines) => (' ', inlines),
        Block::Item(None, inlines) => ('-', inlines),
        Block::Item(Some(_), inlines) => ('1', inlines),
        Block::Workshops | Block::Reply | Block::Stub | Block::Signature => return String::new(),
    };
    let mut said = String::from(kind);
    for inline in inlines {
        said.push(if inline.bold { '\u{1}' } else { '\u{2}' });
        match &inline.content {
            Content::Words(words) => said.push_str(words),
            Content::Field("numero") => said.push('\u{3}'),
            Content::Field(field) => said.push_str(&value(field)),
        }
    }
    said
}

/// The faces in which a block says the invitation number.
pub fn number_faces(block: &Block) -> Vec<Face> {
    let (inlines, plain) = match block {
        Block::Heading(_, inlines) => (inlines, HEADING),
        Block::Paragraph(inlines) | Block::Item(_, inlines) => (inlines, Face::Regular),
        Block::Workshops | Block::Reply | Block::Stub | Block::Signature => return vec![],
    };
    let numbers = inlines.iter().filter(|i| i.content == Content::Field("numero"));
    let mut faces: Vec<Face> = numbers.map(|i| if i.bold { Face::Bold } else { plain }).collect();
    faces.sort_unstable();
    faces.dedup();
    faces
}

fn wrap_inlines(
    shaper: &mut Shaper,
    inlines: &[Inline],
    style: Style,
    width_pt: f64,
    fill: Fill,
    value: impl Fn(&'static str) -> String,
) -> Result<Vec<Line>, Reason> {
    let spans: Vec<Span> = inlines
        .iter()
        .map(|inline| {
            let bold = if inline.bold { Style { face: Face::Bold, ..style } } else { style };
            bold.span(match &inline.content {
                Content::Words(words) => words.clone(),
                Content::Field(field) => value(field),
            })
        })
        .collect();
    let lines = wrap_spans(shaper, &spans, width_pt, fill)?;
    if lines.iter().any(|l| l.width_pt > width_pt) {
        let text = spans.iter().map(|s| s.text.as_str()).collect();
        return Err(Reason::TooLong { what: "un mot de la lettre", text });
    }
    Ok(lines)
}

impl Flow<'_> {
    /// The pages that letters with the same workshops and lists share, each with where it leaves room. `personal_lines` says
    /// how many lines each personal block needs.
    pub fn lay_out(&self, shaper: &mut Shaper, personal_lines: &[usize]) -> Result<Vec<(Frame, Slots)>, Reason> {
        let mut refused = None;
        for setting in SETTINGS {
            let mut column = Column::new(shaper, setting, page_top_pt(self.facts, 0));
            match self.body(&mut column, personal_lines) {
                Ok(()) => {}
                // A word too wide for its column may fit in a smaller size.
                Err(reason @ Reason::TooLong { .. }) => {
                    refused = Some(reason);
                    continue;
                }
                Err(reason) => return Err(reason),
            }
            let (body_pt, frame, slots) = (column.y_pt, column.frame, column.slots);
            let mut foot = Column::new(shaper, setting, 0.0);
            self.small(&mut foot)?;
            let bottom_pt = mm(page::BOTTOM_MM);
            if body_pt + foot.y_pt <= bottom_pt {
                // Small print stands at the foot, whatever the length of the text; where the text is short, close below it.
                let top_pt = (bottom_pt - foot.y_pt).min(body_pt + mm(14.0));
                let mut foot = Column { frame, ..Column::new(shaper, setting, top_pt) };
                self.small(&mut foot)?;
                return Ok(vec![(foot.frame, slots)]);
            }
        }
        match self.several_pages(shaper, SETTINGS[0], personal_lines) {
            Err(Reason::TooLong { .. }) => self.several_pages(shaper, SETTINGS[SETTINGS.len() - 1], personal_lines),
            pages => pages,
        }
        .map_err(|reason| refused.unwrap_or(reason))
    }

    /// The text on as many pages as it needs. A block stands whole on one page, and a heading on the page of what follows.
    fn several_pages(
        &self,
        shaper: &mut Shaper,
        setting: Setting,
        personal_lines: &[usize],
    ) -> Result<Vec<(Frame, Slots)>, Reason> {
        let bottom_pt = mm(page::NUMBERED_BOTTOM_MM);
        let mut pages: Vec<(Frame, Slots)> = Vec::new();
        let mut column = Column::new(shaper, setting, page_top_pt(self.facts, 0));
        let (mut at, mut page_begins) = (0, 0);
        while at < self.text.body.len() {
            let before = column.mark();
            self.block(&mut column, at, at == page_begins, personal_lines)?;
            if column.y_pt <= bottom_pt {
                at += 1;
                continue;
            }
            column.back_to(before);
            let mut next = at;
            while next > page_begins && matches!(self.text.body[next - 1], Block::Heading(..)) {
                next -= 1;
            }
            if next == page_begins {
                return Err(Reason::BlockTooTall);
            }
            if pages.len() + 1 == MOST_PAGES {
                return Err(Reason::TooTall { most: MOST_PAGES });
            }
            if next < at {
                // The headings go along: the page is set again without them.
                column = Column::new(column.shaper, setting, page_top_pt(self.facts, pages.len()));
                for block in page_begins..next {
                    self.block(&mut column, block, block == page_begins, personal_lines)?;
                }
            }
            let Column { frame, slots, shaper, .. } = column;
            pages.push((frame, slots));
            column = Column::new(shaper, setting, page_top_pt(self.facts, pages.len()));
            (at, page_begins) = (next, next);
        }
        let mut foot = Column::new(column.shaper, setting, 0.0);
        self.small(&mut foot)?;
        let foot_pt = foot.y_pt;
        let (body_pt, frame, slots) = (column.y_pt, column.frame, column.slots);
        let (mut top_pt, mut frame, mut slots) = ((bottom_pt - foot_pt).min(body_pt + mm(14.0)), frame, slots);
        if body_pt + foot_pt > bottom_pt {
            pages.push((frame, slots));
            (top_pt, frame, slots) = (page_top_pt(self.facts, pages.len()), Frame::default(), Slots::default());
            if top_pt + foot_pt > bottom_pt {
                return Err(Reason::BlockTooTall);
            }
            if pages.len() == MOST_PAGES {
                return Err(Reason::TooTall { most: MOST_PAGES });
            }
        }
        let mut foot = Column { frame, ..Column::new(shaper, setting, top_pt) };
        self.small(&mut foot)?;
        pages.push((foot.frame, slots));
        let count = pages.len();
        for (number, (frame, _)) in (1..).zip(&mut pages) {
            page::number(shaper, frame, number, count)?;
        }
        Ok(pages)
    }

    fn body(&self, column: &mut Column, personal_lines: &[usize]) -> Result<(), Reason> {
        (0..self.text.body.len()).try_for_each(|at| self.block(column, at, at == 0, personal_lines))
    }

    fn block(&self, column: &mut Column, at: usize, first: bool, personal_lines: &[usize]) -> Result<(), Reason> {
        let block = &self.text.body[at];
        let (x_pt, role, size_pt, leading, gap_pt) = match block {
            Block::Workshops => return blocks::workshops(column, self.facts, self.workshops),
            Block::Reply => return blocks::reply(column, self.facts, self.lost),
            Block::Stub => return blocks::stub(column, self.facts, self.workshops, at + 1 == self.text.body.len()),
            Block::Signature => return blocks::signature(column, self.facts, self.signature.as_ref()),
            Block::Heading(rank, _) => (LEFT_PT, Role::Heading, heading_pt(*rank), HEADING_LEADING, 14.0),
            Block::Item(number, _) => {
                (LEFT_PT + indent_pt(*number), Role::Paragraph, BODY_PT, column.setting.leading, 3.0)
            }
            Block::Paragraph(_) => (LEFT_PT, Role::Paragraph, BODY_PT, column.setting.leading, 10.0),
        };
        column.gap(if first && role == Role::Heading { 0.0 } else { gap_pt });
        if let Block::Item(number, _) = block {
            let mark = number.map_or_else(|| "•".to_owned(), |number| format!("{number}."));
            let bullet = [Style::new(Face::Bold, BODY_PT, page::deep(self.facts)).span(mark)];
            let y_pt = column.baseline(size_pt, leading);
            for line in wrap_spans(column.shaper, &bullet, WIDTH_PT, Fill::Even)? {
                line.place(&mut column.frame, Role::Paragraph, LEFT_PT, y_pt);
            }
        }
        if block.is_personal() {
            let earlier = self.text.body[..at].iter().filter(|b| b.is_personal()).count();
            let count = personal_lines.get(earlier).copied().unwrap_or_default();
            let baselines_pt = (0..count).map(|_| column.next_baseline(size_pt, leading)).collect();
            column.slots.blocks.push(BlockSlot { role, x_pt, baselines_pt });
        } else {
            let lines = wrap(column.shaper, block, page::deep(self.facts), |f| self.value(f))?;
            column.lines(&lines, role, x_pt, size_pt, leading);
        }
        Ok(())
    }

    fn small(&self, column: &mut Column) -> Result<(), Reason> {
        let style = Style::new(Face::Regular, column.setting.small_pt, look::INK);
        column.gap(12.0);
        column.frame.rule(LEFT_PT, column.y_pt, WIDTH_PT, 0.5, look::LINE);
        column.gap(7.0);
        for block in &self.text.small {
            if let Block::Heading(_, inlines) | Block::Paragraph(inlines) | Block::Item(_, inlines) = block {
                let lines = wrap_inlines(column.shaper, inlines, style, WIDTH_PT, Fill::Even, |f| self.value(f))?;
                column.lines(&lines, Role::Paragraph, LEFT_PT, style.size_pt, SMALL_LEADING);
            }
        }
        if !self.mentions.is_empty() {
            let mentions = [Inline { bold: false, content: Content::Words(self.mentions.join(" ")) }];
            let lines = wrap_inlines(column.shaper, &mentions, style, WIDTH_PT, Fill::Even, |f| self.value(f))?;
            column.lines(&lines, Role::Paragraph, LEFT_PT, style.size_pt, SMALL_LEADING);
        }
        Ok(())
    }

    fn value(&self, field: &str) -> String {
        self.values.get(field).cloned().unwrap_or_default()
    }
}

impl<'a> Column<'a> {
    fn new(shaper: &'a mut Shaper, setting: Setting, y_pt: f64) -> Self {
        Self { frame: Frame::default(), slots: Slots::default(), y_pt, setting, shaper }
    }

    /// How much stands on it.
    fn mark(&self) -> (usize, [usize; 3], f64) {
        let Slots { blocks, numbers, codes } = &self.slots;
        (self.frame.items.len(), [blocks.len(), numbers.len(), codes.len()], self.y_pt)
    }

    /// Takes off what was put on it since.
    fn back_to(&mut self, (items, [blocks, numbers, codes], y_pt): (usize, [usize; 3], f64)) {
        self.frame.items.truncate(items);
        self.slots.blocks.truncate(blocks);
        self.slots.numbers.truncate(numbers);
        self.slots.codes.truncate(codes);
        self.y_pt = y_pt;
    }

    /// Leaves space, more or less of it as the setting says.
    pub fn gap(&mut self, gap_pt: f64) {
        self.y_pt += gap_pt * self.setting.gap;
    }

    /// Puts lines below each other.
    pub fn lines(&mut self, lines: &[Line], role: Role, x_pt: f64, size_pt: f64, leading: f64) {
        for line in lines {
            let y_pt = self.next_baseline(size_pt, leading);
            line.place(&mut self.frame, role, x_pt, y_pt);
        }
    }

    /// The baseline of a line that would begin here.
    pub fn baseline(&self, size_pt: f64, leading: f64) -> f64 {
        // Capitals stand in the middle of their line.
        self.y_pt + size_pt * (leading + Face::CAPITAL_EM) / 2.0
    }

    /// The baseline of the next line, which is then taken.
    pub fn next_baseline(&mut self, size_pt: f64, leading: f64) -> f64 {
        let baseline_pt = self.baseline(size_pt, leading);
        self.y_pt += size_pt * leading;
        baseline_pt
    }
}

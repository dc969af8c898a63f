//! A page as positioned things, before any file format. The origin is the upper left corner, y grows downwards, everything
//! is in points.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::font::Face;
use super::picture::Picture;
use super::qr::Qr;
use super::shape::Word;
pub use crate::domain::colour::Colour;

/// A page, or a layer of one.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// What is on it, in the order in which it is read and painted.
    pub items: Vec<Item>,
    /// What somebody hears who cannot see a figure, by its block.
    pub alternatives: BTreeMap<u32, String>,
    block: u32,
}

/// A thing on a page.
#[derive(Debug, Clone)]
pub struct Item {
    /// What it is for somebody who hears the page.
    pub role: Role,
    /// Things of one block and role are one heading, one paragraph, one cell.
    pub block: u32,
    /// What is painted.
    pub mark: Mark,
}

/// What a thing is for a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The title.
    Heading,
    /// The title of a part.
    Subheading,
    /// Running text.
    Paragraph,
    /// A postal address.
    Address,
    /// A picture with a meaning: the QR code, a logo.
    Figure,
    /// A cell of a table.
    Cell(Cell),
    /// Decoration: grounds, rules, fold marks, repeated tabs.
    Artifact,
}

/// Where a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// The table, of a document's.
    pub table: u16,
    /// The row, from 0.
    pub row: u16,
    /// The column, from 0.
    pub column: u16,
    /// Whether it heads its column.
    pub head: bool,
}

/// What is painted.
#[derive(Debug, Clone)]
pub enum Mark {
    /// Words on one line.
    Text(Run),
    /// A filled rectangle.
    Rect {
        /// Left edge.
        x_pt: f64,
        /// Upper edge.
        y_pt: f64,
        /// Width.
        width_pt: f64,
        /// Height.
        height_pt: f64,
        /// Its filling.
        colour: Colour,
    },
    /// A filled circle.
    Circle {
        /// Centre.
        x_pt: f64,
        /// Centre.
        y_pt: f64,
        /// Radius.
        radius_pt: f64,
        /// Its filling.
        colour: Colour,
    },
    /// A straight line.
    Rule {
        /// Where it begins.
        from_pt: (f64, f64),
        /// Where it ends.
        to_pt: (f64, f64),
        /// How thick it is.
        thickness_pt: f64,
        /// Its colour.
        colour: Colour,
        /// Dashed, to be cut along.
        dashed: bool,
    },
    /// The dark modules of a QR code.
    Qr {
        /// Left edge of the code, without its quiet zone.
        x_pt: f64,
        /// Upper edge.
        y_pt: f64,
        /// Width and height.
        side_pt: f64,
        /// The code.
        code: Rc<Qr>,
    },
    /// A picture.
    Picture {
        /// Left edge.
        x_pt: f64,
        /// Upper edge.
        y_pt: f64,
        /// Width.
        width_pt: f64,
        /// Height.
        height_pt: f64,
        /// What it shows.
        picture: Rc<Picture>,
    },
}

/// Words on one line, in one face and size.
#[derive(Debug, Clone)]
pub struct Run {
    /// The face.
    pub face: Face,
    /// The size.
    pub size_pt: f64,
    /// The colour.
    pub colour: Colour,
    /// Where the baseline begins.
    pub x_pt: f64,
    /// Where the baseline begins.
    pub y_pt: f64,
    /// Turned about that point, counter-clockwise.
    pub angle_deg: f64,
    /// The words; one space stands between two.
    pub words: Vec<Rc<Word>>,
}

impl Mark {
    /// The same elsewhere.
    fn moved(mut self, dx_pt: f64, dy_pt: f64) -> Self {
        match &mut self {
            Self::Text(Run { x_pt, y_pt, .. })
            | Self::Rect { x_pt, y_pt, .. }
            | Self::Circle { x_pt, y_pt, .. }
            | Self::Qr { x_pt, y_pt, .. }
            | Self::Picture { x_pt, y_pt, .. } => {
                *x_pt += dx_pt;
                *y_pt += dy_pt;
            }
            Self::Rule { from_pt, to_pt, .. } => {
                for point in [from_pt, to_pt] {
                    *point = (point.0 + dx_pt, point.1 + dy_pt);
                }
            }
        }
        self
    }
}

impl Frame {
    /// Puts a thing on top.
    pub fn push(&mut self, role: Role, mark: Mark) {
        self.items.push(Item { role, block: self.block, mark });
    }

    /// Begins a block: what follows is another paragraph, or another picture, than what came before.
    pub fn block(&mut self) {
        self.block += 1;
    }

    /// Says what the figures of this block show.
    pub fn describe(&mut self, alternative: impl Into<String>) {
        self.alternatives.insert(self.block, alternative.into());
    }

    /// Puts another frame on top, moved by that much.
    pub fn append(&mut self, other: Frame, dx_pt: f64, dy_pt: f64) {
        let first = self.block + 1;
        self.block = first + other.block;
        self.alternatives.extend(other.alternatives.into_iter().map(|(block, text)| (first + block, text)));
        let moved = other.items.into_iter().map(|item| Item {
            block: first + item.block,
            mark: item.mark.moved(dx_pt, dy_pt),
            ..item
        });
        self.items.extend(moved);
        self.block += 1;
    }

    /// The lines of a rectangle that only decorates.
    pub fn outline(&mut self, x_pt: f64, y_pt: f64, width_pt: f64, height_pt: f64, thickness_pt: f64, colour: Colour) {
        let half_pt = thickness_pt / 2.0;
        self.ground(x_pt - half_pt, y_pt - half_pt, width_pt + thickness_pt, thickness_pt, colour);
        self.ground(x_pt - half_pt, y_pt + height_pt - half_pt, width_pt + thickness_pt, thickness_pt, colour);
        self.ground(x_pt - half_pt, y_pt, thickness_pt, height_pt, colour);
        self.ground(x_pt + width_pt - half_pt, y_pt, thickness_pt, height_pt, colour);
    }

    /// A filled rectangle by its upper left corner, that only decorates.
    pub fn ground(&mut self, x_pt: f64, y_pt: f64, width_pt: f64, height_pt: f64, colour: Colour) {
        self.push(Role::Artifact, Mark::Rect { x_pt, y_pt, width_pt, height_pt, colour });
    }

    /// A horizontal rule.
    pub fn rule(&mut self, x_pt: f64, y_pt: f64, width_pt: f64, thickness_pt: f64, colour: Colour) {
        let (from_pt, to_pt) = ((x_pt, y_pt), (x_pt + width_pt, y_pt));
        self.push(Role::Artifact, Mark::Rule { from_pt, to_pt, thickness_pt, colour, dashed: false });
    }
}

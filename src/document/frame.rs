//! A page as positioned things, before any file format. The origin is the upper left corner, y grows downwards, everything
//! is in points.

use std::rc::Rc;

use super::font::Face;
use super::qr::Qr;
use super::shape::Word;

/// A page, or a layer of one.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// What is on it, in the order in which it is read and painted.
    pub items: Vec<Item>,
}

/// A thing on a page.
#[derive(Debug, Clone)]
pub struct Item {
    /// What it is for somebody who hears the page.
    pub role: Role,
    /// What is painted.
    pub mark: Mark,
}

/// What a thing is for a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A title.
    Heading,
    /// Running text.
    Paragraph,
    /// A postal address.
    Address,
    /// A picture with a meaning: the QR code.
    Figure,
    /// Decoration: grounds, rules, fold marks, repeated tabs.
    Artifact,
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

/// A colour of the screen, as printers take it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

impl Colour {
    /// `0xRRGGBB`.
    pub const fn from_hex(hex: u32) -> Self {
        let [_, r, g, b] = hex.to_be_bytes();
        Self([r, g, b])
    }

    /// Red, green and blue from 0 to 1.
    pub fn unit(self) -> [f64; 3] {
        self.0.map(|c| f64::from(c) / 255.0)
    }
}

impl Frame {
    /// Puts a thing on top.
    pub fn push(&mut self, role: Role, mark: Mark) {
        self.items.push(Item { role, mark });
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

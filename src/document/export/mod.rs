//! Frames to PDF. The only place that names printpdf and lopdf; it translates, and decides nothing about where things
//! stand.

mod file;
mod image;
mod master;
mod ops;
mod piece;
mod press;
mod raster;
mod stream;

pub use file::{Packed, Packer};
pub use piece::{Page, Placed, pages};
pub use press::{Layer, Press};
pub use raster::{grey, png};

use std::io;

use super::frame::Frame;

/// The paper and the title of a file.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    /// What a reader's window shows.
    pub title: &'a str,
    /// Width of the paper.
    pub width_pt: f64,
    /// Height of the paper.
    pub height_pt: f64,
}

/// What is a page's own, packed; any thread can do it.
pub fn pack(packer: &mut Packer, frame: &Frame, height_pt: f64) -> io::Result<Packed> {
    packer.pack(&stream::translate(frame, height_pt))
}

/// How far the handles of a quarter circle stand from its ends, for a radius of 1.
const QUARTER: f64 = 0.552_284_75;

/// A circle as its starting point and four Bézier curves.
fn circle(x: f64, y: f64, radius: f64) -> [(f64, f64); 13] {
    let (r, k) = (radius, radius * QUARTER);
    [
        (r, 0.0),
        (r, k),
        (k, r),
        (0.0, r),
        (-k, r),
        (-r, k),
        (-r, 0.0),
        (-r, -k),
        (-k, -r),
        (0.0, -r),
        (k, -r),
        (r, -k),
        (r, 0.0),
    ]
    .map(|(dx, dy)| (x + dx, y + dy))
}

/// The tag of a role in marked content.
fn tag(role: super::frame::Role) -> &'static str {
    use super::frame::Role;
    match role {
        Role::Heading => "H1",
        Role::Subheading => "H2",
        Role::Paragraph | Role::Address => "P",
        Role::Cell(cell) if cell.head => "TH",
        Role::Cell(_) => "TD",
        Role::Figure => "Figure",
        Role::Artifact => "Artifact",
    }
}

/// Dash and gap of a line to be cut along.
const DASH_PT: [f64; 2] = [3.0, 2.0];

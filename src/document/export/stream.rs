//! A frame as drawing instructions, for the pages that printpdf never sees. One letter in a run of many must cost
//! microseconds: numbers are written without detours.

use super::{DASH_PT, circle, tag};
use crate::document::frame::{Colour, Frame, Mark, Role, Run};
use crate::document::look;

/// The drawing instructions that paint a frame on a page of this height, over what is already there.
pub fn translate(frame: &Frame, height_pt: f64) -> Vec<u8> {
    let mut stream = Stream { out: Vec::with_capacity(4096), height_pt };
    let mut open: Option<Role> = None;
    for item in &frame.items {
        if open != Some(item.role) {
            if open.is_some() {
                stream.word("EMC\n");
            }
            stream.out.push(b'/');
            stream.word(tag(item.role));
            stream.word(" BMC\n");
            open = Some(item.role);
        }
        stream.paint(&item.mark);
    }
    if open.is_some() {
        stream.word("EMC\n");
    }
    stream.out
}

/// A stretch of a page that is one thing, or part of one: its place in the list is its number in the drawing instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marked {
    /// What it is.
    pub role: Role,
    /// Which of them.
    pub block: u32,
}

/// The same with every stretch numbered, so that the tags of the document can point to it. Adds the stretches to `marked`;
/// only artifacts have none.
pub fn translate_tagged(frame: &Frame, height_pt: f64, marked: &mut Vec<Marked>) -> Vec<u8> {
    let mut stream = Stream { out: Vec::with_capacity(16_384), height_pt };
    let mut open: Option<Marked> = None;
    for item in &frame.items {
        // Artifacts of any block are one stretch.
        let block = if item.role == Role::Artifact { 0 } else { item.block };
        let here = Marked { role: item.role, block };
        if open != Some(here) {
            if open.is_some() {
                stream.word("EMC\n");
            }
            stream.out.push(b'/');
            stream.word(tag(item.role));
            if item.role == Role::Artifact {
                stream.word(" BMC\n");
            } else {
                stream.word(" <</MCID ");
                stream.whole(marked.len());
                stream.word(">> BDC\n");
                marked.push(here);
            }
            open = Some(here);
        }
        stream.paint(&item.mark);
    }
    if open.is_some() {
        stream.word("EMC\n");
    }
    stream.out
}
const HEX: &[u8; 16] = b"0123456789ABCDEF";

struct Stream {
    out: Vec<u8>,
    height_pt: f64,
}

impl Stream {
    fn paint(&mut self, mark: &Mark) {
        match mark {
            Mark::Text(run) => self.show(run),
            Mark::Rect { x_pt, y_pt, width_pt, height_pt, colour } => {
                self.colour(*colour, " rg ");
                self.numbers(&[*x_pt, self.height_pt - y_pt - height_pt, *width_pt, *height_pt]);
                self.word("re f\n");
            }
            Mark::Circle { x_pt, y_pt, radius_pt, colour } => {
                self.colour(*colour, " rg ");
                let [start, curves @ ..] = circle(*x_pt, self.height_pt - y_pt, *radius_pt);
                self.numbers(&[start.0, start.1]);
                self.word("m ");
                for curve in curves.chunks_exact(3) {
                    curve.iter().for_each(|(x, y)| self.numbers(&[*x, *y]));
                    self.word("c ");
                }
                self.word("f\n");
            }
            Mark::Rule { from_pt, to_pt, thickness_pt, colour, dashed } => {
                self.colour(*colour, " RG ");
                self.numbers(&[*thickness_pt]);
                self.word("w [");
                self.numbers(if *dashed { &DASH_PT } else { &[] });
                self.word("] 0 d ");
                self.numbers(&[from_pt.0, self.height_pt - from_pt.1]);
                self.word("m ");
                self.numbers(&[to_pt.0, self.height_pt - to_pt.1]);
                self.word("l S\n");
            }
            Mark::Qr { x_pt, y_pt, side_pt, code } => {
                // An inline picture of one bit a module. In hexadecimal: bytes as they are make some readers stumble.
                self.word("q ");
                self.colour(look::INK, " rg ");
                self.numbers(&[*side_pt, 0.0, 0.0, *side_pt, *x_pt, self.height_pt - y_pt - side_pt]);
                self.word("cm\nBI /IM true /BPC 1 /D [1 0] /F /AHx /W ");
                self.whole(code.modules);
                self.word("/H ");
                self.whole(code.modules);
                self.word("ID ");
                for byte in &code.rows {
                    self.out.extend([HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
                }
                self.word(">\nEI Q\n");
            }
            Mark::Picture { x_pt, y_pt, width_pt, height_pt, picture } => {
                self.word("q ");
                self.numbers(&[*width_pt, 0.0, 0.0, *height_pt, *x_pt, self.height_pt - y_pt - height_pt]);
                self.word("cm /");
                self.word(&picture.name);
                self.word(" Do Q\n");
            }
        }
    }

    fn show(&mut self, run: &Run) {
        self.word("BT /");
        self.word(run.face.name());
        self.out.push(b' ');
        self.numbers(&[run.size_pt]);
        self.word("Tf ");
        self.colour(run.colour, " rg ");
        let (sin, cos) = run.angle_deg.to_radians().sin_cos();
        self.numbers(&[cos, sin, -sin, cos, run.x_pt, self.height_pt - run.y_pt]);
        self.word("Tm [<");
        for (i, word) in run.words.iter().enumerate() {
            if i > 0 {
                self.glyph(run.face.glyph(' ').unwrap_or_default());
            }
            for glyph in &word.glyphs {
                self.glyph(glyph.id);
                let offset = glyph.natural - glyph.advance;
                if offset != 0.0 {
                    self.word(">");
                    self.numbers(&[offset]);
                    self.word("<");
                }
            }
        }
        self.word(">] TJ ET\n");
    }

    fn glyph(&mut self, id: u16) {
        self.out.extend([12, 8, 4, 0].map(|shift| HEX[usize::from(id >> shift & 15)]));
    }

    fn colour(&mut self, colour: Colour, operator: &str) {
        self.numbers(&colour.unit());
        self.out.pop();
        self.word(operator);
    }

    /// Numbers with up to three decimals, each followed by a space.
    fn numbers(&mut self, numbers: &[f64]) {
        for number in numbers {
            let thousandths = (number * 1000.0).round() as i64;
            if thousandths < 0 {
                self.out.push(b'-');
            }
            let (units, mut rest) = (thousandths.unsigned_abs() / 1000, thousandths.unsigned_abs() % 1000);
            self.digits(units);
            if rest > 0 {
                self.out.push(b'.');
                let mut place = 100;
                while rest > 0 {
                    self.out.push(b'0' + (rest / place) as u8);
                    rest %= place;
                    place /= 10;
                }
            }
            self.out.push(b' ');
        }
    }

    fn whole(&mut self, number: usize) {
        self.digits(number as u64);
        self.out.push(b' ');
    }

    fn digits(&mut self, number: u64) {
        digits(&mut self.out, number);
    }

    fn word(&mut self, word: &str) {
        self.out.extend_from_slice(word.as_bytes());
    }
}

/// Writes a whole number.
pub fn digits(out: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_short_and_exact() {
        let mut stream = Stream { out: vec![], height_pt: 0.0 };
        stream.numbers(&[0.0, 1.0, -0.5, 12.345_6, -3.007, 0.05, 595.276, -0.0001]);
        assert_eq!(String::from_utf8(stream.out).unwrap(), "0 1 -0.5 12.346 -3.007 0.05 595.276 0 ");
    }
}

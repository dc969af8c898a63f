//! The look of the print pieces: colours with their contrast, and millimetres.

use super::frame::Colour;

/// Text: 15.6 on ivory.
pub const INK: Colour = Colour::from_hex(0x14211f);
/// The deep colour: white on it 9.7.
pub const DEEP: Colour = Colour::from_hex(0x0e4d47);
/// The accent: 6.3 on deep green, for large text only; ink on it 10.8.
pub const SUN: Colour = Colour::from_hex(0xffc93c);
/// Labels: 6.7 on ivory.
pub const MUTED: Colour = Colour::from_hex(0x4d5b58);
/// The ground of flyers.
pub const IVORY: Colour = Colour::from_hex(0xfbf8f1);
/// The soft ground of a box.
pub const SOFT: Colour = Colour::from_hex(0xe7f0ee);
/// Thin lines that separate.
pub const LINE: Colour = Colour::from_hex(0xd8d2c4);
/// Paper.
pub const WHITE: Colour = Colour::from_hex(0xffffff);

/// Millimetres in points.
pub const fn mm(millimetres: f64) -> f64 {
    millimetres * 72.0 / 25.4
}

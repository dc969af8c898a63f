//! Colours of the screen, as printers take them too, and how well one is read on another.

use serde::{Deserialize, Serialize};

use super::Invalid;

/// Red, green and blue, each from 0 to 255; written `#0e4d47`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour(pub [u8; 3]);

/// The contrast that text of any size needs (WCAG 2.2, 1.4.6).
const TEXT_CONTRAST: f64 = 7.0;
const WHITE: Colour = Colour([255; 3]);

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

    /// The grey that is as bright.
    pub fn grey(self) -> Self {
        let [r, g, b] = self.0.map(u32::from);
        Self([((r * 299 + g * 587 + b * 114) / 1000) as u8; 3])
    }

    /// How well one of the two is read on the other, from 1 to 21 (WCAG 2.2).
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Reads the colour of a house, on which white is written: `#0e4d47`. One that is too light is refused, with the nearest
    /// darker one that can be read.
    pub fn parse_deep(written: &str) -> Result<Self, Invalid> {
        let colour = Self::parse(written)?;
        if colour.contrast(WHITE) >= TEXT_CONTRAST {
            return Ok(colour);
        }
        let darker = (1..=100).rev().map(|percent| colour.times(percent)).find(|c| c.contrast(WHITE) >= TEXT_CONTRAST);
        Err(Invalid::new(format!(
            "« {written} » est trop clair : un texte blanc n’y serait pas lisible (contraste {:.1}, il faut {TEXT_CONTRAST:.0}). La même couleur plus foncée : « {} ».",
            colour.contrast(WHITE),
            darker.unwrap_or(Self([0; 3]))
        )))
    }

    fn parse(written: &str) -> Result<Self, Invalid> {
        let hex = written.trim().trim_start_matches('#');
        let number = if hex.len() == 6 { u32::from_str_radix(hex, 16).ok() } else { None };
        number.map(Self::from_hex).ok_or_else(|| {
            Invalid::new(format!("« {written} » n’est pas une couleur : écrivez par exemple « #0e4d47 »."))
        })
    }

    fn times(self, percent: u32) -> Self {
        Self(self.0.map(|c| (u32::from(c) * percent / 100) as u8))
    }

    fn luminance(self) -> f64 {
        let linear = |c: f64| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
        let [r, g, b] = self.unit().map(linear);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{}", self.0.map(|c| format!("{c:02x}")).concat())
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> Self {
        colour.to_string()
    }
}

impl TryFrom<String> for Colour {
    type Error = Invalid;

    fn try_from(written: String) -> Result<Self, Invalid> {
        Self::parse(&written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deep_colour_carries_white_text() {
        assert_eq!(Colour::parse_deep("#0E4D47").unwrap(), Colour::from_hex(0x0e4d47));
        assert_eq!(Colour::parse_deep("4a1942").unwrap().to_string(), "#4a1942");
        assert!((Colour::from_hex(0x0e4d47).contrast(WHITE) - 9.7).abs() < 0.1);
    }

    #[test]
    fn a_light_colour_is_refused_with_one_that_can_be_read() {
        let refusal = Colour::parse_deep("#3aa0ff").unwrap_err().to_string();
        let darker = refusal.rsplit('#').next().unwrap()[..6].to_owned();
        assert!(refusal.contains("trop clair"), "{refusal}");
        assert!(Colour::parse_deep(&darker).unwrap().contrast(WHITE) < 8.0, "no darker than needed: {darker}");
        for wrong in ["", "vert", "#12345", "#gggggg"] {
            assert!(Colour::parse_deep(wrong).unwrap_err().to_string().contains("#0e4d47"), "{wrong}");
        }
    }
}

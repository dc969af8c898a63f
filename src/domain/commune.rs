//! French communes and their postcodes.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Invalid;
use super::distance::Point;

mod epci;
mod gazetteer;
mod place_name;
mod records;

pub use epci::Siren;
pub use gazetteer::{Found, Gazetteer, Mended, Place, of_communes};
pub use place_name::of_town;

/// The code of a commune in INSEE's geographic code: five characters, « 48095 », « 2A004 ».
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InseeCode([u8; 5]);

/// A French postcode: five digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Postcode([u8; 5]);

/// A commune of today.
#[derive(Debug, Clone, PartialEq)]
pub struct Commune {
    /// Its code.
    pub code: InseeCode,
    /// Its name, « Saint-Chély-d’Apcher ».
    pub name: String,
    /// Its department's code.
    pub department: String,
    /// Its region's code.
    pub region: String,
    /// The community of communes it belongs to; four islands belong to none.
    pub epci: Option<Siren>,
    /// Municipal population.
    pub population: u32,
    /// Postcodes with La Poste's label for line 6.
    pub deliveries: Vec<(Postcode, String)>,
    /// Centroid of its outline; unknown for a few.
    pub centroid: Option<Point>,
}

impl Commune {
    /// La Poste’s label for line 6 with this postcode.
    pub fn label(&self, postcode: Postcode) -> Option<&str> {
        self.deliveries.iter().find(|(p, _)| *p == postcode).map(|(_, label)| label.as_str())
    }
}

macro_rules! five_bytes {
    ($name:ident) => {
        impl $name {
            /// The five characters.
            pub fn as_str(&self) -> &str {
                // Only ASCII gets in, see `from_str`.
                std::str::from_utf8(&self.0).unwrap_or_default()
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl TryFrom<String> for $name {
            type Error = Invalid;
            fn try_from(text: String) -> Result<Self, Invalid> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.as_str().to_owned()
            }
        }
    };
}

five_bytes!(InseeCode);
five_bytes!(Postcode);

impl Postcode {
    /// Reads a postcode, also one that a spreadsheet took for a number (« 7340 », « 48000.0 ») or that has spaces.
    pub fn read(written: &str) -> Option<Self> {
        let written = written.trim();
        if let Some(plain) = Self::plain(written) {
            return Some(plain);
        }
        let written = written.strip_suffix(".0").unwrap_or(written);
        let digits: String = written.chars().filter(|c| !c.is_whitespace()).collect();
        let digits = ["F-", "FR-", "F"].iter().find_map(|country| digits.strip_prefix(country)).unwrap_or(&digits);
        // A letter O among digits is a zero.
        let digits = if digits.starts_with(|c: char| c.is_ascii_digit()) {
            digits.replace(['O', 'o'], "0")
        } else {
            return None;
        };
        let padded = if digits.len() == 4 { format!("0{digits}") } else { digits };
        Self::plain(&padded)
    }

    fn plain(digits: &str) -> Option<Self> {
        let bytes: [u8; 5] = digits.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_digit).then_some(Self(bytes))
    }

    /// The first two digits, or three overseas: the department in all but a few places.
    pub fn department(&self) -> &str {
        let text = self.as_str();
        if text.starts_with("97") || text.starts_with("98") { &text[..3] } else { &text[..2] }
    }
}

impl std::str::FromStr for InseeCode {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let refused = || {
            Invalid::new(format!("« {text} » n’est pas un code INSEE de commune : cinq caractères, par exemple 48095."))
        };
        let bytes: [u8; 5] = text.as_bytes().try_into().map_err(|_| refused())?;
        let ok = bytes[0].is_ascii_digit()
            && (bytes[1].is_ascii_digit() || matches!(bytes[1], b'A' | b'B'))
            && bytes[2..].iter().all(u8::is_ascii_digit);
        ok.then_some(Self(bytes)).ok_or_else(refused)
    }
}

impl std::str::FromStr for Postcode {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::plain(text).ok_or_else(|| {
            Invalid::new(format!("« {text} » n’est pas un code postal : cinq chiffres, par exemple 48000."))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postcode_gets_its_zero_back() {
        for (written, read) in [("7340", "07340"), (" 48 000 ", "48000"), ("48000.0", "48000"), ("F-48000", "48000")] {
            assert_eq!(Postcode::read(written).map(|p| p.to_string()).as_deref(), Some(read), "{written}");
        }
        for wrong in ["", "480", "480000", "4800A"] {
            assert_eq!(Postcode::read(wrong), None, "{wrong}");
        }
        assert_eq!(Postcode::read("97110").unwrap().department(), "971");
    }
}

//! French communes and their postcodes.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Invalid;
use super::distance::Point;

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
    /// Municipal population.
    pub population: u32,
    /// Postcodes with La Poste's label for line 6.
    pub deliveries: Vec<(Postcode, String)>,
    /// Centroid of its outline; unknown for a few.
    pub centroid: Option<Point>,
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
        let refused =
            || Invalid::new(format!("« {text} » n’est pas un code postal : cinq chiffres, par exemple 48000."));
        let bytes: [u8; 5] = text.as_bytes().try_into().map_err(|_| refused())?;
        bytes.iter().all(u8::is_ascii_digit).then_some(Self(bytes)).ok_or_else(refused)
    }
}

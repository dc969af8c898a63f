//! The postal address after NF Z10-011.

use serde::{Deserialize, Serialize};

use super::commune::{InseeCode, Postcode};

/// Lines 2 to 6 of a postal address (line 1 names the household and is made with it). Each line has at most
/// [`PostalAddress::MAX_CHARS`] characters where the address is mailable.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PostalAddress {
    /// Line 2: flat, floor, stairs, « chez »; empty where there is none.
    pub line2: String,
    /// Line 3: entrance, building, residence.
    pub line3: String,
    /// Line 4: number and street, in capitals without punctuation.
    pub line4: String,
    /// Line 5: lieu-dit or BP, in capitals without punctuation.
    pub line5: String,
    /// Line 6: postcode and locality in capitals; empty where either is unknown.
    pub line6: String,
    /// The postcode, mended where it could be.
    pub postcode: Option<Postcode>,
    /// The commune of today.
    pub commune: Option<InseeCode>,
    /// A retirement home (EHPAD) or other care institution stands in the address.
    pub institution: bool,
    /// Why no letter can be sent there; nothing where one can.
    pub not_mailable: Option<NotMailable>,
}

/// Why no letter can be sent to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotMailable {
    /// Neither street nor lieu-dit nor BP.
    NoStreet,
    /// Postcode and commune do not agree, or the commune is ambiguous.
    DoubtfulCommune,
    /// A line cannot be brought under 38 characters.
    TooLong,
}

impl PostalAddress {
    /// Characters a line may have, spaces included (NF Z10-011).
    pub const MAX_CHARS: usize = 38;

    /// Lines 2 to 6 without the blank ones.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        [&self.line2, &self.line3, &self.line4, &self.line5, &self.line6]
            .into_iter()
            .map(String::as_str)
            .filter(|l| !l.is_empty())
    }
}

impl NotMailable {
    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoStreet => "no_street",
            Self::DoubtfulCommune => "doubtful_commune",
            Self::TooLong => "too_long",
        }
    }

    /// The reason for a coordinator.
    pub fn reason(self) -> &'static str {
        match self {
            Self::NoStreet => "ni voie, ni lieu-dit, ni boîte postale",
            Self::DoubtfulCommune => "commune douteuse : le code postal et le nom ne concordent pas",
            Self::TooLong => "une ligne dépasse 38 caractères et ne peut pas être abrégée",
        }
    }

    /// The reason with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::NoStreet, Self::DoubtfulCommune, Self::TooLong].into_iter().find(|r| r.code() == code)
    }
}

//! A retiree: one person as one row of a list names them, once normalised.

use chrono::NaiveDate;

use super::address::PostalAddress;
use super::calendar;
use super::phone::Phone;

/// How a person is addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Civility {
    /// Madame (Mademoiselle too).
    Madame,
    /// Monsieur.
    Monsieur,
    /// Monsieur et Madame, in one row with both first names: « Louis et Rose ».
    Couple,
}

/// What is known of a birth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Birth {
    /// Nothing, or a date that cannot be.
    #[default]
    Unknown,
    /// The year alone.
    Year(i32),
    /// The day.
    Date(NaiveDate),
}

/// A person as one row names them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Retiree {
    /// How they are addressed, where the list says it.
    pub civility: Option<Civility>,
    /// The surname in use, in capitals with accents kept: « PAGÈS », « LE GALL », « D’ALBIS ».
    pub usage_name: String,
    /// The surname at birth, where it is given; often the same.
    pub birth_name: Option<String>,
    /// The first name, « Marie-Claude ».
    pub first_name: String,
    /// What is known of the birth.
    pub birth: Birth,
    /// The list says that they have died.
    pub deceased: bool,
    /// Where they live.
    pub address: PostalAddress,
    /// Their phone, where it is well formed.
    pub phone: Option<Phone>,
    /// Their e-mail, where it is well formed.
    pub email: Option<String>,
    /// The fund's own reference for them, never a NIR.
    pub fund_reference: Option<String>,
}

impl Birth {
    /// The year, where it is known.
    pub fn year(self) -> Option<i32> {
        match self {
            Self::Unknown => None,
            Self::Year(year) => Some(year),
            Self::Date(date) => Some(chrono::Datelike::year(&date)),
        }
    }

    /// Age in whole years on a day. A bare year counts from 31 December, so nobody is taken in too early.
    pub fn age_on(self, day: NaiveDate) -> Option<i32> {
        let born = match self {
            Self::Unknown => return None,
            Self::Year(year) => NaiveDate::from_ymd_opt(year, 12, 31)?,
            Self::Date(date) => date,
        };
        Some(calendar::age_on(born, day))
    }
}

impl Civility {
    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Madame => "madame",
            Self::Monsieur => "monsieur",
            Self::Couple => "couple",
        }
    }

    /// The civility with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Madame, Self::Monsieur, Self::Couple].into_iter().find(|c| c.code() == code)
    }
}

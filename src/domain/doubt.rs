//! Two rows of which nobody can say for sure whether they name one person, or one household: a coordinator decides.

use serde::{Deserialize, Serialize};

/// What is in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoubtKind {
    /// Are they one person?
    Person,
    /// Are they two people of one household?
    Household,
}

/// What a coordinator said of two rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// One person, or one household.
    Same,
    /// Two.
    Different,
}

impl DoubtKind {
    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Household => "household",
        }
    }

    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Person, Self::Household].into_iter().find(|k| k.code() == code)
    }
}

impl Answer {
    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
        }
    }

    /// The answer with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Same, Self::Different].into_iter().find(|a| a.code() == code)
    }
}

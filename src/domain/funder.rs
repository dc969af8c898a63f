//! Who pays for workshops, and what they ask for in return.

use serde::{Deserialize, Serialize};

use super::logo::Logo;

/// A funder of a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Funder {
    /// Short name.
    pub slug: String,
    /// The name with its article, as in a sentence: « la Carsat ».
    pub name: String,
    /// From which age it pays; zero where it does not say.
    pub minimum_age: u8,
    /// Whether it pays only for people who live at home.
    pub home_only: bool,
    /// Sentences it demands on documents.
    pub mentions: Vec<String>,
    /// Its logo.
    #[serde(skip)]
    pub logo: Option<Logo>,
}

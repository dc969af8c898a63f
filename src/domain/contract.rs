//! The contract of a list: on which terms a fund's list may be used.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Who decides about a list (RGPD art. 4): it changes what may be done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The fund mails through the structure: nothing beyond its instruction, no matching with other funds' lists.
    Processor,
    /// The structure decides, under a convention with the fund.
    Controller,
}

/// The terms under which a fund supplied a list; recorded before the first row is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// The fund's name with its article, as in a sentence: « l’Agirc-Arrco ».
    pub fund: String,
    /// Who decides.
    pub role: Role,
    /// What the list may be used for, completing « afin de … ».
    pub purpose: String,
    /// The legal basis as a sentence for the letter.
    pub legal_basis: String,
    /// The convention's name and date, « convention du 2 novembre 2026 ».
    pub convention: String,
    /// The fund's data protection officer.
    pub dpo: String,
    /// When the list was received.
    pub received_on: NaiveDate,
    /// When identities are erased.
    pub purge_on: NaiveDate,
    /// May it be matched with other funds' lists, to find duplicates and households?
    pub matching: bool,
    /// Sentences the fund demands on the letter.
    pub mentions: Vec<String>,
    /// Who approves the proof before printing; empty where nobody need.
    #[serde(default)]
    pub approved_by: String,
    /// The day on which they did so outside the program, as a pack says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_on: Option<NaiveDate>,
    /// What they approved then, by the digest on the proof: the day counts for that content, and for no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_content: Option<String>,
}

impl Contract {
    /// May rows of a list under these terms be compared with rows of one under the others? What came under the very same
    /// terms is one list in several files; everything else must allow it on both sides.
    pub fn allows_matching_with(&self, other: &Self) -> bool {
        self == other || self.matching && other.matching
    }
}

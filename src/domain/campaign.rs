//! A campaign: everything a pack says, with its days resolved.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use super::audience::Audience;
use super::channel::{Channel, Outlet};
use super::contract::Contract;
use super::price::Cents;
use super::structure::Structure;
use super::workshop::Workshop;

/// A campaign as the coordinator defined it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Campaign {
    /// Its name in files and addresses.
    pub slug: String,
    /// « Lozère, hiver 2027 ».
    pub name: String,
    /// What QR codes lead to, without a slash at the end.
    pub public_url: String,
    /// Fixes every draw.
    pub seed: u64,
    /// The day of the first run, from which relative days are counted.
    pub anchor: NaiveDate,
    /// The day letters are posted, which is also their date.
    pub posting_day: NaiveDate,
    /// Until when people are asked to call.
    pub reply_by: NaiveDate,
    /// Who runs it.
    pub structure: Structure,
    /// Its workshops, by first session.
    pub workshops: Vec<Workshop>,
    /// Its outlets.
    pub outlets: Vec<Outlet>,
    /// The lists it uses.
    pub lists: Vec<List>,
    /// Whom to write to.
    pub audience: Audience,
    /// The letter's text: Markdown with fields.
    pub letter: LetterText,
}

impl Campaign {
    /// What `letters` printed letters cost, over all outlets of that channel.
    pub fn letters_cost(&self, letters: u64) -> Cents {
        let of_letters = self.outlets.iter().filter(|o| o.channel == Channel::Letter);
        Cents(of_letters.map(|o| o.total_cost(letters).0).sum())
    }
}

/// One list of a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// The file's name without its folder.
    pub file_name: String,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub sha256: String,
    /// The terms of its use.
    pub contract: Contract,
}

/// A letter's text and where it stands, for messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterText {
    /// The file it was read from, as the coordinator knows it.
    pub file_name: String,
    /// Markdown with handlebars fields.
    pub source: String,
}

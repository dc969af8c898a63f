//! A campaign: everything a pack says, with its days resolved.

use std::cmp::Ordering;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use super::audience::{Audience, NamedAudience};
use super::calendar::long_date;
use super::channel::{Channel, Outlet};
use super::contract::Contract;
use super::edition::Editions;
use super::funder::Funder;
use super::partner::Partner;
use super::price::Cents;
use super::seed_address::SeedAddress;
use super::structure::Structure;
use super::workshop::{Venue, Workshop};

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
    /// Where a letter of each lot goes beside those to households.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed_address: Option<SeedAddress>,
    /// Who runs it.
    pub structure: Structure,
    /// Who pays for its workshops, by short name.
    pub funders: Vec<Funder>,
    /// Its places, by short name; one may stand here before a workshop uses it.
    pub venues: Vec<Venue>,
    /// Its workshops, by first session.
    pub workshops: Vec<Workshop>,
    /// Its outlets.
    pub outlets: Vec<Outlet>,
    /// The lists it uses.
    pub lists: Vec<List>,
    /// Whom to write to.
    pub audience: Audience,
    /// The name of that audience.
    pub audience_name: String,
    /// Audiences that were saved beside it, by name.
    pub other_audiences: Vec<NamedAudience>,
    /// The letter's text: Markdown with fields.
    pub letter: LetterText,
    /// How its flyers and posters are made.
    #[serde(default)]
    pub editions: Editions,
    /// Who else helps nearby.
    #[serde(default)]
    pub partners: Vec<Partner>,
}

impl List {
    /// The file's name without its ending.
    pub fn stem(&self) -> &str {
        self.file_name.rsplit_once('.').map_or(self.file_name.as_str(), |(stem, _)| stem)
    }
}

impl Campaign {
    /// What `letters` printed letters cost, over all outlets of that channel.
    pub fn letters_cost(&self, letters: u64) -> Cents {
        let of_letters = self.outlets.iter().filter(|o| o.channel == Channel::Letter);
        Cents(of_letters.map(|o| o.total_cost(letters).0).sum())
    }

    /// Every audience with its name, the chosen one first.
    pub fn audiences(&self) -> impl Iterator<Item = (&str, &Audience)> {
        let others = self.other_audiences.iter().map(|named| (named.name.as_str(), &named.audience));
        std::iter::once((self.audience_name.as_str(), &self.audience)).chain(others)
    }

    /// Does this workshop begin late enough for who gets a letter on the posting day? Where a second wave is written to, those of the
    /// first wave may have begun.
    pub fn is_offered(&self, workshop: &Workshop) -> bool {
        too_early(workshop.first_day(), self.posting_day, self.reply_by).is_none()
    }

    /// The workshops that letters can offer, in their order.
    pub fn offered(&self) -> impl Iterator<Item = &Workshop> {
        self.workshops.iter().filter(|workshop| self.is_offered(workshop))
    }

    /// The funder with this short name.
    pub fn funder(&self, slug: &str) -> Option<&Funder> {
        self.funders.iter().find(|f| f.slug == slug)
    }
}

/// Why a workshop that begins on `first_day` would begin before people who get the letter can come, as a half sentence;
/// nothing where it begins in time.
pub fn too_early(first_day: NaiveDate, posting_day: NaiveDate, reply_by: NaiveDate) -> Option<String> {
    let (why, day) = if first_day <= posting_day {
        ("avant l’envoi des lettres", posting_day)
    } else if first_day < reply_by {
        ("avant la date limite de réponse", reply_by)
    } else {
        return None;
    };
    Some(format!("l’atelier commence le {}, {why} ({}).", long_date(first_day), long_date(day)))
}

/// When a workshop begins that nobody can be told of any more, as the end of a sentence.
pub fn too_late(first_day: NaiveDate, today: NaiveDate) -> Option<String> {
    match first_day.cmp(&today) {
        Ordering::Less => Some(format!("le {}, une date passée.", long_date(first_day))),
        Ordering::Equal => Some(format!("aujourd’hui, {} : personne ne serait prévenu à temps.", long_date(first_day))),
        Ordering::Greater => None,
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
    /// Somebody gave it in the office or on the command line: no pack names it.
    #[serde(default)]
    pub by_hand: bool,
}

/// A letter's text and where it stands, for messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterText {
    /// The file it was read from, as the coordinator knows it.
    pub file_name: String,
    /// Markdown with handlebars fields.
    pub source: String,
}

//! The facts that an issued file was made from, kept with it as JSON. They are compared as what they are, not as text: a field
//! that a newer version adds has its usual value in what an older one wrote, and is no change.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::credits::CreditFacts;
use crate::document::flyer::Edition;
use crate::domain::audience::Audience;
use crate::domain::campaign::{Campaign, List};
use crate::domain::channel::Channel;
use crate::domain::contract::Contract;
use crate::domain::edition::{Design, Finish, Paper};
use crate::domain::seed_address::SeedAddress;
use crate::domain::structure::Structure;
use crate::domain::workshop::Workshop;

/// What a file is made from.
#[derive(Debug, Clone)]
pub enum Facts {
    /// A list's outcomes or refused rows.
    List(ListFacts),
    /// All letters.
    Letters(Box<LetterFacts>),
    /// A flyer, a poster, a notice.
    Piece(Box<PieceFacts>),
}

/// The list whose rows a file tells of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListFacts {
    /// Its bytes' SHA-256.
    pub list: String,
}

/// What letters say, and who gets one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LetterFacts {
    structure: Structure,
    workshops: Vec<Workshop>,
    public_url: String,
    posting_day: NaiveDate,
    reply_by: NaiveDate,
    audience: Audience,
    seed: u64,
    /// In no order.
    lists: Vec<List>,
    letter: String,
    /// What funders want said, of the workshops whose funder wants something.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    mentions: Vec<MentionFacts>,
    /// Where a letter of each lot goes beside those to households.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seed_address: Option<SeedAddress>,
    /// The logos and the signature on letters, by their hash.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    logos: Vec<String>,
}

/// What the funder of a workshop wants said on letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct MentionFacts {
    workshop: String,
    mentions: Vec<String>,
}

/// What one copy of a piece says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PieceFacts {
    /// Who invites.
    pub structure: Structure,
    /// To what.
    pub workshop: Workshop,
    /// Where it hangs or lies.
    pub outlet: OutletFacts,
    /// What its code leads to.
    pub public_url: String,
    /// From which day a notice is shown.
    pub shown_from: Option<NaiveDate>,
    /// Logos and sentences of who pays, where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credits: Option<CreditFacts>,
    /// How it is printed, where that is not as usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<EditionFacts>,
}

/// How a piece is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionFacts {
    design: Design,
    paper: Paper,
    tabs: bool,
    finish: Finish,
}

impl EditionFacts {
    /// Of an edition.
    pub fn of(edition: Edition) -> Self {
        let Edition { design, paper, tabs, finish, .. } = edition;
        Self { design, paper, tabs, finish }
    }
}

/// An outlet, as a piece knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutletFacts {
    /// Its short name.
    pub slug: String,
    /// What it is.
    pub channel: Channel,
}

impl LetterFacts {
    /// Of a campaign.
    pub fn of(campaign: &Campaign) -> Self {
        Self {
            structure: on_letters(&campaign.structure),
            workshops: campaign.workshops.clone(),
            public_url: campaign.public_url.clone(),
            posting_day: campaign.posting_day,
            reply_by: campaign.reply_by,
            audience: campaign.audience.clone(),
            seed: campaign.seed,
            lists: campaign.lists.iter().map(|l| List { contract: said_of(&l.contract), ..l.clone() }).collect(),
            letter: campaign.letter.source.clone(),
            mentions: mentions(campaign),
            seed_address: campaign.seed_address.clone(),
            logos: logos(campaign),
        }
    }
}

/// The digest of that content, in hexadecimal.
pub fn content_sha256(campaign: &Campaign) -> String {
    hex::encode(Sha256::digest(shared_content(campaign).to_string()))
}

/// As much of a digest as people compare: what a proof bears, `approve` says, and a pack declares.
pub fn short_digest(sha256: &str) -> &str {
    sha256.get(..12).unwrap_or(sha256)
}

/// A contract as letters know it: who approved what of it and when changes none of them.
fn said_of(contract: &Contract) -> Contract {
    Contract { approved_on: None, approved_content: None, ..contract.clone() }
}

/// The structure as letters know it: its logo and signature count by their hash.
fn on_letters(structure: &Structure) -> Structure {
    Structure { logo: None, signature: None, ..structure.clone() }
}

fn logos(campaign: &Campaign) -> Vec<String> {
    let of_funders = campaign.funders.iter().filter_map(|f| f.logo.as_ref());
    let logos = campaign.structure.logo.iter().chain(of_funders).chain(&campaign.structure.signature);
    logos.map(|logo| hex::encode(Sha256::digest(logo.bytes()))).collect()
}

fn mentions(campaign: &Campaign) -> Vec<MentionFacts> {
    let said = campaign.workshops.iter().filter_map(|workshop| {
        let mentions = campaign.funder(workshop.funder.as_ref()?)?.mentions.clone();
        (!mentions.is_empty()).then(|| MentionFacts { workshop: workshop.slug.clone(), mentions })
    });
    said.collect()
}

/// What all letters say, whoever gets them: the content that a funder approves.
fn shared_content(campaign: &Campaign) -> Value {
    // Who approves is not part of what is approved.
    let contracts = campaign.lists.iter().map(|l| Contract { approved_by: String::new(), ..said_of(&l.contract) });
    // Rows that were mended come as a further list under the same contract, and change no letter.
    let contracts: BTreeSet<String> = contracts.map(|contract| json!(contract).to_string()).collect();
    json!({
        "structure": on_letters(&campaign.structure),
        "workshops": campaign.workshops,
        "public_url": campaign.public_url,
        "posting_day": campaign.posting_day,
        "reply_by": campaign.reply_by,
        "letter": campaign.letter.source,
        "contracts": contracts,
        "mentions": mentions(campaign),
        "logos": logos(campaign),
    })
}

impl Facts {
    /// As they are kept.
    pub fn to_json(&self) -> String {
        let written = match self {
            Self::List(facts) => serde_json::to_string(facts),
            Self::Letters(facts) => serde_json::to_string(facts),
            Self::Piece(facts) => serde_json::to_string(facts),
        };
        // Texts, numbers and days: nothing that JSON refuses.
        written.unwrap_or_default()
    }

    /// What differs from the facts as they were kept, in French; nothing where they are the same.
    pub fn changed_since(&self, kept: &str) -> Vec<&'static str> {
        let changed = match self {
            Self::List(now) => {
                serde_json::from_str(kept).ok().map(|before: ListFacts| compared([("la liste", before == *now)]))
            }
            Self::Letters(now) => serde_json::from_str(kept).ok().map(|before| letters_changed(now, &before)),
            Self::Piece(now) => serde_json::from_str(kept).ok().map(|before| piece_changed(now, &before)),
        };
        changed.unwrap_or_else(|| vec!["le contenu"])
    }
}

fn letters_changed(now: &LetterFacts, before: &LetterFacts) -> Vec<&'static str> {
    compared([
        // No document shows the short names of places, which the kept facts do not have.
        ("les ateliers", same_workshops(&now.workshops, &before.workshops)),
        ("la structure", now.structure == before.structure),
        ("l’adresse publique", now.public_url == before.public_url),
        ("le jour d’envoi", now.posting_day == before.posting_day),
        ("la date limite de réponse", now.reply_by == before.reply_by),
        ("le public", now.audience == before.audience),
        ("la graine du tirage", now.seed == before.seed),
        ("les listes", same_lists(&now.lists, &before.lists)),
        ("le texte de la lettre", now.letter == before.letter),
        ("les mentions des financeurs", now.mentions == before.mentions),
        ("votre adresse", now.seed_address == before.seed_address),
        ("les logos ou la signature", now.logos == before.logos),
    ])
}

fn piece_changed(now: &PieceFacts, before: &PieceFacts) -> Vec<&'static str> {
    let (a, b) = (printed(&now.workshop), printed(&before.workshop));
    compared([
        ("les dates", a.sessions == b.sessions),
        ("le prix", a.price == b.price),
        ("le lieu", a.venue == b.venue),
        ("le sujet", a.topic == b.topic),
        ("le sujet abrégé", a.short_topic == b.short_topic),
        ("le résumé", a.summary == b.summary),
        ("l’âge", a.minimum_age == b.minimum_age),
        ("le nombre de places", a.capacity == b.capacity),
        ("le soutien", a.support == b.support),
        ("le nom dans les adresses", a.slug == b.slug),
        ("la structure", now.structure == before.structure),
        ("l’adresse publique", now.public_url == before.public_url),
        // A notice that is shown before the letters leave is true: those of a second wave take none down.
        ("le début d’affichage", now.shown_from >= before.shown_from),
        ("le relais", now.outlet == before.outlet),
        ("les logos ou les mentions", now.credits == before.credits),
        ("la présentation", now.edition == before.edition),
    ])
}

/// The names of what is not the same.
fn compared<const N: usize>(facts: [(&'static str, bool); N]) -> Vec<&'static str> {
    facts.into_iter().filter(|(_, same)| !same).map(|(name, _)| name).collect()
}

/// A workshop as documents know it: without short names that none of them shows.
fn printed(workshop: &Workshop) -> Workshop {
    let mut printed = workshop.clone();
    printed.funder = None;
    printed.venue.slug.clear();
    printed.sessions.iter_mut().filter_map(|s| s.venue.as_mut()).for_each(|venue| venue.slug.clear());
    printed
}

fn same_workshops(now: &[Workshop], before: &[Workshop]) -> bool {
    now.iter().map(printed).eq(before.iter().map(printed))
}

/// The same files under the same terms, in whatever order, however they came in.
/// The SHA-256 of the lists that letters were printed from, as their facts have it.
pub fn printed_from(facts: &str) -> Option<BTreeSet<String>> {
    let facts: LetterFacts = serde_json::from_str(facts).ok()?;
    Some(facts.lists.into_iter().map(|list| list.sha256).collect())
}

fn same_lists(now: &[List], before: &[List]) -> bool {
    let same = |one: &List, other: &List| {
        (&one.sha256, &one.file_name, &one.contract) == (&other.sha256, &other.file_name, &other.contract)
    };
    now.len() == before.len() && now.iter().all(|one| before.iter().any(|other| same(one, other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a version wrote it that did not know `by_hand`, nor most of what an audience can ask for.
    const OLDER: &str = r#"{"audience":{"later_share":0.15,"minimum_age":60,"within_km":25.0},"letter":"Bonjour","lists":[{"contract":
        {"approved_by":"D","convention":"c","dpo":"d","fund":"la MSA","legal_basis":"l","matching":true,"mentions":[],"purge_on":"2027-06-30",
        "purpose":"p","received_on":"2026-11-02","role":"controller"},"file_name":"a.csv","sha256":"00"}],"posting_day":"2027-01-04",
        "public_url":"https://a.fr","reply_by":"2027-01-19","seed":48,"structure":{"data_email":"a@b.fr","hours":"h","name":"N",
        "phone":"PHONE","postcode":"48000","signatory":"s","street":"r","town":"Mende"},"workshops":[]}"#;

    #[test]
    fn a_field_that_is_new_in_this_version_is_no_change() {
        let phone = crate::domain::phone::Phone::parse("04 65 71 00 10").unwrap();
        let phone = serde_json::to_string(&phone).unwrap();
        let kept = OLDER.replace("\"PHONE\"", &phone);
        let mut now: LetterFacts = serde_json::from_str(&kept).unwrap();
        now.lists[0].by_hand = true;
        assert!(Facts::Letters(Box::new(now.clone())).changed_since(&kept).is_empty());
        now.audience.within_km = 30.0;
        now.lists[0].contract.fund = "la Carsat".to_owned();
        assert_eq!(Facts::Letters(Box::new(now)).changed_since(&kept), ["le public", "les listes"]);
    }
}

//! A campaign as a file: every mistake is reported with its line and what is expected. No database, no files: the caller
//! reads what the pack names.

mod audience;
mod course;
mod differ;
mod edition;
mod form;
mod funder;
mod mapping;
mod outlet;
mod reader;
mod sections;
#[cfg(test)]
mod tests;
mod write;

use chrono::NaiveDate;

use crate::domain::campaign::NamedAudience;
use crate::domain::channel::Outlet;
use crate::domain::commune::{InseeCode, Postcode};
use crate::domain::contract::Contract;
use crate::domain::edition::Editions;
use crate::domain::funder::Funder;
use crate::domain::partner::Partner;
use crate::domain::seed_address::SeedAddress;
use crate::domain::structure::Structure;
use crate::domain::workshop::{Venue, Workshop};
pub use course::{MOST_SESSIONS, TellBy};
pub use differ::differences;
pub use form::{
    FieldMistake, FormFields, read_editions, read_facts, read_funder, read_outlet, read_partner, read_structure,
    read_venue, read_workshop,
};
pub use mapping::{Mapping, Written};
pub use outlet::usual_pieces;
use reader::{Mistakes, Section};
pub use write::{letter_path, list_path, logo_path, signature_path, structure_logo_path, write};

/// A mistake in a pack, for the person who wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The line, from 1; zero in a form.
    pub line: usize,
    /// The key or field, where one is to blame.
    pub key: String,
    /// What is wrong and what is expected, in French.
    pub message: String,
}

/// A campaign's own facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignFacts {
    /// The campaign's name.
    pub name: String,
    /// What QR codes lead to, without a slash at the end.
    pub public_url: String,
    /// Fixes every draw.
    pub seed: u64,
    /// The day letters are posted.
    pub posting_day: NaiveDate,
    /// Until when people are asked to call.
    pub reply_by: NaiveDate,
    /// Where a letter of each lot goes beside those to households.
    pub seed_address: Option<SeedAddress>,
}

/// What `campaign.toml` says, its days resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Pack {
    /// The campaign's own facts.
    pub facts: CampaignFacts,
    /// The day of the first run.
    pub anchor: NaiveDate,
    /// The structure, without its logo.
    pub structure: Structure,
    /// The file of the structure's logo.
    pub structure_logo: Option<NamedFile>,
    /// The file of the signature.
    pub signature: Option<NamedFile>,
    /// The funders by short name, without their logos, and the files of these: paths in the pack.
    pub funders: Vec<(Funder, Option<NamedFile>)>,
    /// The places, by short name.
    pub venues: Vec<Venue>,
    /// The workshops, by first session.
    pub workshops: Vec<Workshop>,
    /// The outlets.
    pub outlets: Vec<Outlet>,
    /// How flyers and posters are made.
    pub editions: Editions,
    /// Who else helps nearby.
    pub partners: Vec<Partner>,
    /// Whom to write to.
    pub audience: NamedAudience,
    /// The audiences that were saved beside it, by name.
    pub other_audiences: Vec<NamedAudience>,
    /// The letter's text: a path in the pack.
    pub letter: NamedFile,
    /// The lists: paths in the pack, and their contracts.
    pub lists: Vec<(NamedFile, Contract)>,
}

/// A file that a pack names, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// The path, relative to the pack.
    pub path: String,
    /// The line that names it, from 1.
    pub line: usize,
}

/// What a pack's days, places and addresses are read against.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The day of the campaign's first run, where the pack does not say it.
    pub anchor: NaiveDate,
    /// A campaign that is still being made may have no workshop, no outlet and no list.
    pub draft: bool,
    /// A public URL from the settings, which wins over the pack's.
    pub public_url: Option<&'a str>,
    /// Finds a commune by postcode and name.
    pub commune: &'a (dyn Fn(Postcode, &str) -> Option<InseeCode> + Sync),
}

/// Reads `campaign.toml`. Every mistake is reported at once, in the order of the lines.
pub fn parse(source: &str, context: &Context<'_>) -> Result<Pack, Vec<Mistake>> {
    let mistakes = Mistakes::new(source);
    let pack = Section::document(source, &mistakes).and_then(|mut document| {
        let pack = sections::pack(&mut document, context);
        document.finish();
        pack
    });
    match (pack, mistakes.into_sorted()) {
        (Some(pack), none) if none.is_empty() => Ok(pack),
        (_, mistakes) => Err(mistakes),
    }
}

/// What is wrong with a list that is received after today.
pub const RECEIVED_LATER: &str = "la liste ne peut pas être arrivée après aujourd’hui.";

/// Reads a list's contract from a file of its own (`contract.toml`), the same keys as in a pack. Days that are counted
/// (`J-5`) are counted from `today`.
pub fn parse_contract(source: &str, today: NaiveDate) -> Result<Contract, Vec<Mistake>> {
    let mistakes = Mistakes::new(source);
    let contract = Section::document(source, &mistakes).and_then(|mut document| {
        let line = document.line_of("received_on");
        let contract = sections::contract(&mut document, today);
        if contract.as_ref().is_some_and(|contract| contract.received_on > today) {
            document.refuse(line, "received_on", RECEIVED_LATER);
        }
        document.finish();
        contract
    });
    match (contract, mistakes.into_sorted()) {
        (Some(contract), none) if none.is_empty() => Ok(contract),
        (_, mistakes) => Err(mistakes),
    }
}

/// Reads how a list is to be read from a file of its own (`mapping.toml`).
pub fn parse_mapping(source: &str) -> Result<Mapping, Vec<Mistake>> {
    let mistakes = Mistakes::new(source);
    let mapping = Section::document(source, &mistakes).map(|mut document| {
        let mapping = mapping::mapping(&mut document);
        document.finish();
        mapping
    });
    match (mapping, mistakes.into_sorted()) {
        (Some(mapping), none) if none.is_empty() => Ok(mapping),
        (_, mistakes) => Err(mistakes),
    }
}

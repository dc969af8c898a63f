//! A campaign as a file: every mistake is reported with its line and what is expected. No database, no files: the caller
//! reads what the pack names.

mod audience;
mod reader;
mod sections;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::campaign::Audience;
use crate::domain::channel::Outlet;
use crate::domain::commune::{InseeCode, Postcode};
use crate::domain::contract::Contract;
use crate::domain::structure::Structure;
use crate::domain::workshop::Workshop;
pub use audience::write as write_audience;
use reader::{Mistakes, Section};

/// A mistake in a pack, for the person who wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what is expected, in French.
    pub message: String,
}

/// What `campaign.toml` says, its days resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Pack {
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
    /// The structure.
    pub structure: Structure,
    /// The workshops, by first session.
    pub workshops: Vec<Workshop>,
    /// The outlets.
    pub outlets: Vec<Outlet>,
    /// Whom to write to.
    pub audience: Audience,
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
pub struct Context<'a> {
    /// The day of the campaign's first run.
    pub anchor: NaiveDate,
    /// A public URL from the settings, which wins over the pack's.
    pub public_url: Option<&'a str>,
    /// Finds a commune by postcode and name.
    pub commune: &'a dyn Fn(Postcode, &str) -> Option<InseeCode>,
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

/// Reads a list's contract from a file of its own (`contract.toml`), the same keys as in a pack.
pub fn parse_contract(source: &str, anchor: NaiveDate) -> Result<Contract, Vec<Mistake>> {
    let mistakes = Mistakes::new(source);
    let contract = Section::document(source, &mistakes).and_then(|mut document| {
        let contract = sections::contract(&mut document, anchor);
        document.finish();
        contract
    });
    match (contract, mistakes.into_sorted()) {
        (Some(contract), none) if none.is_empty() => Ok(contract),
        (_, mistakes) => Err(mistakes),
    }
}

/// Venues of a pack by the name that workshops use.
type Venues = BTreeMap<String, crate::domain::workshop::Venue>;

//! Are these the same person, the same household? Record linkage without a database: blocks of rows that share a key,
//! evidence for and against, and groups that no member contradicts. Deterministic and close to linear in the rows.

mod blocks;
mod features;
mod flat;
mod households;
mod merge;
mod opposition;
mod persons;
mod secret;
mod similarity;

pub use merge::merge;
pub use opposition::{Doubt, Key, KeyKind, Known, Opposed, OppositionBook, Sealer};
pub use secret::{Digest, SecretKey};

use crate::domain::address::capitals;
use crate::domain::retiree::Retiree;
use features::Features;

/// For each row the index of its person's first row, and of its household's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// The first row of the same person.
    pub person: Vec<u32>,
    /// The first row of the same household; all rows of one person share it.
    pub household: Vec<u32>,
}

/// Who is who among these rows, whichever lists they come from.
pub fn resolve(people: &[&Retiree]) -> Resolution {
    let rows: Vec<Features> = people.iter().map(|p| Features::of(p)).collect();
    let person = persons::group(&rows);
    let household = households::group(&rows, &person);
    Resolution { person, household }
}

/// A name without accents, case and punctuation, to search by and to compare: « Pagès-d’Albis » → « PAGES D ALBIS ».
pub fn search_key(name: &str) -> String {
    capitals(name)
}

#[cfg(test)]
mod tests;

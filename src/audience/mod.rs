//! Whom to write to: a filter over households, the draw of those written to later, and the order of the letters. No
//! database.

mod communes;
mod facts;
mod fragility_file;
mod nearest;
mod postal;
mod sample_size;
mod select;
mod waves;

use sha2::{Digest, Sha256};

pub use communes::Communes;
pub use facts::{Adult, Broken, Candidate, read as read_facts, write as write_facts};
pub use fragility_file::{FragilityFile, read as read_fragility};
pub use nearest::Nearest;
pub use postal::{PostalKey, department, lots};
pub use sample_size::{Comparison, Groups, INTRA_COMMUNE_CORRELATION, design_effect};
pub use select::{Counts, InCommune, Selection, Selector, Terms};

/// The place of a thing in chance order: the same for the same seed and name.
pub fn chance(seed: u64, name: &str) -> u64 {
    let digest = Sha256::digest(format!("{seed}/{name}"));
    let (first, _) = digest.split_first_chunk().unwrap_or((&[0; 8], &[]));
    u64::from_be_bytes(*first)
}

//! What comes out of the press, measured by independent readers.

use libtest_mimic::Trial;

use crate::support::trial;

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    vec![]
}

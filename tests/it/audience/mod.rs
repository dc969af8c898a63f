//! Whom a campaign writes to, on both databases: the filter against a plain rule, earlier campaigns, the pages, the command.

mod filter;
mod homes;
mod pages;

use libtest_mimic::Trial;

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [filter::trials(), pages::trials()].into_iter().flatten().collect()
}

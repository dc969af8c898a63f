//! What a campaign issues: the files of `var/out/SLUG`, each with the facts it was made from. An issued file is
//! immutable; a change of facts is shown before anything is made anew.

mod credits;
mod facts;
mod files;
mod letters;
mod lists;
mod pieces;
mod plan;
mod summary;

pub use credits::Logos;
pub use files::Folder;
pub use letters::{Withdrawn, letter_facts};
pub use plan::{Change, LETTERS, Plan};
pub use summary::{ListSummary, Summary};

pub(super) use letters::{print_letters, restore_letters, withdrawn};
pub(super) use lists::write_lists;
pub(super) use pieces::{make_pieces, try_pieces};
pub(super) use summary::summarise;

//! What a campaign issues: the files of `var/out/SLUG`, each with the facts it was made from. An issued file is
//! immutable; a change of facts is shown before anything is made anew.

mod about;
mod count_sheet;
mod credits;
mod facts;
mod files;
mod letters;
mod lists;
mod lots;
mod pieces;
mod plan;
mod proof;
mod summary;

pub use about::{About, Contents};
pub use credits::Logos;
pub use facts::{content_sha256, short_digest};
pub use files::Folder;
pub use letters::{Withdrawn, letter_facts, told_together};
pub use lots::{LeftOut, PrintRun, Reprint, lot_path};
pub use plan::{Change, LETTERS, Make, Plan};
pub use proof::{ProofFile, proof_files};
pub use summary::{ListSummary, Summary};

pub(super) use letters::{Letter, first_of_lot, letters, recipient, to_take_out, void_copies, withdrawn};
pub(super) use lists::write_lists;
pub(super) use lots::{lot_of, posted_lots, print_letters, restore_letters, template};
pub(super) use pieces::{
    Drawn, DrawnPiece, References, draw_piece, draw_pieces, has_new_pieces, make_pieces, references, try_pieces,
};
pub(super) use proof::{extremes, print_proof, proof_shows};
pub(super) use summary::summarise;

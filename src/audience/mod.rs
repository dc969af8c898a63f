//! Whom to write to: a filter over households, the draw of those written to later, and the order of the letters. No
//! database.

mod nearest;
mod postal;
mod select;

pub use nearest::Nearest;
pub use postal::{PostalKey, lots};
pub use select::{Candidate, Counts, Selection, select};

//! Sheets and forms on A4: what is filled in by hand at a stand or in a session, and what people take home.

mod attendance;
mod calibration;
mod calls;
mod count;
mod paper;
mod partners;
mod programme;
mod satisfaction;
mod sign_up;
mod table;

pub use attendance::attendance;
pub use calibration::{Window, calibration};
pub use calls::{Call, calls};
pub use count::{CountLine, count_sheet};
pub use partners::partners;
pub use programme::programme;
pub use satisfaction::satisfaction;
pub use sign_up::sign_up;

use super::flyer::Credits;
use crate::domain::structure::Structure;

/// Who makes a sheet, and for whom.
#[derive(Clone, Copy)]
pub struct SheetFacts<'a> {
    /// The structure.
    pub structure: &'a Structure,
    /// Logos and sentences that funders demand.
    pub credits: &'a Credits,
    /// Where people can register on the web, without a slash at the end.
    pub public_url: &'a str,
}

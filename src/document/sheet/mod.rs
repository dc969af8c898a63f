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

use super::Reason;
use super::export::{Page, Placed, pages};
use super::flyer::Credits;
use super::frame::Frame;
use crate::domain::structure::Structure;

/// Who makes a sheet, and for whom.
#[derive(Clone, Copy)]
pub struct SheetFacts<'a> {
    /// The structure.
    pub structure: &'a Structure,
    /// Logos and sentences that funders demand.
    pub credits: &'a Credits,
    /// Who pays, « avec le soutien de … »; may be empty.
    pub support: &'a str,
    /// Where people can register on the web, without a slash at the end.
    pub public_url: &'a str,
}

/// A sheet, laid out.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Its pages.
    pub pages: Vec<Frame>,
    /// Width and height of the paper.
    pub size_pt: (f64, f64),
    title: String,
}

impl Sheet {
    /// The file.
    pub fn pdf(&self) -> Result<Vec<u8>, Reason> {
        let (width_pt, height_pt) = self.size_pt;
        let page = |frame| Page {
            width_pt,
            height_pt,
            trim_pt: None,
            placed: vec![Placed { frame, at_pt: (0.0, 0.0), clip_pt: None, heard: true }],
        };
        Ok(pages(&self.title, &self.pages.iter().map(page).collect::<Vec<_>>())?)
    }
}

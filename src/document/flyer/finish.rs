//! The file of a drawn piece: as it is, several on a sheet with marks to cut along, or with what a print shop cuts off.

use super::{Artwork, BLEED_PT};
use crate::document::Reason;
use crate::document::export::{Page, Placed, pages};
use crate::document::frame::{Colour, Frame, Mark, Role};
use crate::document::look::mm;
use crate::domain::edition::Finish;

/// How long a mark to cut along is. It stops before what it cuts.
const MARK_PT: f64 = mm(4.0);

const ONLY_SMALL: &str = "une planche ne se fait qu’avec des flyers A6 (quatre par feuille) ou A5 (deux par feuille)";

impl Artwork {
    /// The file. Only what is smaller than A4 can stand several times on a sheet.
    pub fn pdf(&self, finish: Finish) -> Result<Vec<u8>, Reason> {
        let (frame, (width_pt, height_pt)) = (&self.frame, self.size_pt);
        let page = match finish {
            Finish::Plain | Finish::Copier => {
                let placed = vec![Placed { frame, at_pt: (0.0, 0.0), clip_pt: None, heard: true }];
                Page { width_pt, height_pt, trim_pt: None, placed }
            }
            Finish::PrintShop => {
                let placed = vec![Placed { frame, at_pt: (BLEED_PT, BLEED_PT), clip_pt: None, heard: true }];
                let (wide_pt, tall_pt) = (width_pt + 2.0 * BLEED_PT, height_pt + 2.0 * BLEED_PT);
                Page { width_pt: wide_pt, height_pt: tall_pt, trim_pt: Some(BLEED_PT), placed }
            }
            Finish::Imposed | Finish::ImposedCopier => {
                return imposed(self, self.paper.a_sheet().ok_or(Reason::Unfit(ONLY_SMALL))?);
            }
        };
        Ok(pages(&self.title, &[page])?)
    }
}

/// Two or four on an A4 sheet. They touch, so one cut parts two.
fn imposed(artwork: &Artwork, count: usize) -> Result<Vec<u8>, Reason> {
    let Artwork { frame, size_pt: (width_pt, height_pt), title, .. } = artwork;
    let (a4_pt, rows) = if count == 4 { ((mm(210.0), mm(297.0)), 2) } else { ((mm(297.0), mm(210.0)), 1) };
    // Two A5 are a millimetre narrower than A4, so they stand in its middle.
    let (left_pt, top_pt) = ((a4_pt.0 - 2.0 * width_pt) / 2.0, (a4_pt.1 - f64::from(rows) * height_pt) / 2.0);
    let mut marks = Frame::default();
    let mut mark = |from_pt, to_pt| {
        let colour = Colour::from_hex(0x000000);
        // White under it, for dark grounds.
        for (thickness_pt, colour) in [(1.6, Colour::from_hex(0xffffff)), (0.5, colour)] {
            marks.push(Role::Artifact, Mark::Rule { from_pt, to_pt, thickness_pt, colour, dashed: false });
        }
    };
    let middle_pt = a4_pt.0 / 2.0;
    mark((middle_pt, 0.0), (middle_pt, MARK_PT));
    mark((middle_pt, a4_pt.1 - MARK_PT), (middle_pt, a4_pt.1));
    if rows == 2 {
        let y_pt = a4_pt.1 / 2.0;
        mark((0.0, y_pt), (MARK_PT, y_pt));
        mark((a4_pt.0 - MARK_PT, y_pt), (a4_pt.0, y_pt));
        mark((middle_pt - MARK_PT / 2.0, y_pt), (middle_pt + MARK_PT / 2.0, y_pt));
        mark((middle_pt, y_pt - MARK_PT / 2.0), (middle_pt, y_pt + MARK_PT / 2.0));
    }
    let mut placed = Vec::new();
    for row in 0..rows {
        for column in 0..2 {
            let at_pt = (left_pt + f64::from(column) * width_pt, top_pt + f64::from(row) * height_pt);
            let heard = placed.is_empty();
            placed.push(Placed { frame, at_pt, clip_pt: Some((*width_pt, *height_pt)), heard });
        }
    }
    placed.push(Placed { frame: &marks, at_pt: (0.0, 0.0), clip_pt: None, heard: true });
    Ok(pages(title, &[Page { width_pt: a4_pt.0, height_pt: a4_pt.1, trim_pt: None, placed }])?)
}

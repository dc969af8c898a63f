//! « Cadre »: a frame in the structure's colour on white, with generous space.

use super::BLEED_PT;
use super::board::{Board, Kind, Part, Settled};
use super::foot::Inks;
use crate::document::font::Face;
use crate::document::frame::Frame;
use crate::document::look::{self, mm};
use crate::document::paragraph::Style;
use crate::domain::edition::Paper;

/// Draws the piece at the board's fit.
pub fn draw(board: &mut Board<'_, '_>) -> Settled {
    let (k, width_pt) = (board.scale, board.width_pt);
    let palette = board.palette;
    let (edge_pt, stroke_pt) = (mm(6.0) * k.powf(0.7), mm(1.4) * k);
    let left_pt = edge_pt + stroke_pt + if board.edition.paper == Paper::A6 { 10.0 } else { 17.0 * k };
    let column_pt = width_pt - 2.0 * left_pt;
    let workshop = board.facts.workshop;

    let mut head = Part::default();
    board.heading(&mut head, [palette.muted, palette.title], left_pt, [column_pt; 2], 3)?;
    head.skip(8.0 * k);
    let bar_pt = head.y_pt;
    head.skip(4.0 * k);
    board.summary(&mut head, palette.ink, left_pt, column_pt, 9.0 * k)?;
    let gap_pt = 6.0 * k;
    let rows = board.rows(true, left_pt, column_pt, gap_pt)?;
    // The price in one line, in a box.
    let price = workshop.price_lines().join(" ");
    let price_style = Style::new(Face::ExtraBold, board.size_pt(Kind::Fact) * 0.86, palette.ink);
    let (price_pt, _) = board.fitted("le prix", price_style, &price, 12.0, column_pt * 0.8)?;
    let box_pt = price_pt * 1.75;
    let inset_pt = edge_pt + stroke_pt;
    let band_inks = Inks { text: palette.on_deep, muted: palette.on_deep };
    let registration = board.registration(band_inks, left_pt, column_pt)?;
    let credits = board.credits(left_pt, column_pt)?;
    let (top_pt, pad_pt) = (inset_pt + 20.0 * k, 11.0 * k);
    let tabs_pt = board.tabs_pt();
    let band_pt = registration.y_pt + 2.0 * pad_pt;
    let foot_pt = band_pt + 9.0 * k + credits.y_pt + 9.0 * k + inset_pt + tabs_pt;
    let least_pt = top_pt + head.y_pt + 14.0 * k + rows.y_pt + 10.0 * k + box_pt + 12.0 * k + foot_pt;
    let spare_pt = board.height_pt - least_pt;
    board.settle(spare_pt, |board| {
        let mut frame = Frame::default();
        let height_pt = board.height_pt;
        let (wide_pt, tall_pt) = (width_pt + 2.0 * BLEED_PT, height_pt + 2.0 * BLEED_PT);
        frame.ground(-BLEED_PT, -BLEED_PT, wide_pt, tall_pt, look::WHITE);
        let line = if palette.copier { palette.ink } else { palette.deep };
        let (middle_pt, inner_pt) = (edge_pt + stroke_pt / 2.0, width_pt - 2.0 * edge_pt - stroke_pt);
        frame.outline(middle_pt, middle_pt, inner_pt, height_pt - tabs_pt - 2.0 * middle_pt, stroke_pt, line);
        let head_top_pt = top_pt + spare_pt * 0.18;
        frame.append(head.frame, 0.0, head_top_pt);
        let sun = if palette.copier { palette.ink } else { palette.sun };
        frame.ground(left_pt, head_top_pt + bar_pt, 46.0 * k, 4.0 * k, sun);
        let between_pt = (spare_pt * 0.12).min(12.0 * k);
        let rows = board.rows(true, left_pt, column_pt, gap_pt + between_pt)?;
        let band_top_pt = height_pt - foot_pt;
        let from_pt = head_top_pt + head.y_pt + 14.0 * k;
        let room_pt = band_top_pt - 12.0 * k - box_pt - 10.0 * k - rows.y_pt - from_pt;
        let rows_pt = from_pt + room_pt * 0.45;
        let label_pt = rows_pt + rows.y_pt + 10.0 * k + room_pt * 0.2;
        frame.append(rows.frame, 0.0, rows_pt);
        let indent_pt = if board.edition.paper == Paper::A6 { 0.0 } else { 58.0 * k };
        let at = (left_pt + indent_pt, label_pt);
        board.label_box(&mut frame, &price, price_style.sized(price_pt), at, box_pt, palette.sun)?;
        if palette.copier {
            frame.rule(left_pt, band_top_pt, column_pt, 1.5 * k, palette.ink);
        } else {
            frame.ground(inset_pt, band_top_pt, width_pt - 2.0 * inset_pt, band_pt, palette.deep);
        }
        frame.append(registration.frame, 0.0, band_top_pt + pad_pt);
        frame.append(credits.frame, 0.0, band_top_pt + band_pt + 9.0 * k);
        board.tabs(&mut frame)?;
        Ok(frame)
    })
}

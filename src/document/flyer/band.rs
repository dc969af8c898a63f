//! « Bande »: a head in the structure's colour, the price as a sun at its edge.

use super::BLEED_PT;
use super::board::{Board, Part, Settled};
use crate::document::frame::Frame;

/// Draws the piece at the board's fit.
pub fn draw(board: &mut Board<'_, '_>) -> Settled {
    let (k, margin_pt, width_pt) = (board.scale, board.margin_pt, board.width_pt);
    let column_pt = width_pt - 2.0 * margin_pt;
    let radius_pt = 50.0 * k.powf(0.9);
    let sticker_left_pt = width_pt - margin_pt - 1.9 * radius_pt;
    let palette = board.palette;

    let mut head = Part::default();
    head.skip(margin_pt * 1.05);
    let colours = [palette.kicker, palette.on_deep];
    board.heading(&mut head, colours, margin_pt, [column_pt; 2], 3)?;
    // Short lines read better than long ones, and keep off the sticker.
    board.summary(&mut head, palette.on_deep, margin_pt, sticker_left_pt - margin_pt - 2.0 * k, 9.0 * k)?;
    let below_pt = 0.62 * radius_pt;
    let above_pt = 2.0 * radius_pt - below_pt;
    let least_head_pt = (head.y_pt + 16.0 * k).max(head.reach_pt(sticker_left_pt - 4.0 * k) + above_pt + 3.0 * k);

    let gap_pt = 6.0 * k;
    let rows = board.rows(true, margin_pt, column_pt, gap_pt)?;
    let registration = board.registration(board.inks(), margin_pt, column_pt)?;
    let credits = board.credits(margin_pt, column_pt)?;
    let foot_pt = 10.0 * k + registration.y_pt + 9.0 * k + credits.y_pt + margin_pt * 0.75 + board.tabs_pt();
    let least_pt = least_head_pt + below_pt + 2.0 * k + rows.y_pt + 10.0 * k + foot_pt;
    let spare_pt = board.height_pt - least_pt;
    board.settle(spare_pt, |board| {
        let mut frame = Frame::default();
        // What is left makes the head generous first, then the facts.
        let in_head_pt = (spare_pt * 0.45).min(70.0 * k);
        let head_pt = least_head_pt + in_head_pt;
        let height_pt = board.height_pt;
        let wide_pt = width_pt + 2.0 * BLEED_PT;
        frame.ground(-BLEED_PT, -BLEED_PT, wide_pt, height_pt + 2.0 * BLEED_PT, palette.ground);
        frame.ground(-BLEED_PT, -BLEED_PT, wide_pt, head_pt + BLEED_PT, palette.deep);
        if palette.copier {
            frame.ground(margin_pt, head_pt - 4.0 * k, column_pt, 4.0 * k, palette.ink);
        }
        frame.append(head.frame, 0.0, in_head_pt * 0.3);
        board.sticker(
            &mut frame,
            width_pt - margin_pt - 0.95 * radius_pt,
            head_pt + below_pt - radius_pt,
            radius_pt,
        )?;
        // The facts once more, with more air between them if there is.
        let between_pt = (spare_pt - in_head_pt) * 0.2;
        let rows_again = board.rows(true, margin_pt, column_pt, gap_pt + between_pt.min(12.0 * k))?;
        let rule_pt = height_pt - foot_pt;
        let top_pt = head_pt + below_pt + 2.0 * k;
        let room_pt = rule_pt - top_pt - 10.0 * k - rows_again.y_pt;
        frame.append(rows_again.frame, 0.0, top_pt + room_pt * 0.4);
        frame.rule(margin_pt, rule_pt, column_pt, 1.5 * k, palette.ink);
        frame.append(registration.frame, 0.0, rule_pt + 10.0 * k);
        frame.append(credits.frame, 0.0, rule_pt + 10.0 * k + registration.y_pt + 9.0 * k);
        board.tabs(&mut frame)?;
        Ok(frame)
    })
}

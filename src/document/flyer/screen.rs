//! The flyer for screens: a layout of its own, without QR code, since it is seen on the phone that would scan it.

use super::board::{Board, Kind, Part, Put, Settled};
use super::palette::Palette;
use super::{Edition, FlyerFacts, STEPS, check};
use crate::document::Reason;
use crate::document::export::png;
use crate::document::frame::Frame;
use crate::document::shape::Shaper;
use crate::domain::calendar;
use crate::domain::edition::Paper;

/// A screen's size in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Screen {
    /// Width and height.
    pub fn size(self) -> (f64, f64) {
        (f64::from(self.width), f64::from(self.height))
    }
}

/// PanneauPocket, and phones held upright.
pub const PORTRAIT: Screen = Screen { width: 1080, height: 1350 };
/// Web sites and social networks.
pub const LANDSCAPE: Screen = Screen { width: 1200, height: 630 };

/// A picture of the workshop as a PNG. Refused like a flyer.
pub fn screen(facts: &FlyerFacts, screen: Screen) -> Result<Vec<u8>, Reason> {
    Ok(png(&draw_screen(&mut Shaper::default(), facts, screen)?, screen.size(), 1.0)?)
}

/// Draws such a picture without painting it: a point is a pixel.
pub fn draw_screen(shaper: &mut Shaper, facts: &FlyerFacts, screen: Screen) -> Result<Frame, Reason> {
    check(facts.workshop)?;
    let palette = Palette::of(facts.structure.colour, false);
    // The first sentence is enough here, and none where there is no room for it.
    let first = facts.workshop.summary.split_inclusive(['.', '!', '?']).next().unwrap_or_default();
    let mut trouble = None;
    for summary in [first, ""] {
        for step in 0..=STEPS {
            let fit = 1.0 - f64::from(step) / f64::from(STEPS);
            let mut board = Board::new(shaper, facts, Edition::plain(Paper::A5), palette, fit);
            (board.width_pt, board.height_pt) = screen.size();
            board.summary = summary;
            let fitted = if screen.width > screen.height { landscape(&mut board) } else { portrait(&mut board) };
            match fitted? {
                Ok(frame) => return Ok(frame),
                Err(why) => trouble = Some(why),
            }
        }
    }
    Err(trouble.unwrap_or(Reason::Missing("le contenu")))
}

fn portrait(board: &mut Board<'_, '_>) -> Settled {
    board.scale = 3.05;
    board.margin_pt = 80.0;
    let (k, margin_pt, width_pt, height_pt) = (board.scale, board.margin_pt, board.width_pt, board.height_pt);
    let column_pt = width_pt - 2.0 * margin_pt;
    let palette = board.palette;
    let radius_pt = 135.0;
    let sticker_left_pt = width_pt - margin_pt - 1.9 * radius_pt;
    let mut head = topic(board, margin_pt, column_pt, sticker_left_pt - margin_pt - 10.0, true)?;
    let (below_pt, above_pt) = (0.62 * radius_pt, 1.38 * radius_pt);
    let head_pt = (head.y_pt + 46.0).max(head.reach_pt(sticker_left_pt - 12.0) + above_pt + 10.0) + margin_pt * 0.9;
    let facts = facts(board, margin_pt, column_pt, 18.0)?;
    let foot = call(board, margin_pt, column_pt)?;
    let credits = board.credits(margin_pt, column_pt)?;
    let foot_pt = 22.0 + foot.y_pt + 14.0 + credits.y_pt + margin_pt * 0.45;
    let spare_pt = height_pt - head_pt - below_pt - facts.y_pt - 20.0 - foot_pt;
    let head_frame = std::mem::take(&mut head.frame);
    board.settle(spare_pt, |board| {
        let mut frame = Frame::default();
        let head_pt = head_pt + spare_pt * 0.4;
        frame.ground(0.0, 0.0, width_pt, height_pt, palette.ground);
        frame.ground(0.0, 0.0, width_pt, head_pt, palette.deep);
        frame.append(head_frame, 0.0, margin_pt * 0.9 + spare_pt * 0.1);
        board.sticker(
            &mut frame,
            width_pt - margin_pt - 0.95 * radius_pt,
            head_pt + below_pt - radius_pt,
            radius_pt,
        )?;
        frame.append(facts.frame, 0.0, head_pt + below_pt + spare_pt * 0.25);
        let rule_pt = height_pt - foot_pt;
        frame.rule(margin_pt, rule_pt, column_pt, 1.5 * k, palette.ink);
        frame.append(foot.frame, 0.0, rule_pt + 22.0);
        frame.append(credits.frame, 0.0, rule_pt + 22.0 + foot.y_pt + 14.0);
        Ok(frame)
    })
}

fn landscape(board: &mut Board<'_, '_>) -> Settled {
    board.scale = 1.85;
    board.margin_pt = 56.0;
    let (k, margin_pt, width_pt, height_pt) = (board.scale, board.margin_pt, board.width_pt, board.height_pt);
    let palette = board.palette;
    let left_pt = 560.0;
    let radius_pt = 88.0;
    let head = topic(board, margin_pt, left_pt - 2.0 * margin_pt, left_pt - 2.0 * margin_pt, false)?;
    // The price at the foot of the left half.
    let head_pt = margin_pt + head.y_pt + 16.0 + 2.0 * radius_pt + margin_pt * 0.5;
    let right_pt = left_pt + margin_pt;
    let column_pt = width_pt - right_pt - margin_pt;
    let facts = facts(board, right_pt, column_pt, 14.0)?;
    let foot = call(board, right_pt, column_pt)?;
    let credits = board.credits(right_pt, column_pt)?;
    let foot_pt = 12.0 + foot.y_pt + 8.0 + credits.y_pt + margin_pt * 0.45;
    let spare_pt = (height_pt - head_pt).min(height_pt - margin_pt * 0.8 - facts.y_pt - 8.0 - foot_pt);
    board.settle(spare_pt, |board| {
        let mut frame = Frame::default();
        frame.ground(0.0, 0.0, width_pt, height_pt, palette.ground);
        frame.ground(0.0, 0.0, left_pt, height_pt, palette.deep);
        frame.append(head.frame, 0.0, margin_pt * 0.8);
        board.sticker(
            &mut frame,
            left_pt - margin_pt - 0.3 * radius_pt,
            height_pt - margin_pt * 0.6 - radius_pt,
            radius_pt,
        )?;
        let rule_pt = height_pt - foot_pt;
        let free_pt = rule_pt - margin_pt * 0.8 - facts.y_pt;
        frame.append(facts.frame, 0.0, margin_pt * 0.8 + free_pt * 0.3);
        frame.rule(right_pt, rule_pt, column_pt, 1.5 * k, palette.ink);
        frame.append(foot.frame, 0.0, rule_pt + 12.0);
        frame.append(credits.frame, 0.0, rule_pt + 12.0 + foot.y_pt + 8.0);
        Ok(frame)
    })
}

/// Age, topic, and what people do there where there is room for it.
fn topic(
    board: &mut Board<'_, '_>,
    x_pt: f64,
    width_pt: f64,
    summary_pt: f64,
    with_summary: bool,
) -> Result<Part, Reason> {
    let palette = board.palette;
    let mut part = Part::default();
    board.heading(&mut part, [palette.kicker, palette.on_deep], x_pt, [width_pt; 2], 4)?;
    if with_summary {
        board.summary(&mut part, palette.on_deep, x_pt, summary_pt, 7.0 * board.scale)?;
    }
    Ok(part)
}

/// Date, hours, place.
fn facts(board: &mut Board<'_, '_>, x_pt: f64, width_pt: f64, gap_pt: f64) -> Result<Part, Reason> {
    let workshop = board.facts.workshop;
    let ink = board.palette.ink;
    let times = [format!("de {}", workshop.hours()), workshop.rhythm().unwrap_or_default()];
    let times = board.on_one_line_or_each(Kind::Detail, &times, width_pt)?;
    let rows = [
        (Kind::Fact, "la date", calendar::long_date(workshop.first_day()), 2),
        (Kind::Detail, "l’heure", times, 3),
        (Kind::Fact, "le lieu", crate::document::place::venue_name(&workshop.venue), 3),
        (Kind::Detail, "l’adresse", crate::document::place::street(&workshop.venue), 2),
    ];
    let mut part = Part::default();
    for (i, (kind, what, text, lines)) in rows.iter().enumerate() {
        if i == 2 {
            part.skip(gap_pt);
        }
        let put = Put { what, text, lines: *lines, ..board.line(*kind, ink, x_pt, width_pt) };
        board.put(&mut part, put)?;
    }
    Ok(part)
}

/// Whom to call.
fn call(board: &mut Board<'_, '_>, x_pt: f64, width_pt: f64) -> Result<Part, Reason> {
    let structure = board.facts.structure;
    let ink = board.palette.ink;
    let mut part = Part::default();
    let phone = structure.phone.to_string();
    let reference = format!("Réf.\u{a0}{}", board.facts.reference);
    for (kind, what, text) in [
        (Kind::Detail, "« Inscription par téléphone »", "Inscription par téléphone"),
        (Kind::Phone, "le téléphone", phone.as_str()),
        (Kind::Detail, "la référence", reference.as_str()),
    ] {
        let put = Put { what, text, lines: 2, ..board.line(kind, ink, x_pt, width_pt) };
        board.put(&mut part, put)?;
    }
    Ok(part)
}

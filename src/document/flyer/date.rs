//! « Grande date »: the date is the picture.

use super::BLEED_PT;
use super::board::{Board, Kind, Part, Put, Settled};
use crate::document::font::Face;
use crate::document::frame::{Frame, Role};
use crate::document::paragraph::{Fill, Style, wrap};
use crate::domain::calendar;
use chrono::Datelike;

/// Draws the piece at the board's fit.
pub fn draw(board: &mut Board<'_, '_>) -> Settled {
    let (k, margin_pt, width_pt) = (board.scale, board.margin_pt, board.width_pt);
    let column_pt = width_pt - 2.0 * margin_pt;
    let palette = board.palette;
    let workshop = board.facts.workshop;
    let radius_pt = 46.0 * k.powf(0.9);
    let sticker_left_pt = width_pt - margin_pt - 1.9 * radius_pt;

    let mut hero = Part::default();
    hero.skip(margin_pt * 0.95);
    let day = workshop.first_day();
    let hero_top_pt = hero.y_pt;
    let weekday = calendar::weekday(day.weekday());
    let put = Put { what: "le jour", text: weekday, ..board.line(Kind::Fact, palette.kicker, margin_pt, column_pt) };
    board.put(&mut hero, put)?;
    let largest = Style::new(Face::ExtraBold, (56.0 + 36.0 * board.fit) * k, palette.on_deep);
    let (size_pt, lines) = board.fitted("la date", largest, &calendar::bare_day_month(day), 30.0, column_pt)?;
    hero.skip(-size_pt * 0.06);
    hero.lines(&lines, Role::Paragraph, margin_pt - size_pt * 0.03, size_pt, 1.0);
    // The year at the other end of the weekday's line, heard after the day.
    let mut beside = Part { y_pt: hero_top_pt, ..Part::default() };
    let fact_pt = board.size_pt(Kind::Fact);
    let style = Style::new(Face::ExtraBold, fact_pt, palette.kicker);
    let year = wrap(board.shaper, &[style.span(day.year().to_string())], f64::INFINITY, Fill::Even)?;
    let year_pt = year.iter().map(|line| line.width_pt).fold(0.0, f64::max);
    beside.lines(&year, Role::Paragraph, width_pt - margin_pt - year_pt, fact_pt, 1.18);
    hero.frame.append(beside.frame, 0.0, 0.0);
    hero.skip(3.0 * k);
    let hours = format!("de {}", workshop.hours());
    let room_pt = sticker_left_pt - margin_pt;
    let put =
        Put {
            what: "l’heure", text: &hours, lines: 2, ..board.line(Kind::Fact, palette.on_deep, margin_pt, room_pt)
        };
    board.put(&mut hero, put)?;
    let rhythm = workshop.rhythm().unwrap_or_default();
    let put = Put {
        what: "les séances",
        text: &rhythm,
        lines: 3,
        ..board.line(Kind::Detail, palette.on_deep, margin_pt, room_pt)
    };
    board.put(&mut hero, put)?;
    let below_pt = 0.7 * radius_pt;
    let least_hero_pt =
        (hero.y_pt + 13.0 * k).max(hero.reach_pt(sticker_left_pt - 4.0 * k) + 2.0 * radius_pt - below_pt + 3.0 * k);

    let mut topic = Part::default();
    // The date is larger than the topic here, but not by the title's full size.
    board.heading(&mut topic, [palette.muted, palette.title], margin_pt, [room_pt, column_pt], 3)?;
    board.summary(&mut topic, palette.ink, margin_pt, column_pt, 6.0 * k)?;
    let rows = board.rows(false, margin_pt, column_pt, 0.0)?;
    let registration = board.registration(board.inks(), margin_pt, column_pt)?;
    let credits = board.credits(margin_pt, column_pt)?;
    let foot_pt = 10.0 * k + registration.y_pt + 9.0 * k + credits.y_pt + margin_pt * 0.75 + board.tabs_pt();
    // The first line under the edge may stand beside the sticker, the title may not.
    let kicker_pt = board.size_pt(Kind::Kicker) * 1.3;
    let top_pt = (below_pt - kicker_pt + 2.0 * k).max(13.0 * k);
    let least_pt = least_hero_pt + top_pt + topic.y_pt + 10.0 * k + rows.y_pt + 10.0 * k + foot_pt;
    let spare_pt = board.height_pt - least_pt;
    board.settle(spare_pt, |board| {
        let mut frame = Frame::default();
        let height_pt = board.height_pt;
        let in_hero_pt = (spare_pt * 0.3).min(40.0 * k);
        let hero_pt = least_hero_pt + in_hero_pt;
        let wide_pt = width_pt + 2.0 * BLEED_PT;
        frame.ground(-BLEED_PT, -BLEED_PT, wide_pt, height_pt + 2.0 * BLEED_PT, palette.ground);
        frame.ground(-BLEED_PT, -BLEED_PT, wide_pt, hero_pt + BLEED_PT, palette.deep);
        if palette.copier {
            frame.ground(margin_pt, hero_pt - 4.0 * k, column_pt, 4.0 * k, palette.ink);
        }
        frame.append(hero.frame, 0.0, in_hero_pt * 0.4);
        board.sticker(
            &mut frame,
            width_pt - margin_pt - 0.95 * radius_pt,
            hero_pt + below_pt - radius_pt,
            radius_pt,
        )?;
        let rule_pt = height_pt - foot_pt;
        let left_pt = spare_pt - in_hero_pt;
        let topic_pt = hero_pt + top_pt + left_pt * 0.3;
        frame.append(topic.frame, 0.0, topic_pt);
        frame.append(rows.frame, 0.0, topic_pt + topic.y_pt + 10.0 * k + left_pt * 0.35);
        frame.rule(margin_pt, rule_pt, column_pt, 1.5 * k, palette.ink);
        frame.append(registration.frame, 0.0, rule_pt + 10.0 * k);
        frame.append(credits.frame, 0.0, rule_pt + 10.0 * k + registration.y_pt + 9.0 * k);
        board.tabs(&mut frame)?;
        Ok(frame)
    })
}

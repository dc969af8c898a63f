//! The two blocks of a letter that are more than text: the workshops, and the box that says how to come.

use super::LetterFacts;
use super::fields::{host, street};
use super::flow::{BODY_PT, CodeSlot, Column, LEFT_PT, NumberSlot, WIDTH_PT};
use crate::document::Reason;
use crate::document::font::Face;
use crate::document::frame::Role;
use crate::document::look::{self, mm};
use crate::document::paragraph::{Fill, Line, Style, wrap};
use crate::domain::calendar;
use crate::domain::workshop::Workshop;
use crate::text::typography::french;

const COLUMN_GAP_PT: f64 = 16.0;
/// The dates take no more of the width than this: the place needs its share.
const WHEN_SHARE: f64 = 0.44;
const ROW_LEADING: f64 = 1.28;
const ROW_PADDING_PT: f64 = 7.0;

/// Dates, place and price of each workshop, in rows between rules; with its topic where topics differ.
pub fn workshops(column: &mut Column, workshops: &[&Workshop]) -> Result<(), Reason> {
    let plain = Style::new(Face::Regular, column.setting.detail_pt, look::INK);
    let bold = Style { face: Face::Bold, ..plain };
    let topics_differ = workshops.iter().any(|w| w.topic != workshops[0].topic);
    let (mut when_pt, mut price_pt) = (0.0_f64, 0.0_f64);
    for workshop in workshops {
        when_pt = when_pt.max(widest(column, bold, &workshop.schedule_lines())?);
        price_pt = price_pt.max(widest(column, bold, &workshop.price_lines())?);
    }
    let when_pt = when_pt.min(WIDTH_PT * WHEN_SHARE);
    let where_x_pt = when_pt + COLUMN_GAP_PT;
    let where_pt = WIDTH_PT - where_x_pt - COLUMN_GAP_PT - price_pt;
    column.gap(12.0);
    rule(column);
    for workshop in workshops {
        column.gap(ROW_PADDING_PT);
        if topics_differ {
            let lines = cell(column, &[(bold, french(&workshop.topic))], WIDTH_PT)?;
            column.lines(&lines, Role::Paragraph, LEFT_PT, bold.size_pt, ROW_LEADING);
        }
        let when = cell(column, &workshop.schedule_lines().map(|l| (bold, l)), when_pt)?;
        let place = cell(column, &[(plain, french(&workshop.venue.name)), (plain, street(&workshop.venue))], where_pt)?;
        let price = cell(column, &workshop.price_lines().into_iter().map(|l| (bold, l)).collect::<Vec<_>>(), price_pt)?;
        let top_pt = column.y_pt;
        let mut bottom_pt = top_pt;
        for (lines, x_pt, right) in [(&when, 0.0, false), (&place, where_x_pt, false), (&price, WIDTH_PT, true)] {
            column.y_pt = top_pt;
            for line in lines {
                let y_pt = column.next_baseline(plain.size_pt, ROW_LEADING);
                let x_pt = LEFT_PT + x_pt - if right { line.width_pt } else { 0.0 };
                line.place(&mut column.frame, Role::Paragraph, x_pt, y_pt);
            }
            bottom_pt = bottom_pt.max(column.y_pt);
        }
        column.y_pt = bottom_pt;
        column.gap(ROW_PADDING_PT);
        rule(column);
    }
    Ok(())
}

/// Side of the QR code's plate, quiet zone included: the code itself is 25 mm and more.
const PLATE_PT: f64 = mm(31.5);
const BOX_PADDING_PT: f64 = mm(6.0);
const PHONE: Style = Style::new(Face::Bold, 27.0, look::INK);

/// The box: phone, invitation number, QR code. One thing to do, and nothing that one must have at hand.
pub fn reply(column: &mut Column, facts: &LetterFacts) -> Result<(), Reason> {
    let plain = Style::new(Face::Regular, BODY_PT, look::INK);
    let detail = plain.sized(column.setting.detail_pt);
    let leading = column.setting.leading;
    let (x_pt, right_pt) = (LEFT_PT + BOX_PADDING_PT, LEFT_PT + WIDTH_PT - BOX_PADDING_PT);
    let width_pt = right_pt - PLATE_PT - 10.0 - x_pt;
    column.gap(14.0);
    let top_pt = column.y_pt;
    // The ground is painted before what stands on it; its height is known afterwards.
    let ground = column.frame.items.len();
    column.gap(13.0);

    let call = format!("Pour venir, téléphonez avant le {} :", calendar::day_month(facts.reply_by));
    let lines = cell(column, &[(plain, french(&call))], width_pt)?;
    column.lines(&lines, Role::Paragraph, x_pt, plain.size_pt, leading);
    let lines = cell(column, &[(PHONE, facts.structure.phone.to_string())], width_pt)?;
    column.lines(&lines, Role::Paragraph, x_pt, PHONE.size_pt, 1.2);
    let label = cell(column, &[(plain, french("Votre numéro d'invitation :"))], width_pt)?;
    let y_pt = column.baseline(plain.size_pt, leading);
    let label_pt = label.iter().map(|l| l.width_pt).fold(0.0, f64::max);
    let style = Style::new(Face::Bold, BODY_PT + 1.0, look::INK);
    column.slots.numbers.push(NumberSlot { style, x_pt: x_pt + label_pt + 5.0, y_pt });
    column.lines(&label, Role::Paragraph, x_pt, plain.size_pt, leading);
    let hours = format!("Perdu ? Votre nom suffit. {}.", capital(&facts.structure.hours));
    let relative = format!("Un proche peut aussi vous inscrire : {}", host(facts.public_url));
    let lines = cell(column, &[(detail, french(&hours)), (detail, french(&relative))], width_pt)?;
    column.lines(&lines, Role::Paragraph, x_pt, detail.size_pt, leading);

    column.gap(13.0);
    let height_pt = (column.y_pt - top_pt).max(PLATE_PT + 2.0 * 8.0);
    column.y_pt = top_pt + height_pt;
    let text = column.frame.items.split_off(ground);
    column.frame.ground(LEFT_PT, top_pt, WIDTH_PT, height_pt, look::SOFT);
    column.frame.items.extend(text);
    let y_pt = top_pt + (height_pt - PLATE_PT) / 2.0;
    column.slots.codes.push(CodeSlot { x_pt: right_pt - PLATE_PT, y_pt, side_pt: PLATE_PT });
    column.gap(4.0);
    Ok(())
}

fn rule(column: &mut Column) {
    column.frame.rule(LEFT_PT, column.y_pt, WIDTH_PT, 0.75, look::INK);
}

fn widest(column: &mut Column, style: Style, lines: &[String]) -> Result<f64, Reason> {
    let mut widest_pt = 0.0_f64;
    for line in lines {
        widest_pt = widest_pt.max(column.shaper.width_pt(style.face, style.size_pt, line)?);
    }
    // A hair more than measured, so that rounding never breaks a line.
    Ok(widest_pt + 0.01)
}

/// The lines of texts below each other in a narrow place; a word too wide for it is refused.
fn cell(column: &mut Column, texts: &[(Style, String)], width_pt: f64) -> Result<Vec<Line>, Reason> {
    let mut lines = Vec::new();
    for (style, text) in texts {
        let wrapped = wrap(column.shaper, &[style.span(text.as_str())], width_pt, Fill::Even)?;
        if wrapped.iter().any(|l| l.width_pt > width_pt) {
            return Err(Reason::TooLong { what: "un mot du tableau ou du cadre", text: text.clone() });
        }
        lines.extend(wrapped);
    }
    Ok(lines)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

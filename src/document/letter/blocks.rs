//! The blocks of a letter that are more than text: the workshops, the box that says how to come, the stub to send back.

use std::rc::Rc;

use super::fields::host;
use super::flow::{BODY_PT, CodeSlot, Column, LEFT_PT, NumberSlot, WIDTH_PT};
use super::{LetterFacts, page};
use crate::document::Reason;
use crate::document::font::Face;
use crate::document::frame::{Mark, Role};
use crate::document::look::{self, mm};
use crate::document::paragraph::{Fill, Line, Style, wrap};
use crate::document::picture::Picture;
use crate::document::place::street;
use crate::domain::calendar;
use crate::domain::workshop::Workshop;
use crate::text::typography::french;

const COLUMN_GAP_PT: f64 = 12.0;
const ROW_LEADING: f64 = 1.28;
const ROW_PADDING_PT: f64 = 7.0;
/// Where the names of places need room, the dates take a third of the width and three lines.
const NARROW_DATES: f64 = 0.33;

/// A workshop's cells.
struct Row {
    when: Vec<Line>,
    place: Vec<Line>,
    price: Vec<Line>,
}

/// Dates, place and price of each workshop, in rows between rules; with its topic where topics differ.
pub fn workshops(column: &mut Column, facts: &LetterFacts, workshops: &[&Workshop]) -> Result<(), Reason> {
    let plain = Style::new(Face::Regular, column.setting.detail_pt, look::INK);
    let bold = Style { face: Face::Bold, ..plain };
    let topics_differ = workshops.iter().any(|w| w.topic != workshops[0].topic);
    let mut when_pt = 0.0_f64;
    let mut price_pt = 0.0_f64;
    for workshop in workshops {
        for line in workshop.schedule_lines() {
            when_pt = when_pt.max(column.shaper.width_pt(bold.face, bold.size_pt, &line)?);
        }
        for line in workshop.price_lines() {
            price_pt = price_pt.max(column.shaper.width_pt(bold.face, bold.size_pt, &line)?);
        }
    }
    let (wide, narrow) = (rows(column, workshops, plain, when_pt, price_pt), WIDTH_PT * NARROW_DATES);
    let (when_pt, rows) = match (wide, rows(column, workshops, plain, narrow, price_pt)) {
        (Ok(wide), Ok(slim)) if height(&slim) < height(&wide) => (narrow, slim),
        (Err(_), Ok(slim)) => (narrow, slim),
        (wide, _) => (when_pt, wide?),
    };
    column.gap(12.0);
    rule(column);
    for (workshop, row) in workshops.iter().zip(rows) {
        column.gap(ROW_PADDING_PT);
        if topics_differ {
            let topic = Style { colour: page::deep(facts), ..bold };
            let lines = cell(column, &[(topic, french(&workshop.topic))], WIDTH_PT)?;
            column.lines(&lines, Role::Paragraph, LEFT_PT, bold.size_pt, ROW_LEADING);
        }
        let bottom_pt = column.y_pt + row.height() as f64 * plain.size_pt * ROW_LEADING;
        let top_pt = column.y_pt;
        for (lines, x_pt) in [(&row.when, 0.0), (&row.place, when_pt + COLUMN_GAP_PT), (&row.price, WIDTH_PT)] {
            column.y_pt = top_pt;
            for line in lines {
                // The price stands at the right margin.
                let x_pt = LEFT_PT + x_pt.min(WIDTH_PT - line.width_pt);
                let y_pt = column.next_baseline(plain.size_pt, ROW_LEADING);
                line.place(&mut column.frame, Role::Paragraph, x_pt, y_pt);
            }
        }
        column.y_pt = bottom_pt;
        column.gap(ROW_PADDING_PT);
        rule(column);
    }
    Ok(())
}

fn rows(
    column: &mut Column,
    workshops: &[&Workshop],
    plain: Style,
    when_pt: f64,
    price_pt: f64,
) -> Result<Vec<Row>, Reason> {
    let bold = Style { face: Face::Bold, ..plain };
    let place_pt = WIDTH_PT - when_pt - price_pt - 2.0 * COLUMN_GAP_PT;
    let row = |workshop: &&Workshop| -> Result<Row, Reason> {
        let price =
            workshop.price_lines().into_iter().enumerate().map(|(i, line)| (if i == 0 { bold } else { plain }, line));
        let first = [french(&workshop.venue.name), street(&workshop.venue)];
        let places = first.into_iter().chain(workshop.elsewhere().into_iter().map(|place| french(&place)));
        Ok(Row {
            when: balanced(column, bold, &workshop.schedule_lines(), when_pt)?,
            place: cell(column, &places.map(|place| (plain, place)).collect::<Vec<_>>(), place_pt)?,
            price: cell(column, &price.collect::<Vec<_>>(), price_pt)?,
        })
    };
    workshops.iter().map(row).collect()
}

fn height(rows: &[Row]) -> usize {
    rows.iter().map(Row::height).sum()
}

impl Row {
    /// How many lines high it is.
    fn height(&self) -> usize {
        self.when.len().max(self.place.len()).max(self.price.len())
    }
}

/// Side of the QR code's plate, quiet zone included: the code itself is 25 mm and more.
const PLATE_PT: f64 = mm(31.5);
const BOX_PADDING_PT: f64 = mm(6.0);
const PHONE: Style = Style::new(Face::Bold, 27.0, look::INK);

/// The box: phone, invitation number, QR code. One thing to do, and nothing that one must have at hand: `lost` says what does
/// without the number.
pub fn reply(column: &mut Column, facts: &LetterFacts, lost: &str) -> Result<(), Reason> {
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
    let hours = format!("{}.", capital(&facts.structure.hours));
    let both = french(&format!("{lost} {hours}"));
    // In small type the hours stand on one line with what follows the number.
    let in_one = column.shaper.width_pt(detail.face, detail.size_pt, &both)? <= width_pt;
    if !in_one {
        let lines = cell(column, &[(detail, french(&hours))], width_pt)?;
        column.lines(&lines, Role::Paragraph, x_pt, detail.size_pt, leading);
    }
    let label = cell(column, &[(plain, french("Votre numéro d'invitation :"))], width_pt)?;
    let y_pt = column.baseline(plain.size_pt, leading);
    let label_pt = label.iter().map(|l| l.width_pt).fold(0.0, f64::max);
    let style = Style::new(Face::Bold, BODY_PT + 1.0, look::INK);
    column.slots.numbers.push(NumberSlot { style, x_pt: x_pt + label_pt + 4.0, y_pt });
    column.lines(&label, Role::Paragraph, x_pt, plain.size_pt, leading);
    let relative = format!("Un proche peut vous inscrire : {}", host(facts.public_url));
    let lost = if in_one { both } else { french(lost) };
    let lines = cell(column, &[(detail, lost), (detail, french(&relative))], width_pt)?;
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

/// A square to tick, and the room for a handwriting that is large.
const TICK_PT: f64 = 11.0;
const WRITING_PT: f64 = 25.0;

/// The stub: a line to cut along, whom to send it to, the number, a square for each workshop and lines to write on; a second
/// line to cut along where it is not the `last` of the text.
pub fn stub(column: &mut Column, facts: &LetterFacts, workshops: &[&Workshop], last: bool) -> Result<(), Reason> {
    let plain = Style::new(Face::Regular, column.setting.detail_pt, look::INK);
    let bold = Style { face: Face::Bold, ..plain };
    let leading = column.setting.leading;
    column.gap(16.0);
    cut(column);
    column.gap(8.0);
    let s = facts.structure;
    let to = format!("À découper et à renvoyer avant le {} :", calendar::day_month(facts.reply_by));
    let address = format!("{}, {}, {} {}", s.name, s.street, s.postcode, s.town);
    let lines = cell(column, &[(plain, french(&to)), (bold, french(&address))], WIDTH_PT)?;
    column.lines(&lines, Role::Paragraph, LEFT_PT, plain.size_pt, leading);
    column.gap(6.0);
    for workshop in workshops {
        let offer = format!(
            "Je viens : {}, {}, dès le {}",
            workshop.topic,
            workshop.venue.town,
            calendar::day_month(workshop.first_day())
        );
        let x_pt = LEFT_PT + TICK_PT + 7.0;
        let lines = cell(column, &[(plain, french(&offer))], LEFT_PT + WIDTH_PT - x_pt)?;
        let bottom_pt = column.y_pt + plain.size_pt * leading * 0.86;
        square(column, LEFT_PT, bottom_pt - TICK_PT);
        column.lines(&lines, Role::Paragraph, x_pt, plain.size_pt, leading);
        column.gap(3.0);
    }
    for label in ["Nom et prénom :", "Téléphone :"] {
        let label = cell(column, &[(plain, french(label))], WIDTH_PT)?;
        let width_pt = label.iter().map(|l| l.width_pt).fold(0.0, f64::max);
        column.y_pt += WRITING_PT - plain.size_pt * leading;
        column.lines(&label, Role::Paragraph, LEFT_PT, plain.size_pt, leading);
        let x_pt = LEFT_PT + width_pt + 6.0;
        column.frame.rule(x_pt, column.y_pt, LEFT_PT + WIDTH_PT - x_pt, 0.5, look::MUTED);
    }
    column.gap(5.0);
    let label = cell(column, &[(plain, french("Votre numéro d'invitation :"))], WIDTH_PT)?;
    let y_pt = column.baseline(plain.size_pt, leading);
    let label_pt = label.iter().map(|l| l.width_pt).fold(0.0, f64::max);
    column.slots.numbers.push(NumberSlot { style: bold, x_pt: LEFT_PT + label_pt + 4.0, y_pt });
    column.lines(&label, Role::Paragraph, LEFT_PT, plain.size_pt, leading);
    if !last {
        column.gap(8.0);
        cut(column);
        column.gap(8.0);
    }
    Ok(())
}

/// A line to cut along.
fn cut(column: &mut Column) {
    let (from_pt, to_pt) = ((LEFT_PT, column.y_pt), (LEFT_PT + WIDTH_PT, column.y_pt));
    let line = Mark::Rule { from_pt, to_pt, thickness_pt: 0.75, colour: look::MUTED, dashed: true };
    column.frame.push(Role::Artifact, line);
}

/// The largest that the picture of a signature may be.
pub const SIGNATURE_MM: (f64, f64) = (55.0, 17.0);

/// Who signs, under the picture of the signature where there is one.
pub fn signature(column: &mut Column, facts: &LetterFacts, picture: Option<&Rc<Picture>>) -> Result<(), Reason> {
    if let Some(picture) = picture {
        let (width_pt, height_pt) = picture.fit(mm(SIGNATURE_MM.0), mm(SIGNATURE_MM.1));
        column.gap(4.0);
        let (y_pt, picture) = (column.y_pt, Rc::clone(picture));
        let mark = Mark::Picture { x_pt: LEFT_PT, y_pt, width_pt, height_pt, picture };
        column.frame.push(Role::Figure, mark);
        column.y_pt += height_pt;
        column.gap(4.0);
    }
    let who = Style::new(Face::Bold, BODY_PT, look::INK);
    let lines = cell(column, &[(who, french(&facts.structure.signatory))], WIDTH_PT)?;
    column.lines(&lines, Role::Paragraph, LEFT_PT, BODY_PT, column.setting.leading);
    Ok(())
}

fn square(column: &mut Column, x_pt: f64, y_pt: f64) {
    let corners = [(x_pt, y_pt), (x_pt + TICK_PT, y_pt), (x_pt + TICK_PT, y_pt + TICK_PT), (x_pt, y_pt + TICK_PT)];
    for (at, from_pt) in corners.into_iter().enumerate() {
        let to_pt = corners[(at + 1) % corners.len()];
        column
            .frame
            .push(Role::Artifact, Mark::Rule { from_pt, to_pt, thickness_pt: 0.75, colour: look::INK, dashed: false });
    }
}

/// A text as wide as its place fits, however its width was added up.
const ROUNDING_PT: f64 = 0.01;

fn rule(column: &mut Column) {
    column.frame.rule(LEFT_PT, column.y_pt, WIDTH_PT, 0.75, look::INK);
}

/// The lines of texts below each other in a narrow place; a word too wide for it is refused.
fn cell(column: &mut Column, texts: &[(Style, String)], width_pt: f64) -> Result<Vec<Line>, Reason> {
    let mut lines = Vec::new();
    for (style, text) in texts {
        lines.extend(filled(column, *style, text, width_pt, Fill::Even)?);
    }
    Ok(lines)
}

/// The same, each text broken in the middle: « dès le jeudi » over « 23 septembre 2027 ».
fn balanced(column: &mut Column, style: Style, texts: &[String], width_pt: f64) -> Result<Vec<Line>, Reason> {
    let mut lines = Vec::new();
    for text in texts {
        lines.extend(filled(column, style, text, width_pt, Fill::Balanced)?);
    }
    Ok(lines)
}

fn filled(column: &mut Column, style: Style, text: &str, width_pt: f64, fill: Fill) -> Result<Vec<Line>, Reason> {
    let width_pt = width_pt + ROUNDING_PT;
    let lines = wrap(column.shaper, &[style.span(text)], width_pt, fill)?;
    if lines.iter().any(|l| l.width_pt > width_pt) {
        return Err(Reason::TooLong { what: "un mot du tableau ou du cadre", text: text.to_owned() });
    }
    Ok(lines)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

//! What stands on every letter at the same place: letterhead, fold marks, date, and the address in the window.
//!
//! Where the address stands, and around it what stays clear, is the window's: the sheet slides in its envelope, and only the
//! address may ever show.

use super::LetterFacts;
use crate::document::Reason;
use crate::document::font::Face;
use crate::document::frame::{Colour, Frame, Mark, Role, Run};
use crate::document::look::{self, mm};
use crate::document::paragraph::{Fill, Style, wrap};
use crate::document::picture::Picture;
use crate::document::shape::Shaper;
use crate::domain::address::PostalAddress;
use crate::domain::calendar;
use crate::domain::envelope::Area;
use crate::text::typography::french;

/// Width of the paper.
pub const WIDTH_MM: f64 = 210.0;
/// Height of the paper.
pub const HEIGHT_MM: f64 = 297.0;
/// Left and right margin.
pub const MARGIN_MM: f64 = 20.0;
/// From what the window may show to the date below it, and to where the text begins.
const DATE_BELOW_MM: f64 = 6.2;
const TEXT_BELOW_MM: f64 = 10.5;
/// Where the small print ends.
pub const BOTTOM_MM: f64 = 286.5;
/// Where the text of a second page begins.
pub const NEXT_TOP_MM: f64 = 22.0;
/// Where the text ends on pages that have a number, and the number's baseline.
pub const NUMBERED_BOTTOM_MM: f64 = 278.0;
const NUMBER_MM: f64 = 286.0;

/// 38 characters must fit: the size is measured, between these two (scanners of the post want 9 at least).
const ADDRESS_PT: (f64, f64) = (10.5, 9.0);
const ADDRESS_LEADING_PT: f64 = 11.5;
const ADDRESS_LINES: usize = 6;
/// From the block's upper edge to the first baseline: room for the accent of a capital at the largest size.
const ASCENT_PT: f64 = 10.2;

const FOLDS_MM: [f64; 2] = [99.0, 198.0];
const FOLD_X_MM: f64 = 3.5;
const FOLD_WIDTH_MM: f64 = 5.0;

/// Of the structure's name, in its colour.
const NAME_PT: f64 = 14.0;
const SENDER: Style = Style::new(Face::Regular, 11.0, look::INK);
/// Logos on a letter, and where they stand: three of them end right of the letterhead.
const LOGOS: usize = 3;
/// The largest that each may be, in millimetres.
pub const LOGO_MM: (f64, f64) = (26.0, 16.0);
const LOGO_GAP_MM: f64 = 6.0;
const LOGO_TOP_MM: f64 = 13.0;

const DATE: Style = Style::new(Face::Regular, 12.0, look::INK);

/// The page that is equal in all letters.
pub fn fixed(shaper: &mut Shaper, facts: &LetterFacts) -> Result<Frame, Reason> {
    let mut frame = Frame::default();
    let structure = facts.structure;
    let town = format!("{} {}", structure.postcode, structure.town);
    let name = Style::new(Face::Bold, NAME_PT, deep(facts));
    let sender = [
        (name, 0.0, structure.name.clone()),
        (SENDER, 0.5, structure.street.clone()),
        (SENDER, 0.0, town),
        (SENDER, 0.0, structure.phone.to_string()),
    ];
    let mut y_pt = mm(19.3);
    // The letterhead stays left of what the window may show.
    let width_pt = mm(facts.window.clear.x_mm - MARGIN_MM - 2.0);
    for (style, more_mm, text) in sender {
        y_pt += mm(more_mm);
        for line in wrap(shaper, &[style.span(french(&text))], width_pt, Fill::Even)? {
            if line.width_pt > width_pt {
                return Err(Reason::TooLong { what: "l’en-tête", text });
            }
            line.place(&mut frame, Role::Paragraph, mm(MARGIN_MM), y_pt);
            y_pt += mm(4.9);
        }
    }
    let date = french(&format!("{}, le {}", structure.town, calendar::long_date(facts.posting_day)));
    for line in wrap(shaper, &[DATE.span(date)], f64::INFINITY, Fill::Even)? {
        // A long town moves the date to the left rather than over the margin.
        let x_pt = mm(facts.window.address.x_mm).min(mm(WIDTH_MM - MARGIN_MM) - line.width_pt);
        line.place(&mut frame, Role::Paragraph, x_pt, mm(facts.window.clear.bottom_mm() + DATE_BELOW_MM));
    }
    logos(&mut frame, facts)?;
    for y_mm in FOLDS_MM {
        let (from_pt, to_pt) = ((mm(FOLD_X_MM), mm(y_mm)), (mm(FOLD_X_MM + FOLD_WIDTH_MM), mm(y_mm)));
        frame
            .push(Role::Artifact, Mark::Rule { from_pt, to_pt, thickness_pt: 0.4, colour: look::MUTED, dashed: false });
    }
    Ok(frame)
}

/// The logos of the structure and of who pays, in a row above the window's zone: none of them shows in it.
fn logos(frame: &mut Frame, facts: &LetterFacts) -> Result<(), Reason> {
    let of_funders = facts.funders.iter().filter_map(|f| f.logo.as_ref());
    let logos: Vec<_> = facts.structure.logo.iter().chain(of_funders).take(LOGOS).collect();
    let mut right_pt = mm(WIDTH_MM - MARGIN_MM);
    for logo in logos.into_iter().rev() {
        let picture = Picture::of(logo)?;
        let (width_pt, height_pt) = picture.fit(mm(LOGO_MM.0), mm(LOGO_MM.1));
        right_pt -= width_pt;
        let y_pt = mm(LOGO_TOP_MM) + (mm(LOGO_MM.1) - height_pt) / 2.0;
        frame.push(Role::Figure, Mark::Picture { x_pt: right_pt, y_pt, width_pt, height_pt, picture });
        right_pt -= mm(LOGO_GAP_MM);
    }
    Ok(())
}

/// The picture of the signature alone, by which pages that show it find it.
pub fn signature(facts: &LetterFacts) -> Result<Frame, Reason> {
    let mut frame = Frame::default();
    if let Some(signature) = &facts.structure.signature {
        let picture = Picture::of(signature)?;
        frame.push(Role::Figure, Mark::Picture { x_pt: 0.0, y_pt: 0.0, width_pt: 0.0, height_pt: 0.0, picture });
    }
    Ok(frame)
}

/// Marks a page of the proof of a content: « ÉPREUVE » across it, over every ground and under every text, below the window;
/// and which content it shows, at its upper edge.
pub fn mark_proof(shaper: &mut Shaper, page: &mut Frame, digest: &str) -> Result<(), Reason> {
    const MARK: Style = Style::new(Face::ExtraBold, 96.0, look::LINE);
    let (grounds, rest): (Vec<_>, Vec<_>) =
        std::mem::take(&mut page.items).into_iter().partition(|item| matches!(item.mark, Mark::Rect { .. }));
    page.items = grounds;
    for line in wrap(shaper, &[MARK.span("ÉPREUVE")], f64::INFINITY, Fill::Even)? {
        line.place_turned(page, Role::Artifact, mm(32.0), mm(240.0), 40.0);
    }
    // Once more as plain words, for who reads the file without seeing it.
    let said = french(&format!("ÉPREUVE {digest} : à approuver, ne pas poster"));
    for line in wrap(shaper, &[DATE.span(said)], f64::INFINITY, Fill::Even)? {
        line.place(page, Role::Paragraph, mm(MARGIN_MM), mm(11.0));
    }
    page.items.extend(rest);
    Ok(())
}

/// « page 1 sur 2 », at the right of the foot.
pub fn number(shaper: &mut Shaper, frame: &mut Frame, page: usize, pages: usize) -> Result<(), Reason> {
    let text = format!("page\u{a0}{page} sur\u{a0}{pages}");
    for line in wrap(shaper, &[SENDER.span(text)], f64::INFINITY, Fill::Even)? {
        line.place(frame, Role::Paragraph, mm(WIDTH_MM - MARGIN_MM) - line.width_pt, mm(NUMBER_MM));
    }
    Ok(())
}

/// The colour of names and headings: the structure's own, as on its flyers.
pub fn deep(facts: &LetterFacts) -> Colour {
    facts.structure.colour.unwrap_or(look::DEEP)
}

/// Where the text of the first page begins.
pub fn top_mm(facts: &LetterFacts) -> f64 {
    facts.window.clear.bottom_mm() + TEXT_BELOW_MM
}

/// The address of one household, in this part of the page.
pub fn address(shaper: &mut Shaper, lines: &[String], place: Area) -> Result<Frame, Reason> {
    // Whatever spaces and line feeds a line has, it is one line.
    let lines = lines.iter().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" "));
    let lines: Vec<String> = lines.filter(|l| !l.is_empty()).collect();
    let too_long = |text: String| Reason::TooLong { what: "l’adresse", text };
    if lines.is_empty() {
        return Err(Reason::Missing("l’adresse"));
    }
    if lines.len() > ADDRESS_LINES {
        return Err(too_long(lines.join(", ")));
    }
    if lines.iter().any(|line| line.chars().count() > PostalAddress::MAX_CHARS) {
        return Err(Reason::LongLine);
    }
    let (largest_pt, smallest_pt) = ADDRESS_PT;
    let mut size_pt = largest_pt;
    let mut runs = Vec::with_capacity(lines.len());
    let space_em = shaper.space_em(Face::Regular);
    for line in &lines {
        let words = line.split(' ').map(|w| shaper.word(Face::Regular, w)).collect::<Result<Vec<_>, _>>()?;
        let width_em = words.iter().map(|w| w.width_em).sum::<f64>() + space_em * (words.len() - 1) as f64;
        size_pt = size_pt.min(mm(place.width_mm) / width_em);
        if size_pt < smallest_pt {
            return Err(too_long(line.clone()));
        }
        runs.push(words);
    }
    // Cut to a tenth: never wider than measured.
    let size_pt = (size_pt * 10.0).floor() / 10.0;
    let mut frame = Frame::default();
    let mut y_pt = mm(place.y_mm) + ASCENT_PT;
    for words in runs {
        let (face, colour, x_pt, angle_deg) = (Face::Regular, look::INK, mm(place.x_mm), 0.0);
        frame.push(Role::Address, Mark::Text(Run { face, size_pt, colour, x_pt, y_pt, angle_deg, words }));
        y_pt += ADDRESS_LEADING_PT;
    }
    Ok(frame)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::envelope::Window;

    #[test]
    fn an_address_shrinks_to_its_window_and_no_further() {
        let (mut shaper, place) = (Shaper::default(), Window::default().address);
        let size = |frame: &Frame| match &frame.items[0].mark {
            Mark::Text(run) => run.size_pt,
            other => panic!("{other:?}"),
        };
        let short =
            address(&mut shaper, &["M. Jean\nDELHOURME".into(), String::new(), "33380 MIOS".into()], place).unwrap();
        assert_eq!((size(&short), short.items.len()), (10.5, 2));
        let long = address(&mut shaper, &["RESIDENCE LES JARDINS DE LA MARGERIDES".into()], place).unwrap();
        assert!((9.0..10.5).contains(&size(&long)), "{}", size(&long));
        let error = address(&mut shaper, &["W".repeat(38)], place).unwrap_err().to_string();
        assert!(error.contains("l’adresse") && error.contains("WWW"), "{error}");
        let beyond = address(&mut shaper, &["I".repeat(39)], place).unwrap_err().to_string();
        assert!(beyond.contains("dépasse 38 caractères"), "{beyond}");
        assert!(address(&mut shaper, &[], place).is_err());
        assert!(address(&mut shaper, &vec!["A".to_owned(); 7], place).is_err());
    }
}

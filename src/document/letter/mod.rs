//! Letters: one page each, thousands in a file.
//!
//! What is equal in all letters is laid out and written once; what depends on workshops and lists once for each combination
//! of them; what is one household's own (address, salutation, number, QR code) for each letter, from words whose shapes are
//! remembered.

mod blocks;
mod fields;
mod flow;
mod merge;
mod page;
mod text;

use std::collections::HashMap;
use std::io::Write;
use std::rc::Rc;

use chrono::NaiveDate;

use super::export::{Layer, Press, Sheet};
use super::frame::{Frame, Role};
use super::look::mm;
use super::paragraph::Line;
use super::qr::Qr;
use super::shape::Shaper;
use super::{PrintError, Reason};
use crate::domain::blind::BlindTerms;
use crate::domain::contract::Contract;
use crate::domain::number::InvitationNumber;
use crate::domain::structure::Structure;
use crate::domain::workshop::Workshop;
use fields::Common;
use flow::{Flow, Slots};
pub use merge::{OFFERED, SALUTATION, commune_values, merge_document, specimen_address};
use text::Text;
pub use text::{KNOWN, LetterTemplate};

/// What all letters of a mailing say.
#[derive(Clone, Copy)]
pub struct LetterFacts<'a> {
    /// Who writes.
    pub structure: &'a Structure,
    /// The letters' date.
    pub posting_day: NaiveDate,
    /// Until when people are asked to call.
    pub reply_by: NaiveDate,
    /// Where people can register on the web, without a slash at the end.
    pub public_url: &'a str,
}

/// What one household's letter says.
pub struct Recipient<'a> {
    /// The lines of the address, from 1 to 6, the household's first.
    pub address: Vec<String>,
    /// « Madame, Monsieur, »
    pub salutation: &'a str,
    /// The household's number.
    pub invitation: InvitationNumber,
    /// What the QR code leads to.
    pub url: String,
    /// The workshops it is invited to, nearest first: at least one.
    pub workshops: Vec<&'a Workshop>,
    /// Where the address comes from.
    pub source: Source<'a>,
}

/// Where the address of a letter comes from, which the letter must say.
#[derive(Clone, PartialEq)]
pub enum Source<'a> {
    /// The contracts of all lists that named somebody of the household: at least one.
    Lists(Vec<&'a Contract>),
    /// The fund writes itself.
    Fund(&'a BlindTerms),
}

/// Prints a letter for each recipient, in their order, into one PDF. The result is the number of pages of each letter.
/// The first letter that cannot be made ends the run: the error says which and why, and `out` holds no usable file.
pub fn print<'a>(
    template: &LetterTemplate,
    facts: &LetterFacts<'a>,
    recipients: impl Iterator<Item = Recipient<'a>>,
    out: &mut impl Write,
) -> Result<Vec<u32>, PrintError> {
    let mut shaper = Shaper::default();
    let fixed = page::fixed(&mut shaper, facts)?;
    let title = format!("Lettres, {}", facts.structure.name);
    let sheet = Sheet { title: &title, width_pt: mm(page::WIDTH_MM), height_pt: mm(page::HEIGHT_MM) };
    let mut press = Press::new(out, sheet, &fixed)?;
    let mut mailing = Mailing { template, facts, shaper, workshops: vec![], sources: vec![], texts: HashMap::new() };
    let mut pages = Vec::new();
    for recipient in recipients {
        let invitation = Some(recipient.invitation);
        mailing.letter(&recipient, &mut press).map_err(|reason| PrintError { invitation, reason })?;
        pages.push(1);
    }
    if pages.is_empty() {
        return Err(Reason::Missing("au moins un destinataire").into());
    }
    press.finish()?;
    Ok(pages)
}

/// A mailing while it is printed, with what its letters share.
struct Mailing<'a, 'b> {
    template: &'b LetterTemplate,
    facts: &'b LetterFacts<'a>,
    shaper: Shaper,
    workshops: Vec<&'a Workshop>,
    sources: Vec<Source<'a>>,
    texts: HashMap<(Vec<usize>, usize), SharedText>,
}

/// The text for one combination of workshops and lists.
struct SharedText {
    text: Rc<Text>,
    values: Rc<HashMap<&'static str, String>>,
    /// The layout by the number of lines of each block that says something personal.
    layouts: HashMap<Vec<usize>, (Layer, Rc<Slots>)>,
}

impl<'a> Mailing<'a, '_> {
    fn letter<W: Write>(&mut self, recipient: &Recipient<'a>, press: &mut Press<W>) -> Result<(), Reason> {
        if recipient.workshops.is_empty() {
            return Err(Reason::Missing("l’atelier auquel la lettre invite"));
        }
        if recipient.workshops.iter().any(|w| w.sessions.is_empty()) {
            return Err(Reason::Missing("la date de l’atelier"));
        }
        if recipient.source == Source::Lists(Vec::new()) {
            return Err(Reason::Missing("le contrat de la liste d’où vient l’adresse"));
        }
        let key = (
            recipient.workshops.iter().map(|w| known(&mut self.workshops, w)).collect::<Vec<_>>(),
            known_source(&mut self.sources, &recipient.source),
        );
        let shared = self.texts.entry(key).or_insert_with(|| SharedText::new(self.template, self.facts, recipient));
        let (text, values) = (Rc::clone(&shared.text), Rc::clone(&shared.values));

        let mut own = page::address(&mut self.shaper, &recipient.address)?;
        let mut lines: Vec<Vec<Line>> = Vec::new();
        for block in text.body.iter().filter(|b| b.is_personal()) {
            lines.push(flow::wrap(&mut self.shaper, block, |field| match field {
                "salutation" => recipient.salutation.to_owned(),
                "numero" => recipient.invitation.to_string(),
                common => values.get(common).cloned().unwrap_or_default(),
            })?);
        }
        let counts: Vec<usize> = lines.iter().map(Vec::len).collect();
        let (layer, slots) = match shared.layouts.get(&counts) {
            Some((layer, slots)) => (*layer, Rc::clone(slots)),
            None => {
                let flow = Flow { facts: self.facts, workshops: &recipient.workshops, text: &text, values: &values };
                let (frame, slots) = flow.lay_out(&mut self.shaper, &counts)?;
                let made = (press.layer(&frame)?, Rc::new(slots));
                shared.layouts.insert(counts, made.clone());
                made
            }
        };
        self.fill(&slots, recipient, &lines, &mut own)?;
        press.page(Some(layer), &own)?;
        Ok(())
    }

    /// Puts what is the household's own where the layout left room for it.
    fn fill(
        &mut self,
        slots: &Slots,
        recipient: &Recipient,
        lines: &[Vec<Line>],
        own: &mut Frame,
    ) -> Result<(), Reason> {
        for (place, lines) in slots.blocks.iter().zip(lines) {
            for (line, y_pt) in lines.iter().zip(&place.baselines_pt) {
                line.place(own, place.role, place.x_pt, *y_pt);
            }
        }
        for number in &slots.numbers {
            let spans = [number.style.span(recipient.invitation.to_string())];
            for line in super::paragraph::wrap(&mut self.shaper, &spans, f64::INFINITY, super::paragraph::Fill::Even)? {
                line.place(own, Role::Paragraph, number.x_pt, number.y_pt);
            }
        }
        for plate in &slots.codes {
            let too_long = || Reason::TooLong { what: "l’adresse du code QR", text: recipient.url.clone() };
            let code = Qr::encode(&recipient.url).ok_or_else(too_long)?;
            code.place(own, plate.x_pt, plate.y_pt, plate.side_pt);
        }
        Ok(())
    }
}

impl SharedText {
    fn new(template: &LetterTemplate, facts: &LetterFacts, recipient: &Recipient) -> Self {
        let common = Common { facts, workshops: &recipient.workshops, source: &recipient.source };
        let values = KNOWN.fields.iter().map(|f| (*f, common.value(f))).collect();
        Self { text: Rc::new(template.text(|c| common.holds(c))), values: Rc::new(values), layouts: HashMap::new() }
    }
}

/// The place of a thing among those met so far, by what it says and not by where it is in memory.
fn known<'a, T: PartialEq>(met: &mut Vec<&'a T>, thing: &'a T) -> usize {
    met.iter().position(|m| std::ptr::eq(*m, thing) || *m == thing).unwrap_or_else(|| {
        met.push(thing);
        met.len() - 1
    })
}

fn known_source<'a>(met: &mut Vec<Source<'a>>, source: &Source<'a>) -> usize {
    met.iter().position(|m| m == source).unwrap_or_else(|| {
        met.push(source.clone());
        met.len() - 1
    })
}

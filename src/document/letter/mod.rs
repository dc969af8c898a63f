//! Letters: of one or several pages, thousands in a file.
//!
//! What is equal in all letters is laid out and written once; what depends on workshops and lists once for each combination
//! of them; what is one household's own (address, salutation, number, QR code) for each letter, from words whose shapes are
//! remembered. Several threads set letters, one writes them in order: the bytes do not depend on how many there are.

mod blocks;
mod fields;
mod flow;
mod mailing;
mod merge;
mod page;
mod text;
mod typeset;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::Write;
use std::sync::Arc;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::crew::in_order;
use super::export::{Layer, Packed, Packer, Press, Sheet, pack};
use super::frame::Frame;
use super::look::mm;
use super::shape::Shaper;
use super::{PrintError, Reason};
use crate::domain::blind::BlindTerms;
use crate::domain::contract::Contract;
use crate::domain::envelope::Window;
use crate::domain::funder::Funder;
use crate::domain::number::InvitationNumber;
use crate::domain::structure::Structure;
use crate::domain::workshop::Workshop;
pub use blocks::SIGNATURE_MM;
use mailing::Mailing;
pub use merge::{OFFERED, SALUTATION, commune_values, merge_document, specimen_address};
pub use page::LOGO_MM;
pub use text::{KNOWN, LetterTemplate, MEANINGS};
use typeset::{Refusal, Typesetter};

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
    /// Who pays, each with the sentences it wants on letters.
    pub funders: &'a [Funder],
    /// Where the address stands.
    pub window: Window,
}

/// How letters are printed.
#[derive(Debug, Clone, Copy)]
pub struct Manner<'a> {
    /// Threads that set letters.
    pub threads: usize,
    /// Paper is printed on both sides: each letter begins on a front, a back that it leaves free stays blank.
    pub two_sided: bool,
    /// A proof of the content with this digest: « ÉPREUVE » across every page.
    pub proof: Option<&'a str>,
}

impl Default for Manner<'_> {
    fn default() -> Self {
        Self { threads: 1, two_sided: false, proof: None }
    }
}

/// What became of a letter: what was printed, or why it alone was left out.
/// A million are kept while they are printed, so they are small.
pub type Outcome = Result<Printed, Box<Reason>>;

/// A letter that was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Printed {
    /// Its pages.
    pub pages: u32,
    /// What its pages show.
    pub content: Content,
}

/// Tells letters apart by what their pages show: two with the same one are the same on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Content([u8; 16]);

impl Content {
    fn of(digest: Sha256) -> Self {
        let digest: [u8; 32] = digest.finalize().into();
        let (half, _) = digest.split_first_chunk().unwrap_or((&[0; 16], &[]));
        Self(*half)
    }
}

impl std::fmt::Display for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
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

/// The paper of letters: width and height in points.
pub const PAPER_PT: (f64, f64) = (mm(page::WIDTH_MM), mm(page::HEIGHT_MM));

/// The pages of one letter as frames, to be looked at or judged before any is printed. The error names the letter where
/// its own words are to blame, and not what it shares with others.
pub fn pages<'a>(
    template: &LetterTemplate,
    facts: &LetterFacts<'a>,
    recipient: &Recipient<'a>,
) -> Result<Vec<Frame>, PrintError> {
    let mut pages = Typesetter::new(&Mailing::new(template, facts, None, Packed::default()))
        .frames(recipient)
        .map_err(|refusal| match refusal {
            Refusal::Own(reason) => PrintError { invitation: Some(recipient.invitation), reason },
            Refusal::Shared(reason) => PrintError { invitation: None, reason },
        })?;
    if let Some(first) = pages.first_mut() {
        let fixed = page::fixed(&mut Shaper::default(), facts)?;
        first.items.splice(0..0, fixed.items);
    }
    Ok(pages)
}

/// Prints a letter for each recipient, in their order, into one PDF, and says what became of each. A letter whose own
/// words cannot be printed (a name in letters that the typeface lacks, an address too long for the window) is left out.
/// What concerns more than one letter, or the file, ends the run: then `out` holds no usable file.
pub fn print<'a>(
    template: &LetterTemplate,
    facts: &LetterFacts<'a>,
    manner: Manner<'_>,
    recipients: impl Iterator<Item = Recipient<'a>> + Send,
    out: &mut impl Write,
) -> Result<Vec<Outcome>, PrintError> {
    let fixed = page::fixed(&mut Shaper::default(), facts)?;
    let title = format!("Lettres, {}", facts.structure.name);
    let sheet = Sheet { title: &title, width_pt: mm(page::WIDTH_MM), height_pt: mm(page::HEIGHT_MM) };
    let mut press = Press::new(out, sheet, &fixed, &page::signature(facts)?)?;
    let shown = pack(&mut Packer::default(), &fixed, mm(page::HEIGHT_MM))?;
    let mailing = Mailing::new(template, facts, manner.proof, shown);
    let mut layers: HashMap<usize, Vec<Layer>> = HashMap::new();
    // What grows with the run takes its place at once, and no more than it needs.
    let expected = recipients.size_hint().0;
    press.expect(expected);
    let mut outcomes = Vec::with_capacity(expected);
    let set = || {
        let mut typesetter = Typesetter::new(&mailing);
        move |recipient: Recipient<'a>| (recipient.invitation, typesetter.set(&recipient))
    };
    in_order(manner.threads, recipients, set, |(invitation, letter)| {
        let letter = match letter {
            Ok(letter) => letter,
            Err(Refusal::Own(reason)) => {
                outcomes.push(Err(Box::new(reason)));
                return Ok(());
            }
            Err(Refusal::Shared(reason)) => return Err(PrintError { invitation: Some(invitation), reason }),
        };
        let key = Arc::as_ptr(&letter.layout) as usize;
        let shared = match layers.entry(key) {
            Entry::Occupied(written) => written.into_mut(),
            Entry::Vacant(place) => {
                let pages = letter.layout.pages.iter();
                place.insert(pages.map(|page| press.layer(&page.layer)).collect::<Result<_, _>>()?)
            }
        };
        for (at, (layer, own)) in shared.iter().zip(&letter.own).enumerate() {
            press.page(at == 0, Some(*layer), own.as_ref())?;
        }
        if manner.two_sided && shared.len() % 2 == 1 {
            press.page(false, None, None)?;
        }
        outcomes.push(Ok(Printed { pages: shared.len() as u32, content: letter.content }));
        Ok(())
    })?;
    if outcomes.is_empty() {
        return Err(Reason::Missing("au moins un destinataire").into());
    }
    press.finish()?;
    Ok(outcomes)
}

//! What the letters of a mailing share, however many threads set them: the text of each combination of workshops and lists,
//! and its layouts, each laid out once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use super::fields::Common;
use super::flow::{self, Flow, Slots};
use super::text::{KNOWN, LetterTemplate, Text};
use super::{LetterFacts, Recipient, Source, page};
use crate::document::Reason;
use crate::document::export::{Packed, Packer, pack};
use crate::document::frame::Frame;
use crate::document::look::mm;
use crate::document::picture::Picture;
use crate::document::shape::Shaper;
use crate::domain::workshop::Workshop;

/// A mailing while it is printed.
pub struct Mailing<'a, 'b> {
    template: &'b LetterTemplate,
    /// What all its letters say.
    pub facts: &'b LetterFacts<'a>,
    proof: Option<&'b str>,
    /// What stands on all letters.
    fixed: Packed,
    met: Mutex<Met<'a>>,
}

/// The workshops, sources and combinations met so far.
#[derive(Default)]
struct Met<'a> {
    workshops: Vec<&'a Workshop>,
    sources: Vec<Source<'a>>,
    combinations: HashMap<(Vec<usize>, usize), Arc<Combination<'a>>>,
}

/// The text for one combination of workshops and lists.
pub struct Combination<'a> {
    /// The text.
    pub text: Text,
    /// The fields that are not personal.
    pub values: HashMap<&'static str, String>,
    workshops: Vec<&'a Workshop>,
    mentions: Vec<String>,
    lost: &'static str,
    layouts: Mutex<HashMap<Vec<usize>, Arc<Layout>>>,
}

/// A layout of a combination, for one number of lines of each block that says something personal.
pub struct Layout {
    /// Its pages.
    pub pages: Vec<LayoutPage>,
    /// The digest of what its letters share, and of how they say what is their own.
    pub shared: [u8; 32],
}

/// A page of a layout.
pub struct LayoutPage {
    /// What all letters with this layout show on it.
    pub layer: Packed,
    /// Where it leaves room for what is one household's own.
    pub slots: Slots,
}

impl<'a, 'b> Mailing<'a, 'b> {
    /// A mailing, with what stands on all of its letters; a proof has its mark on every page.
    pub fn new(
        template: &'b LetterTemplate,
        facts: &'b LetterFacts<'a>,
        proof: Option<&'b str>,
        fixed: Packed,
    ) -> Self {
        Self { template, facts, proof, fixed, met: Mutex::default() }
    }

    /// The combination of a recipient; refused where it lacks a workshop, a date or a source.
    pub fn combination(&self, recipient: &Recipient<'a>) -> Result<Arc<Combination<'a>>, Reason> {
        if recipient.workshops.is_empty() {
            return Err(Reason::Missing("l’atelier auquel la lettre invite"));
        }
        if recipient.workshops.iter().any(|w| w.sessions.is_empty()) {
            return Err(Reason::Missing("la date de l’atelier"));
        }
        if recipient.source == Source::Lists(Vec::new()) {
            return Err(Reason::Missing("le contrat de la liste d’où vient l’adresse"));
        }
        let mut met = lock(&self.met);
        let met = &mut *met;
        let workshops = recipient.workshops.iter().map(|w| known(&mut met.workshops, w)).collect();
        let key = (workshops, known_source(&mut met.sources, &recipient.source));
        let made = met.combinations.entry(key).or_insert_with(|| {
            let common = Common { facts: self.facts, workshops: &recipient.workshops, source: &recipient.source };
            Arc::new(Combination {
                text: self.template.text(|c| common.holds(c)),
                values: KNOWN.fields.iter().map(|f| (*f, common.value(f))).collect(),
                workshops: recipient.workshops.clone(),
                mentions: common.mentions(),
                lost: common.lost(),
                layouts: Mutex::default(),
            })
        });
        Ok(Arc::clone(made))
    }

    /// The layout of a combination whose personal blocks need so many lines.
    pub fn layout(
        &self,
        combination: &Combination<'a>,
        lines: &[usize],
        shaper: &mut Shaper,
        packer: &mut Packer,
    ) -> Result<Arc<Layout>, Reason> {
        let mut layouts = lock(&combination.layouts);
        if let Some(layout) = layouts.get(lines) {
            return Ok(Arc::clone(layout));
        }
        let mut pages = Vec::new();
        for (frame, slots) in self.lay_out(combination, lines, shaper)? {
            pages.push(LayoutPage { layer: pack(packer, &frame, mm(page::HEIGHT_MM))?, slots });
        }
        let mut shared = Sha256::new_with_prefix(self.fixed.bytes());
        for page in &pages {
            shared.update(page.layer.bytes());
            shared.update(format!("{:?}", page.slots));
        }
        for block in combination.text.body.iter().filter(|b| b.is_personal()) {
            shared.update(flow::said(block, |field| match field {
                "salutation" => "\u{4}".to_owned(),
                common => combination.values.get(common).cloned().unwrap_or_default(),
            }));
        }
        let layout = Arc::new(Layout { pages, shared: shared.finalize().into() });
        layouts.insert(lines.to_vec(), Arc::clone(&layout));
        Ok(layout)
    }

    /// The same as frames, each with where it leaves room.
    pub fn lay_out(
        &self,
        combination: &Combination<'a>,
        lines: &[usize],
        shaper: &mut Shaper,
    ) -> Result<Vec<(Frame, Slots)>, Reason> {
        let flow = Flow {
            facts: self.facts,
            workshops: &combination.workshops,
            text: &combination.text,
            values: &combination.values,
            mentions: &combination.mentions,
            lost: combination.lost,
            signature: self.facts.structure.signature.as_ref().map(Picture::of).transpose()?,
        };
        let mut pages = flow.lay_out(shaper, lines)?;
        if let Some(digest) = self.proof {
            for (frame, _) in &mut pages {
                page::mark_proof(shaper, frame, digest)?;
            }
        }
        Ok(pages)
    }
}

/// A thread that panicked takes the run down with it: what it left behind is not used.
fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The place of a thing among those met so far, by what it says and not by where it is in memory.
fn known<'a, T: PartialEq>(met: &mut Vec<&'a T>, thing: &'a T) -> usize {
    let same = |m: &&T| std::ptr::eq(*m, thing);
    met.iter().position(same).or_else(|| met.iter().position(|m| *m == thing)).unwrap_or_else(|| {
        met.push(thing);
        met.len() - 1
    })
}

fn known_source<'a>(met: &mut Vec<Source<'a>>, source: &Source<'a>) -> usize {
    let same = |m: &Source<'a>| match (m, source) {
        (Source::Lists(a), Source::Lists(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| std::ptr::eq(*a, *b))
        }
        (Source::Fund(a), Source::Fund(b)) => std::ptr::eq(*a, *b),
        _ => false,
    };
    met.iter().position(same).or_else(|| met.iter().position(|m| m == source)).unwrap_or_else(|| {
        met.push(source.clone());
        met.len() - 1
    })
}

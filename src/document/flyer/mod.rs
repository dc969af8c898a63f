//! Flyers and posters: A6, A5, A4 and A3 in three designs that share typeface, colours and order.
//!
//! Every text has a largest and a smallest size. One measure between the two, the fit, holds for the whole piece, so that
//! what is important stays larger; the largest fit at which everything stands on the page is taken, and what room is left
//! goes between the parts. What does not fit at the smallest is refused with the reason, never cut.

mod band;
mod board;
mod border;
mod date;
mod finish;
mod foot;
mod palette;
mod screen;

use std::rc::Rc;

use super::Reason;
use super::frame::Frame;
use super::look::mm;
use super::picture::Picture;
use super::shape::Shaper;
use crate::domain::edition::{Design, Finish, Paper};
use crate::domain::number::Reference;
use crate::domain::structure::Structure;
use crate::domain::workshop::Workshop;
use board::Board;
use palette::Palette;
pub use screen::{LANDSCAPE, PORTRAIT, Screen, draw_screen, screen};

/// What a flyer or poster says.
#[derive(Clone)]
pub struct FlyerFacts<'a> {
    /// The workshop.
    pub workshop: &'a Workshop,
    /// Whom to call.
    pub structure: &'a Structure,
    /// The outlet's reference.
    pub reference: Reference,
    /// What the QR code leads to.
    pub url: String,
    /// Who makes it and who pays, with what they demand.
    pub credits: &'a Credits,
}

/// Logos and sentences at the foot.
#[derive(Debug, Clone, Default)]
pub struct Credits {
    /// The structure's logo.
    pub structure: Option<Rc<Picture>>,
    /// The funders' logos, each with the funder's name.
    pub funders: Vec<(String, Rc<Picture>)>,
    /// The sentences that funders demand.
    pub mentions: Vec<String>,
}

impl Credits {
    /// The same in shades of grey.
    fn grey(&self) -> Self {
        Self {
            structure: self.structure.as_ref().map(|p| p.grey()),
            funders: self.funders.iter().map(|(name, p)| (name.clone(), p.grey())).collect(),
            mentions: self.mentions.clone(),
        }
    }
}

/// Which copy is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edition {
    /// The design.
    pub design: Design,
    /// The paper.
    pub paper: Paper,
    /// Whether a poster has ten tabs to tear off.
    pub tabs: bool,
    /// For which machine.
    pub finish: Finish,
}

impl Edition {
    /// A flyer or poster for an office printer, in the first design.
    pub fn plain(paper: Paper) -> Self {
        Self { design: Design::Band, paper, tabs: paper.is_poster(), finish: Finish::Plain }
    }
}

/// A flyer or poster as a PDF. Refused if the workshop lacks topic, date, place, or a text does not fit.
pub fn flyer(facts: &FlyerFacts, edition: Edition) -> Result<Vec<u8>, Reason> {
    draw(&mut Shaper::default(), facts, edition)?.pdf(edition.finish)
}

/// What a reader's window shows.
fn title(facts: &FlyerFacts, paper: Paper) -> String {
    let kind = if paper.is_poster() { "Affiche" } else { "Flyer" };
    format!("{kind}\u{a0}: {}, {}", facts.workshop.topic, facts.workshop.venue.name)
}

/// A drawn piece. Grounds reach over its edges, by as much as a print shop cuts off.
#[derive(Debug, Clone)]
pub struct Artwork {
    /// What stands on it.
    pub frame: Frame,
    /// Width and height once it is cut.
    pub size_pt: (f64, f64),
    /// What of the workshop's summary found no room.
    pub left_out: String,
    title: String,
    paper: Paper,
}

impl Edition {
    /// Whether both are drawn alike: only a copier wants other colours.
    pub fn is_drawn_as(self, other: Self) -> bool {
        Self { finish: Finish::Plain, ..self } == Self { finish: Finish::Plain, ..other }
            && self.finish.is_black() == other.finish.is_black()
    }
}

/// What a print shop cuts off on each side.
const BLEED_PT: f64 = mm(3.0);
/// Steps from the largest sizes to the smallest.
const STEPS: u32 = 24;

/// Draws a flyer or poster, refused as [`flyer`] is. A shaper that has drawn another knows most words already.
pub fn draw(shaper: &mut Shaper, facts: &FlyerFacts, edition: Edition) -> Result<Artwork, Reason> {
    check(facts.workshop)?;
    let copier = edition.finish.is_black();
    let grey = copier.then(|| facts.credits.grey());
    let facts = &FlyerFacts { credits: grey.as_ref().unwrap_or(facts.credits), ..facts.clone() };
    let palette = Palette::of(facts.structure.colour, copier);
    let (width_mm, height_mm) = edition.paper.size_mm();
    let whole = facts.workshop.summary.trim();
    let mut trouble = None;
    for summary in summaries(whole, edition.paper) {
        for step in 0..=STEPS {
            let mut board = Board::new(shaper, facts, edition, palette, 1.0 - f64::from(step) / f64::from(STEPS));
            board.summary = summary;
            let fitted = match edition.design {
                Design::Band => band::draw(&mut board)?,
                Design::Border => border::draw(&mut board)?,
                Design::Date => date::draw(&mut board)?,
            };
            match fitted {
                Ok(frame) => {
                    let (size_pt, title) = ((mm(width_mm), mm(height_mm)), title(facts, edition.paper));
                    let left_out = whole[summary.len()..].trim().to_owned();
                    return Ok(Artwork { frame, size_pt, title, paper: edition.paper, left_out });
                }
                Err(why) => trouble = Some(why),
            }
        }
    }
    Err(trouble.unwrap_or(Reason::Missing("le contenu")))
}

/// A summary, and what is left of it as sentence after sentence is given up. The smallest paper has no room for any.
fn summaries(whole: &str, paper: Paper) -> impl Iterator<Item = &str> {
    let ends = whole
        .match_indices(['.', '!', '?'])
        .map(|(at, _)| at + 1)
        .filter(|end| whole[*end..].starts_with(char::is_whitespace));
    let mut lengths: Vec<_> = [0].into_iter().chain(ends).chain([whole.len()]).collect();
    lengths.dedup();
    lengths.into_iter().rev().filter(move |length| paper != Paper::A6 || *length == 0).map(|length| &whole[..length])
}

/// Topic, place, date: without them there is no flyer.
fn check(workshop: &Workshop) -> Result<(), Reason> {
    for (text, what) in [
        (&workshop.topic, "le sujet de l’atelier"),
        (&workshop.venue.name, "le nom du lieu"),
        (&workshop.venue.street, "l’adresse du lieu"),
    ] {
        if text.trim().is_empty() {
            return Err(Reason::Missing(what));
        }
    }
    if workshop.sessions.is_empty() { Err(Reason::Missing("la date de l’atelier")) } else { Ok(()) }
}

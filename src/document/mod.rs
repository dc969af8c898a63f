//! Text to frames to PDF: same input, same bytes. No database, no clock.
//!
//! A piece (letter, flyer, poster) is text that is shaped, wrapped and put on a [`frame::Frame`]: positioned things, each with
//! its role. `export` translates frames into PDF and decides nothing about where things stand.

mod crew;
pub mod export;
pub mod flyer;
pub mod font;
pub mod frame;
pub mod letter;
pub mod look;
pub mod paragraph;
pub mod picture;
pub mod place;
pub mod proof;
pub mod qr;
pub mod shape;
pub mod sheet;

use unicode_normalization::UnicodeNormalization;

use crate::domain::address::PostalAddress;
use crate::domain::number::InvitationNumber;
use font::Face;

/// A piece that could not be made: which one, and why.
#[derive(Debug, thiserror::Error)]
#[error("{}{reason}", invitation.map(|n| format!("lettre {n}\u{a0}: ")).unwrap_or_default())]
pub struct PrintError {
    /// The letter, where one of many is meant.
    pub invitation: Option<InvitationNumber>,
    /// What is wrong with it.
    pub reason: Reason,
}

/// Why a piece cannot be made, in French for the person who will mend it.
#[derive(Debug, thiserror::Error)]
pub enum Reason {
    /// The typeface lacks letters.
    #[error("«\u{a0}{text}\u{a0}» ne peut pas être imprimé, la police n’a pas {}", list_letters(letters))]
    Unprintable {
        /// The text they stand in.
        text: String,
        /// The letters, each once.
        letters: Vec<char>,
    },
    /// A text is too long for its place, down to the smallest size allowed.
    #[error("pas assez de place pour {what}\u{a0}: «\u{a0}{text}\u{a0}». Raccourcissez ce texte.")]
    TooLong {
        /// The place, « le titre ».
        what: &'static str,
        /// The text.
        text: String,
    },
    /// A line of an address is longer than the norm allows.
    #[error(
        "le nom ou une ligne de l’adresse dépasse {} caractères et ne peut pas être abrégé",
        PostalAddress::MAX_CHARS
    )]
    LongLine,
    /// A flyer or poster says more than its paper holds.
    #[error(
        "tout le texte ne tient pas sur {paper}, même au plus petit\u{a0}: «\u{a0}{text}\u{a0}». Raccourcissez le sujet ou le nom du lieu, choisissez un autre modèle ou un plus grand format{}.",
        if *tabs { ", ou faites l’affiche sans languettes (tabs = false)" } else { "" }
    )]
    Crowded {
        /// The paper, « A5 ».
        paper: &'static str,
        /// Whether tabs take a part of it.
        tabs: bool,
        /// Topic and place.
        text: String,
    },
    /// A paragraph, a table or the small print is taller than a page.
    #[error("un paragraphe de la lettre ne tient pas sur une page. Coupez-le en plusieurs.")]
    BlockTooTall,
    /// The whole does not fit on as many pages as an envelope takes.
    #[error("la lettre dépasse {most} pages. Raccourcissez le texte.")]
    TooTall {
        /// How many pages it may have.
        most: usize,
    },
    /// A logo cannot be drawn.
    #[error("{0}.")]
    Picture(String),
    /// What is asked for cannot be made of this.
    #[error("{0}.")]
    Unfit(&'static str),
    /// Something that the piece must say is not known.
    #[error("il manque {0}")]
    Missing(&'static str),
    /// The PDF could not be made or written.
    #[error("le fichier PDF n’a pas pu être écrit")]
    Write(#[from] std::io::Error),
}

impl From<Reason> for PrintError {
    fn from(reason: Reason) -> Self {
        Self { invitation: None, reason }
    }
}

impl From<std::io::Error> for PrintError {
    fn from(error: std::io::Error) -> Self {
        Reason::Write(error).into()
    }
}

fn list_letters(letters: &[char]) -> String {
    letters.iter().map(|c| format!("«\u{a0}{c}\u{a0}» (U+{:04X})", u32::from(*c))).collect::<Vec<_>>().join(", ")
}

/// Whether the typeface of addresses has every letter of a text.
pub fn is_printable(text: &str) -> bool {
    lacking(text).next().is_none()
}

/// The letters of a text that the typeface of addresses lacks, told for a coordinator: « ع » (U+0639).
pub fn lacking_letters(text: &str) -> String {
    let mut letters: Vec<char> = lacking(text).collect();
    letters.sort_unstable();
    letters.dedup();
    list_letters(&letters)
}

fn lacking(text: &str) -> impl Iterator<Item = char> {
    text.nfc()
        .filter(|letter| !letter.is_whitespace() && *letter != '\u{2011}' && Face::Regular.glyph(*letter).is_none())
}

//! What an issued file is about, so that it is called by what people know it as.

use std::collections::HashMap;

use super::lots::lot_of;
use super::plan::{LETTERS, Make, list_paths, piece_files, pieces};
use crate::domain::campaign::{Campaign, List};
use crate::domain::channel::{Outlet, Piece};
use crate::domain::workshop::Workshop;

/// What a file is about.
#[derive(Debug, Clone, Copy)]
pub enum About<'c> {
    /// The letters of a lot.
    Lot(u32),
    /// All letters: the manifest or the count sheet.
    Letters(&'static str),
    /// A flyer, poster or notice.
    Piece {
        /// The workshop it tells of.
        workshop: &'c Workshop,
        /// Where it is given out.
        outlet: &'c Outlet,
        /// What it is.
        piece: Piece,
        /// Which of its files.
        make: Make,
    },
    /// What became of a list's rows, or those that were refused.
    List {
        /// The list.
        list: &'c List,
        /// Only the refused rows.
        refused: bool,
    },
}

/// What each file of a campaign is about.
pub struct Contents<'c>(HashMap<String, About<'c>>);

impl<'c> Contents<'c> {
    /// The files that a campaign may issue.
    pub fn of(campaign: &'c Campaign) -> Self {
        let pieces = pieces(campaign).flat_map(|(workshop, outlet, piece)| {
            let files = piece_files(campaign, workshop, outlet, piece).into_iter();
            files.map(move |(path, make)| (path, About::Piece { workshop, outlet, piece, make }))
        });
        let lists = campaign.lists.iter().zip(list_paths(campaign.lists.iter())).flat_map(|(list, [all, refused])| {
            [(all, About::List { list, refused: false }), (refused, About::List { list, refused: true })]
        });
        Self(pieces.chain(lists).collect())
    }

    /// What a file is about; nothing where the campaign no longer has what it was made for.
    pub fn about(&self, path: &str) -> Option<About<'c>> {
        if let Some(lot) = lot_of(path) {
            return Some(About::Lot(lot));
        }
        match path.strip_prefix(LETTERS) {
            Some("count-sheet.csv") => Some(About::Letters("Comptage et affranchissement (CSV)")),
            Some("count-sheet.pdf") => Some(About::Letters("Comptage et affranchissement (PDF)")),
            Some(_) => Some(About::Letters("Les lettres, lot par lot (CSV)")),
            None => self.0.get(path).copied(),
        }
    }

    /// What a file belongs to, in a word for all of its kind: « Affiches : Débuter avec une tablette, Mende ».
    pub fn kind(&self, path: &str) -> String {
        match self.about(path) {
            Some(About::Lot(_) | About::Letters(_)) => "Les lettres et leurs listes".to_owned(),
            Some(About::Piece { workshop, piece, .. }) => {
                format!("{}s\u{a0}: {}, {}", piece.label(), workshop.topic, workshop.venue.town)
            }
            Some(About::List { list, .. }) => format!("Les lignes de {}", list.file_name),
            None => path.to_owned(),
        }
    }
}

//! What a campaign will issue, and from which facts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::credits;
use super::facts::{EditionFacts, Facts, LetterFacts, ListFacts, OutletFacts, PieceFacts};
use super::lots::lot_of;
use crate::document::flyer::{Edition, LANDSCAPE, PORTRAIT, Screen};
use crate::domain::campaign::{Campaign, List};
use crate::domain::channel::{Outlet, Piece};
use crate::domain::edition::{Finish, Paper};
use crate::domain::structure::Structure;
use crate::domain::workshop::Workshop;
use crate::store::output::Issued;

/// The folder of the letters: lots and manifest are one output, since a letter's place depends on all.
pub const LETTERS: &str = "letters/";

/// What is to be issued: a path, or the folder of the letters, with its facts.
#[derive(Debug, Clone)]
pub struct Plan {
    outputs: BTreeMap<String, Facts>,
}

/// An issued file whose facts have changed since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The file.
    pub path: String,
    /// What changed, in French.
    pub what: Vec<&'static str>,
}

impl Plan {
    /// The plan of a campaign.
    pub fn of(campaign: &Campaign) -> Self {
        let mut outputs = BTreeMap::new();
        for (list, paths) in campaign.lists.iter().zip(list_paths(campaign.lists.iter())) {
            for path in paths {
                // The lists that came before decide who is a duplicate.
                outputs.insert(path, Facts::List(ListFacts { list: list.sha256.clone() }));
            }
        }
        outputs.insert(LETTERS.to_owned(), Facts::Letters(Box::new(LetterFacts::of(campaign))));
        for (workshop, outlet, piece) in pieces(campaign) {
            for (path, make) in piece_files(campaign, workshop, outlet, piece) {
                let shown_from: Option<NaiveDate> = (piece == Piece::Notice).then_some(campaign.posting_day);
                let mut facts = PieceFacts {
                    // The credits know its logo by its hash.
                    structure: Structure { logo: None, signature: None, ..campaign.structure.clone() },
                    workshop: workshop.clone(),
                    outlet: OutletFacts { slug: outlet.slug.clone(), channel: outlet.channel },
                    public_url: campaign.public_url.clone(),
                    shown_from,
                    credits: None,
                    edition: None,
                };
                // What is as usual is not said, so that older outputs are found unchanged.
                facts.credits = match make {
                    Make::Print(_) | Make::Picture(_) => credits::facts(campaign, workshop),
                    Make::Text => credits::words(campaign, workshop),
                    Make::Dates => None,
                };
                if let Make::Print(edition) = make {
                    let usual = edition == Edition::plain(edition.paper) && USUAL_PAPERS.contains(&edition.paper);
                    facts.edition = (!usual).then(|| EditionFacts::of(edition));
                }
                outputs.insert(path, Facts::Piece(Box::new(facts)));
            }
        }
        Self { outputs }
    }

    /// The facts of a file as JSON; nothing for a file that is not planned.
    pub fn facts(&self, path: &str) -> Option<String> {
        self.planned(path).map(Facts::to_json)
    }

    /// Whether a file is planned and was issued from what it would be made from now.
    pub fn agrees_with(&self, issued: &Issued) -> bool {
        self.planned(&issued.path).is_some_and(|now| now.changed_since(&issued.facts).is_empty())
    }

    /// The issued files whose facts have changed, but for what is out of our hands: lots at the post, and with the last of them
    /// whatever tells of the letters.
    pub fn changes(&self, issued: &[Issued], posted: &BTreeSet<u32>) -> Vec<Change> {
        let out = |path: &str| lot_of(path).is_some_and(|lot| posted.contains(&lot));
        let all_out =
            !posted.is_empty() && issued.iter().all(|output| lot_of(&output.path).is_none() || out(&output.path));
        let within_reach =
            issued.iter().filter(|output| !(out(&output.path) || all_out && output.path.starts_with(LETTERS)));
        let changed = within_reach.filter_map(|output| {
            let what = match self.planned(&output.path) {
                Some(now) => now.changed_since(&output.facts),
                None => vec!["n’est plus dans le dossier"],
            };
            (!what.is_empty()).then(|| Change { path: output.path.clone(), what })
        });
        changed.collect()
    }

    fn planned(&self, path: &str) -> Option<&Facts> {
        self.outputs.get(if path.starts_with(LETTERS) { LETTERS } else { path })
    }
}

/// Every piece of a campaign, in the order of workshops and outlets.
pub fn pieces(campaign: &Campaign) -> impl Iterator<Item = (&Workshop, &Outlet, Piece)> {
    campaign.workshops.iter().flat_map(move |workshop| {
        campaign
            .outlets
            .iter()
            .flat_map(move |outlet| outlet.pieces.iter().map(move |piece| (workshop, outlet, *piece)))
    })
}

/// What a file of a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Make {
    /// A flyer or poster.
    Print(Edition),
    /// A notice's text.
    Text,
    /// A notice's dates.
    Dates,
    /// A notice's picture.
    Picture(Screen),
}

/// The papers of flyers and posters where nobody says it.
const USUAL_PAPERS: [Paper; 2] = [Paper::A5, Paper::A4];

/// The files of a piece: a flyer and a poster as the campaign wants them made, a notice as text, dates and picture.
pub fn piece_files(campaign: &Campaign, workshop: &Workshop, outlet: &Outlet, piece: Piece) -> Vec<(String, Make)> {
    let stem = format!("{}-{}", workshop.slug, outlet.slug);
    let editions = &campaign.editions;
    let print = |folder: &str, paper: Paper, tabs: bool| {
        let edition = Edition { design: editions.design, paper, tabs, finish: Finish::Plain };
        let also = editions.also.iter().filter(|f| !f.is_imposed() || paper.a_sheet().is_some());
        let also = also.map(|f| (format!("{folder}/{}/{stem}.pdf", f.code()), Edition { finish: *f, ..edition }));
        let all = [(format!("{folder}/{stem}.pdf"), edition)].into_iter().chain(also);
        all.map(|(path, edition)| (path, Make::Print(edition))).collect()
    };
    match piece {
        Piece::Flyer => print("flyers", editions.flyer, false),
        Piece::Poster => print("posters", editions.poster, editions.tabs),
        Piece::Notice => vec![
            (format!("notices/{stem}.txt"), Make::Text),
            (format!("notices/{stem}.toml"), Make::Dates),
            (format!("notices/{stem}.png"), Make::Picture(PORTRAIT)),
            (format!("notices/{stem}-1200x630.png"), Make::Picture(LANDSCAPE)),
        ],
    }
}

/// Where the outcomes and the refused rows of each list go, in the order of the lists: under its file's name without ending, and
/// with a number where an earlier list has that name.
pub fn list_paths<'l>(lists: impl Iterator<Item = &'l List>) -> Vec<[String; 2]> {
    let mut met: Vec<String> = Vec::new();
    lists
        .map(|list| {
            let stem = list.stem();
            let earlier = met.iter().filter(|m| *m == stem).count();
            met.push(stem.to_owned());
            let name = if earlier == 0 { stem.to_owned() } else { format!("{stem}-{}", earlier + 1) };
            [format!("outcomes/{name}.csv"), format!("refused/{name}.csv")]
        })
        .collect()
}

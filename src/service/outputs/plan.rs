//! What a campaign will issue, and from which facts.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::credits;
use crate::document::flyer::Edition;
use crate::domain::campaign::{Campaign, List};
use crate::domain::channel::{Outlet, Piece};
use crate::domain::edition::{Finish, Paper};
use crate::domain::workshop::Workshop;
use crate::store::output::Issued;

/// The folder of the letters: lots and manifest are one output, since a letter's place depends on all.
pub const LETTERS: &str = "letters/";

/// What is to be issued: a path, or the folder of the letters, with its facts as JSON.
#[derive(Debug, Clone)]
pub struct Plan {
    outputs: BTreeMap<String, Value>,
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
                outputs.insert(path, json!({ "list": list.sha256 }));
            }
        }
        outputs.insert(LETTERS.to_owned(), letter_facts(campaign));
        for (workshop, outlet, piece) in pieces(campaign) {
            for (path, make) in piece_files(campaign, workshop, outlet, piece) {
                let mut facts = json!({
                    "structure": campaign.structure,
                    "workshop": workshop,
                    "outlet": { "slug": outlet.slug, "channel": outlet.channel },
                    "public_url": campaign.public_url,
                    "shown_from": (piece == Piece::Notice).then_some(campaign.posting_day),
                });
                // What is as usual is not said, so that older outputs are found unchanged.
                if let Make::Print(edition) = make {
                    let credits = credits::facts(campaign, workshop);
                    if !credits.is_null() {
                        facts["credits"] = credits;
                    }
                    if edition != Edition::plain(edition.paper) || !USUAL_PAPERS.contains(&edition.paper) {
                        facts["edition"] = json!([edition.design, edition.paper, edition.tabs, edition.finish]);
                    }
                }
                outputs.insert(path, facts);
            }
        }
        Self { outputs }
    }

    /// The facts of a file as JSON; nothing for a file that is not planned.
    pub fn facts(&self, path: &str) -> Option<String> {
        self.value(path).map(Value::to_string)
    }

    /// The issued files whose facts have changed.
    pub fn changes(&self, issued: &[Issued]) -> Vec<Change> {
        let changed = issued.iter().filter_map(|output| {
            let before: Value = serde_json::from_str(&output.facts).unwrap_or_default();
            match self.value(&output.path) {
                Some(now) if *now == before => None,
                Some(now) => Some(Change { path: output.path.clone(), what: what_changed(&before, now) }),
                None => Some(Change { path: output.path.clone(), what: vec!["n’est plus dans le dossier"] }),
            }
        });
        changed.collect()
    }

    fn value(&self, path: &str) -> Option<&Value> {
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
    Picture,
}

/// The papers of flyers and posters where nobody says it.
const USUAL_PAPERS: [Paper; 2] = [Paper::A5, Paper::A4];

/// The files of a piece: a flyer and a poster as the campaign wants them made, a notice as text, dates and picture.
pub fn piece_files(campaign: &Campaign, workshop: &Workshop, outlet: &Outlet, piece: Piece) -> Vec<(String, Make)> {
    let stem = format!("{}-{}", workshop.slug, outlet.slug);
    let editions = &campaign.editions;
    let print = |folder: &str, paper: Paper, tabs: bool| {
        let edition = Edition { design: editions.design, paper, tabs, finish: Finish::Plain };
        let also = editions.also.iter().filter(|f| **f != Finish::Imposed || paper.a_sheet().is_some());
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
            (format!("notices/{stem}.png"), Make::Picture),
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

fn letter_facts(campaign: &Campaign) -> Value {
    json!({
        "structure": campaign.structure,
        "workshops": campaign.workshops,
        "public_url": campaign.public_url,
        "posting_day": campaign.posting_day,
        "reply_by": campaign.reply_by,
        "audience": campaign.audience,
        "seed": campaign.seed,
        "lists": campaign.lists,
        "letter": campaign.letter.source,
    })
}

/// Names what differs, down to the fields of a workshop.
fn what_changed(before: &Value, now: &Value) -> Vec<&'static str> {
    let mut what = Vec::new();
    for (key, label) in FACTS {
        if before.pointer(key) != now.pointer(key) {
            what.push(*label);
        }
    }
    if what.is_empty() { vec!["le contenu"] } else { what }
}

/// The facts a person recognises, as JSON pointers.
const FACTS: &[(&str, &str)] = &[
    ("/workshop/sessions", "les dates"),
    ("/workshop/price", "le prix"),
    ("/workshop/venue", "le lieu"),
    ("/workshop/topic", "le sujet"),
    ("/workshop/short_topic", "le sujet abrégé"),
    ("/workshop/summary", "le résumé"),
    ("/workshop/minimum_age", "l’âge"),
    ("/workshop/capacity", "le nombre de places"),
    ("/workshop/support", "le soutien"),
    ("/workshops", "les ateliers"),
    ("/structure", "la structure"),
    ("/public_url", "l’adresse publique"),
    ("/posting_day", "le jour d’envoi"),
    ("/shown_from", "le début d’affichage"),
    ("/reply_by", "la date limite de réponse"),
    ("/audience", "le public"),
    ("/seed", "la graine du tirage"),
    ("/lists", "les listes"),
    ("/list", "la liste"),
    ("/letter", "le texte de la lettre"),
    ("/outlet", "le relais"),
    ("/credits", "les logos ou les mentions"),
    ("/edition", "la présentation"),
];

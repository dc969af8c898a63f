//! Documents as pages show them: under what they are about, by the names that people know, with a picture of the first page.

use serde::Serialize;

use crate::domain::calendar::long_date;
use crate::domain::campaign::Campaign;
use crate::domain::edition::Finish;
use crate::service::mark_posted::Lot;
use crate::service::outputs::{About, Change, Contents, Make};
use crate::web::view::counted;

/// Documents about one thing.
#[derive(Serialize)]
pub struct DocumentGroup {
    name: String,
    /// They are not to be used, and why.
    warning: Option<&'static str>,
    cards: Vec<DocumentCard>,
    /// Files without picture.
    files: Vec<FileView>,
}

/// A document, in one or several files.
#[derive(Serialize)]
pub struct DocumentCard {
    name: String,
    detail: Option<String>,
    /// The file of which the picture shows the first page.
    picture: Option<String>,
    files: Vec<FileView>,
}

/// A file to fetch.
#[derive(Serialize)]
pub struct FileView {
    path: String,
    name: String,
}

/// An issued document that no longer says what the campaign says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutdatedView {
    /// « Affiches : Débuter avec une tablette, Mende ».
    name: String,
    what: String,
}

/// A file that was issued.
pub struct IssuedFile<'i> {
    /// Its path.
    pub path: &'i str,
    /// It says what the campaign says now.
    pub current: bool,
    /// It lies where nobody posts it.
    pub aside: bool,
}

/// The documents of a campaign: letters, then each workshop's, then lists.
pub fn groups(campaign: &Campaign, files: &[IssuedFile<'_>], lots: &[Lot]) -> Vec<DocumentGroup> {
    let contents = Contents::of(campaign);
    let group = |name: String| DocumentGroup { name, warning: None, cards: vec![], files: vec![] };
    let mut letters = group("Les lettres".to_owned());
    let mut aside = group("Ne pas poster".to_owned());
    aside.warning = Some(
        "Ces lots disent l’ancien texte. Leurs fichiers attendent dans le dossier « ne-pas-poster », jusqu’à l’accord sur le nouveau.",
    );
    let mut workshops: Vec<DocumentGroup> =
        campaign.workshops.iter().map(|w| group(format!("{}, {}", w.topic, w.venue.town))).collect();
    let mut lists = group("Les listes".to_owned());
    let mut others = group("D’avant".to_owned());
    // Flyers before posters before notices.
    let rank = |file: &&IssuedFile<'_>| match contents.about(file.path) {
        Some(About::Piece { piece, .. }) => Some(piece),
        _ => None,
    };
    let mut files: Vec<_> = files.iter().collect();
    files.sort_by_key(rank);
    for issued in files {
        let path = issued.path.to_owned();
        let file = |name: &str| FileView { path: path.clone(), name: name.to_owned() };
        let picture = || issued.current.then(|| path.clone());
        match contents.about(&path) {
            Some(About::Lot(number)) => {
                let lot = lots.iter().find(|lot| lot.number == number);
                let mut card = DocumentCard {
                    name: format!("Lot {number}"),
                    detail: lot.map(|lot| {
                        let posted = lot.posted_on.map(|day| format!(", posté le {}", long_date(day)));
                        letters_of(lot) + posted.as_deref().unwrap_or("")
                    }),
                    picture: picture(),
                    files: vec![file("PDF")],
                };
                if issued.aside {
                    (card.picture, card.files) = (None, vec![]);
                    aside.cards.push(card);
                } else {
                    letters.cards.push(card);
                }
            }
            Some(About::Letters(name)) if !issued.aside => letters.files.push(file(name)),
            Some(About::Letters(_)) => {}
            Some(About::Piece { workshop, outlet, piece, make }) => {
                let of = campaign.workshops.iter().position(|w| w.slug == workshop.slug);
                let Some(group) = of.and_then(|at| workshops.get_mut(at)) else { continue };
                let name = format!("{} · {}", piece.label(), outlet.name);
                let at = group.cards.iter().position(|card| card.name == name).unwrap_or_else(|| {
                    group.cards.push(DocumentCard { name, detail: None, picture: None, files: vec![] });
                    group.cards.len() - 1
                });
                let card = &mut group.cards[at];
                let label = match make {
                    Make::Print(edition) if edition.finish == Finish::Plain => "PDF",
                    Make::Print(edition) => edition.finish.label(),
                    Make::Text => "Texte",
                    Make::Dates => "Dates",
                    Make::Picture(screen) if screen.width > screen.height => "Image en largeur",
                    Make::Picture(_) => "Image en hauteur",
                };
                let shown = match make {
                    Make::Print(edition) => edition.finish == Finish::Plain,
                    Make::Picture(_) => true,
                    Make::Text | Make::Dates => false,
                };
                card.picture = card.picture.take().or_else(|| picture().filter(|_| shown));
                card.files.push(file(label));
            }
            Some(About::List { list, refused: false }) => {
                lists.files.push(file(&format!("{} : le sort de chaque ligne", list.file_name)));
            }
            Some(About::List { list, refused: true }) => {
                lists.files.push(file(&format!("{} : les lignes refusées", list.file_name)));
            }
            None => others.files.push(file(issued.path)),
        }
    }
    [letters, aside].into_iter().chain(workshops).chain([lists, others]).filter(|g| !g.is_empty()).collect()
}

impl DocumentGroup {
    fn is_empty(&self) -> bool {
        self.cards.is_empty() && self.files.is_empty()
    }
}

/// What no longer says what the campaign says, each kind of document once.
pub fn outdated(campaign: &Campaign, changes: &[Change]) -> Vec<OutdatedView> {
    let contents = Contents::of(campaign);
    let mut views: Vec<OutdatedView> = Vec::new();
    for change in changes {
        let view = OutdatedView { name: contents.kind(&change.path), what: change.what.join(", ") };
        if !views.contains(&view) {
            views.push(view);
        }
    }
    views
}

/// « 10 lettres et votre lettre témoin ».
pub fn letters_of(lot: &Lot) -> String {
    let letters = counted(lot.letters, "", "lettre", "lettres");
    if lot.seed { format!("{letters} et votre lettre témoin") } else { letters }
}

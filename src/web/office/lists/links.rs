//! What the program joined in a list: one person, or one household. She separates what is two.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use serde::Serialize;

use super::pairs::{RowCard, row};
use super::{list_id, path, shell};
use crate::domain::doubt::DoubtKind;
use crate::domain::id::RetireeId;
use crate::service::find_campaign::find_campaign;
use crate::service::list_links::{Link, list_links};
use crate::service::review_list;
use crate::service::review_pairs::undo_link;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Coordinator, Fields};
use crate::web::page::{Page, show};
use crate::web::view::encoded;

#[derive(Serialize)]
struct LinksPage {
    slug: String,
    id: String,
    file: String,
    /// Households are shown, not people.
    households: bool,
    typed: String,
    links: Vec<LinkCard>,
    /// The row after which this page begins, where it is not the first.
    after: Option<String>,
    /// The row after which the next page begins.
    next: Option<String>,
    separated: bool,
}

#[derive(Serialize)]
struct LinkCard {
    id: String,
    who: String,
    agrees: String,
    answered: bool,
    rows: Vec<RowCard>,
}

impl Page for LinksPage {
    const TEMPLATE: &'static str = "lists/links";

    fn title(&self) -> String {
        match self.households {
            false => "Les lignes jointes en une seule personne",
            true => "Les personnes réunies en un seul foyer",
        }
        .to_owned()
    }
}

/// `GET /bureau/lozere-2026/listes/{list}/liens?quoi=foyers&nom=soulier`
pub async fn links(
    State(app): State<App>,
    who: Coordinator,
    Path((slug, list)): Path<(String, String)>,
    query: Fields,
) -> Result<Response, WebError> {
    let campaign = find_campaign(&app.store, who.scope, &slug).await?;
    let found = review_list::found(&app.store, &campaign, list_id(&list)?).await?;
    let (kind, typed) = (kind(&query), query.get("nom"));
    let after = query.read("apres").map(RetireeId);
    let links = list_links(&app.store, who.scope, found.delivery.id, kind, typed, after).await?;
    let page = LinksPage {
        id: list,
        file: found.delivery.list.file_name,
        households: kind == DoubtKind::Household,
        typed: typed.to_owned(),
        links: links.shown.iter().map(card).collect(),
        next: links.next.map(|last| last.to_string()),
        after: after.map(|row| row.to_string()),
        separated: query.has("separees"),
        slug: campaign.campaign.slug.clone(),
    };
    show(&page, &shell(&who, &campaign))
}

/// `POST /bureau/lozere-2026/listes/{list}/liens`
pub async fn separate(
    State(app): State<App>,
    who: Coordinator,
    Path((slug, list)): Path<(String, String)>,
    form: Fields,
) -> Result<Response, WebError> {
    let campaign = find_campaign(&app.store, who.scope, &slug).await?;
    review_list::found(&app.store, &campaign, list_id(&list)?).await?;
    let row = RetireeId(form.read("ligne").ok_or_else(WebError::no_such_page)?);
    let kind = kind(&form);
    undo_link(&app.store, who.scope, who.user.id, kind, row, Utc::now()).await?;
    // Back to the same page of the same search.
    let mut address = path(&campaign, &format!("/{list}/liens?separees=oui"));
    if kind == DoubtKind::Household {
        address.push_str("&quoi=foyers");
    }
    if let Some(after) = form.read("apres").map(RetireeId) {
        address.push_str(&format!("&apres={after}"));
    }
    if form.has("nom") {
        address.push_str(&format!("&nom={}", encoded(form.get("nom"))));
    }
    Ok(Redirect::to(&address).into_response())
}

fn kind(fields: &Fields) -> DoubtKind {
    if fields.get("quoi") == "foyers" { DoubtKind::Household } else { DoubtKind::Person }
}

fn card(link: &Link) -> LinkCard {
    let person = &link.other.retiree;
    LinkCard {
        id: link.other.id.to_string(),
        who: format!("{} {}", person.first_name, person.usage_name).trim().to_owned(),
        agrees: link.agrees.join(", "),
        answered: link.answered,
        rows: vec![row(&link.one), row(&link.other)],
    }
}

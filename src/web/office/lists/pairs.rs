//! Pairs that are uncertain, side by side: she says whether they are one person, or one household.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use serde::Serialize;

use super::{list_id, path, shell};
use crate::domain::doubt::{Answer, DoubtKind};
use crate::domain::id::DoubtId;
use crate::domain::retiree::Birth;
use crate::service::find_campaign::find_campaign;
use crate::service::review_list;
use crate::service::review_pairs::{
    PairRow, PairView, answer_pair, answered_pairs, count_open, open_pairs, undo_answer,
};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Coordinator, Fields};
use crate::web::page::{Page, show};
use crate::web::view::counted;

#[derive(Serialize)]
struct PairsPage {
    slug: String,
    id: String,
    file: String,
    open: Vec<PairCard>,
    /// Others wait behind those that are shown.
    more: bool,
    answered: Vec<PairCard>,
    /// The list is accepted already.
    current: bool,
    /// She said that she does not know.
    left: bool,
    #[serde(skip)]
    all: u64,
}

#[derive(Serialize)]
struct PairCard {
    id: String,
    question: &'static str,
    same: &'static str,
    different: &'static str,
    reason: String,
    rows: Vec<RowCard>,
    answer: Option<&'static str>,
    by_memory: bool,
}

/// A row as a card beside another.
#[derive(Serialize)]
pub(super) struct RowCard {
    from: String,
    name: String,
    birth_name: Option<String>,
    birth: String,
    lines: Vec<String>,
    phone: Option<String>,
    email: Option<String>,
}

impl Page for PairsPage {
    const TEMPLATE: &'static str = "lists/pairs";

    fn title(&self) -> String {
        counted(self.all, "Plus aucune paire incertaine", "paire incertaine", "paires incertaines")
    }
}

/// `GET /bureau/lozere-2026/listes/{list}/doutes`
pub async fn pairs(
    State(app): State<App>,
    who: Coordinator,
    Path((slug, list)): Path<(String, String)>,
    query: Fields,
) -> Result<Response, WebError> {
    let campaign = find_campaign(&app.store, who.scope, &slug).await?;
    let found = review_list::found(&app.store, &campaign, list_id(&list)?).await?;
    let id = found.delivery.id;
    let open = open_pairs(&app.store, who.scope, id).await?;
    let all = count_open(&app.store, who.scope, id).await?;
    let page = PairsPage {
        slug: campaign.campaign.slug.clone(),
        id: list,
        file: found.delivery.list.file_name,
        more: all > open.len() as u64,
        open: open.iter().map(card).collect(),
        answered: answered_pairs(&app.store, who.scope, id).await?.iter().map(card).collect(),
        current: found.current,
        left: query.get("fait") == "laissee",
        all,
    };
    show(&page, &shell(&who, &campaign))
}

/// `POST /bureau/lozere-2026/listes/{list}/doutes`
pub async fn answer(
    State(app): State<App>,
    who: Coordinator,
    Path((slug, list)): Path<(String, String)>,
    form: Fields,
) -> Result<Response, WebError> {
    let campaign = find_campaign(&app.store, who.scope, &slug).await?;
    review_list::found(&app.store, &campaign, list_id(&list)?).await?;
    let pair = DoubtId(form.read("paire").ok_or_else(WebError::no_such_page)?);
    let said = match form.get("reponse") {
        "meme" => Some(Answer::Same),
        "autre" => Some(Answer::Different),
        _ => None,
    };
    let mut left = "";
    match said {
        Some(said) => answer_pair(&app.store, who.scope, who.user.id, pair, said, Utc::now()).await?,
        None if form.get("reponse") == "annuler" => undo_answer(&app.store, who.scope, pair).await?,
        // « Je ne sais pas » leaves it open.
        None => left = "?fait=laissee",
    }
    Ok(Redirect::to(&path(&campaign, &format!("/{list}/doutes{left}"))).into_response())
}

fn card(pair: &PairView) -> PairCard {
    let (question, same, different) = match pair.kind {
        DoubtKind::Person => ("Est-ce la même personne ?", "La même personne", "Deux personnes"),
        DoubtKind::Household => ("Vivent-ils sous le même toit ?", "Le même foyer", "Deux foyers"),
    };
    PairCard {
        id: pair.id.to_string(),
        question,
        same,
        different,
        reason: pair.reason.clone(),
        rows: vec![row(&pair.one), row(&pair.other)],
        answer: pair.answer.map(|(answer, ..)| if answer == Answer::Same { same } else { different }),
        by_memory: pair.answer.is_some_and(|(_, by, _)| by.is_none()),
    }
}

/// The card of a row.
pub(super) fn row(row: &PairRow) -> RowCard {
    let person = &row.retiree;
    RowCard {
        from: format!("{}, ligne {}", row.file_name, row.row),
        name: format!("{} {}", person.first_name, person.usage_name).trim().to_owned(),
        birth_name: person.birth_name.clone(),
        birth: match person.birth {
            // In figures: a slip is seen at once.
            Birth::Date(day) => format!("né(e) le {}", day.format("%d/%m/%Y")),
            Birth::Year(year) => format!("né(e) en {year}"),
            Birth::Unknown => "date de naissance inconnue".to_owned(),
        },
        lines: person.address.lines().map(str::to_owned).collect(),
        phone: person.phone.as_ref().map(ToString::to_string),
        email: person.email.clone(),
    }
}

//! What a list came to, for who accepts or discards it; later, for who looks it up.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;

use super::{list_id, path, shell};
use crate::domain::calendar::long_date;
use crate::domain::contract::Role;
use crate::domain::price::group_thousands;
use crate::service::download_list::{ListFile, download_outcomes, download_refused};
use crate::service::find_campaign::find_campaign;
use crate::service::review_list::{self, Review, review_list};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Coordinator, Fields};
use crate::web::page::{Page, show};
use crate::web::view::counted;

#[derive(Serialize)]
struct ReviewPage {
    slug: String,
    id: String,
    file: String,
    current: bool,
    /// It is accepted and asks nothing more: whom to write to comes next.
    next: bool,
    /// « 12 lignes lues ».
    rows: String,
    accepted: String,
    corrected: String,
    refused: String,
    contract: String,
    matched: String,
    purge: String,
    dropped: Vec<String>,
    last: Option<LastView>,
    corrections: Vec<CorrectionView>,
    /// More than one row in twenty: a column is taken for what it is not.
    many_refused: bool,
    refused_header: Vec<String>,
    refused_rows: Vec<RefusedView>,
    more_refused: bool,
    not_mailable: Vec<CountView>,
    /// « 12 lignes », as a sentence each.
    people: Vec<String>,
    pairs: Option<String>,
    /// The contract was just changed.
    contract_noted: bool,
    /// The contract can be changed here.
    contract_editable: bool,
    /// « 12 foyers réunissent », against what the contract says now.
    shared: Option<String>,
    #[serde(skip)]
    total: u32,
}

#[derive(Serialize)]
struct LastView {
    row: String,
    name: String,
    address: String,
    /// The last row of the file was refused, so this is not it.
    before_refused: bool,
}

#[derive(Serialize)]
struct CorrectionView {
    field: String,
    rows: String,
    examples: Vec<ExampleView>,
}

#[derive(Serialize)]
struct ExampleView {
    row: u32,
    sentence: String,
}

#[derive(Serialize)]
struct RefusedView {
    row: u32,
    reason: String,
    cells: Vec<String>,
}

#[derive(Serialize)]
struct CountView {
    what: &'static str,
    count: String,
}

impl Page for ReviewPage {
    const TEMPLATE: &'static str = "lists/review";

    fn title(&self) -> String {
        let rows = counted(u64::from(self.total), "Aucune ligne", "ligne lue", "lignes lues");
        if self.current { format!("{rows}, liste acceptée") } else { format!("{rows} : est-ce bien toute la liste ?") }
    }
}

/// `GET /bureau/lozere-2026/listes/{list}`
pub async fn review(
    State(app): State<App>,
    who: Coordinator,
    Path((slug, list)): Path<(String, String)>,
    query: Fields,
) -> Result<Response, WebError> {
    let campaign = find_campaign(&app.store, who.scope, &slug).await?;
    let review = review_list(&app.store, &campaign, list_id(&list)?).await?;
    let page = page(campaign.campaign.slug.clone(), &review);
    show(&ReviewPage { contract_noted: query.get("contrat") == "note", ..page }, &shell(&who, &campaign))
}

/// `POST /bureau/lozere-2026/listes/{list}/accepter`
pub async fn accept(
    State(app): State<App>,
    who: Coordinator,
    Path((slug, list)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let campaign = find_campaign(&app.store, who.scope, &slug).await?;
    review_list::accept(&app.store, &app.config.var, &campaign, list_id(&list)?, chrono::Utc::now()).await?;
    Ok(Redirect::to(&path(&campaign, &format!("/{list}"))).into_response())
}

/// `POST /bureau/lozere-2026/listes/{list}/ecarter`
pub async fn discard(
    State(app): State<App>,
    who: Coordinator,
    Path((slug, list)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let campaign = find_campaign(&app.store, who.scope, &slug).await?;
    review_list::discard(&app.store, &campaign, list_id(&list)?).await?;
    Ok(Redirect::to(&path(&campaign, "")).into_response())
}

/// `GET /bureau/lozere-2026/listes/{list}/resultats.csv`
pub async fn outcomes(
    State(app): State<App>,
    who: Coordinator,
    Path((slug, list)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let campaign = find_campaign(&app.store, who.scope, &slug).await?;
    Ok(file("resultats", download_outcomes(&app.store, &campaign, list_id(&list)?).await?))
}

/// `GET /bureau/lozere-2026/listes/{list}/refusees.csv`
pub async fn refused(
    State(app): State<App>,
    who: Coordinator,
    Path((slug, list)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let campaign = find_campaign(&app.store, who.scope, &slug).await?;
    Ok(file("refusees", download_refused(&app.store, &campaign, list_id(&list)?).await?))
}

fn file(what: &str, found: ListFile) -> Response {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
    let stem: String = found.stem.chars().map(plain).collect();
    let name = format!("attachment; filename=\"{stem}-{what}.csv\"");
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, name),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, found.csv).into_response()
}

fn page(slug: String, review: &Review) -> ReviewPage {
    let delivery = &review.list.delivery;
    let (counts, contract) = (delivery.counts, &delivery.list.contract);
    let total = counts.rows();
    let role = match contract.role {
        Role::Controller => "notre structure décide",
        Role::Processor => "la caisse écrit par notre intermédiaire",
    };
    let people = review.people;
    let mut sentences = vec![
        counted(people.new_households, "aucun nouveau foyer", "nouveau foyer", "nouveaux foyers"),
        counted(people.twice_within, "aucun doublon dans la liste", "doublon dans la liste", "doublons dans la liste"),
    ];
    if contract.matching {
        sentences.push(counted(
            people.known_before,
            "aucune personne déjà dans une autre liste",
            "personne déjà dans une autre liste",
            "personnes déjà dans une autre liste",
        ));
        sentences.push(counted(
            people.known_households,
            "aucun foyer déjà connu",
            "foyer déjà connu",
            "foyers déjà connus",
        ));
    }
    ReviewPage {
        slug,
        id: delivery.id.to_string(),
        file: delivery.list.file_name.clone(),
        current: review.list.current,
        next: review.list.current && review.open_pairs == 0,
        rows: counted(total, "Aucune ligne lue", "ligne lue", "lignes lues"),
        accepted: group_thousands(counts.accepted.into()),
        corrected: group_thousands(counts.corrected.into()),
        refused: group_thousands(counts.refused.into()),
        contract: format!("{}, {role}, {}", contract.fund, contract.convention),
        matched: if contract.matching {
            "comparée aux autres listes qui le permettent".to_owned()
        } else {
            "comparée à aucune autre liste, comme le veut son contrat".to_owned()
        },
        purge: long_date(contract.purge_on),
        dropped: delivery.reading.dropped.clone(),
        last: review.last.as_ref().map(|(row, person)| LastView {
            row: group_thousands((*row).into()),
            name: format!("{} {}", person.first_name, person.usage_name).trim().to_owned(),
            address: person.address.lines().collect::<Vec<_>>().join(", "),
            before_refused: *row < total,
        }),
        corrections: review
            .corrections
            .iter()
            .map(|kind| CorrectionView {
                field: kind.field.clone(),
                rows: counted(kind.rows, "", "ligne", "lignes"),
                examples: kind
                    .examples
                    .iter()
                    .map(|(row, sentence)| ExampleView { row: *row, sentence: sentence.clone() })
                    .collect(),
            })
            .collect(),
        many_refused: counts.refuse_many() && !review.list.current,
        refused_header: delivery.reading.header.clone(),
        refused_rows: review
            .refused
            .iter()
            .map(|r| RefusedView { row: r.row, reason: r.reason.clone(), cells: r.cells.clone() })
            .collect(),
        more_refused: counts.refused as usize > review.refused.len(),
        not_mailable: review
            .not_mailable
            .iter()
            .map(|(why, count)| CountView { what: why.reason(), count: group_thousands(*count) })
            .collect(),
        people: sentences,
        pairs: (review.open_pairs > 0).then(|| {
            counted(review.open_pairs, "", "paire de lignes est incertaine", "paires de lignes sont incertaines")
        }),
        contract_noted: false,
        contract_editable: review.list.current && delivery.list.by_hand,
        shared: (review.shared_against_terms > 0)
            .then(|| counted(review.shared_against_terms, "", "foyer réunit", "foyers réunissent")),
        total,
    }
}

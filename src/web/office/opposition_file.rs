//! A file of oppositions: sent, shown as a count with the rows that could not be read, then noted or dropped.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use serde::Serialize;
use uuid::Uuid;

use super::oppositions::{channels, file_refused, noted};
use crate::domain::id::OppositionFileId;
use crate::domain::opposition::Source;
use crate::service::{self, import_oppositions};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Coordinator, Fields, Submitted};
use crate::web::page::{Page, show};
use crate::web::view::{Room, Shell, counted};

/// Bytes a file of oppositions may have: some hundred thousand rows.
pub const MOST_BYTES: usize = 20 * 1024 * 1024;
/// Unreadable rows that are named; a file with more is not a list of people.
const MOST_NAMED: usize = 200;

#[derive(Serialize)]
struct FilePage {
    id: OppositionFileId,
    name: String,
    already_noted: Option<String>,
    refused: Vec<RefusedView>,
    /// Unreadable rows that are not named.
    more: Option<String>,
    any: bool,
    #[serde(skip)]
    oppositions: u64,
}

#[derive(Serialize)]
struct RefusedView {
    row: u32,
    why: String,
}

impl Page for FilePage {
    const TEMPLATE: &'static str = "office/opposition_file";

    fn title(&self) -> String {
        counted(self.oppositions, "Aucune opposition nouvelle à noter", "opposition à noter", "oppositions à noter")
    }
}

/// `POST /bureau/oppositions/fichier`
pub async fn upload(State(app): State<App>, office: Coordinator, submitted: Submitted) -> Result<Response, WebError> {
    let Some(file) = submitted.file("fichier") else {
        return file_refused(&app, &office, "Choisissez un fichier.".to_owned()).await;
    };
    let source = if submitted.get("source") == "caisse" { Source::Fund } else { Source::File };
    let (store, scope, channels) = (&app.store, office.scope, channels(&submitted.texts())?);
    let read = import_oppositions::preview(store, scope, &file.name, &file.content, channels, source, Utc::now());
    match read.await {
        Ok(id) => Ok(Redirect::to(&format!("/bureau/oppositions/fichier/{id}")).into_response()),
        Err(service::Error::Refused(why)) => file_refused(&app, &office, why).await,
        Err(error) => Err(error.into()),
    }
}

/// `GET /bureau/oppositions/fichier/0198…`
pub async fn preview(State(app): State<App>, office: Coordinator, Path(id): Path<Uuid>) -> Result<Response, WebError> {
    let file = import_oppositions::file(&app.store, office.scope, OppositionFileId(id)).await?;
    if file.noted {
        return Ok(Redirect::to("/bureau/oppositions").into_response());
    }
    let more = file.refused.len().saturating_sub(MOST_NAMED) as u64;
    let page = FilePage {
        id: file.id,
        name: file.name,
        already_noted: (file.already_noted > 0)
            .then(|| counted(file.already_noted, "", "personne est déjà notée", "personnes sont déjà notées")),
        refused: file.refused.into_iter().take(MOST_NAMED).map(|(row, why)| RefusedView { row, why }).collect(),
        more: (more > 0).then(|| counted(more, "", "autre ligne", "autres lignes")),
        any: file.oppositions > 0,
        oppositions: file.oppositions,
    };
    show(&page, &Shell::staff(&office.user, Room::Campaigns))
}

/// `POST /bureau/oppositions/fichier/0198…`
pub async fn decide(
    State(app): State<App>,
    office: Coordinator,
    Path(id): Path<Uuid>,
    fields: Fields,
) -> Result<Response, WebError> {
    let id = OppositionFileId(id);
    let address = match fields.get("action") {
        "noter" => noted(import_oppositions::accept(&app.store, office.scope, id, Utc::now()).await?),
        "abandonner" => {
            import_oppositions::discard(&app.store, office.scope, id).await?;
            "/bureau/oppositions?fait=abandon".to_owned()
        }
        // Neither button: the question stands.
        _ => format!("/bureau/oppositions/fichier/{}", id.0),
    };
    Ok(Redirect::to(&address).into_response())
}

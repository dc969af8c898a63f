//! Fragility by commune: what is known, and a file that says it more finely.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde::Serialize;

use super::audience::may_change;
use crate::domain::fragility::FragilityPart;
use crate::domain::price::group_thousands;
use crate::service::{Error, import_fragility};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::Office;
use crate::web::page::{Page, show};
use crate::web::view::{Room, Shell};

/// Bytes of a file: all communes with six figures are some two megabytes.
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// Mistakes that are shown one by one.
const MISTAKES_SHOWN: usize = 50;

/// `/bureau/fragilite`.
pub fn routes() -> Router<App> {
    Router::new().route("/bureau/fragilite", get(show_page).post(import)).route_layer(DefaultBodyLimit::max(MOST_BYTES))
}

#[derive(Serialize, Default)]
struct FragilityPage {
    may_change: bool,
    /// « 152 communes ».
    imported: Option<String>,
    /// What a file that was just given came to.
    taken: Option<String>,
    rows: Vec<RowMistake>,
    more: Option<String>,
    error: Option<String>,
    parts: Vec<&'static str>,
}

#[derive(Serialize)]
struct RowMistake {
    row: u32,
    message: String,
}

impl Page for FragilityPage {
    const TEMPLATE: &'static str = "office/fragility";

    fn title(&self) -> String {
        "Où la fragilité numérique est-elle forte ?".to_owned()
    }

    fn status(&self) -> StatusCode {
        if self.error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
    }
}

/// `GET /bureau/fragilite`
pub async fn show_page(State(app): State<App>, office: Office) -> Result<Response, WebError> {
    respond(&app, &office, FragilityPage::default()).await
}

/// `POST /bureau/fragilite`, with the file as `fichier`.
pub async fn import(State(app): State<App>, office: Office, mut form: Multipart) -> Result<Response, WebError> {
    may_change(&office)?;
    let unread = |_| {
        WebError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "Le fichier n’a pas pu être reçu",
            "Un fichier de toutes les communes pèse moins de 8 Mo : vérifiez que c’est bien celui-là.",
        )
    };
    let mut bytes = Vec::new();
    while let Some(field) = form.next_field().await.map_err(unread)? {
        if field.name() == Some("fichier") {
            bytes = field.bytes().await.map_err(unread)?.to_vec();
        }
    }
    let page = if bytes.is_empty() {
        FragilityPage { error: Some("Choisissez un fichier.".to_owned()), ..FragilityPage::default() }
    } else {
        match import_fragility::import_fragility(&app.store, office.scope, &bytes).await {
            Ok(file) => {
                let parts: Vec<_> = file.parts.iter().map(|p| p.label()).collect();
                let left = file.mistakes.len().saturating_sub(MISTAKES_SHOWN);
                FragilityPage {
                    taken: Some(format!(
                        "{} communes prises : {}.",
                        group_thousands(file.communes.len() as u64),
                        parts.join(", ")
                    )),
                    more: (left > 0).then(|| format!("et {left} autres lignes")),
                    rows: file
                        .mistakes
                        .into_iter()
                        .take(MISTAKES_SHOWN)
                        .map(|(row, message)| RowMistake { row, message })
                        .collect(),
                    ..FragilityPage::default()
                }
            }
            Err(Error::Refused(message)) => FragilityPage { error: Some(message), ..FragilityPage::default() },
            Err(other) => return Err(other.into()),
        }
    };
    respond(&app, &office, page).await
}

async fn respond(app: &App, office: &Office, page: FragilityPage) -> Result<Response, WebError> {
    let imported = import_fragility::imported(&app.store, office.scope).await?;
    let page = FragilityPage {
        may_change: office.user.role.sees_people(),
        imported: (imported > 0).then(|| group_thousands(imported)),
        parts: FragilityPart::ALL.map(FragilityPart::label).into(),
        ..page
    };
    show(&page, &Shell::staff(&office.user, Room::Campaigns))
}

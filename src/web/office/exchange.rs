//! A campaign as a file: download and upload.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use serde::Serialize;

use crate::service::{self, export_campaign, import_campaign, local};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Coordinator, Submitted};
use crate::web::page::{Page, show};
use crate::web::view::{Room, Shell};

#[derive(Serialize, Default)]
struct ImportPage {
    /// Every mistake of the pack, with its place.
    mistakes: Vec<MistakeView>,
    slug: String,
    file: String,
}

#[derive(Serialize)]
struct MistakeView {
    place: String,
    message: String,
}

impl Page for ImportPage {
    const TEMPLATE: &'static str = "office/import";

    fn title(&self) -> String {
        "Importer une campagne".to_owned()
    }

    fn status(&self) -> StatusCode {
        if self.mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
    }
}

/// `GET /bureau/{campaign}/dossier`
pub async fn export(
    State(app): State<App>,
    coordinator: Coordinator,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let pack = export_campaign::of_structure(&app.store, coordinator.scope, &slug).await?;
    let name = format!("attachment; filename=\"{}.zip\"", pack.slug);
    let headers = [(CONTENT_TYPE, "application/zip".to_owned()), (CONTENT_DISPOSITION, name)];
    Ok((headers, pack.to_zip()?).into_response())
}

/// `GET /bureau/campagnes/importer`
pub async fn form(coordinator: Coordinator) -> Result<Response, WebError> {
    show(&ImportPage::default(), &Shell::staff(&coordinator.user, Room::Campaigns))
}

/// `POST /bureau/campagnes/importer`
pub async fn import(
    State(app): State<App>,
    coordinator: Coordinator,
    submitted: Submitted,
) -> Result<Response, WebError> {
    let slug = submitted.get("slug").to_owned();
    let again = |file: &str, mistakes| {
        let page = ImportPage { mistakes, slug: slug.clone(), file: file.to_owned() };
        show(&page, &Shell::staff(&coordinator.user, Room::Campaigns))
    };
    let alone = |message: &str| vec![MistakeView { place: String::new(), message: message.to_owned() }];
    let Some(file) = submitted.file("file") else {
        return again("", alone("Choisissez un fichier : le dossier de la campagne (.zip), ou campaign.toml seul."));
    };
    let done = import_campaign::import_campaign(
        &app.store,
        coordinator.scope,
        &file.name,
        file.bytes()?,
        &slug,
        app.config.public_url(),
        local(Utc::now()).date(),
    )
    .await;
    match done {
        Ok(imported) => {
            let mut notes = Vec::new();
            if imported.structure_kept {
                notes.push("structure");
            }
            if imported.letter_missing {
                notes.push("lettre");
            }
            if imported.renamed {
                notes.push("ateliers");
            }
            let notes = notes.join("-");
            Ok(Redirect::to(&format!("/bureau/{}?fait=importe&note={notes}", imported.slug)).into_response())
        }
        Err(service::Error::Mistakes(mistakes)) => {
            let view = |m: service::read_pack::FileMistake| MistakeView {
                place: match m.line {
                    Some(line) => format!("{}, ligne {line}", m.file.display()),
                    None => m.file.display().to_string(),
                },
                message: m.message,
            };
            again(&file.name, mistakes.into_iter().map(view).collect())
        }
        Err(service::Error::Refused(message)) => again(&file.name, alone(&message)),
        Err(other) => Err(other.into()),
    }
}

//! What a campaign has issued: every file to download, and how to make them.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::things::{OutdatedView, outdated};
use crate::service::edit_campaign;
use crate::service::list_documents;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::Coordinator;
use crate::web::page::{Page, show};
use crate::web::view::{Section, Shell};

#[derive(Serialize)]
struct DocumentsPage {
    campaign: String,
    slug: String,
    groups: Vec<DocumentGroup>,
    outdated: Vec<OutdatedView>,
}

#[derive(Serialize)]
struct DocumentGroup {
    name: &'static str,
    files: Vec<FileView>,
}

#[derive(Serialize)]
struct FileView {
    path: String,
    name: String,
}

impl Page for DocumentsPage {
    const TEMPLATE: &'static str = "office/documents";

    fn title(&self) -> String {
        "Les documents de la campagne".to_owned()
    }
}

/// Folders of what is issued, as people call them.
const FOLDERS: [(&str, &str); 6] = [
    ("letters/", "Courriers"),
    ("flyers/", "Flyers"),
    ("posters/", "Affiches"),
    ("notices/", "Annonces à copier"),
    ("outcomes/", "Ce que sont devenues les lignes des listes"),
    ("refused/", "Lignes refusées"),
];

/// `GET /bureau/{campaign}/documents`
pub async fn list(
    State(app): State<App>,
    coordinator: Coordinator,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let (stored, issued) = list_documents::list_documents(&app.store, coordinator.scope, &slug).await?;
    let usage = edit_campaign::usage(&app.store, &stored).await?;
    let campaign = &stored.campaign;
    let files = |folder: &str| {
        let inside = issued.iter().filter_map(|i| Some((i.path.clone(), i.path.strip_prefix(folder)?.to_owned())));
        inside.map(|(path, name)| FileView { path, name }).collect::<Vec<_>>()
    };
    let groups = FOLDERS.map(|(folder, name)| DocumentGroup { name, files: files(folder) });
    let page = DocumentsPage {
        campaign: campaign.name.clone(),
        slug: campaign.slug.clone(),
        groups: groups.into_iter().filter(|g| !g.files.is_empty()).collect(),
        outdated: outdated(campaign, &usage),
    };
    show(&page, &Shell::campaign(&coordinator.user, &campaign.slug, &campaign.name, Section::Home))
}

/// `GET /bureau/{campaign}/documents/letters/lot-001.pdf`
pub async fn download(
    State(app): State<App>,
    coordinator: Coordinator,
    Path((slug, path)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let file = list_documents::document(&app.store, &app.config.var, coordinator.scope, &slug, &path).await?;
    let bytes = tokio::fs::read(&file).await.map_err(|e| WebError::internal(&e.to_string()))?;
    let kind = match file.extension().and_then(|e| e.to_str()) {
        Some("pdf") => "application/pdf",
        Some("png") => "image/png",
        Some("csv") => "text/csv; charset=utf-8",
        _ => "text/plain; charset=utf-8",
    };
    let name = path.rsplit('/').next().unwrap_or_default().replace(['"', '\\'], "");
    let headers = [(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))];
    Ok((headers, bytes).into_response())
}

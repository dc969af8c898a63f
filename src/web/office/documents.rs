//! What a campaign has issued: every file to download, and the button that makes them.

use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, REFRESH};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;

use super::document_views::{DocumentGroup, IssuedFile, OutdatedView, groups, outdated};
use crate::domain::campaign::Campaign;
use crate::domain::price::group_thousands;
use crate::service::find_campaign::find_campaign;
use crate::service::outputs::{Folder, LETTERS, Plan, told_together};
use crate::service::preview_document::preview_document;
use crate::service::preview_making::{preview_making, preview_reprint};
use crate::service::run_campaign::{RunOptions, RunReport};
use crate::service::{list_documents, mark_posted};
use crate::text::typography::french;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Coordinator, Fields};
use crate::web::makings::Making;
use crate::web::page::{Page, show};
use crate::web::uploads::Watched;
use crate::web::view::{Section, Shell, counted};

#[derive(Serialize)]
struct DocumentsPage {
    campaign: String,
    slug: String,
    groups: Vec<DocumentGroup>,
    outdated: Vec<OutdatedView>,
    /// What is being done.
    running: Option<ProgressView>,
    /// Why nothing was made.
    failed: Option<String>,
    /// What was made.
    done: Option<String>,
    interrupted: bool,
    /// What the campaign lacks before anything can be made, and where it is added.
    missing: Vec<Missing>,
    /// No list has come yet: letters wait.
    no_list: bool,
    /// Letters are among what is made.
    letters: bool,
}

#[derive(Serialize)]
struct ProgressView {
    step: String,
    done: u64,
    total: u64,
    /// « 1 200 sur 2 000 », where it is known of how many.
    said: Option<String>,
}

#[derive(Serialize)]
struct Missing {
    what: &'static str,
    path: &'static str,
}

impl Page for DocumentsPage {
    const TEMPLATE: &'static str = "office/documents";

    fn title(&self) -> String {
        "Les documents de la campagne".to_owned()
    }
}

/// Seconds until a page that shows work going on asks again.
const AGAIN: &str = "2";

/// `GET /bureau/{campaign}/documents`
pub async fn list(
    State(app): State<App>,
    coordinator: Coordinator,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let (stored, issued) = list_documents::list_documents(&app.store, coordinator.scope, &slug).await?;
    let preview = preview_making(&app.store, &app.config.var, &stored).await?;
    let campaign = &stored.campaign;
    let (folder, plan) = (Folder::new(&app.config.var, &campaign.slug), Plan::of(campaign));
    let files = issued.iter().map(|output| IssuedFile {
        path: &output.path,
        current: plan.agrees_with(output),
        aside: folder.is_aside(&output.path),
    });
    let lots = mark_posted::lots(&app.store, &stored).await?;
    let groups = groups(campaign, &files.collect::<Vec<_>>(), &lots);
    let (mut running, mut failed, mut done) = (None, None, None);
    match app.makings.of(stored.id) {
        Some(Making::Running(watched)) => running = Some(progress(&watched)),
        Some(Making::Failed(reason)) => failed = Some(french(&reason)),
        Some(Making::Done(report)) => done = Some(said(&report)),
        None => {}
    }
    let again = running.is_some();
    let page = DocumentsPage {
        campaign: campaign.name.clone(),
        slug: campaign.slug.clone(),
        groups,
        outdated: outdated(campaign, &preview.changes),
        interrupted: preview.interrupted && !again,
        running,
        failed,
        done,
        missing: missing(campaign),
        no_list: campaign.lists.is_empty(),
        letters: issued.iter().any(|output| output.path.starts_with(LETTERS)),
    };
    let mut response = show(&page, &shell(&coordinator, campaign))?;
    if again {
        response.headers_mut().insert(REFRESH, HeaderValue::from_static(AGAIN));
    }
    Ok(response)
}

/// `POST /bureau/{campaign}/documents`: makes what is not there yet. What has changed since it was made is shown first.
pub async fn make(
    State(app): State<App>,
    coordinator: Coordinator,
    Path(slug): Path<String>,
    form: Fields,
) -> Result<Response, WebError> {
    let stored = find_campaign(&app.store, coordinator.scope, &slug).await?;
    let reissue = form.get("refaire") == "oui";
    let preview = preview_making(&app.store, &app.config.var, &stored).await?;
    if !reissue && !preview.changes.is_empty() {
        return Ok(Redirect::to(&format!("/bureau/{slug}/documents/refaire")).into_response());
    }
    let only_changed = form.get("lettres") == "changees";
    let options = RunOptions { reissue, only_changed, ..RunOptions::default() };
    app.makings.begin(&app, (coordinator.scope, stored.id), &stored.campaign.slug, options);
    Ok(Redirect::to(&format!("/bureau/{slug}/documents")).into_response())
}

#[derive(Serialize)]
struct RemakePage {
    campaign: String,
    slug: String,
    outdated: Vec<OutdatedView>,
    withdrawn: Vec<String>,
    /// « 1 497 lettres », where all that are not posted are printed again.
    letters: Option<String>,
    /// « 500 lettres », where some are at the post.
    posted: Option<String>,
    /// Nothing has changed.
    nothing: bool,
}

impl Page for RemakePage {
    const TEMPLATE: &'static str = "office/remake";

    fn title(&self) -> String {
        if self.nothing { "Rien n’est à refaire" } else { "Refaire ces documents ?" }.to_owned()
    }
}

/// `GET /bureau/{campaign}/documents/refaire`: what would be printed again, before anything is.
pub async fn remake(
    State(app): State<App>,
    coordinator: Coordinator,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let stored = find_campaign(&app.store, coordinator.scope, &slug).await?;
    let preview = preview_making(&app.store, &app.config.var, &stored).await?;
    let reprint = preview_reprint(&app.store, &app.config.var, &stored).await?;
    let campaign = &stored.campaign;
    let page = RemakePage {
        campaign: campaign.name.clone(),
        slug: campaign.slug.clone(),
        outdated: outdated(campaign, &preview.changes),
        letters: reprint.all.then(|| counted(reprint.letters, "aucune lettre", "lettre", "lettres")),
        posted: (reprint.posted > 0).then(|| counted(reprint.posted, "", "lettre", "lettres")),
        nothing: preview.changes.is_empty() && !reprint.all,
        withdrawn: told_together(&reprint.withdrawn),
    };
    show(&page, &shell(&coordinator, campaign))
}

/// `GET /bureau/{campaign}/documents.zip`
pub async fn archive(
    State(app): State<App>,
    coordinator: Coordinator,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let bytes = list_documents::archive(&app.store, &app.config.var, coordinator.scope, &slug).await?;
    let name = format!("attachment; filename=\"{slug}-documents.zip\"");
    Ok(([(CONTENT_TYPE, "application/zip".to_owned()), (CONTENT_DISPOSITION, name)], bytes).into_response())
}

fn progress(watched: &Watched) -> ProgressView {
    let (step, done, total) = watched.now();
    ProgressView {
        step: if step.is_empty() { "Préparation".to_owned() } else { step },
        said: (total > 0).then(|| format!("{} sur {}", group_thousands(done), group_thousands(total))),
        done,
        total: total.max(1),
    }
}

fn said(report: &RunReport) -> String {
    let mut said = match report.written.len() as u64 {
        0 => "Tout était déjà fait : aucun document n’a changé.".to_owned(),
        files => format!("C’est fait : {}.", counted(files, "", "fichier écrit", "fichiers écrits")),
    };
    if !report.reissued.is_empty() {
        said.push_str(" Remplacez les papiers déjà sortis.");
    }
    if !report.awaited.is_empty() {
        said.push_str(" Aucune lettre n’est imprimée : le bon à tirer est attendu. Envoyez l’épreuve, puis notez l’accord dans « Bon à tirer et envoi ».");
    }
    if !report.withdrawn.is_empty() {
        said.push_str(
            " Des lettres sont à retirer des lots avant l’envoi : la liste est dans « Bon à tirer et envoi ».",
        );
    }
    for letter in &report.left_out {
        said.push_str(&format!(" La lettre {} est laissée de côté : {}.", letter.number, letter.why));
    }
    if report.edited_meanwhile {
        said.push_str(
            " La campagne a été modifiée pendant ce temps : les documents disent ce qu’elle disait au début.",
        );
    }
    said
}

fn missing(campaign: &Campaign) -> Vec<Missing> {
    let all = [
        (campaign.workshops.is_empty(), "Ajouter un atelier", "ateliers"),
        (campaign.outlets.is_empty(), "Ajouter un relais", "relais/nouveau"),
    ];
    all.into_iter().filter(|(missing, ..)| *missing).map(|(_, what, path)| Missing { what, path }).collect()
}

fn shell(coordinator: &Coordinator, campaign: &Campaign) -> Shell {
    Shell::campaign(&coordinator.user, &campaign.slug, &campaign.name, Section::Home)
}

/// `GET /bureau/{campaign}/apercu/letters/lot-001.pdf`: its first page as a picture.
pub async fn picture(
    State(app): State<App>,
    coordinator: Coordinator,
    Path((slug, path)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let bytes = preview_document(&app.store, &app.config, coordinator.scope, &slug, &path).await?;
    Ok(([(CONTENT_TYPE, "image/png"), (CACHE_CONTROL, "no-store")], bytes).into_response())
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

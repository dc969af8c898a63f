//! The letter's text beside the page that it makes.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;
use serde_json::json;

use super::edit_page::Refusal;
use super::things::around;
use crate::domain::campaign::Campaign;
use crate::domain::envelope::Window;
use crate::service::edit_campaign::{self, Edit, FieldMistake};
use crate::service::find_campaign::find_campaign;
use crate::service::preview_letter::{MEANINGS, preview_letter};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Coordinator, Submitted};
use crate::web::page::{Page, part, show};
use crate::web::view::{Section, Shell};

#[derive(Serialize)]
struct LetterPage {
    slug: String,
    campaign: String,
    mark: String,
    text: String,
    preview: Preview,
    fields: Vec<Meaning>,
    mistakes: Vec<FieldMistake>,
    overtaken: bool,
    #[serde(skip)]
    status: StatusCode,
}

/// The pages, or why there are none.
#[derive(Serialize)]
struct Preview {
    pages: Vec<PreviewPage>,
    refusal: Option<String>,
}

#[derive(Serialize)]
struct PreviewPage {
    /// `data:image/png;base64,…`: nothing of a text that is being written is kept.
    source: String,
    alternative: String,
}

/// What may be written in a letter.
#[derive(Serialize)]
struct Meaning {
    written: &'static str,
    meaning: &'static str,
}

impl Page for LetterPage {
    const TEMPLATE: &'static str = "office/letter";
    const SCRIPT: Option<&'static str> = Some("letter.js");
    const PICTURES: bool = true;

    fn title(&self) -> String {
        "Le texte de la lettre".to_owned()
    }

    fn status(&self) -> StatusCode {
        self.status
    }
}

/// `GET /bureau/{campaign}/lettre`
pub async fn form(
    State(app): State<App>,
    coordinator: Coordinator,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let stored = find_campaign(&app.store, coordinator.scope, &slug).await?;
    let text = stored.campaign.letter.source.clone();
    page(app.config.window, coordinator, stored.campaign, text, None, Refusal::default()).await
}

/// `POST /bureau/{campaign}/lettre`: saves it, or only shows what it would look like.
pub async fn save(
    State(app): State<App>,
    coordinator: Coordinator,
    Path(slug): Path<String>,
    submitted: Submitted,
) -> Result<Response, WebError> {
    let text = submitted.get("letter").to_owned();
    let shown = submitted.get("etat").to_owned();
    let stored = find_campaign(&app.store, coordinator.scope, &slug).await?;
    if submitted.get("action") == "apercu" {
        return page(app.config.window, coordinator, stored.campaign, text, Some(shown), Refusal::default()).await;
    }
    let edit = Edit::Letter(text.clone());
    let done = edit_campaign::edit_campaign(&app.store, coordinator.scope, &slug, &shown, edit, &around(&app)).await;
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/bureau/{slug}?fait=enregistre")).into_response()),
        Err(error) => {
            let refusal = Refusal::of(error)?;
            // Saving again keeps this version, once the other was seen.
            let mark = (!refusal.overtaken).then_some(shown);
            page(app.config.window, coordinator, stored.campaign, text, mark, refusal).await
        }
    }
}

/// `POST /bureau/{campaign}/lettre/apercu`: the pages alone, for the script.
pub async fn preview(
    State(app): State<App>,
    coordinator: Coordinator,
    Path(slug): Path<String>,
    submitted: Submitted,
) -> Result<Response, WebError> {
    let stored = find_campaign(&app.store, coordinator.scope, &slug).await?;
    let preview = drawn(stored.campaign, app.config.window, submitted.get("letter").to_owned()).await?;
    part("parts/letter_preview", &json!({ "preview": preview }))
}

async fn page(
    window: Window,
    coordinator: Coordinator,
    campaign: Campaign,
    text: String,
    mark: Option<String>,
    refusal: Refusal,
) -> Result<Response, WebError> {
    let (slug, name) = (campaign.slug.clone(), campaign.name.clone());
    let page = LetterPage {
        slug: slug.clone(),
        campaign: name.clone(),
        mark: mark.unwrap_or_else(|| edit_campaign::mark_of_letter(&campaign)),
        fields: MEANINGS.iter().map(|(written, meaning)| Meaning { written, meaning }).collect(),
        status: refusal.status(),
        overtaken: refusal.overtaken,
        mistakes: refusal.mistakes,
        preview: drawn(campaign, window, text.clone()).await?,
        text,
    };
    show(&page, &Shell::campaign(&coordinator.user, &slug, &name, Section::Home))
}

/// Setting a page takes some milliseconds of a processor: not on the thread that answers.
async fn drawn(campaign: Campaign, window: Window, text: String) -> Result<Preview, WebError> {
    let made = tokio::task::spawn_blocking(move || preview_letter(&campaign, window, &text)).await;
    Ok(match made.map_err(|e| WebError::internal(&e.to_string()))? {
        Ok(pages) => {
            let count = pages.len();
            let pages = (1..).zip(pages).map(|(number, png)| PreviewPage {
                source: format!("data:image/png;base64,{}", BASE64_STANDARD.encode(png)),
                alternative: format!("Aperçu de la lettre, page {number} sur {count}"),
            });
            Preview { pages: pages.collect(), refusal: None }
        }
        Err(refusal) => Preview { pages: Vec::new(), refusal: Some(refusal) },
    })
}

//! A page with a form of the office.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;

use super::form::Group;
use super::things::around;
use crate::service::edit_campaign::{Edit, EditError, FieldMistake, StoredCampaign, edit_campaign};
use crate::service::find_campaign::find_campaign;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::Coordinator;
use crate::web::page::{Page, show};
use crate::web::view::{Section, Shell};

/// A form with what was typed.
#[derive(Debug, Clone, Serialize)]
pub struct EditPage {
    /// What stands over the title.
    pub over: String,
    /// Under the title, what this is for.
    pub lead: Option<String>,
    #[serde(skip)]
    pub title: String,
    /// Where the form goes.
    pub action: String,
    /// Whether files come with it.
    pub files: bool,
    /// The thing as it was shown.
    pub mark: String,
    pub groups: Vec<Group>,
    pub submit: &'static str,
    /// Where one gets without saving.
    pub back: String,
    pub mistakes: Vec<FieldMistake>,
    /// Somebody else has changed it meanwhile: where what is stored can be seen.
    pub overtaken: Option<String>,
    /// Where a form goes that deletes it, and on which words.
    pub delete: Option<Delete>,
    #[serde(skip)]
    pub status: StatusCode,
}

/// What deletes a thing.
#[derive(Debug, Clone, Serialize)]
pub struct Delete {
    pub action: String,
    pub label: &'static str,
}

/// Why a form comes back.
#[derive(Debug, Default)]
pub struct Refusal {
    pub mistakes: Vec<FieldMistake>,
    pub overtaken: bool,
}

impl Refusal {
    /// What the form can show; the rest is an error page.
    pub fn of(error: EditError) -> Result<Self, WebError> {
        match error {
            EditError::Fields(mistakes) => Ok(Self { mistakes, overtaken: false }),
            EditError::Overtaken => Ok(Self { mistakes: Vec::new(), overtaken: true }),
            EditError::Other(error) => Err(error.into()),
        }
    }

    /// The status of the page that shows it.
    pub fn status(&self) -> StatusCode {
        match (self.overtaken, self.mistakes.is_empty()) {
            (true, _) => StatusCode::CONFLICT,
            (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
            (false, true) => StatusCode::OK,
        }
    }
}

/// Saves a form about the campaign itself, which was filled from what has the mark `shown`; or shows `page` again with why not.
pub async fn save(
    app: &App,
    coordinator: &Coordinator,
    slug: &str,
    shown: &str,
    edit: Edit,
    page: impl FnOnce(&StoredCampaign, &Refusal) -> EditPage,
) -> Result<Response, WebError> {
    let done = edit_campaign(&app.store, coordinator.scope, slug, shown, edit, &around(app)).await;
    let refusal = match done {
        Ok(_) => return Ok(Redirect::to(&format!("/bureau/{slug}?fait=enregistre")).into_response()),
        Err(error) => Refusal::of(error)?,
    };
    let stored = find_campaign(&app.store, coordinator.scope, slug).await?;
    let mut page = page(&stored, &refusal);
    if !refusal.overtaken {
        shown.clone_into(&mut page.mark);
    }
    show_in(coordinator, &stored, &page)
}

/// Shows a form about the campaign itself.
pub fn show_in(coordinator: &Coordinator, stored: &StoredCampaign, page: &EditPage) -> Result<Response, WebError> {
    let campaign = &stored.campaign;
    show(page, &Shell::campaign(&coordinator.user, &campaign.slug, &campaign.name, Section::Home))
}

impl Page for EditPage {
    const TEMPLATE: &'static str = "office/edit";

    fn title(&self) -> String {
        self.title.clone()
    }

    fn status(&self) -> StatusCode {
        self.status
    }
}

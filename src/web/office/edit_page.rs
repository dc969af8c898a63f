//! A page with a form of the office.

use axum::http::StatusCode;
use serde::Serialize;

use super::form::Group;
use crate::service::edit_campaign::{EditError, FieldMistake};
use crate::web::error::WebError;
use crate::web::page::Page;

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

impl Page for EditPage {
    const TEMPLATE: &'static str = "office/edit";

    fn title(&self) -> String {
        self.title.clone()
    }

    fn status(&self) -> StatusCode {
        self.status
    }
}

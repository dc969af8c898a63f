//! The fields of a form or of an address, as they were typed.

use axum::Form;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::IntoResponse;

use crate::web::error::WebError;

/// Names and values, of the query for GET and of the body for POST. A field that was not sent reads as empty: what is
/// missing is for the service to say.
#[derive(Debug, Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// These names and values.
    pub fn of(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// Whether a field of this name was sent, be it blank.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| n == name)
    }

    /// The first value with this name, without outer blanks.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.trim()).unwrap_or_default()
    }

    /// Every value with this name.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.trim())
    }

    /// The first value with this name as something more than text; nothing where it cannot be read.
    pub fn read<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name).parse().ok()
    }
}

impl From<Vec<(String, String)>> for Fields {
    fn from(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = WebError;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebError> {
        match Form::from_request(request, state).await {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(rejection) => {
                let status = match rejection.into_response().status() {
                    StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
                    status => status,
                };
                let (what_happened, what_to_do) = if status == StatusCode::PAYLOAD_TOO_LARGE {
                    ("Le formulaire est trop long", "Raccourcissez vos réponses, ou appelez-nous.")
                } else {
                    ("Le formulaire n’a pas pu être lu", "Revenez en arrière et recommencez, ou appelez-nous.")
                };
                Err(WebError::new(status, what_happened, what_to_do))
            }
        }
    }
}

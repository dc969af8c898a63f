//! A form as it was sent, with or without files.

use axum::Form;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

use crate::web::error::WebError;

/// Every field in its order, and the files that were chosen.
#[derive(Debug, Clone, Default)]
pub struct Submitted {
    /// Names and texts.
    pub fields: Vec<(String, String)>,
    /// Files; a field without a chosen file has none.
    pub files: Vec<UploadedFile>,
}

/// A file that came with a form.
#[derive(Debug, Clone)]
pub struct UploadedFile {
    /// The field.
    pub field: String,
    /// The file's name on the sender's computer.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Submitted {
    /// The first text with this name, without outer blanks.
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(n, _)| n == name).map(|(_, value)| value.trim()).unwrap_or_default()
    }

    /// The file of a field.
    pub fn file(&self, field: &str) -> Option<&UploadedFile> {
        self.files.iter().find(|f| f.field == field)
    }
}

impl<S: Send + Sync> FromRequest<S> for Submitted {
    type Rejection = WebError;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebError> {
        let kind = request.headers().get(CONTENT_TYPE).map(|v| v.as_bytes().to_vec()).unwrap_or_default();
        if !kind.starts_with(b"multipart/") {
            return match Form::from_request(request, state).await {
                Ok(Form(fields)) => Ok(Self { fields, files: Vec::new() }),
                Err(rejection) => Err(unreadable(rejection.into_response().status())),
            };
        }
        let mut parts = match Multipart::from_request(request, state).await {
            Ok(parts) => parts,
            Err(rejection) => return Err(unreadable(rejection.into_response().status())),
        };
        let mut submitted = Self::default();
        while let Some(part) = parts.next_field().await.map_err(|e| unreadable(e.status()))? {
            let field = part.name().unwrap_or_default().to_owned();
            let file = part.file_name().map(str::to_owned);
            let bytes = part.bytes().await.map_err(|e| unreadable(e.status()))?.to_vec();
            match file {
                None => submitted.fields.push((field, String::from_utf8_lossy(&bytes).into_owned())),
                Some(name) if name.is_empty() && bytes.is_empty() => {}
                Some(name) => submitted.files.push(UploadedFile { field, name, bytes }),
            }
        }
        Ok(submitted)
    }
}

fn unreadable(status: StatusCode) -> WebError {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        let what_to_do = "Revenez en arrière et choisissez un fichier plus petit.";
        return WebError::new(status, "Le fichier ou le formulaire est trop gros", what_to_do);
    }
    let what_to_do = "Revenez en arrière et recommencez.";
    WebError::new(StatusCode::BAD_REQUEST, "Le formulaire n’a pas pu être lu", what_to_do)
}

//! A form as it was sent, with or without files. Files go into temporary files without a name: they may hold what must not
//! be kept, and vanish with the process.

use axum::Form;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

use super::Fields;
use crate::intake::FileContent;
use crate::service::spool::Spool;
use crate::web::error::WebError;

/// Every field in its order, and the files that were chosen. How much a form may bring is for the route to say, by
/// `DefaultBodyLimit`.
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
    /// The file's name without folders, as the sender knows it.
    pub name: String,
    /// Its bytes.
    pub content: FileContent,
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

    /// The texts alone.
    pub fn texts(&self) -> Fields {
        Fields::from(self.fields.clone())
    }
}

impl UploadedFile {
    /// All bytes of a file that is known to be small.
    pub fn bytes(&self) -> Result<Vec<u8>, WebError> {
        self.content.bytes().map_err(|e| on_disk(&e))
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
        while let Some(part) = parts.next_field().await.map_err(|e| broken_off(&e))? {
            let field = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(bare_name) {
                None => submitted.fields.push((field, part.text().await.map_err(|e| broken_off(&e))?)),
                // A browser sends a nameless file where none was chosen.
                Some(name) if name.is_empty() => {}
                Some(name) => submitted.files.push(UploadedFile { field, name, content: spool(part).await? }),
            }
        }
        Ok(submitted)
    }
}

/// The last part of a path, whichever system wrote it, without control characters.
pub fn bare_name(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars().filter(|c| !c.is_control()).take(NAME_CHARS).collect::<String>().trim().to_owned()
}

/// Characters of a file's name that are kept.
const NAME_CHARS: usize = 120;

async fn spool(mut part: Field<'_>) -> Result<FileContent, WebError> {
    let mut spool = Spool::new().map_err(|e| on_disk(&e))?;
    while let Some(bytes) = part.chunk().await.map_err(|e| broken_off(&e))? {
        spool.write(&bytes).map_err(|e| on_disk(&e))?;
    }
    Ok(spool.finish().0)
}

fn on_disk(error: &std::io::Error) -> WebError {
    WebError::internal(&format!("upload: {error}"))
}

fn broken_off(error: &MultipartError) -> WebError {
    unreadable(error.status())
}

fn unreadable(status: StatusCode) -> WebError {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        let what_to_do = "Revenez en arrière et choisissez un fichier plus petit.";
        return WebError::new(status, "Le fichier ou le formulaire est trop gros", what_to_do);
    }
    let what_to_do = "Revenez en arrière et recommencez.";
    WebError::new(StatusCode::BAD_REQUEST, "Le formulaire n’a pas pu être lu", what_to_do)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_name_alone() {
        for (path, name) in [
            ("C:\\Users\\moi\\liste.csv", "liste.csv"),
            ("../../etc/liste.csv", "liste.csv"),
            (" liste\n.csv ", "liste.csv"),
            ("", ""),
        ] {
            assert_eq!(bare_name(path), name);
        }
    }
}

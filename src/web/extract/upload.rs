//! A form that brings files. Files go into temporary files without a name: they may hold what must not be kept, and vanish
//! with the process.

use std::io::Write;

use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;

use super::Fields;
use crate::intake::FileContent;
use crate::web::error::WebError;

/// The fields and files of a form sent as `multipart/form-data`. How much it may bring is for the route to say, by
/// `DefaultBodyLimit`.
#[derive(Debug)]
pub struct Upload {
    /// The fields that are no files.
    pub fields: Fields,
    files: Vec<(String, UploadedFile)>,
}

/// A file that somebody chose.
#[derive(Debug, Clone)]
pub struct UploadedFile {
    /// Its name without folders, as the person knows it.
    pub name: String,
    /// Its bytes.
    pub content: FileContent,
}

impl Upload {
    /// The file of the field with this name; nothing where none was chosen.
    pub fn file(&self, field: &str) -> Option<&UploadedFile> {
        self.files.iter().find(|(name, _)| name == field).map(|(_, file)| file)
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = WebError;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebError> {
        let not_a_form = |_: MultipartRejection| {
            WebError::new(
                StatusCode::BAD_REQUEST,
                "Le formulaire n’a pas pu être lu",
                "Revenez en arrière et recommencez.",
            )
        };
        let mut parts = Multipart::from_request(request, state).await.map_err(not_a_form)?;
        let (mut fields, mut files) = (Vec::new(), Vec::new());
        while let Some(part) = parts.next_field().await.map_err(broken_off)? {
            let field = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(bare_name) {
                // A browser sends a nameless file where none was chosen.
                Some(name) if name.is_empty() => {}
                Some(name) => files.push((field, UploadedFile { name, content: spool(part).await? })),
                None => fields.push((field, part.text().await.map_err(broken_off)?)),
            }
        }
        Ok(Self { fields: Fields::from(fields), files })
    }
}

/// Writes a part into a file without a name as it comes in.
async fn spool(mut part: Field<'_>) -> Result<FileContent, WebError> {
    let full = |error: std::io::Error| WebError::internal(&format!("upload: {error}"));
    let mut file = tempfile::tempfile().map_err(full)?;
    while let Some(bytes) = part.chunk().await.map_err(broken_off)? {
        file.write_all(&bytes).map_err(full)?;
    }
    Ok(FileContent::new(file))
}

fn broken_off(error: MultipartError) -> WebError {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => WebError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "Le fichier est trop grand",
            "Vérifiez que c’est le bon fichier. Une liste très longue peut être coupée en plusieurs fichiers.",
        ),
        status => WebError::new(status, "L’envoi du fichier s’est interrompu", "Recommencez l’envoi."),
    }
}

/// The last part of a path, whichever system wrote it, without control characters.
fn bare_name(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars().filter(|c| !c.is_control()).take(200).collect::<String>().trim().to_owned()
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

//! A form with a file in it.

use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;

use super::Fields;
use crate::web::error::WebError;

/// The fields of a form, and the file that came with it.
pub struct Upload {
    /// The other fields.
    pub fields: Fields,
    /// The file's name and bytes; nothing where none was chosen.
    pub file: Option<(String, Vec<u8>)>,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = WebError;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebError> {
        let unreadable = |status: StatusCode| {
            let (what_happened, what_to_do) = if status == StatusCode::PAYLOAD_TOO_LARGE {
                ("Le fichier est trop gros", "Coupez-le en plusieurs fichiers, et envoyez-les l’un après l’autre.")
            } else {
                ("Le fichier n’est pas arrivé entier", "Revenez en arrière et recommencez.")
            };
            WebError::new(status, what_happened, what_to_do)
        };
        let mut form =
            Multipart::from_request(request, state).await.map_err(|_| unreadable(StatusCode::BAD_REQUEST))?;
        let (mut fields, mut file) = (Vec::new(), None);
        while let Some(part) = form.next_field().await.map_err(|e| unreadable(e.status()))? {
            let name = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(str::to_owned) {
                Some(file_name) => {
                    let bytes = part.bytes().await.map_err(|e| unreadable(e.status()))?;
                    if !file_name.is_empty() {
                        file = Some((file_name, bytes.into()));
                    }
                }
                None => fields.push((name, part.text().await.map_err(|e| unreadable(e.status()))?)),
            }
        }
        Ok(Self { fields: Fields::from(fields), file })
    }
}

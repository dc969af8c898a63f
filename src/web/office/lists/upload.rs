//! A list comes in, piece by piece, into a file without a name.

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::{list_id, path};
use crate::domain::contract::Contract;
use crate::service::examine_list::GivenFile;
use crate::service::find_campaign::{StoredCampaign, find_campaign};
use crate::service::review_list;
use crate::service::spool::Spool;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Coordinator, bare_name};

/// `POST /bureau/lozere-2026/listes`
pub async fn give(
    State(app): State<App>,
    who: Coordinator,
    Path(slug): Path<String>,
    form: Multipart,
) -> Result<Response, WebError> {
    let campaign = find_campaign(&app.store, who.scope, &slug).await?;
    keep(&app, &who, &campaign, form, None).await
}

/// `POST /bureau/lozere-2026/listes/{list}/complement`: refused rows, mended, under the contract of their list.
pub async fn complete(
    State(app): State<App>,
    who: Coordinator,
    Path((slug, list)): Path<(String, String)>,
    form: Multipart,
) -> Result<Response, WebError> {
    let campaign = find_campaign(&app.store, who.scope, &slug).await?;
    let list = review_list::found(&app.store, &campaign, list_id(&list)?).await?;
    keep(&app, &who, &campaign, form, Some(list.delivery.list.contract)).await
}

async fn keep(
    app: &App,
    who: &Coordinator,
    campaign: &StoredCampaign,
    form: Multipart,
    completes: Option<Contract>,
) -> Result<Response, WebError> {
    let most = app.config.max_list_megabytes.saturating_mul(1_000_000);
    match receive(form, most).await? {
        Some(file) => {
            let name = app.uploads.keep(who.user.id, campaign.id, file, completes);
            Ok(Redirect::to(&path(campaign, &format!("/fichier/{name}"))).into_response())
        }
        None => Ok(Redirect::to(&path(campaign, "?sans_fichier=oui")).into_response()),
    }
}

/// The first file of the form; nothing where none was chosen.
async fn receive(mut form: Multipart, most: u64) -> Result<Option<GivenFile>, WebError> {
    while let Some(part) = form.next_field().await.map_err(|e| cut(&e))? {
        let name = part.file_name().map(bare_name).filter(|n| !n.is_empty());
        if let Some(name) = name {
            return spool(part, name, most).await.map(Some);
        }
    }
    Ok(None)
}

async fn spool(mut part: Field<'_>, name: String, most: u64) -> Result<GivenFile, WebError> {
    let broken = |e: std::io::Error| WebError::internal(&e.to_string());
    let mut spool = Spool::new().map_err(broken)?;
    let mut size = 0u64;
    while let Some(bytes) = part.chunk().await.map_err(|e| cut(&e))? {
        size += bytes.len() as u64;
        // What is too much is still read to its end, and thrown away: a browser shows no answer before it has sent all.
        if size <= most {
            spool.write(&bytes).map_err(broken)?;
        } else if size > most.saturating_mul(MUCH_TOO_MUCH) {
            break;
        }
    }
    if size > most {
        return Err(WebError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "Ce fichier est trop gros",
            format!(
                "Une liste compte au plus {} mégaoctets. Enregistrez-la en CSV, ou coupez-la en plusieurs fichiers.",
                most / 1_000_000
            ),
        ));
    }
    let (content, sha256) = spool.finish();
    Ok(GivenFile { name, content, sha256 })
}

/// Times the limit, after which nobody waits for the end.
const MUCH_TOO_MUCH: u64 = 4;
fn cut(error: &MultipartError) -> WebError {
    tracing::info!(%error, "an upload was cut");
    WebError::new(
        StatusCode::BAD_REQUEST,
        "Le fichier n’est pas arrivé en entier",
        "Vérifiez la connexion, ouvrez la page Listes et donnez-le à nouveau.",
    )
}

//! Save, choose, rename and delete audiences.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;

use super::form::{self, Wrong};
use super::page::respond;
use crate::domain::id::SavedAudienceId;
use crate::service::find_campaign::find_campaign;
use crate::service::{Error, save_audience};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Fields, Office};

/// `POST /bureau/lozere-2026/public/enregistrer`
pub async fn save(
    State(app): State<App>,
    office: Office,
    Path(slug): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    may_change(&office)?;
    let campaign = find_campaign(&app.store, office.scope, &slug).await?;
    let typed = form::read(&fields, &campaign.campaign);
    if !typed.mistakes.is_empty() {
        return respond(&app, &office, &campaign, &fields, &[]).await;
    }
    match save_audience::save(&app.store, &campaign, fields.get("nom"), &typed.audience, Utc::now()).await {
        Ok(id) => Ok(back(&slug, &format!("public={id}&fait=enregistre"))),
        Err(Error::Refused(message)) => {
            let wrong = Wrong { field: "nom".to_owned(), message };
            respond(&app, &office, &campaign, &fields, &[wrong]).await
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /bureau/lozere-2026/public/choisir`
pub async fn choose(
    State(app): State<App>,
    office: Office,
    Path(slug): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    may_change(&office)?;
    let campaign = find_campaign(&app.store, office.scope, &slug).await?;
    save_audience::choose(&app.store, &campaign, chosen(&fields)?).await?;
    Ok(back(&slug, "fait=choisi"))
}

/// `POST /bureau/lozere-2026/public/renommer`
pub async fn rename(
    State(app): State<App>,
    office: Office,
    Path(slug): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    may_change(&office)?;
    let campaign = find_campaign(&app.store, office.scope, &slug).await?;
    let id = chosen(&fields)?;
    save_audience::rename(&app.store, &campaign, id, fields.get("nouveau_nom")).await?;
    Ok(back(&slug, &format!("public={id}&fait=renomme")))
}

/// `POST /bureau/lozere-2026/public/supprimer`
pub async fn delete(
    State(app): State<App>,
    office: Office,
    Path(slug): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    may_change(&office)?;
    let campaign = find_campaign(&app.store, office.scope, &slug).await?;
    save_audience::delete(&app.store, &campaign, chosen(&fields)?).await?;
    Ok(back(&slug, "fait=supprime"))
}

/// A hub looks, a coordinator decides.
pub fn may_change(office: &Office) -> Result<(), WebError> {
    if office.user.role.sees_people() {
        return Ok(());
    }
    Err(WebError::new(
        StatusCode::FORBIDDEN,
        "Votre compte voit le public, sans le changer",
        "Demandez à la coordination de la structure.",
    ))
}

/// Back to the page, which says what was done.
pub fn back(slug: &str, query: &str) -> Response {
    Redirect::to(&format!("/bureau/{slug}/public?{query}")).into_response()
}

fn chosen(fields: &Fields) -> Result<SavedAudienceId, WebError> {
    fields.read("id").map(SavedAudienceId).ok_or_else(WebError::no_such_page)
}

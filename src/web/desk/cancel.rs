//! Registrations as the desk lists them, and their cancellation.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;

use crate::domain::calendar;
use crate::domain::id::{RegistrationId, StructureId};
use crate::domain::registration::Status;
use crate::domain::workshop::Workshop;
use crate::service::cancel;
use crate::service::find_registration::{self, Registration};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Desk, Fields};

/// A registration in a list.
#[derive(Debug, Serialize)]
pub struct RegistrationView {
    id: RegistrationId,
    topic: String,
    day: String,
    people: String,
    phone: Option<String>,
    waiting: bool,
}

impl RegistrationView {
    /// A registration at this workshop.
    pub fn of(registration: &Registration, workshop: &Workshop) -> Self {
        Self {
            id: registration.id,
            topic: workshop.topic.clone(),
            day: calendar::day_month(workshop.first_day()),
            people: people(registration),
            phone: registration.phone.as_ref().map(ToString::to_string),
            waiting: registration.status == Status::Waiting,
        }
    }
}

/// `POST /accueil/annuler`
pub async fn cancel(State(app): State<App>, desk: Desk, fields: Fields) -> Result<Response, WebError> {
    let id = fields.read("inscription").map(RegistrationId).ok_or_else(WebError::no_such_page)?;
    let seated = cancel::cancel(&app.store, desk.scope, id).await?;
    let seated: String = seated.iter().map(|r| format!("&assise={}", r.id)).collect();
    Ok(Redirect::to(&format!("/accueil?annulee={id}{seated}")).into_response())
}

/// What is said once a registration is cancelled: whose, and whom to call since they have their seats now.
pub async fn said(app: &App, scope: StructureId, fields: &Fields) -> Result<Option<String>, WebError> {
    let Some(id) = fields.read("annulee").map(RegistrationId) else { return Ok(None) };
    let Some(cancelled) = ours(app, scope, id).await? else { return Ok(None) };
    let mut said = format!("Inscription annulée : {}.", people(&cancelled));
    for id in fields.all("assise").filter_map(|id| id.parse().ok()).map(RegistrationId) {
        if let Some(seated) = ours(app, scope, id).await? {
            let phone = seated.phone.as_ref().map(|p| format!(" au {p}")).unwrap_or_default();
            said.push_str(&format!(" La place va à {} : rappelez{phone}.", people(&seated)));
        }
    }
    Ok(Some(said))
}

async fn ours(app: &App, scope: StructureId, id: RegistrationId) -> Result<Option<Registration>, WebError> {
    let found = find_registration::by_id(&app.store, id).await?;
    Ok(found.filter(|f| f.structure == scope).map(|f| f.registration))
}

/// « Yvette Pagès et Jean Pagès ».
fn people(registration: &Registration) -> String {
    let names = registration.participants.iter().map(|p| format!("{} {}", p.first_name, p.last_name));
    let names: Vec<_> = names.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    names.join(" et ")
}

//! Pages for everybody: find a workshop, register, read the confirmation.

mod carried;
mod confirmation;
mod full;
mod home;
mod invitation;
mod registration;
mod workshop;

use axum::Router;
use axum::routing::get;

use super::App;
use super::error::WebError;
use super::view::{Contact, Shell};
use crate::domain::id::StructureId;
use crate::service::find_structure;

/// `/`, `/i`, `/r`, `/ateliers`, `/inscriptions`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(home::home))
        .route("/i/{number}", get(invitation::invitation))
        .route("/r/{reference}", get(invitation::reference))
        .route("/ateliers/{slug}", get(workshop::workshop))
        .route("/ateliers/{slug}/inscription", get(registration::form).post(registration::submit))
        .route("/inscriptions/{id}", get(confirmation::confirmation))
}

/// The frame with the name and the number of this structure, or of the only one there is.
async fn shell(app: &App, structure: Option<StructureId>) -> Result<Shell, WebError> {
    let found = match structure {
        Some(id) => Some(find_structure::by_id(&app.store, id).await?),
        None => find_structure::only_one(&app.store).await?,
    };
    Ok(Shell::public(found.map(Contact::from)))
}

//! Pages for everybody: find a workshop, register, read the confirmation.

mod carried;
mod confirmation;
mod full;
mod home;
mod invitation;
mod joining;
mod registration;
mod workshop;

use axum::Router;
use axum::routing::get;

use super::App;

/// `/`, `/i`, `/r`, `/ateliers`, `/inscriptions`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(home::home).post(home::look_up))
        .route("/i/{number}", get(invitation::invitation))
        .route("/r/{reference}", get(invitation::reference))
        .route("/ateliers/{slug}", get(workshop::workshop))
        .route("/ateliers/{slug}/inscription", get(registration::form).post(registration::submit))
        .route("/inscriptions/{id}", get(confirmation::confirmation))
}

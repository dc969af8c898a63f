//! Pages for who answers the phone: log in, find a household, register its people, note what a caller reports, mark who
//! came.

mod attendance;
mod call;
mod cancel;
mod card;
mod login;
mod newcomer;
mod register;
mod registered;
mod report;

use axum::Router;
use axum::routing::{get, post};

use super::App;

/// `/connexion`, `/deconnexion`, `/accueil`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/connexion", get(login::form).post(login::log_in))
        .route("/deconnexion", post(login::log_out))
        .route("/accueil", get(call::call).post(call::call))
        .route("/accueil/nouveau", get(newcomer::newcomer))
        .route("/accueil/inscriptions", post(register::register))
        .route("/accueil/annuler", post(cancel::cancel))
        .route("/accueil/signaler", post(report::report))
        .route("/accueil/presences", get(attendance::list))
        .route("/accueil/presences/{slug}", get(attendance::sheet).post(attendance::mark))
        .route("/accueil/presences/{slug}/emargement.pdf", get(attendance::attendance_pdf))
        .route("/accueil/presences/{slug}/appel.pdf", get(attendance::calls_pdf))
}

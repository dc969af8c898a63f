//! Whom to write to: the form, its counts, the audiences that were saved, the draw.

mod counts;
mod draw;
mod form;
mod page;
mod saved;

use axum::Router;
use axum::routing::{get, post};

pub use saved::may_change;

use crate::web::App;

/// `/bureau/{campaign}/public`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/bureau/{campaign}/public", get(page::show_form))
        .route("/bureau/{campaign}/public/comptage", get(page::counts))
        .route("/bureau/{campaign}/public/enregistrer", post(saved::save))
        .route("/bureau/{campaign}/public/choisir", post(saved::choose))
        .route("/bureau/{campaign}/public/renommer", post(saved::rename))
        .route("/bureau/{campaign}/public/supprimer", post(saved::delete))
        .route("/bureau/{campaign}/public/tirer", get(draw::confirm).post(draw::draw))
}

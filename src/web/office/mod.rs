//! Pages for who runs campaigns.

mod channels;
mod home;
mod opposition_file;
mod oppositions;
mod returns;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use super::App;

/// `/bureau`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/bureau", get(home::home))
        .route("/bureau/oppositions", get(oppositions::oppositions))
        .route("/bureau/oppositions/numero", post(oppositions::by_number))
        .route("/bureau/oppositions/personne", post(oppositions::of_person))
        .route("/bureau/oppositions/doutes", post(oppositions::answer))
        .route(
            "/bureau/oppositions/fichier",
            post(opposition_file::upload).layer(DefaultBodyLimit::max(opposition_file::MOST_BYTES)),
        )
        .route("/bureau/oppositions/fichier/{file}", get(opposition_file::preview).post(opposition_file::decide))
        .route("/bureau/{campaign}/retours", get(returns::returns).post(returns::note))
        .route("/bureau/{campaign}/retours/annuler", post(returns::undo))
        .route("/bureau/{campaign}/retours/{file}", get(returns::for_the_fund))
        .route("/bureau/{campaign}/canaux", get(channels::channels))
        .route("/bureau/{campaign}/canaux.csv", get(channels::as_csv))
}

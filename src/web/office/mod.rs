//! Pages for who runs campaigns.

mod blind;
mod channels;
mod home;

use axum::Router;
use axum::routing::get;

use super::App;

/// `/bureau`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/bureau", get(home::home))
        .route("/bureau/{campaign}/canaux", get(channels::channels))
        .route("/bureau/{campaign}/canaux.csv", get(channels::as_csv))
        .merge(blind::routes())
}

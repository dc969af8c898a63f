//! Pages for who runs campaigns.

mod blind;
mod channels;
mod home;
mod lists;

use axum::Router;
use axum::routing::get;

use super::App;

/// `/bureau`.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(lists::routes())
        .route("/bureau", get(home::home))
        .route("/bureau/{campaign}/canaux", get(channels::channels))
        .route("/bureau/{campaign}/canaux.csv", get(channels::as_csv))
        .merge(blind::routes())
}

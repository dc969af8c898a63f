//! Pages for who runs campaigns.

mod audience;
mod channels;
mod fragility;
mod home;

use axum::Router;
use axum::routing::get;

use super::App;

/// `/bureau`.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(audience::routes())
        .merge(fragility::routes())
        .route("/bureau", get(home::home))
        .route("/bureau/{campaign}/canaux", get(channels::channels))
        .route("/bureau/{campaign}/canaux.csv", get(channels::as_csv))
}

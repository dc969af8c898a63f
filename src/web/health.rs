//! Liveness and readiness, for whoever watches over the service.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

use super::App;

/// `/sante`.
pub fn routes() -> Router<App> {
    Router::new().route("/sante", get(health))
}

async fn health(State(app): State<App>) -> Response {
    let (status, database) = match app.store.ping().await {
        Ok(()) => (StatusCode::OK, "ok"),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "unreachable")
        }
    };
    let body = json!({ "status": if status.is_success() { "ok" } else { "unavailable" }, "database": database });
    (status, [(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

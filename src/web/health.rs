//! Liveness and readiness, for whoever watches over the service.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use tokio::time::timeout;

use super::App;

/// How long the database may take: whoever watches gives up before the pool of connections would.
const PATIENCE: Duration = Duration::from_secs(2);

/// `/sante`.
pub fn routes() -> Router<App> {
    Router::new().route("/sante", get(health))
}

async fn health(State(app): State<App>) -> Response {
    let (status, database) = match timeout(PATIENCE, app.store.ping()).await {
        Ok(Ok(())) => (StatusCode::OK, "ok"),
        Ok(Err(error)) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "unreachable")
        }
        Err(_) => {
            tracing::error!("the database does not answer in time");
            (StatusCode::SERVICE_UNAVAILABLE, "slow")
        }
    };
    let body = json!({ "status": if status.is_success() { "ok" } else { "unavailable" }, "database": database });
    (status, [(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

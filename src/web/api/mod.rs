//! The JSON calls for other programs. Every refusal is a problem as RFC 9457 describes it, in French.

mod problem;
mod registrations;
mod workshops;

pub use problem::Problem;

use axum::Router;
use axum::routing::{get, post};

use super::App;

/// `/api/v1`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/v1/workshops", get(workshops::workshops))
        .route("/api/v1/registrations", post(registrations::register))
}

//! Problem details (RFC 9457).

use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::service::register::FieldError;

/// Why a call was refused. `title` and `detail` are French, for people; `status` and `errors[].field` are for programs.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    title: String,
    detail: String,
    errors: Vec<FieldError>,
}

impl Problem {
    /// What happened and what to do.
    pub fn new(status: StatusCode, title: &str, detail: &str) -> Self {
        Self { status, title: title.to_owned(), detail: detail.to_owned(), errors: Vec::new() }
    }

    /// Fields that must be mended.
    pub fn of_fields(errors: Vec<FieldError>) -> Self {
        let detail = errors.iter().map(|e| e.message.as_str()).collect::<Vec<_>>().join(" ");
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Des champs sont à corriger", &detail) }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = json!({
            "type": "about:blank", "status": self.status.as_u16(), "title": self.title, "detail": self.detail,
        });
        if !self.errors.is_empty() {
            let errors = self.errors.iter().map(|e| json!({ "field": e.field, "message": e.message }));
            body["errors"] = Value::Array(errors.collect());
        }
        let headers = [(CONTENT_TYPE, "application/problem+json"), (CACHE_CONTROL, "no-store")];
        (self.status, headers, body.to_string()).into_response()
    }
}

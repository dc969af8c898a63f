//! `POST /api/v1/registrations`.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use serde_json::{Map, Value, json};

use super::Problem;
use crate::domain::id::WorkshopId;
use crate::domain::registration::EntryMode;
use crate::service::list_workshops::{self, WorkshopSeats};
use crate::service::register::{self, FieldError, MOST_SEATS, RegisterError, Registered, Request};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::Client;

/// Registers one or two people. A full workshop puts them on the waiting list: a program cannot be asked back.
pub async fn register(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Response> {
    let fields = object(&headers, &body).map_err(IntoResponse::into_response)?;
    let (wanted, request) = request(&app, &fields).map_err(|e| Problem::of_fields(e).into_response())?;
    let found = workshop(&app, &wanted).await.map_err(IntoResponse::into_response)?;
    let found = found.ok_or_else(|| unknown_workshop().into_response())?;
    match register::register_at(&app.store, found.id, &request, Utc::now()).await {
        Ok(done) => Ok(answer(&done)),
        Err(error) => Err(refusal(error, &client)),
    }
}

fn answer(done: &Registered) -> Response {
    let registration = &done.registration;
    let mut body =
        json!({ "id": registration.id, "status": registration.status.code(), "seats": registration.seats() });
    if let Some(position) = done.position {
        body["position"] = position.into();
    }
    let status = if done.new { StatusCode::CREATED } else { StatusCode::OK };
    (status, [(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

fn refusal(error: RegisterError, client: &Client) -> Response {
    match error {
        RegisterError::Fields(errors) => {
            let wrong_number = errors.iter().any(|e| e.field == "invitation");
            let refused = if wrong_number { client.wrong_number() } else { Ok(()) };
            refused.map_or_else(IntoResponse::into_response, |()| Problem::of_fields(errors).into_response())
        }
        RegisterError::UnknownInvitation => {
            let errors = vec![wrong("invitation", "Aucune lettre ne porte ce numéro d’invitation.")];
            refusal(RegisterError::Fields(errors), client)
        }
        RegisterError::UnknownWorkshop => unknown_workshop().into_response(),
        RegisterError::Begun => {
            let detail = "On ne peut plus s’y inscrire. Choisissez un autre atelier.";
            Problem::new(StatusCode::CONFLICT, "Cet atelier a déjà commencé", detail).into_response()
        }
        // Every call agrees to wait.
        RegisterError::Full { .. } => WebError::internal("a call that may wait was refused a place").into_response(),
        RegisterError::Other(error) => WebError::from(error).into_response(),
    }
}

/// The body as an object.
fn object(headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, Problem> {
    let kind = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind != "application/json" && !(kind.starts_with("application/") && kind.ends_with("+json")) {
        let detail = "Envoyez l’inscription avec l’en-tête « Content-Type: application/json ».";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Ce n’est pas du JSON", detail));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(Problem::new(StatusCode::BAD_REQUEST, "Une inscription est un objet JSON", "Envoyez { … }.")),
        Err(error) => {
            let detail = format!("Erreur à la ligne {}, colonne {}.", error.line(), error.column());
            Err(Problem::new(StatusCode::BAD_REQUEST, "Le JSON est mal formé", &detail))
        }
    }
}

/// The workshop's name or identifier, and the request; or every field of the wrong kind.
fn request(app: &App, fields: &Map<String, Value>) -> Result<(String, Request), Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut text = |field: &'static str| match fields.get(field) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(_) => {
            errors.push(wrong(field, &format!("« {field} » doit être un texte.")));
            String::new()
        }
    };
    let (workshop, first, last) = (text("workshop"), text("first_name"), text("last_name"));
    let request = Request {
        entry: EntryMode::Api,
        people: vec![(first, last)],
        phone: text("phone"),
        email: text("email"),
        invitation: text("invitation"),
        reference: text("reference"),
        heard_from: text("heard_from"),
        household: None,
        may_wait: true,
        kept_days: app.config.participants_kept_days,
    };
    if workshop.is_empty() && errors.iter().all(|e| e.field != "workshop") {
        errors.push(wrong("workshop", "« workshop » doit être l’identifiant d’un atelier, ou son nom d’adresse."));
    }
    let seats = fields.get("seats").and_then(Value::as_u64).and_then(|seats| usize::try_from(seats).ok());
    match seats.filter(|seats| (1..=MOST_SEATS).contains(seats)) {
        Some(seats) if errors.is_empty() => {
            let mut people = request.people.clone();
            // Only the first person is named in the contract.
            people.resize(seats, (String::new(), String::new()));
            Ok((workshop, Request { people, ..request }))
        }
        Some(_) => Err(errors),
        None => {
            errors.push(wrong("seats", "« seats » doit être 1 ou 2. Pour un groupe, appelez-nous."));
            Err(errors)
        }
    }
}

async fn workshop(app: &App, wanted: &str) -> Result<Option<WorkshopSeats>, WebError> {
    Ok(match wanted.parse() {
        Ok(id) => list_workshops::by_id(&app.store, WorkshopId(id), Utc::now()).await?,
        Err(_) => list_workshops::by_slug(&app.store, wanted, Utc::now()).await?,
    })
}

fn unknown_workshop() -> Problem {
    let detail = "Les ateliers ouverts sont donnés par GET /api/v1/workshops.";
    Problem::new(StatusCode::NOT_FOUND, "Cet atelier n’existe pas", detail)
}

fn wrong(field: &'static str, message: &str) -> FieldError {
    FieldError { field, message: message.to_owned() }
}

//! What people read when something fails. The policy: every error page says in French what happened, what to do and whom
//! to call; the log has the rest. Whatever fails gives a [`WebError`] or a bare status; [`explain`] makes the page of
//! both, since only there whom to call can be looked up. Under `/api` it makes problem details.

use axum::extract::{OriginalUri, Request, State};
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::App;
use super::api::Problem;
use super::page::{Page, show};
use super::throttle::Wait;
use super::view::{Shell, counted};
use super::whom_to_call::whom_to_call;
use crate::domain::id::StructureId;
use crate::service;

/// A failure, as the person who meets it reads it.
#[derive(Debug, Clone)]
pub struct WebError {
    status: StatusCode,
    what_happened: String,
    what_to_do: String,
    structure: Option<StructureId>,
    retry_after_secs: Option<u64>,
}

impl WebError {
    /// What happened and what to do, in French.
    pub fn new(status: StatusCode, what_happened: impl Into<String>, what_to_do: impl Into<String>) -> Self {
        Self {
            status,
            what_happened: what_happened.into(),
            what_to_do: what_to_do.into(),
            structure: None,
            retry_after_secs: None,
        }
    }

    /// Nothing is at this address.
    pub fn no_such_page() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "Cette page n’existe pas",
            "Vérifiez l’adresse, ou cherchez votre atelier dans la liste.",
        )
    }

    /// No workshop bears this name.
    pub fn no_such_workshop() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "Cet atelier n’existe pas",
            "L’adresse est peut-être incomplète. Choisissez votre atelier dans la liste.",
        )
    }

    /// Too many wrong numbers came from this address.
    pub fn too_many_numbers(wait: Wait) -> Self {
        let instead = "Vous pouvez aussi vous inscrire sans numéro, ou nous appeler.";
        Self::too_many("Trop d’essais avec un numéro inconnu", wait, instead)
    }

    /// Too many wrong passwords came from this address.
    pub fn too_many_passwords(wait: Wait) -> Self {
        let instead = "Si vous avez perdu le mot de passe, demandez-en un autre à votre coordination.";
        Self::too_many("Trop d’essais avec un mot de passe faux", wait, instead)
    }

    fn too_many(what_happened: &str, Wait(left): Wait, instead: &str) -> Self {
        let minutes = counted(left.as_secs().div_ceil(60).max(1), "", "minute", "minutes");
        Self {
            retry_after_secs: Some(left.as_secs().max(1)),
            ..Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                what_happened,
                format!("Attendez {minutes} et recommencez. {instead}"),
            )
        }
    }

    /// A defect of ours: the text goes to the log, never to the page.
    pub fn internal(cause: &str) -> Self {
        tracing::error!(cause, "a page failed");
        Self::of_status(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// With the phone number of this structure.
    pub fn of_structure(self, structure: StructureId) -> Self {
        Self { structure: Some(structure), ..self }
    }

    fn of_status(status: StatusCode) -> Self {
        let (what_happened, what_to_do) = match status {
            StatusCode::NOT_FOUND => return Self::no_such_page(),
            StatusCode::FORBIDDEN => (
                "Ce formulaire ne vient pas de notre site",
                "Par prudence, il n’a pas été pris en compte. Rouvrez la page et recommencez.",
            ),
            StatusCode::METHOD_NOT_ALLOWED => ("Cette page ne s’ouvre pas ainsi", "Revenez en arrière et recommencez."),
            StatusCode::PAYLOAD_TOO_LARGE => ("Le formulaire est trop long", "Raccourcissez vos réponses."),
            s if s.is_client_error() => {
                ("La demande n’a pas pu être lue", "Revenez en arrière et recommencez. Vérifiez l’adresse.")
            }
            _ => (
                "Une panne nous empêche de répondre",
                "Ce n’est pas votre faute. Réessayez dans quelques minutes, ou appelez-nous.",
            ),
        };
        Self::new(status, what_happened, what_to_do)
    }
}

impl From<service::Error> for WebError {
    fn from(error: service::Error) -> Self {
        match error {
            service::Error::Refused(message) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Ce n’est pas possible", message)
            }
            service::Error::NotFound(message) => Self::new(StatusCode::NOT_FOUND, "Ce n’est pas ici", message),
            other => Self::internal(&other.to_string()),
        }
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What the router answers where nothing is.
pub async fn no_such_page() -> WebError {
    WebError::no_such_page()
}

/// Makes a page, or problem details, of every answer that only says that something failed.
pub async fn explain(State(app): State<App>, OriginalUri(uri): OriginalUri, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let explained =
        response.headers().get(CONTENT_TYPE).is_some_and(|kind| !kind.as_bytes().starts_with(b"text/plain"));
    if explained || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let error = response.extensions().get::<WebError>().cloned().unwrap_or_else(|| WebError::of_status(status));
    let mut answer = if uri.path().starts_with("/api/") {
        Problem::new(status, &error.what_happened, &error.what_to_do).into_response()
    } else {
        page(&app, &error).await
    };
    if let Some(seconds) = error.retry_after_secs {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(allowed) = response.headers().get(ALLOW) {
        answer.headers_mut().insert(ALLOW, allowed.clone());
    }
    answer
}

#[derive(Serialize)]
struct ErrorPage<'a> {
    what_to_do: &'a str,
    /// The frame tells whom to call.
    called: bool,
    #[serde(skip)]
    error: &'a WebError,
}

impl Page for ErrorPage<'_> {
    const TEMPLATE: &'static str = "error";

    fn title(&self) -> String {
        self.error.what_happened.clone()
    }

    fn status(&self) -> StatusCode {
        self.error.status
    }
}

async fn page(app: &App, error: &WebError) -> Response {
    // Where the database is the trouble, the page does without the number.
    let contacts = whom_to_call(app, error.structure).await.unwrap_or_default();
    let page = ErrorPage { what_to_do: &error.what_to_do, called: !contacts.is_empty(), error };
    show(&page, &Shell::public(contacts)).unwrap_or_else(|_| error.status.into_response())
}

//! Who is logged in. A handler of the desk or of the office takes one of these, and with it the structure to which all
//! that it may see belongs.

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use chrono::Utc;

use crate::domain::id::StructureId;
use crate::service::log_in::{self, User};
use crate::web::App;
use crate::web::error::WebError;

/// The cookie that holds the session's token.
pub const COOKIE: &str = "allervers_session";

/// Somebody who may see and register people, and their structure.
pub struct Desk {
    /// The structure: every query takes it.
    pub scope: StructureId,
    /// The account.
    pub user: User,
}

/// Somebody who may see campaigns and their figures, and their structure.
pub struct Office {
    /// The structure: every query takes it.
    pub scope: StructureId,
    /// The account.
    pub user: User,
}

/// Somebody who runs campaigns and may see the people in them, and their structure.
pub struct Coordinator {
    /// The structure: every query takes it.
    pub scope: StructureId,
    /// The account.
    pub user: User,
}

impl FromRequestParts<App> for Coordinator {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Office { scope, user } = Office::from_request_parts(parts, app).await?;
        if !user.role.sees_people() {
            let what_to_do = "Votre compte voit les chiffres, pas les personnes. Demandez à la coordination.";
            return Err(not_for_you(what_to_do).into_response());
        }
        Ok(Self { scope, user })
    }
}

impl FromRequestParts<App> for Desk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let user = logged_in(parts, app).await?;
        if !user.role.sees_people() {
            return Err(
                not_for_you("Votre compte voit les chiffres, pas les personnes. Ouvrez le bureau.").into_response()
            );
        }
        Ok(Self { scope: user.structure, user })
    }
}

impl FromRequestParts<App> for Office {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let user = logged_in(parts, app).await?;
        if !user.role.sees_campaigns() {
            let what_to_do =
                "Votre compte est celui de l’accueil. Demandez un compte de coordination à votre structure.";
            return Err(not_for_you(what_to_do).into_response());
        }
        Ok(Self { scope: user.structure, user })
    }
}

/// The user of the session's cookie, if there is one.
pub async fn session_of(jar: &CookieJar, app: &App) -> Result<Option<User>, WebError> {
    match jar.get(COOKIE) {
        Some(token) => Ok(log_in::user_of(&app.store, token.value(), Utc::now()).await?),
        None => Ok(None),
    }
}

/// The user, or the way to the login and back.
async fn logged_in(parts: &Parts, app: &App) -> Result<User, Response> {
    let jar = CookieJar::from_headers(&parts.headers);
    if let Some(user) = session_of(&jar, app).await.map_err(IntoResponse::into_response)? {
        return Ok(user);
    }
    // Only the path: a query of the desk names people.
    let path = parts.extensions.get::<OriginalUri>().map_or(parts.uri.path(), |OriginalUri(uri)| uri.path());
    let back = if parts.method == Method::GET { format!("?suite={path}") } else { String::new() };
    Err(Redirect::to(&format!("/connexion{back}")).into_response())
}

fn not_for_you(what_to_do: &str) -> WebError {
    WebError::new(StatusCode::FORBIDDEN, "Cette page n’est pas ouverte à votre compte", what_to_do)
}

//! Log in and out.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use chrono::Utc;
use serde::Serialize;

use crate::domain::user::Role;
use crate::service::log_in;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{COOKIE, Client, Fields, session_of};
use crate::web::page::{Page, show};
use crate::web::whom_to_call::shell;

#[derive(Serialize)]
struct LoginPage {
    email: String,
    back: String,
    refused: bool,
}

impl Page for LoginPage {
    const TEMPLATE: &'static str = "desk/login";

    fn title(&self) -> String {
        "Qui êtes-vous ?".to_owned()
    }

    fn status(&self) -> StatusCode {
        if self.refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
    }
}

/// `GET /connexion?suite=/accueil`
pub async fn form(State(app): State<App>, jar: CookieJar, fields: Fields) -> Result<Response, WebError> {
    if let Some(user) = session_of(&jar, &app).await? {
        return Ok(Redirect::to(&landing(fields.get("suite"), user.role)).into_response());
    }
    let page = LoginPage { email: String::new(), back: fields.get("suite").to_owned(), refused: false };
    show(&page, &shell(&app, None).await?)
}

/// `POST /connexion`
pub async fn log_in(
    State(app): State<App>,
    client: Client,
    jar: CookieJar,
    fields: Fields,
) -> Result<Response, WebError> {
    let (email, back) = (fields.get("email"), fields.get("suite"));
    let counted = client.begin_login(email)?;
    let hours = app.config.session_hours;
    let token = log_in::log_in(&app.store, email, fields.get("password"), hours, Utc::now()).await?;
    let Some(token) = token else {
        let page = LoginPage { email: email.to_owned(), back: back.to_owned(), refused: true };
        return show(&page, &shell(&app, None).await?);
    };
    client.logged_in(counted);
    let user = log_in::user_of(&app.store, &token, Utc::now()).await?;
    let role = user.map_or(Role::Desk, |user| user.role);
    let secure = client.needs_https().await?;
    Ok((jar.add(cookie(token, secure)), Redirect::to(&landing(back, role))).into_response())
}

/// `POST /deconnexion`
pub async fn log_out(State(app): State<App>, jar: CookieJar) -> Result<Response, WebError> {
    if let Some(token) = jar.get(COOKIE) {
        log_in::log_out(&app.store, token.value(), Utc::now()).await?;
    }
    Ok((jar.remove(Cookie::build(COOKIE).path("/")), Redirect::to("/connexion")).into_response())
}

fn cookie(token: String, secure: bool) -> Cookie<'static> {
    Cookie::build((COOKIE, token)).path("/").http_only(true).same_site(SameSite::Lax).secure(secure).build()
}

/// Where to go after the login: back to a page of this site, or to the room of the role.
fn landing(back: &str, role: Role) -> String {
    let ours = back.starts_with('/') && !back.starts_with("//") && !back.contains(['\\', '\r', '\n']);
    match role {
        _ if ours => back.to_owned(),
        Role::Hub | Role::Coordinator => "/bureau".to_owned(),
        Role::Desk => "/accueil".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for elsewhere in ["https://exemple.fr", "//exemple.fr", "/\\exemple.fr", "", "accueil"] {
            assert_eq!(landing(elsewhere, Role::Desk), "/accueil");
        }
        assert_eq!(landing("/accueil/presences", Role::Hub), "/accueil/presences");
        assert_eq!(landing("", Role::Hub), "/bureau");
    }
}

//! The addresses on paper: a letter's number, a poster's reference.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use serde::Serialize;

use super::carried::{Carried, recognise};
use crate::domain::Invalid;
use crate::domain::number::Reference;
use crate::service::list_workshops;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::Client;
use crate::web::page::{Page, show};
use crate::web::view::WorkshopView;
use crate::web::whom_to_call::shell;

/// Never says who holds the number, nor how many they are.
#[derive(Serialize)]
struct InvitationPage {
    carried: Carried,
    workshops: Vec<WorkshopView>,
}

impl Page for InvitationPage {
    const TEMPLATE: &'static str = "public/invitation";

    fn title(&self) -> String {
        "Quel atelier vous convient ?".to_owned()
    }
}

/// A number nobody has: why, and the field to type it again.
#[derive(Serialize)]
struct UnknownNumberPage {
    typed: String,
    problem: String,
}

impl Page for UnknownNumberPage {
    const TEMPLATE: &'static str = "public/unknown_number";

    fn title(&self) -> String {
        "Ce numéro n’est pas reconnu".to_owned()
    }

    fn status(&self) -> StatusCode {
        StatusCode::NOT_FOUND
    }
}

/// `/i/48271536`
pub async fn invitation(
    State(app): State<App>,
    client: Client,
    Path(typed): Path<String>,
) -> Result<Response, WebError> {
    match recognise(&app, &client, &typed).await? {
        Ok((number, structure)) => {
            let workshops = list_workshops::for_invitation(&app.store, number, Utc::now()).await?.unwrap_or_default();
            let page = InvitationPage {
                carried: Carried::with_invitation(number),
                workshops: workshops.iter().map(WorkshopView::from).collect(),
            };
            show(&page, &shell(&app, Some(structure)).await?)
        }
        Err(problem) => show(&UnknownNumberPage { typed, problem }, &shell(&app, None).await?),
    }
}

/// `/r/2143`
pub async fn reference(State(app): State<App>, Path(typed): Path<String>) -> Result<Response, WebError> {
    let problem = match Reference::parse(&typed) {
        Err(Invalid(message)) => message,
        Ok(reference) => match list_workshops::by_reference(&app.store, reference, Utc::now()).await? {
            Some(found) => {
                let query = Carried::with_reference(reference);
                let address = format!("/ateliers/{}{}", found.workshop.slug, query.query());
                return Ok(Redirect::to(&address).into_response());
            }
            None => format!("Aucun de nos documents ne porte la référence {reference}."),
        },
    };
    show(&UnknownNumberPage { typed: String::new(), problem }, &shell(&app, None).await?)
}

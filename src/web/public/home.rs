//! The workshops, near a commune where one is given.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use serde::Serialize;

use super::carried::Carried;
use crate::domain::Invalid;
use crate::domain::number::{InvitationNumber, Reference};
use crate::service::list_workshops;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Client, Fields};
use crate::web::page::{Cache, Page, show};
use crate::web::view::{WorkshopView, encoded};
use crate::web::whom_to_call::shell;

#[derive(Default, Serialize)]
struct HomePage {
    typed: String,
    /// The commune that was understood.
    near: Option<String>,
    /// What could not be understood, and what to do.
    problem: Option<String>,
    carried: Carried,
    workshops: Vec<WorkshopView>,
}

impl Page for HomePage {
    const TEMPLATE: &'static str = "public/home";
    const CACHE: Cache = Cache::Ask;

    fn title(&self) -> String {
        match &self.near {
            Some(near) => format!("Quels ateliers près de {near} ?"),
            None => "Quel atelier numérique près de chez vous ?".to_owned(),
        }
    }
}

/// `GET /?q=Langogne`
pub async fn home(State(app): State<App>, client: Client, fields: Fields) -> Result<Response, WebError> {
    answer(&app, &client, fields.get("q"), Answered::Here).await
}

/// `POST /`: what the field holds may be anything. Only a commune or a well-formed number gets into an address.
pub async fn look_up(State(app): State<App>, client: Client, fields: Fields) -> Result<Response, WebError> {
    answer(&app, &client, fields.get("q"), Answered::AtAnAddress).await
}

/// Where a commune's workshops are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answered {
    Here,
    AtAnAddress,
}

async fn answer(app: &App, client: &Client, typed: &str, answered: Answered) -> Result<Response, WebError> {
    let lead_to = |address: String| Ok(Redirect::to(&address).into_response());
    let mut workshops = list_workshops::upcoming(&app.store, Utc::now()).await?;
    let mut page = HomePage { typed: typed.to_owned(), ..HomePage::default() };
    match meaning(typed) {
        Meaning::Nothing => {}
        Meaning::Reference(reference) => return lead_to(format!("/r/{reference}")),
        Meaning::Invitation(Ok(number)) => return lead_to(format!("/i/{}", number.digits())),
        Meaning::Invitation(Err(Invalid(message))) => {
            client.wrong_number()?;
            page.problem = Some(message);
        }
        Meaning::Place => match list_workshops::commune_of(typed, &workshops) {
            Some(_) if answered == Answered::AtAnAddress => return lead_to(format!("/?q={}", encoded(typed))),
            Some(commune) => {
                list_workshops::nearest_first(&mut workshops, commune.code);
                page.near = Some(commune.name.clone());
            }
            None => {
                page.problem = Some(format!(
                    "Nous ne connaissons pas de commune « {typed} ». Vérifiez l’orthographe, ou tapez le code postal."
                ));
            }
        },
    }
    page.workshops = workshops.iter().map(WorkshopView::from).collect();
    show(&page, &shell(app, None).await?)
}

/// What the one field may hold.
enum Meaning {
    Nothing,
    Place,
    Invitation(Result<InvitationNumber, Invalid>),
    Reference(Reference),
}

fn meaning(typed: &str) -> Meaning {
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    let letters = typed.chars().any(char::is_alphabetic);
    match digits {
        _ if typed.is_empty() => Meaning::Nothing,
        6.. if !letters => Meaning::Invitation(InvitationNumber::parse(typed)),
        4 => Reference::parse(typed).map_or(Meaning::Place, Meaning::Reference),
        _ => Meaning::Place,
    }
}

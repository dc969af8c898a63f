//! The workshops, near a commune where one is given.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use serde::Serialize;

use super::carried::Carried;
use super::shell;
use crate::domain::Invalid;
use crate::domain::number::{InvitationNumber, Reference};
use crate::service::list_workshops;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Client, Fields};
use crate::web::page::{Cache, Page, show};
use crate::web::view::WorkshopView;

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

/// `/?q=Langogne`
pub async fn home(State(app): State<App>, client: Client, fields: Fields) -> Result<Response, WebError> {
    let typed = fields.get("q");
    let problem = match meaning(typed) {
        Meaning::Invitation(Ok(number)) => return Ok(Redirect::to(&format!("/i/{}", number.digits())).into_response()),
        Meaning::Invitation(Err(Invalid(message))) => {
            client.may_try()?;
            client.failed();
            Some(message)
        }
        Meaning::Reference(reference) => return Ok(Redirect::to(&format!("/r/{reference}")).into_response()),
        Meaning::Place | Meaning::Nothing => None,
    };
    let mut workshops = list_workshops::upcoming(&app.store, Utc::now()).await?;
    let mut page = HomePage { typed: typed.to_owned(), problem, ..HomePage::default() };
    if matches!(meaning(typed), Meaning::Place) {
        match list_workshops::commune_of(typed, &workshops) {
            Some(commune) => {
                list_workshops::nearest_first(&mut workshops, commune.code);
                page.near = Some(commune.name.clone());
            }
            None => {
                page.problem = Some(format!(
                    "Nous ne connaissons pas de commune « {typed} ». Vérifiez l’orthographe, ou tapez le code postal."
                ));
            }
        }
    }
    page.workshops = workshops.iter().map(WorkshopView::from).collect();
    show(&page, &shell(&app, None).await?)
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

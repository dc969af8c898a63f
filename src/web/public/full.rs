//! Not enough seats: what is left, and three ways on. What was typed goes with each.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::registration::people;
use crate::service::list_workshops::WorkshopSeats;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::Fields;
use crate::web::page::{Page, show};
use crate::web::view::WorkshopView;
use crate::web::whom_to_call::shell;

/// What the form held, to be sent again unseen.
const KEPT: [&str; 10] = [
    "first_name",
    "last_name",
    "companion_first_name",
    "companion_last_name",
    "phone",
    "email",
    "invitation",
    "reference",
    "heard_from",
    "portee",
];

#[derive(Serialize)]
struct FullPage {
    workshop: WorkshopView,
    two: bool,
    /// One seat is left for two people.
    one_left: bool,
    first: String,
    kept: Vec<Kept>,
}

#[derive(Serialize)]
struct Kept {
    name: &'static str,
    value: String,
}

impl Page for FullPage {
    const TEMPLATE: &'static str = "public/full";

    fn title(&self) -> String {
        let title = if self.one_left { "Il ne reste qu’une place" } else { "Cet atelier vient d’être complet" };
        title.to_owned()
    }

    fn status(&self) -> StatusCode {
        StatusCode::CONFLICT
    }
}

/// The answer to a registration that found too few seats.
pub async fn page(app: &App, found: &WorkshopSeats, seats_left: u32, fields: &Fields) -> Result<Response, WebError> {
    let two = people(fields) == 2;
    let page = FullPage {
        workshop: WorkshopView::from(found),
        two,
        one_left: two && seats_left == 1,
        first: format!("{} {}", fields.get("first_name"), fields.get("last_name")),
        kept: KEPT.map(|name| Kept { name, value: fields.get(name).to_owned() }).into(),
    };
    show(&page, &shell(app, Some(found.structure)).await?)
}

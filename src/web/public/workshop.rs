//! One workshop: when, where, at what price, and how many will come.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use serde::Serialize;

use super::carried::Carried;
use super::joining::Joining;
use crate::service::list_workshops::{self, WorkshopSeats};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::page::{Cache, Page, show};
use crate::web::view::WorkshopView;
use crate::web::whom_to_call::shell;

#[derive(Serialize)]
struct WorkshopPage {
    workshop: WorkshopView,
    carried: Carried,
}

impl Page for WorkshopPage {
    const TEMPLATE: &'static str = "public/workshop";
    const CACHE: Cache = Cache::Ask;

    fn title(&self) -> String {
        self.workshop.topic().to_owned()
    }
}

/// The workshop has begun: what else there is.
#[derive(Serialize)]
struct BegunPage {
    workshop: WorkshopView,
    carried: Carried,
    workshops: Vec<WorkshopView>,
}

impl Page for BegunPage {
    const TEMPLATE: &'static str = "public/begun";
    const CACHE: Cache = Cache::Ask;

    fn title(&self) -> String {
        "Cet atelier a déjà commencé".to_owned()
    }

    fn status(&self) -> StatusCode {
        StatusCode::GONE
    }
}

/// `/ateliers/tablette-langogne?i=48271536&r=2143`
pub async fn workshop(State(app): State<App>, Joining { found, carried, .. }: Joining) -> Result<Response, WebError> {
    let page = WorkshopPage { workshop: WorkshopView::from(&found), carried };
    show(&page, &shell(&app, Some(found.structure)).await?)
}

/// The workshop with this slug, or the page that says there is none.
pub async fn find(app: &App, slug: &str) -> Result<WorkshopSeats, WebError> {
    list_workshops::by_slug(&app.store, slug, Utc::now()).await?.ok_or_else(WebError::no_such_workshop)
}

/// The answer where nobody can join any more, with the others that can be.
pub async fn begun(app: &App, found: &WorkshopSeats, carried: Carried) -> Result<Response, WebError> {
    let mut others = list_workshops::of_structure(&app.store, found.structure, Utc::now()).await?;
    others.retain(|w| !w.begun);
    list_workshops::nearest_first(&mut others, found.workshop.venue.commune);
    let workshop = WorkshopView::from(found);
    let page = BegunPage { workshop, carried, workshops: others.iter().map(WorkshopView::from).collect() };
    show(&page, &shell(app, Some(found.structure)).await?)
}

//! Who came to which session: a sheet a session, the call list beside it, the waiting list below.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use serde::Serialize;

use crate::domain::calendar;
use crate::domain::id::{ParticipantId, SessionId};
use crate::domain::registration::Status;
use crate::domain::workshop::Session;
use crate::service::make_sheet::{self, names, reach};
use crate::service::mark_attendance::{self, AttendanceSheet};
use crate::service::{find_household, list_workshops, local};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Desk, Fields};
use crate::web::page::{Page, file, show};
use crate::web::view::{Room, Shell, WorkshopView, counted};

#[derive(Serialize)]
struct WorkshopsPage {
    workshops: Vec<WorkshopView>,
}

impl Page for WorkshopsPage {
    const TEMPLATE: &'static str = "desk/workshops";

    fn title(&self) -> String {
        "Pour quel atelier ?".to_owned()
    }
}

#[derive(Serialize)]
struct SheetPage {
    workshop: WorkshopView,
    /// From 1.
    session: usize,
    sessions: usize,
    day: String,
    hour: String,
    previous: Option<usize>,
    next: Option<usize>,
    rows: Vec<SheetRow>,
    /// « 7 présents sur 9 », once noted.
    noted: Option<String>,
    just_noted: bool,
    /// The day has not come: nobody is marked.
    to_come: bool,
    waiting: Vec<WaitingRow>,
}

#[derive(Serialize)]
struct SheetRow {
    id: ParticipantId,
    name: String,
    phone: String,
    present: bool,
    /// Other sessions they came to.
    came: usize,
}

#[derive(Serialize)]
struct WaitingRow {
    place: usize,
    names: String,
    phone: String,
}

impl Page for SheetPage {
    const TEMPLATE: &'static str = "desk/sheet";

    fn title(&self) -> String {
        if self.to_come { format!("Qui est attendu {} ?", self.day) } else { format!("Qui est venu {} ?", self.day) }
    }
}

/// `GET /accueil/presences`
pub async fn list(State(app): State<App>, desk: Desk) -> Result<Response, WebError> {
    let workshops = list_workshops::of_structure(&app.store, desk.scope, Utc::now()).await?;
    let page = WorkshopsPage { workshops: workshops.iter().map(WorkshopView::from).collect() };
    show(&page, &Shell::staff(&desk.user, Room::Attendance))
}

/// `GET /accueil/presences/tablette-langogne?seance=3`
pub async fn sheet(
    State(app): State<App>,
    desk: Desk,
    Path(slug): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let sheet = mark_attendance::sheet(&app.store, desk.scope, &slug).await?;
    let at = match fields.get("seance") {
        "" => the_one_of_today(&sheet.workshop.workshop.sessions),
        typed => position(typed, sheet.workshop.session_ids.len())?,
    };
    let waiting = waiting(&app, &desk, &sheet).await?;
    let page = page(&sheet, at, fields.get("fait") == "note", waiting);
    show(&page, &Shell::staff(&desk.user, Room::Attendance))
}

/// `POST` of the same address: `seance`, and `present` for everybody who came.
pub async fn mark(
    State(app): State<App>,
    desk: Desk,
    Path(slug): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let at = position(fields.get("seance"), usize::MAX)?;
    let present: Vec<_> = fields.all("present").filter_map(|id| id.parse().ok().map(ParticipantId)).collect();
    mark_attendance::mark(&app.store, desk.scope, &slug, at, &present, Utc::now()).await?;
    Ok(Redirect::to(&format!("/accueil/presences/{slug}?seance={}&fait=note", at + 1)).into_response())
}

/// `GET /accueil/presences/tablette-langogne/emargement.pdf`: made on the spot, never kept.
pub async fn attendance_pdf(
    State(app): State<App>,
    desk: Desk,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let pdf = make_sheet::attendance(&app.store, desk.scope, &slug).await?;
    Ok(file("application/pdf", &format!("emargement-{slug}.pdf"), pdf))
}

/// `GET /accueil/presences/tablette-langogne/appel.pdf?seance=3`: made on the spot, never kept.
pub async fn calls_pdf(
    State(app): State<App>,
    desk: Desk,
    Path(slug): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let at = position(fields.get("seance"), usize::MAX)?;
    let pdf = make_sheet::calls(&app.store, desk.scope, &slug, at).await?;
    Ok(file("application/pdf", &format!("appel-{slug}-{}.pdf", at + 1), pdf))
}

/// A session's place from 0, of what stands in an address from 1.
fn position(typed: &str, sessions: usize) -> Result<usize, WebError> {
    let number: Option<usize> = typed.parse().ok();
    number.filter(|n| (1..=sessions).contains(n)).map(|n| n - 1).ok_or_else(|| {
        WebError::new(
            StatusCode::NOT_FOUND,
            "Cette séance n’existe pas",
            "Choisissez l’atelier dans la liste des présences.",
        )
    })
}

/// The session that is being held or was held last; before the first, the first.
fn the_one_of_today(sessions: &[Session]) -> usize {
    let now = local(Utc::now());
    sessions.iter().rposition(|s| s.starts.date() <= now.date()).unwrap_or(0)
}

fn page(sheet: &AttendanceSheet, at: usize, just_noted: bool, waiting: Vec<WaitingRow>) -> SheetPage {
    let workshop = &sheet.workshop.workshop;
    let (session, id) = (&workshop.sessions[at], sheet.workshop.session_ids[at]);
    let came = |person, session: SessionId| sheet.noted.get(&(person, session)).copied();
    let rows: Vec<_> = sheet
        .seated
        .iter()
        .flat_map(|r| r.participants.iter().zip(names(r)).map(move |(person, name)| (r, person, name)))
        .map(|(registration, person, name)| SheetRow {
            id: person.id,
            name,
            phone: reach(registration),
            present: came(person.id, id) == Some(true),
            came: sheet.workshop.session_ids.iter().filter(|s| **s != id && came(person.id, **s) == Some(true)).count(),
        })
        .collect();
    let is_noted = sheet.noted.keys().any(|(_, noted)| *noted == id);
    let present = rows.iter().map(|r| u32::from(r.present)).sum::<u32>();
    SheetPage {
        workshop: WorkshopView::from(workshop),
        session: at + 1,
        sessions: workshop.sessions.len(),
        day: calendar::day_month(session.starts.date()),
        hour: calendar::hour(session.starts.time()),
        previous: (at > 0).then_some(at),
        next: (at + 1 < workshop.sessions.len()).then_some(at + 2),
        noted: is_noted.then(|| match present {
            0 => "aucun présent".to_owned(),
            _ => format!("{} sur {}", counted(present, "", "présent", "présents"), rows.len()),
        }),
        rows,
        just_noted,
        to_come: session.starts.date() > local(Utc::now()).date(),
        waiting,
    }
}

async fn waiting(app: &App, desk: &Desk, sheet: &AttendanceSheet) -> Result<Vec<WaitingRow>, WebError> {
    let all = find_household::registrations_at(&app.store, desk.scope, sheet.workshop.id).await?;
    let waiting = all.into_iter().filter(|r| r.status == Status::Waiting);
    let rows = (1..).zip(waiting).map(|(place, registration)| WaitingRow {
        place,
        names: names(&registration).collect::<Vec<_>>().join(" et "),
        phone: reach(&registration),
    });
    Ok(rows.collect())
}

//! Who comes: one question a line, and the registration.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use serde::Serialize;

use super::carried::Carried;
use super::full;
use super::joining::Joining;
use super::workshop::{begun, find};
use crate::domain::registration::EntryMode;
use crate::service::list_workshops::WorkshopSeats;
use crate::service::register::{self, FieldError, RegisterError, Request};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Client, Fields};
use crate::web::field::Field;
use crate::web::page::{Page, show};
use crate::web::questions::{Questions, Wording};
use crate::web::view::counted;
use crate::web::whom_to_call::shell;

#[derive(Serialize)]
struct RegistrationPage {
    #[serde(flatten)]
    questions: Questions,
    carried: Carried,
    people: u32,
    /// Asked for where no number was carried here.
    invitation: Option<Field>,
    /// « 365 jours ».
    kept: String,
    button: &'static str,
}

impl Page for RegistrationPage {
    const TEMPLATE: &'static str = "public/registration";

    fn title(&self) -> String {
        "Qui vient ?".to_owned()
    }

    fn status(&self) -> StatusCode {
        if self.questions.mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
    }
}

/// `GET /ateliers/tablette-langogne/inscription?personnes=2&i=48271536`
pub async fn form(State(app): State<App>, Joining { found, carried, fields }: Joining) -> Result<Response, WebError> {
    let page = page(&app, &found, &fields, carried, &[]);
    show(&page, &shell(&app, Some(found.structure)).await?)
}

/// `POST` of the same address.
pub async fn submit(
    State(app): State<App>,
    client: Client,
    Path(slug): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let found = find(&app, &slug).await?;
    let request = request(&app, &fields);
    let errors = match register::register_at(&app.store, found.id, &request, Utc::now()).await {
        Ok(done) => {
            let more = people(&fields) > done.registration.seats();
            let again = match (done.new, more) {
                (true, _) => "",
                (false, false) => "?deja=oui",
                (false, true) => "?deja=oui&a_deux=oui",
            };
            return Ok(Redirect::to(&format!("/inscriptions/{}{again}", done.registration.id)).into_response());
        }
        Err(RegisterError::Fields(errors)) => errors,
        Err(RegisterError::UnknownInvitation) => {
            let message =
                "Aucune de nos lettres ne porte ce numéro. Relisez-le, ou laissez ce champ vide : votre nom suffit.";
            vec![FieldError { field: "invitation", message: message.to_owned() }]
        }
        Err(RegisterError::UnknownWorkshop) => return Err(WebError::no_such_workshop()),
        Err(RegisterError::Begun) => return begun(&app, &found, Carried::default()).await,
        Err(RegisterError::Full { seats_left }) => return full::page(&app, &found, seats_left, &fields).await,
        Err(RegisterError::Other(error)) => return Err(WebError::from(error).of_structure(found.structure)),
    };
    // A hidden number is carried on only where it is right; otherwise its field is shown.
    let wrong_number = errors.iter().any(|e| e.field == "invitation");
    if wrong_number {
        client.wrong_number()?;
    }
    let hidden = fields.get("portee") == "oui" && !wrong_number;
    let carried = Carried::typed(&fields, hidden);
    show(&page(&app, &found, &fields, carried, &errors), &shell(&app, Some(found.structure)).await?)
}

/// How many come: one unless two is said.
pub fn people(fields: &Fields) -> u32 {
    if fields.get("personnes") == "2" { 2 } else { 1 }
}

fn page(
    app: &App,
    found: &WorkshopSeats,
    fields: &Fields,
    carried: Carried,
    errors: &[FieldError],
) -> RegistrationPage {
    let people = people(fields);
    let asked = Wording {
        first: [Field::text("first_name", "Prénom", "given-name"), Field::text("last_name", "Nom", "family-name")],
        second: (people == 2).then(Field::companion),
        reach: [
            Field::phone("Téléphone").hint("Pour vous prévenir d’un changement."),
            Field::email("Adresse électronique"),
        ],
        unknown: "Je ne sais plus",
    };
    let questions = Questions::new(found, people, asked, fields, errors);
    RegistrationPage {
        people,
        invitation: (!carried.has_invitation()).then(|| Field::invitation().filled(fields, errors)),
        kept: counted(app.config.participants_kept_days, "aussitôt", "jour", "jours"),
        button: match (people, questions.waits) {
            (1, false) => "M’inscrire",
            (_, false) => "Inscrire 2 personnes",
            (1, true) => "M’inscrire sur la liste d’attente",
            (_, true) => "Inscrire 2 personnes sur la liste d’attente",
        },
        questions,
        carried,
    }
}

fn request(app: &App, fields: &Fields) -> Request {
    let text = |name| fields.get(name).to_owned();
    let mut people_typed = vec![(text("first_name"), text("last_name"))];
    if people(fields) == 2 {
        people_typed.push((text("companion_first_name"), text("companion_last_name")));
    }
    Request {
        entry: EntryMode::Web,
        people: people_typed,
        phone: text("phone"),
        email: text("email"),
        invitation: text("invitation"),
        reference: text("reference"),
        heard_from: text("heard_from"),
        household: None,
        may_wait: fields.get("attente") == "oui",
        kept_days: app.config.participants_kept_days,
    }
}

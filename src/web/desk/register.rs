//! Register the people on the phone.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use serde::Serialize;

use super::call::CallPage;
use super::card::card_address;
use super::newcomer::NewcomerPage;
use crate::domain::id::{HouseholdId, StructureId};
use crate::domain::registration::EntryMode;
use crate::service::find_household::{self, HouseholdCard, PersonCard};
use crate::service::list_workshops::{self, WorkshopSeats};
use crate::service::register::{self, FieldError, RegisterError, Registered, Request};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Desk, Fields};
use crate::web::field::{Field, error_of};
use crate::web::page::show;
use crate::web::questions::{Questions, Wording};
use crate::web::view::{Room, Shell};

/// The form beside the household, or beside nobody for a caller whom no list knows.
#[derive(Debug, Serialize)]
pub struct RegisterForm {
    #[serde(flatten)]
    questions: Questions,
    household: Option<HouseholdId>,
    by_number: bool,
    commune: String,
    number: String,
    /// Of the paper or notice that the caller has before them.
    reference: Field,
    people: Vec<PersonChoice>,
    people_error: Option<String>,
    other: bool,
    /// Fewer seats than people, after a first try.
    full: Option<String>,
}

#[derive(Debug, Serialize)]
struct PersonChoice {
    id: String,
    name: String,
    chosen: bool,
}

/// Why the form comes back.
#[derive(Debug, Default)]
pub struct Refusal {
    errors: Vec<FieldError>,
    full: Option<String>,
}

/// `POST /accueil/inscriptions`
pub async fn register(State(app): State<App>, desk: Desk, fields: Fields) -> Result<Response, WebError> {
    let card = household(&app, &desk, &fields).await?;
    let found = list_workshops::by_slug(&app.store, fields.get("atelier"), Utc::now()).await?;
    let found = found.filter(|w| w.structure == desk.scope).ok_or_else(WebError::no_such_workshop)?;
    let people = people(card.as_ref(), &fields);
    let (wanted, missing) = (people.len(), unanswered(&people, &fields));
    let outcome = if missing.is_empty() {
        let request = request(&app, card.as_ref(), people, &fields);
        register::register_at(&app.store, found.id, &request, Utc::now()).await
    } else {
        Err(RegisterError::Fields(missing))
    };
    let refusal = match outcome {
        Ok(done) => {
            return Ok(Redirect::to(&after(&done, wanted, card.as_ref())).into_response());
        }
        Err(RegisterError::Fields(errors)) => Refusal { errors, full: None },
        Err(RegisterError::Full { seats_left }) => Refusal { full: Some(too_few(seats_left)), errors: Vec::new() },
        Err(RegisterError::Begun) => {
            Refusal { full: Some("Cet atelier est terminé : choisissez-en un autre.".to_owned()), errors: Vec::new() }
        }
        Err(RegisterError::UnknownInvitation) => {
            return Err(WebError::internal("a number that was recognised is unknown"));
        }
        Err(RegisterError::UnknownWorkshop) => return Err(WebError::no_such_workshop()),
        Err(RegisterError::Other(error)) => return Err(error.into()),
    };
    let shell = Shell::staff(&desk.user, Room::Phone);
    match &card {
        Some(card) => show(&CallPage::refused(card, &fields, &refusal), &shell),
        None => show(&NewcomerPage::new(&app, desk.scope, &fields, &refusal).await?, &shell),
    }
}

impl Refusal {
    /// The status of a page that shows it.
    pub fn status(&self) -> StatusCode {
        match (&self.full, self.errors.is_empty()) {
            (Some(_), _) => StatusCode::CONFLICT,
            (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
            (None, true) => StatusCode::OK,
        }
    }
}

impl RegisterForm {
    /// The form for a household and a workshop, with what was typed.
    pub fn for_household(card: &HouseholdCard, found: &WorkshopSeats, typed: &Fields, refusal: &Refusal) -> Self {
        let living = || card.people.iter().filter(|p| !p.deceased);
        let phone = living().find_map(|p| p.phone.as_ref()).map(ToString::to_string).unwrap_or_default();
        let fresh = typed.get("envoi").is_empty();
        let only_one = living().count() == 1;
        let mut form = Self::new(found, None, typed, refusal);
        form.household = Some(card.id);
        form.by_number = card.by_number;
        form.people = living()
            .map(|p| PersonChoice {
                id: p.id.to_string(),
                name: full_name(p),
                chosen: if fresh { only_one } else { typed.all("personne").any(|id| id == p.id.to_string()) },
            })
            .collect();
        if fresh {
            let [tel, email] = form.questions.reach;
            form.questions.reach = [tel.value(phone), email];
        }
        form
    }

    /// The form for a caller whom no list knows.
    pub fn for_newcomer(found: &WorkshopSeats, typed: &Fields, refusal: &Refusal) -> Self {
        Self::new(found, Some(Field::companion().map(Field::optional)), typed, refusal)
    }

    fn new(found: &WorkshopSeats, second: Option<[Field; 2]>, typed: &Fields, refusal: &Refusal) -> Self {
        let asked = Wording {
            first: [Field::text("first_name", "Prénom", "off"), Field::text("last_name", "Nom", "off")],
            second,
            reach: [Field::phone("Téléphone"), Field::email("Courriel")],
            unknown: "Ne sait plus",
        };
        Self {
            // How many come is not yet known: it waits where there is no seat at all.
            questions: Questions::new(found, 1, asked, typed, &refusal.errors),
            household: None,
            by_number: false,
            commune: typed.get("commune").to_owned(),
            number: typed.get("numero").to_owned(),
            reference: Field::text("reference", "Réf. du flyer, de l’affiche ou de l’annonce", "off")
                .optional()
                .hint("4 chiffres, si la personne les a sous les yeux.")
                .filled(typed, &refusal.errors),
            people: Vec::new(),
            people_error: error_of(&refusal.errors, "people").or_else(|| error_of(&refusal.errors, "seats")),
            other: typed.get("autre") == "oui",
            full: refusal.full.clone(),
        }
    }
}

/// The household that the form names, if it is of this structure.
async fn household(app: &App, desk: &Desk, fields: &Fields) -> Result<Option<HouseholdCard>, WebError> {
    let Some(id) = fields.read("foyer").map(HouseholdId) else { return Ok(None) };
    let by_number = fields.get("par_numero") == "oui";
    let card = find_household::card(&app.store, desk.scope, id, by_number, Utc::now()).await?;
    card.ok_or_else(no_such_household).map(Some)
}

/// No such household here.
pub fn no_such_household() -> WebError {
    let what_to_do = "Cherchez de nouveau le nom ou le numéro.";
    WebError::new(StatusCode::NOT_FOUND, "Ce foyer n’est pas dans vos listes", what_to_do)
}

/// Who comes: those ticked, then somebody else.
fn people(card: Option<&HouseholdCard>, fields: &Fields) -> Vec<(String, String)> {
    let typed = |first, last| (fields.get(first).to_owned(), fields.get(last).to_owned());
    let members = card.iter().flat_map(|c| &c.people);
    let ticked = members.filter(|p| fields.all("personne").any(|id| id == p.id.to_string()));
    let mut people: Vec<_> = ticked.map(|p| (p.first_name.clone(), p.last_name.clone())).collect();
    if card.is_none() || fields.get("autre") == "oui" {
        people.push(typed("first_name", "last_name"));
    }
    if card.is_none()
        && !(fields.get("companion_first_name").is_empty() && fields.get("companion_last_name").is_empty())
    {
        people.push(typed("companion_first_name", "companion_last_name"));
    }
    people
}

/// What the desk must answer before anything is asked of the service.
fn unanswered(people: &[(String, String)], fields: &Fields) -> Vec<FieldError> {
    let mut missing = Vec::new();
    if people.is_empty() {
        missing.push(FieldError { field: "people", message: "Cochez qui vient.".to_owned() });
    }
    if fields.get("autre") == "oui" && fields.get("last_name").is_empty() {
        missing.push(FieldError { field: "last_name", message: "Écrivez le nom de l’autre personne.".to_owned() });
    }
    if fields.get("heard_from").is_empty() {
        let message = "Demandez « Comment avez-vous connu l’atelier ? » et choisissez la réponse, ou « Ne sait plus ».";
        missing.push(FieldError { field: "heard_from", message: message.to_owned() });
    }
    missing
}

/// A number counts as used only where the caller gave it; otherwise the household was found by name.
fn request(app: &App, card: Option<&HouseholdCard>, people: Vec<(String, String)>, fields: &Fields) -> Request {
    let number = card.filter(|c| c.by_number).and_then(|c| c.invited.as_ref()).map(|i| i.number.digits());
    Request {
        entry: EntryMode::Phone,
        people,
        phone: fields.get("phone").to_owned(),
        email: fields.get("email").to_owned(),
        household: card.map(|c| c.id).filter(|_| number.is_none()),
        // Who is on no list may have the number of their commune.
        invitation: number
            .unwrap_or_else(|| if card.is_none() { fields.get("numero").to_owned() } else { String::new() }),
        reference: fields.get("reference").to_owned(),
        heard_from: fields.get("heard_from").to_owned(),
        may_wait: fields.get("attente") == "oui",
        kept_days: app.config.participants_kept_days,
    }
}

fn after(done: &Registered, wanted: usize, card: Option<&HouseholdCard>) -> String {
    let mut address =
        card.map_or_else(|| "/accueil?".to_owned(), |card| format!("{}&", card_address(card.id, card.by_number)));
    address.push_str(&format!("inscription={}", done.registration.id));
    if !done.new {
        address.push_str("&deja=oui");
        if wanted > done.registration.participants.len() {
            address.push_str("&a_deux=oui");
        }
    }
    address
}

fn too_few(seats_left: u32) -> String {
    match seats_left {
        0 => "Cet atelier est complet.".to_owned(),
        1 => {
            "Il ne reste qu’une place : inscrivez une seule personne, ou mettez-les sur la liste d’attente.".to_owned()
        }
        many => format!("Il ne reste que {many} places."),
    }
}

fn full_name(person: &PersonCard) -> String {
    format!("{} {}", person.first_name, person.last_name)
}

/// The workshops that somebody whom no list knows can join.
pub async fn workshops_near(app: &App, scope: StructureId, commune: &str) -> Result<Vec<WorkshopSeats>, WebError> {
    Ok(find_household::workshops_for_unknown(&app.store, scope, commune, Utc::now()).await?)
}

//! The one field of the desk, and what it finds.

use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use serde::Serialize;

use super::cancel::{self, RegistrationView};
use super::card::{CardView, ChoiceView, LineView, card_address, choices, chosen};
use super::register::{Refusal, RegisterForm, no_such_household};
use super::{registered, report};
use crate::domain::id::HouseholdId;
use crate::domain::number::Reference;
use crate::domain::phone::Phone;
use crate::service::find_household::{self, Found, HouseholdCard};
use crate::service::find_registered;
use crate::service::list_workshops;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Desk, Fields};
use crate::web::page::{Page, show};
use crate::web::view::{Room, Shell, encoded};

/// The desk's page.
#[derive(Default, Serialize)]
pub struct CallPage {
    typed: String,
    /// What was just done.
    done: Option<String>,
    /// Nobody was found: why, and what to ask.
    nothing: Option<String>,
    lines: Vec<LineView>,
    more: bool,
    /// People of this name or phone who are registered, whether a list knows them or not.
    registered: Vec<RegistrationView>,
    card: Option<CardView>,
    choices: Vec<ChoiceView>,
    form: Option<RegisterForm>,
    #[serde(skip)]
    status: StatusCode,
    #[serde(skip)]
    name: Option<String>,
    /// The number that found the household, in pairs.
    #[serde(skip)]
    number: Option<String>,
}

impl Page for CallPage {
    const TEMPLATE: &'static str = "desk/call";

    fn title(&self) -> String {
        match (&self.name, &self.nothing, self.lines.len() + self.registered.len()) {
            (Some(name), _, _) => name.clone(),
            (None, Some(_), _) => "Personne n’a été trouvé".to_owned(),
            (None, None, 0) => "Qui appelle ?".to_owned(),
            (None, None, _) => "Qui est-ce ?".to_owned(),
        }
    }

    fn status(&self) -> StatusCode {
        self.status
    }
}

/// `POST /accueil` with what a caller says, which stands in no address; `GET /accueil?q=48271536`,
/// `GET /accueil?foyer=0198…&atelier=tablette-langogne`.
pub async fn call(State(app): State<App>, desk: Desk, method: Method, fields: Fields) -> Result<Response, WebError> {
    let typed = fields.get("q");
    // Addresses are kept in histories and logs: one with a name or a phone is not answered, the field only filled.
    let searched = method == Method::POST || (Phone::parse(typed).is_err() && !typed.contains(char::is_alphabetic));
    let mut done = match report::said(fields.get("fait")) {
        Some(said) => Some(said.to_owned()),
        None => match registered::said(&app, desk.scope, &fields).await? {
            Some(said) => Some(said),
            None => cancel::said(&app, desk.scope, &fields).await?,
        },
    };
    if searched && let Some(address) = of_reference(&app, &desk, typed).await? {
        return Ok(Redirect::to(&address).into_response());
    }
    let page = match fields.read("foyer").map(HouseholdId) {
        Some(household) => {
            let by_number = fields.get("par_numero") == "oui";
            let card = find_household::card(&app.store, desk.scope, household, by_number, Utc::now()).await?;
            let card = card.ok_or_else(no_such_household)?;
            done = done.map(|said| said + &report::take_out(fields.get("fait"), &card).unwrap_or_default());
            CallPage::of(&card, &fields, &Refusal::default())
        }
        None if typed.is_empty() || !searched => CallPage::default(),
        None => match find_household::find(&app.store, desk.scope, typed, Utc::now()).await? {
            Found::One(card) => CallPage::of(&card, &fields, &Refusal::default()),
            Found::Several { lines, more } => {
                CallPage { lines: lines.iter().map(LineView::from).collect(), more, ..CallPage::default() }
            }
            Found::Commune(number, name) => {
                let address = format!("/accueil/nouveau?commune={}&numero={}", encoded(&name), number.digits());
                return Ok(Redirect::to(&address).into_response());
            }
            Found::Nothing(why) => CallPage { nothing: Some(why), ..CallPage::default() },
        },
    };
    let registered = match &page.card {
        None if searched => find_registered::find_registered(&app.store, desk.scope, typed).await?,
        _ => Vec::new(),
    };
    let registered: Vec<_> = registered.iter().map(|f| RegistrationView::of(&f.registration, &f.workshop)).collect();
    // Who is registered was found.
    let nothing = page.nothing.clone().filter(|_| registered.is_empty());
    let typed = page.number.clone().unwrap_or_else(|| typed.to_owned());
    let page = CallPage { typed, done, registered, nothing, ..page };
    show(&page, &Shell::staff(&desk.user, Room::Phone))
}

/// Where somebody is registered who has a flyer, a poster or a notice with this reference before them.
async fn of_reference(app: &App, desk: &Desk, typed: &str) -> Result<Option<String>, WebError> {
    let Ok(reference) = Reference::parse(typed) else { return Ok(None) };
    let found = list_workshops::by_reference(&app.store, reference, Utc::now()).await?;
    let found = found.filter(|w| w.structure == desk.scope);
    Ok(found.map(|w| format!("/accueil/nouveau?reference={reference}&atelier={}", w.workshop.slug)))
}

impl CallPage {
    /// The page again, with why the registration was not made.
    pub fn refused(card: &HouseholdCard, typed: &Fields, refusal: &Refusal) -> Self {
        Self::of(card, typed, refusal)
    }

    fn of(card: &HouseholdCard, typed: &Fields, refusal: &Refusal) -> Self {
        let wanted = typed.get("atelier");
        let href = |slug: &str| format!("{}&atelier={slug}", card_address(card.id, card.by_number));
        let form = chosen(&card.workshops, wanted).map(|w| RegisterForm::for_household(card, w, typed, refusal));
        let living = card.people.iter().any(|p| !p.deceased);
        Self {
            card: Some(CardView::from(card)),
            choices: choices(&card.workshops, wanted, card.town.as_deref(), href),
            form: form.filter(|_| living),
            name: Some(card.name.clone()),
            number: card.invited.as_ref().filter(|_| card.by_number).map(|i| i.number.to_string()),
            status: refusal.status(),
            ..Self::default()
        }
    }
}

//! Who does not want to be written to: how many, what is to be decided, and how to note or to take back.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use serde::Serialize;

use crate::domain::calendar;
use crate::domain::id::{HouseholdId, OppositionDoubtId};
use crate::domain::opposition::Channels;
use crate::domain::retiree::{Birth, Retiree};
use crate::identity::KeyKind;
use crate::service::answer_opposition_doubt::{self, Question};
use crate::service::find_household::{self, HouseholdCard};
use crate::service::opposition_people::{self, PersonSaid};
use crate::service::register::FieldError;
use crate::service::{self, Met, note_opposition, opposition_totals, withdraw_opposition};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Coordinator, Fields};
use crate::web::field::{Field, Mistake, mistakes};
use crate::web::page::{Page, show};
use crate::web::view::{Room, Shell, counted};

#[derive(Serialize)]
struct OppositionsPage {
    done: Option<String>,
    /// « 12 personnes pour le courrier, 3 pour les e-mails, 1 pour les appels ».
    totals: Option<String>,
    questions: Vec<QuestionView>,
    /// After which question the next page begins.
    next: Option<OppositionDoubtId>,
    /// This is not the first page of questions.
    later: bool,
    number: String,
    number_problem: Option<String>,
    mistakes: Vec<Mistake>,
    names: [Field; 3],
    birth: Field,
    place: [Field; 3],
    reach: [Field; 2],
    problem: Option<String>,
    file_problem: Option<String>,
    open: Open,
    #[serde(skip)]
    all: u64,
    #[serde(skip)]
    status: StatusCode,
}

/// Which forms are unfolded: those that were just refused.
#[derive(Serialize)]
struct Open {
    person: bool,
    file: bool,
}

/// A row of a list beside an opposition.
#[derive(Serialize)]
struct QuestionView {
    id: OppositionDoubtId,
    fund: String,
    name: String,
    birth_name: Option<String>,
    born: String,
    address: String,
    noted: String,
    source: &'static str,
    closes: String,
    agrees: &'static str,
    differs: &'static str,
}

/// What could not be done, and what was typed.
#[derive(Default)]
pub struct Refusal {
    typed: Fields,
    number: Option<String>,
    fields: Vec<FieldError>,
    person: Option<String>,
    file: Option<String>,
}

impl Page for OppositionsPage {
    const TEMPLATE: &'static str = "office/oppositions";

    fn title(&self) -> String {
        match self.all {
            0 => "Personne ne s’est opposé".to_owned(),
            all => counted(all, "", "personne s’est opposée", "personnes se sont opposées"),
        }
    }

    fn status(&self) -> StatusCode {
        self.status
    }
}

/// `GET /bureau/oppositions`
pub async fn oppositions(State(app): State<App>, office: Coordinator, fields: Fields) -> Result<Response, WebError> {
    let after = fields.read("apres").map(OppositionDoubtId);
    // Whoever typed a number sees whose it was.
    let household = match fields.read("foyer").map(HouseholdId) {
        Some(id) => find_household::card(&app.store, office.scope, id, true, Utc::now()).await?,
        None => None,
    };
    page(&app, &office, said(&fields, household.as_ref()), after, Refusal::default()).await
}

/// `POST /bureau/oppositions/numero`
pub async fn by_number(State(app): State<App>, office: Coordinator, fields: Fields) -> Result<Response, WebError> {
    let (number, now) = (fields.get("numero"), Utc::now());
    let done = if takes_back(&fields) {
        withdraw_opposition::by_number(&app.store, office.scope, number, now).await.map(withdrawn)
    } else {
        note_opposition::by_number(&app.store, office.scope, number, channels(&fields)?, now)
            .await
            .map(|(met, household)| format!("{}&foyer={household}", noted(met)))
    };
    match done {
        Ok(address) => Ok(Redirect::to(&address).into_response()),
        Err(service::Error::Refused(why)) => {
            page(&app, &office, None, None, Refusal { number: Some(why), typed: fields, ..Refusal::default() }).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /bureau/oppositions/personne`
pub async fn of_person(State(app): State<App>, office: Coordinator, fields: Fields) -> Result<Response, WebError> {
    let now = Utc::now();
    let text = |name: &str| fields.get(name).to_owned();
    let said = PersonSaid {
        last_name: text("last_name"),
        birth_name: text("birth_name"),
        first_name: text("first_name"),
        birth: text("birth"),
        street: text("street"),
        postcode: text("postcode"),
        town: text("town"),
        phone: text("phone"),
        email: text("email"),
    };
    let person = match opposition_people::said(&said, now) {
        Ok(person) => person,
        Err(error) => {
            return page(
                &app,
                &office,
                None,
                None,
                Refusal { fields: vec![error], typed: fields, ..Refusal::default() },
            )
            .await;
        }
    };
    let done = if takes_back(&fields) {
        withdraw_opposition::of_person(&app.store, office.scope, &person, now).await.map(withdrawn)
    } else {
        note_opposition::of_person(&app.store, office.scope, &person, channels(&fields)?, now).await.map(noted)
    };
    match done {
        Ok(address) => Ok(Redirect::to(&address).into_response()),
        Err(service::Error::Refused(why)) => {
            page(&app, &office, None, None, Refusal { person: Some(why), typed: fields, ..Refusal::default() }).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /bureau/oppositions/doutes`
pub async fn answer(State(app): State<App>, office: Coordinator, fields: Fields) -> Result<Response, WebError> {
    let doubt = fields.read("doute").map(OppositionDoubtId).ok_or_else(WebError::no_such_page)?;
    let same = match fields.get("meme") {
        "oui" => true,
        "non" => false,
        _ => return Err(WebError::no_such_page()),
    };
    answer_opposition_doubt::answer(&app.store, office.scope, doubt, same, Utc::now()).await?;
    Ok(Redirect::to(&format!("/bureau/oppositions?fait={}", if same { "oui" } else { "non" })).into_response())
}

/// The page again, since a file could not be read.
pub async fn file_refused(app: &App, office: &Coordinator, why: String) -> Result<Response, WebError> {
    page(app, office, None, None, Refusal { file: Some(why), ..Refusal::default() }).await
}

/// The channels that were ticked.
pub fn channels(fields: &Fields) -> Result<Channels, WebError> {
    Channels::from_codes(fields.all("canal"))
        .map_err(|e| WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "Canal inconnu", e.0))
}

/// Where the page says that something was noted, and whom it met.
pub fn noted(met: Met) -> String {
    format!("/bureau/oppositions?fait=note&lignes={}&doutes={}", met.certain, met.doubtful)
}

fn withdrawn(count: usize) -> String {
    format!("/bureau/oppositions?fait=retrait&nombre={count}")
}

fn takes_back(fields: &Fields) -> bool {
    fields.get("action") == "retirer"
}

fn said(fields: &Fields, household: Option<&HouseholdCard>) -> Option<String> {
    let number = |name: &str| fields.read::<u64>(name).unwrap_or_default();
    match fields.get("fait") {
        "note" => {
            let rows = counted(
                number("lignes"),
                "Aucune ligne de vos listes n’est concernée pour l’instant",
                "ligne de vos listes est concernée",
                "lignes de vos listes sont concernées",
            );
            let doubts = match number("doutes") {
                0 => String::new(),
                some => format!(" {} ci-dessous.", counted(some, "", "ligne est à vérifier", "lignes sont à vérifier")),
            };
            let whose = household.map_or_else(String::new, |h| format!("\u{a0}: {}, {}", h.name, h.address));
            Some(format!("L’opposition est notée{whose}. {rows}.{doubts}"))
        }
        "retrait" => Some(counted(
            number("nombre"),
            "Aucune opposition n’était notée.",
            "opposition est levée.",
            "oppositions sont levées.",
        )),
        "oui" => Some("C’est noté\u{a0}: nous ne lui écrirons plus.".to_owned()),
        "non" => Some("C’est noté\u{a0}: ce n’est pas la même personne, nous pouvons lui écrire.".to_owned()),
        "abandon" => Some("Le fichier est abandonné\u{a0}: rien n’a été noté.".to_owned()),
        _ => None,
    }
}

async fn page(
    app: &App,
    office: &Coordinator,
    done: Option<String>,
    after: Option<OppositionDoubtId>,
    refusal: Refusal,
) -> Result<Response, WebError> {
    let totals = opposition_totals(&app.store, office.scope).await?;
    let asked = answer_opposition_doubt::questions(&app.store, office.scope, after).await?;
    let Refusal { typed, number, fields, person, file } = refusal;
    let refused = number.is_some() || !fields.is_empty() || person.is_some() || file.is_some();
    let open = Open { person: !fields.is_empty() || person.is_some(), file: file.is_some() };
    let text = |name, label| Field::text(name, label, "off").filled(&typed, &fields);
    let page = OppositionsPage {
        done,
        totals: (totals.all > 0).then(|| {
            format!(
                "{} pour le courrier, {} pour les e-mails, {} pour les appels",
                totals.post, totals.email, totals.phone
            )
        }),
        questions: asked.questions.iter().map(QuestionView::from).collect(),
        next: asked.next,
        later: after.is_some(),
        number: if number.is_some() { typed.get("numero").to_owned() } else { String::new() },
        number_problem: number,
        mistakes: mistakes(&fields),
        names: [
            text("last_name", "Nom"),
            text("birth_name", "Nom de naissance").optional(),
            text("first_name", "Prénom"),
        ],
        birth: text("birth", "Naissance").optional().hint("La date, 12/03/1939, ou l’année seule."),
        place: [text("street", "Adresse").optional(), text("postcode", "Code postal"), text("town", "Commune")],
        reach: [
            Field::phone("Téléphone").optional().filled(&typed, &fields),
            Field::email("E-mail").filled(&typed, &fields),
        ],
        problem: person,
        file_problem: file,
        open,
        all: totals.all,
        status: if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK },
    };
    show(&page, &Shell::staff(&office.user, Room::Campaigns))
}

impl From<&Question> for QuestionView {
    fn from(question: &Question) -> Self {
        let person = &question.person;
        let (agrees, differs) = compared(question.because);
        let closes = question.opposition.channels;
        Self {
            id: question.id,
            fund: question.fund.clone(),
            name: format!("{} {}", person.first_name, person.usage_name).trim().to_owned(),
            birth_name: person.birth_name.clone().filter(|name| *name != person.usage_name),
            born: born(person),
            address: person.address.lines().collect::<Vec<_>>().join(", "),
            noted: calendar::short_date(service::local(question.opposition.noted_at).date()),
            source: question.opposition.source.label(),
            closes: closed(closes),
            agrees,
            differs,
        }
    }
}

fn compared(because: KeyKind) -> (&'static str, &'static str) {
    match because {
        KeyKind::YearAndPostcode => {
            ("le même nom, la même année de naissance, le même code postal", "l’adresse, ou bien elle manque d’un côté")
        }
        KeyKind::Address => ("le même nom, la même adresse", "l’année de naissance, ou bien elle manque d’un côté"),
        KeyKind::Abbreviated => {
            ("le même nom de famille, la même initiale, le même endroit", "le prénom de l’opposition est abrégé")
        }
        _ => {
            ("le même nom de famille, la même initiale, le même endroit", "le prénom de la liste est abrégé ou manque")
        }
    }
}

fn born(person: &Retiree) -> String {
    match person.birth {
        Birth::Unknown => "naissance inconnue".to_owned(),
        Birth::Year(year) => format!("naissance en {year}"),
        Birth::Date(day) => format!("naissance le {}", calendar::short_date(day)),
    }
}

fn closed(channels: Channels) -> String {
    let named = |(code, closed): (&str, bool)| {
        closed.then_some(match code {
            "post" => "le courrier",
            "email" => "les e-mails",
            _ => "les appels",
        })
    };
    channels.each().into_iter().filter_map(named).collect::<Vec<_>>().join(", ")
}

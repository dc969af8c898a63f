//! Mailings without names: prepare a wave for a fund that may not give its list, hand it the package, read its return.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use chrono::Utc;
use serde::Serialize;

use super::communes;
use crate::domain::blind::{BlindReturn, BlindTerms, Count};
use crate::domain::calendar;
use crate::domain::campaign::Campaign;
use crate::domain::id::StructureId;
use crate::service::find_campaign::find_campaign;
use crate::service::make_blind_package::make_blind_package;
use crate::service::prepare_blind_mailing::{
    NewBlindMailing, StoredBlindMailing, blind_mailings, prepare_blind_mailing,
};
use crate::service::read_blind_return::read_blind_return;
use crate::service::register::FieldError;
use crate::service::{Error, local};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Coordinator, Fields, Office, Submitted};
use crate::web::field::{Field, Mistake, mistakes};
use crate::web::page::{Page, show};
use crate::web::view::{Section, Shell, counted};

/// Bytes that a return sheet may have.
const MOST_BYTES: usize = 6_000_000;

/// `/bureau/{campaign}/sans-noms`
pub fn routes() -> Router<App> {
    Router::new()
        .route("/bureau/{campaign}/sans-noms", get(overview).post(prepare))
        .route("/bureau/{campaign}/sans-noms/{wave}/paquet.zip", get(package))
        .route("/bureau/{campaign}/sans-noms/{wave}/retour", post(take_return).layer(DefaultBodyLimit::max(MOST_BYTES)))
}

#[derive(Serialize)]
struct BlindPage {
    slug: String,
    waves: Vec<WaveView>,
    next_wave: usize,
    mistakes: Vec<Mistake>,
    terms: Vec<Field>,
    ages: Vec<Field>,
    communes: Field,
    /// Why a return sheet was not taken, a line each.
    refused: Vec<String>,
    #[serde(skip)]
    status: StatusCode,
}

#[derive(Serialize)]
struct WaveView {
    wave: u8,
    fund: String,
    ages: String,
    communes: String,
    prepared: String,
    returned: Option<ReturnView>,
}

/// What the fund told.
#[derive(Serialize)]
struct ReturnView {
    day: String,
    sent: String,
    back: String,
    /// Of how many communes the fund did not say what came back.
    unsaid: Option<String>,
    reached: String,
    /// Small counts are hidden: why there are two bounds.
    hidden: bool,
    /// Communes without an answer.
    silent: Option<String>,
}

impl Page for BlindPage {
    const TEMPLATE: &'static str = "office/blind";

    fn title(&self) -> String {
        "La caisse écrit sans donner les noms".to_owned()
    }

    fn status(&self) -> StatusCode {
        self.status
    }
}

/// What was typed, and what is wrong with it.
#[derive(Default)]
struct Typed {
    fields: Fields,
    errors: Vec<FieldError>,
    refused: Vec<String>,
}

async fn overview(State(app): State<App>, office: Office, Path(slug): Path<String>) -> Result<Response, WebError> {
    page(&app, &office, &slug, Typed::default()).await
}

async fn prepare(
    State(app): State<App>,
    Coordinator { scope, user }: Coordinator,
    Path(slug): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let office = Office { scope, user };
    let campaign = find_campaign(&app.store, office.scope, &slug).await?;
    let new = match read(&fields, &campaign.campaign) {
        Ok(new) => new,
        Err(errors) => return page(&app, &office, &slug, Typed { fields, errors, refused: vec![] }).await,
    };
    match prepare_blind_mailing(&app.store, office.scope, &slug, &new, Utc::now()).await {
        Ok(_) => Ok(Redirect::to(&format!("/bureau/{slug}/sans-noms")).into_response()),
        Err(Error::Refused(message)) => {
            let errors = vec![FieldError { field: "communes", message }];
            page(&app, &office, &slug, Typed { fields, errors, refused: vec![] }).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn package(
    State(app): State<App>,
    office: Office,
    Path((slug, wave)): Path<(String, u8)>,
) -> Result<Response, WebError> {
    let zip = make_blind_package(&app.store, app.config.window, office.scope, &slug, wave).await?;
    let name = format!("attachment; filename=\"{slug}-vague-{wave}.zip\"");
    Ok(([(CONTENT_TYPE, "application/zip".to_owned()), (CONTENT_DISPOSITION, name)], zip).into_response())
}

async fn take_return(
    State(app): State<App>,
    Coordinator { scope, user }: Coordinator,
    Path((slug, wave)): Path<(String, u8)>,
    submitted: Submitted,
) -> Result<Response, WebError> {
    let office = Office { scope, user };
    let refused = match submitted.file("retour") {
        None => vec!["Choisissez la feuille de retour que la caisse a renvoyée.".to_owned()],
        Some(file) => {
            let (store, scope) = (&app.store, office.scope);
            match read_blind_return(store, scope, &slug, wave, &file.name, &file.content, Utc::now()).await {
                Ok(_) => return Ok(Redirect::to(&format!("/bureau/{slug}/sans-noms")).into_response()),
                Err(Error::Refused(message)) => message.lines().map(str::to_owned).collect(),
                Err(error) => return Err(error.into()),
            }
        }
    };
    page(&app, &office, &slug, Typed { refused, ..Typed::default() }).await
}

async fn page(app: &App, office: &Office, slug: &str, typed: Typed) -> Result<Response, WebError> {
    let scope: StructureId = office.scope;
    let campaign = find_campaign(&app.store, scope, slug).await?.campaign;
    let waves = blind_mailings(&app.store, scope, slug).await?;
    let terms = waves.last().map(|w| &w.mailing.terms);
    let with = |field: Field, last: Option<&str>| match typed.fields.get("envoi") {
        "" => field.value(last.unwrap_or_default()),
        _ => field.filled(&typed.fields, &typed.errors),
    };
    let minimum_age = campaign.audience.minimum_age.to_string();
    let page = BlindPage {
        slug: slug.to_owned(),
        next_wave: waves.len() + 1,
        mistakes: mistakes(&typed.errors),
        terms: vec![
            with(
                Field::text("fund", "La caisse, avec son article", "off")
                    .hint("Par exemple\u{a0}: la Carsat Languedoc-Roussillon"),
                terms.map(|t| t.fund.as_str()),
            ),
            with(
                Field::text("purpose", "Elle écrit afin de…", "off")
                    .hint("Par exemple\u{a0}: proposer des ateliers numériques près de chez vous"),
                terms.map(|t| t.purpose.as_str()),
            ),
            with(
                Field::text("legal_basis", "Base légale, en une phrase", "off")
                    .hint("Par exemple\u{a0}: La Carsat agit dans sa mission d’intérêt public."),
                terms.map(|t| t.legal_basis.as_str()),
            ),
            with(
                Field::text("convention", "Convention et sa date", "off")
                    .hint("Par exemple\u{a0}: convention du 3 novembre 2026"),
                terms.map(|t| t.convention.as_str()),
            ),
            with(
                Field::text("dpo", "À qui s’adresser pour ses données", "off")
                    .hint("Le délégué à la protection des données de la caisse\u{a0}: son adresse électronique"),
                terms.map(|t| t.dpo.as_str()),
            ),
            with(
                Field::text("mentions", "Phrase que la caisse exige sur la lettre", "off").optional(),
                terms.and_then(|t| t.mentions.first()).map(String::as_str),
            ),
        ],
        ages: vec![
            with(Field::text("minimum_age", "À partir de quel âge", "off"), Some(&minimum_age)),
            with(Field::text("maximum_age", "Jusqu’à quel âge", "off").optional(), None),
        ],
        communes: with(
            Field::text("communes", "Communes", "off")
                .optional()
                .hint("Par leur nom ou leur code INSEE\u{a0}: «\u{a0}Langogne, Auroux, 48095\u{a0}». Vide\u{a0}: toutes celles du public de la campagne."),
            None,
        ),
        status: if typed.errors.is_empty() && typed.refused.is_empty() {
            StatusCode::OK
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        },
        refused: typed.refused,
        waves: waves.iter().map(wave_view).collect(),
    };
    show(&page, &Shell::campaign(&office.user, slug, &campaign.name, Section::Lists))
}

fn wave_view(stored: &StoredBlindMailing) -> WaveView {
    let mailing = &stored.mailing;
    let returned = stored.returned_at.map(|at| {
        let sent: Count = stored.returns.iter().map(|r| r.sent).sum();
        let back: Count = stored.returns.iter().filter_map(|r| r.returned).sum();
        let reached: Count = stored.returns.iter().map(BlindReturn::reached).sum();
        let told: usize = stored.returns.iter().map(|r| r.communes.len()).sum();
        let silent = mailing.communes.len().saturating_sub(told) as u64;
        let unsaid = stored.returns.iter().filter(|r| r.returned.is_none()).map(|r| r.communes.len()).sum::<usize>();
        ReturnView {
            unsaid: (unsaid > 0).then(|| counted(unsaid as u64, "", "commune", "communes")),
            day: calendar::short_date(local(at).date()),
            sent: sent.to_string(),
            back: back.to_string(),
            reached: reached.to_string(),
            hidden: !reached.is_exact(),
            silent: (silent > 0).then(|| counted(silent, "", "commune sans réponse", "communes sans réponse")),
        }
    });
    WaveView {
        wave: mailing.wave,
        fund: mailing.terms.fund.clone(),
        ages: match mailing.maximum_age {
            Some(most) => format!("de {} à\u{a0}{most}\u{a0}ans", mailing.minimum_age),
            None => format!("{}\u{a0}ans et plus", mailing.minimum_age),
        },
        communes: counted(mailing.communes.len() as u64, "aucune commune", "commune", "communes"),
        prepared: calendar::short_date(local(stored.created_at).date()),
        returned,
    }
}

/// The form as a mailing, or every field to mend.
fn read(fields: &Fields, campaign: &Campaign) -> Result<NewBlindMailing, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut needed = |field: &'static str, what: &str| {
        let text = fields.get(field);
        if text.is_empty() {
            errors.push(FieldError { field, message: format!("Écrivez {what} : la lettre doit le dire.") });
        }
        text.to_owned()
    };
    let terms = BlindTerms {
        fund: needed("fund", "le nom de la caisse"),
        purpose: needed("purpose", "ce que la caisse propose"),
        legal_basis: needed("legal_basis", "la base légale"),
        convention: needed("convention", "la convention et sa date"),
        dpo: needed("dpo", "à qui s’adresser pour ses données"),
        mentions: Some(fields.get("mentions").to_owned()).filter(|m| !m.is_empty()).into_iter().collect(),
    };
    let mut age = |field: &'static str| -> Option<u8> {
        let age = fields.read(field).filter(|age| (40..=120).contains(age));
        if age.is_none() {
            errors.push(FieldError { field, message: "Écrivez un âge entre 40 et 120 ans.".to_owned() });
        }
        age
    };
    let minimum_age = age("minimum_age").unwrap_or_default();
    let maximum_age = if fields.get("maximum_age").is_empty() { None } else { age("maximum_age") };
    if maximum_age.is_some_and(|most| most < minimum_age) {
        errors.push(FieldError { field: "maximum_age", message: "Cet âge est sous l’âge minimum.".to_owned() });
    }
    let (communes, wrong) = communes::read(fields.get("communes"), campaign);
    errors.extend(wrong.into_iter().map(|mistake| FieldError { field: "communes", message: mistake.to_string() }));
    let communes = communes.into_iter().collect();
    if errors.is_empty() { Ok(NewBlindMailing { terms, minimum_age, maximum_age, communes }) } else { Err(errors) }
}

//! What a caller reports: a death, an opposition or its end, a wrong address.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;

use super::card::card_address;
use super::register::no_such_household;
use crate::domain::id::{HouseholdId, RetireeId};
use crate::domain::opposition::{Channels, Source};
use crate::service::{note_opposition, report, withdraw_opposition};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Desk, Fields};

/// `POST /accueil/signaler`
pub async fn report(State(app): State<App>, desk: Desk, fields: Fields) -> Result<Response, WebError> {
    let household = fields.read("foyer").map(HouseholdId).ok_or_else(no_such_household)?;
    let what = fields.get("quoi");
    let (store, now) = (&app.store, Utc::now());
    match what {
        "deces" => {
            let person = fields.read("personne").map(RetireeId).ok_or_else(nobody_chosen)?;
            report::death(store, desk.scope, household, person, now).await?;
        }
        "opposition" => {
            let channels = channels(&fields)?;
            note_opposition::of_household(store, desk.scope, household, channels, Source::Desk, now).await?;
        }
        "retrait" => {
            withdraw_opposition::of_household(store, desk.scope, household, now).await?;
        }
        "adresse" => report::wrong_address(store, desk.scope, household, now).await?,
        _ => return Err(WebError::no_such_page()),
    }
    let card = card_address(household, fields.get("par_numero") == "oui");
    Ok(Redirect::to(&format!("{card}&fait={what}")).into_response())
}

/// What is said once it is noted.
pub fn said(what: &str) -> Option<&'static str> {
    match what {
        "deces" => Some("Le décès est noté : les prochains tirages n’écriront plus à cette personne."),
        "opposition" => Some("C’est noté, pour cette liste et pour les suivantes."),
        "retrait" => Some("C’est noté : nous pouvons de nouveau écrire à ce foyer."),
        "adresse" => Some("L’adresse est notée comme fausse : la lettre compte comme revenue."),
        _ => None,
    }
}

/// The channels that were ticked; letters where none was, which is what people mean.
fn channels(fields: &Fields) -> Result<Channels, WebError> {
    let ticked = Channels::from_codes(fields.all("canal"));
    let ticked = ticked.map_err(|e| WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "Canal inconnu", e.0))?;
    Ok(if ticked.is_none() { Channels::POST } else { ticked })
}

fn nobody_chosen() -> WebError {
    WebError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "Il manque la personne",
        "Revenez en arrière et choisissez de qui il s’agit.",
    )
}

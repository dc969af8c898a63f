//! What a caller reports: a death, an opposition or its end, a wrong address.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;

use super::card::card_address;
use super::register::no_such_household;
use crate::domain::id::{HouseholdId, RetireeId};
use crate::domain::opposition::{Channels, Source};
use crate::service::find_household::HouseholdCard;
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
            match fields.read("personne").map(RetireeId) {
                Some(person) => {
                    note_opposition::of_member(store, desk.scope, household, person, channels, Source::Desk, now)
                        .await?
                }
                None => {
                    note_opposition::of_household(store, desk.scope, household, channels, Source::Desk, now).await?
                }
            };
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

/// What is to be done with a letter that is printed and not yet posted, once something was noted that forbids to post it.
pub fn take_out(what: &str, card: &HouseholdCard) -> Option<String> {
    let invited = card.invited.as_ref().filter(|invited| invited.posted_on.is_none())?;
    let (lot, position) = invited.letter?;
    let forbids = match what {
        "deces" => card.people.iter().any(|person| person.deceased),
        "opposition" => card.people.iter().any(|person| person.opposed.post),
        "adresse" => true,
        _ => false,
    };
    forbids.then(|| {
        format!(
            " Sa lettre est imprimée et son lot n’est pas noté comme posté\u{a0}: lettre n°\u{a0}{position} du lot {lot} (numéro {})\u{a0}: retirez-la avant l’envoi.",
            invited.number
        )
    })
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

//! What the desk tells the caller once they are registered.

use chrono::Utc;

use crate::domain::calendar;
use crate::domain::id::{RegistrationId, StructureId};
use crate::service::{find_registration, list_workshops};
use crate::text::typography::french;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::Fields;
use crate::web::view::counted;

/// The sentence about the registration that the address names, if it is of this structure.
pub async fn said(app: &App, scope: StructureId, fields: &Fields) -> Result<Option<String>, WebError> {
    let Some(id) = fields.read("inscription").map(RegistrationId) else { return Ok(None) };
    let Some(found) = find_registration::by_id(&app.store, id).await?.filter(|f| f.structure == scope) else {
        return Ok(None);
    };
    let seats = list_workshops::by_id(&app.store, found.registration.workshop, Utc::now()).await?;
    let people: Vec<_> = found
        .registration
        .participants
        .iter()
        .map(|p| format!("{} {}", p.first_name, p.last_name).trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    let first = found.workshop.first();
    let when = format!(
        "{} à {}, {}",
        calendar::day_month(found.workshop.first_day()),
        calendar::hour(first.starts.time()),
        found.workshop.venue.name
    );
    let outcome = match (found.position, seats.map_or(0, |s| s.open_seats)) {
        (Some(place), _) => format!("Sur la liste d’attente, à la place {place}."),
        (None, 0) => "Place confirmée ; l’atelier est maintenant complet.".to_owned(),
        (None, left) => format!("Place confirmée ; il reste {}.", counted(left, "", "place", "places")),
    };
    let (who, topic, held) = (people.join(" et "), &found.workshop.topic, found.registration.seats());
    let registration = if fields.get("deja") == "oui" {
        let seats = counted(held, "", "personne", "personnes");
        let companion =
            if fields.get("a_deux") == "oui" { " Pour ajouter l’autre personne, inscrivez-la seule." } else { "" };
        format!("Inscription déjà faite, pour {seats} : {who}. « {topic} », {when}. {outcome}{companion}")
    } else {
        format!("Inscription faite pour {who}. « {topic} », {when}. {outcome}")
    };
    Ok(Some(french(&registration)))
}

//! The registration is on disk: what to keep in mind. No name stands on it, since its address may be passed on.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;

use crate::domain::id::RegistrationId;
use crate::domain::registration::Status;
use crate::service::find_registration;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::Fields;
use crate::web::page::{Page, show};
use crate::web::view::{Shell, WorkshopView, counted};
use crate::web::whom_to_call::whom_to_call;

#[derive(Serialize)]
struct ConfirmationPage {
    workshop: WorkshopView,
    cancelled: bool,
    #[serde(skip)]
    seats: u32,
    /// « 1 personne ».
    people: String,
    /// They wanted to be two and one seat is held.
    more: bool,
    /// Whom to call.
    phone: Option<String>,
    /// The place in the waiting list.
    position: Option<String>,
    /// The person was registered already.
    again: bool,
}

impl Page for ConfirmationPage {
    const TEMPLATE: &'static str = "public/confirmation";

    fn title(&self) -> String {
        if self.cancelled {
            return "Cette inscription est annulée".to_owned();
        }
        match (&self.position, self.seats) {
            (Some(_), _) => "Vous êtes sur la liste d’attente".to_owned(),
            (None, 1) => "C’est noté : une place vous attend".to_owned(),
            (None, _) => "C’est noté : deux places vous attendent".to_owned(),
        }
    }
}

/// `/inscriptions/0198…`
pub async fn confirmation(
    State(app): State<App>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let id = id.parse().map(RegistrationId).map_err(|_| WebError::no_such_page())?;
    let found = find_registration::by_id(&app.store, id).await?.ok_or_else(WebError::no_such_page)?;
    let contacts = whom_to_call(&app, Some(found.structure)).await?;
    let seats = found.registration.seats();
    let page = ConfirmationPage {
        workshop: WorkshopView::from(&found.workshop),
        cancelled: found.registration.status == Status::Cancelled,
        seats,
        people: counted(seats, "personne", "personne", "personnes"),
        more: fields.get("a_deux") == "oui",
        phone: contacts.first().map(|c| c.phone().to_owned()),
        position: found.position.map(|p| if p == 1 { "1re".to_owned() } else { format!("{p}e") }),
        again: fields.get("deja") == "oui",
    };
    show(&page, &Shell::public(contacts))
}

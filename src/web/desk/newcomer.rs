//! A caller whom no list knows.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::card::{ChoiceView, choices, chosen};
use super::register::{Refusal, RegisterForm, workshops_near};
use crate::domain::id::StructureId;
use crate::domain::number::InvitationNumber;
use crate::service::list_workshops;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Desk, Fields};
use crate::web::page::{Page, show};
use crate::web::view::{Room, Shell, encoded};

/// Their commune, the workshops near it, and the form.
#[derive(Serialize)]
pub struct NewcomerPage {
    commune: String,
    /// The number of the commune's letters, where the caller gave it.
    number: Option<String>,
    /// The reference that the caller gave.
    reference: Option<String>,
    /// The commune that was understood.
    near: Option<String>,
    choices: Vec<ChoiceView>,
    form: Option<RegisterForm>,
    #[serde(skip)]
    status: StatusCode,
}

impl Page for NewcomerPage {
    const TEMPLATE: &'static str = "desk/newcomer";

    fn title(&self) -> String {
        "Inscrire une personne qui n’est dans aucune liste".to_owned()
    }

    fn status(&self) -> StatusCode {
        self.status
    }
}

/// `GET /accueil/nouveau?commune=Langogne&atelier=tablette-langogne`
pub async fn newcomer(State(app): State<App>, desk: Desk, fields: Fields) -> Result<Response, WebError> {
    let page = NewcomerPage::new(&app, desk.scope, &fields, &Refusal::default()).await?;
    show(&page, &Shell::staff(&desk.user, Room::Phone))
}

impl NewcomerPage {
    /// The page with what was typed, and why it comes back.
    pub async fn new(app: &App, scope: StructureId, typed: &Fields, refusal: &Refusal) -> Result<Self, WebError> {
        let commune = typed.get("commune");
        let workshops = workshops_near(app, scope, commune).await?;
        let near = Some(commune).filter(|c| !c.is_empty()).and_then(|c| list_workshops::commune_of(c, &workshops));
        let wanted = typed.get("atelier");
        let number = InvitationNumber::parse(typed.get("numero")).ok();
        let reference = Some(typed.get("reference").to_owned()).filter(|r| !r.is_empty());
        let carried =
            |name: &str, value: Option<&str>| value.map(|v| format!("&{name}={}", encoded(v))).unwrap_or_default();
        let carried =
            carried("numero", number.map(|n| n.digits()).as_deref()) + &carried("reference", reference.as_deref());
        let href = |slug: &str| format!("/accueil/nouveau?atelier={slug}&commune={}{carried}", encoded(commune));
        Ok(Self {
            commune: commune.to_owned(),
            number: number.map(|n| n.digits()),
            reference,
            near: near.map(|c| c.name.clone()),
            choices: choices(&workshops, wanted, near.map(|c| c.name.as_str()), href),
            form: chosen(&workshops, wanted).map(|w| RegisterForm::for_newcomer(w, typed, refusal)),
            status: refusal.status(),
        })
    }
}

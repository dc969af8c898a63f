//! The campaigns of the structure.

use axum::extract::State;
use axum::response::Response;
use chrono::Utc;
use serde::Serialize;

use crate::service::{compare_channels, list_workshops};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::Office;
use crate::web::page::{Page, show};
use crate::web::view::{Room, Shell, WorkshopView, counted};

#[derive(Serialize)]
struct HomePage {
    campaigns: Vec<CampaignView>,
    workshops: Vec<WorkshopView>,
    sees_people: bool,
    #[serde(skip)]
    seats: u32,
    #[serde(skip)]
    taken: u32,
}

#[derive(Serialize)]
struct CampaignView {
    slug: String,
    name: String,
}

impl Page for HomePage {
    const TEMPLATE: &'static str = "office/home";

    fn title(&self) -> String {
        match self.workshops.len() as u64 {
            0 => "Aucun atelier".to_owned(),
            workshops => format!(
                "{}, {}, {}",
                counted(workshops, "", "atelier", "ateliers"),
                counted(self.seats, "aucune place", "place", "places"),
                counted(self.taken, "aucune place prise", "place prise", "places prises")
            ),
        }
    }
}

/// `GET /bureau`
pub async fn home(State(app): State<App>, office: Office) -> Result<Response, WebError> {
    let campaigns = compare_channels::campaigns(&app.store, office.scope).await?;
    let workshops = list_workshops::of_structure(&app.store, office.scope, Utc::now()).await?;
    let seats = workshops.iter().map(|w| u32::from(w.workshop.capacity)).sum();
    let free: u32 = workshops.iter().map(|w| w.seats_left).sum();
    let page = HomePage {
        campaigns: campaigns.into_iter().map(|c| CampaignView { slug: c.slug, name: c.name }).collect(),
        workshops: workshops.iter().map(WorkshopView::from).collect(),
        sees_people: office.user.role.sees_people(),
        seats,
        taken: seats.saturating_sub(free),
    };
    show(&page, &Shell::staff(&office.user, Room::Campaigns))
}

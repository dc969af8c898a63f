//! The office's home: the campaigns of the structure, and of each what to do next.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use serde::Serialize;

use super::document_views::{OutdatedView, outdated};
use crate::service::what_next::{self, Outlook, Place, State as StepState, StepName, Task};
use crate::service::{compare_channels, edit_structure};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Fields, Office};
use crate::web::page::{Page, show};
use crate::web::view::{Room, Section, Shell, WorkshopView, counted};

#[derive(Serialize)]
struct CampaignsPage {
    campaigns: Vec<CampaignView>,
    edits: bool,
}

#[derive(Serialize)]
struct CampaignView {
    slug: String,
    name: String,
}

impl Page for CampaignsPage {
    const TEMPLATE: &'static str = "office/campaigns";

    fn title(&self) -> String {
        if self.campaigns.is_empty() { "Votre première campagne" } else { "Vos campagnes" }.to_owned()
    }
}

#[derive(Serialize)]
struct HomePage {
    campaign: String,
    slug: String,
    steps: Vec<StepView>,
    tasks: Vec<TaskView>,
    workshops: Vec<WorkshopView>,
    outdated: Vec<OutdatedView>,
    edits: bool,
    done: Option<&'static str>,
    notes: Vec<&'static str>,
    #[serde(skip)]
    title: String,
}

#[derive(Serialize)]
struct StepView {
    label: &'static str,
    text: String,
    /// `done`, `now` or `later`.
    state: &'static str,
    state_text: &'static str,
}

#[derive(Serialize)]
struct TaskView {
    when: String,
    late: bool,
    what: String,
    rest: String,
    href: String,
    button: &'static str,
    /// The first of today's is the one to do.
    first: bool,
}

impl Page for HomePage {
    const TEMPLATE: &'static str = "office/home";

    fn title(&self) -> String {
        self.title.clone()
    }
}

/// `GET /bureau`
pub async fn home(State(app): State<App>, office: Office) -> Result<Response, WebError> {
    let edits = office.user.role.edits_campaigns();
    let campaigns = compare_channels::campaigns(&app.store, office.scope).await?;
    if let [only] = campaigns.as_slice() {
        return Ok(Redirect::to(&format!("/bureau/{}", only.slug)).into_response());
    }
    if edits && campaigns.is_empty() && edit_structure::structure(&app.store, office.scope).await?.is_none() {
        return Ok(Redirect::to("/bureau/structure").into_response());
    }
    all(&office, campaigns)
}

/// `GET /bureau/campagnes`
pub async fn campaigns(State(app): State<App>, office: Office) -> Result<Response, WebError> {
    let campaigns = compare_channels::campaigns(&app.store, office.scope).await?;
    all(&office, campaigns)
}

fn all(office: &Office, campaigns: Vec<compare_channels::CampaignName>) -> Result<Response, WebError> {
    let campaigns = campaigns.into_iter().map(|c| CampaignView { slug: c.slug, name: c.name }).collect();
    let page = CampaignsPage { campaigns, edits: office.user.role.edits_campaigns() };
    show(&page, &Shell::staff(&office.user, Room::Campaigns))
}

/// `GET /bureau/lozere-2026`
pub async fn campaign(
    State(app): State<App>,
    office: Office,
    Path(slug): Path<String>,
    query: Fields,
) -> Result<Response, WebError> {
    let outlook = what_next::what_next(&app.store, office.scope, &slug, Utc::now()).await?;
    let edits = office.user.role.edits_campaigns();
    let campaign = &outlook.stored.campaign;
    let done = match query.get("fait") {
        "enregistre" => Some("C’est enregistré."),
        "importe" => Some("La campagne est importée."),
        _ => None,
    };
    let mut notes = Vec::new();
    if query.get("note").contains("ateliers") {
        notes.push(
            "Des ateliers d’une autre campagne portaient déjà les mêmes noms courts : ceux-ci en ont reçu d’autres.",
        );
    }
    if query.get("note").contains("structure") {
        notes.push("Le dossier nommait autrement votre structure : vos propres coordonnées ont été gardées.");
    }
    if query.get("note").contains("lettre") {
        notes.push("Le texte de la lettre n’était pas dans le fichier : le texte habituel l’a remplacé.");
    }
    let page = HomePage {
        campaign: campaign.name.clone(),
        slug: campaign.slug.clone(),
        steps: steps(&outlook),
        tasks: if edits { tasks(&outlook) } else { Vec::new() },
        workshops: outlook.workshops.iter().map(WorkshopView::from).collect(),
        outdated: outdated(campaign, &outlook.usage.outdated(campaign)),
        edits,
        done,
        notes,
        title: title(&outlook),
    };
    show(&page, &Shell::campaign(&office.user, &campaign.slug, &campaign.name, Section::Home))
}

fn title(outlook: &Outlook) -> String {
    let workshops = &outlook.situation.workshops;
    if workshops.is_empty() {
        return "Tout est à préparer".to_owned();
    }
    let seats: u32 = workshops.iter().map(|w| w.capacity).sum();
    let taken: u32 = workshops.iter().map(|w| w.taken).sum();
    format!(
        "{}, {}, {}",
        counted(workshops.len() as u64, "", "atelier", "ateliers"),
        counted(seats, "aucune place", "place", "places"),
        counted(taken, "aucun inscrit", "inscrit", "inscrits")
    )
}

fn steps(outlook: &Outlook) -> Vec<StepView> {
    let view = |step: what_next::Step| {
        let label = match step.name {
            StepName::Lists => "Listes",
            StepName::Audience => "Public",
            StepName::Letters => "Courriers",
            StepName::Media => "Médias locaux",
            StepName::Workshops => "Ateliers",
            StepName::Report => "Bilan",
        };
        let (state, state_text) = match step.state {
            StepState::Done => ("done", "fait"),
            StepState::Now => ("now", "en cours"),
            StepState::Later => ("later", "plus tard"),
        };
        StepView { label, text: step.text, state, state_text }
    };
    what_next::steps(&outlook.situation).into_iter().map(view).collect()
}

fn tasks(outlook: &Outlook) -> Vec<TaskView> {
    let (today, slug) = (outlook.situation.today, &outlook.stored.campaign.slug);
    let mut shown: Vec<_> = what_next::tasks(&outlook.situation)
        .into_iter()
        .map(|Task { due, what, rest, place, button }| TaskView {
            when: what_next::when(due, today),
            late: due < today,
            what,
            rest,
            href: match place {
                Place::Campaign(page) => format!("/bureau/{slug}{page}"),
                Place::Oppositions => "/bureau/oppositions".to_owned(),
                Place::Sheet(workshop, session) => format!("/accueil/presences/{workshop}?seance={session}"),
            },
            button,
            first: false,
        })
        .collect();
    if let Some(first) = shown.first_mut() {
        first.first = true;
    }
    shown
}

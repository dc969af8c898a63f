//! How flyers and posters are made: design, papers, and for which machines.

use axum::extract::{Path, State};
use axum::response::Response;

use super::edit_page::{self, EditPage, Refusal};
use super::form::{Group, Typed};
use super::things::FormFields;
use crate::domain::edition::{Design, Finish, Paper};
use crate::service::edit_campaign::{self, Edit, StoredCampaign};
use crate::service::find_campaign::find_campaign;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Coordinator, Submitted};

/// `GET /bureau/{campaign}/modele`
pub async fn form(
    State(app): State<App>,
    coordinator: Coordinator,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let stored = find_campaign(&app.store, coordinator.scope, &slug).await?;
    let editions = &stored.campaign.editions;
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut fields = vec![
        field("design", editions.design.code()),
        field("flyer", editions.flyer.code()),
        field("poster", editions.poster.code()),
        field("tabs", if editions.tabs { "oui" } else { "" }),
    ];
    fields.extend(editions.also.iter().map(|finish| field("also[]", finish.code())));
    edit_page::show_in(&coordinator, &stored, &page(&stored, &fields, &Refusal::default()))
}

/// `POST /bureau/{campaign}/modele`
pub async fn save(
    State(app): State<App>,
    coordinator: Coordinator,
    Path(slug): Path<String>,
    submitted: Submitted,
) -> Result<Response, WebError> {
    let edit = Edit::Editions { fields: submitted.fields.clone() };
    let again = |stored: &StoredCampaign, refusal: &Refusal| page(stored, &submitted.fields, refusal);
    edit_page::save(&app, &coordinator, &slug, submitted.get("etat"), edit, again).await
}

fn page(stored: &StoredCampaign, fields: &FormFields, refusal: &Refusal) -> EditPage {
    let campaign = &stored.campaign;
    let typed = Typed { fields, mistakes: &refusal.mistakes };
    let owned = |(code, label): (&str, &str)| (code.to_owned(), label.to_owned());
    let papers = |posters: bool| {
        let papers = Paper::ALL.iter().filter(move |paper| paper.is_poster() == posters);
        papers.map(move |paper| owned((paper.code(), paper.label())))
    };
    let designs = Design::ALL.iter().map(|design| owned((design.code(), design.label())));
    let finishes = Finish::ALL.iter().filter(|finish| **finish != Finish::Plain);
    let finishes = finishes.map(|finish| owned((finish.code(), finish.label())));
    let here = format!("/bureau/{}/modele", campaign.slug);
    EditPage {
        over: campaign.name.clone(),
        lead: Some("Chaque relais dit, sur sa page, s’il veut des flyers, des affiches ou des annonces.".to_owned()),
        title: "Comment faire les flyers et les affiches ?".to_owned(),
        action: here.clone(),
        files: false,
        mark: edit_campaign::mark_of_editions(campaign),
        groups: vec![
            Group::new("L’allure", vec![typed.select("design", "Modèle", None, designs)]),
            Group::new(
                "Les formats",
                vec![
                    typed.select("flyer", "Flyers", None, papers(false)),
                    typed.select("poster", "Affiches", None, papers(true)),
                    typed.tick("tabs", "Des languettes à détacher au bas des affiches"),
                ],
            ),
            Group::new(
                "En plus de l’exemplaire en couleur",
                vec![typed.ticks("also", "Faire aussi", finishes).optional()],
            ),
        ],
        submit: "Enregistrer",
        back: format!("/bureau/{}/documents", campaign.slug),
        mistakes: refusal.mistakes.clone(),
        overtaken: refusal.overtaken.then_some(here),
        delete: None,
        status: refusal.status(),
    }
}

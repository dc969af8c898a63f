//! Draw the chosen audience, once its counts were seen.

use axum::extract::{Path, State};
use axum::response::Response;
use chrono::Utc;
use serde::Serialize;

use super::counts::CountsView;
use super::saved::{back, may_change};
use crate::service::advise_sample::{USUAL, advise_sample};
use crate::service::count_audience::count_audience;
use crate::service::find_campaign::find_campaign;
use crate::service::{draw_audience, save_audience};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::Office;
use crate::web::page::{Page, show};
use crate::web::view::{Section, Shell, counted};

#[derive(Serialize)]
struct DrawPage {
    slug: String,
    campaign: String,
    name: String,
    counts: CountsView,
    possible: bool,
    #[serde(skip)]
    now: u64,
}

impl Page for DrawPage {
    const TEMPLATE: &'static str = "office/audience_draw";

    fn title(&self) -> String {
        format!("Écrire à {} ?", counted(self.now, "personne", "foyer", "foyers"))
    }
}

/// `GET /bureau/lozere-2026/public/tirer`
pub async fn confirm(State(app): State<App>, office: Office, Path(slug): Path<String>) -> Result<Response, WebError> {
    may_change(&office)?;
    let campaign = find_campaign(&app.store, office.scope, &slug).await?;
    let definition = &campaign.campaign;
    let selection = count_audience(&app.store, &campaign, &definition.audience).await?;
    let letters = draw_audience::printed_letters(&app.store, &campaign).await?;
    let advice = advise_sample(&selection, &definition.audience, USUAL, letters);
    let saved = save_audience::of_campaign(&app.store, &campaign).await?;
    let printed = draw_audience::is_printed(&app.store, &campaign).await?;
    let page = DrawPage {
        slug: definition.slug.clone(),
        campaign: definition.name.clone(),
        name: saved.into_iter().find(|s| s.chosen).map(|s| s.name).unwrap_or_default(),
        counts: CountsView::of(definition, &selection, advice, Vec::new()),
        possible: !printed && selection.counts.now > 0,
        now: selection.counts.now,
    };
    show(&page, &Shell::campaign(&office.user, &definition.slug, &definition.name, Section::Audience))
}

/// `POST /bureau/lozere-2026/public/tirer`
pub async fn draw(State(app): State<App>, office: Office, Path(slug): Path<String>) -> Result<Response, WebError> {
    may_change(&office)?;
    let campaign = find_campaign(&app.store, office.scope, &slug).await?;
    draw_audience::draw_chosen(&app.store, &app.config.var, &campaign, Utc::now()).await?;
    Ok(back(&slug, "fait=tire"))
}

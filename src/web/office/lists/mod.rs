//! The lists of a campaign: given, looked at, put under their contract, read in, reviewed, accepted.

mod contract;
mod links;
mod look;
mod pairs;
mod progress;
mod review;
mod table;
mod upload;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::routing::{get, post};

use crate::domain::id::DeliveryId;
use crate::service::find_campaign::StoredCampaign;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::Coordinator;
use crate::web::uploads::Upload;
use crate::web::view::{Section, Shell};

/// `/bureau/{campaign}/listes`.
pub fn routes() -> Router<App> {
    let base = "/bureau/{campaign}/listes";
    let at = |path: &str| format!("{base}{path}");
    // A list is larger than any form; its handler counts for itself.
    let unbounded = DefaultBodyLimit::disable;
    Router::new()
        .route(base, get(table::lists).post(upload::give).layer(unbounded()))
        .route(&at("/fichier/{file}"), get(look::look).post(look::overrule))
        .route(&at("/fichier/{file}/contrat"), get(contract::ask).post(contract::stage))
        .route(&at("/{list}"), get(review::review))
        .route(&at("/{list}/contrat"), get(contract::form).post(contract::save))
        .route(&at("/{list}/accepter"), post(review::accept))
        .route(&at("/{list}/ecarter"), post(review::discard))
        .route(&at("/{list}/complement"), post(upload::complete).layer(unbounded()))
        .route(&at("/{list}/resultats.csv"), get(review::outcomes))
        .route(&at("/{list}/refusees.csv"), get(review::refused))
        .route(&at("/{list}/liens"), get(links::links).post(links::separate))
        .route(&at("/{list}/doutes"), get(pairs::pairs).post(pairs::answer))
}

/// The file that she gave a moment ago.
fn given(app: &App, who: &Coordinator, campaign: &StoredCampaign, file: &str) -> Result<Arc<Upload>, WebError> {
    app.uploads.find(file, who.user.id, campaign.id).ok_or_else(|| {
        WebError::new(
            StatusCode::GONE,
            "Ce fichier n’est plus là",
            "Un fichier attend une heure au plus, et pas au-delà d’un redémarrage du serveur. Rien n’a été importé : ouvrez la page Listes et donnez-le à nouveau.",
        )
    })
}

/// The list in an address.
fn list_id(text: &str) -> Result<DeliveryId, WebError> {
    text.parse().map(DeliveryId).map_err(|_| WebError::no_such_page())
}

fn shell(who: &Coordinator, campaign: &StoredCampaign) -> Shell {
    Shell::campaign(&who.user, &campaign.campaign.slug, &campaign.campaign.name, Section::Lists)
}

/// Under the page of a campaign's lists.
fn path(campaign: &StoredCampaign, rest: &str) -> String {
    format!("/bureau/{}/listes{rest}", campaign.campaign.slug)
}

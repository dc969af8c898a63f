//! The proof before printing: errors, warnings, and the extreme letters as pictures.

use axum::extract::{Path, State};
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::Utc;
use serde::Serialize;

use crate::service::check_campaign::{Finding, check_campaign};
use crate::service::find_campaign::find_campaign;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::Coordinator;
use crate::web::page::{Page, show};
use crate::web::view::{Section, Shell, counted};

#[derive(Serialize)]
struct CheckPage {
    slug: String,
    campaign: String,
    errors: Vec<FindingView>,
    warnings: Vec<FindingView>,
    /// What was looked at.
    seen: String,
    letters: Vec<LetterView>,
}

#[derive(Serialize)]
struct FindingView {
    place: String,
    message: String,
}

#[derive(Serialize)]
struct LetterView {
    title: String,
    pages: Vec<String>,
}

impl Page for CheckPage {
    const TEMPLATE: &'static str = "office/check";
    const PICTURES: bool = true;

    fn title(&self) -> String {
        match self.errors.len() {
            0 => "Rien n’empêche d’imprimer".to_owned(),
            count => {
                format!("{} à corriger avant d’imprimer", counted(count as u64, "aucune erreur", "erreur", "erreurs"))
            }
        }
    }
}

/// `GET /bureau/{campaign}/verification`
pub async fn check(
    State(app): State<App>,
    coordinator: Coordinator,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let stored = find_campaign(&app.store, coordinator.scope, &slug).await?;
    let definition = &stored.campaign;
    let proof = check_campaign(&app.store, &app.config, definition, Some(&stored), false, true, Utc::now()).await?;
    let view = |f: &Finding| FindingView { place: f.place.clone(), message: f.message.clone() };
    let page = CheckPage {
        slug: definition.slug.clone(),
        campaign: definition.name.clone(),
        errors: proof.errors().map(view).collect(),
        warnings: proof.warnings().map(view).collect(),
        seen: match proof.letters {
            0 => "Le public n’est pas encore tiré : une lettre d’exemple a été vérifiée.".to_owned(),
            count => format!(
                "{} chacune avec son adresse.",
                counted(count as u64, "aucune lettre vérifiée", "lettre vérifiée", "lettres vérifiées")
            ),
        },
        letters: proof
            .extremes
            .iter()
            .map(|extreme| LetterView {
                title: extreme.title.clone(),
                pages: extreme
                    .pages
                    .iter()
                    .map(|png| format!("data:image/png;base64,{}", BASE64_STANDARD.encode(png)))
                    .collect(),
            })
            .collect(),
    };
    show(&page, &Shell::campaign(&coordinator.user, &definition.slug, &definition.name, Section::Home))
}

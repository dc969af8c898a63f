//! Funders, with what they ask for and their logos.

use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::{EditMistake, FormFields, Group, RowView, Thing, Typed, field};
use crate::domain::campaign::Campaign;
use crate::domain::funder::Funder;
use crate::service::edit_campaign::{Kind, LogoEdit, Usage};
use crate::service::find_campaign::find_campaign;
use crate::service::read_logo::read_logo;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Coordinator, Submitted};
use crate::web::view::{Section, encoded};

/// Who pays.
pub struct Funders;

impl Thing for Funders {
    const KIND: Kind = Kind::Funder;
    const PATH: &'static str = "financeurs";
    const SECTION: Section = Section::Workshops;
    const TITLE: &'static str = "Qui paie les ateliers ?";
    const NEW: &'static str = "Ajouter un financeur";
    const EMPTY: &'static str =
        "Une caisse de retraite, la conférence des financeurs : ajoutez-les avec ce qu’ils demandent.";
    const DELETE: &'static str = "Supprimer ce financeur";
    const FILES: bool = true;

    fn rows(campaign: &Campaign, _: &Usage) -> Vec<RowView> {
        let row = |funder: &Funder| {
            let mut asks = Vec::new();
            if funder.minimum_age > 0 {
                asks.push(format!("à partir de {}\u{a0}ans", funder.minimum_age));
            }
            if funder.home_only {
                asks.push("à domicile seulement".to_owned());
            }
            let mut details: Vec<_> = Some(asks.join(", ")).filter(|a| !a.is_empty()).into_iter().collect();
            details.extend(funder.mentions.iter().map(|m| format!("« {m} »")));
            RowView {
                slug: encoded(&funder.slug),
                name: funder.name.clone(),
                details,
                tag: funder.logo.is_none().then(|| "sans logo".to_owned()),
                picture: funder.logo.is_some(),
                copies: false,
            }
        };
        campaign.funders.iter().map(row).collect()
    }

    fn fields(campaign: &Campaign, slug: &str) -> Option<FormFields> {
        let funder = campaign.funder(slug)?;
        let age = if funder.minimum_age > 0 { funder.minimum_age.to_string() } else { String::new() };
        Some(vec![
            field("slug", &funder.slug),
            field("name", &funder.name),
            field("minimum_age", age),
            field("home_only", if funder.home_only { "oui" } else { "" }),
            field("mentions", funder.mentions.join("\n")),
        ])
    }

    fn groups(campaign: &Campaign, slug: Option<&str>, typed: Typed<'_>) -> Vec<Group> {
        let mut logo = vec![
            typed
                .input("file", "logo", "Logo")
                .optional()
                .hint("PNG, JPEG ou SVG, 2 Mo au plus. Sans fichier, rien ne change."),
        ];
        if slug.and_then(|slug| campaign.funder(slug)).is_some_and(|f| f.logo.is_some()) {
            logo.push(typed.tick("logo_remove", "Retirer le logo enregistré"));
        }
        vec![
            Group::new(
                "Le financeur",
                vec![
                    typed.text("name", "Nom avec son article").hint("Comme dans une phrase : « la Carsat »"),
                    typed.input("number", "minimum_age", "Âge à partir duquel il paie").optional(),
                    typed.tick("home_only", "Seulement pour qui vit à domicile"),
                ],
            ),
            Group::new(
                "Ce qu’il demande sur les documents",
                [vec![typed.area("mentions", "Phrases exigées", 3).optional().hint("Une par ligne.")], logo].concat(),
            ),
            super::workshops::short_name(typed, "Nom court, pour le dossier de la campagne"),
        ]
    }

    fn logo(submitted: &Submitted) -> Result<LogoEdit, EditMistake> {
        given_picture(submitted, "logo")
    }
}

/// What a form with a field of this name, and one that ends with `_remove`, wants of a picture.
pub fn given_picture(submitted: &Submitted, field: &str) -> Result<LogoEdit, EditMistake> {
    match submitted.file(field) {
        Some(file) => {
            let wrong =
                |why: String| EditMistake { field: field.to_owned(), message: format!("« {} » : {why}", file.name) };
            let bytes = file.content.bytes().map_err(|e| wrong(e.to_string()))?;
            read_logo(&bytes).map(LogoEdit::Put).map_err(|e| wrong(e.to_string()))
        }
        None if !submitted.get(&format!("{field}_remove")).is_empty() => Ok(LogoEdit::Remove),
        None => Ok(LogoEdit::Keep),
    }
}

/// `GET /bureau/{campaign}/financeurs/{slug}/logo`
pub async fn logo(
    State(app): State<App>,
    coordinator: Coordinator,
    Path((campaign, slug)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let stored = find_campaign(&app.store, coordinator.scope, &campaign).await?;
    let logo = stored.campaign.funder(&slug).and_then(|f| f.logo.clone()).ok_or_else(WebError::no_such_page)?;
    Ok(([(CONTENT_TYPE, logo.kind().media_type())], logo.bytes().to_vec()).into_response())
}

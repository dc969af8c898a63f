//! Who the structure is.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::edit_page::{EditPage, Refusal};
use super::form::{Group, Typed};
use super::things::given_picture;
use crate::domain::structure::Structure;
use crate::service::edit_campaign::EditError;
use crate::service::edit_structure;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Coordinator, Submitted};
use crate::web::page::show;
use crate::web::view::{Room, Shell};

/// `GET /bureau/structure`
pub async fn form(State(app): State<App>, coordinator: Coordinator) -> Result<Response, WebError> {
    let known = edit_structure::structure(&app.store, coordinator.scope).await?;
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let fields = match &known {
        Some(s) => vec![
            field("name", &s.name),
            field("street", &s.street),
            field("postcode", s.postcode.as_str()),
            field("town", &s.town),
            field("phone", &s.phone.to_string().replace('\u{a0}', " ")),
            field("hours", &s.hours),
            field("data_email", &s.data_email),
            field("signatory", &s.signatory),
            field("colour", &s.colour.map(|c| c.to_string()).unwrap_or_default()),
        ],
        None => vec![field("name", &coordinator.user.structure_name)],
    };
    let mut page = page(known.as_ref(), &fields, &Refusal::default());
    if known.is_none() {
        page.lead = Some("Bienvenue. Ces lignes figureront sur les lettres et les pages d’inscription.".to_owned());
    }
    show(&page, &Shell::staff(&coordinator.user, Room::Campaigns))
}

/// `POST /bureau/structure`
pub async fn save(
    State(app): State<App>,
    coordinator: Coordinator,
    submitted: Submitted,
) -> Result<Response, WebError> {
    let edited = match (given_picture(&submitted, "logo"), given_picture(&submitted, "signature")) {
        (Ok(logo), Ok(signature)) => {
            edit_structure::edit_structure(&app.store, coordinator.scope, &submitted.fields, logo, signature).await
        }
        (logo, signature) => Err(EditError::Fields(logo.err().into_iter().chain(signature.err()).collect())),
    };
    match edited {
        Ok(_) => Ok(Redirect::to("/bureau").into_response()),
        Err(error) => {
            let known = edit_structure::structure(&app.store, coordinator.scope).await?;
            let page = page(known.as_ref(), &submitted.fields, &Refusal::of(error)?);
            show(&page, &Shell::staff(&coordinator.user, Room::Campaigns))
        }
    }
}

fn page(known: Option<&Structure>, fields: &[(String, String)], refusal: &Refusal) -> EditPage {
    let typed = Typed { fields, mistakes: &refusal.mistakes };
    // Only what is there can be taken away.
    let logo_remove = typed.tick("logo_remove", "Retirer le logo enregistré");
    let logo_remove = known.is_some_and(|s| s.logo.is_some()).then_some(logo_remove);
    let signature_remove = typed.tick("signature_remove", "Retirer la signature enregistrée");
    let signature_remove = known.is_some_and(|s| s.signature.is_some()).then_some(signature_remove);
    EditPage {
        over: "Votre structure".to_owned(),
        lead: None,
        title: "Qui écrit, et qui appeler ?".to_owned(),
        action: "/bureau/structure".to_owned(),
        files: true,
        mark: String::new(),
        groups: vec![
            Group::new(
                "Sur l’en-tête",
                vec![
                    typed.text("name", "Nom de la structure"),
                    typed.text("street", "Numéro et rue"),
                    typed.text("postcode", "Code postal"),
                    typed.text("town", "Commune"),
                ],
            ),
            Group::new(
                "Pour s’inscrire",
                vec![
                    typed.input("tel", "phone", "Téléphone"),
                    typed.text("hours", "Quand on y répond").hint("« du lundi au vendredi, de 9 h à 17 h »"),
                ],
            ),
            Group::new(
                "Sur les flyers et les affiches",
                [
                    typed
                        .text("colour", "Votre couleur")
                        .optional()
                        .hint("Une couleur foncée, « #0e4d47 », sur laquelle on lit du blanc."),
                    typed
                        .input("file", "logo", "Logo")
                        .optional()
                        .hint("PNG, JPEG ou SVG, 2 Mo au plus. Sans fichier, rien ne change."),
                ]
                .into_iter()
                .chain(logo_remove)
                .collect(),
            ),
            Group::new(
                "En bas de la lettre",
                [
                    typed.text("signatory", "Qui signe, avec sa fonction"),
                    typed
                        .input("file", "signature", "Image de la signature")
                        .optional()
                        .hint("PNG ou SVG sur fond transparent, 2 Mo au plus. Elle se met où la lettre dit {{signature}}. Sans fichier, rien ne change."),
                ]
                .into_iter()
                .chain(signature_remove)
                .chain([typed.input("email", "data_email", "Courriel pour les questions sur les données personnelles")])
                .collect(),
            ),
        ],
        submit: "Enregistrer",
        back: "/bureau".to_owned(),
        mistakes: refusal.mistakes.clone(),
        overtaken: None,
        delete: None,
        status: refusal.status(),
    }
}

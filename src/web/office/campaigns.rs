//! Campaigns themselves: begun, resumed from an earlier one, their own facts changed.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Days;

use super::edit_page::{self, EditPage, Refusal};
use super::form::{Group, Typed};
use super::things::{FormFields, around};
use crate::domain::calendar;
use crate::service::edit_campaign::{self, Edit, StoredCampaign};
use crate::service::find_campaign::find_campaign;
use crate::service::read_pack::{DEAD_CODES, is_local};
use crate::service::{create_campaign, edit_structure};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Coordinator, Fields, Submitted};
use crate::web::page::show;
use crate::web::view::{Room, Shell};

/// `GET /bureau/campagnes/nouvelle?reprendre=lozere-2026`
pub async fn new(State(app): State<App>, coordinator: Coordinator, query: Fields) -> Result<Response, WebError> {
    if edit_structure::structure(&app.store, coordinator.scope).await?.is_none() {
        return Ok(Redirect::to("/bureau/structure").into_response());
    }
    let today = around(&app).today;
    let later = |days: u64| calendar::working_day(today + Days::new(days)).to_string();
    let model = query.get("reprendre");
    let mut fields = vec![
        field("seed", &rand::random_range(1..1_000_000_u32).to_string()),
        field("posting_day", &later(28)),
        field("reply_by", &later(45)),
        field("reprendre", model),
    ];
    if !model.is_empty() {
        let model = find_campaign(&app.store, coordinator.scope, model).await?;
        fields.push(field("public_url", &model.campaign.public_url));
    }
    show(&new_page(&app, &fields, &Refusal::default()), &Shell::staff(&coordinator.user, Room::Campaigns))
}

/// `POST /bureau/campagnes/nouvelle`
pub async fn create(
    State(app): State<App>,
    coordinator: Coordinator,
    submitted: Submitted,
) -> Result<Response, WebError> {
    let model = Some(submitted.get("reprendre")).filter(|m| !m.is_empty());
    let around = around(&app);
    match create_campaign::create_campaign(&app.store, coordinator.scope, &submitted.fields, model, &around).await {
        Ok(stored) => Ok(Redirect::to(&format!("/bureau/{}", stored.campaign.slug)).into_response()),
        Err(error) => {
            let page = new_page(&app, &submitted.fields, &Refusal::of(error)?);
            show(&page, &Shell::staff(&coordinator.user, Room::Campaigns))
        }
    }
}

/// `GET /bureau/{campaign}/campagne`
pub async fn form(
    State(app): State<App>,
    coordinator: Coordinator,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let stored = find_campaign(&app.store, coordinator.scope, &slug).await?;
    let c = &stored.campaign;
    let fields = vec![
        field("name", &c.name),
        field("public_url", &c.public_url),
        field("seed", &c.seed.to_string()),
        field("posting_day", &c.posting_day.to_string()),
        field("reply_by", &c.reply_by.to_string()),
        field("seed_address", &c.seed_address.as_ref().map(|a| a.lines().join("\n")).unwrap_or_default()),
    ];
    edit_page::show_in(&coordinator, &stored, &facts_page(&app, &stored, &fields, &Refusal::default()))
}

/// `POST /bureau/{campaign}/campagne`
pub async fn save(
    State(app): State<App>,
    coordinator: Coordinator,
    Path(slug): Path<String>,
    submitted: Submitted,
) -> Result<Response, WebError> {
    let edit = Edit::Facts { fields: submitted.fields.clone() };
    let again = |stored: &StoredCampaign, refusal: &Refusal| facts_page(&app, stored, &submitted.fields, refusal);
    edit_page::save(&app, &coordinator, &slug, submitted.get("etat"), edit, again).await
}

fn new_page(app: &App, fields: &FormFields, refusal: &Refusal) -> EditPage {
    let typed = Typed { fields, mistakes: &refusal.mistakes };
    let resumes = !typed.get("reprendre").is_empty();
    let resumed = "Les ateliers, les lieux, les financeurs, les relais et la lettre sont repris. Les séances sont décalées \
                   d’autant de semaines que l’envoi des lettres.";
    let seed = Group::new(
        "Réglages",
        vec![
            typed.hidden("reprendre"),
            seed(typed),
            typed
                .text("slug", "Nom court, dans les adresses")
                .optional()
                .hint("Il se fait tout seul du nom : « lozere-hiver-2027 »."),
        ],
    );
    EditPage {
        over: "Bureau".to_owned(),
        lead: resumes.then(|| resumed.to_owned()),
        title: if resumes { "Reprendre une campagne" } else { "Commencer une campagne" }.to_owned(),
        action: "/bureau/campagnes/nouvelle".to_owned(),
        files: false,
        mark: String::new(),
        groups: [facts(app, typed), vec![seed]].concat(),
        submit: "Commencer",
        back: "/bureau".to_owned(),
        mistakes: refusal.mistakes.clone(),
        overtaken: None,
        delete: None,
        status: refusal.status(),
    }
}

fn facts_page(app: &App, stored: &StoredCampaign, fields: &FormFields, refusal: &Refusal) -> EditPage {
    let typed = Typed { fields, mistakes: &refusal.mistakes };
    let here = format!("/bureau/{}/campagne", stored.campaign.slug);
    EditPage {
        over: stored.campaign.name.clone(),
        lead: None,
        title: "Les dates".to_owned(),
        action: here.clone(),
        files: false,
        mark: edit_campaign::mark_of_facts(&stored.campaign),
        groups: [facts(app, typed), vec![Group::new("Réglages", vec![seed(typed)])]].concat(),
        submit: "Enregistrer",
        back: format!("/bureau/{}", stored.campaign.slug),
        mistakes: refusal.mistakes.clone(),
        overtaken: refusal.overtaken.then_some(here),
        delete: None,
        status: refusal.status(),
    }
}

fn facts(app: &App, typed: Typed<'_>) -> Vec<Group> {
    let mut named = vec![typed.text("name", "Nom de la campagne").hint("« Lozère, hiver 2027 »")];
    if app.config.public_url().is_none() {
        let typed_url = typed.get("public_url");
        let hint = match !typed_url.is_empty() && is_local(typed_url) {
            true => format!("Attention : cette adresse {DEAD_CODES}"),
            false => "Les QR codes y mènent : « https://numerique.exemple.fr »".to_owned(),
        };
        named.push(typed.text("public_url", "Adresse du site d’inscription").hint(hint));
    }
    vec![
        Group::new("La campagne", named),
        Group::new(
            "Les dates",
            vec![
                typed.input("date", "posting_day", "Jour où les lettres partent").hint("C’est aussi leur date."),
                typed
                    .input("date", "reply_by", "Date limite pour appeler")
                    .hint("La lettre dit « téléphonez avant le … »."),
            ],
        ),
        Group::new(
            "Une lettre pour vous",
            vec![
                typed
                    .area("seed_address", "Votre adresse, ligne par ligne", 4)
                    .optional()
                    .hint("Chaque lot a une lettre de plus, à cette adresse : vous saurez quand le courrier arrive. Elle ne compte dans aucun chiffre."),
            ],
        ),
    ]
}

fn seed(typed: Typed<'_>) -> super::form::Control {
    typed
        .input("number", "seed", "Graine du tirage au sort")
        .hint("Le sort désigne qui reçoit la lettre maintenant et qui plus tard. Il part de ce nombre : avec le même, il désigne les mêmes foyers. N’importe lequel convient.")
}

fn field(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

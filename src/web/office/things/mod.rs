//! Workshops, places, funders, partners and outlets: listed, made, changed and taken away in the same way. What is particular to
//! each is in its own file.

mod funders;
mod outlets;
mod partners;
mod sessions;
mod venues;
mod workshops;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use serde::Serialize;

use super::document_views::{OutdatedView, outdated};
use super::edit_page::{Delete, EditPage, Refusal};
use super::form::{Group, Typed};
use crate::domain::campaign::Campaign;
use crate::service::edit_campaign::{self, Around, Edit, Kind, LogoEdit, StoredCampaign, Usage};
use crate::service::find_campaign::find_campaign;
use crate::service::local;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Coordinator, Fields, Submitted};
use crate::web::page::{Page, show};
use crate::web::view::{Section, Shell, encoded};
pub use funders::{Funders, given_picture, logo};
pub use outlets::Outlets;
pub use partners::Partners;
pub use venues::Venues;
pub use workshops::Workshops;

/// Names and texts of a form.
pub type FormFields = Vec<(String, String)>;

/// What is particular to a kind of thing.
pub trait Thing {
    /// Which kind.
    const KIND: Kind;
    /// Its part of the address: `/bureau/{campaign}/{PATH}`.
    const PATH: &'static str;
    /// Where its pages stand in the campaign's navigation.
    const SECTION: Section;
    /// The title of the list.
    const TITLE: &'static str;
    /// The button and title for a new one.
    const NEW: &'static str;
    /// What the list says while it is empty.
    const EMPTY: &'static str;
    /// The button that deletes one.
    const DELETE: &'static str;
    /// Whether its form takes files.
    const FILES: bool = false;

    /// The rows of the list.
    fn rows(campaign: &Campaign, usage: &Usage) -> Vec<RowView>;

    /// The fields of one that is there.
    fn fields(campaign: &Campaign, slug: &str) -> Option<FormFields>;

    /// The fields of a new one, or of a copy of this one.
    fn fresh(campaign: &Campaign, copy: Option<FormFields>) -> FormFields {
        let _nothing_to_begin_with = campaign;
        let mut fields = copy.unwrap_or_default();
        fields.retain(|(name, _)| name != "slug");
        fields
    }

    /// The form.
    fn groups(campaign: &Campaign, slug: Option<&str>, typed: Typed<'_>) -> Vec<Group>;

    /// What a button that only changes the form makes of the fields; nothing for the one that saves.
    fn reworked(_submitted: &Submitted) -> Option<FormFields> {
        None
    }

    /// What becomes of a logo.
    fn logo(_submitted: &Submitted) -> Result<LogoEdit, EditMistake> {
        Ok(LogoEdit::Keep)
    }
}

/// A field that cannot be taken before the rules of the pack are asked.
pub type EditMistake = edit_campaign::FieldMistake;

/// A row of a list.
#[derive(Debug, Clone, Serialize)]
pub struct RowView {
    /// The address of its form.
    pub slug: String,
    pub name: String,
    /// Under the name, one line each.
    pub details: Vec<String>,
    /// In short, at the end of the row.
    pub tag: Option<String>,
    /// Whether it has a picture.
    pub picture: bool,
    /// Whether a copy can be made of it.
    pub copies: bool,
}

#[derive(Serialize)]
struct ThingsPage {
    campaign: String,
    slug: String,
    path: &'static str,
    new: &'static str,
    empty: &'static str,
    rows: Vec<RowView>,
    /// What has to be there before: the address and the button.
    first: Option<Tab>,
    /// The lists beside this one.
    tabs: Vec<Tab>,
    /// What was just done.
    done: Option<&'static str>,
    outdated: Vec<OutdatedView>,
    #[serde(skip)]
    title: &'static str,
}

#[derive(Serialize)]
struct Tab {
    href: String,
    label: &'static str,
    here: bool,
}

impl Page for ThingsPage {
    const TEMPLATE: &'static str = "office/things";

    fn title(&self) -> String {
        self.title.to_owned()
    }
}

/// `GET /bureau/{campaign}/lieux`
pub async fn list<T: Thing>(
    State(app): State<App>,
    coordinator: Coordinator,
    Path(slug): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let stored = find_campaign(&app.store, coordinator.scope, &slug).await?;
    let usage = edit_campaign::usage(&app.store, &stored).await?;
    let campaign = &stored.campaign;
    let done = match fields.get("fait") {
        "enregistre" => Some("C’est enregistré."),
        "supprime" => Some("C’est supprimé."),
        _ => None,
    };
    let page = ThingsPage {
        campaign: campaign.name.clone(),
        slug: encoded(&campaign.slug),
        path: T::PATH,
        new: T::NEW,
        empty: T::EMPTY,
        rows: T::rows(campaign, &usage),
        first: (T::KIND == Kind::Workshop && campaign.venues.is_empty()).then(|| Tab {
            href: format!("/bureau/{}/{}/nouveau", encoded(&campaign.slug), Venues::PATH),
            label: Venues::NEW,
            here: false,
        }),
        tabs: tabs(&campaign.slug, T::SECTION, T::PATH),
        done,
        outdated: outdated(campaign, &usage.outdated(campaign)),
        title: T::TITLE,
    };
    show(&page, &shell(&coordinator, campaign, T::SECTION))
}

/// `GET /bureau/{campaign}/lieux/nouveau`
pub async fn new<T: Thing>(
    State(app): State<App>,
    coordinator: Coordinator,
    Path(slug): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let stored = find_campaign(&app.store, coordinator.scope, &slug).await?;
    let copy = T::fields(&stored.campaign, fields.get("copie"));
    let fresh = T::fresh(&stored.campaign, copy);
    show_form::<T>(&coordinator, &stored, None, &fresh, &Refusal::default())
}

/// `GET /bureau/{campaign}/lieux/{slug}`
pub async fn edit<T: Thing>(
    State(app): State<App>,
    coordinator: Coordinator,
    Path((slug, name)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let stored = find_campaign(&app.store, coordinator.scope, &slug).await?;
    let fields = T::fields(&stored.campaign, &name).ok_or_else(WebError::no_such_page)?;
    show_form::<T>(&coordinator, &stored, Some(&name), &fields, &Refusal::default())
}

/// `POST /bureau/{campaign}/lieux/nouveau`
pub async fn create<T: Thing>(
    State(app): State<App>,
    coordinator: Coordinator,
    Path(slug): Path<String>,
    submitted: Submitted,
) -> Result<Response, WebError> {
    save::<T>(app, coordinator, slug, None, submitted).await
}

/// `POST /bureau/{campaign}/lieux/{slug}`
pub async fn change<T: Thing>(
    State(app): State<App>,
    coordinator: Coordinator,
    Path((slug, name)): Path<(String, String)>,
    submitted: Submitted,
) -> Result<Response, WebError> {
    save::<T>(app, coordinator, slug, Some(name), submitted).await
}

/// `POST /bureau/{campaign}/lieux/{slug}/supprimer`
pub async fn delete<T: Thing>(
    State(app): State<App>,
    coordinator: Coordinator,
    Path((slug, name)): Path<(String, String)>,
    submitted: Submitted,
) -> Result<Response, WebError> {
    let edit = Edit::Remove { kind: T::KIND, slug: name };
    let around = around(&app);
    match edit_campaign::edit_campaign(&app.store, coordinator.scope, &slug, submitted.get("etat"), edit, &around).await
    {
        Ok(_) => Ok(Redirect::to(&format!("/bureau/{slug}/{}?fait=supprime", T::PATH)).into_response()),
        Err(error) => {
            Refusal::of(error)?;
            let what_to_do = "Revenez à la liste, et regardez ce qui a changé avant de supprimer.";
            Err(WebError::new(axum::http::StatusCode::CONFLICT, "Quelqu’un l’a modifié entre-temps", what_to_do))
        }
    }
}

async fn save<T: Thing>(
    app: App,
    coordinator: Coordinator,
    slug: String,
    old: Option<String>,
    submitted: Submitted,
) -> Result<Response, WebError> {
    let scope = coordinator.scope;
    let stored = find_campaign(&app.store, scope, &slug).await?;
    if let Some(reworked) = T::reworked(&submitted) {
        let mut page = form_page::<T>(&stored, old.as_deref(), &reworked, &Refusal::default());
        submitted.get("etat").clone_into(&mut page.mark);
        return show(&page, &shell(&coordinator, &stored.campaign, T::SECTION));
    }
    let refusal = match T::logo(&submitted) {
        Err(mistake) => Refusal { mistakes: vec![mistake], overtaken: false },
        Ok(logo) => {
            let edit = Edit::Put { kind: T::KIND, old: old.clone(), fields: submitted.fields.clone(), logo };
            let shown = submitted.get("etat");
            match edit_campaign::edit_campaign(&app.store, scope, &slug, shown, edit, &around(&app)).await {
                Ok(_) => {
                    return Ok(Redirect::to(&format!("/bureau/{slug}/{}?fait=enregistre", T::PATH)).into_response());
                }
                Err(error) => Refusal::of(error)?,
            }
        }
    };
    let mut page = form_page::<T>(&stored, old.as_deref(), &submitted.fields, &refusal);
    if !refusal.overtaken {
        submitted.get("etat").clone_into(&mut page.mark);
    }
    show(&page, &shell(&coordinator, &stored.campaign, T::SECTION))
}

fn show_form<T: Thing>(
    coordinator: &Coordinator,
    stored: &StoredCampaign,
    slug: Option<&str>,
    fields: &FormFields,
    refusal: &Refusal,
) -> Result<Response, WebError> {
    show(&form_page::<T>(stored, slug, fields, refusal), &shell(coordinator, &stored.campaign, T::SECTION))
}

fn form_page<T: Thing>(
    stored: &StoredCampaign,
    slug: Option<&str>,
    fields: &FormFields,
    refusal: &Refusal,
) -> EditPage {
    let campaign = &stored.campaign;
    let base = format!("/bureau/{}/{}", campaign.slug, T::PATH);
    let here = format!("{base}/{}", slug.map_or_else(|| "nouveau".to_owned(), encoded));
    let typed = Typed { fields, mistakes: &refusal.mistakes };
    let name = slug.and_then(|slug| T::rows(campaign, &Usage::default()).into_iter().find(|r| r.slug == encoded(slug)));
    EditPage {
        over: campaign.name.clone(),
        lead: None,
        title: name.map_or_else(|| T::NEW.to_owned(), |row| row.name),
        action: here.clone(),
        files: T::FILES,
        mark: slug.and_then(|slug| edit_campaign::mark_of(campaign, T::KIND, slug)).unwrap_or_default(),
        groups: T::groups(campaign, slug, typed),
        submit: "Enregistrer",
        back: base,
        mistakes: refusal.mistakes.clone(),
        overtaken: refusal.overtaken.then(|| here.clone()),
        delete: slug.map(|_| Delete { action: format!("{here}/supprimer"), label: T::DELETE }),
        status: refusal.status(),
    }
}

/// Workshops, places, funders and partners stand together; outlets alone.
fn tabs(slug: &str, section: Section, here: &str) -> Vec<Tab> {
    if section != Section::Workshops {
        return Vec::new();
    }
    [("ateliers", "Ateliers"), ("lieux", "Lieux"), ("financeurs", "Financeurs"), ("partenaires", "Partenaires")]
        .map(|(path, label)| Tab { href: format!("/bureau/{slug}/{path}"), label, here: path == here })
        .into()
}

fn shell(coordinator: &Coordinator, campaign: &Campaign, section: Section) -> Shell {
    Shell::campaign(&coordinator.user, &campaign.slug, &campaign.name, section)
}

/// Today, and the public address of the settings.
pub fn around(app: &App) -> Around {
    Around { today: local(Utc::now()).date(), public_url: app.config.public_url().map(str::to_owned) }
}

/// A name and a text of a form.
fn field(name: impl Into<String>, value: impl Into<String>) -> (String, String) {
    (name.into(), value.into())
}

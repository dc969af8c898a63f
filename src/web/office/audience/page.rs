//! The form and its counts. Without script the button counts; with it the counts follow what is typed.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::counts::CountsView;
use super::form::{self, AudienceForm, Wrong, fragility_field, venue_name};
use crate::domain::audience::{DrawnBy, Earlier, Sex};
use crate::domain::calendar;
use crate::domain::commune::{Gazetteer, Siren};
use crate::domain::fragility::FragilityPart;
use crate::domain::id::SavedAudienceId;
use crate::domain::price::group_thousands;
use crate::service::advise_sample::{USUAL, advise_sample};
use crate::service::count_audience::count_audience;
use crate::service::find_campaign::{StoredCampaign, find_campaign};
use crate::service::save_audience::{self, SavedAudience};
use crate::service::{draw_audience, local};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Fields, Office};
use crate::web::page::{Page, part, show};
use crate::web::view::{Section, Shell};

/// The part of the page that follows what is typed.
const COUNTS: &str = "parts/audience_counts";

#[derive(Serialize)]
struct AudiencePage {
    slug: String,
    campaign: String,
    may_change: bool,
    /// What was just done.
    done: Option<&'static str>,
    /// The audience that was just saved, where letters go to another.
    to_choose: Option<String>,
    mistakes: Vec<Wrong>,
    ages: Vec<TextField>,
    sexes: Vec<Chip>,
    distance: TextField,
    communes: Vec<TextField>,
    epcis: Vec<Chip>,
    assigned: TextField,
    assigned_hint: String,
    populations: Vec<TextField>,
    fragility: Vec<TextField>,
    funds: Vec<Chip>,
    lists: Vec<Chip>,
    contacted: Vec<Chip>,
    attended: Vec<Chip>,
    cap: Vec<TextField>,
    later: TextField,
    drawn_by: Vec<Chip>,
    hope: Vec<TextField>,
    /// Groups of fields that say something, so that they are open.
    open: Open,
    name: TextField,
    counts: CountsView,
    saved: Vec<SavedRow>,
    draw: DrawView,
    #[serde(skip)]
    wrong: bool,
}

#[derive(Serialize)]
struct Open {
    places: bool,
    fragility: bool,
    lists: bool,
    cap: bool,
}

#[derive(Serialize)]
struct TextField {
    name: String,
    label: String,
    kind: &'static str,
    autocomplete: &'static str,
    hint: Option<String>,
    optional: bool,
    value: String,
    error: Option<String>,
}

#[derive(Serialize)]
struct Chip {
    kind: &'static str,
    name: &'static str,
    value: String,
    label: String,
    chosen: bool,
}

#[derive(Serialize)]
struct SavedRow {
    id: SavedAudienceId,
    name: String,
    chosen: bool,
    shown: bool,
}

#[derive(Serialize)]
struct DrawView {
    /// « Tiré le 22 novembre 2026 : 1 999 foyers maintenant, 353 plus tard. »
    said: String,
    possible: bool,
}

impl Page for AudiencePage {
    const TEMPLATE: &'static str = "office/audience";
    const SCRIPT: Option<&'static str> = Some("audience.js");

    fn title(&self) -> String {
        "À qui écrire ?".to_owned()
    }

    fn status(&self) -> StatusCode {
        if self.wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
    }
}

/// `GET /bureau/lozere-2026/public`: the audience that was chosen, the saved one that is asked for, or what is typed.
pub async fn show_form(
    State(app): State<App>,
    office: Office,
    Path(slug): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let campaign = find_campaign(&app.store, office.scope, &slug).await?;
    respond(&app, &office, &campaign, &fields, &[]).await
}

/// `GET /bureau/lozere-2026/public/comptage`: the counts alone, for the script.
pub async fn counts(
    State(app): State<App>,
    office: Office,
    Path(slug): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let campaign = find_campaign(&app.store, office.scope, &slug).await?;
    let typed = form::read(&fields, &campaign.campaign);
    let counts = counted(&app, &campaign, &typed).await?;
    part(COUNTS, &serde_json::json!({ "counts": counts }))
}

/// The page with what was typed, and what is wrong besides the fields of the filter.
pub async fn respond(
    app: &App,
    office: &Office,
    campaign: &StoredCampaign,
    query: &Fields,
    also_wrong: &[Wrong],
) -> Result<Response, WebError> {
    let saved = save_audience::of_campaign(&app.store, campaign).await?;
    let asked: Option<SavedAudienceId> = query.read("public").map(SavedAudienceId);
    let shown = saved.iter().find(|s| asked.map_or(s.chosen, |id| s.id == id));
    // A form that was sent always says how old people are, if only by a blank.
    let fields = if query.has("age_min") {
        query.clone()
    } else {
        form::write(shown.map_or(&campaign.campaign.audience, |s| &s.audience), &campaign.campaign.venues, USUAL)
    };
    let mut typed = form::read(&fields, &campaign.campaign);
    let counts = counted(app, campaign, &typed).await?;
    typed.mistakes.extend_from_slice(also_wrong);
    let name = if query.has("age_min") { query.get("nom") } else { shown.map_or("", |s| s.name.as_str()) };
    let draw = draw_view(app, campaign).await?;
    let done = said(query.get("fait"));
    let page = page(office, campaign, &fields, typed, counts, &saved, shown.map(|s| s.id), name, draw, done);
    let just_saved = shown.filter(|s| !s.chosen && query.get("fait") == "enregistre");
    let page = AudiencePage { to_choose: just_saved.map(|s| s.id.to_string()), ..page };
    show(&page, &Shell::campaign(&office.user, &campaign.campaign.slug, &campaign.campaign.name, Section::Audience))
}

/// The counts of what is typed; a field that is wrong counts as empty, and is named above them.
pub async fn counted(app: &App, campaign: &StoredCampaign, typed: &AudienceForm) -> Result<CountsView, WebError> {
    let selection = count_audience(&app.store, campaign, &typed.audience).await?;
    let printed = draw_audience::printed_letters(&app.store, campaign).await?;
    let advice = advise_sample(&selection, &typed.audience, typed.hope, printed);
    Ok(CountsView::of(&campaign.campaign, &selection, advice, typed.mistakes.clone()))
}

fn said(done: &str) -> Option<&'static str> {
    match done {
        "enregistre" => Some("Le public est enregistré."),
        "choisi" => Some("C’est noté : les lettres seront tirées de ce public."),
        "renomme" => Some("Le public a changé de nom."),
        "supprime" => Some("Le public est supprimé."),
        "tire" => Some("Le public est tiré, et chaque foyer a son numéro d’invitation."),
        _ => None,
    }
}

async fn draw_view(app: &App, campaign: &StoredCampaign) -> Result<DrawView, WebError> {
    let last = draw_audience::last_draw(&app.store, campaign).await?;
    let printed = draw_audience::is_printed(&app.store, campaign).await?;
    let mut said = match last {
        None => "Le public n’est pas encore tiré.".to_owned(),
        Some(drawn) => format!(
            "Tiré le {} : {} foyers maintenant, {} plus tard.",
            calendar::long_date(local(drawn.at).date()),
            group_thousands(drawn.counts.now),
            group_thousands(drawn.counts.later)
        ),
    };
    if printed {
        said.push_str(" Les lettres sont imprimées : le tirage ne change plus.");
    } else if last.is_some_and(|drawn| !drawn.up_to_date) {
        said.push_str(" Le public choisi, les ateliers ou les listes ont changé depuis.");
    }
    Ok(DrawView { said, possible: !printed && !campaign.campaign.lists.is_empty() })
}

#[expect(clippy::too_many_arguments, reason = "what a page shows, once")]
fn page(
    office: &Office,
    campaign: &StoredCampaign,
    fields: &Fields,
    typed: AudienceForm,
    counts: CountsView,
    saved: &[SavedAudience],
    shown: Option<SavedAudienceId>,
    name: &str,
    draw: DrawView,
    done: Option<&'static str>,
) -> AudiencePage {
    let AudienceForm { audience, mistakes, .. } = typed;
    let field = |name: &str, label: &str, hint: Option<&str>| TextField {
        name: name.to_owned(),
        label: label.to_owned(),
        kind: "text",
        autocomplete: "off",
        hint: hint.map(str::to_owned),
        optional: false,
        value: fields.get(name).to_owned(),
        error: mistakes.iter().find(|m| m.field == name).map(|m| m.message.clone()),
    };
    let radio = |name, value: &str, label: &str| Chip {
        kind: "radio",
        name,
        value: value.to_owned(),
        label: label.to_owned(),
        chosen: fields.get(name) == value,
    };
    let tick = |name, value: String, label: String| {
        let chosen = fields.all(name).any(|v| v == value);
        Chip { kind: "checkbox", name, value, label, chosen }
    };
    let definition = &campaign.campaign;
    let mut funds: Vec<_> = definition.lists.iter().map(|l| l.contract.fund.clone()).collect();
    funds.sort();
    funds.dedup();
    let earlier = |name, [any, never, before]: [&str; 3]| {
        let [a, n, b] = Earlier::ALL.map(Earlier::code);
        let mut chips = vec![radio(name, a, any), radio(name, n, never), radio(name, b, before)];
        chips[0].chosen |= fields.get(name).is_empty();
        chips
    };
    let mut sexes = vec![radio("sexe", "", "Toutes et tous")];
    let [female, male] = Sex::ALL.map(Sex::code);
    sexes.extend([radio("sexe", female, "Femmes"), radio("sexe", male, "Hommes")]);
    let [by_household, by_commune] = DrawnBy::ALL.map(DrawnBy::code);
    let mut drawn_by =
        vec![radio("tirage", by_household, "Foyer par foyer"), radio("tirage", by_commune, "Par communes entières")];
    drawn_by[0].chosen |= fields.get("tirage").is_empty();
    let fragile = |part: FragilityPart| field(&fragility_field(part), sentence(part.label()).as_str(), None);
    let venues: Vec<_> = definition.venues.iter().map(|v| venue_name(v, &definition.venues)).collect();
    AudiencePage {
        slug: definition.slug.clone(),
        campaign: definition.name.clone(),
        may_change: office.user.role.sees_people(),
        done,
        to_choose: None,
        ages: vec![field("age_min", "De (ans)", None), field("age_max", "À (ans)", None)],
        sexes,
        distance: field(
            "km",
            "Distance de l’atelier le plus proche (km)",
            Some("À vol d’oiseau, de commune à commune."),
        ),
        communes: vec![
            field("communes", "Seulement ces communes", Some("Noms ou codes INSEE, séparés par des virgules.")),
            field("sauf", "Jamais ces communes", None),
        ],
        epcis: epcis(campaign, &audience.epcis)
            .into_iter()
            .map(|siren| tick("epci", siren.to_string(), siren.epci_name().unwrap_or(siren.as_str()).to_owned()))
            .collect(),
        assigned: field("rattachements", "Communes rattachées à un lieu", None),
        assigned_hint: format!(
            "Une ligne par lieu, quelle que soit la distance : « {} : Auroux, Grandrieu ». Les lieux : {}.",
            venues.first().map_or("Médiathèque", String::as_str),
            venues.join(", ")
        ),
        populations: vec![
            field("population_min", "De (habitants)", None),
            field("population_max", "À (habitants)", None),
        ],
        fragility: FragilityPart::ALL.map(fragile).into(),
        funds: funds.into_iter().map(|fund| tick("caisse", fund.clone(), fund)).collect(),
        lists: definition
            .lists
            .iter()
            .map(|list| tick("liste", list.file_name.clone(), list.file_name.clone()))
            .collect(),
        contacted: earlier("courrier", ["Peu importe", "Jamais écrit", "Déjà écrit"]),
        attended: earlier("venue", ["Peu importe", "Jamais venus", "Déjà venus"]),
        cap: vec![
            field("places", "Places à remplir", None),
            field("taux", "Part des lettres qui amène quelqu’un (%)", None),
            field("plafond", "Ou un nombre de lettres", None),
        ],
        later: field(
            "plus_tard",
            "Part écrite plus tard (%)",
            Some("Tirée au sort : c’est elle qui montre ce que les lettres changent."),
        ),
        drawn_by,
        hope: vec![
            field("sans_lettre", "Viendraient sans lettre (%)", None),
            field("avec_lettre", "Espérés avec la lettre (%)", None),
        ],
        open: Open {
            places: !audience.communes.is_empty()
                || !audience.not_communes.is_empty()
                || !audience.epcis.is_empty()
                || !audience.assigned.is_empty()
                || audience.minimum_population.is_some()
                || audience.maximum_population.is_some()
                || mistakes.iter().any(|m| {
                    ["communes", "sauf", "rattachements", "population_min", "population_max"]
                        .contains(&m.field.as_str())
                }),
            fragility: !audience.fragility.is_empty() || mistakes.iter().any(|m| m.field.starts_with("fragilite_")),
            lists: !audience.funds.is_empty()
                || !audience.lists.is_empty()
                || audience.contacted != Earlier::Any
                || audience.attended != Earlier::Any,
            cap: audience.cap.is_some()
                || mistakes.iter().any(|m| ["places", "taux", "plafond"].contains(&m.field.as_str())),
        },
        name: TextField { value: name.to_owned(), ..field("nom", "Nom de ce public", None) },
        wrong: !mistakes.is_empty(),
        mistakes,
        counts,
        saved: saved
            .iter()
            .map(|s| SavedRow { id: s.id, name: s.name.clone(), chosen: s.chosen, shown: shown == Some(s.id) })
            .collect(),
        draw,
    }
}

/// The communities of communes in the departments of the workshops, and those that are chosen already.
fn epcis(campaign: &StoredCampaign, chosen: &std::collections::BTreeSet<Siren>) -> Vec<Siren> {
    let gazetteer = Gazetteer::embedded();
    let mut all = chosen.clone();
    let departments = campaign.campaign.workshops.iter().filter_map(|w| gazetteer.get(w.venue.commune));
    for commune in departments {
        all.extend(gazetteer.of_department(&commune.department).filter_map(|c| c.epci));
    }
    let mut sorted: Vec<_> = all.into_iter().collect();
    sorted.sort_by_key(|siren| siren.epci_name());
    sorted
}

/// With a capital.
fn sentence(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

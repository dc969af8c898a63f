//! Papers made on the spot: a flyer in another format, the sheets of a stand and of a session, the programme.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;

use super::form::{Group, Typed};
use crate::document::flyer::{Edition, LANDSCAPE, PORTRAIT};
use crate::domain::channel::Channel;
use crate::domain::edition::{Design, Finish, Paper};
use crate::service::make_sheet::{self, Blank, Copy};
use crate::service::{calibrate, find_campaign};
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::{Coordinator, Fields};
use crate::web::page::{Page, file, show};
use crate::web::view::{Section, Shell};

#[derive(Serialize)]
struct PapersPage {
    campaign: String,
    slug: String,
    /// A flyer or poster for one outlet.
    copy: Group,
    /// Where there is a stand among the outlets.
    stand: Option<Group>,
    satisfaction: Group,
    programme: Group,
    /// Whether there are workshops and outlets to choose from.
    ready: bool,
    partners: bool,
}

impl Page for PapersPage {
    const TEMPLATE: &'static str = "office/papers";

    fn title(&self) -> String {
        "Quels papiers faut-il ?".to_owned()
    }
}

/// The pictures for screens, beside the papers.
const SCREENS: [(&str, &str); 2] =
    [("1080x1350", "Image 1080 × 1350, PanneauPocket"), ("1200x630", "Image 1200 × 630, site et réseaux")];

/// `GET /bureau/{campaign}/papiers`
pub async fn papers(
    State(app): State<App>,
    coordinator: Coordinator,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let stored = find_campaign::find_campaign(&app.store, coordinator.scope, &slug).await?;
    let campaign = &stored.campaign;
    let usual = &campaign.editions;
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut fields = vec![field("format", usual.poster.code()), field("modele", usual.design.code())];
    fields.extend(usual.tabs.then(|| field("languettes", "oui")));
    let typed = Typed { fields: &fields, mistakes: &[] };
    let workshops = || {
        let label = |w: &crate::domain::workshop::Workshop| format!("{}, {}", w.topic, w.venue.town);
        campaign.workshops.iter().map(move |w| (w.slug.clone(), label(w)))
    };
    let named = |o: &crate::domain::channel::Outlet| (o.slug.clone(), o.name.clone());
    // Letters have no flyer; who gives flyers out stands before who does not.
    let mut outlets: Vec<_> = campaign.outlets.iter().filter(|o| o.channel != Channel::Letter).collect();
    outlets.sort_by_key(|o| o.pieces.is_empty());
    let stands: Vec<_> = campaign.outlets.iter().filter(|o| o.channel == Channel::Stand).collect();
    let owned = |(code, label): (&str, &str)| (code.to_owned(), label.to_owned());
    let formats = Paper::ALL.iter().map(|p| owned((p.code(), p.label()))).chain(SCREENS.map(owned));
    let page = PapersPage {
        campaign: campaign.name.clone(),
        slug: campaign.slug.clone(),
        copy: Group::new(
            "Un flyer, une affiche, une image",
            vec![
                typed.select("atelier", "Atelier", None, workshops()),
                typed
                    .select("relais", "Pour quel relais", None, outlets.iter().map(|o| named(o)))
                    .hint("Sa référence figurera dessus."),
                typed.select("format", "Format", None, formats),
                typed
                    .select("modele", "Modèle", None, Design::ALL.iter().map(|d| owned((d.code(), d.label()))))
                    .hint("Pour le papier\u{a0}: une image a le sien."),
                typed.select("tirage", "Tirage", None, Finish::ALL.iter().map(|f| owned((f.code(), f.label())))),
                typed.tick("languettes", "Languettes à détacher, pour une affiche"),
            ],
        ),
        stand: (!stands.is_empty()).then(|| {
            let which = typed.select("relais", "Quel stand", None, stands.iter().map(|o| named(o)));
            Group::new("Pour un stand", vec![which])
        }),
        satisfaction: Group::new(
            "Pour la dernière séance",
            vec![typed.select("atelier", "Quel atelier", None, workshops())],
        ),
        programme: Group::new(
            "Le programme de tous les ateliers",
            vec![
                typed
                    .select(
                        "relais",
                        "Distribué par",
                        Some("Personne en particulier"),
                        outlets.iter().map(|o| named(o)),
                    )
                    .optional()
                    .hint("Ses références figureront dessus, une par atelier."),
            ],
        ),
        ready: !campaign.workshops.is_empty() && !outlets.is_empty(),
        partners: !campaign.partners.is_empty(),
    };
    show(&page, &Shell::campaign(&coordinator.user, &campaign.slug, &campaign.name, Section::Home))
}

/// `GET /bureau/{campaign}/papiers/{name}`, with the choices of the form in the query.
pub async fn paper(
    State(app): State<App>,
    coordinator: Coordinator,
    Path((slug, name)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, WebError> {
    let (store, scope) = (&app.store, coordinator.scope);
    let (workshop, outlet) = (fields.get("atelier"), fields.get("relais"));
    let what = match name.as_str() {
        "exemplaire" => {
            let copy = copy(&fields)?;
            let bytes = make_sheet::copy(store, scope, &slug, workshop, outlet, copy).await?;
            let (kind, ending) = match copy {
                Copy::Paper(_) => ("application/pdf", "pdf"),
                Copy::Screen(_) => ("image/png", "png"),
            };
            return Ok(file(kind, &format!("{workshop}-{outlet}-{}.{ending}", fields.get("format")), bytes));
        }
        "stand.pdf" => Blank::SignUp { outlet, kept_days: app.config.participants_kept_days },
        "satisfaction.pdf" => Blank::Satisfaction { workshop },
        "partenaires.pdf" => Blank::Partners,
        "programme.pdf" => Blank::Programme { outlet },
        _ => return Err(WebError::no_such_page()),
    };
    let bytes = make_sheet::blank(store, scope, &slug, what).await?;
    Ok(file("application/pdf", &format!("{slug}-{name}"), bytes))
}

/// `GET /bureau/enveloppes.pdf`
pub async fn envelopes(State(app): State<App>, _: Coordinator) -> Result<Response, WebError> {
    Ok(file("application/pdf", "enveloppes.pdf", calibrate::calibrate(&app.config)?))
}

fn copy(fields: &Fields) -> Result<Copy, WebError> {
    match fields.get("format") {
        "1080x1350" => return Ok(Copy::Screen(PORTRAIT)),
        "1200x630" => return Ok(Copy::Screen(LANDSCAPE)),
        _ => {}
    }
    let chosen = fields.read("format").zip(fields.read("modele")).zip(fields.read("tirage"));
    let ((paper, design), finish) = chosen.ok_or_else(WebError::no_such_page)?;
    Ok(Copy::Paper(Edition { design, paper, finish, tabs: fields.has("languettes") }))
}

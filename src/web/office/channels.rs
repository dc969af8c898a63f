//! Which channel fills the workshops: a sentence, a table with intervals drawn in it, the same as CSV.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use serde::Serialize;

use crate::domain::price::{Cents, group_thousands};
use crate::measure::{Comparison, IntervalFigure, Row, Sentence, percent, percent_range, whole_percent};
use crate::service::compare_channels::{Channels, compare_channels};
use crate::service::spreadsheet::Table;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::Office;
use crate::web::page::{Page, show};
use crate::web::view::{Section, Shell, counted};

#[derive(Serialize)]
struct ChannelsPage {
    campaign: String,
    slug: String,
    workshops: String,
    verdict: Vec<Vec<PartView>>,
    rows: Vec<RowView>,
    /// The end of the scale under the intervals.
    scale: String,
    /// How often the number used and the answer given name the same channel.
    agreement: Option<String>,
}

#[derive(Serialize)]
struct PartView {
    text: String,
    strong: bool,
}

#[derive(Serialize)]
struct RowView {
    channel: &'static str,
    reach: String,
    registered: String,
    attended: String,
    attended_most: String,
    rate: String,
    /// « 1,3 à 2,5 % », or why there is none.
    range: String,
    figure: Option<FigureView>,
    cost: String,
    cost_per_seat: String,
}

/// Positions from 0 to 100.
#[derive(Serialize)]
struct FigureView {
    x1: f64,
    cx: f64,
    x2: f64,
}

impl Page for ChannelsPage {
    const TEMPLATE: &'static str = "office/channels";

    fn title(&self) -> String {
        "Quel canal remplit les ateliers ?".to_owned()
    }
}

/// `GET /bureau/lozere-2026/canaux`
pub async fn channels(State(app): State<App>, office: Office, Path(slug): Path<String>) -> Result<Response, WebError> {
    let found = compare_channels(&app.store, office.scope, &slug, Utc::now()).await?;
    show(&page(&found), &Shell::campaign(&office.user, &found.slug, &found.campaign, Section::Channels))
}

/// `GET /bureau/lozere-2026/canaux.csv`
pub async fn as_csv(State(app): State<App>, office: Office, Path(slug): Path<String>) -> Result<Response, WebError> {
    download(&compare_channels(&app.store, office.scope, &slug, Utc::now()).await?)
}

fn page(found: &Channels) -> ChannelsPage {
    let Comparison { rows, verdict, .. } = &found.comparison;
    let parts =
        |sentence: &Sentence| sentence.0.iter().map(|p| PartView { text: p.text.clone(), strong: p.strong }).collect();
    ChannelsPage {
        campaign: found.campaign.clone(),
        slug: found.slug.clone(),
        workshops: counted(found.workshops as u64, "aucun atelier", "atelier", "ateliers"),
        verdict: verdict.iter().map(parts).collect(),
        rows: rows.iter().map(|row| row_view(row, found.comparison.figure(row))).collect(),
        scale: scale_end(found.comparison.scale.end),
        agreement: found.comparison.agreement.share().map(whole_percent),
    }
}

/// « 8 % » rather than « 8,0 % »: the end of a scale is a round share.
fn scale_end(share: f64) -> String {
    if (share * 100.0).fract() == 0.0 { whole_percent(share) } else { percent(share) }
}

fn row_view(row: &Row, figure: Option<IntervalFigure>) -> RowView {
    RowView {
        channel: row.label(),
        reach: row.reach_text(),
        registered: group_thousands(row.registered),
        attended: group_thousands(row.attended_once),
        attended_most: group_thousands(row.attended_most),
        rate: row.rate.map_or_else(|_| "—".to_owned(), |rate| percent(rate.share)),
        range: row.rate.map_or_else(|none| none.reason().to_owned(), |rate| percent_range(rate.interval)),
        figure: figure.map(|f| FigureView { x1: f.x1, cx: f.cx, x2: f.x2 }),
        cost: row.cost.to_string(),
        cost_per_seat: row.cost_per_seat_text(),
    }
}

/// The figures as a French spreadsheet reads them: euros and shares with a comma.
fn download(found: &Channels) -> Result<Response, WebError> {
    let header = [
        "Canal",
        "Portée, au moins",
        "Portée, au plus",
        "Inscriptions",
        "Présents une fois",
        "Présents aux trois quarts des séances",
        "Taux (%)",
        "Taux, au moins (%)",
        "Taux, au plus (%)",
        "Coût (€)",
        "Coût par présent (€)",
    ];
    let number = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
    let share = |s: Option<f64>| s.map(|s| format!("{:.4}", 100.0 * s).replace('.', ",")).unwrap_or_default();
    let euros = |price: Cents| format!("{},{:02}", price.0 / 100, price.0 % 100);
    let cells = |row: &Row| {
        let rate = row.rate.ok();
        vec![
            row.label().to_owned(),
            number(row.reach.map(|r| r.low)),
            number(row.reach.map(|r| r.high)),
            row.registered.to_string(),
            row.attended_once.to_string(),
            row.attended_most.to_string(),
            share(rate.map(|r| r.share)),
            share(rate.map(|r| r.interval.low)),
            share(rate.map(|r| r.interval.high)),
            euros(row.cost),
            row.cost_per_seat().map(euros).unwrap_or_default(),
        ]
    };
    let rows = found.comparison.rows.iter().map(cells).collect();
    let header = header.map(str::to_owned).to_vec();
    let bytes = Table { name: "Canaux".to_owned(), header, rows }.csv()?;
    let name = format!("attachment; filename=\"canaux-{}.csv\"", found.slug);
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)], bytes).into_response())
}

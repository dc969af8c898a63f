//! The lists of a campaign, and the way to give another.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::shell;
use crate::domain::calendar::short_date;
use crate::domain::price::group_thousands;
use crate::service::find_campaign::find_campaign;
use crate::service::review_list;
use crate::service::review_list::ListedDelivery;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::extract::Coordinator;
use crate::web::page::{Page, show};
use crate::web::view::counted;

#[derive(Serialize)]
struct ListsPage {
    slug: String,
    lists: Vec<ListRow>,
    /// The list that must be accepted or discarded before another can come.
    waiting: Option<ListRow>,
    no_file: bool,
    most: u64,
}

#[derive(Serialize)]
struct ListRow {
    id: String,
    file: String,
    fund: String,
    rows: String,
    accepted: String,
    corrected: String,
    refused: String,
    has_refused: bool,
    received: String,
    purge: String,
    current: bool,
}

/// What the address says.
#[derive(Deserialize)]
pub struct Asked {
    sans_fichier: Option<String>,
}

impl Page for ListsPage {
    const TEMPLATE: &'static str = "lists/table";

    fn title(&self) -> String {
        counted(self.lists.len() as u64, "Aucune liste encore", "liste reçue", "listes reçues")
    }
}

/// `GET /bureau/lozere-2026/listes`
pub async fn lists(
    State(app): State<App>,
    who: Coordinator,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let campaign = find_campaign(&app.store, who.scope, &slug).await?;
    let found = review_list::lists(&app.store, &campaign).await?;
    let page = ListsPage {
        slug: campaign.campaign.slug.clone(),
        waiting: found.iter().find(|l| !l.current).map(row),
        lists: found.iter().map(row).collect(),
        no_file: asked.sans_fichier.is_some(),
        most: app.config.max_list_megabytes,
    };
    show(&page, &shell(&who, &campaign))
}

fn row(list: &ListedDelivery) -> ListRow {
    let (counts, contract) = (list.delivery.counts, &list.delivery.list.contract);
    ListRow {
        id: list.delivery.id.to_string(),
        file: list.delivery.list.file_name.clone(),
        fund: contract.fund.clone(),
        rows: group_thousands((counts.accepted + counts.corrected + counts.refused).into()),
        accepted: group_thousands(counts.accepted.into()),
        corrected: group_thousands(counts.corrected.into()),
        refused: group_thousands(counts.refused.into()),
        has_refused: counts.refused > 0,
        received: short_date(contract.received_on),
        purge: short_date(contract.purge_on),
        current: list.current,
    }
}

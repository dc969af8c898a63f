//! What goes back to a fund about its own list: returned letters, deaths, oppositions, each under the fund's reference or,
//! where it gave none, the row of its file. No name and no address: the fund knows who that is.

use chrono::{DateTime, Utc};

use super::find_campaign::find_campaign;
use super::spreadsheet::Table;
use super::{Error, Result, Store, local};
use crate::domain::address::capitals;
use crate::domain::id::{DeliveryId, StructureId};
use crate::store;
use crate::store::household::PersonRow;

/// The return of one list.
#[derive(Debug, Clone)]
pub struct FundReturn {
    stem: String,
    table: Table,
}

/// What is returned about a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Returned,
    Death,
    NoPost,
    NoEmail,
    NoPhone,
}

impl Kind {
    fn label(self) -> &'static str {
        match self {
            Self::Returned => "Adresse fausse (NPAI)",
            Self::Death => "Décès signalé",
            Self::NoPost => "Opposition au courrier",
            Self::NoEmail => "Opposition aux e-mails",
            Self::NoPhone => "Opposition aux appels",
        }
    }
}

impl FundReturn {
    /// What its file is called, in plain letters and hyphens.
    pub fn plain_stem(&self) -> String {
        let words = capitals(&self.stem).to_lowercase();
        words.split(' ').collect::<Vec<_>>().join("-")
    }

    /// As CSV.
    pub fn csv(&self) -> Result<Vec<u8>> {
        self.table.csv()
    }

    /// As a workbook.
    pub fn xlsx(&self) -> Result<Vec<u8>> {
        self.table.xlsx()
    }
}

/// The return of a list of a campaign, in the order of its rows.
pub async fn return_to_fund(store: &Store, scope: StructureId, slug: &str, list: DeliveryId) -> Result<FundReturn> {
    let campaign = find_campaign(store, scope, slug).await?;
    let lists = store::delivery::of_campaign(store.read(), campaign.id).await?;
    let delivery = lists.into_iter().find(|d| d.id == list);
    let delivery = delivery.ok_or_else(|| Error::NotFound("Cette liste n’est pas de cette campagne.".to_owned()))?;
    let mut lines: Vec<(u32, Kind, Option<String>, DateTime<Utc>)> = Vec::new();
    for household in store::household::of_campaign(store.read(), campaign.id).await? {
        for row in household.rows.iter().filter(|row| row.delivery == list) {
            // What is known of a person is known of each of their rows, whichever list it was said about.
            let same: Vec<&PersonRow> = household.rows.iter().filter(|other| other.person == row.person).collect();
            let first = |told: fn(&PersonRow) -> Option<DateTime<Utc>>| same.iter().filter_map(|row| told(row)).min();
            let death = first(|row| row.death_reported);
            let known = [
                (Kind::Returned, household.wrong_address.filter(|_| death.is_none())),
                (Kind::Death, death),
                (Kind::NoPost, first(|row| row.opposed_post)),
                (Kind::NoEmail, first(|row| row.opposed_email)),
                (Kind::NoPhone, first(|row| row.opposed_phone)),
            ];
            for (kind, when) in known {
                lines.extend(when.map(|when| (row.row, kind, row.retiree.fund_reference.clone(), when)));
            }
        }
    }
    lines.sort_by_key(|(row, kind, ..)| (*row, *kind));
    let header = ["Votre référence", "Ligne de votre fichier", "Nature", "Date"];
    let cells = |(row, kind, reference, when): (u32, Kind, Option<String>, DateTime<Utc>)| {
        vec![
            reference.unwrap_or_default(),
            row.to_string(),
            kind.label().to_owned(),
            local(when).format("%d/%m/%Y").to_string(),
        ]
    };
    Ok(FundReturn {
        stem: format!("retours-{}", delivery.list.stem()),
        table: Table {
            name: "Retours".to_owned(),
            header: header.map(str::to_owned).to_vec(),
            rows: lines.into_iter().map(cells).collect(),
        },
    })
}

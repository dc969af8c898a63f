//! The rows of a list: people, the households they bring, and refused and corrected rows. They go in by chunks and come back in
//! the order of the rows.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Value};

use super::entity::{import_row, retiree};
use super::household::{address_column, retiree_of};
use super::insert::{Insert, Prepared};
use super::{Connection, Result, StoreError, stored};
use crate::domain::id::{CampaignId, DeliveryId, HouseholdId, RetireeId, StructureId};
use crate::domain::retiree::{Birth, Civility, Retiree};

/// A person of a row, with where they belong.
#[derive(Debug, Clone)]
pub struct ListedRetiree {
    /// The row's identifier.
    pub id: RetireeId,
    /// The row's number in its list, from 1.
    pub row: u32,
    /// The first row of the same person, where this is not it.
    pub same_as: Option<RetireeId>,
    /// The household.
    pub household: HouseholdId,
    /// The key that searches by name use.
    pub search_name: String,
    /// The person.
    pub retiree: Retiree,
}

/// A refused or corrected row, kept with its cells.
#[derive(Debug, Clone)]
pub struct ImportRow {
    /// The row's number, from 1.
    pub row: u32,
    /// `corrected` or `refused`.
    pub outcome: String,
    /// Why.
    pub reason: String,
    /// The cells as they came, less the dropped columns.
    pub cells: Vec<String>,
}

/// A household that a delivery brings.
#[derive(Debug, Clone)]
pub struct NewHousehold {
    /// Its identifier.
    pub id: HouseholdId,
    /// Where it stands when households are put in chance order.
    pub draw_order: String,
}

/// A chunk of what a delivery brings. Households stand before the people in them, first rows before their duplicates.
#[derive(Debug, Clone, Default)]
pub struct Chunk {
    /// Households that are new.
    pub households: Vec<NewHousehold>,
    /// People.
    pub retirees: Vec<ListedRetiree>,
    /// Refused and corrected rows.
    pub rows: Vec<ImportRow>,
}

/// A chunk of a staged delivery as what [`Store::bring_in`](super::Store::bring_in) takes, for the database that `db` leads
/// to. Made by any thread, while the database is busy with the one before it.
pub fn prepare(
    db: &impl Connection,
    scope: StructureId,
    campaign: CampaignId,
    delivery: DeliveryId,
    purge_on: NaiveDate,
    chunk: Chunk,
) -> Result<Prepared> {
    let backend = db.get_database_backend();
    let of_list = || -> Vec<(&str, Value)> {
        vec![
            ("structure_id", scope.0.into()),
            ("campaign_id", campaign.0.into()),
            ("delivery_id", delivery.0.into()),
            ("purge_on", purge_on.into()),
        ]
    };
    let households = Insert { table: "household", shared: of_list(), columns: &["id", "draw_order"] };
    let values = chunk.households.into_iter().flat_map(|h| [h.id.0.into(), h.draw_order.into()]);
    let mut statements = households.statements(backend, values.collect());
    let retirees = Insert { table: "retiree", shared: of_list(), columns: &RETIREE };
    let mut values = Vec::with_capacity(RETIREE.len() * chunk.retirees.len());
    chunk.retirees.into_iter().for_each(|listed| values.extend(retiree_values(listed)));
    statements.extend(retirees.statements(backend, values));
    let shared = of_list().into_iter().filter(|(name, _)| *name != "campaign_id").collect();
    let rows = Insert { table: "import_row", shared, columns: &["row", "outcome", "reason", "cells"] };
    let mut values: Vec<Value> = Vec::with_capacity(4 * chunk.rows.len());
    for row in chunk.rows {
        let cells = serde_json::to_string(&row.cells).map_err(|e| StoreError::Stored(e.to_string()))?;
        let number = row.row.cast_signed();
        values.extend([number.into(), row.outcome.into(), row.reason.into(), cells.into()]);
    }
    statements.extend(rows.statements(backend, values));
    Ok(Prepared::new(backend, statements))
}

/// The people of a delivery in the order in which they came in, those of a household one after the other, from the first
/// after `after` on; at most `limit`.
pub async fn retirees_after(
    db: &impl Connection,
    delivery: DeliveryId,
    after: Option<RetireeId>,
    limit: u64,
) -> Result<Vec<ListedRetiree>> {
    let rows = retiree::Entity::find()
        .filter(retiree::Column::DeliveryId.eq(delivery.0))
        .filter(retiree::Column::Id.gt(after.map_or(uuid::Uuid::nil(), |id| id.0)))
        .order_by_asc(retiree::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    rows.into_iter().map(listed).collect()
}

/// The people of a delivery, by row.
pub async fn retirees(db: &impl Connection, delivery: DeliveryId) -> Result<Vec<ListedRetiree>> {
    let rows = retiree::Entity::find().filter(retiree::Column::DeliveryId.eq(delivery.0)).all(db).await?;
    let mut rows: Vec<ListedRetiree> = rows.into_iter().map(listed).collect::<Result<_>>()?;
    rows.sort_unstable_by_key(|listed| listed.row);
    Ok(rows)
}

/// The refused and corrected rows of a delivery, by row.
pub async fn import_rows(db: &impl Connection, delivery: DeliveryId) -> Result<Vec<ImportRow>> {
    let rows = import_row::Entity::find()
        .filter(import_row::Column::DeliveryId.eq(delivery.0))
        .order_by_asc(import_row::Column::Row)
        .all(db)
        .await?;
    rows.into_iter().map(import_row_of).collect()
}

pub(super) fn import_row_of(row: import_row::Model) -> Result<ImportRow> {
    Ok(ImportRow {
        row: row.row.cast_unsigned(),
        outcome: row.outcome,
        reason: row.reason,
        cells: stored("import_row.cells", serde_json::from_str(&row.cells))?,
    })
}

fn listed(row: retiree::Model) -> Result<ListedRetiree> {
    Ok(ListedRetiree {
        id: RetireeId(row.id),
        row: row.row.cast_unsigned(),
        same_as: row.same_as.map(RetireeId),
        household: HouseholdId(row.household_id),
        search_name: row.search_name.clone(),
        retiree: retiree_of(row)?,
    })
}

/// The columns of `retiree` that differ from row to row, in the order of [`retiree_values`].
const RETIREE: [&str; 20] = [
    "id",
    "row",
    "same_as",
    "household_id",
    "civility",
    "usage_name",
    "birth_name",
    "first_name",
    "birth_date",
    "birth_year",
    "deceased",
    "address",
    "postcode",
    "commune",
    "institution",
    "not_mailable",
    "phone",
    "email",
    "fund_reference",
    "search_name",
];

fn retiree_values(listed: ListedRetiree) -> [Value; 20] {
    let person = listed.retiree;
    let address = &person.address;
    let date = match person.birth {
        Birth::Date(date) => Some(date),
        _ => None,
    };
    [
        listed.id.0.into(),
        listed.row.cast_signed().into(),
        listed.same_as.map(|id| id.0).into(),
        listed.household.0.into(),
        person.civility.map(Civility::code).into(),
        person.usage_name.into(),
        person.birth_name.into(),
        person.first_name.into(),
        date.into(),
        person.birth.year().into(),
        person.deceased.into(),
        address_column(address).into(),
        address.postcode.as_ref().map(|p| p.as_str()).into(),
        address.commune.as_ref().map(|c| c.as_str()).into(),
        address.institution.into(),
        address.not_mailable.map(|r| r.code()).into(),
        person.phone.as_ref().map(|p| p.e164()).into(),
        person.email.into(),
        person.fund_reference.into(),
        listed.search_name.into(),
    ]
}

//! Lists as funds delivered them. A delivery is written by chunks while it is `staged`, which no query sees; once whole it
//! waits in `review`; committing makes it `current` in one step.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement, Value,
};

use super::entity::{Owned, audience, audience_member, delivery, doubt, household, import_row, invitation, retiree};
use super::insert::Insert;
use super::{Connection, Result, StoreError, Tx, household::retiree_of, profile, stored};
use crate::domain::campaign::List;
use crate::domain::id::{CampaignId, DeliveryId, HouseholdId, RetireeId, StructureId};
use crate::domain::retiree::{Birth, Civility, Retiree};

/// Being written; nobody sees it.
pub(super) const STAGED: &str = "staged";
/// Whole, and waiting for the coordinator to look at it.
pub(super) const REVIEW: &str = "review";
/// The state of a delivery whose rows count.
pub(super) const CURRENT: &str = "current";
/// Rows that go out of a table in one transaction.
const REMOVED: i32 = 2000;

/// A delivery.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Its identifier.
    pub id: DeliveryId,
    /// The file and its contract.
    pub list: List,
    /// How the file was read.
    pub reading: Reading,
    /// How many rows ended how.
    pub counts: RowCounts,
}

/// How a list was read, as far as it is needed later. The database holds all that intake says about it.
#[derive(Debug, Clone, Default, serde::Deserialize)]
pub struct Reading {
    /// The columns' names, less the dropped ones.
    pub header: Vec<String>,
    /// The names of the dropped columns.
    pub dropped: Vec<String>,
}

/// How many rows of a list ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct RowCounts {
    /// Taken as they were.
    pub accepted: u32,
    /// Taken after a correction.
    pub corrected: u32,
    /// Not taken.
    pub refused: u32,
}

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

/// The lists of a campaign that are in, in order.
pub async fn lists(db: &impl Connection, campaign: CampaignId) -> Result<Vec<List>> {
    Ok(of_campaign(db, campaign).await?.into_iter().map(|d| d.list).collect())
}

/// The deliveries of a campaign that are in, in order.
pub async fn of_campaign(db: &impl Connection, campaign: CampaignId) -> Result<Vec<Delivery>> {
    let rows = delivery::Entity::find()
        .filter(delivery::Column::CampaignId.eq(campaign.0))
        .filter(delivery::Column::State.eq(CURRENT))
        .order_by_asc(delivery::Column::Position)
        .all(db)
        .await?;
    rows.into_iter().map(delivery_of).collect()
}

/// These deliveries of a structure, as far as they are whole.
pub async fn by_ids(db: &impl Connection, scope: StructureId, ids: &[DeliveryId]) -> Result<Vec<Delivery>> {
    let rows = delivery::Entity::of(scope)
        .filter(delivery::Column::Id.is_in(ids.iter().map(|d| d.0)))
        .filter(delivery::Column::State.ne(STAGED))
        .all(db)
        .await?;
    rows.into_iter().map(delivery_of).collect()
}

/// Begins a delivery.
pub async fn stage(
    tx: &Tx,
    scope: StructureId,
    campaign: CampaignId,
    list: &List,
    facts: String,
    now: DateTime<Utc>,
) -> Result<DeliveryId> {
    let id = DeliveryId::new();
    let position = of_campaign(tx, campaign).await?.len();
    let row = delivery::ActiveModel {
        id: Set(id.0),
        structure_id: Set(scope.0),
        campaign_id: Set(campaign.0),
        position: Set(position.try_into().unwrap_or(i32::MAX)),
        file_name: Set(list.file_name.clone()),
        sha256: Set(list.sha256.clone()),
        state: Set(STAGED.to_owned()),
        contract: Set(serde_json::to_string(&list.contract).map_err(|e| StoreError::Stored(e.to_string()))?),
        facts: Set(facts),
        accepted: Set(0),
        corrected: Set(0),
        refused: Set(0),
        purge_on: Set(list.contract.purge_on),
        received_at: Set(now),
        by_hand: Set(list.by_hand),
    };
    row.insert(tx).await?;
    Ok(id)
}

/// A chunk as the statements that bring it in: made by any thread, while the database is busy with the one before it.
#[derive(Debug)]
pub struct Prepared(Vec<Statement>);

/// Prepares a chunk of a staged delivery for the database that `db` leads to.
pub fn prepare(
    db: &impl Connection,
    scope: StructureId,
    campaign: CampaignId,
    delivery: DeliveryId,
    purge_on: NaiveDate,
    chunk: &Chunk,
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
    let values = chunk.households.iter().flat_map(|h| [h.id.0.into(), h.draw_order.as_str().into()]);
    let mut statements = households.statements(backend, values.collect());
    let retirees = Insert { table: "retiree", shared: of_list(), columns: &RETIREE };
    let mut values = Vec::with_capacity(RETIREE.len() * chunk.retirees.len());
    chunk.retirees.iter().for_each(|listed| values.extend(retiree_values(listed)));
    statements.extend(retirees.statements(backend, values));
    let shared = of_list().into_iter().filter(|(name, _)| *name != "campaign_id").collect();
    let rows = Insert { table: "import_row", shared, columns: &["row", "outcome", "reason", "cells"] };
    let mut values: Vec<Value> = Vec::with_capacity(4 * chunk.rows.len());
    for row in &chunk.rows {
        let cells = serde_json::to_string(&row.cells).map_err(|e| StoreError::Stored(e.to_string()))?;
        let number = row.row.cast_signed();
        values.extend([number.into(), row.outcome.as_str().into(), row.reason.as_str().into(), cells.into()]);
    }
    statements.extend(rows.statements(backend, values));
    Ok(Prepared(statements))
}

/// Adds a chunk to a staged delivery.
pub async fn add(tx: &Tx, chunk: &Prepared) -> Result<()> {
    for statement in &chunk.0 {
        tx.execute_raw(statement.clone()).await?;
    }
    Ok(())
}

/// The delivery of a campaign that waits to be looked at; one at a time.
pub async fn in_review(db: &impl Connection, campaign: CampaignId) -> Result<Option<Delivery>> {
    let row = delivery::Entity::find()
        .filter(delivery::Column::CampaignId.eq(campaign.0))
        .filter(delivery::Column::State.eq(REVIEW))
        .one(db)
        .await?;
    row.map(delivery_of).transpose()
}

/// Puts a whole delivery before the coordinator. Gives whether it was still there to be put.
pub async fn finish(tx: &Tx, delivery: DeliveryId, counts: RowCounts) -> Result<bool> {
    let done = delivery::Entity::update_many()
        .col_expr(delivery::Column::State, Expr::value(REVIEW))
        .col_expr(delivery::Column::Accepted, Expr::value(counts.accepted.cast_signed()))
        .col_expr(delivery::Column::Corrected, Expr::value(counts.corrected.cast_signed()))
        .col_expr(delivery::Column::Refused, Expr::value(counts.refused.cast_signed()))
        .filter(delivery::Column::Id.eq(delivery.0))
        .filter(delivery::Column::State.eq(STAGED))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Makes a delivery that was looked at current. Gives whether it was there to be made so.
pub async fn commit(tx: &Tx, delivery: DeliveryId) -> Result<bool> {
    let done = delivery::Entity::update_many()
        .col_expr(delivery::Column::State, Expr::value(CURRENT))
        .filter(delivery::Column::Id.eq(delivery.0))
        .filter(delivery::Column::State.eq(REVIEW))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Deliveries of a campaign that were never made whole.
pub async fn leftovers(db: &impl Connection, campaign: CampaignId) -> Result<Vec<DeliveryId>> {
    let rows = delivery::Entity::find()
        .filter(delivery::Column::CampaignId.eq(campaign.0))
        .filter(delivery::Column::State.eq(STAGED))
        // The last first: its duplicates may point to rows of those before it.
        .order_by_desc(delivery::Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|d| DeliveryId(d.id)).collect())
}

/// The campaigns of the installation that have deliveries which were never made whole.
pub async fn unfinished(db: &impl Connection) -> Result<Vec<CampaignId>> {
    let campaigns: Vec<uuid::Uuid> = delivery::Entity::find()
        .filter(delivery::Column::State.eq(STAGED))
        .select_only()
        .column(delivery::Column::CampaignId)
        .distinct()
        .into_tuple()
        .all(db)
        .await?;
    Ok(campaigns.into_iter().map(CampaignId).collect())
}

/// Gives a delivery up that waits to be looked at: it counts as never made whole. Gives whether it was there for that.
pub async fn give_up(tx: &Tx, unused: DeliveryId) -> Result<bool> {
    let done = delivery::Entity::update_many()
        .col_expr(delivery::Column::State, Expr::value(STAGED))
        .filter(delivery::Column::Id.eq(unused.0))
        .filter(delivery::Column::State.is_in([REVIEW, STAGED]))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Takes a part of what a delivery that was never made whole has brought out again, and gives whether there is more. By
/// parts, so that nobody waits while a million rows go.
pub async fn remove_part(tx: &Tx, unused: DeliveryId) -> Result<bool> {
    let of_it = |column: retiree::Column| column.eq(unused.0);
    let last = |rows: Option<Option<i32>>| rows.flatten();
    let people: Option<Option<i32>> = retiree::Entity::find()
        .filter(of_it(retiree::Column::DeliveryId))
        .select_only()
        .column_as(retiree::Column::Row.max(), "last")
        .into_tuple()
        .one(tx)
        .await?;
    // The last rows first: duplicates point to rows before them.
    if let Some(row) = last(people) {
        let part = retiree::Entity::delete_many().filter(retiree::Column::DeliveryId.eq(unused.0));
        part.filter(retiree::Column::Row.gt(row - REMOVED)).exec(tx).await?;
        return Ok(true);
    }
    let kept: Option<Option<i32>> = import_row::Entity::find()
        .filter(import_row::Column::DeliveryId.eq(unused.0))
        .select_only()
        .column_as(import_row::Column::Row.max(), "last")
        .into_tuple()
        .one(tx)
        .await?;
    if let Some(row) = last(kept) {
        let part = import_row::Entity::delete_many().filter(import_row::Column::DeliveryId.eq(unused.0));
        part.filter(import_row::Column::Row.gt(row - REMOVED)).exec(tx).await?;
        return Ok(true);
    }
    let some: Vec<uuid::Uuid> = household::Entity::find()
        .filter(household::Column::DeliveryId.eq(unused.0))
        .select_only()
        .column(household::Column::Id)
        .limit(u64::from(REMOVED.unsigned_abs()))
        .into_tuple()
        .all(tx)
        .await?;
    if !some.is_empty() {
        household::Entity::delete_many().filter(household::Column::Id.is_in(some)).exec(tx).await?;
        return Ok(true);
    }
    doubt::Entity::delete_many().filter(doubt::Column::DeliveryId.eq(unused.0)).exec(tx).await?;
    delivery::Entity::delete_by_id(unused.0).exec(tx).await?;
    Ok(false)
}

/// Notes other terms for the list with these bytes, and with them when its people are erased. One that waits to be looked
/// at keeps the terms that it was read under.
pub async fn update_contract(tx: &Tx, campaign: CampaignId, list: &List) -> Result<()> {
    let of_list = delivery::Entity::find()
        .filter(delivery::Column::CampaignId.eq(campaign.0))
        .filter(delivery::Column::State.eq(CURRENT))
        .filter(delivery::Column::Sha256.eq(&list.sha256));
    let Some(row) = of_list.one(tx).await? else { return Ok(()) };
    let contract = serde_json::to_string(&list.contract).map_err(|e| StoreError::Stored(e.to_string()))?;
    if row.contract == contract {
        return Ok(());
    }
    let purge_on = Expr::value(list.contract.purge_on);
    delivery::Entity::update_many()
        .col_expr(delivery::Column::Contract, Expr::value(contract))
        .col_expr(delivery::Column::PurgeOn, purge_on.clone())
        .filter(delivery::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    import_row::Entity::update_many()
        .col_expr(import_row::Column::PurgeOn, purge_on.clone())
        .filter(import_row::Column::DeliveryId.eq(row.id))
        .exec(tx)
        .await?;
    household::Entity::update_many()
        .col_expr(household::Column::PurgeOn, purge_on.clone())
        .filter(household::Column::DeliveryId.eq(row.id))
        .exec(tx)
        .await?;
    retiree::Entity::update_many()
        .col_expr(retiree::Column::PurgeOn, purge_on)
        .filter(retiree::Column::DeliveryId.eq(row.id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Gives every list of a campaign up, with whatever was drawn from them: nothing sees their people any more, and [`remove_part`]
/// takes them out. Only for a campaign that has printed no letter and whose people nobody has registered.
pub async fn give_all_up(tx: &Tx, campaign: CampaignId) -> Result<()> {
    profile::forget(tx, campaign).await?;
    let mut households = household::Entity::find()
        .filter(household::Column::CampaignId.eq(campaign.0))
        .select_only()
        .column(household::Column::Id);
    let households = QuerySelect::query(&mut households).take();
    let invited = invitation::Column::HouseholdId.in_subquery(households.clone());
    invitation::Entity::delete_many().filter(invited).exec(tx).await?;
    let drawn = audience_member::Column::HouseholdId.in_subquery(households);
    audience_member::Entity::delete_many().filter(drawn).exec(tx).await?;
    audience::Entity::delete_many().filter(audience::Column::CampaignId.eq(campaign.0)).exec(tx).await?;
    delivery::Entity::update_many()
        .col_expr(delivery::Column::State, Expr::value(STAGED))
        .filter(delivery::Column::CampaignId.eq(campaign.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// The people of a delivery by row, from the first row after `after` on; at most `limit`.
pub async fn retirees_after(
    db: &impl Connection,
    delivery: DeliveryId,
    after: u32,
    limit: u64,
) -> Result<Vec<ListedRetiree>> {
    let rows = retiree::Entity::find()
        .filter(retiree::Column::DeliveryId.eq(delivery.0))
        .filter(retiree::Column::Row.gt(after.cast_signed()))
        .order_by_asc(retiree::Column::Row)
        .limit(limit)
        .all(db)
        .await?;
    rows.into_iter().map(listed).collect()
}

/// The people of a delivery, by row.
pub async fn retirees(db: &impl Connection, delivery: DeliveryId) -> Result<Vec<ListedRetiree>> {
    let rows = retiree::Entity::find()
        .filter(retiree::Column::DeliveryId.eq(delivery.0))
        .order_by_asc(retiree::Column::Row)
        .all(db)
        .await?;
    rows.into_iter().map(listed).collect()
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

pub(super) fn delivery_of(row: delivery::Model) -> Result<Delivery> {
    Ok(Delivery {
        id: DeliveryId(row.id),
        list: List {
            file_name: row.file_name,
            sha256: row.sha256,
            contract: stored("delivery.contract", serde_json::from_str(&row.contract))?,
            by_hand: row.by_hand,
        },
        reading: stored("delivery.facts", serde_json::from_str(&row.facts))?,
        counts: RowCounts {
            accepted: row.accepted.cast_unsigned(),
            corrected: row.corrected.cast_unsigned(),
            refused: row.refused.cast_unsigned(),
        },
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
const RETIREE: [&str; 24] = [
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
    "line2",
    "line3",
    "line4",
    "line5",
    "line6",
    "postcode",
    "commune",
    "institution",
    "not_mailable",
    "phone",
    "email",
    "fund_reference",
    "search_name",
];

fn retiree_values(listed: &ListedRetiree) -> [Value; 24] {
    let person = &listed.retiree;
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
        person.usage_name.as_str().into(),
        person.birth_name.as_deref().into(),
        person.first_name.as_str().into(),
        date.into(),
        person.birth.year().into(),
        person.deceased.into(),
        address.line2.as_str().into(),
        address.line3.as_str().into(),
        address.line4.as_str().into(),
        address.line5.as_str().into(),
        address.line6.as_str().into(),
        address.postcode.as_ref().map(|p| p.as_str()).into(),
        address.commune.as_ref().map(|c| c.as_str()).into(),
        address.institution.into(),
        address.not_mailable.map(|r| r.code()).into(),
        person.phone.as_ref().map(|p| p.e164()).into(),
        person.email.as_deref().into(),
        person.fund_reference.as_deref().into(),
        listed.search_name.as_str().into(),
    ]
}

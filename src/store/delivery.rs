//! Lists as funds delivered them. A delivery is written by chunks (`listed.rs`) while it is `staged`, which no query sees;
//! once whole it waits in `review`; committing makes it `current` in one step.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::entity::{Owned, audience, audience_member, delivery, doubt, household, import_row, invitation, retiree};
use super::{Connection, Result, StoreError, Tx, profile, stored};
use crate::domain::campaign::List;
use crate::domain::id::{CampaignId, DeliveryId, RetireeId, StructureId};

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

impl RowCounts {
    /// All rows.
    pub fn rows(&self) -> u32 {
        self.accepted + self.corrected + self.refused
    }

    /// More than one row in twenty is refused, and not a mere few: a normal file has less than one in a hundred, and here a
    /// column is taken for what it is not.
    pub fn refuse_many(&self) -> bool {
        self.refused >= 20 && self.refused > self.rows() / 20
    }
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
        last_retiree_id: Set(None),
    };
    row.insert(tx).await?;
    Ok(id)
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

/// Puts a whole delivery before the coordinator; `last` is the person of its last row that was taken. Gives whether it was
/// still there to be put.
pub async fn finish(tx: &Tx, delivery: DeliveryId, counts: RowCounts, last: Option<RetireeId>) -> Result<bool> {
    let done = delivery::Entity::update_many()
        .col_expr(delivery::Column::State, Expr::value(REVIEW))
        .col_expr(delivery::Column::Accepted, Expr::value(counts.accepted.cast_signed()))
        .col_expr(delivery::Column::Corrected, Expr::value(counts.corrected.cast_signed()))
        .col_expr(delivery::Column::Refused, Expr::value(counts.refused.cast_signed()))
        .col_expr(delivery::Column::LastRetireeId, Expr::value(last.map(|id| id.0)))
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
    // The last first: duplicates point to those before them.
    let people: Vec<uuid::Uuid> = retiree::Entity::find()
        .filter(retiree::Column::DeliveryId.eq(unused.0))
        .select_only()
        .column(retiree::Column::Id)
        .order_by_desc(retiree::Column::Id)
        .limit(u64::from(REMOVED.unsigned_abs()))
        .into_tuple()
        .all(tx)
        .await?;
    if let Some(from) = people.last() {
        let part = retiree::Entity::delete_many().filter(retiree::Column::DeliveryId.eq(unused.0));
        part.filter(retiree::Column::Id.gte(*from)).exec(tx).await?;
        return Ok(true);
    }
    let kept: Option<Option<i32>> = import_row::Entity::find()
        .filter(import_row::Column::DeliveryId.eq(unused.0))
        .select_only()
        .column_as(import_row::Column::Row.max(), "last")
        .into_tuple()
        .one(tx)
        .await?;
    if let Some(row) = kept.flatten() {
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

#[cfg(test)]
mod tests {
    use super::RowCounts;

    #[test]
    fn one_row_in_twenty_is_many_and_a_few_rows_are_not() {
        let many = |accepted, corrected, refused| RowCounts { accepted, corrected, refused }.refuse_many();
        assert!(many(1561, 0, 2740) && many(300, 79, 20) && many(0, 0, 20));
        assert!(!many(380, 0, 20) && !many(0, 0, 19) && !many(4300, 0, 117));
    }
}

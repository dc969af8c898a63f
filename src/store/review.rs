//! What a list came to: its rows by outcome, its people and households, for who accepts or discards it.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::delivery::{CURRENT, Delivery, REVIEW, STAGED, delivery_of};
use super::entity::{Owned, delivery, household, import_row, retiree};
use super::household::retiree_of;
use super::listed::{ImportRow, import_row_of};
use super::{Connection, Result, stored};
use crate::domain::address::NotMailable;
use crate::domain::id::{CampaignId, DeliveryId, StructureId};
use crate::domain::retiree::Retiree;

/// A list with where it stands.
#[derive(Debug, Clone)]
pub struct ListedDelivery {
    /// The list.
    pub delivery: Delivery,
    /// It counts; otherwise it waits to be looked at.
    pub current: bool,
    /// When its file came in.
    pub received_at: DateTime<Utc>,
}

/// How many people and households a list has, and which it shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct People {
    /// Rows about somebody whom another row of the list names.
    pub twice_within: u64,
    /// Rows about somebody whom an earlier list names.
    pub known_before: u64,
    /// Households that the list brings.
    pub new_households: u64,
    /// Households of earlier lists that it adds somebody to, or names again.
    pub known_households: u64,
}

/// The whole lists of a campaign, in order.
pub async fn of_campaign(
    db: &impl Connection,
    scope: StructureId,
    campaign: CampaignId,
) -> Result<Vec<ListedDelivery>> {
    let rows = delivery::Entity::of(scope)
        .filter(delivery::Column::CampaignId.eq(campaign.0))
        .filter(delivery::Column::State.ne(STAGED))
        .order_by_asc(delivery::Column::Position)
        .order_by_asc(delivery::Column::ReceivedAt)
        .all(db)
        .await?;
    rows.into_iter().map(listed).collect()
}

/// Every contract under which the structure was given a list, the latest first.
pub async fn of_structure(db: &impl Connection, scope: StructureId) -> Result<Vec<ListedDelivery>> {
    let rows = delivery::Entity::of(scope)
        .filter(delivery::Column::State.ne(STAGED))
        .order_by_desc(delivery::Column::ReceivedAt)
        .all(db)
        .await?;
    rows.into_iter().map(listed).collect()
}

/// One whole list of a campaign.
pub async fn by_id(
    db: &impl Connection,
    scope: StructureId,
    campaign: CampaignId,
    id: DeliveryId,
) -> Result<Option<ListedDelivery>> {
    let row = delivery::Entity::of(scope)
        .filter(delivery::Column::Id.eq(id.0))
        .filter(delivery::Column::CampaignId.eq(campaign.0))
        .filter(delivery::Column::State.is_in([CURRENT, REVIEW]))
        .one(db)
        .await?;
    row.map(listed).transpose()
}

/// Refused or corrected rows after a row, at most so many, by row.
pub async fn rows_after(
    db: &impl Connection,
    scope: StructureId,
    id: DeliveryId,
    outcome: &str,
    after: u32,
    limit: u64,
) -> Result<Vec<ImportRow>> {
    let rows = import_row::Entity::of(scope)
        .filter(import_row::Column::DeliveryId.eq(id.0))
        .filter(import_row::Column::Outcome.eq(outcome))
        .filter(import_row::Column::Row.gt(after.cast_signed()))
        .order_by_asc(import_row::Column::Row)
        .limit(limit)
        .all(db)
        .await?;
    rows.into_iter().map(import_row_of).collect()
}

#[derive(FromQueryResult)]
struct Reason {
    row: i32,
    reason: String,
}

/// Why rows after a row were corrected, at most so many, by row.
pub async fn corrections_after(
    db: &impl Connection,
    scope: StructureId,
    id: DeliveryId,
    after: u32,
    limit: u64,
) -> Result<Vec<(u32, String)>> {
    let rows = import_row::Entity::of(scope)
        .select_only()
        .columns([import_row::Column::Row, import_row::Column::Reason])
        .filter(import_row::Column::DeliveryId.eq(id.0))
        .filter(import_row::Column::Outcome.eq("corrected"))
        .filter(import_row::Column::Row.gt(after.cast_signed()))
        .order_by_asc(import_row::Column::Row)
        .limit(limit)
        .into_model::<Reason>()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|r| (r.row.cast_unsigned(), r.reason)).collect())
}

#[derive(FromQueryResult)]
struct Counted {
    not_mailable: Option<String>,
    count: i64,
}

/// How many people of a list no letter can reach, by reason.
pub async fn not_mailable(db: &impl Connection, scope: StructureId, id: DeliveryId) -> Result<Vec<(NotMailable, u64)>> {
    let rows = retiree::Entity::of(scope)
        .select_only()
        .column(retiree::Column::NotMailable)
        .column_as(retiree::Column::Id.count(), "count")
        .filter(retiree::Column::DeliveryId.eq(id.0))
        .filter(retiree::Column::NotMailable.is_not_null())
        .group_by(retiree::Column::NotMailable)
        .order_by_asc(retiree::Column::NotMailable)
        .into_model::<Counted>()
        .all(db)
        .await?;
    let read = |code: Option<String>| {
        stored("retiree.not_mailable", NotMailable::from_code(code.as_deref().unwrap_or_default()).ok_or(()))
    };
    rows.into_iter().map(|row| Ok((read(row.not_mailable)?, row.count.unsigned_abs()))).collect()
}

/// How many people and households a list has, and which it shares with itself and with those before it.
pub async fn people(db: &impl Connection, scope: StructureId, id: DeliveryId) -> Result<People> {
    let ours = || {
        Query::select()
            .column(retiree::Column::Id)
            .from(retiree::Entity)
            .and_where(Expr::col(retiree::Column::DeliveryId).eq(id.0))
            .take()
    };
    let duplicates = || {
        retiree::Entity::of(scope)
            .filter(retiree::Column::DeliveryId.eq(id.0))
            .filter(retiree::Column::SameAs.is_not_null())
    };
    let twice_within = duplicates().filter(retiree::Column::SameAs.in_subquery(ours())).count(db).await?;
    let homes = Query::select()
        .column(retiree::Column::HouseholdId)
        .from(retiree::Entity)
        .and_where(Expr::col(retiree::Column::DeliveryId).eq(id.0))
        .take();
    let households = household::Entity::of(scope).filter(household::Column::Id.in_subquery(homes));
    let of_list = household::Column::DeliveryId.eq(id.0);
    Ok(People {
        twice_within,
        known_before: duplicates().count(db).await? - twice_within,
        new_households: households.clone().filter(of_list.clone()).count(db).await?,
        known_households: households.filter(of_list.not()).count(db).await?,
    })
}

/// Households that have somebody of this list and somebody of one of the others.
pub async fn shared_households(
    db: &impl Connection,
    scope: StructureId,
    id: DeliveryId,
    others: &[DeliveryId],
) -> Result<u64> {
    let homes = |lists: Vec<uuid::Uuid>| {
        Query::select()
            .column(retiree::Column::HouseholdId)
            .from(retiree::Entity)
            .and_where(Expr::col(retiree::Column::DeliveryId).is_in(lists))
            .take()
    };
    let shared = household::Entity::of(scope)
        .filter(household::Column::Id.in_subquery(homes(vec![id.0])))
        .filter(household::Column::Id.in_subquery(homes(others.iter().map(|other| other.0).collect())));
    Ok(shared.count(db).await?)
}

/// The last row of a list that was taken, as a person.
pub async fn last_person(db: &impl Connection, scope: StructureId, id: DeliveryId) -> Result<Option<(u32, Retiree)>> {
    let mut last = delivery::Entity::of(scope)
        .filter(delivery::Column::Id.eq(id.0))
        .select_only()
        .column(delivery::Column::LastRetireeId);
    let last = QuerySelect::query(&mut last).take();
    let row = retiree::Entity::of(scope).filter(retiree::Column::Id.in_subquery(last)).one(db).await?;
    row.map(|row| Ok((row.row.cast_unsigned(), retiree_of(row)?))).transpose()
}

fn listed(row: delivery::Model) -> Result<ListedDelivery> {
    let (current, received_at) = (row.state == CURRENT, row.received_at);
    Ok(ListedDelivery { delivery: delivery_of(row)?, current, received_at })
}

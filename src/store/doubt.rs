//! Pairs of rows that a coordinator decides upon, what she answered, and where the rows stand because of it.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};

use super::entity::{
    Owned, answer, audience_member, delivery, doubt, household, invitation, letter, registration, retiree,
};
use super::household::retiree_of;
use super::{Connection, Result, StoreError, Tx, profile, stored};
use crate::domain::doubt::{Answer, DoubtKind};
use crate::domain::id::{CampaignId, DeliveryId, DoubtId, HouseholdId, RetireeId, StructureId, UserId};
use crate::domain::retiree::Retiree;

/// Rows an INSERT carries.
const CHUNK: usize = 1000;

/// Keyed digests of two identities, the smaller first: the same pair, whichever row came first.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PairKey {
    low: String,
    high: String,
}

impl PairKey {
    /// The key of these two digests.
    pub fn new(one: &[u8], other: &[u8]) -> Self {
        let (one, other) = (hex::encode(one), hex::encode(other));
        if one <= other { Self { low: one, high: other } } else { Self { low: other, high: one } }
    }
}

/// A pair that is put to the coordinator.
#[derive(Debug, Clone)]
pub struct NewDoubt {
    /// What is in doubt.
    pub kind: DoubtKind,
    /// The earlier row.
    pub one: RetireeId,
    /// The later row, of the list that brings the doubt.
    pub other: RetireeId,
    /// Why it is in doubt, in French.
    pub reason: String,
    /// What it is recognised by in another list.
    pub key: PairKey,
    /// What was answered about the pair in an earlier list, where it was.
    pub remembered: Option<Answer>,
}

/// A pair with its answer.
#[derive(Debug, Clone)]
pub struct Doubt {
    /// Its identifier.
    pub id: DoubtId,
    /// The list that brought it.
    pub delivery: DeliveryId,
    /// What is in doubt.
    pub kind: DoubtKind,
    /// The earlier row.
    pub one: RetireeId,
    /// The later row.
    pub other: RetireeId,
    /// Why, in French.
    pub reason: String,
    /// What it is recognised by in another list.
    pub key: PairKey,
    /// What was answered, by whom and when.
    pub answer: Option<(Answer, Option<UserId>, DateTime<Utc>)>,
    /// The rows that the answer moved.
    pub moved: Vec<Moved>,
}

/// Where a row stands: its person and its household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The first row of its person, where it is not that itself.
    pub same_as: Option<RetireeId>,
    /// Its household.
    pub household: HouseholdId,
}

/// A row that was moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The row.
    pub row: RetireeId,
    /// Where it stood.
    pub from: Place,
    /// Where it stands now.
    pub to: Place,
}

/// A row with where it stands.
#[derive(Debug, Clone)]
pub struct PlacedRow {
    /// The row's identifier.
    pub id: RetireeId,
    /// Its list.
    pub delivery: DeliveryId,
    /// Its number in the list, from 1.
    pub row: u32,
    /// Its person and household.
    pub place: Place,
    /// The person.
    pub retiree: Retiree,
}

impl PlacedRow {
    /// The first row of its person.
    pub fn person(&self) -> RetireeId {
        self.place.same_as.unwrap_or(self.id)
    }
}

/// Adds the pairs of a delivery. A remembered answer is noted with them, on `now`.
pub async fn add(
    tx: &Tx,
    scope: StructureId,
    delivery: DeliveryId,
    purge_on: NaiveDate,
    doubts: &[NewDoubt],
    now: DateTime<Utc>,
) -> Result<()> {
    for chunk in doubts.chunks(CHUNK) {
        let rows = chunk.iter().map(|d| fresh(DoubtId::new(), scope, delivery, purge_on, d, d.remembered.map(|_| now)));
        doubt::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

fn fresh(
    id: DoubtId,
    scope: StructureId,
    delivery: DeliveryId,
    purge_on: NaiveDate,
    new: &NewDoubt,
    answered_at: Option<DateTime<Utc>>,
) -> doubt::ActiveModel {
    doubt::ActiveModel {
        id: Set(id.0),
        structure_id: Set(scope.0),
        delivery_id: Set(delivery.0),
        kind: Set(new.kind.code().to_owned()),
        one: Set(new.one.0),
        other: Set(new.other.0),
        reason: Set(new.reason.clone()),
        low_digest: Set(new.key.low.clone()),
        high_digest: Set(new.key.high.clone()),
        answer: Set(new.remembered.map(|a| a.code().to_owned())),
        answered_by: Set(None),
        answered_at: Set(answered_at),
        moved: Set(None),
        purge_on: Set(purge_on),
    }
}

/// The pairs of a delivery in the order of its rows, those without an answer or those with one; at most `limit`.
pub async fn of_delivery(
    db: &impl Connection,
    scope: StructureId,
    delivery: DeliveryId,
    answered: bool,
    limit: u64,
) -> Result<Vec<Doubt>> {
    let rows = of(scope, delivery, answered).order_by_asc(doubt::Column::Id).limit(limit).all(db).await?;
    rows.into_iter().map(doubt_of).collect()
}

/// How many pairs of a delivery have no answer, or have one.
pub async fn count(db: &impl Connection, scope: StructureId, delivery: DeliveryId, answered: bool) -> Result<u64> {
    Ok(of(scope, delivery, answered).count(db).await?)
}

fn of(scope: StructureId, delivery: DeliveryId, answered: bool) -> sea_orm::Select<doubt::Entity> {
    let answer = doubt::Column::Answer;
    doubt::Entity::of(scope).filter(doubt::Column::DeliveryId.eq(delivery.0)).filter(if answered {
        answer.is_not_null()
    } else {
        answer.is_null()
    })
}

/// One pair.
pub async fn by_id(db: &impl Connection, scope: StructureId, id: DoubtId) -> Result<Option<Doubt>> {
    let row = doubt::Entity::of(scope).filter(doubt::Column::Id.eq(id.0)).one(db).await?;
    row.map(doubt_of).transpose()
}

/// Notes the answer to a pair and the rows it moved, or takes both away.
pub async fn note(
    tx: &Tx,
    scope: StructureId,
    id: DoubtId,
    answer: Option<(Answer, Option<UserId>, DateTime<Utc>)>,
    moved: &[Moved],
) -> Result<()> {
    let moved = if moved.is_empty() { None } else { Some(json(moved)?) };
    doubt::Entity::update_many()
        .col_expr(doubt::Column::Answer, Expr::value(answer.map(|(a, ..)| a.code())))
        .col_expr(doubt::Column::AnsweredBy, Expr::value(answer.and_then(|(_, user, _)| user).map(|u| u.0)))
        .col_expr(doubt::Column::AnsweredAt, Expr::value(answer.map(|(.., at)| at)))
        .col_expr(doubt::Column::Moved, Expr::value(moved))
        .filter(doubt::Column::StructureId.eq(scope.0))
        .filter(doubt::Column::Id.eq(id.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Adds a pair that nobody asked about, because somebody undid its link. Gives its identifier.
pub async fn insert(
    tx: &Tx,
    scope: StructureId,
    delivery: DeliveryId,
    purge_on: NaiveDate,
    new: &NewDoubt,
) -> Result<DoubtId> {
    let id = DoubtId::new();
    let new = NewDoubt { remembered: None, ..new.clone() };
    fresh(id, scope, delivery, purge_on, &new, None).insert(tx).await?;
    Ok(id)
}

/// All answers of a structure that are remembered.
pub async fn remembered(db: &impl Connection, scope: StructureId) -> Result<HashMap<(DoubtKind, PairKey), Answer>> {
    let rows = answer::Entity::of(scope).all(db).await?;
    rows.into_iter()
        .map(|r| {
            let key = PairKey { low: r.low_digest, high: r.high_digest };
            let kind = stored("answer.kind", DoubtKind::from_code(&r.kind).ok_or(()))?;
            Ok(((kind, key), stored("answer.answer", Answer::from_code(&r.answer).ok_or(()))?))
        })
        .collect()
}

/// Remembers an answer for whenever the pair comes again.
pub async fn remember(
    tx: &Tx,
    scope: StructureId,
    kind: DoubtKind,
    key: &PairKey,
    said: Answer,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = answer::ActiveModel {
        structure_id: Set(scope.0),
        kind: Set(kind.code().to_owned()),
        low_digest: Set(key.low.clone()),
        high_digest: Set(key.high.clone()),
        answer: Set(said.code().to_owned()),
        answered_by: Set(Some(user.0)),
        answered_at: Set(now),
    };
    use answer::Column::{Answer as Said, AnsweredAt, AnsweredBy, HighDigest, Kind, LowDigest, StructureId as Scope};
    let again = OnConflict::columns([Scope, Kind, LowDigest, HighDigest])
        .update_columns([Said, AnsweredBy, AnsweredAt])
        .to_owned();
    answer::Entity::insert(row).on_conflict(again).exec_without_returning(tx).await?;
    Ok(())
}

/// Remembers nothing of this pair any more.
pub async fn forget(tx: &Tx, scope: StructureId, kind: DoubtKind, key: &PairKey) -> Result<()> {
    answer::Entity::delete_many()
        .filter(answer::Column::StructureId.eq(scope.0))
        .filter(answer::Column::Kind.eq(kind.code()))
        .filter(answer::Column::LowDigest.eq(&key.low))
        .filter(answer::Column::HighDigest.eq(&key.high))
        .exec(tx)
        .await?;
    Ok(())
}

/// These rows with where they stand.
pub async fn rows(db: &impl Connection, scope: StructureId, ids: &[RetireeId]) -> Result<Vec<PlacedRow>> {
    placed(db, scope, Condition::all().add(retiree::Column::Id.is_in(ids.iter().map(|i| i.0)))).await
}

/// All rows of these households.
pub async fn rows_of_households(
    db: &impl Connection,
    scope: StructureId,
    households: &[HouseholdId],
) -> Result<Vec<PlacedRow>> {
    let of_them = retiree::Column::HouseholdId.is_in(households.iter().map(|h| h.0));
    placed(db, scope, Condition::all().add(of_them)).await
}

async fn placed(db: &impl Connection, scope: StructureId, which: Condition) -> Result<Vec<PlacedRow>> {
    let rows = retiree::Entity::of(scope).filter(which).order_by_asc(retiree::Column::Id).all(db).await?;
    rows.into_iter()
        .map(|r| {
            Ok(PlacedRow {
                id: RetireeId(r.id),
                delivery: DeliveryId(r.delivery_id),
                row: r.row.cast_unsigned(),
                place: Place { same_as: r.same_as.map(RetireeId), household: HouseholdId(r.household_id) },
                retiree: retiree_of(r)?,
            })
        })
        .collect()
}

/// The file names of these lists.
pub async fn file_names(
    db: &impl Connection,
    scope: StructureId,
    lists: &[DeliveryId],
) -> Result<HashMap<DeliveryId, String>> {
    let rows: Vec<(uuid::Uuid, String)> = delivery::Entity::of(scope)
        .filter(delivery::Column::Id.is_in(lists.iter().map(|d| d.0)))
        .select_only()
        .columns([delivery::Column::Id, delivery::Column::FileName])
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(id, name)| (DeliveryId(id), name)).collect())
}

/// Which of these lists came after an instant.
pub async fn lists_after(
    db: &impl Connection,
    scope: StructureId,
    lists: &[DeliveryId],
    at: DateTime<Utc>,
) -> Result<Vec<DeliveryId>> {
    let ids: Vec<uuid::Uuid> = delivery::Entity::of(scope)
        .filter(delivery::Column::Id.is_in(lists.iter().map(|d| d.0)))
        .filter(delivery::Column::ReceivedAt.gt(at))
        .select_only()
        .column(delivery::Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(DeliveryId).collect())
}

/// A list's campaign, the SHA-256 of its bytes and when its people are erased.
pub async fn list_facts(
    db: &impl Connection,
    scope: StructureId,
    list: DeliveryId,
) -> Result<Option<(CampaignId, crate::domain::campaign::List)>> {
    let row = delivery::Entity::of(scope).filter(delivery::Column::Id.eq(list.0)).one(db).await?;
    row.map(|r| {
        let contract = stored("delivery.contract", serde_json::from_str(&r.contract))?;
        let list =
            crate::domain::campaign::List { file_name: r.file_name, sha256: r.sha256, contract, by_hand: r.by_hand };
        Ok((CampaignId(r.campaign_id), list))
    })
    .transpose()
}

/// Puts these rows where they are to stand.
pub async fn place(tx: &Tx, scope: StructureId, moved: &[(RetireeId, Place)]) -> Result<()> {
    let rows = || Condition::all().add(retiree::Column::Id.is_in(moved.iter().map(|(row, _)| row.0)));
    // Both the households that they leave and those that they come to.
    profile::rows_changed(tx, scope, rows()).await?;
    for (row, to) in moved {
        retiree::Entity::update_many()
            .col_expr(retiree::Column::SameAs, Expr::value(to.same_as.map(|i| i.0)))
            .col_expr(retiree::Column::HouseholdId, Expr::value(to.household.0))
            .filter(retiree::Column::StructureId.eq(scope.0))
            .filter(retiree::Column::Id.eq(row.0))
            .exec(tx)
            .await?;
    }
    profile::rows_changed(tx, scope, rows()).await
}

/// A household of its own for somebody who is split off, at their place in chance order.
pub async fn found_household(
    tx: &Tx,
    scope: StructureId,
    campaign: CampaignId,
    list: DeliveryId,
    draw_order: String,
    purge_on: NaiveDate,
) -> Result<HouseholdId> {
    let id = HouseholdId::new();
    let row = household::ActiveModel {
        id: Set(id.0),
        structure_id: Set(scope.0),
        campaign_id: Set(campaign.0),
        delivery_id: Set(list.0),
        draw_order: Set(draw_order),
        wrong_address_at: Set(None),
        purge_on: Set(purge_on),
    };
    row.insert(tx).await?;
    Ok(id)
}

/// Which of these households have an invitation or a registration.
pub async fn engaged(db: &impl Connection, scope: StructureId, households: &[HouseholdId]) -> Result<Vec<HouseholdId>> {
    let ids = || households.iter().map(|h| h.0);
    let mut found: Vec<uuid::Uuid> = invitation::Entity::of(scope)
        .filter(invitation::Column::HouseholdId.is_in(ids()))
        .select_only()
        .column(invitation::Column::HouseholdId)
        .into_tuple()
        .all(db)
        .await?;
    let registered: Vec<Option<uuid::Uuid>> = registration::Entity::of(scope)
        .filter(registration::Column::HouseholdId.is_in(ids()))
        .select_only()
        .column(registration::Column::HouseholdId)
        .into_tuple()
        .all(db)
        .await?;
    found.extend(registered.into_iter().flatten());
    found.sort_unstable();
    found.dedup();
    Ok(found.into_iter().map(HouseholdId).collect())
}

/// Was a letter printed for one of these households, after this instant where one is given?
pub async fn printed(
    db: &impl Connection,
    scope: StructureId,
    households: &[HouseholdId],
    after: Option<DateTime<Utc>>,
) -> Result<bool> {
    let mut invited = invitation::Entity::of(scope)
        .filter(invitation::Column::HouseholdId.is_in(households.iter().map(|h| h.0)))
        .select_only()
        .column(invitation::Column::Id);
    let mut letters = letter::Entity::of(scope)
        .filter(letter::Column::InvitationId.in_subquery(QuerySelect::query(&mut invited).take()));
    if let Some(after) = after {
        letters = letters.filter(letter::Column::PrintedAt.gt(after));
    }
    Ok(letters.count(db).await? > 0)
}

/// Takes a household in which nobody is left out of every audience.
pub async fn leave_audiences(tx: &Tx, scope: StructureId, household: HouseholdId) -> Result<()> {
    audience_member::Entity::delete_many()
        .filter(audience_member::Column::StructureId.eq(scope.0))
        .filter(audience_member::Column::HouseholdId.eq(household.0))
        .exec(tx)
        .await?;
    Ok(())
}

fn json(moved: &[Moved]) -> Result<String> {
    serde_json::to_string(moved).map_err(|e| StoreError::Stored(e.to_string()))
}

fn doubt_of(row: doubt::Model) -> Result<Doubt> {
    let answer = row.answer.as_deref().map(|a| stored("doubt.answer", Answer::from_code(a).ok_or(()))).transpose()?;
    Ok(Doubt {
        id: DoubtId(row.id),
        delivery: DeliveryId(row.delivery_id),
        kind: stored("doubt.kind", DoubtKind::from_code(&row.kind).ok_or(()))?,
        one: RetireeId(row.one),
        other: RetireeId(row.other),
        reason: row.reason,
        key: PairKey { low: row.low_digest, high: row.high_digest },
        answer: answer.zip(row.answered_at).map(|(a, at)| (a, row.answered_by.map(UserId), at)),
        moved: row.moved.map_or(Ok(Vec::new()), |m| stored("doubt.moved", serde_json::from_str(&m)))?,
    })
}

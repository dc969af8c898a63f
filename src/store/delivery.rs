//! Lists as funds delivered them. A delivery is written by chunks while it is `staged`, which no query sees; once whole it
//! waits in `review`; committing makes it `current` in one step.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::entity::{audience, audience_member, delivery, household, import_row, invitation, retiree};
use super::{Connection, Result, StoreError, Tx, household::retiree_of, profile, stored};
use crate::domain::campaign::List;
use crate::domain::id::{CampaignId, DeliveryId, HouseholdId, RetireeId, StructureId};
use crate::domain::retiree::{Birth, Civility, Retiree};

/// Being written; nobody sees it.
const STAGED: &str = "staged";
/// Whole, and waiting for the coordinator to look at it.
const REVIEW: &str = "review";
/// The state of a delivery whose rows count.
pub(super) const CURRENT: &str = "current";
/// Rows an INSERT carries: 30 columns stay under SQLite's 32,766 variables.
const CHUNK: usize = 500;

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

/// Begins a delivery, after undoing what an interrupted one of the same file left.
pub async fn stage(
    tx: &Tx,
    scope: StructureId,
    campaign: CampaignId,
    list: &List,
    facts: String,
    now: DateTime<Utc>,
) -> Result<DeliveryId> {
    let leftover = delivery::Entity::find()
        .filter(delivery::Column::CampaignId.eq(campaign.0))
        .filter(delivery::Column::State.eq(STAGED))
        .all(tx)
        .await?;
    for unfinished in leftover {
        remove(tx, DeliveryId(unfinished.id)).await?;
    }
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
    };
    row.insert(tx).await?;
    Ok(id)
}

/// Adds a chunk to a staged delivery.
pub async fn add(
    tx: &Tx,
    scope: StructureId,
    campaign: CampaignId,
    delivery: DeliveryId,
    purge_on: NaiveDate,
    chunk: &Chunk,
) -> Result<()> {
    let household = |h: &NewHousehold| household::ActiveModel {
        id: Set(h.id.0),
        structure_id: Set(scope.0),
        campaign_id: Set(campaign.0),
        delivery_id: Set(delivery.0),
        draw_order: Set(h.draw_order.clone()),
        wrong_address_at: Set(None),
        purge_on: Set(purge_on),
    };
    insert_in_chunks(tx, chunk.households.iter().map(household).collect()).await?;
    let retirees = chunk.retirees.iter().map(|r| retiree_row(scope, campaign, delivery, purge_on, r));
    insert_in_chunks(tx, retirees.collect()).await?;
    let rows = chunk
        .rows
        .iter()
        .map(|r| {
            Ok(import_row::ActiveModel {
                delivery_id: Set(delivery.0),
                row: Set(r.row.cast_signed()),
                structure_id: Set(scope.0),
                outcome: Set(r.outcome.clone()),
                reason: Set(r.reason.clone()),
                cells: Set(serde_json::to_string(&r.cells).map_err(|e| StoreError::Stored(e.to_string()))?),
                purge_on: Set(purge_on),
            })
        })
        .collect::<Result<Vec<_>>>()?;
    insert_in_chunks(tx, rows).await
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

/// Puts a whole delivery before the coordinator.
pub async fn finish(tx: &Tx, delivery: DeliveryId, counts: RowCounts) -> Result<()> {
    delivery::Entity::update_many()
        .col_expr(delivery::Column::State, Expr::value(REVIEW))
        .col_expr(delivery::Column::Accepted, Expr::value(counts.accepted.cast_signed()))
        .col_expr(delivery::Column::Corrected, Expr::value(counts.corrected.cast_signed()))
        .col_expr(delivery::Column::Refused, Expr::value(counts.refused.cast_signed()))
        .filter(delivery::Column::Id.eq(delivery.0))
        .exec(tx)
        .await?;
    Ok(())
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

/// Takes out a delivery that nothing has used yet: one that is staged, or waits to be looked at.
pub async fn remove(tx: &Tx, unused: DeliveryId) -> Result<()> {
    // Duplicates point to first rows.
    let people = || retiree::Entity::delete_many().filter(retiree::Column::DeliveryId.eq(unused.0));
    people().filter(retiree::Column::SameAs.is_not_null()).exec(tx).await?;
    people().exec(tx).await?;
    household::Entity::delete_many().filter(household::Column::DeliveryId.eq(unused.0)).exec(tx).await?;
    import_row::Entity::delete_many().filter(import_row::Column::DeliveryId.eq(unused.0)).exec(tx).await?;
    delivery::Entity::delete_by_id(unused.0).exec(tx).await?;
    Ok(())
}

/// Notes other terms for the list with these bytes, and with them when its people are erased.
pub async fn update_contract(tx: &Tx, campaign: CampaignId, list: &List) -> Result<()> {
    let of_list = delivery::Entity::find()
        .filter(delivery::Column::CampaignId.eq(campaign.0))
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

/// Takes every list of a campaign out again, with its people, their households and whatever was drawn from them. Only
/// for a campaign that has printed no letter and whose people nobody has registered.
pub async fn forget_all(tx: &Tx, campaign: CampaignId) -> Result<()> {
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
    for listed in delivery::Entity::find().filter(delivery::Column::CampaignId.eq(campaign.0)).all(tx).await? {
        import_row::Entity::delete_many().filter(import_row::Column::DeliveryId.eq(listed.id)).exec(tx).await?;
    }
    // Duplicates point to first rows.
    let of_campaign = || retiree::Entity::delete_many().filter(retiree::Column::CampaignId.eq(campaign.0));
    of_campaign().filter(retiree::Column::SameAs.is_not_null()).exec(tx).await?;
    of_campaign().exec(tx).await?;
    household::Entity::delete_many().filter(household::Column::CampaignId.eq(campaign.0)).exec(tx).await?;
    delivery::Entity::delete_many().filter(delivery::Column::CampaignId.eq(campaign.0)).exec(tx).await?;
    Ok(())
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
    rows.into_iter()
        .map(|r| {
            Ok(ImportRow {
                row: r.row.cast_unsigned(),
                outcome: r.outcome,
                reason: r.reason,
                cells: stored("import_row.cells", serde_json::from_str(&r.cells))?,
            })
        })
        .collect()
}

async fn insert_in_chunks<A: ActiveModelTrait + Send>(tx: &Tx, mut rows: Vec<A>) -> Result<()> {
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(CHUNK));
        <A::Entity as EntityTrait>::insert_many(rows).exec_without_returning(tx).await?;
        rows = rest;
    }
    Ok(())
}

fn delivery_of(row: delivery::Model) -> Result<Delivery> {
    Ok(Delivery {
        id: DeliveryId(row.id),
        list: List {
            file_name: row.file_name,
            sha256: row.sha256,
            contract: stored("delivery.contract", serde_json::from_str(&row.contract))?,
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

fn retiree_row(
    scope: StructureId,
    campaign: CampaignId,
    delivery: DeliveryId,
    purge_on: NaiveDate,
    listed: &ListedRetiree,
) -> retiree::ActiveModel {
    let person = &listed.retiree;
    let address = &person.address;
    retiree::ActiveModel {
        id: Set(listed.id.0),
        structure_id: Set(scope.0),
        campaign_id: Set(campaign.0),
        delivery_id: Set(delivery.0),
        row: Set(listed.row.cast_signed()),
        same_as: Set(listed.same_as.map(|id| id.0)),
        household_id: Set(listed.household.0),
        civility: Set(person.civility.map(Civility::code).map(str::to_owned)),
        usage_name: Set(person.usage_name.clone()),
        birth_name: Set(person.birth_name.clone()),
        first_name: Set(person.first_name.clone()),
        birth_date: Set(match person.birth {
            Birth::Date(date) => Some(date),
            _ => None,
        }),
        birth_year: Set(person.birth.year()),
        deceased: Set(person.deceased),
        line2: Set(address.line2.clone()),
        line3: Set(address.line3.clone()),
        line4: Set(address.line4.clone()),
        line5: Set(address.line5.clone()),
        line6: Set(address.line6.clone()),
        postcode: Set(address.postcode.map(String::from)),
        commune: Set(address.commune.map(String::from)),
        institution: Set(address.institution),
        not_mailable: Set(address.not_mailable.map(|r| r.code().to_owned())),
        phone: Set(person.phone.as_ref().map(|p| p.e164().to_owned())),
        email: Set(person.email.clone()),
        fund_reference: Set(person.fund_reference.clone()),
        search_name: Set(listed.search_name.clone()),
        death_reported_at: Set(None),
        opposed_at: Set(None),
        purge_on: Set(purge_on),
    }
}

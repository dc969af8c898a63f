//! What the filter needs to know of households, kept beside them as pages of bytes (`audience::write_facts`), so that a
//! million people are looked through without reading their rows. A page holds households in the order of their identifiers,
//! from its own key up to the next page's. The service says what the facts are; this keeps them.

use std::collections::BTreeMap;

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::delivery::CURRENT;
use super::entity::{Owned, campaign, delivery, household, profile_list, profile_page, profile_stale, retiree};
use super::household::{HouseholdRows, PersonRow, lines_of};
use super::{Connection, Result, StoreError, Tx, audience, locks_rows};
use crate::audience::{Candidate, read_facts, write_facts};
use crate::domain::address::{NotMailable, PostalAddress};
use crate::domain::id::{CampaignId, DeliveryId, HouseholdId, RetireeId, StructureId};
use crate::domain::retiree::{Birth, Civility, Retiree};

/// Households of a page: small enough that one person's news rewrites little, large enough that reading is quick.
const PAGE: usize = 500;
/// Pages a reader asks for at once, some megabytes.
const PAGES_AT_ONCE: u64 = 200;
/// Rows an INSERT carries.
const NOTED_AT_ONCE: usize = 2000;

/// Makes writers of a campaign's facts wait for each other, where the database has more than one writer.
pub async fn lock(tx: &Tx, campaign: CampaignId) -> Result<()> {
    if locks_rows(tx) {
        campaign::Entity::find_by_id(campaign.0).lock(LockType::NoKeyUpdate).one(tx).await?;
    }
    Ok(())
}

/// The next households of a campaign after one, at most `limit`, in the order of their identifiers.
pub async fn after(
    db: &impl Connection,
    campaign: CampaignId,
    after: Option<HouseholdId>,
    limit: u64,
) -> Result<Vec<HouseholdId>> {
    let mut households = household::Entity::find().filter(household::Column::CampaignId.eq(campaign.0));
    if let Some(after) = after {
        households = households.filter(household::Column::Id.gt(after.0));
    }
    let ids: Vec<uuid::Uuid> = households
        .select_only()
        .column(household::Column::Id)
        .order_by_asc(household::Column::Id)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(HouseholdId).collect())
}

/// The households with identifiers from `first` to `last` with their rows, in the order of the identifiers. Of the people only
/// what the filter asks is filled in: no name, no street.
pub async fn rows_between(
    db: &impl Connection,
    campaign: CampaignId,
    first: HouseholdId,
    last: HouseholdId,
) -> Result<Vec<HouseholdRows>> {
    use retiree::Column as R;
    let households = household::Entity::find()
        .filter(household::Column::CampaignId.eq(campaign.0))
        .filter(household::Column::Id.between(first.0, last.0))
        .order_by_asc(household::Column::Id)
        .all(db)
        .await?;
    let current: Vec<uuid::Uuid> = delivery::Entity::find()
        .filter(delivery::Column::CampaignId.eq(campaign.0))
        .filter(delivery::Column::State.eq(CURRENT))
        .select_only()
        .column(delivery::Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    let rows: Vec<NarrowRow> = retiree::Entity::find()
        .filter(R::HouseholdId.between(first.0, last.0))
        .filter(R::CampaignId.eq(campaign.0))
        .select_only()
        .columns([R::HouseholdId, R::Id, R::SameAs, R::DeliveryId, R::Row, R::Civility])
        .columns([R::BirthDate, R::BirthYear, R::Deceased, R::Address, R::Postcode, R::Commune])
        .columns([R::Institution, R::NotMailable, R::DeathReportedAt])
        .columns([R::OpposedPostAt, R::OpposedEmailAt, R::OpposedPhoneAt, R::OppositionDoubtAt])
        .order_by_asc(R::HouseholdId)
        .into_model()
        .all(db)
        .await?;
    let mut by_household: BTreeMap<uuid::Uuid, Vec<NarrowRow>> = BTreeMap::new();
    for row in rows.into_iter().filter(|row| current.contains(&row.delivery_id)) {
        by_household.entry(row.household_id).or_default().push(row);
    }
    let with_rows = households.into_iter().filter_map(|h| {
        let mut rows = by_household.remove(&h.id)?;
        rows.sort_by_key(|row| (row.delivery_id, row.row));
        Some(HouseholdRows {
            id: HouseholdId(h.id),
            campaign: CampaignId(h.campaign_id),
            draw_order: h.draw_order,
            wrong_address: h.wrong_address_at,
            rows: rows.into_iter().map(PersonRow::from).collect(),
        })
    });
    Ok(with_rows.collect())
}

/// Writes the facts of all households with identifiers from `first` to `last`: those given, and no others.
pub async fn replace(
    tx: &Tx,
    scope: StructureId,
    campaign: CampaignId,
    (first, last): (HouseholdId, HouseholdId),
    facts: &[Candidate],
) -> Result<()> {
    let key = profile_page::Column::FirstHousehold;
    let of_campaign = || profile_page::Entity::find().filter(profile_page::Column::CampaignId.eq(campaign.0));
    // The page in which the first one stands begins before it.
    let holding = of_campaign().filter(key.lte(first.0)).order_by_desc(key).one(tx).await?;
    let begin = holding.map_or(first.0, |page| page.first_household);
    let pages = of_campaign().filter(key.between(begin, last.0)).all(tx).await?;
    let mut all = facts.to_vec();
    for page in &pages {
        read(&page.facts, |household| {
            if !(first..=last).contains(&household.id) {
                all.push(household.clone());
            }
        })?;
    }
    profile_page::Entity::delete_many()
        .filter(profile_page::Column::CampaignId.eq(campaign.0))
        .filter(key.between(begin, last.0))
        .exec(tx)
        .await?;
    all.sort_unstable_by_key(|household| household.id);
    let rows: Vec<_> = all
        .chunks(PAGE)
        .map(|page| profile_page::ActiveModel {
            structure_id: Set(scope.0),
            campaign_id: Set(campaign.0),
            first_household: Set(page[0].id.0),
            facts: Set(write_facts(page)),
        })
        .collect();
    if !rows.is_empty() {
        profile_page::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Shows the facts of every household of a campaign, in the order of their identifiers.
pub async fn each(db: &impl Connection, campaign: CampaignId, mut look: impl FnMut(&Candidate)) -> Result<()> {
    let key = profile_page::Column::FirstHousehold;
    let mut after: Option<uuid::Uuid> = None;
    loop {
        let mut pages = profile_page::Entity::find().filter(profile_page::Column::CampaignId.eq(campaign.0));
        if let Some(after) = after {
            pages = pages.filter(key.gt(after));
        }
        let pages: Vec<(uuid::Uuid, Vec<u8>)> = pages
            .select_only()
            .columns([key, profile_page::Column::Facts])
            .order_by_asc(key)
            .limit(PAGES_AT_ONCE)
            .into_tuple()
            .all(db)
            .await?;
        let Some((last, _)) = pages.last() else { return Ok(()) };
        after = Some(*last);
        for (_, facts) in &pages {
            read(facts, &mut look)?;
        }
    }
}

/// The lists of a campaign that are in and whose people the facts do not hold yet.
pub async fn lists_missing(db: &impl Connection, campaign: CampaignId) -> Result<Vec<DeliveryId>> {
    let held: Vec<uuid::Uuid> = profile_list::Entity::find()
        .filter(profile_list::Column::CampaignId.eq(campaign.0))
        .select_only()
        .column(profile_list::Column::DeliveryId)
        .into_tuple()
        .all(db)
        .await?;
    let missing: Vec<uuid::Uuid> = delivery::Entity::find()
        .filter(delivery::Column::CampaignId.eq(campaign.0))
        .filter(delivery::Column::State.eq(CURRENT))
        .filter(delivery::Column::Id.is_not_in(held))
        .select_only()
        .column(delivery::Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    Ok(missing.into_iter().map(DeliveryId).collect())
}

/// Notes that the facts hold the people of these lists.
pub async fn hold(tx: &Tx, scope: StructureId, campaign: CampaignId, lists: &[DeliveryId]) -> Result<()> {
    let ids = || lists.iter().map(|list| list.0);
    profile_list::Entity::delete_many().filter(profile_list::Column::DeliveryId.is_in(ids())).exec(tx).await?;
    let rows = ids().map(|id| profile_list::ActiveModel {
        delivery_id: Set(id),
        structure_id: Set(scope.0),
        campaign_id: Set(campaign.0),
    });
    profile_list::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

/// Notes, in the transaction that changes them, that the facts of the households of these rows are out of date.
pub(super) async fn rows_changed(tx: &Tx, scope: StructureId, rows: Condition) -> Result<()> {
    let found = retiree::Entity::of(scope)
        .filter(rows)
        .select_only()
        .columns([retiree::Column::HouseholdId, retiree::Column::CampaignId])
        .distinct()
        .into_tuple()
        .all(tx)
        .await?;
    note_stale(tx, scope, found).await
}

/// The same for a household about which something of its own has changed.
pub(super) async fn household_changed(tx: &Tx, scope: StructureId, changed: HouseholdId) -> Result<()> {
    let found = household::Entity::of(scope)
        .filter(household::Column::Id.eq(changed.0))
        .select_only()
        .columns([household::Column::Id, household::Column::CampaignId])
        .into_tuple()
        .all(tx)
        .await?;
    note_stale(tx, scope, found).await
}

async fn note_stale(tx: &Tx, scope: StructureId, found: Vec<(uuid::Uuid, uuid::Uuid)>) -> Result<()> {
    audience::draw_again(tx, &found.iter().map(|(_, campaign)| *campaign).collect()).await?;
    for chunk in found.chunks(NOTED_AT_ONCE) {
        let rows = chunk.iter().map(|(household, campaign)| profile_stale::ActiveModel {
            household_id: Set(*household),
            structure_id: Set(scope.0),
            campaign_id: Set(*campaign),
        });
        profile_stale::Entity::insert_many(rows)
            .on_conflict_do_nothing_on([profile_stale::Column::HouseholdId])
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// Households of a campaign whose facts are out of date, at most `limit`, in the order of their identifiers.
pub async fn stale(db: &impl Connection, campaign: CampaignId, limit: u64) -> Result<Vec<HouseholdId>> {
    let ids: Vec<uuid::Uuid> = profile_stale::Entity::find()
        .filter(profile_stale::Column::CampaignId.eq(campaign.0))
        .order_by_asc(profile_stale::Column::HouseholdId)
        .select_only()
        .column(profile_stale::Column::HouseholdId)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(HouseholdId).collect())
}

/// Notes that the facts of these households are up to date.
pub async fn fresh(tx: &Tx, households: &[HouseholdId]) -> Result<()> {
    let done = profile_stale::Column::HouseholdId.is_in(households.iter().map(|h| h.0));
    profile_stale::Entity::delete_many().filter(done).exec(tx).await?;
    Ok(())
}

/// Takes out all facts of a campaign.
pub async fn forget(tx: &Tx, campaign: CampaignId) -> Result<()> {
    profile_stale::Entity::delete_many().filter(profile_stale::Column::CampaignId.eq(campaign.0)).exec(tx).await?;
    profile_page::Entity::delete_many().filter(profile_page::Column::CampaignId.eq(campaign.0)).exec(tx).await?;
    profile_list::Entity::delete_many().filter(profile_list::Column::CampaignId.eq(campaign.0)).exec(tx).await?;
    Ok(())
}

fn read(facts: &[u8], look: impl FnMut(&Candidate)) -> Result<()> {
    read_facts(facts, look).map_err(|_| StoreError::Stored("column profile_page.facts holds no facts".to_owned()))
}

#[derive(sea_orm::FromQueryResult)]
struct NarrowRow {
    household_id: uuid::Uuid,
    id: uuid::Uuid,
    same_as: Option<uuid::Uuid>,
    delivery_id: uuid::Uuid,
    row: i32,
    civility: Option<String>,
    birth_date: Option<chrono::NaiveDate>,
    birth_year: Option<i32>,
    deceased: bool,
    address: String,
    postcode: Option<String>,
    commune: Option<String>,
    institution: bool,
    not_mailable: Option<String>,
    death_reported_at: Option<chrono::DateTime<chrono::Utc>>,
    opposed_post_at: Option<chrono::DateTime<chrono::Utc>>,
    opposed_email_at: Option<chrono::DateTime<chrono::Utc>>,
    opposed_phone_at: Option<chrono::DateTime<chrono::Utc>>,
    opposition_doubt_at: Option<chrono::DateTime<chrono::Utc>>,
}

impl From<NarrowRow> for PersonRow {
    fn from(row: NarrowRow) -> Self {
        Self {
            person: RetireeId(row.same_as.unwrap_or(row.id)),
            row: row.row.cast_unsigned(),
            delivery: DeliveryId(row.delivery_id),
            death_reported: row.death_reported_at,
            opposed_post: row.opposed_post_at,
            opposed_email: row.opposed_email_at,
            opposed_phone: row.opposed_phone_at,
            opposition_doubt: row.opposition_doubt_at,
            retiree: Retiree {
                civility: row.civility.as_deref().and_then(Civility::from_code),
                birth: match (row.birth_date, row.birth_year) {
                    (Some(date), _) => Birth::Date(date),
                    (None, Some(year)) => Birth::Year(year),
                    (None, None) => Birth::Unknown,
                },
                deceased: row.deceased,
                address: PostalAddress {
                    postcode: row.postcode.and_then(|p| p.parse().ok()),
                    commune: row.commune.and_then(|c| c.parse().ok()),
                    institution: row.institution,
                    not_mailable: row.not_mailable.as_deref().and_then(NotMailable::from_code),
                    ..lines_of(&row.address)
                },
                ..Retiree::default()
            },
        }
    }
}

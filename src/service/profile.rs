//! Keep what the filter knows of households in step with what is known of the people in them: the store notes every
//! household that changes, and [`catch_up`] takes them up before anything is counted.

use super::people::{Person, delivery_address, living, people};
use super::{Result, Store};
use crate::audience::{Adult, Candidate};
use crate::domain::id::{CampaignId, HouseholdId, StructureId};
use crate::store::household::HouseholdRows;
use crate::store::{self, StoreError, Tx};

/// Households a transaction takes up, so that registrations wait for it no longer than a moment.
const AT_ONCE: u64 = 4000;
/// Changed households that a transaction takes up.
const STALE_AT_ONCE: u64 = 50;

/// Takes up what has changed since: lists that have come in, and households that the store noted as stale. Whoever counts or
/// draws calls it first, so that a killed import or an older database costs a moment and nothing else.
pub async fn catch_up(store: &Store, scope: StructureId, campaign: CampaignId) -> Result<()> {
    let missing = store::profile::lists_missing(store.read(), campaign).await?;
    if !missing.is_empty() {
        let mut after = None;
        loop {
            let last = store.write(move |tx| Box::pin(step(tx, scope, campaign, after))).await?;
            if last.is_none() {
                break;
            }
            after = last;
        }
        store
            .write::<_, StoreError, _>(move |tx| {
                let missing = missing.clone();
                Box::pin(async move {
                    // Two that count at the same time would both write the row of a list.
                    store::profile::lock(tx, campaign).await?;
                    store::profile::hold(tx, scope, campaign, &missing).await
                })
            })
            .await?;
    }
    loop {
        let stale = store::profile::stale(store.read(), campaign, STALE_AT_ONCE).await?;
        if stale.is_empty() {
            return Ok(());
        }
        store
            .write::<_, StoreError, _>(move |tx| {
                let stale = stale.clone();
                Box::pin(async move {
                    // First the marks, then the rows: a change that comes in between leaves its own mark.
                    store::profile::fresh(tx, &stale).await?;
                    for household in &stale {
                        refresh(tx, scope, campaign, *household).await?;
                    }
                    Ok(())
                })
            })
            .await?;
    }
}

async fn refresh(tx: &Tx, scope: StructureId, campaign: CampaignId, household: HouseholdId) -> store::Result<()> {
    store::profile::lock(tx, campaign).await?;
    let rows = store::profile::rows_between(tx, campaign, household, household).await?;
    let facts: Vec<_> = rows.iter().map(facts).collect();
    store::profile::replace(tx, scope, campaign, (household, household), &facts).await
}

/// Takes up the next households after one. Gives the last of them; nothing at the end.
async fn step(
    tx: &Tx,
    scope: StructureId,
    campaign: CampaignId,
    after: Option<HouseholdId>,
) -> store::Result<Option<HouseholdId>> {
    store::profile::lock(tx, campaign).await?;
    let next = store::profile::after(tx, campaign, after, AT_ONCE).await?;
    // From one behind the last step's to this step's last, so that a household that has gone leaves no facts behind.
    let first = HouseholdId(uuid::Uuid::from_u128(after.map_or(0, |h| h.0.as_u128().saturating_add(1))));
    let last = next.last().copied();
    let until = last.unwrap_or(HouseholdId(uuid::Uuid::max()));
    store::profile::fresh(tx, &next).await?;
    let rows = match last {
        Some(last) => store::profile::rows_between(tx, campaign, first, last).await?,
        None => Vec::new(),
    };
    let facts: Vec<_> = rows.iter().map(facts).collect();
    store::profile::replace(tx, scope, campaign, (first, until), &facts).await?;
    Ok(last)
}

/// What the filter needs to know of a household.
fn facts(household: &HouseholdRows) -> Candidate {
    let people = people(household);
    let living = living(&people);
    let address = delivery_address(&living);
    let mut lists: Vec<_> = household.rows.iter().map(|row| row.delivery).collect();
    lists.sort_unstable();
    lists.dedup();
    Candidate {
        id: household.id,
        draw_order: u64::from_str_radix(&household.draw_order, 16).unwrap_or_default(),
        commune: address.and_then(|a| a.commune),
        mailable: address.is_some_and(|a| a.not_mailable.is_none()),
        institution: living.iter().any(|retiree| retiree.address.institution),
        opposed: people.iter().any(Person::gets_no_letter),
        wrong_address: household.wrong_address.is_some(),
        adults: living.iter().map(|retiree| Adult::new(retiree.birth, retiree.civility)).collect(),
        lists,
    }
}

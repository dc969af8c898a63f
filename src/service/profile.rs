//! Keep what the filter knows of households in step with what is known of the people in them. Whatever changes a household
//! calls [`refresh`] in its own transaction; a list that has come in is taken up by [`catch_up`].

use super::people::{delivery_address, living, people};
use super::{Result, Store};
use crate::audience::{Adult, Candidate};
use crate::domain::id::{CampaignId, DeliveryId, HouseholdId, StructureId};
use crate::store::household::HouseholdRows;
use crate::store::{self, StoreError, Tx};

/// Households a transaction takes up, so that registrations wait for it no longer than a moment.
const AT_ONCE: u64 = 4000;

/// Takes up what has changed about a household.
pub async fn refresh(tx: &Tx, scope: StructureId, campaign: CampaignId, household: HouseholdId) -> store::Result<()> {
    store::profile::lock(tx, campaign).await?;
    let rows = store::profile::rows_between(tx, campaign, household, household).await?;
    let facts: Vec<_> = rows.iter().map(facts).collect();
    store::profile::replace(tx, scope, campaign, (household, household), &facts).await
}

/// Takes up the lists that have come in since. Whoever counts or draws calls it first, so that a killed import or an
/// older database costs a moment and nothing else.
pub async fn catch_up(store: &Store, scope: StructureId, campaign: CampaignId) -> Result<()> {
    let missing = store::profile::lists_missing(store.read(), campaign).await?;
    if missing.is_empty() {
        return Ok(());
    }
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
            Box::pin(async move { store::profile::hold(tx, scope, campaign, &missing).await })
        })
        .await?;
    Ok(())
}

/// Takes up a list that has just come in.
pub async fn take_up(store: &Store, list: DeliveryId) -> Result<()> {
    match store::profile::owner_of(store.read(), list).await? {
        Some((scope, campaign)) => catch_up(store, scope, campaign).await,
        None => Ok(()),
    }
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
        opposed: people.iter().any(|person| person.opposed),
        wrong_address: household.wrong_address.is_some(),
        adults: living.iter().map(|retiree| Adult::new(retiree.birth, retiree.civility)).collect(),
        lists,
    }
}

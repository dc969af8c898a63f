//! Draw the audience of a campaign, and give every household that is written to its invitation number.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::people::{Person, delivery_address, living, people};
use super::{Error, Result, Store};
use crate::audience::{Candidate, Counts, Nearest, select};
use crate::domain::campaign::Campaign;
use crate::domain::commune::Gazetteer;
use crate::domain::contract::Role;
use crate::domain::id::{DeliveryId, HouseholdId};
use crate::domain::number::InvitationNumber;
use crate::store;
use crate::store::audience::StoredAudience;
use crate::store::campaign::StoredCampaign;
use crate::store::household::HouseholdRows;

/// Draws the audience anew and invites its households; numbers that were given stay.
pub async fn draw_audience(store: &Store, campaign: &StoredCampaign, now: DateTime<Utc>) -> Result<Counts> {
    let households = store::household::of_campaign(store.read(), campaign.id).await?;
    let definition = &campaign.campaign;
    let workshops: Vec<_> = definition.workshops.iter().map(|w| (w.first_day(), w.minimum_age)).collect();
    let nearest = Nearest::new(Gazetteer::embedded(), definition.workshops.iter().map(|w| w.venue.commune));
    let invited = store::household::invitations_of_campaign(store.read(), campaign.id).await?;
    let invited: HashSet<HouseholdId> = invited.into_iter().map(|i| i.household).collect();
    let lists = store::delivery::of_campaign(store.read(), campaign.id).await?;
    let processed: HashSet<DeliveryId> =
        lists.iter().filter(|d| d.list.contract.role == Role::Processor).map(|d| d.id).collect();
    let candidates = households.iter().map(|household| Candidate {
        invited: invited.contains(&household.id),
        processed: household.rows.iter().any(|row| processed.contains(&row.delivery)),
        ..candidate(household)
    });
    let selection = select(candidates, &definition.audience, &workshops, &nearest);
    let counts = selection.counts;
    let drawn = StoredAudience {
        definition: definition_of(&campaign.campaign)?,
        counts: json(&counts)?,
        now: selection.now,
        later: selection.later,
    };
    let wanted: Vec<_> = drawn.now.iter().copied().filter(|h| !invited.contains(h)).collect();
    let (scope, id) = (campaign.structure, campaign.id);
    store
        .write(move |tx| {
            let (drawn, wanted) = (drawn.clone(), wanted.clone());
            Box::pin(async move {
                let invitations = number(tx, &wanted).await?;
                store::audience::save(tx, scope, id, &drawn, now).await?;
                store::audience::invite(tx, scope, &invitations, now).await?;
                Ok::<_, Error>(counts)
            })
        })
        .await
}

/// What an audience is drawn from, as JSON: when it changes before a letter is printed, the draw is made anew.
pub fn definition_of(campaign: &Campaign) -> Result<String> {
    let workshops = campaign.workshops.iter().map(|w| (w.first_day(), w.minimum_age, w.venue.commune));
    let lists = campaign.lists.iter().map(|l| (&l.sha256, l.contract.role));
    json(&(campaign.seed, campaign.audience, workshops.collect::<Vec<_>>(), lists.collect::<Vec<_>>()))
}

/// The counts of the last draw.
pub fn counts(audience: &StoredAudience) -> Result<Counts> {
    serde_json::from_str(&audience.counts).map_err(|e| Error::Internal(e.to_string()))
}

/// A household as the filter sees it, but for what its invitation and its lists say.
fn candidate(household: &HouseholdRows) -> Candidate {
    let people = people(household);
    let living = living(&people);
    let address = delivery_address(&living);
    Candidate {
        id: household.id,
        draw_order: household.draw_order.clone(),
        commune: address.and_then(|a| a.commune),
        mailable: address.is_some_and(|a| a.not_mailable.is_none()),
        institution: living.iter().any(|retiree| retiree.address.institution),
        wrong_address: household.wrong_address.is_some(),
        invited: false,
        processed: false,
        opposed: people.iter().any(Person::gets_no_letter),
        births: living.iter().map(|retiree| retiree.birth).collect(),
    }
}

/// A new number for each household.
async fn number(tx: &store::Tx, households: &[HouseholdId]) -> Result<Vec<(HouseholdId, InvitationNumber)>> {
    Ok(households.iter().copied().zip(free_numbers(tx, households.len()).await?).collect())
}

/// So many new numbers, from the system's random generator, unique in the database.
pub(super) async fn free_numbers(tx: &store::Tx, count: usize) -> Result<Vec<InvitationNumber>> {
    let in_use = store::audience::numbers_in_use(tx).await?;
    let mut given: HashSet<InvitationNumber> = HashSet::new();
    let mut numbers = Vec::with_capacity(count);
    while numbers.len() < count {
        let mut drawn = Vec::with_capacity(count - numbers.len());
        while drawn.len() < count - numbers.len() {
            let number = InvitationNumber::draw(rand::random(), in_use + given.len() as u64);
            if given.insert(number) {
                drawn.push(number);
            }
        }
        let taken = store::audience::taken(tx, &drawn).await?;
        numbers.extend(drawn.into_iter().filter(|n| !taken.contains(n)));
    }
    Ok(numbers)
}

fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::Internal(e.to_string()))
}

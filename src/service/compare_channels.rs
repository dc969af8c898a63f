//! Compare the channels of a campaign: whom each reached, who registered and came, at what cost.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::find_campaign::find_campaign;
use super::{Result, local};
use crate::domain::blind::{BlindReturn, Count};
use crate::domain::channel::Channel;
use crate::domain::id::{HouseholdId, InvitationId, OutletId};
use crate::domain::registration::Status;
use crate::measure::{self, Comparison, OutletFact, RegistrationFact};
use crate::store::audience::LetterTotals;
use crate::store::blind::StoredBlindMailing;
use crate::store::campaign::StoredCampaign;
use crate::store::registration::Registration;
use crate::store::workshop::StoredWorkshop;
use crate::store::{self, Store};

pub use crate::store::campaign::CampaignName;

/// A campaign's channels, compared.
#[derive(Debug, Clone)]
pub struct Channels {
    /// The campaign's name.
    pub campaign: String,
    /// Its name in addresses.
    pub slug: String,
    /// How many workshops it has.
    pub workshops: usize,
    /// The comparison.
    pub comparison: Comparison,
}

/// The campaigns of a structure, newest first.
pub async fn campaigns(store: &Store, scope: crate::domain::id::StructureId) -> Result<Vec<CampaignName>> {
    Ok(store::campaign::names(store.read(), scope).await?)
}

/// Compares the channels of the campaign with this slug.
pub async fn compare_channels(
    store: &Store,
    scope: crate::domain::id::StructureId,
    slug: &str,
    now: DateTime<Utc>,
) -> Result<Channels> {
    let db = store.read();
    let campaign = find_campaign(store, scope, slug).await?;
    let workshops = store::workshop::of_campaign(db, campaign.id).await?;
    let registrations = store::registration::of_workshops(db, scope, &campaign.workshop_ids).await?;
    let households: HashMap<InvitationId, HouseholdId> = store::household::invitations_of_campaign(db, campaign.id)
        .await?
        .into_iter()
        .map(|i| (i.invitation, i.household))
        .collect();
    let sessions: Vec<_> = workshops.iter().flat_map(|w| w.session_ids.iter().copied()).collect();
    let noted = store::attendance::of_sessions(db, scope, &sessions).await?;
    let letters = store::audience::letter_totals(db, campaign.id).await?;
    let blind = store::blind::of_campaign(db, scope, campaign.id).await?;
    let outlets = outlets(&campaign, letters, blind_reach(&blind));
    let references: HashMap<_, _> =
        campaign.references.iter().map(|((outlet, _), number)| (*number, *outlet)).collect();
    let channel_of = |outlet: OutletId| {
        let at = campaign.outlet_ids.iter().position(|id| *id == outlet)?;
        Some(campaign.campaign.outlets[at].channel)
    };
    let facts: Vec<_> = registrations
        .iter()
        // Who waits has no seat yet, and may never get one.
        .filter(|registration| registration.status == Status::Confirmed)
        .filter_map(|registration| {
            let workshop = workshops.iter().find(|w| w.id == registration.workshop)?;
            let came = |session, person| noted.get(&(person, session)).copied() == Some(true);
            let attended = registration
                .participants
                .iter()
                .map(|p| count(workshop.session_ids.iter().filter(|s| came(**s, p.id)).count()))
                .collect();
            Some(RegistrationFact {
                invitation: registration.invitation.is_some() || registration.blind_code.is_some(),
                reference: registration.reference.and_then(|r| references.get(&r)).and_then(|o| channel_of(*o)),
                heard_from: registration.heard_from,
                household: household_key(registration, &households),
                sessions_held: sessions_held(workshop, &noted, now),
                attended,
            })
        })
        .collect();
    Ok(Channels {
        campaign: campaign.campaign.name.clone(),
        slug: campaign.campaign.slug.clone(),
        workshops: workshops.len(),
        comparison: measure::compare(&outlets, &facts),
    })
}

/// Letters that funds sent without giving names, less those that came back; nothing while one of them has not reported.
fn blind_reach(mailings: &[StoredBlindMailing]) -> Option<Count> {
    mailings.iter().map(|m| m.returned_at.map(|_| m.returns.iter().map(BlindReturn::reached).sum())).sum()
}

/// What each outlet reached and cost. Letters reach the households whose letter was posted and has not come back, and
/// those that a fund wrote to itself.
fn outlets(campaign: &StoredCampaign, letters: LetterTotals, blind: Option<Count>) -> Vec<OutletFact> {
    let facts = campaign.campaign.outlets.iter().map(|outlet| {
        let own = Count::exactly(letters.reached());
        let reach = match outlet.channel {
            Channel::Letter => blind.map(|blind| own + blind),
            _ => outlet.reach.map(Count::exactly),
        };
        OutletFact { channel: outlet.channel, reach, cost: outlet.total_cost(letters.letters) }
    });
    facts.collect()
}

/// The household behind a registration: by its number, by the desk's search, or else whoever shares its phone or e-mail.
fn household_key(registration: &Registration, households: &HashMap<InvitationId, HouseholdId>) -> String {
    let known = registration.invitation.and_then(|i| households.get(&i).copied()).or(registration.household);
    match known {
        Some(household) => household.to_string(),
        None => {
            let phone = registration.phone.as_ref().map(|p| p.e164().to_owned());
            phone.or_else(|| registration.email.clone()).unwrap_or_else(|| registration.id.to_string())
        }
    }
}

/// Sessions that have begun, or whose attendance is noted already.
fn sessions_held(
    workshop: &StoredWorkshop,
    noted: &HashMap<(crate::domain::id::ParticipantId, crate::domain::id::SessionId), bool>,
    now: DateTime<Utc>,
) -> u32 {
    let now = local(now);
    let held = workshop
        .session_ids
        .iter()
        .zip(&workshop.workshop.sessions)
        .filter(|(id, session)| session.starts <= now || noted.keys().any(|(_, noted)| noted == *id));
    count(held.count())
}

fn count(n: usize) -> u32 {
    n.try_into().unwrap_or(u32::MAX)
}

//! What a coordinator should do next in a campaign, and how far it is.

mod rules;

use chrono::{DateTime, Utc};

pub use rules::{Place, Situation, State, Step, StepName, Task, WorkshopState, steps, tasks, when};

use super::edit_campaign::{self, StoredCampaign, Usage};
use super::list_workshops::{self, WorkshopSeats};
use super::read_pack::is_local;
use super::{Result, Store, approve_proof, local, outputs, write_to_later};
use crate::domain::id::StructureId;
use crate::service::find_campaign::find_campaign;
use crate::store;

/// A campaign as its home page shows it.
#[derive(Debug, Clone)]
pub struct Outlook {
    /// The campaign.
    pub stored: StoredCampaign,
    /// What is on paper, and who is registered.
    pub usage: Usage,
    /// How far it is.
    pub situation: Situation,
    /// Its workshops with their seats, by first session.
    pub workshops: Vec<WorkshopSeats>,
}

/// Looks at a campaign of this structure.
pub async fn what_next(store: &Store, scope: StructureId, slug: &str, now: DateTime<Utc>) -> Result<Outlook> {
    let stored = find_campaign(store, scope, slug).await?;
    let usage = edit_campaign::usage(store, &stored).await?;
    let workshops = list_workshops::of_campaign(store, stored.id, now).await?;
    let db = store.read();
    let sessions = store::workshop::of_campaign(db, stored.id).await?;
    let ids: Vec<_> = sessions.iter().flat_map(|w| w.session_ids.iter().copied()).collect();
    let marked = store::attendance::marked_sessions(db, scope, &ids).await?;
    let deliveries = store::delivery::of_campaign(db, stored.id).await?;
    let campaign = &stored.campaign;
    let announced = store::announced_list::of_campaign(db, stored.id).await?;
    let missing = announced.into_iter().map(|(name, _)| name);
    let totals = store::audience::letter_totals(db, stored.id).await?;
    let state = |(seats, held): (&WorkshopSeats, &store::workshop::StoredWorkshop)| {
        let workshop = &seats.workshop;
        let unmarked = held.session_ids.iter().zip(&workshop.sessions).enumerate();
        let unmarked = unmarked.filter(|(_, (id, session))| session.ends <= local(now) && !marked.contains(id));
        WorkshopState {
            slug: workshop.slug.clone(),
            name: format!("{}, {}", workshop.topic, workshop.venue.town),
            first_day: workshop.first_day(),
            last_day: workshop.sessions.last().map_or(workshop.first_day(), |s| s.ends.date()),
            capacity: workshop.capacity.into(),
            taken: u32::from(workshop.capacity).saturating_sub(seats.seats_left),
            waiting: seats.waiting,
            unmarked: unmarked.map(|(at, (_, session))| (at + 1, session.starts.date())).collect(),
        }
    };
    let mut uncertain = None;
    for delivery in &deliveries {
        let pairs = store::doubt::count(db, scope, delivery.id, false).await?;
        if pairs > 0 {
            uncertain = Some((delivery.id.to_string(), pairs));
            break;
        }
    }
    let lots = store::letter::lots(db, scope, stored.id).await?;
    let unposted = lots.iter().filter(|lot| lot.posted_on.is_none());
    let situation = Situation {
        today: local(now).date(),
        posting_day: campaign.posting_day,
        local_address: is_local(&campaign.public_url).then(|| campaign.public_url.clone()),
        venues: campaign.venues.len(),
        outlets: campaign.outlets.len(),
        pieces: campaign.outlets.iter().map(|o| o.pieces.len()).sum::<usize>() * campaign.workshops.len(),
        lists: deliveries.len(),
        rows: deliveries.iter().map(|d| u64::from(d.counts.accepted + d.counts.corrected + d.counts.refused)).sum(),
        missing_lists: missing.filter(|name| !campaign.lists.iter().any(|l| l.file_name == *name)).collect(),
        in_review: store::delivery::in_review(db, stored.id).await?.map(|d| (d.id.to_string(), d.list.file_name)),
        uncertain,
        opposition_doubts: !store::opposition::doubts_after(db, scope, None, None, 1).await?.is_empty(),
        drawn: store::audience::drawn(db, stored.id).await?,
        awaited: approve_proof::proof(store, &stored)
            .await?
            .needed
            .into_iter()
            .filter(|n| n.given.is_none())
            .map(|n| n.approver)
            .collect(),
        unapproved: approve_proof::needs_reissue(store, &stored).await?,
        letters: totals.letters,
        lots: totals.lots,
        unposted: (unposted.clone().map(|lot| lot.letters).sum(), unposted.count()),
        reply_by: campaign.reply_by,
        wave_unprinted: store::audience::second_wave_unprinted(db, stored.id).await?,
        waiting: write_to_later::waiting(store, &stored).await?,
        withdrawn: outputs::withdrawn(store, &stored).await?,
        outdated: usage.outdated(campaign).len(),
        printed: usage.has_printed(),
        workshops: workshops.iter().zip(&sessions).map(state).collect(),
    };
    Ok(Outlook { usage, situation, workshops, stored })
}

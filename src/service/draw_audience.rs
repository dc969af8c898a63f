//! Draw the audience of a campaign, and give every household that is written to its invitation number.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::count_audience::count_audience;
use super::{Error, Result, Store, oppositions, outputs, run_lock};
use crate::audience::Counts;
use crate::domain::campaign::Campaign;
use crate::domain::id::HouseholdId;
use crate::domain::number::InvitationNumber;
use crate::store;
use crate::store::audience::{StoredAudience, Wave};
use crate::store::campaign::StoredCampaign;

/// Draws the audience anew and invites its households; numbers that were given stay.
pub async fn draw_audience(store: &Store, campaign: &StoredCampaign, now: DateTime<Utc>) -> Result<Counts> {
    let selection = count_audience(store, campaign, &campaign.campaign.audience).await?;
    let counts = selection.counts;
    let (mut now_written, mut later) = (selection.now, selection.later);
    // The database looks each household up: in their order that is one walk, in the order of the draw a jump for each.
    now_written.sort_unstable();
    later.sort_unstable();
    let invited = store::audience::invited(store.read(), campaign.structure, campaign.id).await?;
    let wanted: Arc<Vec<_>> = Arc::new(now_written.iter().copied().filter(|h| !invited.contains(h)).collect());
    let drawn = Arc::new(StoredAudience {
        definition: definition_of(&campaign.campaign)?,
        counts: json(&counts)?,
        now: now_written,
        later,
    });
    let (scope, id) = (campaign.structure, campaign.id);
    store
        .write(move |tx| {
            let (drawn, wanted) = (drawn.clone(), wanted.clone());
            Box::pin(async move {
                let invitations = number(tx, &wanted).await?;
                store::audience::save(tx, scope, id, &drawn, now).await?;
                store::audience::invite(tx, scope, Wave::First, &invitations, now).await?;
                Ok::<_, Error>(counts)
            })
        })
        .await
}

/// The same for who asks from outside a run: refused while one goes on, and once letters are printed, since paper cannot be drawn
/// again.
pub async fn draw_chosen(store: &Store, var: &Path, campaign: &StoredCampaign, now: DateTime<Utc>) -> Result<Counts> {
    let _alone = run_lock::hold(var)?;
    if is_printed(store, campaign).await? {
        return Err(Error::Refused(
            "Des lettres sont déjà imprimées d’après le public tiré\u{a0}: il ne se tire plus. Pour refaire tout le tirage avant l’envoi, relancez « run » avec --reissue.".to_owned(),
        ));
    }
    oppositions::apply_all(store, campaign.structure, now).await?;
    draw_audience(store, campaign, now).await
}

/// A draw that stands.
#[derive(Debug, Clone, Copy)]
pub struct Drawn {
    /// When it was made.
    pub at: DateTime<Utc>,
    /// Its counts.
    pub counts: Counts,
    /// What it was drawn from is what the campaign says now.
    pub up_to_date: bool,
}

/// The last draw of a campaign.
pub async fn last_draw(store: &Store, campaign: &StoredCampaign) -> Result<Option<Drawn>> {
    let Some(last) = store::audience::last_draw(store.read(), campaign.id).await? else { return Ok(None) };
    let counts = serde_json::from_str(&last.counts).map_err(|e| Error::Internal(e.to_string()))?;
    let up_to_date = last.definition == definition_of(&campaign.campaign)?;
    Ok(Some(Drawn { at: last.drawn_at, counts, up_to_date }))
}

/// Whether letters of the campaign are printed.
pub async fn is_printed(store: &Store, campaign: &StoredCampaign) -> Result<bool> {
    let issued = store::output::of_campaign(store.read(), campaign.id).await?;
    Ok(issued.iter().any(|output| output.path.starts_with(outputs::LETTERS)))
}

/// How many letters of the campaign are printed.
pub async fn printed_letters(store: &Store, campaign: &StoredCampaign) -> Result<u64> {
    Ok(store::audience::letter_totals(store.read(), campaign.id).await?.letters)
}

/// What an audience is drawn from, as JSON: when it changes before a letter is printed, the draw is made anew.
pub fn definition_of(campaign: &Campaign) -> Result<String> {
    let workshops = campaign.workshops.iter().map(|w| (w.first_day(), w.minimum_age, w.venue.commune));
    let lists = campaign.lists.iter().map(|l| (&l.sha256, l.contract.role, l.contract.matching));
    json(&(campaign.seed, &campaign.audience, workshops.collect::<Vec<_>>(), lists.collect::<Vec<_>>()))
}

/// The counts of the last draw.
pub fn counts(audience: &StoredAudience) -> Result<Counts> {
    serde_json::from_str(&audience.counts).map_err(|e| Error::Internal(e.to_string()))
}

/// A new number for each household.
pub(super) async fn number(tx: &store::Tx, households: &[HouseholdId]) -> Result<Vec<(HouseholdId, InvitationNumber)>> {
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

pub(super) fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::Internal(e.to_string()))
}

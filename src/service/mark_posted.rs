//! Note that lots of letters were posted, or that one was not after all.

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::{Error, Result, Store, find_campaign::find_campaign, local, run_lock};
use crate::domain::calendar::long_date;
use crate::domain::id::StructureId;
use crate::store;
use crate::store::campaign::StoredCampaign;
pub use crate::store::letter::Lot;

/// The printed lots of a campaign.
pub async fn lots(store: &Store, campaign: &StoredCampaign) -> Result<Vec<Lot>> {
    Ok(store::letter::lots(store.read(), campaign.structure, campaign.id).await?)
}

/// Which lots a note is about.
#[derive(Debug, Clone, Copy)]
pub enum Which {
    /// One, by its number.
    Lot(u32),
    /// All that are not noted as posted yet.
    Unposted,
}

/// Notes the day on which lots of a structure's campaign were posted; no day takes the note back.
pub async fn mark_posted(
    store: &Store,
    var: &Path,
    scope: StructureId,
    slug: &str,
    which: Which,
    day: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<()> {
    // A run that prints a lot again right now must not find it gone to the post.
    let _alone = run_lock::hold(var)?;
    let campaign = find_campaign(store, scope, slug).await?;
    let mut lots = store::letter::lots(store.read(), scope, campaign.id).await?;
    lots.retain(|lot| match which {
        Which::Lot(number) => lot.number == number,
        Which::Unposted => lot.posted_on.is_none(),
    });
    if let Which::Lot(number) = which
        && lots.is_empty()
    {
        return Err(Error::Refused(format!("Le lot {number} n’est pas imprimé.")));
    }
    if let Some(day) = day.filter(|day| *day > local(now).date()) {
        return Err(Error::Refused(format!(
            "Le {} est à venir : un lot se note quand il est à la poste.",
            long_date(day)
        )));
    }
    let unprinted = |lot: &&Lot| day.is_some_and(|day| day < local(lot.printed_at).date());
    if let Some((lot, day)) = lots.iter().find(unprinted).zip(day) {
        return Err(Error::Refused(format!("Le lot {} n’était pas encore imprimé le {}.", lot.number, long_date(day))));
    }
    let (id, numbers): (_, Arc<[u32]>) = (campaign.id, lots.iter().map(|lot| lot.number).collect());
    store
        .write(move |tx| {
            let numbers = numbers.clone();
            Box::pin(async move { Ok::<_, Error>(store::letter::mark_posted(tx, scope, id, &numbers, day).await?) })
        })
        .await
}

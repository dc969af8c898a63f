//! Note that a lot of letters was posted, or that it was not after all.

use std::path::Path;

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

/// Notes the day on which a lot of a structure's campaign was posted; no day takes the note back.
pub async fn mark_posted(
    store: &Store,
    var: &Path,
    scope: StructureId,
    slug: &str,
    lot: u32,
    day: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<Lot> {
    // A run that prints this lot again right now must not find it gone to the post.
    let _alone = run_lock::hold(var)?;
    let campaign = find_campaign(store, scope, slug).await?;
    let found = store::letter::lots(store.read(), scope, campaign.id).await?.into_iter().find(|l| l.number == lot);
    let found = found.ok_or_else(|| Error::Refused(format!("Le lot {lot} n’est pas imprimé.")))?;
    if let Some(day) = day.filter(|day| *day > local(now).date()) {
        return Err(Error::Refused(format!(
            "Le {} est à venir : un lot se note quand il est à la poste.",
            long_date(day)
        )));
    }
    if let Some(day) = day.filter(|day| *day < local(found.printed_at).date()) {
        return Err(Error::Refused(format!("Le lot {lot} n’était pas encore imprimé le {}.", long_date(day))));
    }
    let id = campaign.id;
    store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move { Ok(store::letter::mark_posted(tx, scope, id, lot, day).await?) })
        })
        .await?;
    Ok(Lot { posted_on: day, ..found })
}

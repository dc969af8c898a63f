//! Save a campaign, from a pack or from the office: a raised capacity seats who waits, in the same transaction.

use super::register::promote;
use super::{Error, Result};
use crate::domain::campaign::Campaign;
use crate::domain::id::StructureId;
use crate::store;
use crate::store::campaign::StoredCampaign;

/// Writes the campaign, a new one for this structure or the one of its name. Gives it back as it is stored.
pub async fn save_campaign(tx: &store::Tx, scope: Option<StructureId>, campaign: &Campaign) -> Result<StoredCampaign> {
    store::campaign::save_of(tx, scope, campaign).await?;
    let saved = store::campaign::by_slug(tx, &campaign.slug).await?;
    let saved = saved.ok_or_else(|| Error::Internal("the campaign was not saved".to_owned()))?;
    for (workshop, definition) in saved.workshop_ids.iter().zip(&saved.campaign.workshops) {
        store::workshop::lock(tx, *workshop).await?;
        promote(tx, *workshop, definition.capacity).await?;
    }
    Ok(saved)
}

//! Download what became of a list: every row's outcome, or the refused rows to mend.

use super::{Error, Result, Store, list_files};
use crate::domain::id::DeliveryId;
use crate::store;
use crate::store::campaign::StoredCampaign;
use crate::store::delivery::Delivery;

/// A file to give out.
#[derive(Debug, Clone)]
pub struct ListFile {
    /// The list's name without its ending.
    pub stem: String,
    /// The file.
    pub csv: Vec<u8>,
}

/// Every row with its outcome: `row,outcome,reason,retiree,household,commune_insee`.
pub async fn download_outcomes(store: &Store, campaign: &StoredCampaign, id: DeliveryId) -> Result<ListFile> {
    let delivery = found(store, campaign, id).await?;
    Ok(ListFile { stem: delivery.list.stem().to_owned(), csv: list_files::outcomes(store, &delivery).await? })
}

/// The refused rows in their own columns, less the dropped ones, and why each was refused.
pub async fn download_refused(store: &Store, campaign: &StoredCampaign, id: DeliveryId) -> Result<ListFile> {
    let delivery = found(store, campaign, id).await?;
    Ok(ListFile { stem: delivery.list.stem().to_owned(), csv: list_files::refused(store, &delivery).await? })
}

async fn found(store: &Store, campaign: &StoredCampaign, id: DeliveryId) -> Result<Delivery> {
    let found = store::review::by_id(store.read(), campaign.structure, campaign.id, id).await?;
    let found = found.ok_or_else(|| Error::NotFound("Cette liste n’est pas dans la campagne.".to_owned()))?;
    Ok(found.delivery)
}

//! List the campaigns of a structure.

use super::Result;
use crate::domain::id::StructureId;
use crate::store::campaign::CampaignName;
use crate::store::{self, Store};

/// The campaigns of a structure, newest first.
pub async fn of_structure(store: &Store, scope: StructureId) -> Result<Vec<CampaignName>> {
    Ok(store::campaign::names(store.read(), scope).await?)
}

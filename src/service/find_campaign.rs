//! Find a campaign by its name in addresses, within a structure.

use super::{Error, Result, Store};
use crate::domain::id::StructureId;
use crate::store;

pub use crate::store::campaign::StoredCampaign;

/// The structure's campaign with this slug.
pub async fn find_campaign(store: &Store, scope: StructureId, slug: &str) -> Result<StoredCampaign> {
    let found = store::campaign::by_slug(store.read(), slug).await?.filter(|c| c.structure == scope);
    found.ok_or_else(|| Error::NotFound(format!("Aucune campagne ne s’appelle « {slug} ».")))
}

/// The campaign with this slug, of whatever structure: for who owns the machine.
pub async fn find_any_campaign(store: &Store, slug: &str) -> Result<StoredCampaign> {
    let found = store::campaign::by_slug(store.read(), slug).await?;
    found.ok_or_else(|| Error::NotFound(format!("Aucune campagne ne s’appelle « {slug} ».")))
}

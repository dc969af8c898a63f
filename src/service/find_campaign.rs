//! Find a campaign by its name in addresses: the one way, so that everybody who misses one is told the same.

use super::{Error, Result, Store};
use crate::domain::id::StructureId;
use crate::store::{self, Connection};

pub use crate::store::campaign::StoredCampaign;

/// The structure's campaign with this slug.
pub async fn find_campaign(store: &Store, scope: StructureId, slug: &str) -> Result<StoredCampaign> {
    find_in(store.read(), scope, slug).await
}

/// The same, in a transaction.
pub(super) async fn find_in(db: &impl Connection, scope: StructureId, slug: &str) -> Result<StoredCampaign> {
    store::campaign::of_structure(db, scope, slug).await?.ok_or_else(|| unknown(slug))
}

/// The campaign with this slug, of whatever structure: for who owns the machine.
pub async fn find_any_campaign(store: &Store, slug: &str) -> Result<StoredCampaign> {
    store::campaign::by_slug(store.read(), slug).await?.ok_or_else(|| unknown(slug))
}

fn unknown(slug: &str) -> Error {
    Error::NotFound(format!("Aucune campagne ne s’appelle « {slug} ». Le bureau montre celles de votre structure."))
}

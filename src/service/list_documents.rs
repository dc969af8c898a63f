//! List what a campaign has issued, and fetch one file of it.

use std::path::{Path, PathBuf};

use super::outputs::{Folder, PROOF};
use super::{Error, Result, Store, edit_campaign};
use crate::domain::id::StructureId;
use crate::store;
use crate::store::campaign::StoredCampaign;
pub use crate::store::output::Issued;

/// A structure's campaign, and its issued files by path.
pub async fn list_documents(store: &Store, scope: StructureId, slug: &str) -> Result<(StoredCampaign, Vec<Issued>)> {
    let stored = edit_campaign::find(store, scope, slug).await?;
    let issued = store::output::of_campaign(store.read(), stored.id).await?;
    Ok((stored, issued))
}

/// Where an issued file stands: only what was issued can be fetched, whatever the path says.
pub async fn document(store: &Store, var: &Path, scope: StructureId, slug: &str, path: &str) -> Result<PathBuf> {
    let (stored, issued) = list_documents(store, scope, slug).await?;
    let folder = Folder::new(var, &stored.campaign.slug);
    let found = issued.iter().find(|i| i.path == path && folder.holds(i));
    let gone = || Error::NotFound("Ce document n’est pas sur ce serveur. Relancez la fabrication.".to_owned());
    found.map(|i| folder.root().join(&i.path)).ok_or_else(gone)
}

/// Where the proof of a campaign's letters stands.
pub async fn proof(store: &Store, var: &Path, scope: StructureId, slug: &str) -> Result<PathBuf> {
    let stored = edit_campaign::find(store, scope, slug).await?;
    let file = Folder::new(var, &stored.campaign.slug).root().join(PROOF);
    let gone = || Error::NotFound("L’épreuve n’est pas encore faite. Lancez la fabrication.".to_owned());
    file.is_file().then_some(file).ok_or_else(gone)
}

//! List what a campaign has issued, and fetch one file of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::export_campaign::PackExport;
use super::find_campaign::find_campaign;
use super::outputs::{Folder, proof_files, proof_shows};
use super::{Error, Result, Store};
use crate::domain::id::StructureId;
use crate::store;
use crate::store::campaign::StoredCampaign;
pub use crate::store::output::Issued;

/// A structure's campaign, and its issued files by path.
pub async fn list_documents(store: &Store, scope: StructureId, slug: &str) -> Result<(StoredCampaign, Vec<Issued>)> {
    let stored = find_campaign(store, scope, slug).await?;
    let issued = store::output::of_campaign(store.read(), stored.id).await?;
    Ok((stored, issued))
}

/// Bytes that all documents may have together to be fetched at once: they are packed in memory.
const ARCHIVE_BYTES: u64 = 200_000_000;

/// Every issued file that is there, as an archive.
pub async fn archive(store: &Store, var: &Path, scope: StructureId, slug: &str) -> Result<Vec<u8>> {
    let (stored, issued) = list_documents(store, scope, slug).await?;
    let (slug, folder) = (stored.campaign.slug.clone(), Folder::new(var, &stored.campaign.slug));
    let packed = tokio::task::spawn_blocking(move || {
        let (mut files, mut left) = (BTreeMap::new(), ARCHIVE_BYTES);
        for output in issued.into_iter().filter(|output| folder.holds(output)) {
            let path = folder.root().join(&output.path);
            let bytes = std::fs::read(&path).map_err(|source| Error::File { path, source })?;
            left = left.checked_sub(bytes.len() as u64).ok_or_else(|| {
                Error::Refused("Ces documents pèsent plus de 200 Mo ensemble : téléchargez-les un par un.".to_owned())
            })?;
            files.insert(output.path, bytes);
        }
        PackExport { slug, files }.to_zip()
    });
    packed.await.map_err(|e| Error::Internal(e.to_string()))?
}

/// Where an issued file stands: only what was issued can be fetched, whatever the path says.
pub async fn document(store: &Store, var: &Path, scope: StructureId, slug: &str, path: &str) -> Result<PathBuf> {
    let (stored, issued) = list_documents(store, scope, slug).await?;
    let folder = Folder::new(var, &stored.campaign.slug);
    let found = issued.iter().find(|i| i.path == path && folder.holds(i));
    let gone = || Error::NotFound("Ce document n’est pas sur ce serveur. Relancez la fabrication.".to_owned());
    found.map(|i| folder.root().join(&i.path)).ok_or_else(gone)
}

/// Where the proof of a campaign's letters stands, if it shows what they say now: of the proofs, which one, from 0.
pub async fn proof(store: &Store, var: &Path, scope: StructureId, slug: &str, which: usize) -> Result<PathBuf> {
    let stored = find_campaign(store, scope, slug).await?;
    let folder = Folder::new(var, &stored.campaign.slug);
    let gone =
        || Error::NotFound("L’épreuve de cette lettre n’est pas encore faite. Lancez la fabrication.".to_owned());
    let file = proof_files(&stored.campaign).into_iter().nth(which).ok_or_else(gone)?;
    let shown = proof_shows(&folder, &stored.campaign);
    shown.then(|| folder.root().join(file.path)).ok_or_else(gone)
}

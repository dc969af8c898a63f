//! Export a campaign as a pack: `campaign.toml`, the letter's text, the logos. The same campaign gives the same bytes. The
//! files of its lists are no part of it: they are personal data, and are not kept once they are taken in.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::find_campaign::{find_any_campaign, find_campaign};
use super::pack_files::PACK_FILE;
use super::{Error, Result, Store};
use crate::domain::campaign::Campaign;
use crate::domain::contract::Contract;
use crate::domain::id::StructureId;
use crate::pack;
use crate::store;
use crate::store::campaign::StoredCampaign;

/// A pack: its name, and its files by path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackExport {
    /// The campaign's slug, which its folder must have.
    pub slug: String,
    /// The files.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// The pack of a structure's campaign.
pub async fn of_structure(store: &Store, scope: StructureId, slug: &str) -> Result<PackExport> {
    export(store, find_campaign(store, scope, slug).await?).await
}

/// The pack of any campaign, for who runs the installation.
pub async fn of_installation(store: &Store, slug: &str) -> Result<PackExport> {
    export(store, find_any_campaign(store, slug).await?).await
}

async fn export(store: &Store, stored: StoredCampaign) -> Result<PackExport> {
    let campaign = &stored.campaign;
    let mut lists: Vec<_> = campaign.lists.iter().map(|l| (l.file_name.clone(), l.contract.clone())).collect();
    for announced in store::announced_list::of_campaign(store.read(), stored.id).await? {
        if !lists.iter().any(|(name, _)| *name == announced.0) {
            lists.push(announced);
        }
    }
    Ok(PackExport { slug: campaign.slug.clone(), files: files_of(campaign, &lists) })
}

/// The files of a campaign's pack, with the lists it names.
pub(super) fn files_of(campaign: &Campaign, lists: &[(String, Contract)]) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    files.insert(PACK_FILE.to_owned(), pack::write(campaign, lists).into_bytes());
    files.insert(pack::letter_path(campaign), campaign.letter.source.clone().into_bytes());
    let structure = &campaign.structure;
    if let Some((path, logo)) = pack::structure_logo_path(structure).zip(structure.logo.as_ref()) {
        files.insert(path, logo.bytes().to_vec());
    }
    if let Some((path, picture)) = pack::signature_path(structure).zip(structure.signature.as_ref()) {
        files.insert(path, picture.bytes().to_vec());
    }
    for funder in &campaign.funders {
        if let Some((path, logo)) = pack::logo_path(funder).zip(funder.logo.as_ref()) {
            files.insert(path, logo.bytes().to_vec());
        }
    }
    files
}

impl PackExport {
    /// Writes the files into a folder, which must not hold a pack yet.
    pub fn write_to(&self, folder: &Path) -> Result<()> {
        let there = folder.join(PACK_FILE);
        if there.exists() {
            return Err(Error::Refused(format!(
                "{} existe déjà et n’a pas été touché. Donnez un autre dossier, ou retirez l’ancien.",
                there.display()
            )));
        }
        for (path, bytes) in &self.files {
            let target = folder.join(path);
            let failed = |source| Error::File { path: target.clone(), source };
            if let Some(parent) = target.parent() {
                std::fs::create_dir_all(parent).map_err(failed)?;
            }
            std::fs::write(&target, bytes).map_err(failed)?;
        }
        Ok(())
    }

    /// The files as an archive, in a folder of the campaign's name.
    pub fn to_zip(&self) -> Result<Vec<u8>> {
        // No time of day: the same campaign gives the same bytes.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default());
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let broken = |e: &dyn std::fmt::Display| Error::Internal(format!("zip: {e}"));
        for (path, bytes) in &self.files {
            zip.start_file(format!("{}/{path}", self.slug), options).map_err(|e| broken(&e))?;
            zip.write_all(bytes).map_err(|e| broken(&e))?;
        }
        Ok(zip.finish().map_err(|e| broken(&e))?.into_inner())
    }
}

//! Import a campaign into the office from a pack: an archive, or `campaign.toml` alone. Every mistake is told with its line,
//! and nothing is stored as long as there is one. Lists that the pack names are announced, not missed.

use std::io::{Cursor, Read};

use chrono::NaiveDate;
use zip::ZipArchive;

use super::create_campaign::{STANDARD_LETTER, is_reserved};
use super::pack_files::{Archive, PACK_FILE, campaign_of};
use super::read_pack::{FileMistake, commune};
use super::save_campaign::save_campaign;
use super::{Error, Result, Store, take_pack};
use crate::domain::id::StructureId;
use crate::domain::slug;
use crate::pack::{self, Context};
use crate::store;

/// Bytes an uploaded pack may have.
pub const PACK_BYTES: usize = 20_000_000;
/// Bytes its files may have together once they are unpacked.
const UNPACKED_BYTES: u64 = 40_000_000;
/// Files it may have.
const FILES: usize = 200;

/// What an import came to.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The campaign's slug.
    pub slug: String,
    /// The pack names another structure's facts: those of the office were kept.
    pub structure_kept: bool,
    /// Short names of workshops were taken: others stand in.
    pub renamed: bool,
    /// The letter's text was not in the pack: the standard one stands in.
    pub letter_missing: bool,
    /// The lists that the pack announces.
    pub lists: Vec<String>,
}

/// Imports a pack for a structure. `wanted` is the slug that was typed, or empty for the pack's own.
pub async fn import_campaign(
    store: &Store,
    scope: StructureId,
    file_name: &str,
    bytes: Vec<u8>,
    wanted: &str,
    public_url: Option<&str>,
    today: NaiveDate,
) -> Result<Imported> {
    let (folder, files) = unpacked(file_name, bytes)?;
    let source = files.0.get(PACK_FILE).cloned().unwrap_or_default();
    let one = |line, message: String| Error::Mistakes(vec![FileMistake { file: PACK_FILE.into(), line, message }]);
    let source = String::from_utf8(source)
        .map_err(|_| one(None, "n’est pas un texte en UTF-8 : enregistrez-le dans ce codage.".to_owned()))?;
    let context = Context { anchor: today, draft: true, public_url, commune: &commune };
    let pack = pack::parse(&source, &context).map_err(|mistakes| {
        let located = |m: pack::Mistake| FileMistake { file: PACK_FILE.into(), line: Some(m.line), message: m.message };
        Error::Mistakes(mistakes.into_iter().map(located).collect())
    })?;
    let own = [wanted, &folder].into_iter().find(|s| !s.is_empty() && slug::parse(s).is_ok());
    if !wanted.is_empty() {
        slug::parse(wanted).map_err(|e| one(None, e.to_string()))?;
    }
    let slug = own.map_or_else(|| slug::from_name(&pack.facts.name, is_reserved), str::to_owned);
    let letter_missing = !files.0.contains_key(&pack.letter.path);
    let mut mistakes = Vec::new();
    let campaign = campaign_of(&pack, slug, &files, Some(STANDARD_LETTER), &mut mistakes);
    let (Some(mut campaign), true) = (campaign, mistakes.is_empty()) else { return Err(Error::Mistakes(mistakes)) };
    // Addresses of workshops are shared by the whole installation: what is taken gets another here.
    let mut taken = store::workshop::slugs(store.read()).await?;
    let mut renamed = false;
    for workshop in &mut campaign.workshops {
        if taken.contains(&workshop.slug) {
            workshop.slug = slug::from_name(&workshop.slug, |s| taken.iter().any(|t| t == s));
            renamed = true;
        }
        taken.push(workshop.slug.clone());
    }
    let mut structure_kept = false;
    if let Some(ours) = store::structure::by_id(store.read(), scope).await? {
        structure_kept = ours != campaign.structure;
        campaign.structure = ours;
    } else if store::structure::is_taken(store.read(), scope, &campaign.structure.name).await? {
        return Err(one(None, "une autre structure porte déjà le nom de [structure].".to_owned()));
    }
    let lists: Vec<_> = pack
        .lists
        .into_iter()
        .map(|(file, contract)| (file.path.rsplit('/').next().unwrap_or_default().to_owned(), contract))
        .collect();
    let names = lists.iter().map(|(name, _)| name.clone()).collect();
    let slug = campaign.slug.clone();
    store
        .write(move |tx| {
            let (campaign, lists) = (campaign.clone(), lists.clone());
            Box::pin(async move {
                if store::campaign::is_taken(tx, &campaign.slug).await? || is_reserved(&campaign.slug) {
                    return Err(Error::Refused(format!(
                        "Une campagne s’appelle déjà « {} » : donnez un autre nom court à celle-ci.",
                        campaign.slug
                    )));
                }
                save_campaign(tx, Some(scope), &campaign).await?;
                let saved = take_pack::note_taken(tx, &campaign.slug, &campaign).await?;
                Ok(store::announced_list::insert(tx, scope, saved.id, &lists).await?)
            })
        })
        .await?;
    Ok(Imported { slug, structure_kept, letter_missing, renamed, lists: names })
}

/// The files of an archive by their path in the pack, and the name of the pack's folder; or the one file alone.
fn unpacked(file_name: &str, bytes: Vec<u8>) -> Result<(String, Archive)> {
    let refused = |why: &str| Error::Refused(format!("« {file_name} » {why}"));
    if bytes.len() > PACK_BYTES {
        return Err(refused("pèse plus de 20 Mo : un dossier de campagne ne contient pas les listes."));
    }
    let mut files = Archive::default();
    if !bytes.starts_with(b"PK") {
        if bytes.is_empty() || bytes.contains(&0) {
            return Err(refused("n’est ni un dossier de campagne (.zip) ni un fichier campaign.toml."));
        }
        files.0.insert(PACK_FILE.to_owned(), bytes);
        return Ok((String::new(), files));
    }
    let unreadable = || refused("est une archive abîmée : refaites-la, ou envoyez campaign.toml seul.");
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    if zip.len() > FILES {
        return Err(refused("contient trop de fichiers pour un dossier de campagne."));
    }
    let mut left = UNPACKED_BYTES;
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at).map_err(|_| unreadable())?;
        if entry.is_dir() {
            continue;
        }
        let path = entry.name().map_err(|_| unreadable())?.replace('\\', "/");
        let mut content = Vec::new();
        // What the archive says of its sizes is not believed.
        (&mut entry).take(left + 1).read_to_end(&mut content).map_err(|_| unreadable())?;
        left = left.checked_sub(content.len() as u64).ok_or_else(|| {
            refused("est trop gros une fois décompressé : un dossier de campagne ne contient pas les listes.")
        })?;
        files.0.insert(path, content);
    }
    let packs = files.0.keys().filter(|p| p.rsplit('/').next() == Some(PACK_FILE));
    let nearest = packs.min_by_key(|p| p.matches('/').count()).cloned();
    let nearest = nearest.ok_or_else(|| refused("ne contient pas de fichier campaign.toml."))?;
    let prefix = nearest.strip_suffix(PACK_FILE).unwrap_or_default();
    let inside =
        files.0.iter().filter_map(|(path, content)| Some((path.strip_prefix(prefix)?.to_owned(), content.clone())));
    let folder = prefix.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    Ok((folder, Archive(inside.collect())))
}

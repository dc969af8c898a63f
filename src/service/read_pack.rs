//! Read a campaign pack: `campaign.toml`, the letter's text, the lists. Everything that can be wrong in it is found before
//! anything is stored.

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};

use super::pack_files::{Folder, PACK_FILE, campaign_of, cannot_read};
use super::{Error, Result, Store, local};
use crate::domain::campaign::{Campaign, List, too_late};
use crate::domain::commune::{Found, Gazetteer, InseeCode, Postcode};
use crate::intake::{self, Choices, FileContent, FileError};
use crate::pack::{self, Context};
use crate::store;
use crate::store::campaign::StoredCampaign;

/// A mistake in a file of the pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileMistake {
    /// The file, as the person named it.
    pub file: PathBuf,
    /// The line, where one is to blame.
    pub line: Option<usize>,
    /// What is wrong and what is expected.
    pub message: String,
}

impl std::fmt::Display for FileMistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}, ligne {line}\u{a0}: {}", self.file.display(), self.message),
            None => write!(f, "{}\u{a0}: {}", self.file.display(), self.message),
        }
    }
}

/// A pack that holds together.
#[derive(Debug)]
pub struct OpenPack {
    /// What it says.
    pub campaign: Campaign,
    /// The campaign as it was stored by an earlier run.
    pub stored: Option<StoredCampaign>,
    /// The lists' files, in the order of `campaign.lists`.
    pub list_files: Vec<FileContent>,
}

/// Reads the pack in a folder. Its days count from the campaign's first run, or from today if this is it.
pub async fn read_pack(
    store: &Store,
    folder: &Path,
    public_url: Option<&str>,
    allow_local: bool,
    now: DateTime<Utc>,
) -> Result<OpenPack> {
    let slug = slug_of(folder)?;
    let stored = store::campaign::by_slug(store.read(), &slug).await?;
    let today = local(now).date();
    let anchor = stored.as_ref().map_or(today, |s| s.campaign.anchor);
    let (campaign, list_files) = read(folder, slug, public_url, anchor, today)?;
    let mut mistakes = changed_into_the_past(&campaign, stored.as_ref(), today);
    if !allow_local && is_local(&campaign.public_url) {
        mistakes.push(format!("l’adresse publique {}", dead_codes(&campaign.public_url)));
    }
    let file = folder.join(PACK_FILE);
    let mistake = |line, message| FileMistake { file: file.clone(), line, message };
    let mut mistakes: Vec<_> = mistakes.into_iter().map(|message| mistake(None, message)).collect();
    let source = std::fs::read_to_string(&file).map_err(|e| one(&file, None, cannot_read(&e)))?;
    for (slug, message) in taken_elsewhere(store, &campaign, stored.as_ref()).await? {
        mistakes.push(mistake(line_of_workshop(&source, &slug), message));
    }
    if mistakes.is_empty() { Ok(OpenPack { campaign, stored, list_files }) } else { Err(Error::Mistakes(mistakes)) }
}

fn read(
    folder: &Path,
    slug: String,
    public_url: Option<&str>,
    anchor: NaiveDate,
    today: NaiveDate,
) -> Result<(Campaign, Vec<FileContent>)> {
    let file = folder.join(PACK_FILE);
    let source = std::fs::read_to_string(&file).map_err(|e| one(&file, None, cannot_read(&e)))?;
    let context = Context { anchor, draft: false, public_url, commune: &commune };
    let pack = pack::parse(&source, &context).map_err(|mistakes| {
        let located = |m: pack::Mistake| FileMistake { file: file.clone(), line: Some(m.line), message: m.message };
        Error::Mistakes(mistakes.into_iter().map(located).collect())
    })?;
    let mut mistakes = Vec::new();
    let campaign = campaign_of(&pack, slug, &Folder(folder), None, &mut mistakes);
    let mut lists: Vec<List> = Vec::new();
    let mut list_files = Vec::new();
    for (named, contract) in pack.lists {
        let blame = |message: String| FileMistake { file: file.clone(), line: Some(named.line), message };
        if contract.received_on > today {
            mistakes.push(blame(format!(
                "la liste « {} », « received_on »\u{a0}: {}",
                named.path,
                pack::RECEIVED_LATER
            )));
        }
        let (content, sha256) = match list_file(&folder.join(&named.path)) {
            Ok(file) => file,
            Err(why) => {
                mistakes.push(blame(format!("la liste « {} » {why}", named.path)));
                continue;
            }
        };
        let file_name = file_name(&named.path);
        if let Err(error) = intake::open(&file_name, &content, &Choices::default()) {
            mistakes.push(FileMistake { file: folder.join(&named.path), line: None, message: error.to_string() });
        }
        if let Some(twin) = lists.iter().find(|l| l.sha256 == sha256) {
            mistakes.push(blame(format!(
                "« {file_name} » est la même liste que « {} » : n’en gardez qu’une.",
                twin.file_name
            )));
        }
        if lists.iter().any(|l| l.file_name == file_name) {
            mistakes.push(blame(format!("deux listes s’appellent « {file_name} » : renommez l’une d’elles.")));
        }
        lists.push(List { file_name, sha256, contract, by_hand: false });
        list_files.push(content);
    }
    match campaign {
        Some(campaign) if mistakes.is_empty() => Ok((Campaign { lists, ..campaign }, list_files)),
        _ => Err(Error::Mistakes(mistakes)),
    }
}

/// The commune of a venue. A postcode that La Poste does not know for it is a mistake of the pack, so only what agrees
/// counts.
pub(super) fn commune(postcode: Postcode, town: &str) -> Option<InseeCode> {
    match Gazetteer::embedded().find(Some(postcode), town) {
        Found::Exact(place) => Some(place.commune.code),
        _ => None,
    }
}

/// Workshops that are new or changed and would begin before anybody can be told.
fn changed_into_the_past(campaign: &Campaign, stored: Option<&StoredCampaign>, today: NaiveDate) -> Vec<String> {
    let known = |workshop| stored.is_some_and(|s| s.campaign.workshops.contains(workshop));
    let changed = campaign.workshops.iter().filter(|w| !known(w));
    let late = changed.filter_map(|w| Some((w, too_late(w.first_day(), today)?)));
    late.map(|(w, when)| format!("l’atelier « {} » commence {when}", w.slug)).collect()
}

/// Workshops whose slug belongs to another campaign: addresses are shared by the whole installation.
async fn taken_elsewhere(
    store: &Store,
    campaign: &Campaign,
    stored: Option<&StoredCampaign>,
) -> Result<Vec<(String, String)>> {
    let mut taken = Vec::new();
    for workshop in &campaign.workshops {
        let found = store::workshop::by_slug(store.read(), &workshop.slug).await?;
        if found.is_some_and(|w| stored.is_none_or(|s| s.id != w.campaign)) {
            let message = format!(
                "un atelier d’une autre campagne s’appelle déjà « {} » : choisissez un autre « slug ».",
                workshop.slug
            );
            taken.push((workshop.slug.clone(), message));
        }
    }
    Ok(taken)
}

/// The line of a pack, from 1, on which a workshop has this short name.
fn line_of_workshop(source: &str, slug: &str) -> Option<usize> {
    let mut in_workshop = false;
    let line = source.lines().position(|line| {
        let line = line.trim();
        if line.starts_with('[') {
            in_workshop = line.starts_with("[[workshop]]");
        }
        let value = line.strip_prefix("slug").and_then(|rest| rest.trim_start().strip_prefix('='));
        in_workshop && value.is_some_and(|value| value.split('"').nth(1) == Some(slug))
    });
    line.map(|at| at + 1)
}

/// Why a local address is refused, after « l’adresse publique ».
pub(super) fn dead_codes(url: &str) -> String {
    format!("{url} {DEAD_CODES} Pour un essai, ajoutez --allow-local.")
}

/// What is wrong with an address that is local.
pub const DEAD_CODES: &str = "ne mène qu’à cet ordinateur : les QR codes seraient morts sur le papier.";

/// What names end in that no public server knows (RFC 2606, 6761, 6762, 8375, and what networks use of their own accord).
const LOCAL_ENDS: [&str; 9] =
    [".localhost", ".local", ".lan", ".home", ".internal", ".intranet", ".home.arpa", ".test", ".invalid"];

/// Whether an address leads only to this machine or its own network.
pub fn is_local(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default();
    let bare = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    match bare.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(ip)) => {
            let shared = matches!(ip.octets(), [100, 64..=127, ..]);
            ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified() || shared
        }
        Ok(std::net::IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local(),
        Err(_) => {
            let bare = bare.trim_end_matches('.').to_ascii_lowercase();
            !bare.contains('.') || LOCAL_ENDS.iter().any(|end| bare.ends_with(end))
        }
    }
}

/// The campaign's slug: the folder's name.
fn slug_of(folder: &Path) -> Result<String> {
    let full = std::fs::canonicalize(folder).map_err(|e| one(folder, None, cannot_read(&e)))?;
    let name = full.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if plain {
        Ok(name)
    } else {
        let expected = "le nom du dossier devient celui de la campagne : lettres minuscules sans accent, chiffres et tirets, par exemple « lozere-2026 ».";
        Err(one(folder, None, expected.to_owned()))
    }
}

fn file_name(path: &str) -> String {
    Path::new(path).file_name().and_then(|n| n.to_str()).unwrap_or(path).to_owned()
}

fn one(file: &Path, line: Option<usize>, message: String) -> Error {
    Error::Mistakes(vec![FileMistake { file: file.to_owned(), line, message }])
}

/// A list's file with its SHA-256, or why there is none, to go on after its name.
fn list_file(path: &Path) -> std::result::Result<(FileContent, String), String> {
    let unreadable = |error: std::io::Error| cannot_read(&error);
    let content = FileContent::new(std::fs::File::open(path).map_err(unreadable)?);
    let refused = |error: FileError| format!("est refusée\u{a0}: {error}");
    intake::refuse_size(&file_name(&path.to_string_lossy()), &content).map_err(refused)?;
    let sha256 = content.sha256().map_err(unreadable)?;
    Ok((content, sha256))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_no_phone_reaches_is_local() {
        for host in [
            "localhost",
            "serveur",
            "numerique.local",
            "numerique.lan",
            "nas.home",
            "a.internal",
            "A.INTRANET",
            "a.home.arpa",
            "a.test",
            "a.invalid",
            "a.lan.",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.9.9",
            "[::1]",
            "a.lan:8080",
        ] {
            assert!(is_local(&format!("https://{host}/i")), "{host}");
        }
        for host in ["numerique.exemple.fr", "100.63.0.1", "100.128.0.1", "home.fr", "lan.fr", "test.fr"] {
            assert!(!is_local(&format!("https://{host}/i")), "{host}");
        }
    }
}

//! Look at a list before anything of it is stored: how it was read, a sample, what is remembered of the last one like it.

use sha2::{Digest, Sha256};

use super::{Error, Result, Store};
use crate::domain::id::StructureId;
use crate::intake::{self, Choices, FileContent, FileError, ListFacts, Look};
use crate::store;
use crate::store::campaign::StoredCampaign;
use crate::store::mapping::Mapping;

/// A file that somebody gave, and nothing else so far.
#[derive(Debug, Clone)]
pub struct GivenFile {
    /// Its name without its folder.
    pub name: String,
    /// Its bytes.
    pub content: FileContent,
    /// Their SHA-256, in hexadecimal.
    pub sha256: String,
}

/// A list as it was understood.
#[derive(Debug, Clone)]
pub struct Examined {
    /// What was seen.
    pub look: Look,
    /// The choices it was read with: those given, or those remembered.
    pub choices: Choices,
    /// What was remembered of a list with the same columns, where that was used.
    pub remembered: Option<Mapping>,
    /// The columns that the reader found by itself, as a digest; nothing for a list without a header.
    pub header_sha256: Option<String>,
    /// Its name says another kind of file than it is.
    pub misnamed: bool,
}

/// Why a list cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum Unseen {
    /// The file.
    #[error(transparent)]
    File(#[from] FileError),
    /// Something else.
    #[error(transparent)]
    Other(#[from] Error),
}

/// Rows that are shown at first.
pub const SAMPLE: usize = 10;

/// Looks at a list of a campaign. Without `choices`, those of the last list with the same columns are used again. Nothing is
/// stored.
pub async fn examine_list(
    store: &Store,
    campaign: &StoredCampaign,
    file: &GivenFile,
    choices: Option<&Choices>,
    password: Option<intake::Password>,
) -> std::result::Result<Examined, Unseen> {
    refuse_twin(store, campaign, file).await?;
    let guess = Choices { password, ..Choices::default() };
    let found = look(file, guess.clone()).await?;
    let header_sha256 = fingerprint(&found.facts);
    let mut remembered = None;
    let chosen = match (choices, &header_sha256) {
        (Some(chosen), _) => chosen.clone(),
        (None, Some(header)) => {
            remembered = known(store, campaign.structure, header).await?;
            remembered.as_ref().map(|m| m.choices.clone()).unwrap_or_default()
        }
        (None, None) => Choices::default(),
    };
    let chosen = Choices { password: guess.password.clone(), ..chosen };
    let look = if chosen == guess { found } else { look(file, chosen.clone()).await? };
    let misnamed = is_misnamed(&file.name, &look.facts.format);
    Ok(Examined { look, choices: chosen, remembered, header_sha256, misnamed })
}

/// The same file twice is noticed before anybody works on it.
async fn refuse_twin(store: &Store, campaign: &StoredCampaign, file: &GivenFile) -> Result<()> {
    let lists = store::review::of_campaign(store.read(), campaign.structure, campaign.id).await?;
    match lists.iter().find(|l| l.delivery.list.sha256 == file.sha256) {
        None => Ok(()),
        Some(twin) if twin.current => Err(Error::Refused(format!(
            "Ce fichier est déjà dans la campagne, sous le nom «\u{a0}{}\u{a0}»\u{a0}: rien n’a été importé.",
            twin.delivery.list.file_name
        ))),
        Some(twin) => Err(Error::Refused(format!(
            "Ce fichier est déjà là, sous le nom «\u{a0}{}\u{a0}», et attend d’être vérifié\u{a0}: acceptez-le ou écartez-le.",
            twin.delivery.list.file_name
        ))),
    }
}

async fn known(store: &Store, scope: StructureId, header: &str) -> Result<Option<Mapping>> {
    Ok(store::mapping::by_header(store.read(), scope, header).await?)
}

/// Reading takes its time, and no other request waits for it.
async fn look(file: &GivenFile, choices: Choices) -> std::result::Result<Look, Unseen> {
    let (name, content) = (file.name.clone(), file.content.clone());
    let looked = tokio::task::spawn_blocking(move || intake::look(&name, &content, &choices, SAMPLE)).await;
    Ok(looked.map_err(|e| Error::Internal(e.to_string()))??)
}

/// Lists with the same digest have the same columns. A header of « Colonne 1, Colonne 2 » tells nothing apart.
fn fingerprint(facts: &ListFacts) -> Option<String> {
    facts.header_row?;
    let mut hasher = Sha256::new();
    let kept = facts.columns.iter().map(|(name, _)| name);
    for name in kept.chain(&facts.dropped) {
        hasher.update(name.as_bytes());
        hasher.update([0]);
    }
    Some(hex::encode(hasher.finalize()))
}

/// « liste.csv » that is a workbook, « liste.xlsx » that is text.
fn is_misnamed(name: &str, format: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some(ending @ ("xlsx" | "xls" | "ods")) => ending != format,
        Some("csv" | "txt" | "tsv") => format != "csv",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_lies_is_seen() {
        for (name, format, lies) in [
            ("liste.csv", "csv", false),
            ("LISTE.CSV", "xlsx", true),
            ("liste.xlsx", "csv", true),
            ("liste.xls", "xlsx", true),
            ("liste.ods", "ods", false),
            ("liste", "xlsx", false),
        ] {
            assert_eq!(is_misnamed(name, format), lies, "{name} {format}");
        }
    }
}

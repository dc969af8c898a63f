//! Look at a list before anything of it is stored: how it was read, a sample, what is remembered of the last one like it.

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::{Error, Result, Store};
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
    /// What was remembered of a list with the same columns, or nearly, where that was used.
    pub remembered: Option<Mapping>,
    /// The columns that the reader found by itself; nothing for a list without a header.
    pub header: Option<Header>,
    /// Its name says another kind of file than it is.
    pub misnamed: bool,
}

/// A list's columns. Those of a header of « Colonne 1, Colonne 2 » tell nothing apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Their names.
    pub columns: Vec<String>,
    /// The same for lists with the same columns.
    pub sha256: String,
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
    let header = Header::of(&found.facts);
    let mut remembered = None;
    let chosen = match (choices, &header) {
        (Some(chosen), _) => chosen.clone(),
        (None, Some(header)) => {
            let all = store::mapping::of_structure(store.read(), campaign.structure).await.map_err(Error::from)?;
            remembered = header.known(all);
            let mut choices = remembered.as_ref().map(|m| m.choices.clone()).unwrap_or_default();
            // A workbook's sheet may be called otherwise this time.
            choices.sheet = choices.sheet.filter(|sheet| found.facts.sheets.contains(sheet));
            choices
        }
        (None, None) => Choices::default(),
    };
    let chosen = Choices { password: guess.password.clone(), ..chosen };
    let look = if chosen == guess { found } else { look(file, chosen.clone()).await? };
    let misnamed = is_misnamed(&file.name, &look.facts.format);
    Ok(Examined { look, choices: chosen, remembered, header, misnamed })
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

/// Reading takes its time, and no other request waits for it.
async fn look(file: &GivenFile, choices: Choices) -> std::result::Result<Look, Unseen> {
    let (name, content) = (file.name.clone(), file.content.clone());
    let looked = tokio::task::spawn_blocking(move || intake::look(&name, &content, &choices, SAMPLE)).await;
    let mut look = looked.map_err(|e| Error::Internal(e.to_string()))??;
    // A workbook's dates have no form of their own.
    if look.facts.sheet.is_some() {
        look.first.iter_mut().chain(&mut look.last).flatten().for_each(write_as_here);
    }
    Ok(look)
}

/// Writes a day as people do here: « 2026-05-12 » becomes « 12/05/2026 ».
fn write_as_here(cell: &mut String) {
    if let Ok(day) = NaiveDate::parse_from_str(cell, "%Y-%m-%d") {
        *cell = day.format("%d/%m/%Y").to_string();
    }
}

impl Header {
    fn of(facts: &ListFacts) -> Option<Self> {
        facts.header_row?;
        let columns: Vec<String> = facts.columns.iter().map(|(name, _)| name).chain(&facts.dropped).cloned().collect();
        let mut hasher = Sha256::new();
        for name in &columns {
            hasher.update(name.as_bytes());
            hasher.update([0]);
        }
        Some(Self { sha256: hex::encode(hasher.finalize()), columns })
    }

    /// What was chosen for a list with these columns; or else what the columns hold of one that has nearly the same, since a
    /// fund adds a column now and then, and refused rows come back with one more and without the dropped ones. The first of
    /// these mappings, the latest, wins.
    fn known(&self, mut mappings: Vec<Mapping>) -> Option<Mapping> {
        if let Some(exact) = mappings.iter().position(|m| m.header_sha256 == self.sha256) {
            return Some(mappings.swap_remove(exact));
        }
        let near = mappings.into_iter().find(|m| self.is_nearly(m))?;
        let choices = Choices { columns: near.choices.columns, ..Choices::default() };
        Some(Mapping { choices, ..near })
    }

    /// Most columns of both are the same, and every one of which something was chosen is there.
    fn is_nearly(&self, mapping: &Mapping) -> bool {
        let here = |name: &String| self.columns.contains(name);
        let shared = mapping.columns.iter().filter(|name| here(name)).count();
        let enough = |all: usize| all > 0 && shared * 4 >= all * 3;
        let chosen = &mapping.choices.columns;
        enough(mapping.columns.len()) && enough(self.columns.len()) && !chosen.is_empty() && chosen.keys().all(here)
    }
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
    use chrono::DateTime;

    fn header(columns: &[&str]) -> Header {
        Header { columns: columns.iter().map(|c| (*c).to_owned()).collect(), sha256: columns.join(";") }
    }

    #[test]
    fn a_funds_columns_are_known_again_with_one_more_or_less() {
        let before = header(&["NOM", "PRENOM", "CP", "VILLE", "INFO"]);
        let columns = [("INFO".to_owned(), None)].into();
        let chosen = Choices { columns, header_row: Some(3), ..Choices::default() };
        let mapping = Mapping {
            fund: "la MSA".to_owned(),
            header_sha256: before.sha256.clone(),
            columns: before.columns.clone(),
            choices: chosen,
            saved_at: DateTime::UNIX_EPOCH,
        };
        let known = |columns: &[&str]| header(columns).known(vec![mapping.clone()]).is_some();
        assert!(known(&["NOM", "PRENOM", "CP", "VILLE", "INFO"]));
        assert!(known(&["NOM", "PRENOM", "TEL", "CP", "VILLE", "INFO"]));
        assert!(known(&["NOM", "CP", "VILLE", "INFO"]));
        // Where the header stands is another matter in another file.
        let of = |columns: &[&str]| header(columns).known(vec![mapping.clone()]).and_then(|m| m.choices.header_row);
        assert_eq!(
            (of(&["NOM", "PRENOM", "CP", "VILLE", "INFO"]), of(&["NOM", "CP", "VILLE", "INFO"])),
            (Some(3), None)
        );
        // What was chosen is of a column that is not there, or little else is.
        assert!(!known(&["NOM", "PRENOM", "CP", "VILLE"]));
        assert!(!known(&["NOM", "INFO", "A", "B", "C"]));
        let exact = Mapping {
            fund: "la Carsat".to_owned(),
            header_sha256: "NOM;PRENOM;CP;VILLE;INFO;TEL".to_owned(),
            ..mapping.clone()
        };
        let both = header(&["NOM", "PRENOM", "CP", "VILLE", "INFO", "TEL"]).known(vec![mapping, exact]);
        assert_eq!(both.map(|m| m.fund).as_deref(), Some("la Carsat"));
    }

    #[test]
    fn a_workbooks_dates_are_shown_as_people_write_them() {
        let shown = |cell: &str| {
            let mut cell = cell.to_owned();
            write_as_here(&mut cell);
            cell
        };
        assert_eq!(shown("1939-05-12"), "12/05/1939");
        assert_eq!(shown("12/05/1939"), "12/05/1939");
        assert_eq!(shown("04-65-71"), "04-65-71");
    }

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

//! Look at a list before anything of it is stored: how it was read, a sample, what is remembered of the last one like it.

use std::collections::BTreeMap;

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
    /// Columns of which something was chosen then and which are not there any more.
    pub forgotten: Vec<String>,
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
    let (mut remembered, mut forgotten) = (None, Vec::new());
    let chosen = match (choices, &header) {
        (Some(chosen), _) => chosen.clone(),
        (None, Some(header)) => {
            let all = store::mapping::of_structure(store.read(), campaign.structure).await.map_err(Error::from)?;
            if let Some((known, gone)) = header.known(all) {
                (remembered, forgotten) = (Some(known), gone);
            }
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
    Ok(Examined { look, choices: chosen, remembered, forgotten, header, misnamed })
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
    /// fund adds or renames a column now and then, and refused rows come back with one more and without the dropped ones. Of
    /// these mappings the one wins that shares most columns, which tells the funds apart, and among equals the latest. The
    /// columns beside it are those that had a choice and are gone.
    fn known(&self, mut mappings: Vec<Mapping>) -> Option<(Mapping, Vec<String>)> {
        if let Some(exact) = mappings.iter().position(|m| m.header_sha256 == self.sha256) {
            return Some((mappings.swap_remove(exact), Vec::new()));
        }
        let near = mappings.into_iter().filter_map(|m| Some((self.shared(&m)?, m)));
        let (_, near) = near.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
        let (here, gone): (BTreeMap<_, _>, BTreeMap<_, _>) =
            near.choices.columns.into_iter().partition(|(name, _)| self.columns.contains(name));
        let choices = Choices { columns: here, ..Choices::default() };
        Some((Mapping { choices, ..near }, gone.into_keys().collect()))
    }

    /// How many columns both have, where that is most of both, and something was chosen of one of them.
    fn shared(&self, mapping: &Mapping) -> Option<usize> {
        let here = |name: &String| self.columns.contains(name);
        let shared = mapping.columns.iter().filter(|name| here(name)).count();
        let enough = |all: usize| all > 0 && shared * 4 >= all * 3;
        let useful = mapping.choices.columns.keys().any(here);
        (enough(mapping.columns.len()) && enough(self.columns.len()) && useful).then_some(shared)
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
        let of =
            |columns: &[&str]| header(columns).known(vec![mapping.clone()]).and_then(|(m, _)| m.choices.header_row);
        assert_eq!(
            (of(&["NOM", "PRENOM", "CP", "VILLE", "INFO"]), of(&["NOM", "CP", "VILLE", "INFO"])),
            (Some(3), None)
        );
        // A column that had a choice was renamed: the other choice holds, and the page says what is gone.
        let two = [("INFO".to_owned(), None), ("PRENOM".to_owned(), Some(intake::Field::FirstName))].into();
        let two = Mapping { choices: Choices { columns: two, ..Choices::default() }, ..mapping.clone() };
        let (kept, gone) = header(&["NOM", "PRENOM", "CP", "VILLE", "REMARQUE"]).known(vec![two.clone()]).unwrap();
        assert_eq!(kept.choices.columns.keys().collect::<Vec<_>>(), ["PRENOM"]);
        assert_eq!(gone, ["INFO"]);
        // The fund whose columns these are wins over the latest.
        let closer = Mapping {
            fund: "la Carsat".to_owned(),
            header_sha256: String::new(),
            columns: ["NOM", "PRENOM", "CP", "VILLE", "REMARQUE", "TEL"].map(str::to_owned).to_vec(),
            ..two.clone()
        };
        let known_fund = header(&["NOM", "PRENOM", "CP", "VILLE", "REMARQUE"]).known(vec![two, closer]);
        assert_eq!(known_fund.map(|(m, _)| m.fund).as_deref(), Some("la Carsat"));
        // What was chosen is of a column that is not there, or little else is.
        assert!(!known(&["NOM", "PRENOM", "CP", "VILLE"]));
        assert!(!known(&["NOM", "INFO", "A", "B", "C"]));
        let exact = Mapping {
            fund: "la Carsat".to_owned(),
            header_sha256: "NOM;PRENOM;CP;VILLE;INFO;TEL".to_owned(),
            ..mapping.clone()
        };
        let both = header(&["NOM", "PRENOM", "CP", "VILLE", "INFO", "TEL"]).known(vec![mapping, exact]);
        assert_eq!(both.map(|(m, _)| m.fund).as_deref(), Some("la Carsat"));
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

//! Read a list's contract: from a form, field by field, or from a file of its own.

use std::path::Path;

use chrono::NaiveDate;

use super::read_pack::FileMistake;
use super::register::FieldError;
use super::{Error, Result, Store};
use crate::domain::contract::{Contract, Role};
use crate::domain::id::StructureId;
use crate::pack;
use crate::store;

/// A contract as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContractForm {
    /// The fund with its article.
    pub fund: String,
    /// `controller` or `processor`.
    pub role: String,
    /// What the list serves, after « afin de ».
    pub purpose: String,
    /// The legal basis as a sentence.
    pub legal_basis: String,
    /// The convention.
    pub convention: String,
    /// The fund's data protection officer.
    pub dpo: String,
    /// A day, `2026-11-02`.
    pub received_on: String,
    /// A day.
    pub purge_on: String,
    /// `oui` or `non`.
    pub matching: String,
    /// One sentence a line.
    pub mentions: String,
    /// Who approves the proof.
    pub approved_by: String,
}

impl ContractForm {
    /// Reads the form, or says what is wrong with each field.
    pub fn read(&self, today: NaiveDate) -> std::result::Result<Contract, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut wrong =
            |field: &'static str, message: &str| errors.push(FieldError { field, message: message.to_owned() });
        let role = match self.role.as_str() {
            "controller" => Some(Role::Controller),
            "processor" => Some(Role::Processor),
            _ => {
                wrong("role", "Dites qui décide de l’usage de la liste.");
                None
            }
        };
        for (field, text, message) in [
            ("fund", &self.fund, "Écrivez le nom de la caisse avec son article, par exemple «\u{a0}la MSA\u{a0}»."),
            ("purpose", &self.purpose, "Dites à quoi sert la liste."),
            ("legal_basis", &self.legal_basis, "Écrivez la base légale en une phrase\u{a0}: la lettre la reprend."),
            ("convention", &self.convention, "Nommez la convention et sa date."),
            ("dpo", &self.dpo, "Écrivez le contact du délégué à la protection des données de la caisse."),
            ("approved_by", &self.approved_by, "Nommez qui, à la caisse, donne le bon à tirer."),
        ] {
            if text.is_empty() {
                wrong(field, message);
            }
        }
        let received_on = self.received_on.parse::<NaiveDate>().ok();
        match received_on {
            None => wrong("received_on", "Choisissez le jour où la liste est arrivée."),
            Some(day) if day > today => wrong("received_on", "La liste ne peut pas être arrivée après aujourd’hui."),
            Some(_) => {}
        }
        let purge_on = self.purge_on.parse::<NaiveDate>().ok();
        match (received_on, purge_on) {
            (_, None) => wrong("purge_on", "Choisissez le jour où les noms seront effacés."),
            (Some(received), Some(day)) if day <= received => {
                wrong("purge_on", "L’effacement doit suivre la réception.");
            }
            (_, Some(day)) if day <= today => wrong("purge_on", "L’effacement doit être à venir."),
            _ => {}
        }
        let matching = match self.matching.as_str() {
            "oui" => Some(true),
            "non" => Some(false),
            _ => {
                wrong("matching", "Dites si la liste peut être comparée à celles des autres caisses.");
                None
            }
        };
        match (role, received_on, purge_on, matching) {
            (Some(role), Some(received_on), Some(purge_on), Some(matching)) if errors.is_empty() => Ok(Contract {
                fund: self.fund.clone(),
                role,
                purpose: self.purpose.clone(),
                legal_basis: self.legal_basis.clone(),
                convention: self.convention.clone(),
                dpo: self.dpo.clone(),
                received_on,
                purge_on,
                matching,
                mentions: self.mentions.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect(),
                approved_by: self.approved_by.clone(),
                approved_on: None,
                approved_content: None,
            }),
            _ => Err(errors),
        }
    }

    /// As an earlier contract of the same fund, but for its days: those are of this list.
    pub fn like(contract: &Contract) -> Self {
        Self {
            fund: contract.fund.clone(),
            role: match contract.role {
                Role::Controller => "controller",
                Role::Processor => "processor",
            }
            .to_owned(),
            purpose: contract.purpose.clone(),
            legal_basis: contract.legal_basis.clone(),
            convention: contract.convention.clone(),
            dpo: contract.dpo.clone(),
            received_on: String::new(),
            purge_on: String::new(),
            matching: if contract.matching { "oui" } else { "non" }.to_owned(),
            mentions: contract.mentions.join("\n"),
            approved_by: contract.approved_by.clone(),
        }
    }
}

/// The latest contract of each fund of the structure, by fund.
pub async fn earlier_contracts(store: &Store, scope: StructureId) -> Result<Vec<Contract>> {
    let mut contracts: Vec<Contract> = Vec::new();
    for list in store::review::of_structure(store.read(), scope).await? {
        let contract = list.delivery.list.contract;
        if contracts.iter().all(|c| c.fund != contract.fund) {
            contracts.push(contract);
        }
    }
    contracts.sort_by(|a, b| a.fund.cmp(&b.fund));
    Ok(contracts)
}

/// Reads `contract.toml`. Days that are counted (`J+30`) are counted from `today`.
pub fn read_contract_file(file: &Path, today: NaiveDate) -> Result<Contract> {
    let source = std::fs::read_to_string(file).map_err(|source| Error::File { path: file.to_owned(), source })?;
    pack::parse_contract(&source, today).map_err(|mistakes| located(file, mistakes))
}

/// Mistakes with the file they are in.
pub(super) fn located(file: &Path, mistakes: Vec<pack::Mistake>) -> Error {
    let mistake = |m: pack::Mistake| FileMistake { file: file.to_owned(), line: Some(m.line), message: m.message };
    Error::Mistakes(mistakes.into_iter().map(mistake).collect())
}

//! Read a list's contract: from a form, field by field, or from a file of its own.

use std::path::Path;

use chrono::NaiveDate;

use super::read_pack::FileMistake;
use super::register::FieldError;
use super::{Error, Result, Store};
use crate::domain::calendar::long_date;
use crate::domain::contract::{Contract, Role};
use crate::pack;
use crate::store;
use crate::store::campaign::StoredCampaign;

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
    /// Reads the form of a list whose letters leave on `posting_day`, or says what is wrong with each field.
    pub fn read(&self, today: NaiveDate, posting_day: NaiveDate) -> std::result::Result<Contract, Vec<FieldError>> {
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
            (_, Some(day)) if day <= posting_day => wrong(
                "purge_on",
                &format!(
                    "Les lettres partent le {}\u{a0}: les noms ne peuvent pas être effacés avant. Demandez une autre date à la caisse, ou avancez l’envoi.",
                    long_date(posting_day)
                ),
            ),
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
        Self { received_on: String::new(), purge_on: String::new(), ..Self::of(contract) }
    }

    /// A contract as it would have been typed.
    pub fn of(contract: &Contract) -> Self {
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
            received_on: contract.received_on.to_string(),
            purge_on: contract.purge_on.to_string(),
            matching: if contract.matching { "oui" } else { "non" }.to_owned(),
            mentions: contract.mentions.join("\n"),
            approved_by: contract.approved_by.clone(),
        }
    }
}

/// The contract of each fund that a list for this campaign may come under, by fund: what the campaign's pack announced, else the
/// latest of the structure.
pub async fn earlier_contracts(store: &Store, campaign: &StoredCampaign) -> Result<Vec<Contract>> {
    let announced = store::announced_list::of_campaign(store.read(), campaign.id).await?;
    let given = store::review::of_structure(store.read(), campaign.structure).await?;
    let given = given.into_iter().map(|list| list.delivery.list.contract);
    let mut contracts: Vec<Contract> = Vec::new();
    for contract in announced.into_iter().map(|(_, contract)| contract).chain(given) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_not_erased_before_their_letters_leave() {
        let day = |month, day| NaiveDate::from_ymd_opt(2027, month, day).unwrap();
        let form = |purge_on: &str| ContractForm {
            fund: "la MSA".to_owned(),
            role: "controller".to_owned(),
            purpose: "vous proposer des ateliers".to_owned(),
            legal_basis: "La MSA agit dans sa mission d’intérêt public.".to_owned(),
            convention: "convention du 2 novembre 2026".to_owned(),
            dpo: "dpo@exemple.fr".to_owned(),
            received_on: "2027-01-04".to_owned(),
            purge_on: purge_on.to_owned(),
            matching: "oui".to_owned(),
            mentions: String::new(),
            approved_by: "Ana Exemple".to_owned(),
        };
        let read = |purge_on: &str| form(purge_on).read(day(1, 5), day(2, 1));
        let refused = read("2027-02-01").unwrap_err();
        assert_eq!(refused[0].field, "purge_on");
        assert!(refused[0].message.starts_with("Les lettres partent le lundi 1er\u{a0}février 2027"), "{refused:?}");
        let contract = read("2027-02-02").unwrap();
        assert_eq!(ContractForm::of(&contract), form("2027-02-02"));
    }
}

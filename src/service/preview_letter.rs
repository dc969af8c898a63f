//! The letter as it would look with another text, while it is written: to people who do not exist, at addresses that do not
//! either.

use super::outputs::letter_facts;
use crate::document::export;
use crate::document::letter::{self, LetterTemplate, Recipient, Source};
use crate::domain::address::PostalAddress;
use crate::domain::campaign::Campaign;
use crate::domain::contract::{Contract, Role};
use crate::domain::envelope::Window;
use crate::domain::number::InvitationNumber;

pub use crate::document::letter::MEANINGS;

/// Pixels a point of the preview: a page is 893 pixels wide, sharp on a telephone and legible on a screen.
const SCALE: f32 = 1.5;

/// The letter's pages as PNG, to a couple that is invited to the first workshops. Refused with what is wrong, in French: the text's
/// line, what does not fit, or what the campaign still lacks.
pub fn preview_letter(campaign: &Campaign, window: Window, text: &str) -> Result<Vec<Vec<u8>>, String> {
    let template = LetterTemplate::parse(&campaign.letter.file_name, &text.replace("\r\n", "\n"))
        .map_err(|e| format!("{}{}", e.line.map(|l| format!("Ligne {l}\u{a0}: ")).unwrap_or_default(), e.message))?;
    if campaign.workshops.is_empty() {
        return Err("L’aperçu a besoin d’un atelier : créez-en un d’abord.".to_owned());
    }
    let unsigned = unsigned(campaign);
    let recipient = example(campaign, &unsigned);
    let pages =
        letter::pages(&template, &letter_facts(campaign, window), &recipient).map_err(|e| e.reason.to_string())?;
    pages.iter().map(|page| export::png(page, letter::PAPER_PT, SCALE).map_err(|e| e.to_string())).collect()
}

/// A couple that does not exist, invited to the first workshops; `unsigned` speaks where there is no list yet.
pub fn example<'a>(campaign: &'a Campaign, unsigned: &'a Contract) -> Recipient<'a> {
    let mut contracts: Vec<&Contract> = Vec::new();
    for list in &campaign.lists {
        // Lists under one contract have one source.
        if !contracts.contains(&&list.contract) {
            contracts.push(&list.contract);
        }
    }
    if contracts.is_empty() {
        contracts.push(unsigned);
    }
    let invitation = InvitationNumber::draw(0, 0);
    Recipient {
        address: specimen(true, "Madame, Monsieur,"),
        salutation: "Madame, Monsieur,",
        invitation,
        url: format!("{}/i/{}", campaign.public_url, invitation.digits()),
        workshops: campaign.workshops.iter().take(letter::OFFERED).collect(),
        source: Source::Lists(contracts),
    }
}

/// The address of a couple, or of one person, who do not exist and whom a letter greets so.
pub fn specimen(couple: bool, salutation: &str) -> Vec<String> {
    let names = match (couple, salutation) {
        (_, "Mesdames,") => "Mmes Yvette et Louise EXEMPLE",
        (_, "Messieurs,") => "MM. Jean et Louis EXEMPLE",
        (true, _) => "Mme et M. Yvette et Jean EXEMPLE",
        (_, "Madame,") => "Mme Yvette EXEMPLE",
        (_, "Monsieur,") => "M. Jean EXEMPLE",
        _ => "Dominique EXEMPLE",
    };
    let lines = [names, "RESIDENCE LES JARDINS", "12 RUE DE L EXEMPLE", "48000 MENDE"];
    debug_assert!(lines.iter().all(|line| line.chars().count() <= PostalAddress::MAX_CHARS));
    lines.map(str::to_owned).into()
}

/// What stands for a contract until the first list is in.
pub fn unsigned(campaign: &Campaign) -> Contract {
    Contract {
        fund: "la caisse".to_owned(),
        role: Role::Controller,
        purpose: "vous proposer des ateliers près de chez vous".to_owned(),
        legal_basis: "La base légale viendra du contrat de la liste.".to_owned(),
        convention: "convention à venir".to_owned(),
        dpo: String::new(),
        received_on: campaign.posting_day,
        purge_on: campaign.posting_day,
        matching: false,
        mentions: Vec::new(),
        approved_by: String::new(),
        approved_on: None,
        approved_content: None,
    }
}

//! The proof for each funder: a handful of letters with « ÉPREUVE » on every page, of every kind that there is. It says to nobody
//! who is on another's list: names, addresses and numbers are invented.

use std::collections::BTreeMap;

use super::facts::{content_sha256, short_digest};
use super::files::Folder;
use super::letters::{Letter, letters, recipient};
use super::lots::{manner, print_into, template};
use crate::audience::PostalKey;
use crate::config::Config;
use crate::document::letter::{Manner, OFFERED, Recipient, Source};
use crate::domain::campaign::Campaign;
use crate::domain::number::InvitationNumber;
use crate::domain::slug;
use crate::service::preview_letter::specimen;
use crate::service::{Error, Result, Store};
use crate::store::campaign::StoredCampaign;

/// Where proofs stand in the campaign's folder.
const FOLDER: &str = "proof/";
/// Beside them, the digest of the content that they show.
const SHOWN: &str = "proof/content.sha256";

/// A proof: what goes to one fund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofFile {
    /// The fund, with its article.
    pub fund: String,
    /// Its path in the campaign's folder.
    pub path: String,
}

/// The proofs of a campaign: one for each fund whose contract names who approves. One alone has no fund's name in its own.
pub fn proof_files(campaign: &Campaign) -> Vec<ProofFile> {
    let mut funds: Vec<&str> = Vec::new();
    let contracts = campaign.lists.iter().map(|l| &l.contract).filter(|c| !c.approved_by.trim().is_empty());
    for contract in contracts {
        if !funds.contains(&contract.fund.as_str()) {
            funds.push(&contract.fund);
        }
    }
    if let [fund] = funds.as_slice() {
        return vec![ProofFile { fund: (*fund).to_owned(), path: format!("{FOLDER}letters.pdf") }];
    }
    let mut taken: Vec<String> = Vec::new();
    let file = |fund: &str| {
        let name = slug::from_name(fund, |s| taken.iter().any(|t| t == s));
        taken.push(name.clone());
        ProofFile { fund: fund.to_owned(), path: format!("{FOLDER}letters-{name}.pdf") }
    };
    funds.into_iter().map(file).collect()
}

/// Makes the proofs; nothing is printed that could be posted. Each shows the letters to people of that fund's lists, and those
/// alone: what another fund says to its own is not shown to this one.
pub async fn print_proof(store: &Store, campaign: &StoredCampaign, config: &Config, folder: &mut Folder) -> Result<()> {
    let mut letters = letters(store, campaign).await?;
    letters.sort_by_cached_key(|l| PostalKey::of(&l.address));
    if letters.is_empty() {
        return Err(Error::Refused("Il n’y a aucune lettre à montrer : le public est vide.".to_owned()));
    }
    let definition = &campaign.campaign;
    let template = template(definition)?;
    let sha256 = content_sha256(definition);
    let manner = Manner { proof: Some(short_digest(&sha256)), ..manner(config) };
    for ProofFile { fund, path } in proof_files(definition) {
        let of_fund = |list: &usize| definition.lists[*list].contract.fund == fund;
        let theirs = letters.iter().filter(|letter| letter.lists.iter().any(of_fund)).collect();
        let chosen: Vec<_> = extremes(theirs).into_iter().map(|(letter, _)| letter).collect();
        let contracts = || definition.lists.iter().map(|l| &l.contract).filter(|c| c.fund == fund).collect();
        // Of a fund to whose people nobody writes now, the letter that they would get.
        let nobody = chosen.is_empty().then(|| {
            let (invitation, url) = number(0, definition);
            Recipient {
                address: specimen(true, "Madame, Monsieur,"),
                salutation: "Madame, Monsieur,",
                invitation,
                url,
                workshops: definition.offered().take(OFFERED).collect(),
                source: Source::Lists(contracts()),
            }
        });
        let invented = (0..).zip(chosen).map(|(at, letter)| invented(at, letter, definition)).chain(nobody);
        folder
            .write(&path, |out| print_into(&path, &template, definition, config, manner, invented, out).map(|_| ()))?;
    }
    // Last: a proof that was not finished shows nothing.
    folder.write_bytes(SHOWN, sha256.as_bytes())?;
    Ok(())
}

/// Whether the proofs that lie in a folder show what the letters of a campaign say now.
pub fn proof_shows(folder: &Folder, campaign: &Campaign) -> bool {
    let shown = std::fs::read_to_string(folder.root().join(SHOWN));
    let there = proof_files(campaign).iter().all(|file| folder.root().join(&file.path).is_file());
    there && shown.is_ok_and(|shown| shown == content_sha256(campaign))
}

/// The letter of somebody invented who is in the same case.
fn invented<'c>(at: u64, letter: &'c Letter, campaign: &'c Campaign) -> Recipient<'c> {
    let (invitation, url) = number(at, campaign);
    Recipient { address: specimen(letter.couple, letter.salutation), invitation, url, ..recipient(letter, campaign) }
}

/// An invented number, and where its code leads.
fn number(at: u64, campaign: &Campaign) -> (InvitationNumber, String) {
    let invitation = InvitationNumber::draw(at, 0);
    (invitation, format!("{}/i/{}", campaign.public_url, invitation.digits()))
}

/// The first letter of each combination of lists and of each nearest workshop; the longest name, the longest line, the longest
/// address, a couple, a woman and a man alone. Each once, in their order, with why it is there.
pub fn extremes(letters: Vec<&Letter>) -> Vec<(&Letter, Vec<&'static str>)> {
    let mut chosen: BTreeMap<usize, Vec<&'static str>> = BTreeMap::new();
    let longest = |of: &dyn Fn(&Letter) -> usize| {
        let all = letters.iter().enumerate().rev();
        all.max_by_key(|(_, letter)| of(letter)).map(|(at, _)| at)
    };
    let line = |l: &Letter| l.address.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    let greeted = |salutation: &str| letters.iter().position(|l| l.salutation == salutation);
    let special = [
        (longest(&|l| l.address_line_1.chars().count()), "le nom le plus long"),
        (longest(&line), "la ligne d’adresse la plus longue"),
        (longest(&|l| l.address.lines().count()), "l’adresse de plus de lignes"),
        (letters.iter().position(|l| l.couple), "un couple"),
        (greeted("Madame,"), "une femme seule"),
        (greeted("Monsieur,"), "un homme seul"),
    ];
    for (at, why) in special {
        if let Some(at) = at {
            chosen.entry(at).or_default().push(why);
        }
    }
    let (mut lists, mut workshops) = (Vec::new(), Vec::new());
    for (at, letter) in letters.iter().enumerate() {
        if !lists.contains(&letter.lists) || !workshops.contains(&letter.workshops.first()) {
            lists.push(letter.lists.clone());
            workshops.push(letter.workshops.first());
            chosen.entry(at).or_default().push("la première de ses caisses ou de son atelier");
        }
    }
    chosen.into_iter().filter_map(|(at, why)| Some((*letters.get(at)?, why))).collect()
}

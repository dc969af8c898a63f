//! The proof for the funder: a handful of letters with « ÉPREUVE » on every page, of every kind that there is. It says to nobody
//! who is on another's list: names, addresses and numbers are invented.

use super::facts::content_sha256;
use super::files::Folder;
use super::letters::{Letter, letters, recipient};
use super::lots::{manner, print_into, template};
use crate::audience::PostalKey;
use crate::config::Config;
use crate::document::letter::{Manner, Recipient};
use crate::domain::campaign::Campaign;
use crate::domain::number::InvitationNumber;
use crate::service::preview_letter::specimen;
use crate::service::{Error, Result, Store};
use crate::store::campaign::StoredCampaign;

/// Where the proof stands in the campaign's folder.
pub const PROOF: &str = "proof/letters.pdf";
/// Beside it, the digest of the content that it shows.
const SHOWN: &str = "proof/content.sha256";

/// Makes the proof; nothing is printed that could be posted.
pub async fn print_proof(store: &Store, campaign: &StoredCampaign, config: &Config, folder: &mut Folder) -> Result<()> {
    let mut letters = letters(store, campaign).await?;
    letters.sort_by_cached_key(|l| PostalKey::of(&l.address));
    let chosen = extremes(letters);
    if chosen.is_empty() {
        return Err(Error::Refused("Il n’y a aucune lettre à montrer : le public est vide.".to_owned()));
    }
    let definition = &campaign.campaign;
    let template = template(definition)?;
    let manner = Manner { proof: true, ..manner(config) };
    let invented = (0..).zip(&chosen).map(|(at, letter)| invented(at, letter, definition));
    folder.write(PROOF, |out| print_into(PROOF, &template, definition, manner, invented, out).map(|_| ()))?;
    // Last: a proof that was not finished shows nothing.
    folder.write_bytes(SHOWN, content_sha256(definition).as_bytes())?;
    Ok(())
}

/// Whether the proof that lies in a folder shows this content.
pub fn proof_shows(folder: &Folder, sha256: &str) -> bool {
    let shown = std::fs::read_to_string(folder.root().join(SHOWN));
    shown.is_ok_and(|shown| shown == sha256) && folder.root().join(PROOF).is_file()
}

/// The letter of somebody invented who is in the same case.
fn invented<'c>(at: u64, letter: &'c Letter, campaign: &'c Campaign) -> Recipient<'c> {
    let invitation = InvitationNumber::draw(at, 0);
    let url = format!("{}/i/{}", campaign.public_url, invitation.digits());
    Recipient { address: specimen(letter.couple), invitation, url, ..recipient(letter, campaign) }
}

/// The first letter of each combination of lists and of each nearest workshop; the longest name, the longest line, the longest
/// address, a couple and one person. Each once, in their order.
pub fn extremes(letters: Vec<Letter>) -> Vec<Letter> {
    let mut chosen = std::collections::BTreeSet::new();
    let longest = |of: &dyn Fn(&Letter) -> usize| {
        let all = letters.iter().enumerate().rev();
        all.max_by_key(|(_, letter)| of(letter)).map(|(at, _)| at)
    };
    let line = |l: &Letter| l.address.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    chosen.extend(longest(&|l| l.address_line_1.chars().count()));
    chosen.extend(longest(&line));
    chosen.extend(longest(&|l| l.address.lines().count()));
    chosen.extend(letters.iter().position(|l| l.couple));
    chosen.extend(letters.iter().position(|l| !l.couple));
    let (mut lists, mut workshops) = (Vec::new(), Vec::new());
    for (at, letter) in letters.iter().enumerate() {
        if !lists.contains(&letter.lists) || !workshops.contains(&letter.workshops.first()) {
            lists.push(letter.lists.clone());
            workshops.push(letter.workshops.first());
            chosen.insert(at);
        }
    }
    let shown = letters.iter().enumerate().map(|(at, _)| chosen.contains(&at)).collect::<Vec<_>>();
    letters.into_iter().zip(shown).filter(|(_, shown)| *shown).map(|(letter, _)| letter).collect()
}

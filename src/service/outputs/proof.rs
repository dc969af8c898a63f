//! The proof for the funder: a handful of letters with « ÉPREUVE » on every page, the extreme ones among them.

use super::files::Folder;
use super::letters::{Letter, letters};
use super::lots::{manner, print_lot, template};
use crate::audience::PostalKey;
use crate::config::Config;
use crate::document::is_printable;
use crate::document::letter::Manner;
use crate::service::{Error, Result, Store};
use crate::store::campaign::StoredCampaign;

/// Where the proof stands in the campaign's folder.
pub const PROOF: &str = "proof/letters.pdf";

/// Makes the proof; nothing is printed that could be posted.
pub async fn print_proof(store: &Store, campaign: &StoredCampaign, config: &Config, folder: &mut Folder) -> Result<()> {
    let mut letters = letters(store, campaign).await?;
    letters.sort_by_cached_key(|l| PostalKey::of(&l.address));
    letters.retain(|l| is_printable(&l.address_line_1) && l.address.lines().all(is_printable));
    let chosen = extremes(letters);
    if chosen.is_empty() {
        return Err(Error::Refused("Il n’y a aucune lettre à montrer : le public est vide.".to_owned()));
    }
    let definition = &campaign.campaign;
    let template = template(definition)?;
    let manner = Manner { proof: true, ..manner(config) };
    folder.write(PROOF, |out| print_lot(&template, definition, manner, 0, &chosen, out).map(|_| ()))?;
    Ok(())
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

//! Note the letters that came back (NPAI), by the number that stands on them: one after the other, or many at once.

use chrono::{DateTime, Utc};

use super::find_campaign::find_campaign;
use super::people::{delivery_address, living, people};
use super::{Error, Result, Store};
use crate::domain::household;
use crate::domain::id::{CampaignId, HouseholdId, InvitationId, StructureId};
use crate::domain::number::InvitationNumber;
use crate::store;
pub use crate::store::delivery::Delivery;

/// Returned letters a page shows.
const LAST: u64 = 20;

/// What became of the numbers that were typed.
#[derive(Debug, Clone, Default)]
pub struct ReturnsNoted {
    /// Letters noted as returned.
    pub noted: Vec<InvitationNumber>,
    /// What was not, and why.
    pub refused: Vec<(String, String)>,
    /// A lot of which a letter came back, though others are noted as posted and it is not.
    pub unposted: Option<u32>,
}

/// A letter that came back.
#[derive(Debug, Clone)]
pub struct Returned {
    /// Its number.
    pub number: InvitationNumber,
    /// « Yvette et Jean PAGÈS ».
    pub name: String,
    /// The address it did not reach, in a line.
    pub address: String,
}

/// The returned letters of a campaign.
#[derive(Debug, Clone)]
pub struct Returns {
    /// The campaign's name.
    pub campaign: String,
    /// Letters that may come back: those posted, or printed where no lot is noted as posted.
    pub sent: u64,
    /// They are those posted.
    pub posted: bool,
    /// Letters that came back.
    pub returned: u64,
    /// The last of them.
    pub last: Vec<Returned>,
    /// The lists of the campaign, to each of whose funds returns are given.
    pub lists: Vec<Delivery>,
}

/// The returned letters of a campaign, with the last ones.
pub async fn returns(store: &Store, scope: StructureId, slug: &str) -> Result<Returns> {
    let db = store.read();
    let campaign = find_campaign(store, scope, slug).await?;
    let totals = store::audience::letter_totals(db, campaign.id).await?;
    let letters = store::household::returned_letters(db, scope, campaign.id, LAST).await?;
    let ids: Vec<HouseholdId> = letters.iter().map(|l| l.household).collect();
    let households = store::household::by_ids(db, scope, &ids).await?;
    let last = letters.iter().filter_map(|letter| {
        let people = people(households.iter().find(|h| h.id == letter.household)?);
        let living = living(&people);
        let shown = if living.is_empty() { people.iter().map(|p| &p.retiree).collect() } else { living };
        Some(Returned {
            number: letter.number,
            name: household::display_name(&shown),
            address: delivery_address(&shown).map(|a| a.lines().collect::<Vec<_>>().join(", ")).unwrap_or_default(),
        })
    });
    Ok(Returns {
        last: last.collect(),
        campaign: campaign.campaign.name.clone(),
        sent: if totals.posted.0 > 0 { totals.posted.0 } else { totals.letters },
        posted: totals.posted.0 > 0,
        returned: totals.returned,
        lists: store::delivery::of_campaign(db, campaign.id).await?,
    })
}

/// Notes every number in a text as returned. What is no number of a letter of this campaign is said, one by one.
pub async fn note_returns(
    store: &Store,
    scope: StructureId,
    slug: &str,
    typed: &str,
    now: DateTime<Utc>,
) -> Result<ReturnsNoted> {
    let campaign = find_campaign(store, scope, slug).await?.id;
    let (posted, _) = store::audience::letter_totals(store.read(), campaign).await?.posted;
    let mut done = ReturnsNoted::default();
    let mut found: Vec<(InvitationId, HouseholdId)> = Vec::new();
    for typed in numbers_in(typed) {
        match letter(store, scope, campaign, &typed).await? {
            Ok(letter) if letter.again || found.contains(&letter.ids) => {
                done.refused.push((letter.number.to_string(), "Cette lettre est déjà notée comme revenue.".to_owned()));
            }
            Ok(letter) => {
                done.noted.push(letter.number);
                done.unposted = done.unposted.or(letter.unposted.filter(|_| posted > 0));
                found.push(letter.ids);
            }
            Err(why) => done.refused.push((typed, why)),
        }
    }
    if done.noted.is_empty() && done.refused.is_empty() {
        return Err(Error::Refused("Tapez le numéro d’une lettre revenue, ou collez-en plusieurs.".to_owned()));
    }
    store
        .write(move |tx| {
            let found = found.clone();
            Box::pin(async move {
                for (invitation, household) in found {
                    store::household::report_wrong_address(tx, scope, household, now).await?;
                    store::household::report_returned(tx, scope, invitation, now).await?;
                }
                Ok::<_, Error>(())
            })
        })
        .await?;
    Ok(done)
}

/// Takes a returned letter back: it was noted by mistake.
pub async fn undo(store: &Store, scope: StructureId, slug: &str, typed: &str) -> Result<InvitationNumber> {
    let campaign = find_campaign(store, scope, slug).await?.id;
    let letter = letter(store, scope, campaign, typed).await?.map_err(Error::Refused)?;
    let (invitation, household) = letter.ids;
    store
        .write(move |tx| {
            Box::pin(async move {
                Ok::<_, Error>(store::household::take_back_return(tx, scope, invitation, household).await?)
            })
        })
        .await?;
    Ok(letter.number)
}

struct Letter {
    number: InvitationNumber,
    ids: (InvitationId, HouseholdId),
    /// It has come back already.
    again: bool,
    /// Its lot is not noted as posted.
    unposted: Option<u32>,
}

/// The letter of this campaign with this number, or why there is none.
async fn letter(
    store: &Store,
    scope: StructureId,
    campaign: CampaignId,
    typed: &str,
) -> Result<std::result::Result<Letter, String>> {
    let number = match InvitationNumber::parse(typed) {
        Ok(number) => number,
        Err(mistyped) => return Ok(Err(mistyped.0)),
    };
    let found = store::household::by_number(store.read(), number).await?;
    let Some((invited, _)) = found.filter(|(_, owner)| *owner == scope) else {
        return Ok(Err("Le numéro est bien formé, mais aucune lettre ne le porte.".to_owned()));
    };
    let household = store::household::by_ids(store.read(), scope, &[invited.household]).await?.pop();
    if household.is_none_or(|h| h.campaign != campaign) {
        return Ok(Err("Cette lettre est d’une autre campagne : notez-la là-bas.".to_owned()));
    }
    if invited.letter.is_none() {
        return Ok(Err("La lettre de ce numéro n’est pas encore imprimée.".to_owned()));
    }
    let unposted = invited.letter.map(|(lot, _)| lot).filter(|_| invited.posted_on.is_none());
    Ok(Ok(Letter { number, ids: (invited.invitation, invited.household), again: invited.returned, unposted }))
}

/// The numbers in a text: one a line, or separated by commas, semicolons or tabs, or by blanks where each is whole.
fn numbers_in(text: &str) -> Vec<String> {
    let pieces = text.split(['\n', '\r', ';', ',', '\t']).map(str::trim).filter(|piece| !piece.is_empty());
    let mut numbers = Vec::new();
    for piece in pieces {
        let words: Vec<&str> = piece.split_whitespace().collect();
        let whole = |word: &&str| word.len() == 8 || word.len() == 10;
        if words.len() > 1 && words.iter().all(whole) {
            numbers.extend(words.into_iter().map(str::to_owned));
        } else {
            numbers.push(piece.to_owned());
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_pasted() {
        assert_eq!(numbers_in("48 27 15 36\r\n\n48271545;48271554"), ["48 27 15 36", "48271545", "48271554"]);
        assert_eq!(numbers_in("48271536 48271545"), ["48271536", "48271545"]);
        assert_eq!(numbers_in(" \n"), [""; 0]);
    }
}

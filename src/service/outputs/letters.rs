//! Which letters there are: one a household that is written to now, can be reached and is alive.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use super::facts::printed_from;
use super::lots::{lot_of, posted_lots};
use crate::audience::Nearest;
use crate::document::letter::{self, LetterFacts, Recipient, Source};
use crate::domain::address::PostalAddress;
use crate::domain::campaign::Campaign;
use crate::domain::commune::Gazetteer;
use crate::domain::contract::Contract;
use crate::domain::envelope::Window;
use crate::domain::household;
use crate::domain::id::{DeliveryId, HouseholdId, InvitationId};
use crate::domain::number::InvitationNumber;
use crate::service::people::{Person, delivery_address, is_known_wrong, living, people};
use crate::service::{Result, Store};
use crate::store;
use crate::store::campaign::StoredCampaign;
use crate::store::household::{HouseholdRows, Invited};

/// One letter to print.
pub struct Letter {
    /// Its invitation.
    pub invitation: InvitationId,
    /// The number on it.
    pub number: InvitationNumber,
    /// Whom it is for.
    pub household: HouseholdId,
    /// Its lot and position, where it is printed already.
    pub place: Option<(u32, u32)>,
    /// What its pages showed when it was printed.
    pub content: Option<String>,
    /// It was posted: it is not printed again.
    pub posted: bool,
    /// Where it goes.
    pub address: PostalAddress,
    /// It is for two people.
    pub couple: bool,
    /// The first line of its address.
    pub address_line_1: String,
    /// How it begins.
    pub salutation: &'static str,
    /// The lists that named somebody of the household.
    pub lists: Vec<usize>,
    /// The workshops it invites to.
    pub workshops: Vec<usize>,
}

/// A printed letter that must not go out any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    /// Its lot.
    pub lot: u32,
    /// Its position in the lot.
    pub position: u32,
    /// Its invitation's number, where the letter was not replaced by another.
    pub number: Option<InvitationNumber>,
    /// Why, in French.
    pub why: String,
}

impl Withdrawn {
    /// « lettre 118 (numéro 48 27 15 36) », within its lot.
    pub fn named(&self) -> String {
        let number = self.number.map_or_else(String::new, |number| format!(" (numéro {number})"));
        format!("lettre {}{number}", self.position)
    }
}

/// Households whose rows are read at a time.
const AT_ONCE: usize = 5000;

/// The printed letters that must not go out: since they were printed, the desk was told of a death, an opposition or a
/// wrong address, or a list that came in says so.
pub async fn withdrawn(store: &Store, campaign: &StoredCampaign) -> Result<Vec<Withdrawn>> {
    let (db, scope) = (store.read(), campaign.structure);
    let later = lists_since(store, campaign).await?;
    let any_later: BTreeSet<_> = later.values().flatten().copied().collect();
    let reported = store::household::reported_with_letters(db, scope, campaign.id, &any_later).await?;
    let (mut households, mut invited) = (Vec::new(), HashMap::new());
    for ids in reported.chunks(AT_ONCE) {
        households.extend(store::household::by_ids(db, scope, ids).await?);
        let of_them = store::household::invitations(db, scope, ids).await?;
        invited.extend(of_them.into_iter().map(|i| (i.household, i)));
    }
    let mut withdrawn = Vec::new();
    for household in households {
        let Some(invited) = invited.get(&household.id) else { continue };
        let (Some((lot, position)), Some(printed)) = (invited.letter, invited.printed_at) else { continue };
        if invited.posted_on.is_some() {
            continue;
        }
        let since = |told: Option<DateTime<Utc>>| told.is_some_and(|told| told > printed);
        let why = if household.rows.iter().any(|row| since(row.opposed_post)) {
            "ne veut plus de courrier"
        } else if household.rows.iter().any(|row| since(row.opposition_doubt)) {
            "opposition à vérifier"
        } else if household.rows.iter().any(|row| since(row.death_reported)) {
            "décès signalé"
        } else if since(household.wrong_address) {
            "adresse signalée fausse"
        } else if let Some(why) = later.get(&lot).and_then(|later| told_by_list(&household, later)) {
            why
        } else {
            continue;
        };
        withdrawn.push(Withdrawn { lot, position, number: Some(invited.number), why: why.to_owned() });
    }
    withdrawn.sort_by_key(|w| (w.lot, w.position));
    Ok(withdrawn)
}

/// All copies to take out of the lots before they are posted: of letters that must not go out, and void ones.
pub async fn to_take_out(store: &Store, campaign: &StoredCampaign) -> Result<Vec<Withdrawn>> {
    let mut copies = withdrawn(store, campaign).await?;
    copies.extend(void_copies(store, campaign).await?);
    copies.sort_by_key(|copy| (copy.lot, copy.position));
    Ok(copies)
}

/// The lists that came in after the letters of each lot were printed.
async fn lists_since(store: &Store, campaign: &StoredCampaign) -> Result<HashMap<u32, BTreeSet<DeliveryId>>> {
    let db = store.read();
    let lists = store::delivery::of_campaign(db, campaign.id).await?;
    let issued = store::output::of_campaign(db, campaign.id).await?;
    let since = issued.iter().filter_map(|output| {
        let (lot, known) = (lot_of(&output.path)?, printed_from(&output.facts)?);
        Some((lot, lists.iter().filter(|list| !known.contains(&list.list.sha256)).map(|list| list.id).collect()))
    });
    Ok(since.collect())
}

/// Why lists that came in later stop a household's letter.
fn told_by_list(household: &HouseholdRows, later: &BTreeSet<DeliveryId>) -> Option<&'static str> {
    let mut then = household.clone();
    then.rows.retain(|row| !later.contains(&row.delivery));
    let (then, now) = (people(&then), people(household));
    let has_died = |person: &Person| now.iter().any(|same| same.id == person.id && same.deceased);
    if then.iter().any(|person| !person.deceased && has_died(person)) {
        return Some("décès signalé par une liste");
    }
    let adults = living(&then);
    let address = delivery_address(&adults).filter(|address| address.not_mailable.is_none())?;
    is_known_wrong(household, address).then_some("adresse signalée fausse par une liste")
}

/// The same as lines to read, those of a lot with one reason together: « Lot 1, lettres 1 à 12, 14 : à jour dans le lot 6 ».
pub fn told_together(withdrawn: &[Withdrawn]) -> Vec<String> {
    let mut groups: Vec<(&Withdrawn, Vec<(u32, u32)>)> = Vec::new();
    for letter in withdrawn {
        let of_group = |(first, _): &&mut (&Withdrawn, _)| first.lot == letter.lot && first.why == letter.why;
        match groups.iter_mut().find(of_group) {
            Some((_, ranges)) => match ranges.last_mut() {
                Some((_, last)) if *last + 1 == letter.position => *last = letter.position,
                _ => ranges.push((letter.position, letter.position)),
            },
            None => groups.push((letter, vec![(letter.position, letter.position)])),
        }
    }
    let line = |(letter, ranges): (&Withdrawn, Vec<(u32, u32)>)| {
        let several = ranges.len() > 1 || ranges.iter().any(|(first, last)| first < last);
        let range = |(first, last): (u32, u32)| match last - first {
            0 => first.to_string(),
            1 => format!("{first}, {last}"),
            _ => format!("{first} à {last}"),
        };
        let ranges: Vec<_> = ranges.into_iter().map(range).collect();
        let s = if several { "s" } else { "" };
        format!("Lot {}, lettre{s} {} : {}", letter.lot, ranges.join(", "), letter.why)
    };
    groups.into_iter().map(line).collect()
}

/// The copies that lie in lots still to be posted, and that another letter has replaced or nobody gets any more.
pub async fn void_copies(store: &Store, campaign: &StoredCampaign) -> Result<Vec<Withdrawn>> {
    let db = store.read();
    let posted = posted_lots(store, campaign).await?;
    let void = store::letter::voids(db, campaign.structure, campaign.id).await?.into_iter();
    let copies = void.filter(|void| !posted.contains(&void.lot)).map(|void| Withdrawn {
        lot: void.lot,
        position: void.position,
        number: None,
        why: match void.replaced_by {
            Some((lot, _)) => format!("à jour dans le lot {lot}"),
            None => "plus de destinataire".to_owned(),
        },
    });
    Ok(copies.collect())
}

/// The letters of everybody who is written to now, can be reached and is alive.
pub async fn letters(store: &Store, campaign: &StoredCampaign) -> Result<Vec<Letter>> {
    let db = store.read();
    let invited = store::household::invitations_of_campaign(db, campaign.id).await?;
    let households = store::household::of_campaign(db, campaign.id).await?;
    letters_to(store, campaign, households, invited).await
}

/// The first letter of a lot that still may go out.
pub async fn first_of_lot(store: &Store, campaign: &StoredCampaign, lot: u32) -> Result<Option<Letter>> {
    /// Letters that are looked at: of the first ones some may be withdrawn.
    const FIRST: u64 = 20;
    let (db, scope) = (store.read(), campaign.structure);
    let first = store::letter::first_of_lot(db, scope, campaign.id, lot, FIRST).await?;
    let ids: Vec<_> = store::household::of_invitations(db, &first).await?.into_values().collect();
    let households = store::household::by_ids(db, scope, &ids).await?;
    let invited = store::household::invitations(db, scope, &ids).await?;
    let letters = letters_to(store, campaign, households, invited).await?;
    Ok(letters.into_iter().filter(|l| l.place.is_some_and(|(of, _)| of == lot)).min_by_key(|l| l.place))
}

/// The letters to those of these households that are written to now, can be reached and are alive.
async fn letters_to(
    store: &Store,
    campaign: &StoredCampaign,
    households: Vec<HouseholdRows>,
    invited: Vec<Invited>,
) -> Result<Vec<Letter>> {
    let db = store.read();
    let audience = store::audience::of_campaign(db, campaign.id).await?.unwrap_or_default();
    let invited: HashMap<_, _> = invited.into_iter().map(|i| (i.household, i)).collect();
    let households: HashMap<_, _> = households.into_iter().map(|h| (h.id, h)).collect();
    let lists = store::delivery::of_campaign(db, campaign.id).await?;
    let lists: HashMap<DeliveryId, usize> = lists.iter().enumerate().map(|(at, d)| (d.id, at)).collect();
    let workshops = &campaign.campaign.workshops;
    let nearest = Nearest::new(Gazetteer::embedded(), workshops, &campaign.campaign.audience);
    let mut chosen: Vec<_> = audience.now.iter().filter_map(|id| households.get(id)).collect();
    // Letters to one door lie in chance order, whatever order the database gives.
    chosen.sort_by(|a, b| (&a.draw_order, a.id).cmp(&(&b.draw_order, b.id)));
    let letters = chosen.into_iter().filter_map(|household| {
        let id = &household.id;
        let invited = invited.get(id)?;
        let people = people(household);
        // Who objected after the draw is not written to either.
        if household.wrong_address.is_some() || people.iter().any(Person::gets_no_letter) {
            return None;
        }
        let adults = living(&people);
        let address = delivery_address(&adults).filter(|address| address.not_mailable.is_none())?;
        let ranked = nearest.from(address.commune?);
        let mut named: Vec<_> = household.rows.iter().filter_map(|r| lists.get(&r.delivery).copied()).collect();
        named.sort_unstable();
        named.dedup();
        Some(Letter {
            invitation: invited.invitation,
            number: invited.number,
            household: *id,
            place: invited.letter,
            content: invited.content.clone(),
            posted: invited.posted_on.is_some(),
            couple: adults.len() > 1,
            address_line_1: household::address_line_1(&adults),
            salutation: household::salutation(&adults),
            address: address.clone(),
            lists: named,
            workshops: ranked
                .into_iter()
                .map(|(at, _)| at)
                .filter(|at| campaign.campaign.is_offered(&workshops[*at]))
                .take(letter::OFFERED)
                .collect(),
        })
    });
    Ok(letters.collect())
}

/// What all letters of a campaign say, with the address where the settings put it.
pub fn letter_facts(campaign: &Campaign, window: Window) -> LetterFacts<'_> {
    LetterFacts {
        structure: &campaign.structure,
        posting_day: campaign.posting_day,
        reply_by: campaign.reply_by,
        public_url: &campaign.public_url,
        funders: &campaign.funders,
        window,
    }
}

/// What a letter says, for the press.
pub fn recipient<'a>(letter: &'a Letter, campaign: &'a Campaign) -> Recipient<'a> {
    let lines = letter.address.lines().map(str::to_owned);
    let contracts: Vec<&Contract> = letter.lists.iter().map(|at| &campaign.lists[*at].contract).collect();
    Recipient {
        address: std::iter::once(letter.address_line_1.clone()).chain(lines).collect(),
        salutation: letter.salutation,
        invitation: letter.number,
        url: format!("{}/i/{}", campaign.public_url, letter.number.digits()),
        workshops: letter.workshops.iter().map(|at| &campaign.workshops[*at]).collect(),
        source: Source::Lists(contracts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_with_one_reason_are_told_together() {
        let letter = |lot, position, why: &str| Withdrawn { lot, position, number: None, why: why.to_owned() };
        let mut withdrawn: Vec<_> = (1..=500).map(|at| letter(1, at, "à jour dans le lot 6")).collect();
        withdrawn[6].why = "décès signalé".to_owned();
        withdrawn.extend([letter(2, 3, "décès signalé"), letter(2, 4, "décès signalé")]);
        assert_eq!(
            told_together(&withdrawn),
            [
                "Lot 1, lettres 1 à 6, 8 à 500 : à jour dans le lot 6",
                "Lot 1, lettre 7 : décès signalé",
                "Lot 2, lettres 3, 4 : décès signalé",
            ]
        );
    }
}

//! Find a household from what a caller says: invitation number, name, phone or commune. Desk only.

use chrono::{DateTime, NaiveDate, Utc};

use super::list_workshops::{self, WorkshopSeats};
use super::people::{Person, delivery_address, living, people};
use super::{Error, Result, local};
use crate::domain::address::PostalAddress;
use crate::domain::commune::{Gazetteer, InseeCode};
use crate::domain::household;
use crate::domain::id::{DeliveryId, HouseholdId, RetireeId, StructureId, WorkshopId};
use crate::domain::number::InvitationNumber;
use crate::domain::opposition::Channels;
use crate::domain::phone::Phone;
use crate::identity;
use crate::store::household::{HouseholdRows, Invited};
use crate::store::registration::Registration;
use crate::store::{self, Store};

/// Households a search shows; a longer list helps nobody on the phone.
const MOST_FOUND: u64 = 20;

/// What a search gives.
#[derive(Debug, Clone)]
pub enum Found {
    /// One household.
    One(Box<HouseholdCard>),
    /// Several, by name; `more` where not all are shown.
    Several {
        /// The households.
        lines: Vec<HouseholdLine>,
        /// There are more.
        more: bool,
    },
    /// The number of a mailing without names: all that is known is the commune, by name.
    Commune(InvitationNumber, String),
    /// None; why, and what to do.
    Nothing(String),
}

/// A household in a list of results.
#[derive(Debug, Clone)]
pub struct HouseholdLine {
    /// Its identifier.
    pub id: HouseholdId,
    /// « Yvette et Jean PAGÈS ».
    pub name: String,
    /// The address without line 1.
    pub address: String,
    /// Ages on the day, where known.
    pub ages: Vec<i32>,
}

/// All that the desk needs for a call.
#[derive(Debug, Clone)]
pub struct HouseholdCard {
    /// Its identifier.
    pub id: HouseholdId,
    /// « Yvette et Jean PAGÈS ».
    pub name: String,
    /// The address without line 1.
    pub address: String,
    /// The people.
    pub people: Vec<PersonCard>,
    /// The funds whose lists named them, with the purge date.
    pub funds: Vec<(String, NaiveDate)>,
    /// The invitation and its letter.
    pub invited: Option<Invited>,
    /// The day letters were posted.
    pub posted_on: Option<NaiveDate>,
    /// The caller gave the number, as opposed to a name.
    pub by_number: bool,
    /// Registrations of the household.
    pub registrations: Vec<Registration>,
    /// The workshops that can still be joined, nearest first.
    pub workshops: Vec<WorkshopSeats>,
    /// The commune's name, for « sa commune ».
    pub town: Option<String>,
}

/// A person of a household.
#[derive(Debug, Clone)]
pub struct PersonCard {
    /// The person.
    pub id: RetireeId,
    /// First name.
    pub first_name: String,
    /// Surname in use.
    pub last_name: String,
    /// Age on the day.
    pub age: Option<i32>,
    /// Phone, from the list.
    pub phone: Option<Phone>,
    /// They have died, says the list or a caller.
    pub deceased: bool,
    /// What they have closed.
    pub opposed: Channels,
    /// Somebody must still say whether they are one who is opposed.
    pub in_doubt: bool,
}

/// Finds households by what was typed into the desk's one field.
pub async fn find(store: &Store, scope: StructureId, typed: &str, now: DateTime<Utc>) -> Result<Found> {
    let typed = typed.trim();
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    let letters = typed.chars().any(char::is_alphabetic);
    if typed.is_empty() {
        return Ok(Found::Nothing("Tapez un numéro d’invitation, un nom, un téléphone ou une commune.".to_owned()));
    }
    if !letters && let Ok(phone) = Phone::parse(typed) {
        let found = store::household::by_phone(store.read(), scope, &phone, MOST_FOUND + 1).await?;
        return show(store, scope, found, false, now, || {
            format!("Aucun foyer n’a le téléphone {phone} dans les listes. Demandez le nom.")
        })
        .await;
    }
    if !letters && digits >= 6 {
        let number = match InvitationNumber::parse(typed) {
            Ok(number) => number,
            Err(mistyped) => return Ok(Found::Nothing(format!("{mistyped} Sinon, le nom suffit."))),
        };
        let found = store::household::by_number(store.read(), number).await?;
        let found = found.filter(|(_, owner)| *owner == scope).map(|(invited, _)| invited.household);
        if found.is_none()
            && let Some(of) = store::blind::by_number(store.read(), number).await?.filter(|of| of.structure == scope)
        {
            let name = Gazetteer::embedded().get(of.commune).map_or_else(String::new, |commune| commune.name.clone());
            return Ok(Found::Commune(number, name));
        }
        return show(store, scope, found.into_iter().collect(), true, now, || {
            format!("Le numéro {number} est bien formé, mais aucune lettre ne le porte. Demandez le nom.")
        })
        .await;
    }
    let key = identity::search_key(typed);
    let words: Vec<_> = key.split_whitespace().collect();
    let found = store::household::search(store.read(), scope, &words, MOST_FOUND + 1).await?;
    show(store, scope, found, false, now, || {
        format!("Aucun foyer ne correspond à « {typed} ». Essayez le nom seul, le nom de naissance ou la commune.")
    })
    .await
}

/// The household whose letter carries this number, as it was typed.
pub async fn of_number(store: &Store, scope: StructureId, typed: &str) -> Result<HouseholdId> {
    let number = InvitationNumber::parse(typed).map_err(|mistyped| Error::Refused(mistyped.0))?;
    let found = store::household::by_number(store.read(), number).await?;
    let found = found.filter(|(_, owner)| *owner == scope).map(|(invited, _)| invited.household);
    found.ok_or_else(|| {
        Error::Refused(format!(
            "Le numéro {number} est bien formé, mais aucune lettre ne le porte. Cherchez par le nom."
        ))
    })
}

/// The card of a household the desk picked from a list.
pub async fn card(
    store: &Store,
    scope: StructureId,
    household: HouseholdId,
    by_number: bool,
    now: DateTime<Utc>,
) -> Result<Option<HouseholdCard>> {
    let Some(found) = store::household::by_ids(store.read(), scope, &[household]).await?.pop() else { return Ok(None) };
    let today = local(now).date();
    let people = people(&found);
    let living = living(&people);
    let shown = if living.is_empty() { people.iter().map(|p| &p.retiree).collect() } else { living };
    let address = delivery_address(&shown);
    let invited = store::household::invitations(store.read(), scope, &[household]).await?.pop();
    let invitations: Vec<_> = invited.iter().map(|i| i.invitation).collect();
    let registrations = store::registration::of_household(store.read(), scope, household, &invitations).await?;
    let campaign = store::campaign::by_id(store.read(), scope, found.campaign).await?;
    let funds = funds(&found, store::delivery::of_campaign(store.read(), found.campaign).await?);
    let mut workshops = list_workshops::of_structure(store, scope, now).await?;
    workshops.retain(|w| w.workshop.sessions.last().is_some_and(|s| s.ends > local(now)));
    if let Some(commune) = address.and_then(|a| a.commune) {
        list_workshops::nearest_first(&mut workshops, commune);
    }
    Ok(Some(HouseholdCard {
        id: found.id,
        name: household::display_name(&shown),
        address: address.map(in_a_line).unwrap_or_default(),
        town: address.and_then(|a| a.commune).and_then(town_name),
        people: people.iter().map(|person| person_card(person, today)).collect(),
        funds,
        posted_on: invited.as_ref().and(campaign.map(|c| c.campaign.posting_day)),
        invited,
        by_number,
        registrations,
        workshops,
    }))
}

/// Workshops a person may still join, for a caller whom no list knows; nearest first where a commune is given.
pub async fn workshops_for_unknown(
    store: &Store,
    scope: StructureId,
    commune: &str,
    now: DateTime<Utc>,
) -> Result<Vec<WorkshopSeats>> {
    let mut workshops = list_workshops::of_structure(store, scope, now).await?;
    workshops.retain(|w| w.workshop.sessions.last().is_some_and(|s| s.ends > local(now)));
    if let Some(commune) =
        Some(commune).filter(|c| !c.trim().is_empty()).and_then(|c| list_workshops::commune_of(c, &workshops))
    {
        list_workshops::nearest_first(&mut workshops, commune.code);
    }
    Ok(workshops)
}

/// The registrations at a workshop, for the desk.
pub async fn registrations_at(store: &Store, scope: StructureId, workshop: WorkshopId) -> Result<Vec<Registration>> {
    Ok(store::registration::of_workshops(store.read(), scope, &[workshop]).await?)
}

async fn show(
    store: &Store,
    scope: StructureId,
    mut found: Vec<HouseholdId>,
    by_number: bool,
    now: DateTime<Utc>,
    nothing: impl FnOnce() -> String,
) -> Result<Found> {
    if let [only] = found.as_slice() {
        let card = card(store, scope, *only, by_number, now).await?;
        return Ok(card.map_or_else(|| Found::Nothing(nothing()), |card| Found::One(Box::new(card))));
    }
    if found.is_empty() {
        return Ok(Found::Nothing(nothing()));
    }
    let more = found.len() as u64 > MOST_FOUND;
    found.truncate(usize::try_from(MOST_FOUND).unwrap_or(usize::MAX));
    let today = local(now).date();
    let mut lines: Vec<_> = store::household::by_ids(store.read(), scope, &found)
        .await?
        .iter()
        .map(|household| {
            let people = people(household);
            let shown: Vec<_> = people.iter().map(|p| &p.retiree).collect();
            HouseholdLine {
                id: household.id,
                name: household::display_name(&shown),
                address: delivery_address(&shown).map(in_a_line).unwrap_or_default(),
                ages: shown.iter().filter_map(|r| r.birth.age_on(today)).collect(),
            }
        })
        .collect();
    lines.sort_by_key(|line| found.iter().position(|id| *id == line.id));
    Ok(Found::Several { lines, more })
}

fn funds(household: &HouseholdRows, deliveries: Vec<store::delivery::Delivery>) -> Vec<(String, NaiveDate)> {
    let named: Vec<DeliveryId> = household.rows.iter().map(|r| r.delivery).collect();
    deliveries
        .into_iter()
        .filter(|d| named.contains(&d.id))
        .map(|d| (d.list.contract.fund, d.list.contract.purge_on))
        .collect()
}

fn person_card(person: &Person, today: NaiveDate) -> PersonCard {
    PersonCard {
        id: person.id,
        first_name: person.retiree.first_name.clone(),
        last_name: person.retiree.usage_name.clone(),
        age: person.retiree.birth.age_on(today),
        phone: person.retiree.phone.clone(),
        deceased: person.deceased,
        opposed: person.opposed,
        in_doubt: person.in_doubt,
    }
}

fn in_a_line(address: &PostalAddress) -> String {
    address.lines().collect::<Vec<_>>().join(", ")
}

fn town_name(code: InseeCode) -> Option<String> {
    Gazetteer::embedded().get(code).map(|c| c.name.clone())
}

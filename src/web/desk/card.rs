//! A household and the workshops it can join, as the desk sees them.

use serde::Serialize;

use super::cancel::RegistrationView;
use crate::domain::calendar;
use crate::domain::id::HouseholdId;
use crate::domain::opposition::Channels;
use crate::service::find_household::{HouseholdCard, HouseholdLine, PersonCard};
use crate::service::list_workshops::WorkshopSeats;
use crate::web::view::WorkshopView;

/// A household.
#[derive(Debug, Serialize)]
pub struct CardView {
    id: HouseholdId,
    name: String,
    address: String,
    ages: String,
    /// « Courrier du 11 janvier 2027 · lot 3, lettre 118 ».
    letter: Option<String>,
    number: Option<String>,
    returned: bool,
    /// « Adresse confiée par l’Agirc-Arrco · à effacer le 30 juin 2027 ».
    funds: Vec<String>,
    living: Vec<PersonView>,
    /// Two can oppose, each for themselves.
    couple: bool,
    dead: Vec<String>,
    /// « Ne veut plus de courrier », one for each channel that is closed.
    opposed: Vec<String>,
    /// Everybody has closed every channel.
    closed: bool,
    in_doubt: bool,
    by_number: bool,
    registrations: Vec<RegistrationView>,
}

#[derive(Debug, Serialize)]
struct PersonView {
    id: String,
    name: String,
}

/// A household among others.
#[derive(Debug, Serialize)]
pub struct LineView {
    id: HouseholdId,
    name: String,
    address: String,
    ages: String,
}

/// A workshop to choose.
#[derive(Debug, Serialize)]
pub struct ChoiceView {
    workshop: WorkshopView,
    chosen: bool,
    begun: bool,
    /// It is in the household's own commune.
    home: bool,
    /// The address that chooses it.
    href: String,
}

impl From<&HouseholdCard> for CardView {
    fn from(card: &HouseholdCard) -> Self {
        let name = |first: &str, last: &str| format!("{first} {last}");
        let (dead, living): (Vec<_>, Vec<_>) = card.people.iter().partition(|p| p.deceased);
        Self {
            id: card.id,
            name: card.name.clone(),
            address: card.address.clone(),
            ages: ages(living.iter().filter_map(|p| p.age)),
            letter: letter(card),
            number: card.invited.as_ref().map(|i| i.number.to_string()),
            returned: card.invited.as_ref().is_some_and(|i| i.returned),
            funds: card
                .funds
                .iter()
                .map(|(fund, purge)| {
                    format!("Adresse confiée par {fund} · à effacer le {}", calendar::short_date(*purge))
                })
                .collect(),
            living: living
                .iter()
                .map(|p| PersonView { id: p.id.to_string(), name: name(&p.first_name, &p.last_name) })
                .collect(),
            dead: dead.iter().map(|p| name(&p.first_name, &p.last_name)).collect(),
            closed: card.people.iter().all(|p| p.opposed == Channels::ALL),
            opposed: closed_channels(&card.people),
            couple: living.len() > 1,
            in_doubt: card.people.iter().any(|p| p.in_doubt),
            by_number: card.by_number,
            registrations: registrations(card),
        }
    }
}

impl From<&HouseholdLine> for LineView {
    fn from(line: &HouseholdLine) -> Self {
        let (name, address) = (line.name.clone(), line.address.clone());
        Self { id: line.id, name, address, ages: ages(line.ages.iter().copied()) }
    }
}

/// The address of a household's card. That the caller gave the number is kept from page to page: what they register for
/// next came by it too.
pub fn card_address(household: HouseholdId, by_number: bool) -> String {
    let by_number = if by_number { "&par_numero=oui" } else { "" };
    format!("/accueil?foyer={household}{by_number}")
}

/// The workshops with the one that is chosen: `wanted`, or the first that has a seat, or the first. `town` is the
/// caller's commune; `href` makes the address that chooses a slug.
pub fn choices(
    workshops: &[WorkshopSeats],
    wanted: &str,
    town: Option<&str>,
    href: impl Fn(&str) -> String,
) -> Vec<ChoiceView> {
    let chosen = chosen(workshops, wanted).map(|w| w.id);
    workshops
        .iter()
        .map(|w| ChoiceView {
            workshop: WorkshopView::from(w),
            chosen: chosen == Some(w.id),
            begun: w.begun,
            home: town == Some(w.workshop.venue.town.as_str()),
            href: href(&w.workshop.slug),
        })
        .collect()
}

/// The workshop that the form registers for.
pub fn chosen<'w>(workshops: &'w [WorkshopSeats], wanted: &str) -> Option<&'w WorkshopSeats> {
    let named = workshops.iter().find(|w| w.workshop.slug == wanted);
    named.or_else(|| workshops.iter().find(|w| !w.begun && w.open_seats > 0)).or_else(|| workshops.first())
}

/// What is closed, and by whom where it is not everybody.
fn closed_channels(people: &[PersonCard]) -> Vec<String> {
    let by_channel = (0..Channels::default().each().len()).filter_map(|at| {
        let (closed, open): (Vec<_>, Vec<_>) = people.iter().partition(|p| p.opposed.each()[at].1);
        let what = match Channels::ALL.each()[at].0 {
            "post" => "de courrier",
            "email" => "d’e-mails",
            _ => "d’appels",
        };
        let first = closed.first()?;
        Some(match open.is_empty() {
            true => format!("Ne veut plus {what}"),
            false => format!("{} {} ne veut plus {what}", first.first_name, first.last_name),
        })
    });
    by_channel.collect()
}

fn letter(card: &HouseholdCard) -> Option<String> {
    let invited = card.invited.as_ref()?;
    Some(match (card.posted_on, invited.letter) {
        (Some(day), Some((lot, position))) => {
            format!("Courrier du {} · lot {lot}, lettre {position}", calendar::short_date(day))
        }
        _ => "Courrier pas encore imprimé".to_owned(),
    })
}

fn registrations(card: &HouseholdCard) -> Vec<RegistrationView> {
    let found = card.registrations.iter().filter_map(|registration| {
        let workshop = card.workshops.iter().find(|w| w.id == registration.workshop)?;
        Some(RegistrationView::of(registration, &workshop.workshop))
    });
    found.collect()
}

/// « 79 et 81 ans », or nothing.
fn ages(known: impl Iterator<Item = i32>) -> String {
    let known: Vec<_> = known.map(|age| age.to_string()).collect();
    if known.is_empty() { String::new() } else { format!("{}\u{a0}ans", known.join(" et ")) }
}

//! What several pages show alike: the frame around a page, whom to call, a workshop.

use serde::Serialize;

use crate::domain::calendar;
use crate::domain::structure::Structure;
use crate::domain::workshop::Workshop;
use crate::service::list_workshops::WorkshopSeats;
use crate::service::log_in::User;

/// The frame around a page.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Shell {
    /// For everybody.
    Public {
        /// The structure, where the page belongs to one.
        contact: Option<Contact>,
    },
    /// For who is logged in.
    Staff {
        /// The structure's name.
        structure: String,
        /// Where one can go.
        links: Vec<NavLink>,
    },
}

/// Whom to call.
#[derive(Debug, Clone, Serialize)]
pub struct Contact {
    name: String,
    phone: String,
    tel: String,
    hours: String,
    data_email: String,
}

/// A place in the navigation.
#[derive(Debug, Clone, Serialize)]
pub struct NavLink {
    href: &'static str,
    label: &'static str,
    here: bool,
}

/// A room of the staff's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// The phone.
    Phone,
    /// Attendance.
    Attendance,
    /// Campaigns.
    Campaigns,
}

/// A workshop as pages show it.
#[derive(Debug, Clone, Serialize)]
pub struct WorkshopView {
    slug: String,
    topic: String,
    summary: String,
    minimum_age: u8,
    support: String,
    day: String,
    short_day: String,
    rhythm: Option<String>,
    hours: String,
    hour: String,
    venue: String,
    street: String,
    town: String,
    postcode: String,
    directions: String,
    price: String,
    price_note: Option<String>,
    capacity: u16,
    seats: Option<Availability>,
}

/// Seats in words.
#[derive(Debug, Clone, Serialize)]
pub struct Availability {
    full: bool,
    left: u32,
    unit: &'static str,
    taken: u32,
    waiting: u32,
    text: String,
    waiting_text: String,
    /// « 2 en attente ».
    waiting_short: String,
}

impl Shell {
    /// For everybody.
    pub fn public(contact: Option<Contact>) -> Self {
        Self::Public { contact }
    }

    /// For this user, who is in this room.
    pub fn staff(user: &User, here: Room) -> Self {
        let all = [
            (Room::Phone, "/accueil", "Accueil téléphonique", user.role.sees_people()),
            (Room::Attendance, "/accueil/presences", "Présences", user.role.sees_people()),
            (Room::Campaigns, "/bureau", "Campagnes", user.role.sees_campaigns()),
        ];
        let links = all.into_iter().filter(|(_, _, _, open)| *open);
        Self::Staff {
            structure: user.structure_name.clone(),
            links: links.map(|(room, href, label, _)| NavLink { href, label, here: room == here }).collect(),
        }
    }

    /// Its template.
    pub fn template(&self) -> &'static str {
        match self {
            Self::Public { .. } => "shell/public",
            Self::Staff { .. } => "shell/staff",
        }
    }
}

impl From<Structure> for Contact {
    fn from(structure: Structure) -> Self {
        Self {
            name: structure.name,
            phone: structure.phone.to_string(),
            tel: structure.phone.e164().to_owned(),
            hours: structure.hours,
            data_email: structure.data_email,
        }
    }
}

impl WorkshopView {
    /// What it is about.
    pub fn topic(&self) -> &str {
        &self.topic
    }
}

impl From<&Workshop> for WorkshopView {
    fn from(workshop: &Workshop) -> Self {
        let mut price = workshop.price_lines().into_iter();
        let first = workshop.first();
        Self {
            slug: workshop.slug.clone(),
            topic: workshop.topic.clone(),
            summary: workshop.summary.clone(),
            minimum_age: workshop.minimum_age,
            support: workshop.support.clone(),
            day: calendar::long_date(workshop.first_day()),
            short_day: calendar::day_month(workshop.first_day()),
            rhythm: workshop.rhythm(),
            hours: workshop.hours(),
            hour: calendar::hour(first.starts.time()),
            venue: workshop.venue.name.clone(),
            street: workshop.venue.street.clone(),
            town: workshop.venue.town.clone(),
            postcode: workshop.venue.postcode.to_string(),
            directions: workshop.venue.directions.clone(),
            price: price.next().unwrap_or_default(),
            price_note: price.next(),
            capacity: workshop.capacity,
            seats: None,
        }
    }
}

impl From<&WorkshopSeats> for WorkshopView {
    fn from(found: &WorkshopSeats) -> Self {
        Self { seats: Some(Availability::of(found)), ..Self::from(&found.workshop) }
    }
}

impl Availability {
    fn of(found: &WorkshopSeats) -> Self {
        let (left, waiting) = (found.seats_left, found.waiting);
        let waiting_text = match waiting {
            0 => "personne en attente".to_owned(),
            1 => "1\u{a0}inscription en attente".to_owned(),
            many => format!("{many}\u{a0}inscriptions en attente"),
        };
        let text = match left {
            0 => "Complet".to_owned(),
            1 => "1\u{a0}place encore libre".to_owned(),
            many => format!("{many}\u{a0}places encore libres"),
        };
        let taken = u32::from(found.workshop.capacity).saturating_sub(left);
        let unit = if left < 2 { "place" } else { "places" };
        let waiting_short = format!("{waiting}\u{a0}en attente");
        Self { full: left == 0, left, unit, taken, waiting, text, waiting_text, waiting_short }
    }
}

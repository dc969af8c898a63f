//! What several pages show alike: the frame around a page, whom to call, a workshop.

use serde::Serialize;

use crate::domain::calendar;
use crate::domain::structure::Structure;
use crate::domain::workshop::{Session, Workshop};
use crate::service::list_workshops::WorkshopSeats;
use crate::service::log_in::User;

/// The frame around a page.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Shell {
    /// For everybody.
    Public {
        /// The structure's name, where the page belongs to one.
        name: Option<String>,
        /// Whom to call.
        contacts: Vec<Contact>,
    },
    /// For who is logged in.
    Staff {
        /// The structure's name.
        structure: String,
        /// Where one can go.
        links: Vec<NavLink>,
        /// The campaign that the page is about.
        campaign: Option<CampaignNav>,
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
    href: String,
    label: &'static str,
    here: bool,
}

/// A campaign's own navigation.
#[derive(Debug, Clone, Serialize)]
pub struct CampaignNav {
    name: String,
    links: Vec<NavLink>,
}

/// A campaign's pages, in the order of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// What to do next.
    Home,
    /// Workshops, places, funders.
    Workshops,
    /// Lists.
    Lists,
    /// Whom to write to.
    Audience,
    /// Outlets and costs.
    Outlets,
    /// Which channel brought them.
    Channels,
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
    /// Each session in a line, where they differ by more than the week.
    sessions: Vec<String>,
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

/// Seats in words, for who does not have one yet.
#[derive(Debug, Clone, Serialize)]
pub struct Availability {
    /// A newcomer would have to wait.
    full: bool,
    /// « 5 places ».
    left: String,
    taken: u32,
    waiting: u32,
    text: String,
    waiting_text: String,
    /// « 2 en attente ».
    waiting_short: String,
}

impl Shell {
    /// For everybody.
    pub fn public(contacts: Vec<Contact>) -> Self {
        let name = match contacts.as_slice() {
            [only] => Some(only.name.clone()),
            _ => None,
        };
        Self::Public { name, contacts }
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
            links: links
                .map(|(room, href, label, _)| NavLink { href: href.to_owned(), label, here: room == here })
                .collect(),
            campaign: None,
        }
    }

    /// For this user, on a page of the campaign with this short name.
    pub fn campaign(user: &User, slug: &str, name: &str, here: Section) -> Self {
        let all = [
            (Section::Home, "", "Campagne"),
            (Section::Workshops, "/ateliers", "Ateliers"),
            (Section::Lists, "/listes", "Listes"),
            (Section::Audience, "/public", "Public"),
            (Section::Outlets, "/relais", "Relais"),
            (Section::Channels, "/canaux", "Canaux"),
        ];
        let open = |section| user.role.edits_campaigns() || matches!(section, Section::Home | Section::Channels);
        let links = all.into_iter().filter(|(section, ..)| open(*section)).map(|(section, path, label)| NavLink {
            href: format!("/bureau/{slug}{path}"),
            label,
            here: section == here,
        });
        let mut shell = Self::staff(user, Room::Campaigns);
        if let Self::Staff { campaign, .. } = &mut shell {
            *campaign = Some(CampaignNav { name: name.to_owned(), links: links.collect() });
        }
        shell
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
            sessions: if workshop.is_regular() { Vec::new() } else { sessions(workshop) },
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

/// « mardi 2 février, de 14 h à 16 h, Médiathèque de Langogne, 9 place de l’Exemple, Langogne ».
fn sessions(workshop: &Workshop) -> Vec<String> {
    let line = |session: &Session| {
        let (starts, ends) = (calendar::hour(session.starts.time()), calendar::hour(session.ends.time()));
        let venue = workshop.venue_of(session);
        let day = calendar::day_month(session.starts.date());
        format!("{day}, de {starts} à\u{a0}{ends}, {}, {}, {}", venue.name, venue.street, venue.town)
    };
    workshop.sessions.iter().map(line).collect()
}

impl From<&WorkshopSeats> for WorkshopView {
    fn from(found: &WorkshopSeats) -> Self {
        Self { seats: Some(Availability::of(found)), ..Self::from(&found.workshop) }
    }
}

impl Contact {
    /// The number, in pairs.
    pub fn phone(&self) -> &str {
        &self.phone
    }
}

impl Availability {
    fn of(found: &WorkshopSeats) -> Self {
        let (open, waiting) = (found.open_seats, found.waiting);
        Self {
            full: open == 0,
            left: counted(open, "aucune place", "place", "places"),
            taken: u32::from(found.workshop.capacity).saturating_sub(found.seats_left),
            waiting,
            text: counted(open, "Complet", "place encore libre", "places encore libres"),
            waiting_text: counted(waiting, "personne en attente", "inscription en attente", "inscriptions en attente"),
            waiting_short: counted(waiting, "personne en attente", "en attente", "en attente"),
        }
    }
}

/// A number with what it counts, « 1 place » or « 3 places »; `none` stands for zero.
pub fn counted(n: impl Into<u64>, none: &str, one: &str, many: &str) -> String {
    match n.into() {
        0 => none.to_owned(),
        1 => format!("1\u{a0}{one}"),
        n => format!("{n}\u{a0}{many}"),
    }
}

/// A value for a query.
pub fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_agrees_with_its_number() {
        let places = |n: u32| counted(n, "aucune place", "place", "places");
        assert_eq!([0, 1, 2].map(places), ["aucune place", "1\u{a0}place", "2\u{a0}places"]);
    }
}

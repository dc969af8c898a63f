//! A workshop: a course of sessions that one group follows.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};

use super::calendar;
use super::commune::{InseeCode, Postcode};
use super::price::Price;

/// A place where sessions are held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Venue {
    /// Its short name in the campaign. No document shows it, so it is no fact of one.
    #[serde(skip)]
    pub slug: String,
    /// Its name, « Médiathèque de Langogne ».
    pub name: String,
    /// Number and street.
    pub street: String,
    /// How to find it, « parking devant »; may be empty.
    pub directions: String,
    /// Its postcode.
    pub postcode: Postcode,
    /// Its commune's name.
    pub town: String,
    /// Its commune.
    pub commune: InseeCode,
}

/// One session, in local time (Europe/Paris).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// When it begins.
    pub starts: NaiveDateTime,
    /// When it ends.
    pub ends: NaiveDateTime,
    /// Where it is held, if that is not the workshop's place: a digital bus moves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<Venue>,
}

/// A workshop with all that a flyer must say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workshop {
    /// Its name in addresses, unique over the whole installation.
    pub slug: String,
    /// What it is about, « Débuter avec une tablette ».
    pub topic: String,
    /// The topic in one or two words for tight places, « Tablette ».
    pub short_topic: String,
    /// Two sentences on what people do there.
    pub summary: String,
    /// From which age people are invited.
    pub minimum_age: u8,
    /// What a person pays for the whole course.
    pub price: Price,
    /// Seats.
    pub capacity: u16,
    /// Where it is held: the place of its first session.
    pub venue: Venue,
    /// Its sessions in order, at least one. The first has no place of its own.
    pub sessions: Vec<Session>,
    /// Who pays for it, as on the flyer: « avec le soutien de l’Agirc-Arrco »; may be empty.
    pub support: String,
    /// The short name of the campaign's funder who pays, where one does. No document shows it.
    #[serde(skip)]
    pub funder: Option<String>,
}

impl Workshop {
    /// The first session.
    ///
    /// # Panics
    /// If the workshop has no session, which no way of making one allows.
    pub fn first(&self) -> &Session {
        &self.sessions[0]
    }

    /// Sets the sessions, each with its place: in the order of time, the place of the first becoming the workshop's.
    pub fn hold(&mut self, mut sessions: Vec<(Session, Venue)>) {
        sessions.sort_by_key(|(session, _)| session.starts);
        if let Some((_, first)) = sessions.first() {
            self.venue = first.clone();
        }
        let held = sessions.into_iter().map(|(session, venue)| {
            let elsewhere = (venue.slug != self.venue.slug).then_some(venue);
            Session { venue: elsewhere, ..session }
        });
        self.sessions = held.collect();
    }

    /// Where a session of it is held.
    pub fn venue_of<'w>(&'w self, session: &'w Session) -> &'w Venue {
        session.venue.as_ref().unwrap_or(&self.venue)
    }

    /// Whether its sessions are held in more than one place.
    pub fn moves(&self) -> bool {
        self.sessions.iter().any(|s| s.venue.is_some())
    }

    /// Whether its sessions are a week apart, at the same hours and in one place.
    pub fn is_regular(&self) -> bool {
        self.is_weekly() && !self.moves()
    }

    /// The day of the first session.
    pub fn first_day(&self) -> NaiveDate {
        self.first().starts.date()
    }

    /// « 14 h à 16 h », the hours of the first session.
    pub fn hours(&self) -> String {
        let first = self.first();
        format!("{} à\u{a0}{}", calendar::hour(first.starts.time()), calendar::hour(first.ends.time()))
    }

    /// What follows the first session: « puis chaque mardi jusqu’au 23 mars », « puis le mardi 9 février » for the second of
    /// two, or « puis 7 autres séances » where the days are not weekly; nothing for a single session. Places and hours that
    /// differ from the first are said, so that nobody takes the first for all.
    pub fn rhythm(&self) -> Option<String> {
        let count = self.sessions.len();
        let last = self.sessions.last()?.starts.date();
        // The year where it is not the first day's.
        let year =
            if last.year() == self.first_day().year() { String::new() } else { format!("\u{a0}{}", last.year()) };
        let mut rhythm = match (count, self.is_weekly()) {
            (1, _) => return None,
            (2, _) => format!("puis le {}{year}", calendar::day_month(last)),
            (_, true) => {
                let (weekday, last) = (calendar::weekday(last.weekday()), calendar::bare_day_month(last));
                format!("puis chaque\u{a0}{weekday} jusqu’au\u{a0}{last}{year}")
            }
            (_, false) => format!("puis {} autres séances", count - 1),
        };
        let other = match (self.moves(), self.same_hours(), count) {
            (false, true, _) => "",
            (true, true, 2) => ", dans un autre lieu",
            (true, true, _) => ", lieux différents",
            (true, false, 2) => ", dans un autre lieu, à une autre heure",
            (true, false, _) => ", lieux et heures différents",
            (false, false, 2) => ", à une autre heure",
            (false, false, _) => ", heures différentes",
        };
        rhythm.push_str(other);
        Some(rhythm)
    }

    /// The sessions that are held elsewhere, where they are few enough to be named: « le jeudi 18 février : Salle Ouvèze, Privas ».
    pub fn elsewhere(&self) -> Vec<String> {
        const FEW: usize = 3;
        let moved = self.sessions.iter().filter(|s| s.venue.is_some());
        let named = moved.map(|session| {
            let venue = self.venue_of(session);
            format!("le {} : {}, {}", calendar::day_month(session.starts.date()), venue.name, venue.town)
        });
        let named: Vec<String> = named.collect();
        if named.len() <= FEW { named } else { Vec::new() }
    }

    /// The dates in two short lines for a table: « 8 mardis, de 14 h à 16 h, » and « dès le mardi 2 février 2027 ».
    pub fn schedule_lines(&self) -> [String; 2] {
        let day = calendar::long_date(self.first_day());
        let hours = self.hours();
        match (self.sessions.len(), self.is_weekly()) {
            (1, _) => [day, format!("de {hours}")],
            (count, _) if self.moves() => {
                [format!("{count}\u{a0}séances, lieux différents,"), format!("dès le {day}, {hours}")]
            }
            (count, _) if !self.same_hours() => {
                [format!("{count}\u{a0}séances, dont la première"), format!("le {day}, {hours}")]
            }
            (count, true) => [
                format!("{count}\u{a0}{}s, de {hours},", calendar::weekday(self.first_day().weekday())),
                format!("dès le {day}"),
            ],
            (count, false) => [format!("{count}\u{a0}séances, de {hours},"), format!("dès le {day}")],
        }
    }

    /// « Gratuit », or the price and what it covers: « 40 € » and « les 8 séances ».
    pub fn price_lines(&self) -> Vec<String> {
        let price = self.price.to_string();
        match self.sessions.len() {
            count if self.price.0.0 > 0 && count > 1 => vec![price, format!("les {count}\u{a0}séances")],
            _ => vec![price],
        }
    }

    /// Same weekday, same hours, seven days apart.
    fn is_weekly(&self) -> bool {
        self.same_hours() && self.sessions.windows(2).all(|w| w[1].starts - w[0].starts == TimeDelta::days(7))
    }

    /// Whether every session has the hours of the first.
    fn same_hours(&self) -> bool {
        let hours = |s: &Session| -> (NaiveTime, NaiveTime) { (s.starts.time(), s.ends.time()) };
        self.sessions.windows(2).all(|w| hours(&w[0]) == hours(&w[1]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(days: &[&str]) -> Workshop {
        let at = |day: &str, hour: u32| NaiveDate::and_hms_opt(&day.parse().unwrap(), hour, 0, 0).unwrap();
        let sessions = days.iter().map(|day| Session { starts: at(day, 14), ends: at(day, 16), venue: None }).collect();
        let venue = Venue {
            slug: String::new(),
            name: "Médiathèque".into(),
            street: "9 place de l’Exemple".into(),
            directions: String::new(),
            postcode: "48300".parse().unwrap(),
            town: "Langogne".into(),
            commune: "48080".parse().unwrap(),
        };
        Workshop {
            slug: "tablette".into(),
            topic: "Débuter avec une tablette".into(),
            short_topic: "Tablette".into(),
            summary: String::new(),
            minimum_age: 60,
            price: Price(crate::domain::price::Cents(0)),
            capacity: 8,
            venue,
            sessions,
            support: String::new(),
            funder: None,
        }
    }

    #[test]
    fn what_follows_the_first_session_is_said_as_one_would_say_it() {
        let rhythm = |days: &[&str]| held(days).rhythm().map(|said| said.replace('\u{a0}', " "));
        assert_eq!(rhythm(&["2027-02-02"]), None);
        assert_eq!(rhythm(&["2027-02-02", "2027-02-09"]).unwrap(), "puis le mardi 9 février");
        assert_eq!(rhythm(&["2027-02-02", "2027-02-11"]).unwrap(), "puis le jeudi 11 février");
        assert_eq!(
            rhythm(&["2027-02-02", "2027-02-09", "2027-02-16"]).unwrap(),
            "puis chaque mardi jusqu’au 16 février"
        );
        assert_eq!(
            rhythm(&["2026-12-22", "2026-12-29", "2027-01-05"]).unwrap(),
            "puis chaque mardi jusqu’au 5 janvier 2027"
        );
        assert_eq!(rhythm(&["2027-02-02", "2027-02-16", "2027-02-23"]).unwrap(), "puis 2 autres séances");
    }
}

//! A workshop: a course of sessions that one group follows.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};

use super::calendar;
use super::commune::{InseeCode, Postcode};
use super::price::Price;

/// A place where sessions are held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Venue {
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// When it begins.
    pub starts: NaiveDateTime,
    /// When it ends.
    pub ends: NaiveDateTime,
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
    /// Where it is held.
    pub venue: Venue,
    /// Its sessions in order, at least one.
    pub sessions: Vec<Session>,
    /// Who pays for it, as on the flyer: « avec le soutien de l’Agirc-Arrco »; may be empty.
    pub support: String,
}

impl Workshop {
    /// The first session.
    ///
    /// # Panics
    /// If the workshop has no session, which no way of making one allows.
    pub fn first(&self) -> Session {
        self.sessions[0]
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

    /// What follows the first session: « puis chaque mardi, 8 séances », or « puis 7 autres séances » where the days are
    /// not weekly; nothing for a single session.
    pub fn rhythm(&self) -> Option<String> {
        let count = self.sessions.len();
        match (count, self.is_weekly()) {
            (1, _) => None,
            (_, true) => {
                Some(format!("puis chaque {}, {count}\u{a0}séances", calendar::weekday(self.first_day().weekday())))
            }
            (2, false) => Some("puis une autre séance".to_owned()),
            (_, false) => Some(format!("puis {} autres séances", count - 1)),
        }
    }

    /// The dates in two short lines for a table: « 8 mardis, de 14 h à 16 h, » and « dès le mardi 2 février 2027 ».
    pub fn schedule_lines(&self) -> [String; 2] {
        let day = calendar::long_date(self.first_day());
        let hours = self.hours();
        match (self.sessions.len(), self.is_weekly()) {
            (1, _) => [day, format!("de {hours}")],
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
        let hours = |s: &Session| -> (NaiveTime, NaiveTime) { (s.starts.time(), s.ends.time()) };
        self.sessions
            .windows(2)
            .all(|w| w[1].starts - w[0].starts == TimeDelta::days(7) && hours(&w[0]) == hours(&w[1]))
    }
}

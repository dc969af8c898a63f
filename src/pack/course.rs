//! Places and workshops, of a pack or a form.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use super::{Context, Section};
use crate::domain::calendar::{parse_hour, resolve_day};
use crate::domain::campaign::{too_early, too_late};
use crate::domain::funder::Funder;
use crate::domain::price::{Cents, Price};
use crate::domain::workshop::{Session, Venue, Workshop};

/// Sessions a workshop may have.
pub const MOST_SESSIONS: u64 = 60;

/// What a workshop may name, and the days it must keep to.
pub struct Places<'a> {
    /// The places, by short name.
    pub venues: &'a BTreeMap<String, Venue>,
    /// Whether these are all that stand in the pack.
    pub venues_known: bool,
    /// Who may pay.
    pub funders: &'a [Funder],
    /// Whether these are all that stand in the pack.
    pub funders_known: bool,
    /// When people are told; nothing where the first day was settled before.
    pub tell_by: Option<TellBy>,
    /// The day that « J » stands for.
    pub anchor: NaiveDate,
}

/// The days before which a workshop cannot begin.
#[derive(Debug, Clone, Copy)]
pub struct TellBy {
    /// Today, or the day of the first run.
    pub today: NaiveDate,
    /// The day letters are posted.
    pub posting_day: NaiveDate,
    /// Until when people are asked to call.
    pub reply_by: NaiveDate,
}

/// The places of a pack that could be read, and whether these are all that stand in it.
pub fn venues(document: &mut Section<'_>, context: &Context<'_>) -> (BTreeMap<String, Venue>, bool) {
    let sections = document.named_sections("venues");
    let count = sections.len();
    let read = |(slug, mut section): (String, Section<'_>)| {
        let venue = venue(&mut section, Some(slug.clone()), context);
        section.finish();
        Some((slug, venue?))
    };
    let venues: BTreeMap<_, _> = sections.into_iter().filter_map(read).collect();
    let complete = venues.len() == count;
    (venues, complete)
}

/// A place with this short name.
pub fn venue(section: &mut Section<'_>, slug: Option<String>, context: &Context<'_>) -> Option<Venue> {
    let name = section.text("name", "Médiathèque de Langogne");
    let street = section.text("street", "9 place de l’Exemple");
    let directions = section.optional_text("directions");
    let postcode = section.parsed("postcode", "48300", str::parse);
    let town = section.text_at("town", "Langogne");
    let commune = postcode.zip(town.as_ref()).and_then(|(postcode, (line, town))| {
        let found = (context.commune)(postcode, town);
        if found.is_none() {
            section.refuse(*line, "town", &format!("aucune commune « {town} » n’a le code postal {postcode}."));
        }
        found
    });
    Some(Venue {
        slug: slug?,
        name: name?,
        street: street?,
        directions,
        postcode: postcode?,
        town: town?.1,
        commune: commune?,
    })
}

/// A workshop with this short name.
pub fn workshop(section: &mut Section<'_>, slug: Option<String>, places: &Places<'_>) -> Option<Workshop> {
    let topic = section.text("topic", "Débuter avec une tablette");
    let short_topic = section.text("short_topic", "Tablette");
    let summary = section.text("summary", "Écrire à ses proches, faire ses démarches.");
    let funder = funder(section, places);
    let minimum_age = minimum_age(section, places, funder.as_ref().and_then(Option::as_deref));
    let price = section.parsed("price", "gratuit", Cents::parse);
    let capacity = section.number("capacity", 1..=500);
    let venue = known_venue(section, places);
    let sessions = if section.has("session") || section.is_form() {
        listed_sessions(section, places, venue.as_ref())
    } else {
        weekly_sessions(section, places, venue.as_ref())
    };
    let support = section.optional_text("support");
    let mut workshop = Workshop {
        slug: slug?,
        topic: topic?,
        short_topic: short_topic?,
        summary: summary?,
        minimum_age: minimum_age?,
        price: Price(price?),
        capacity: u16::try_from(capacity?).ok()?,
        venue: venue?,
        sessions: Vec::new(),
        support,
        funder: funder?,
    };
    workshop.hold(sessions?);
    Some(workshop)
}

/// Who pays: nothing where the funder is not known, nobody where none is named.
fn funder(section: &mut Section<'_>, places: &Places<'_>) -> Option<Option<String>> {
    if !section.has("funder") {
        return Some(None);
    }
    let (line, slug) = section.text_at("funder", "carsat")?;
    if places.funders.iter().any(|f| f.slug == slug) {
        return Some(Some(slug));
    }
    if places.funders_known {
        let known = places.funders.iter().map(|f| f.slug.as_str()).collect::<Vec<_>>().join(", ");
        let known = if known.is_empty() { "aucun" } else { &known };
        let message = format!("le financeur « {slug} » n’existe pas. Financeurs du dossier : {known}.");
        section.refuse(line, "funder", &message);
    }
    None
}

/// The age people are invited from, not under the one from which the funder pays.
fn minimum_age(section: &mut Section<'_>, places: &Places<'_>, funder: Option<&str>) -> Option<u8> {
    let line = section.line_of("minimum_age");
    let age = u8::try_from(section.number("minimum_age", 0..=110)?).ok()?;
    let funder = places.funders.iter().find(|f| Some(f.slug.as_str()) == funder);
    match funder.filter(|f| age < f.minimum_age) {
        Some(funder) => {
            let message = format!(
                "{} ne finance qu’à partir de {} ans : invitez à partir de cet âge.",
                funder.name, funder.minimum_age
            );
            section.refuse(line, "minimum_age", &message);
            None
        }
        None => Some(age),
    }
}

fn known_venue(section: &mut Section<'_>, places: &Places<'_>) -> Option<Venue> {
    let (line, slug) = section.text_at("venue", "langogne")?;
    let known = places.venues.get(&slug);
    if known.is_none() && places.venues_known {
        let names = places.venues.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        section.refuse(line, "venue", &format!("le lieu « {slug} » n’existe pas. Lieux du dossier : {names}."));
    }
    known.cloned()
}

/// `first_session`, `starts`, `ends`, `sessions`: a week apart, in one place.
fn weekly_sessions(
    section: &mut Section<'_>,
    places: &Places<'_>,
    venue: Option<&Venue>,
) -> Option<Vec<(Session, Venue)>> {
    let first = section.text_at("first_session", "J+49 mardi");
    let hours = hours(section);
    let count = section.number("sessions", 1..=MOST_SESSIONS);
    let first_day = first.and_then(|(line, day)| {
        let day = section.understood(line, "first_session", resolve_day(&day, places.anchor))?;
        in_time(section, line, "first_session", day, places).then_some(day)
    });
    let (first_day, (starts, ends), venue) = (first_day?, hours?, venue?);
    let sessions = (0..i64::try_from(count?).ok()?).map(|week| {
        let day = first_day + TimeDelta::weeks(week);
        (at(day, starts, ends), venue.clone())
    });
    Some(sessions.collect())
}

/// `[[workshop.session]]`: each with its day, hours, and its place where that is not the workshop's.
fn listed_sessions(
    section: &mut Section<'_>,
    places: &Places<'_>,
    venue: Option<&Venue>,
) -> Option<Vec<(Session, Venue)>> {
    let line = section.line();
    let listed = section.optional_sections("session");
    if listed.is_empty() || listed.len() as u64 > MOST_SESSIONS {
        section.refuse(line, "session", &format!("il faut de 1 à {MOST_SESSIONS} séances."));
        return None;
    }
    let mut read = Vec::new();
    for mut one in listed {
        let day = one.text_at("day", "2027-02-02");
        let line = day.as_ref().map_or(one.line(), |(line, _)| *line);
        let day = day.and_then(|(line, day)| one.understood(line, "day", resolve_day(&day, places.anchor)));
        let hours = hours(&mut one);
        let elsewhere = if one.has("venue") { known_venue(&mut one, places).map(Some) } else { Some(None) };
        let session = day.zip(hours).zip(elsewhere).map(|((day, (starts, ends)), v)| (at(day, starts, ends), v));
        read.push((line, one, session));
    }
    let first = read.iter().filter_map(|(line, one, s)| Some((line, one, s.as_ref()?.0.starts))).min_by_key(|f| f.2);
    let mut right = first.is_none_or(|(line, one, starts)| in_time(one, *line, "day", starts.date(), places));
    let mut sessions = Vec::new();
    for (line, one, session) in read {
        match session {
            Some((session, _)) if sessions.iter().any(|(s, _): &(Session, _)| overlap(s, &session)) => {
                one.refuse(line, "day", "cette séance a lieu en même temps qu’une autre de l’atelier.");
                right = false;
            }
            Some((session, place)) => sessions.push((session, place)),
            None => right = false,
        }
        one.finish();
    }
    let venue = venue?;
    let placed = sessions.into_iter().map(|(session, place)| (session, place.unwrap_or_else(|| venue.clone())));
    right.then(|| placed.collect())
}

fn overlap(a: &Session, b: &Session) -> bool {
    a.starts < b.ends && b.starts < a.ends
}

fn hours(section: &mut Section<'_>) -> Option<(chrono::NaiveTime, chrono::NaiveTime)> {
    let starts = section.parsed("starts", "14:00", parse_hour);
    let (line, ends) = section.text_at("ends", "16:00")?;
    let ends = section.understood(line, "ends", parse_hour(&ends))?;
    if starts.is_some_and(|starts| ends <= starts) {
        section.refuse(line, "ends", "la séance doit finir après avoir commencé.");
        return None;
    }
    Some((starts?, ends))
}

fn at(day: NaiveDate, starts: chrono::NaiveTime, ends: chrono::NaiveTime) -> Session {
    Session { starts: NaiveDateTime::new(day, starts), ends: NaiveDateTime::new(day, ends), venue: None }
}

/// Whether people who get the letter can still come: the first session follows today, the posting and the day until when
/// they are asked to call.
fn in_time(section: &Section<'_>, line: usize, key: &str, day: NaiveDate, places: &Places<'_>) -> bool {
    let Some(tell_by) = places.tell_by else { return true };
    let late = too_late(day, tell_by.today)
        .map(|when| format!("l’atelier commence {when}"))
        .or_else(|| too_early(day, tell_by.posting_day, tell_by.reply_by));
    if let Some(message) = &late {
        section.refuse(line, key, message);
    }
    late.is_none()
}

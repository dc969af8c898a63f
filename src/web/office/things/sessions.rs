//! The sessions in a workshop's form: one row each, added one by one or every week.

use chrono::{Days, NaiveDate};

use super::{FormFields, Typed, field};
use crate::domain::workshop::Workshop;
use crate::pack::MOST_SESSIONS;
use crate::web::extract::Submitted;
use crate::web::office::form::{Button, Group, Row};

const KEYS: [&str; 4] = ["day", "starts", "ends", "venue"];

/// The fields of a workshop's sessions.
pub fn fields(workshop: &Workshop) -> FormFields {
    let mut fields = Vec::new();
    for (number, session) in (1..).zip(&workshop.sessions) {
        let venue = session.venue.as_ref().map(|v| v.slug.clone()).unwrap_or_default();
        let values = [
            session.starts.date().to_string(),
            session.starts.format("%H:%M").to_string(),
            session.ends.format("%H:%M").to_string(),
            venue,
        ];
        fields.extend(KEYS.iter().zip(values).map(|(key, value)| field(format!("session.{number}.{key}"), value)));
    }
    fields
}

/// The rows, and the buttons that change how many there are.
pub fn group<'v>(typed: Typed<'_>, venues: impl Fn() -> Box<dyn Iterator<Item = (String, String)> + 'v>) -> Group {
    let numbers = numbers(typed.fields);
    let name = |number: u32, key: &str| format!("session.{number}.{key}");
    let rows = (1..).zip(&numbers).map(|(shown, number)| {
        let controls = vec![
            typed.input("date", name(*number, "day"), "Jour"),
            typed.input("time", name(*number, "starts"), "De"),
            typed.input("time", name(*number, "ends"), "À"),
            typed.select(name(*number, "venue"), "Lieu", Some("celui de l’atelier"), venues()),
        ];
        let remove = (numbers.len() > 1).then(|| Button::new(format!("retirer-{number}"), "Retirer"));
        Row::new(format!("Séance {shown}"), controls, remove)
    });
    let rows = rows.collect();
    let buttons = vec![
        Button::new("ajouter", "Ajouter une séance"),
        Button::new("semaine-3", "Ajouter 3 semaines"),
        Button::new("semaine-7", "Ajouter 7 semaines"),
    ];
    Group::new("Les séances", vec![])
        .hint("Une séance ajoutée reprend les heures de la dernière, une semaine plus tard. Rien n’est enregistré avant le bouton du bas.")
        .with_rows("session", rows, buttons, typed.error("session"))
}

/// What a button of the group makes of the form.
pub fn reworked(submitted: &Submitted) -> Option<FormFields> {
    let action = submitted.get("action");
    let mut fields: FormFields = submitted.fields.iter().filter(|(name, _)| name != "action").cloned().collect();
    if let Some(number) = action.strip_prefix("retirer-") {
        let prefix = format!("session.{number}.");
        fields.retain(|(name, _)| !name.starts_with(&prefix));
        return Some(fields);
    }
    let more = match action {
        "ajouter" => 1,
        weeks => weeks.strip_prefix("semaine-")?.parse::<usize>().ok()?.min(10),
    };
    for _ in 0..more {
        add_a_week_later(&mut fields);
    }
    Some(fields)
}

fn add_a_week_later(fields: &mut FormFields) {
    let numbers = numbers(fields);
    if numbers.len() as u64 >= MOST_SESSIONS {
        return;
    }
    let last = numbers.last().copied();
    let next = last.map_or(1, |n| n.saturating_add(1));
    let value = |key: &str| {
        let name = format!("session.{}.{key}", last.unwrap_or(0));
        fields.iter().find(|(n, _)| *n == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let later = value("day").trim().parse::<NaiveDate>().ok().and_then(|day| day.checked_add_days(Days::new(7)));
    let values = [later.map(|day| day.to_string()).unwrap_or_default(), value("starts"), value("ends"), value("venue")];
    let new: Vec<_> =
        KEYS.iter().zip(values).map(|(key, value)| field(format!("session.{next}.{key}"), value)).collect();
    fields.extend(new);
}

/// The numbers of the rows, in order.
fn numbers(fields: &[(String, String)]) -> Vec<u32> {
    let number = |(name, _): &(String, String)| name.strip_prefix("session.")?.split('.').next()?.parse().ok();
    let mut numbers: Vec<u32> = fields.iter().filter_map(number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(action: &str, fields: &[(&str, &str)]) -> FormFields {
        let fields = fields.iter().map(|(n, v)| field(*n, *v)).chain([field("action", action)]).collect();
        reworked(&Submitted { fields, files: vec![] }).unwrap()
    }

    #[test]
    fn a_session_is_added_a_week_later_at_the_same_hours() {
        let typed = [("topic", "Tablette"), ("session.1.day", "2027-02-23"), ("session.1.starts", "14:00")];
        let fields = pressed("semaine-3", &typed);
        let value = |name: &str| fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        assert_eq!(value("topic"), Some("Tablette"));
        assert_eq!(value("session.2.day"), Some("2027-03-02"));
        assert_eq!(value("session.4.day"), Some("2027-03-16"));
        assert_eq!(value("session.4.starts"), Some("14:00"));
        assert_eq!(value("session.5.day"), None);
        assert_eq!(value("action"), None);
    }

    #[test]
    fn a_session_is_taken_away_and_no_more_are_added_than_there_can_be() {
        let fields = pressed("retirer-1", &[("session.1.day", "2027-02-23"), ("session.10.day", "2027-03-02")]);
        assert_eq!(fields, [field("session.10.day", "2027-03-02")]);
        let last = format!("session.{}.day", u32::MAX);
        assert_eq!(numbers(&pressed("ajouter", &[(&last, "2027-02-23")])), [u32::MAX]);
        let many: Vec<_> = (1..=60).map(|n| format!("session.{n}.day")).collect();
        let many: Vec<_> = many.iter().map(|n| (n.as_str(), "2027-02-23")).collect();
        assert_eq!(numbers(&pressed("semaine-7", &many)).len(), 60);
        assert!(reworked(&Submitted { fields: vec![field("action", "enregistrer")], files: vec![] }).is_none());
    }
}

//! Days that somebody wrote out in a text, « mardi 8 décembre », and what is wrong with them. A wrong weekday on paper cannot be
//! taken back, and half of the readers will trust the weekday.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::domain::calendar;

/// A day as a text says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenDate {
    /// The words, « mardi 8 décembre 2026 ».
    pub words: String,
    weekday: Option<Weekday>,
    day: u32,
    month: u32,
    year: Option<i32>,
}

/// What is wrong with a written day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistake {
    /// The calendar has no such day.
    NoSuchDay,
    /// That day is another weekday.
    OtherWeekday(Weekday),
    /// That day has passed when the text is read.
    Past,
}

/// The days written in a text, in order: a day and a month's name, or `8/12/2026`; a weekday before and a year behind them
/// count. « mardis 8 et 15 décembre » is two days.
pub fn written_dates(text: &str) -> Vec<WrittenDate> {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || "(),;!?«»*_#[]…’'".contains(c)).collect();
    let words: Vec<&str> =
        words.into_iter().map(|w| w.trim_end_matches(['.', ':'])).filter(|w| !w.is_empty()).collect();
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if let Some(month) = calendar::month_named(word) {
            let year = words.get(at + 1).and_then(|w| year(w));
            let (first, days) = days_before(&words[..at]);
            let weekday = first.checked_sub(1).and_then(|before| calendar::weekday_named(words[before]));
            let last = at + usize::from(year.is_some());
            for day in days {
                let said = if weekday.is_some() { first - 1 } else { first };
                found.push(WrittenDate { words: words[said..=last].join(" "), weekday, day, month, year });
            }
        } else if let Some((day, month, year)) = in_figures(word) {
            let weekday = at.checked_sub(1).and_then(|before| calendar::weekday_named(words[before]));
            let said = if weekday.is_some() { at - 1 } else { at };
            found.push(WrittenDate { words: words[said..=at].join(" "), weekday, day, month, year: Some(year) });
        }
    }
    found
}

/// A day longer ago than this is history, and no appointment that was forgotten in the text.
const REMEMBERED: Days = Days::new(730);

impl WrittenDate {
    /// What is wrong with it in a text that is read on `read_on`. Without a year it is the next such day, or the one that passed
    /// less than three months before.
    pub fn mistake(&self, read_on: NaiveDate) -> Option<Mistake> {
        let date = match self.year {
            Some(year) => NaiveDate::from_ymd_opt(year, self.month, self.day),
            None => self.nearest(read_on),
        };
        let Some(date) = date else { return Some(Mistake::NoSuchDay) };
        match self.weekday {
            Some(weekday) if weekday != date.weekday() => Some(Mistake::OtherWeekday(date.weekday())),
            // « rue du 8 mai 1945 » announces nothing.
            _ if date < read_on && date + REMEMBERED > read_on => Some(Mistake::Past),
            _ => None,
        }
    }

    /// Leap days wait up to eight years for the next one (1896 to 1904, 2096 to 2104).
    fn nearest(&self, read_on: NaiveDate) -> Option<NaiveDate> {
        const JUST_PASSED: Days = Days::new(90);
        let from = read_on - JUST_PASSED;
        (from.year()..=from.year() + 8)
            .filter_map(|year| NaiveDate::from_ymd_opt(year, self.month, self.day))
            .find(|date| *date >= from)
    }
}

/// The days before a month's name, with where the first of them stands: « 8 », « 1er », « 8, 15 et 22 ».
fn days_before(words: &[&str]) -> (usize, Vec<u32>) {
    let mut days = Vec::new();
    let mut first = words.len();
    for (at, word) in words.iter().enumerate().rev() {
        match day(word) {
            Some(day) => (first, days) = (at, [vec![day], days].concat()),
            None if *word == "et" && !days.is_empty() => {}
            None => break,
        }
    }
    (first, days)
}

fn day(word: &str) -> Option<u32> {
    let figures = word.strip_suffix("er").unwrap_or(word);
    (figures.len() <= 2).then(|| figures.parse().ok()).flatten()
}

fn year(word: &str) -> Option<i32> {
    (word.len() == 4).then(|| word.parse().ok()).flatten().filter(|year| (1900..2200).contains(year))
}

/// `08/12/2026`, `8.12.2026`.
fn in_figures(word: &str) -> Option<(u32, u32, i32)> {
    let mut parts = word.split(['/', '.']);
    let (day, month, year) = (day(parts.next()?)?, day(parts.next()?)?, year(parts.next()?)?);
    parts.next().is_none().then_some((day, month, year))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(text: &str) -> Vec<Option<Mistake>> {
        let read_on = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        written_dates(text).iter().map(|d| d.mistake(read_on)).collect()
    }

    #[test]
    fn a_right_day_is_right_however_it_is_written() {
        for right in [
            "Rendez-vous le mardi 8 décembre\u{a0}!",
            "le Mardi 8\u{a0}décembre 2026, à 14 h",
            "jusqu’au vendredi 1er janvier",
            "(mardi 29 février 2028)",
            "le 8/12/2026",
            "mardi 08.12.2026.",
            "place du 8 mai 1945",
        ] {
            assert_eq!(mistakes(right), [None], "{right}");
        }
        assert_eq!(mistakes("les mardis 8, 15 et 22 décembre"), [None, None, None]);
        assert_eq!(mistakes("En mai, 2026 places, le 14 juillet des 40 ans de Mars"), [None]);
    }

    #[test]
    fn a_wrong_day_is_named() {
        assert_eq!(mistakes("mercredi 8 décembre"), [Some(Mistake::OtherWeekday(Weekday::Tue))]);
        assert_eq!(mistakes("mardis 8 et 16 décembre"), [None, Some(Mistake::OtherWeekday(Weekday::Wed))]);
        assert_eq!(mistakes("le 31 novembre, le 30 février"), [Some(Mistake::NoSuchDay), Some(Mistake::NoSuchDay)]);
        assert_eq!(mistakes("dès le mardi 3 novembre"), [Some(Mistake::Past)]);
        assert_eq!(mistakes("le 02/12/2025"), [Some(Mistake::Past)]);
        assert_eq!(written_dates("dès le **mercredi 8 décembre** !")[0].words, "mercredi 8 décembre");
    }
}

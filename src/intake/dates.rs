//! Births in every form that lists use.

use chrono::{Datelike, Days, NaiveDate};

use crate::domain::address::capitals;
use crate::domain::retiree::Birth;

/// What a cell says of a birth. `Err` is a cell that says something, but nothing that can be: an unknown age.
pub fn birth(written: &str, received_on: NaiveDate) -> Result<Birth, NotADate> {
    let written = written.trim();
    if written.is_empty() {
        return Ok(Birth::Unknown);
    }
    let year = received_on.year();
    let birth = if written.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',')) && !dotted(written) {
        number(written, year)
    } else {
        parts(written, year)
    };
    birth.filter(|b| possible(*b, received_on)).ok_or(NotADate)
}

/// What a cell of the column of deaths says, where it says a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeathDate {
    /// A day, a month or a year of the last decades.
    Possible,
    /// « 00/00/0000 », « 01/01/1900 », « 31/12/9999 »: what programs write where there is none.
    Placeholder,
    /// Another date that cannot be, as one to come.
    Impossible,
    /// No date: « oui », « X », 1.
    Words,
}

/// Reads a cell of the column of deaths.
pub fn death(written: &str, received_on: NaiveDate) -> DeathDate {
    let written = written.trim();
    let year = received_on.year();
    let digits = written.bytes().filter(u8::is_ascii_digit).count();
    if digits < 4 {
        return DeathDate::Words;
    }
    if [b'0', b'9'].iter().any(|sign| written.bytes().all(|b| !b.is_ascii_alphanumeric() || b == *sign)) {
        return DeathDate::Placeholder;
    }
    let plain = written.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',')) && !dotted(written);
    let date = if plain { number(written, year) } else { parts(written, year) };
    let date = date.map(|date| match date {
        // « 12/03/24 » is no death of 1924.
        Birth::Date(day) if day.year() < year - 99 && written.matches(char::is_numeric).count() <= 6 => {
            Birth::Date(day.checked_add_months(chrono::Months::new(1200)).unwrap_or(day))
        }
        other => other,
    });
    match date {
        _ if written.contains("9999") => DeathDate::Placeholder,
        Some(Birth::Date(day)) if day <= received_on + WEEKS_AHEAD && is_recent(day.year().min(year), year) => {
            DeathDate::Possible
        }
        Some(Birth::Year(died)) if is_recent(died, year) => DeathDate::Possible,
        Some(date) if date.year().is_some_and(|y| y <= 1970 || y >= 2099) => DeathDate::Placeholder,
        Some(_) => DeathDate::Impossible,
        None if written.starts_with(|c: char| c.is_ascii_digit()) => DeathDate::Impossible,
        None => DeathDate::Words,
    }
}

/// Would a cell of the column of deaths say that the person has died?
pub fn may_be_death(cell: &str) -> bool {
    let far = NaiveDate::from_ymd_opt(2030, 1, 1).unwrap_or_default();
    super::normalise::says_deceased(cell) && matches!(death(cell, far), DeathDate::Possible | DeathDate::Words)
}

/// A contract may name an earlier day than the file is of: who died in the weeks after it gets no letter. Who is to die later is alive.
const WEEKS_AHEAD: chrono::Days = chrono::Days::new(90);

/// Funds keep the dead for some years; what lies before is the day at which a computer begins to count.
const LONGEST_DEAD: i32 = 50;

fn is_recent(died: i32, this_year: i32) -> bool {
    (this_year - LONGEST_DEAD..=this_year).contains(&died)
}

/// The cell holds no possible date of birth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotADate;

/// Nobody older was ever on a list; « 01/01/1900 » means unknown.
const OLDEST: i32 = 115;
/// Nobody younger draws a pension of their own; a date of yesterday is a slip.
const YOUNGEST: i32 = 15;

fn possible(birth: Birth, received_on: NaiveDate) -> bool {
    birth.age_on(received_on).is_some_and(|age| (YOUNGEST..=OLDEST).contains(&age))
}

/// « 22.01.1938 » has two dots, « 17731.0 » one.
fn dotted(written: &str) -> bool {
    written.matches('.').count() > 1
}

fn number(written: &str, this_year: i32) -> Option<Birth> {
    let whole = written.split(['.', ',']).next()?;
    // « 19380122000000 » has the time of day.
    if whole.len() == 14 && whole.is_ascii() {
        return number(&whole[..8], this_year);
    }
    let value: i32 = whole.parse().ok()?;
    match whole.len() {
        4 if (1850..=this_year + 50).contains(&value) => Some(Birth::Year(value)),
        4 | 5 => excel(value),
        6 => six_digits(value, this_year),
        7 | 8 => {
            let iso = day_or_year(value % 100, value / 100 % 100, value / 10_000)
                .filter(|_| (1850..=this_year + 50).contains(&(value / 10_000)));
            iso.or_else(|| day_or_year(value / 1_000_000, value / 10_000 % 100, value % 10_000))
        }
        _ => None,
    }
}

/// « 220138 », where that cannot be « 193801 » or « 011938 », and else « 380122 ».
fn six_digits(value: i32, this_year: i32) -> Option<Birth> {
    let month_of = |year: i32, month: i32| {
        ((1850..=this_year).contains(&year) && (0..=12).contains(&month)).then_some(Birth::Year(year))
    };
    day(value / 10_000, value / 100 % 100, full_year(value % 100, this_year))
        .or_else(|| month_of(value / 100, value % 100))
        .or_else(|| month_of(value % 10_000, value / 10_000))
        .or_else(|| day(value % 100, value / 100 % 100, full_year(value / 10_000, this_year)))
}

/// Days since 30 December 1899, as spreadsheets count.
fn excel(serial: i32) -> Option<Birth> {
    let zero = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    zero.checked_add_days(Days::new(u64::try_from(serial).ok()?)).map(Birth::Date)
}

fn parts(written: &str, this_year: i32) -> Option<Birth> {
    // A time of day after the date says nothing, nor what stands in brackets.
    let date = iso_day(written).unwrap_or(written).split('(').next().unwrap_or(written);
    let end = date.find(':').map_or(date.len(), |at| date[..at].rfind(' ').unwrap_or_default());
    let date = &date[..end];
    if date.starts_with('-') {
        return None;
    }
    let words = capitals(date);
    // « le mardi 12 mars 1947 à Mende »
    let words: Vec<&str> = words.split(' ').take_while(|w| *w != "A").filter(|w| !says_little(w)).collect();
    let value = |w: &str| -> Option<i32> {
        if is_number(w) { w.strip_suffix("ER").unwrap_or(w).parse().ok() } else { month(w) }
    };
    let year = |w: &str| -> Option<i32> {
        let year = w.parse().ok()?;
        Some(if w.len() <= 2 { full_year(year, this_year) } else { year })
    };
    match words.as_slice() {
        [year] => number(year, this_year),
        [y, m] if is_year(y) => (0..=12).contains(&value(m)?).then_some(Birth::Year(y.parse().ok()?)),
        [m, y] => (0..=12).contains(&value(m)?).then_some(Birth::Year(year(y)?)),
        [y, m, d] if is_year(y) => day_or_year(value(d)?, value(m)?, value(y)?),
        [d, m, y] => day_or_year(value(d)?, value(m)?, year(y)?),
        _ => None,
    }
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit())
}

/// The day at the front of « 1938-01-22T00:00:00Z », whatever follows.
fn iso_day(written: &str) -> Option<&str> {
    let day = written.get(..10)?;
    let separated =
        day.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
    separated.then_some(day)
}

/// Words beside a date that do not change it.
fn says_little(word: &str) -> bool {
    const AROUND: [&str; 14] = [
        "LE", "NE", "NEE", "EN", "VERS", "ENV", "ENVIRON", "LUNDI", "MARDI", "MERCREDI", "JEUDI", "VENDREDI", "SAMEDI",
        "DIMANCHE",
    ];
    // Most words of most dates are numbers.
    !is_number(word) && AROUND.contains(&word)
}

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

/// « 00/00/1938 » is how funds write a day that nobody knows; « 07/31/1948 » can only be American.
fn day_or_year(d: i32, m: i32, y: i32) -> Option<Birth> {
    if d == 0 || m == 0 {
        return Some(Birth::Year(y));
    }
    if m > 12 { day(m, d, y) } else { day(d, m, y) }
}

fn day(d: i32, m: i32, y: i32) -> Option<Birth> {
    let date = NaiveDate::from_ymd_opt(y, u32::try_from(m).ok()?, u32::try_from(d).ok()?)?;
    Some(Birth::Date(date))
}

/// Two digits belong to the last century, as far as a person can live that long.
fn full_year(two_digits: i32, this_year: i32) -> i32 {
    if this_year - (1900 + two_digits) <= 110 { 1900 + two_digits } else { 2000 + two_digits }
}

/// Also as English programs write it: « 12-MAR-47 ».
fn month(word: &str) -> Option<i32> {
    const MONTHS: [&[&str]; 12] = [
        &["JAN"],
        &["FEV", "FEB"],
        &["MAR"],
        &["AVR", "APR"],
        &["MAI", "MAY"],
        &["JUIN", "JUN"],
        &["JUIL", "JUL"],
        &["AOU", "AUG"],
        &["SEP"],
        &["OCT"],
        &["NOV"],
        &["DEC"],
    ];
    MONTHS.iter().position(|begins| begins.iter().any(|b| word.starts_with(b))).map(|i| i as i32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_death_is_a_past_day_and_no_placeholder() {
        let received = NaiveDate::from_ymd_opt(2026, 11, 2).unwrap();
        for (written, says) in [
            ("12/03/2024", DeathDate::Possible),
            ("12/03/24", DeathDate::Possible),
            ("12/11/2026", DeathDate::Possible),
            ("2024-03-12 00:00:00", DeathDate::Possible),
            ("20240312", DeathDate::Possible),
            ("mars 2024", DeathDate::Possible),
            ("décédé le 12/03/2024", DeathDate::Words),
            ("2024", DeathDate::Possible),
            ("45363", DeathDate::Possible),
            ("00/00/0000", DeathDate::Placeholder),
            ("00000000", DeathDate::Placeholder),
            ("0000-00-00 00:00:00", DeathDate::Placeholder),
            ("01/01/1900", DeathDate::Placeholder),
            ("01/01/1970", DeathDate::Placeholder),
            ("31/12/9999", DeathDate::Placeholder),
            ("99991231", DeathDate::Placeholder),
            ("99/99/9999", DeathDate::Placeholder),
            ("12/03/2027", DeathDate::Impossible),
            ("oui", DeathDate::Words),
            ("1", DeathDate::Words),
            ("X", DeathDate::Words),
        ] {
            assert_eq!(death(written, received), says, "{written}");
        }
    }

    #[test]
    fn births_are_read_in_every_form() {
        let received = NaiveDate::from_ymd_opt(2026, 11, 2).unwrap();
        let date = |y, m, d| Ok(Birth::Date(NaiveDate::from_ymd_opt(y, m, d).unwrap()));
        for (written, read) in [
            ("22/01/1938", date(1938, 1, 22)),
            ("22/01/38", date(1938, 1, 22)),
            ("22-1-1938", date(1938, 1, 22)),
            ("22.01.1938", date(1938, 1, 22)),
            ("1938-01-22", date(1938, 1, 22)),
            ("1938-01-22 00:00:00", date(1938, 1, 22)),
            ("1938-01-22T00:00:00", date(1938, 1, 22)),
            ("19380122", date(1938, 1, 22)),
            ("22011938", date(1938, 1, 22)),
            ("220138", date(1938, 1, 22)),
            ("22 janvier 1938", date(1938, 1, 22)),
            ("1er février 1938", date(1938, 2, 1)),
            ("07/31/1948", date(1948, 7, 31)),
            ("17731", date(1948, 7, 17)),
            ("17731.0", date(1948, 7, 17)),
            ("9235", date(1925, 4, 13)),
            ("15/03/25", date(1925, 3, 15)),
            ("1938", Ok(Birth::Year(1938))),
            ("1938.0", Ok(Birth::Year(1938))),
            ("00/00/1938", Ok(Birth::Year(1938))),
            ("03/1938", Ok(Birth::Year(1938))),
            ("1938-03", Ok(Birth::Year(1938))),
            ("mars 38", Ok(Birth::Year(1938))),
            ("19380122000000", date(1938, 1, 22)),
            ("19380300", Ok(Birth::Year(1938))),
            ("00001938", Ok(Birth::Year(1938))),
            ("193803", Ok(Birth::Year(1938))),
            ("031938", Ok(Birth::Year(1938))),
            ("env. 1938", Ok(Birth::Year(1938))),
            ("380122", date(1938, 1, 22)),
            ("22-JAN-1938", date(1938, 1, 22)),
            ("22-FEB-38", date(1938, 2, 22)),
            ("1938-01-22+01:00", date(1938, 1, 22)),
            ("samedi 22 janvier 1938", date(1938, 1, 22)),
            ("22 AOUT 1938", date(1938, 8, 22)),
            ("22 SEPT. 1938", date(1938, 9, 22)),
            ("22/01/1938 à Mende", date(1938, 1, 22)),
            ("22/01/1938 00:00:00", date(1938, 1, 22)),
            ("22 janvier 1938 10:30", date(1938, 1, 22)),
            ("22/01/1938 (88 ans)", date(1938, 1, 22)),
            ("", Ok(Birth::Unknown)),
            ("31/02/1948", Err(NotADate)),
            ("12/05/2031", Err(NotADate)),
            ("01/01/1899", Err(NotADate)),
            ("01/01/1900", Err(NotADate)),
            ("47980", Err(NotADate)),
            ("-363", Err(NotADate)),
            ("inconnue", Err(NotADate)),
            ("99999999999", Err(NotADate)),
            ("2025", Err(NotADate)),
            ("0000-00", Err(NotADate)),
            ("00000000", Err(NotADate)),
            ("13/1938", Err(NotADate)),
        ] {
            assert_eq!(birth(written, received), read, "{written}");
        }
    }
}

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
    let value: i32 = whole.parse().ok()?;
    match whole.len() {
        4 if (1850..=this_year + 50).contains(&value) => Some(Birth::Year(value)),
        4 | 5 => excel(value),
        6 => day(value / 10_000, value / 100 % 100, full_year(value % 100, this_year)),
        7 | 8 => {
            let iso = day(value % 100, value / 100 % 100, value / 10_000)
                .filter(|_| (1850..=this_year + 50).contains(&(value / 10_000)));
            iso.or_else(|| day(value / 1_000_000, value / 10_000 % 100, value % 10_000))
        }
        _ => None,
    }
}

/// Days since 30 December 1899, as spreadsheets count.
fn excel(serial: i32) -> Option<Birth> {
    let zero = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    zero.checked_add_days(Days::new(u64::try_from(serial).ok()?)).map(Birth::Date)
}

fn parts(written: &str, this_year: i32) -> Option<Birth> {
    // A time of day after the date says nothing.
    let date = written.split('T').next().unwrap_or(written);
    let date = date.split(' ').take_while(|w| !w.contains(':')).collect::<Vec<_>>().join(" ");
    if date.starts_with('-') {
        return None;
    }
    let words = capitals(&date);
    let words: Vec<&str> = words.split(' ').filter(|w| !matches!(*w, "LE" | "NE" | "NEE" | "EN")).collect();
    let value = |w: &str| -> Option<i32> {
        if let Some(m) = month(w) { Some(m) } else { w.trim_end_matches("ER").parse().ok() }
    };
    match words.as_slice() {
        [year] => number(year, this_year),
        [m, y] => {
            let (m, y) = (value(m)?, y.parse().ok()?);
            (y > 1000 && (0..=12).contains(&m)).then_some(Birth::Year(y))
        }
        [y, m, d] if y.len() == 4 => day_or_year(value(d)?, value(m)?, value(y)?),
        [d, m, y] => {
            let y = if y.len() <= 2 { full_year(y.parse().ok()?, this_year) } else { y.parse().ok()? };
            let (d, m) = (value(d)?, value(m)?);
            day_or_year(d, m, y)
        }
        _ => None,
    }
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

fn month(word: &str) -> Option<i32> {
    const MONTHS: [&str; 12] =
        ["JANV", "FEV", "MARS", "AVR", "MAI", "JUIN", "JUIL", "AOU", "SEPT", "OCT", "NOV", "DEC"];
    MONTHS.iter().position(|m| word.starts_with(m)).map(|i| i as i32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        ] {
            assert_eq!(birth(written, received), read, "{written}");
        }
    }
}

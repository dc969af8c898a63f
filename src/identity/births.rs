//! How two rows' births agree.

use chrono::{Datelike, NaiveDate};

use crate::domain::retiree::Birth;

/// How two births agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BirthMatch {
    Day,
    Year,
    Slip,
    /// Two of day, month and year: one is badly typed, where all else agrees. Not a father and his son.
    Part,
    Unknown,
    Conflict,
}

impl BirthMatch {
    /// What it adds to the evidence.
    pub fn weight(self) -> i32 {
        match self {
            Self::Day => 10,
            Self::Year | Self::Slip => 4,
            Self::Part => 1,
            Self::Unknown | Self::Conflict => 0,
        }
    }
}

pub fn birth(a: Birth, b: Birth) -> BirthMatch {
    match (a, b) {
        (Birth::Unknown, _) | (_, Birth::Unknown) => BirthMatch::Unknown,
        (Birth::Date(x), Birth::Date(y)) if x == y => BirthMatch::Day,
        (Birth::Date(x), Birth::Date(y)) => {
            if is_slip(x, y) {
                BirthMatch::Slip
            } else if share_two_parts(x, y) {
                BirthMatch::Part
            } else {
                BirthMatch::Conflict
            }
        }
        _ if a.year() == b.year() => BirthMatch::Year,
        _ => BirthMatch::Conflict,
    }
}

/// So many years lie between parents and their children at least.
const GENERATION: u32 = 16;

/// So many years apart they are parent and child, or strangers.
pub fn far(a: Birth, b: Birth) -> bool {
    a.year().zip(b.year()).is_none_or(|(a, b)| a.abs_diff(b) >= GENERATION)
}

/// Brothers and sisters are born on one day or months apart.
pub fn may_be_siblings(a: Birth, b: Birth) -> bool {
    let (Birth::Date(a), Birth::Date(b)) = (a, b) else { return true };
    !(2..BETWEEN_SIBLINGS).contains(&(a - b).num_days().abs())
}

/// Days.
const BETWEEN_SIBLINGS: i64 = 250;

fn share_two_parts(a: NaiveDate, b: NaiveDate) -> bool {
    let parts = [a.day() == b.day(), a.month() == b.month(), a.year() == b.year()];
    parts.iter().filter(|equal| **equal).count() == 2 && a.year().abs_diff(b.year()) < GENERATION
}

/// One digit mistyped, two neighbours exchanged, or day and month exchanged.
fn is_slip(a: NaiveDate, b: NaiveDate) -> bool {
    let exchanged = a.year() == b.year() && a.day() == b.month() && a.month() == b.day();
    let (x, y) = (digits(a), digits(b));
    let differing = || (0..8).filter(|i| x[*i] != y[*i]);
    let (Some(first), count) = (differing().next(), differing().count()) else { return false };
    let neighbours = count == 2 && first < 7 && x[first] == y[first + 1] && x[first + 1] == y[first];
    // One digit of the decade may be a father and his son.
    let generations = count == 1 && a.year().abs_diff(b.year()) >= GENERATION;
    exchanged || count == 1 && !generations || neighbours
}

/// Year, month and day as eight decimal digits.
fn digits(day: NaiveDate) -> [u32; 8] {
    let (y, m, d) = (day.year().unsigned_abs(), day.month(), day.day());
    [y / 1000 % 10, y / 100 % 10, y / 10 % 10, y % 10, m / 10, m % 10, d / 10, d % 10]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn births_agree_or_not() {
        let day = |y, m, d| Birth::Date(NaiveDate::from_ymd_opt(y, m, d).unwrap());
        for (other, wanted) in [
            (day(1938, 1, 22), BirthMatch::Day),
            (day(1938, 1, 12), BirthMatch::Slip),
            (day(1983, 1, 22), BirthMatch::Slip),
            (Birth::Year(1938), BirthMatch::Year),
            (Birth::Unknown, BirthMatch::Unknown),
            (Birth::Year(1939), BirthMatch::Conflict),
            (day(1938, 1, 30), BirthMatch::Part),
            (day(1938, 11, 22), BirthMatch::Slip),
            (day(1946, 1, 22), BirthMatch::Part),
            (day(1964, 1, 22), BirthMatch::Conflict),
            (day(1964, 1, 30), BirthMatch::Conflict),
        ] {
            assert_eq!(birth(day(1938, 1, 22), other), wanted, "{other:?}");
        }
        assert_eq!(birth(day(1938, 3, 4), day(1938, 4, 3)), BirthMatch::Slip);
    }
}

//! Evidence that two rows are one person.

use chrono::{Datelike, NaiveDate};
use strsim::osa_distance;

use super::features::Features;
use crate::domain::retiree::Birth;

/// From here on two rows are taken for one person. A same name weighs 8, a same day of birth 10, a same door 6: two of
/// them are needed, and a weak one is not enough for the second.
pub const SAME_PERSON: i32 = 14;

/// So many years lie between parents and their children at least.
const GENERATION: u32 = 16;

/// The weight of the evidence; `crowded` says whether many rows share the door. Nothing where something speaks plainly
/// against it.
pub fn evidence(a: &Features, b: &Features, crowded: bool) -> Option<i32> {
    let name = name(a, b)?;
    let birth = birth(a.birth, b.birth);
    if birth == BirthMatch::Conflict || contradict_civility(a, b) || is_nameless_estate(a, b) {
        return None;
    }
    let together = a.may_share_place(b);
    let door = match (a.door, b.door) {
        (Some(x), Some(y)) if together && x.key == y.key && !a.flat.contradicts(&b.flat) => {
            Some(if crowded { 4 } else { 6 })
        }
        _ => None,
    };
    // Who died and who lives elsewhere are one only where the day of birth says so too.
    if a.deceased != b.deceased && door.is_none() && birth != BirthMatch::Day {
        return None;
    }
    let phone = a.phone.is_some() && a.phone == b.phone;
    let email = a.email.is_some() && a.email == b.email;
    let contact = match (phone, email) {
        (true, true) => 8,
        (true, false) | (false, true) => 6,
        _ => 0,
    };
    if name == NameMatch::FirstOnly && (door.is_none() && contact == 0 || birth == BirthMatch::Unknown) {
        return None;
    }
    let apart = if a.commune.is_some() && b.commune.is_some() && !together { -4 } else { 0 };
    Some(name.weight() + birth.weight() + door.unwrap_or(0) + contact + apart)
}

/// Can these two not be one person, whoever else says so? Rows of one group never contradict each other.
pub fn contradict(a: &Features, b: &Features) -> bool {
    birth(a.birth, b.birth) == BirthMatch::Conflict
        || contradict_civility(a, b)
        || name(a, b).is_none()
        || is_nameless_estate(a, b)
}

/// « Succession FABRE » is nobody's row among the living of that name.
fn is_nameless_estate(a: &Features, b: &Features) -> bool {
    a.deceased != b.deceased && (a.first.is_empty() || b.first.is_empty())
}

/// How two names agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NameMatch {
    Same,
    Slip,
    Initial,
    /// A first name in common and no surname: a maiden name, perhaps.
    FirstOnly,
}

impl NameMatch {
    fn weight(self) -> i32 {
        match self {
            Self::Same => 8,
            Self::Slip => 6,
            Self::Initial | Self::FirstOnly => 4,
        }
    }
}

/// How two births agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BirthMatch {
    Day,
    Year,
    Slip,
    Unknown,
    Conflict,
}

impl BirthMatch {
    fn weight(self) -> i32 {
        match self {
            Self::Day => 10,
            Self::Year | Self::Slip => 4,
            Self::Unknown | Self::Conflict => 0,
        }
    }
}

fn name(a: &Features, b: &Features) -> Option<NameMatch> {
    let surnames = |f: fn(&str, &str) -> bool| a.surnames().any(|x| b.surnames().any(|y| f(x, y)));
    let share = surnames(|x, y| x == y);
    let first = a.first == b.first && !a.first.is_empty();
    if share && first || swapped(a, b) {
        return Some(NameMatch::Same);
    }
    let near = || surnames(near_surname);
    let near_first = || near_word(&a.first, &b.first);
    if share && near_first() || first && near() {
        return Some(NameMatch::Slip);
    }
    // A surname that slipped into the first name's cell leaves no first name.
    let lost = |x: &Features, y: &Features| x.surnames().chain(y.surnames()).any(|s| s == x.first);
    if share && (is_short_for(&a.first, &b.first) || is_short_for(&b.first, &a.first) || lost(a, b) || lost(b, a)) {
        return Some(NameMatch::Initial);
    }
    first.then_some(NameMatch::FirstOnly)
}

fn swapped(a: &Features, b: &Features) -> bool {
    !a.first.is_empty()
        && !b.first.is_empty()
        && a.surnames().any(|s| s == b.first)
        && b.surnames().any(|s| s == a.first)
}

/// One slip, two in a long name, or one half of a double name.
fn near_surname(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let half = short.len() >= 4
        && (long.strip_prefix(short).is_some_and(|r| r.starts_with(' '))
            || long.strip_suffix(short).is_some_and(|r| r.ends_with(' ')));
    half || near_word(a, b)
        || (short.len() >= 8 && osa_distance(a, b) <= 2)
        || (short.len() >= 5 && a.replace(' ', "") == b.replace(' ', ""))
}

fn near_word(a: &str, b: &str) -> bool {
    a.len().min(b.len()) >= 4 && a.len().abs_diff(b.len()) <= 1 && osa_distance(a, b) == 1
}

/// « P » or « J P » for « JEAN PIERRE », « JEAN » for « JEAN PIERRE », nothing for anything.
fn is_short_for(short: &str, long: &str) -> bool {
    if short.is_empty() {
        return true;
    }
    let (mut words, mut initials) = (long.split(' '), short.split(' '));
    let each =
        initials.by_ref().all(|s| words.next().is_some_and(|l| if s.len() <= 2 { l.starts_with(s) } else { l == s }));
    // « JP » for « JEAN PIERRE ».
    let joined =
        || short.len() == long.split(' ').count() && long.split(' ').zip(short.chars()).all(|(l, s)| l.starts_with(s));
    each || joined()
}

fn contradict_civility(a: &Features, b: &Features) -> bool {
    a.civility.is_some() && b.civility.is_some() && a.civility != b.civility
}

fn birth(a: Birth, b: Birth) -> BirthMatch {
    match (a, b) {
        (Birth::Unknown, _) | (_, Birth::Unknown) => BirthMatch::Unknown,
        (Birth::Date(x), Birth::Date(y)) if x == y => BirthMatch::Day,
        (Birth::Date(x), Birth::Date(y)) => {
            // Funds write 1 January where only the year is known.
            let year_alone = |d: NaiveDate| d.ordinal() == 1;
            if x.year() == y.year() && (year_alone(x) || year_alone(y)) {
                BirthMatch::Year
            } else if is_slip(x, y) {
                BirthMatch::Slip
            } else {
                BirthMatch::Conflict
            }
        }
        _ if a.year() == b.year() => BirthMatch::Year,
        _ => BirthMatch::Conflict,
    }
}

/// One digit mistyped, two neighbours exchanged, or day and month exchanged.
fn is_slip(a: NaiveDate, b: NaiveDate) -> bool {
    let exchanged = a.year() == b.year() && a.day() == b.month() && a.month() == b.day();
    let digits = |d: NaiveDate| {
        [d.year().unsigned_abs(), d.month(), d.day()]
            .into_iter()
            .zip([1000, 10, 10])
            .flat_map(split)
            .collect::<Vec<u32>>()
    };
    let (x, y) = (digits(a), digits(b));
    let differing: Vec<usize> = (0..8).filter(|i| x[*i] != y[*i]).collect();
    let neighbours = matches!(differing[..], [i, j] if j == i + 1 && x[i] == y[j] && x[j] == y[i]);
    // One digit of the decade may be a father and his son.
    let generations = differing.len() == 1 && a.year().abs_diff(b.year()) >= GENERATION;
    exchanged || differing.len() == 1 && !generations || neighbours
}

/// The decimal digits of a number below ten times `top`.
fn split((number, top): (u32, u32)) -> impl Iterator<Item = u32> {
    std::iter::successors(Some(top), |t| (*t > 1).then(|| t / 10)).map(move |t| number / t % 10)
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
            (day(1938, 1, 1), BirthMatch::Year),
            (Birth::Year(1938), BirthMatch::Year),
            (Birth::Unknown, BirthMatch::Unknown),
            (Birth::Year(1939), BirthMatch::Conflict),
            (day(1964, 1, 30), BirthMatch::Conflict),
        ] {
            assert_eq!(birth(day(1938, 1, 22), other), wanted, "{other:?}");
        }
        assert_eq!(birth(day(1938, 3, 4), day(1938, 4, 3)), BirthMatch::Slip);
    }

    #[test]
    fn short_forms_are_known() {
        for (short, long) in [("P", "PAULETTE"), ("J P", "JEAN PIERRE"), ("JP", "JEAN PIERRE"), ("JEAN", "JEAN PIERRE")]
        {
            assert!(is_short_for(short, long), "{short} {long}");
        }
        for (short, long) in [("M", "PAULETTE"), ("PAUL", "PAULETTE"), ("J M", "JEAN PIERRE")] {
            assert!(!is_short_for(short, long), "{short} {long}");
        }
    }

    #[test]
    fn surnames_may_slip() {
        for (a, b) in [
            ("BUOLET", "BOULET"),
            ("MARTIN DUPONT", "MARTIN"),
            ("SAINT LEGER", "SAINTLEGER"),
            ("TROCELIER", "TROCELLIER"),
        ] {
            assert!(near_surname(a, b), "{a} {b}");
        }
        assert!(!near_surname("BRUN", "BLANC"));
    }
}

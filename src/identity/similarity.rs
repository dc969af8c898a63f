//! Evidence that two rows are one person.

use chrono::{Datelike, NaiveDate};
use strsim::osa_distance;

use super::features::{Door, Features, Symbol, Words, flat};
use super::frequency::Frequency;
use crate::domain::first_name::civility_of;
use crate::domain::retiree::{Birth, Civility};

/// From here on two rows are taken for one person. A same name weighs 8, a same day of birth 10, a same door 6: two of
/// them are needed, and a weak one is not enough for the second.
pub const SAME_PERSON: i32 = 14;
/// From here on somebody should look at them.
pub const PERHAPS: i32 = 12;

/// So many years lie between parents and their children at least.
const GENERATION: u32 = 16;

/// What speaks for two rows being one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    pub name: NameMatch,
    pub birth: BirthMatch,
    /// The weight of a shared door.
    pub door: Option<i32>,
    pub phone: bool,
    pub email: bool,
    /// Both communes are known, and differ.
    pub apart: bool,
    /// Among so many people two agree like that by chance, or as twins.
    pub frequent: bool,
}

impl Evidence {
    /// From [`SAME_PERSON`] on it is enough.
    pub fn weight(&self) -> i32 {
        let contact = match (self.phone, self.email) {
            (true, true) => 8,
            (true, false) | (false, true) => 6,
            _ => 0,
        };
        // Who moves keeps a mobile phone.
        let apart = match (self.apart, self.name) {
            (true, NameMatch::Same) if contact > 0 => -2,
            (true, _) => -4,
            (false, _) => 0,
        };
        let sum = self.name.weight() + self.birth.weight() + self.door.unwrap_or(0) + contact + apart;
        // Where chance makes such pairs too, nothing but a person tells; nor where two of different surnames share no door: a phone
        // may be a guardian's.
        let strangers = self.name == NameMatch::FirstOnly && self.door.is_none_or(|weight| weight <= 0);
        if self.frequent || strangers { sum.min(SAME_PERSON - 1) } else { sum }
    }

    /// Is it worth a person's look, where it is not enough? Births that cannot be one person's may be badly typed, where
    /// all else agrees.
    pub fn is_doubtful(&self) -> bool {
        if self.birth == BirthMatch::Conflict {
            return self.name == NameMatch::Same && self.door == Some(A_DOOR);
        }
        // Without a date an initial at a door may be a first name written short, or a relative's.
        let initial = self.name == NameMatch::Initial && self.door == Some(A_DOOR) && self.birth == BirthMatch::Unknown;
        self.weight() < SAME_PERSON && (self.weight() >= PERHAPS || initial)
    }
}

/// The weight of a door that few share.
const A_DOOR: i32 = 6;
/// The weight of one that many share.
const A_CROWDED_DOOR: i32 = 4;
/// The same number in a street whose name has slipped.
const A_NEAR_DOOR: i32 = 5;
/// A house has a few people; more rows at one number are a block of flats.
const CROWD_AT_A_NUMBER: u32 = 12;
/// At a lieu-dit a few rows are one family, more are neighbours.
const CROWD_AT_A_PLACE: u32 = 6;

/// Somebody who is in a list twice has another door there in some three of a thousand rows: chance must be ten times
/// rarer, or it needs a look.
const STRANGERS: f64 = 0.0003;
/// So often it is hardly ever one person, and not worth a look either.
const MANY_STRANGERS: f64 = 0.05;
/// Somebody is in a list twice behind one door under two surnames in some four of a thousand rows.
const BEHIND_A_DOOR: f64 = 0.004;

/// The evidence; `sharing` says how many rows share the door. Nothing where something speaks plainly against it.
pub fn evidence(words: &Words, a: &Features, b: &Features, sharing: u32, frequency: &Frequency) -> Option<Evidence> {
    let mut birth = birth(a.birth, b.birth);
    let torn = matches!(birth, BirthMatch::Conflict | BirthMatch::Part);
    let phone = a.phone.is_some() && a.phone == b.phone;
    let email = a.email.is_some() && a.email == b.email;
    let contact = phone || email;
    let numbered = a.door.is_some_and(Door::is_private);
    let crowded = sharing > if numbered { CROWD_AT_A_NUMBER } else { CROWD_AT_A_PLACE };
    let one_door = a.door.is_some() && a.door == b.door;
    // Most pairs end here: only a badly typed date is worth more.
    if torn && !(one_door && !crowded || birth == BirthMatch::Part && (one_door || contact))
        || birth == BirthMatch::Conflict && far(a.birth, b.birth)
    {
        return None;
    }
    let siblings = may_be_siblings(a.birth, b.birth);
    if birth == BirthMatch::Part && one_door && !crowded && !siblings {
        birth = BirthMatch::Slip;
    }
    if contradict_civility(a, b, birth) || is_nameless_estate(a, b) || contradict_birth_name(words, a, b) {
        return None;
    }
    let both_slipped = || (contact || birth == BirthMatch::Day) && two_slips(words, a, b);
    let name = name(words, a, b).or_else(|| both_slipped().then_some(NameMatch::Slips))?;
    // Other first names are twins, or one of them is known by another of theirs.
    if name == NameMatch::SurnameOnly && birth != BirthMatch::Day {
        return None;
    }
    let together = a.may_share_place(b);
    let door = match (a.door, b.door) {
        (Some(x), Some(y)) if together && x.key == y.key && !contradict_flat(words, a.flat, b.flat) => {
            Some(if crowded { A_CROWDED_DOOR } else { A_DOOR })
        }
        (Some(x), Some(y)) if together && x.is_near(y) && !contradict_flat(words, a.flat, b.flat) => Some(A_NEAR_DOOR),
        _ => None,
    };
    // Who died and who lives elsewhere are one only where the day of birth says so too.
    if a.deceased != b.deceased && door.is_none() && birth != BirthMatch::Day {
        return None;
    }
    if name == NameMatch::SurnameOnly && door.is_none() {
        return None;
    }
    if name == NameMatch::FirstOnly && is_no_maiden_name(a, b, birth, door.is_some() || contact) {
        return None;
    }
    let apart = a.commune.is_some() && b.commune.is_some() && !together;
    let frequent = match (door, name) {
        (_, NameMatch::SurnameOnly) => true,
        _ if contact => false,
        // Twins, or one of them: « Anne-Marie » and « Marie-Anne », where others have these names too (else somebody has written
        // their two first names in either order), « Michel » and « Michèle ».
        (_, NameMatch::Slip) if a.first != b.first && same_words(words.text(a.first), words.text(b.first)) => {
            door.is_none() || frequency.are_names(a.first, b.first)
        }
        (_, NameMatch::Slip) if may_be_husband_and_wife(words, a, b) => true,
        // Sisters, too, have first names and births that are nearly alike.
        (Some(_), NameMatch::Slip) if birth == BirthMatch::Slip && a.first != b.first && siblings => true,
        (Some(_), NameMatch::FirstOnly) => frequency.behind_a_door(a, birth, sharing) > BEHIND_A_DOOR,
        (Some(_), _) => false,
        (None, _) => {
            let strangers = frequency.strangers(a, b, name, birth);
            if strangers > MANY_STRANGERS {
                return None;
            }
            strangers > STRANGERS
        }
    };
    Some(Evidence { name, birth, door, phone, email, apart, frequent })
}

/// Two surnames of one person are those of a woman who married, and nothing but a first name is little: the births must agree
/// and a door or a contact be shared. Of a man, nothing less than the day will do.
fn is_no_maiden_name(a: &Features, b: &Features, birth: BirthMatch, shared: bool) -> bool {
    let men = a.civility == Some(Civility::Monsieur) && b.civility == Some(Civility::Monsieur);
    !shared || matches!(birth, BirthMatch::Unknown | BirthMatch::Part) || men && birth != BirthMatch::Day
}

/// Can these two not be one person, whoever else says so? Rows of one group never contradict each other.
pub fn contradict(words: &Words, a: &Features, b: &Features) -> bool {
    let birth = birth(a.birth, b.birth);
    birth == BirthMatch::Conflict
        || contradict_civility(a, b, birth)
        || contradict_birth_name(words, a, b)
        || name(words, a, b)
            .map_or_else(|| !two_slips(words, a, b), |name| matches!(name, NameMatch::Prefix | NameMatch::SurnameOnly))
        || is_nameless_estate(a, b)
}

/// « Succession FABRE » is nobody's row among the living of that name.
fn is_nameless_estate(a: &Features, b: &Features) -> bool {
    a.deceased != b.deceased && !(a.first.is_some() && b.first.is_some())
}

fn contradict_flat(words: &Words, a: Symbol, b: Symbol) -> bool {
    a != b && a.is_some() && b.is_some() && flat(words, a).contradicts(&flat(words, b))
}

/// Brothers and sisters are born on one day or months apart.
fn may_be_siblings(a: Birth, b: Birth) -> bool {
    let (Birth::Date(a), Birth::Date(b)) = (a, b) else { return true };
    !(2..BETWEEN_SIBLINGS).contains(&(a - b).num_days().abs())
}

/// Days.
const BETWEEN_SIBLINGS: i64 = 250;

/// So many years apart they are parent and child, or strangers.
fn far(a: Birth, b: Birth) -> bool {
    a.year().zip(b.year()).is_none_or(|(a, b)| a.abs_diff(b) >= GENERATION)
}

/// How two names agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameMatch {
    Same,
    Slip,
    /// A surname and a first name that have both slipped.
    Slips,
    /// First names that begin alike: « Mich » and « Michel », but « Micheline » too.
    Prefix,
    Initial,
    /// A first name in common and no surname: a maiden name, perhaps.
    FirstOnly,
    /// A surname in common and no first name: another of the person's first names, perhaps.
    SurnameOnly,
}

impl NameMatch {
    fn weight(self) -> i32 {
        match self {
            Self::Same => 8,
            Self::Slip => 6,
            Self::Initial | Self::FirstOnly => 4,
            Self::Prefix => 3,
            Self::SurnameOnly | Self::Slips => 2,
        }
    }
}

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
    fn weight(self) -> i32 {
        match self {
            Self::Day => 10,
            Self::Year | Self::Slip => 4,
            Self::Part => 1,
            Self::Unknown | Self::Conflict => 0,
        }
    }
}

fn name(words: &Words, a: &Features, b: &Features) -> Option<NameMatch> {
    let share = a.surnames().any(|x| b.surnames().any(|y| x == y));
    let text = |s: Symbol| words.text(s);
    let first = a.first.is_some() && (a.first == b.first || goes_on(text(a.first), text(b.first)));
    if share && first || swapped(a, b) {
        return Some(NameMatch::Same);
    }
    let near = || a.surnames().any(|x| b.surnames().any(|y| near_surname(text(x), text(y))));
    let near_first = || near_word(text(a.first), text(b.first)) || same_words(text(a.first), text(b.first));
    if share && near_first() || first && near() || nearly_swapped(words, a, b) {
        return Some(NameMatch::Slip);
    }
    if share {
        let (one, other) = (text(a.first), text(b.first));
        // A surname that slipped into the first name's cell leaves no first name.
        let lost = |x: &Features| {
            a.surnames().chain(b.surnames()).any(|s| s == x.first) && civility_of(text(x.first)).is_none()
        };
        if is_short_for(one, other) || is_short_for(other, one) || lost(a) || lost(b) {
            return Some(NameMatch::Initial);
        }
        if begin_alike(one, other) {
            return Some(NameMatch::Prefix);
        }
    }
    match (first, share) {
        (true, _) => Some(NameMatch::FirstOnly),
        (_, true) => Some(NameMatch::SurnameOnly),
        _ => None,
    }
}

/// « BEN SALAH Mohamed » and « BENSALAH Mohammed », « LAVNET Marguerite » and « LVNET Marguerite Fernande »: little by itself.
fn two_slips(words: &Words, a: &Features, b: &Features) -> bool {
    let (one, other) = (words.text(a.first), words.text(b.first));
    let one_of_several =
        |short: &str, long: &str| short.len() >= 4 && long.len() > short.len() && is_short_for(short, long);
    (near_word(one, other) || one_of_several(one, other) || one_of_several(other, one))
        && a.surnames().any(|x| b.surnames().any(|y| near_surname(words.text(x), words.text(y))))
}

fn swapped(a: &Features, b: &Features) -> bool {
    a.first.is_some() && b.first.is_some() && a.surnames().any(|s| s == b.first) && b.surnames().any(|s| s == a.first)
}

/// The same, but for a slip in one of the two names.
fn nearly_swapped(words: &Words, a: &Features, b: &Features) -> bool {
    let one = |a: &Features, b: &Features| {
        let near = |s: Symbol| near_word(words.text(s), words.text(a.first));
        a.first.is_some() && a.surnames().any(|s| s == b.first) && b.surnames().any(near)
    };
    one(a, b) || one(b, a)
}

/// « ROGER » and « ROGER AMEDEE »: who goes by the first of several names. « JEAN » and « JEAN PIERRE » may be brothers.
fn goes_on(a: &str, b: &str) -> bool {
    const OF_COMPOUNDS: [&str; 11] =
        ["ANNE", "CHARLES", "FRANCOIS", "JEAN", "LOUIS", "MARC", "MARIE", "PAUL", "PIERRE", "ROSE", "YVES"];
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short.len() > 2
        && long.strip_prefix(short).is_some_and(|rest| rest.starts_with(' ') && rest.len() > 3)
        && !OF_COMPOUNDS.contains(&short)
}

/// One slip, two in a long name, or one half of a double name.
fn near_surname(a: &str, b: &str) -> bool {
    let short = a.len().min(b.len());
    are_half(a, b)
        || near_word(a, b)
        || (short >= 8 && a.len().abs_diff(b.len()) <= 2 && osa_distance(a, b) <= 2)
        || (short >= 5 && a.replace(' ', "") == b.replace(' ', ""))
}

/// Is one a half of the other, a double name?
pub fn are_half(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short.len() >= 4
        && (long.strip_prefix(short).is_some_and(|r| r.starts_with(' '))
            || long.strip_suffix(short).is_some_and(|r| r.ends_with(' ')))
}

/// Are the first names those of a man and of a woman, and no title says that it is a slip?
fn may_be_husband_and_wife(words: &Words, a: &Features, b: &Features) -> bool {
    let told = |row: &Features| civility_of(words.text(row.first));
    let one_title = a.civility.is_some() && a.civility == b.civility;
    a.first != b.first && !one_title && told(a).zip(told(b)).is_some_and(|(x, y)| x != y)
}

/// « MARIE JEANNE » and « JEANNE MARIE ».
fn same_words(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.contains(' ') && a.split(' ').all(|word| b.split(' ').any(|other| other == word))
}

/// One slip apart, where that says something.
pub fn near_word(a: &str, b: &str) -> bool {
    a.len().min(b.len()) >= 4 && is_one_slip(a, b)
}

/// Does one letter too many, too few, wrong, or in its neighbour's place make one of the other?
pub fn is_one_slip(a: &str, b: &str) -> bool {
    let common = |pairs: &mut dyn Iterator<Item = (&u8, &u8)>| pairs.take_while(|(x, y)| x == y).count();
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let front = common(&mut a.iter().zip(b));
    let (a, b) = (&a[front..], &b[front..]);
    let back = common(&mut a.iter().rev().zip(b.iter().rev()));
    match (&a[..a.len() - back], &b[..b.len() - back]) {
        ([], [_]) | ([_], []) | ([_], [_]) => true,
        ([x, y], [z, w]) => x == w && y == z,
        _ => false,
    }
}

/// « P » or « J P » for « JEAN PIERRE », « JEAN » or « PIERRE » for « JEAN PIERRE », nothing for anything.
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
    // Of several first names any one may be the one that is used.
    let one_of_them = || short.len() > 2 && long.split(' ').any(|word| word == short);
    each || joined() || one_of_them()
}

fn begin_alike(a: &str, b: &str) -> bool {
    let common = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    common >= 4
}

/// A person has one birth name. What stands for it in one row may be the usage name of the other.
fn contradict_birth_name(words: &Words, a: &Features, b: &Features) -> bool {
    let (x, y) = (a.birth_name, b.birth_name);
    let crossed = x == b.usage && y == a.usage;
    x != y && x.is_some() && y.is_some() && !crossed && !near_surname(words.text(x), words.text(y))
}

/// A wrong title is no other person where names and the day of birth are the same.
fn contradict_civility(a: &Features, b: &Features, birth: BirthMatch) -> bool {
    let differ = a.civility.is_some() && b.civility.is_some() && a.civility != b.civility;
    let same = || birth == BirthMatch::Day && a.usage == b.usage && a.first == b.first && a.first.is_some();
    differ && !same()
}

fn birth(a: Birth, b: Birth) -> BirthMatch {
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
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn one_slip_is_a_distance_of_one(a in "[AB]{0,6}", b in "[AB]{0,6}") {
            prop_assert_eq!(is_one_slip(&a, &b), osa_distance(&a, &b) == 1);
        }
    }

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

    #[test]
    fn short_forms_are_known() {
        for (short, long) in [
            ("P", "PAULETTE"),
            ("J P", "JEAN PIERRE"),
            ("JP", "JEAN PIERRE"),
            ("JEAN", "JEAN PIERRE"),
            ("PIERRE", "JEAN PIERRE"),
        ] {
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

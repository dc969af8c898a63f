//! Evidence that two rows are one person.

use super::births::{BirthMatch, birth, far, may_be_siblings};
use super::features::{Door, Features, Symbol, Words, flat};
use super::frequency::Frequency;
use super::names::{NameMatch, name, near_surname, same_words, two_slips};
use crate::domain::first_name::civility_of;
use crate::domain::retiree::Civility;

/// From here on two rows are taken for one person. A same name weighs 8, a same day of birth 10, a same door 6: two of
/// them are needed, and a weak one is not enough for the second.
pub const SAME_PERSON: i32 = 14;
/// From here on somebody should look at them.
pub const PERHAPS: i32 = 12;

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

/// Are the first names those of a man and of a woman, and no title says that it is a slip?
fn may_be_husband_and_wife(words: &Words, a: &Features, b: &Features) -> bool {
    let told = |row: &Features| civility_of(words.text(row.first));
    let one_title = a.civility.is_some() && a.civility == b.civility;
    a.first != b.first && !one_title && told(a).zip(told(b)).is_some_and(|(x, y)| x != y)
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

//! Who is opposed, recognised without being named. An opposition is kept as keyed digests of what tells a person from
//! others; a list's row is checked against them by making the same digests of it.

mod book;
#[cfg(test)]
mod tests;

pub use book::{Known, Opposed, OppositionBook, OppositionDoubt};

use super::features::door_text;
use super::secret::{Digest, Seal, SecretKey};
use crate::domain::address::capitals;
use crate::domain::id::StructureId;
use crate::domain::opposition::Channels;
use crate::domain::retiree::{Birth, Retiree};

/// What a digest is made of. Names are in capitals without accents, hyphens and blanks, surname and first name in either
/// order; each surname and each first name of a row gives its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyKind {
    /// The name alone, cut to three bytes: rows of other names are passed over at little cost, and by itself it tells
    /// one name in some millions from the others, no more.
    Name,
    /// Name and day of birth.
    BirthDate,
    /// Name, year of birth and postcode.
    YearAndPostcode,
    /// Name and address.
    Address,
    /// Surname, first letter of the first name, and year with postcode or address: meets a row that abbreviates.
    Initial,
    /// The same of somebody of whom no more than the first letter is known: meets every row.
    Abbreviated,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// All that a row says, of which somebody has said that it is this person.
    SamePerson,
    /// All that a row says, of which somebody has said that it is another person.
    SomebodyElse,
}

/// One digest of an opposition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// What it is made of.
    pub kind: KeyKind,
    /// The digest.
    pub digest: Digest,
}

/// Makes the digests of one structure. Another structure's digests of the same person are others.
#[derive(Debug, Clone)]
pub struct Sealer(Seal);

impl KeyKind {
    const ALL: [Self; 10] = [
        Self::Name,
        Self::BirthDate,
        Self::YearAndPostcode,
        Self::Address,
        Self::Initial,
        Self::Abbreviated,
        Self::Email,
        Self::Phone,
        Self::SamePerson,
        Self::SomebodyElse,
    ];

    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::BirthDate => "birth_date",
            Self::YearAndPostcode => "year_postcode",
            Self::Address => "address",
            Self::Initial => "initial",
            Self::Abbreviated => "abbreviated",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::SamePerson => "same_person",
            Self::SomebodyElse => "somebody_else",
        }
    }

    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.code() == code)
    }

    fn is_partial(self) -> bool {
        matches!(self, Self::YearAndPostcode | Self::Address | Self::Initial | Self::Abbreviated)
    }
}

impl Sealer {
    /// For a structure's oppositions.
    pub fn new(key: &SecretKey, scope: StructureId) -> Self {
        Self(key.seal(&format!("opposition {scope}")))
    }

    /// The digests to keep for somebody who closes these channels. An e-mail address and a phone number only serve where
    /// they are closed themselves.
    pub fn keys(&self, person: &Retiree, channels: Channels) -> Vec<Key> {
        let mut keys = Vec::new();
        let names = Names::of(person);
        self.named(&names, &Traits::of(person), true, |kind, digest| keys.push(Key { kind, digest }));
        // The name alone recognises nobody.
        if !keys.is_empty() {
            self.tags(&names, true, |tag| keys.push(Key { kind: KeyKind::Name, digest: tag }));
        }
        if channels.email {
            keys.extend(self.email(person).map(|digest| Key { kind: KeyKind::Email, digest }));
        }
        if channels.phone {
            keys.extend(self.phone(person).map(|digest| Key { kind: KeyKind::Phone, digest }));
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The digest that keeps what somebody has answered about a row: it is this person, or another.
    pub fn answered(&self, person: &Retiree, same: bool) -> Key {
        let kind = if same { KeyKind::SamePerson } else { KeyKind::SomebodyElse };
        Key { kind, digest: self.whole(person) }
    }

    /// Calls `give` with the tag of each name, and where `initials` are asked for of each surname with a first letter.
    fn tags(&self, names: &Names, initials: bool, mut give: impl FnMut(Digest)) {
        let mut tag = |a: &str, b: &str| {
            let mut tag = self.0.digest(&["name", a, b]);
            tag[TAG_BYTES..].fill(0);
            give(tag);
        };
        for (surname, first) in names.pairs() {
            let (a, b) = in_order(surname, first);
            tag(a, b);
            if initials {
                letters(first).for_each(|letter| tag(surname, letter));
            }
        }
    }

    /// Calls `give` with each digest that has the name in it and something beside it.
    fn named(&self, names: &Names, person: &Traits, initials: bool, mut give: impl FnMut(KeyKind, Digest)) {
        let year = person.birth.year().map(|y| y.to_string());
        let year_and_postcode = year.as_deref().zip(person.postcode.as_deref());
        let address = person.door.as_deref().zip(person.place.as_deref());
        let by_initial = if names.abbreviated { KeyKind::Abbreviated } else { KeyKind::Initial };
        for (surname, first) in names.pairs() {
            let (a, b) = in_order(surname, first);
            if let Birth::Date(day) = person.birth {
                give(KeyKind::BirthDate, self.0.digest(&["day", a, b, &day.to_string()]));
            }
            if let Some((year, postcode)) = year_and_postcode {
                give(KeyKind::YearAndPostcode, self.0.digest(&["year", a, b, year, postcode]));
            }
            if let Some((door, place)) = address {
                give(KeyKind::Address, self.0.digest(&["address", a, b, door, place]));
            }
            for letter in letters(first).filter(|_| initials) {
                if let Some((year, postcode)) = year_and_postcode {
                    give(by_initial, self.0.digest(&["initial year", surname, letter, year, postcode]));
                }
                if let Some((door, place)) = address {
                    give(by_initial, self.0.digest(&["initial address", surname, letter, door, place]));
                }
            }
        }
    }

    fn email(&self, person: &Retiree) -> Option<Digest> {
        person.email.as_ref().map(|email| self.0.digest(&["email", &email.to_lowercase()]))
    }

    fn phone(&self, person: &Retiree) -> Option<Digest> {
        person.phone.as_ref().map(|phone| self.0.digest(&["phone", phone.e164()]))
    }

    fn whole(&self, person: &Retiree) -> Digest {
        let (names, person) = (Names::of(person), Traits::of(person));
        let birth = match person.birth {
            Birth::Unknown => String::new(),
            Birth::Year(year) => year.to_string(),
            Birth::Date(day) => day.to_string(),
        };
        let or_nothing = |text: &Option<String>| text.clone().unwrap_or_default();
        self.0.digest(&[
            "whole",
            &names.surnames.join(" "),
            &names.firsts.join(" "),
            &birth,
            &or_nothing(&person.door),
            &or_nothing(&person.place),
        ])
    }
}

/// How much of a name's digest is kept: 16 million tags.
const TAG_BYTES: usize = 3;

/// Every name of a row.
struct Names {
    surnames: Vec<String>,
    firsts: Vec<String>,
    /// No more of the first name than its first letter is known.
    abbreviated: bool,
}

/// What a row says of its person beside the name.
struct Traits {
    birth: Birth,
    postcode: Option<String>,
    door: Option<String>,
    /// The commune, or the postcode where it is not known.
    place: Option<String>,
}

impl Names {
    fn of(person: &Retiree) -> Self {
        let mut surnames = vec![compact(&person.usage_name)];
        surnames.extend(person.birth_name.as_deref().map(compact));
        surnames.retain(|s| !s.is_empty());
        surnames.dedup();
        // « Louis et Rose » are two people in one row.
        let firsts = person.first_name.split(" et ").map(compact).collect();
        Self { surnames, firsts, abbreviated: is_initial(&person.first_name) }
    }

    /// Each surname with each first name.
    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.surnames.iter().flat_map(|surname| self.firsts.iter().map(move |first| (surname.as_str(), first.as_str())))
    }
}

impl Traits {
    fn of(person: &Retiree) -> Self {
        let address = &person.address;
        let postcode = address.postcode.map(String::from);
        Self {
            birth: person.birth,
            door: door_text(address).map(|(text, _)| text),
            place: address.commune.map(String::from).or_else(|| postcode.clone()),
            postcode,
        }
    }
}

/// The same for swapped names.
fn in_order<'n>(surname: &'n str, first: &'n str) -> (&'n str, &'n str) {
    if surname < first { (surname, first) } else { (first, surname) }
}

/// The first letter, and nothing: a row may have no first name at all.
fn letters(first: &str) -> impl Iterator<Item = &str> {
    first.get(..1).into_iter().chain([""])
}

/// « Le Gall » and « LEGALL » are one.
fn compact(name: &str) -> String {
    let mut name = capitals(name);
    name.retain(|c| c != ' ');
    name
}

/// Nothing, or single letters: « O. », « J.-P. ».
fn is_initial(first_name: &str) -> bool {
    first_name.split([' ', '-', '.']).all(|part| part.chars().count() <= 1)
}

//! Who is opposed, recognised without being named. An opposition is kept as keyed digests of what tells a person from
//! others; a list's row is checked against them by making the same digests of it.

use std::collections::{HashMap, HashSet};

use super::features::door_text;
use super::secret::{Digest, Seal, SecretKey};
use crate::domain::address::capitals;
use crate::domain::id::{OppositionId, StructureId};
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

/// An opposition as it is kept.
#[derive(Debug, Clone)]
pub struct Known {
    /// Its identifier.
    pub id: OppositionId,
    /// What it closes.
    pub channels: Channels,
    /// Its digests.
    pub keys: Vec<Key>,
}

/// What the oppositions say about a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Opposed {
    /// What is closed for certain.
    pub channels: Channels,
    /// The oppositions that say so about this person.
    pub by: Vec<OppositionId>,
    /// Oppositions that may be this person's: for somebody to decide, and no letter until then.
    pub doubts: Vec<Doubt>,
}

/// An opposition that may be this person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doubt {
    /// The opposition.
    pub opposition: OppositionId,
    /// What agrees.
    pub because: KeyKind,
}

/// Makes the digests of one structure. Another structure's digests of the same person are others.
#[derive(Debug, Clone)]
pub struct Sealer(Seal);

/// The oppositions of a structure, ready to check many rows.
#[derive(Debug)]
pub struct OppositionBook {
    sealer: Sealer,
    known: Vec<(OppositionId, Channels)>,
    /// The tags of all names.
    names: HashSet<Digest>,
    by_digest: HashMap<Digest, Vec<(u32, KeyKind)>>,
    /// Somebody opposed is only known by the first letter of the first name.
    abbreviates: bool,
    by_email: bool,
    by_phone: bool,
}

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

impl OppositionBook {
    /// The oppositions of a structure.
    pub fn new(sealer: Sealer, oppositions: Vec<Known>) -> Self {
        let mut by_digest: HashMap<Digest, Vec<(u32, KeyKind)>> = HashMap::new();
        let mut known = Vec::with_capacity(oppositions.len());
        let mut names = HashSet::new();
        let mut has = [false; KeyKind::ALL.len()];
        for (at, opposition) in (0u32..).zip(oppositions) {
            known.push((opposition.id, opposition.channels));
            for key in opposition.keys {
                has[key.kind as usize] = true;
                if key.kind == KeyKind::Name {
                    names.insert(key.digest);
                } else {
                    by_digest.entry(key.digest).or_default().push((at, key.kind));
                }
            }
        }
        let has = |kind: KeyKind| has[kind as usize];
        let (abbreviates, by_email, by_phone) = (has(KeyKind::Abbreviated), has(KeyKind::Email), has(KeyKind::Phone));
        Self { sealer, known, names, by_digest, abbreviates, by_email, by_phone }
    }

    /// Is nobody opposed?
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// What the oppositions say about this person; nothing for nearly everybody. Certain are the name with the day of
    /// birth, and the name with the address and the year of birth.
    pub fn check(&self, person: &Retiree) -> Option<Opposed> {
        if self.is_empty() {
            return None;
        }
        let names = Names::of(person);
        let initials = names.abbreviated || self.abbreviates;
        let mut is_known = false;
        self.sealer.tags(&names, initials, |tag| is_known |= self.names.contains(&tag));
        let mut hits: Vec<(u32, KeyKind)> = Vec::new();
        let mut look = |kind: KeyKind, digest: Digest| {
            let met = self.by_digest.get(&digest).into_iter().flatten();
            // Two full first names that begin with the same letter are two people.
            hits.extend(met.filter(|(_, theirs)| !(kind == KeyKind::Initial && *theirs == KeyKind::Initial)));
        };
        if is_known {
            self.sealer.named(&names, &Traits::of(person), initials, &mut look);
        }
        if let Some(digest) = self.sealer.email(person).filter(|_| self.by_email) {
            look(KeyKind::Email, digest);
        }
        if let Some(digest) = self.sealer.phone(person).filter(|_| self.by_phone) {
            look(KeyKind::Phone, digest);
        }
        if hits.is_empty() { None } else { self.judge(person, hits) }
    }

    fn judge(&self, person: &Retiree, mut hits: Vec<(u32, KeyKind)>) -> Option<Opposed> {
        hits.sort_unstable();
        hits.dedup();
        let mut answers: Option<&[(u32, KeyKind)]> = None;
        let mut answered = |at, kind| {
            let of_row = || self.by_digest.get(&self.sealer.whole(person)).map(Vec::as_slice).unwrap_or_default();
            answers.get_or_insert_with(of_row).contains(&(at, kind))
        };
        let mut found = Opposed::default();
        let mut partial: Vec<(u32, KeyKind)> = Vec::new();
        for of_one in hits.chunk_by(|a, b| a.0 == b.0) {
            let has = |kind| of_one.iter().any(|(_, k)| *k == kind);
            let at = of_one[0].0;
            let (id, closes) = self.known[at as usize];
            // The address or the number itself is closed, whoever has it.
            found.channels.email |= has(KeyKind::Email);
            found.channels.phone |= has(KeyKind::Phone);
            let certain = has(KeyKind::BirthDate) || has(KeyKind::Address) && has(KeyKind::YearAndPostcode);
            let partly = of_one.iter().find(|(_, kind)| kind.is_partial());
            if certain || partly.is_some() && answered(at, KeyKind::SamePerson) {
                found.channels = found.channels.and(closes);
                found.by.push(id);
            } else if let Some(partly) = partly.filter(|_| !answered(at, KeyKind::SomebodyElse)) {
                partial.push(*partly);
            }
        }
        for (at, because) in partial {
            let (opposition, closes) = self.known[at as usize];
            if !found.channels.covers(closes) {
                found.doubts.push(Doubt { opposition, because });
            }
        }
        (found != Opposed::default()).then_some(found)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::address::PostalAddress;
    use crate::domain::phone::Phone;

    fn odette() -> Retiree {
        Retiree {
            usage_name: "MARTIN".into(),
            birth_name: Some("PAGÈS".into()),
            first_name: "Odette".into(),
            birth: Birth::Date("1939-03-12".parse().unwrap()),
            address: PostalAddress {
                line4: "4 RUE DU FAUBOURG SAINT GERVAIS".into(),
                line6: "48600 GRANDRIEU".into(),
                postcode: "48600".parse().ok(),
                commune: "48070".parse().ok(),
                ..PostalAddress::default()
            },
            phone: Phone::parse("04 66 00 00 01").ok(),
            email: Some("odette@exemple.fr".into()),
            ..Retiree::default()
        }
    }

    fn sealer() -> Sealer {
        Sealer::new(&SecretKey::from([7; 32]), StructureId(uuid::Uuid::nil()))
    }

    fn book(person: &Retiree, channels: Channels) -> OppositionBook {
        let keys = sealer().keys(person, channels);
        OppositionBook::new(sealer(), vec![Known { id: OppositionId::new(), channels, keys }])
    }

    /// What becomes of a row: certain, in doubt for a reason, or nothing.
    fn verdict(opposed: &Retiree, row: &Retiree) -> Option<Option<KeyKind>> {
        let found = book(opposed, Channels::POST).check(row)?;
        Some(if found.channels.post { None } else { Some(found.doubts[0].because) })
    }

    fn moved(mut row: Retiree) -> Retiree {
        row.address.line4 = "9 PLACE DU FOIRAIL".into();
        row
    }

    #[test]
    fn other_writings_of_the_same_person_are_certain() {
        let named = |usage: &str, birth: Option<&str>, first: &str| Retiree {
            usage_name: usage.into(),
            birth_name: birth.map(str::to_owned),
            first_name: first.into(),
            ..odette()
        };
        let abbreviated_street = || {
            let mut row = Retiree { birth: Birth::Year(1939), ..odette() };
            row.address.line4 = "4 R DU FG ST GERVAIS".into();
            row
        };
        for row in [
            odette(),
            moved(odette()),
            named("martin", None, "ODETTE"),
            named("PAGES", None, "Odette"),
            named("DURAND", Some("PAGÈS"), "Odette"),
            named("Odette", None, "Martin"),
            abbreviated_street(),
        ] {
            assert_eq!(verdict(&odette(), &row), Some(None), "{row:?}");
        }
    }

    #[test]
    fn what_agrees_in_part_is_a_doubt() {
        let year_only = || Retiree { birth: Birth::Year(1939), ..odette() };
        let with_birth = |birth| Retiree { birth, ..odette() };
        let abbreviated = Retiree { first_name: "O.".into(), ..odette() };
        let nameless = Retiree { first_name: String::new(), ..odette() };
        for (row, because) in [
            (moved(year_only()), KeyKind::YearAndPostcode),
            (with_birth(Birth::Unknown), KeyKind::Address),
            (with_birth(Birth::Year(1962)), KeyKind::Address),
            (abbreviated.clone(), KeyKind::Initial),
            (moved(abbreviated.clone()), KeyKind::Initial),
            (nameless, KeyKind::Initial),
        ] {
            assert_eq!(verdict(&odette(), &row), Some(Some(because)), "{row:?}");
        }
        assert_eq!(verdict(&abbreviated, &year_only()), Some(Some(KeyKind::Abbreviated)));
    }

    #[test]
    fn other_people_are_left_alone() {
        let olivier = Retiree { first_name: "Olivier".into(), ..odette() };
        let elsewhere = |mut row: Retiree| {
            row.address.postcode = "30000".parse().ok();
            row.address.commune = "30189".parse().ok();
            row
        };
        let namesake = elsewhere(moved(Retiree { birth: Birth::Year(1939), ..odette() }));
        for row in [olivier, namesake, Retiree::default()] {
            assert_eq!(verdict(&odette(), &row), None, "{row:?}");
        }
        let other = Sealer::new(&SecretKey::from([7; 32]), StructureId::new());
        let known =
            Known { id: OppositionId::new(), channels: Channels::POST, keys: sealer().keys(&odette(), Channels::POST) };
        assert_eq!(OppositionBook::new(other, vec![known]).check(&odette()), None, "another structure's digests");
    }

    #[test]
    fn a_number_is_closed_whoever_has_it() {
        let stranger = Retiree {
            usage_name: "BRUN".into(),
            first_name: "Luc".into(),
            phone: odette().phone,
            email: odette().email,
            ..Retiree::default()
        };
        let found = book(&odette(), Channels::ALL).check(&stranger).unwrap();
        assert_eq!(found.channels, Channels { post: false, email: true, phone: true });
        assert!(found.doubts.is_empty());
        assert_eq!(book(&odette(), Channels::POST).check(&stranger), None, "who closes letters gives no number");
    }

    #[test]
    fn who_was_said_to_be_somebody_else_is_not_asked_about_again() {
        let row = Retiree { birth: Birth::Unknown, ..odette() };
        let id = OppositionId::new();
        let mut keys = sealer().keys(&odette(), Channels::POST);
        keys.push(sealer().answered(&row, false));
        let book = OppositionBook::new(sealer(), vec![Known { id, channels: Channels::POST, keys }]);
        assert_eq!(book.check(&row), None);
        assert!(book.check(&odette()).is_some_and(|found| found.by == [id]));
    }

    #[test]
    fn a_couple_in_one_row_is_met_by_either() {
        let couple = Retiree { first_name: "Louis et Odette".into(), birth: Birth::Year(1939), ..odette() };
        assert_eq!(verdict(&odette(), &couple), Some(None));
    }
}

//! A row that lost its commune borrows it from a row of the same list with the same surname, number, street and postcode: a
//! spouse, or the same person twice.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::field::Field;
use super::names::FullName;
use super::normalise;
use super::reading::{Reading, borrowed};
use crate::domain::address::{capitals, expanded};

/// The communes that can be borrowed, as far as rows without one ask for them.
#[derive(Default)]
pub struct Neighbours {
    lent: HashMap<u64, Option<String>>,
    usual: HashMap<String, String>,
}

/// What a row without a commune asks for.
pub struct Ask {
    keys: Vec<u64>,
    sign: u64,
    postcode: String,
}

/// What a row without a commune among its cells asks for. The cells are as written.
pub fn ask(reading: Reading, cells: &[Cow<'_, str>]) -> Option<Ask> {
    let row = Row::of(reading, cells);
    (row.town.is_empty() && !row.postcode.is_empty()).then(|| Ask {
        keys: keys(&row.name, &row.postcode, &row.lines).collect(),
        sign: sign(reading, |i| Cow::Borrowed(&*cells[i]), &row.postcode),
        postcode: row.postcode,
    })
}

/// What all rows without a commune ask for.
#[derive(Default)]
pub struct Asked {
    keys: HashSet<u64>,
    /// Postcode and first number, as written: few rows that could lend have neither in common with one that asks.
    signs: HashSet<u64>,
    postcodes: HashSet<String>,
}

impl Extend<Ask> for Asked {
    fn extend<I: IntoIterator<Item = Ask>>(&mut self, asks: I) {
        for ask in asks {
            self.keys.extend(ask.keys);
            self.signs.insert(ask.sign);
            self.postcodes.insert(ask.postcode);
        }
    }
}

/// What a row may lend, by its postcode, its commune and its first number.
pub struct Offer {
    postcode: String,
    /// The commune as written, in capitals.
    town: String,
    /// May one that asks be of the same door?
    matters: bool,
}

/// What a row can lend.
pub struct Loan {
    postcode: String,
    /// The commune as written, in capitals.
    town: String,
    /// The commune as it is lent, under keys that somebody asks for.
    lent: Option<(String, Vec<u64>)>,
}

impl Asked {
    /// Does nobody ask?
    pub fn is_empty(&self) -> bool {
        self.postcodes.is_empty()
    }

    /// What a row may lend, from its cells as written; nothing where nobody asks at its postcode or it has no commune.
    pub fn offer<'c>(&self, reading: Reading, cell: impl Fn(usize) -> Cow<'c, str> + Copy) -> Option<Offer> {
        let postcode = reading.raw_postcode(cell);
        if !self.postcodes.contains(&postcode) || reading.lacks_town(cell) {
            return None;
        }
        let matters = self.signs.contains(&sign(reading, cell, &postcode));
        Some(Offer { postcode, town: reading.raw_town(cell), matters })
    }

    /// What a row lends of what it offered. Only one that matters is read in full: `cells` gives all of it.
    pub fn lend<'c>(&self, reading: Reading, offer: Offer, cells: impl FnOnce() -> Vec<Cow<'c, str>>) -> Loan {
        let lent = offer.matters.then(|| {
            let row = Row::of(reading, &cells());
            let keys = keys(&row.name, &row.postcode, &row.lines).filter(|k| self.keys.contains(k)).collect();
            (row.town, keys)
        });
        Loan { postcode: offer.postcode, town: offer.town, lent }
    }
}

/// What all rows lend.
#[derive(Default)]
pub struct Lent {
    lent: HashMap<u64, Option<String>>,
    /// For each postcode how often each commune stands with it.
    towns: HashMap<String, BTreeMap<String, u32>>,
}

impl Extend<Loan> for Lent {
    fn extend<I: IntoIterator<Item = Loan>>(&mut self, loans: I) {
        for loan in loans {
            *self.towns.entry(loan.postcode).or_default().entry(loan.town).or_default() += 1;
            let Some((town, keys)) = loan.lent else { continue };
            for key in keys {
                let agreed = self.lent.entry(key).or_insert_with(|| Some(town.clone()));
                if agreed.as_deref().is_some_and(|t| capitals(t) != capitals(&town)) {
                    *agreed = None;
                }
            }
        }
    }
}

impl Lent {
    /// What those who lack a commune may borrow.
    pub fn answers(self) -> Neighbours {
        let usual = self.towns.into_iter().filter_map(|(postcode, towns)| {
            // Of equally many the first by name: the same in every run.
            let (town, _) = towns.into_iter().rev().max_by_key(|(_, count)| *count)?;
            Some((postcode, town))
        });
        Neighbours { usual: usual.collect(), lent: self.lent }
    }
}

impl Neighbours {
    /// The commune that a neighbour lends, where all who could agree.
    pub fn town(&self, name: &FullName, postcode: &str, lines: &[String]) -> Option<&str> {
        if self.lent.is_empty() {
            return None;
        }
        keys(name, postcode, lines).find_map(|k| self.lent.get(&k)?.as_deref())
    }

    /// The commune that most rows of the list have with this postcode: a guess.
    pub fn usual_town(&self, postcode: &str) -> Option<&str> {
        self.usual.get(postcode).map(String::as_str)
    }
}

/// What two rows are compared by.
struct Row {
    name: FullName,
    postcode: String,
    town: String,
    lines: Vec<String>,
}

impl Row {
    fn of(reading: Reading, cells: &[Cow<'_, str>]) -> Self {
        let cleaned: Vec<Cow<'_, str>> = cells.iter().map(|c| normalise::cleaned(c)).collect();
        let cells = borrowed(&cleaned);
        let name = reading.name(&cells, &mut Vec::new());
        let mut lines = reading.address_cells(&cells);
        let (postcode, town) = reading.place_cells(&cells, &mut lines);
        Self { name, postcode, town, lines }
    }
}

/// The postcode with the first number of the address.
fn sign<'c>(reading: Reading, cell: impl Fn(usize) -> Cow<'c, str>, postcode: &str) -> u64 {
    let fields = reading.columns.fields().iter().enumerate();
    let of_address = fields.filter(|(_, f)| matches!(f, Some(Field::Address | Field::StreetPiece))).map(|(i, _)| i);
    let mut hasher = DefaultHasher::new();
    postcode.hash(&mut hasher);
    for cell in of_address.map(cell) {
        let digits = cell.bytes().skip_while(|b| !b.is_ascii_digit()).take_while(u8::is_ascii_digit);
        if digits.map(|digit| digit.hash(&mut hasher)).count() > 0 {
            break;
        }
    }
    hasher.finish()
}

/// One for each surname; none without a number in the address, for a hamlet's name is borne by many.
fn keys(name: &FullName, postcode: &str, lines: &[String]) -> impl Iterator<Item = u64> {
    let address = expanded(&capitals(&lines.join(" ")));
    let numbered = address.bytes().any(|b| b.is_ascii_digit());
    let surnames = [Some(name.surname.as_str()), name.birth_name.as_deref()];
    let surnames: HashSet<String> =
        surnames.into_iter().flatten().filter(|n| numbered && !n.is_empty()).map(capitals).collect();
    let postcode = postcode.to_owned();
    surnames.into_iter().map(move |surname| {
        let mut hasher = DefaultHasher::new();
        (surname, &postcode, &address).hash(&mut hasher);
        hasher.finish()
    })
}

//! A row that lost its commune borrows it from a row of the same list with the same surname, number, street and postcode: a
//! spouse, or the same person twice.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::field::Field;
use super::names::FullName;
use super::normalise;
use super::reading::Reading;
use crate::domain::address::{capitals, expanded};

/// The communes that can be borrowed. It only remembers what rows without a commune ask for.
#[derive(Default)]
pub struct Neighbours {
    lent: HashMap<u64, Option<String>>,
    usual: HashMap<String, String>,
}

/// What rows without a commune ask for.
#[derive(Default)]
pub struct Asked {
    keys: HashSet<u64>,
    /// Postcode and first number, as written: few rows that could lend have neither in common with one that asks.
    signs: HashSet<u64>,
    /// For each postcode how often each commune stands with it.
    towns: HashMap<String, BTreeMap<String, u32>>,
}

impl Asked {
    /// Notes what a row asks for, if it lacks its commune. The cells are as written.
    pub fn see(&mut self, reading: Reading, cells: &[String]) {
        if !reading.lacks_town(cells) {
            return;
        }
        let row = Row::of(reading, cells);
        if row.town.is_empty() && !row.postcode.is_empty() {
            self.keys.extend(keys(&row.name, &row.postcode, &row.lines));
            self.signs.insert(sign(reading, cells, &row.postcode));
            self.towns.entry(row.postcode).or_default();
        }
    }

    /// Goes through the rows once more for those that can lend; only rows that matter are read in full.
    pub fn answered(mut self, reading: Reading, rows: impl Iterator<Item = Vec<String>>) -> Neighbours {
        let mut lent = HashMap::<u64, Option<String>>::new();
        if self.towns.is_empty() {
            return Neighbours::default();
        }
        for cells in rows {
            let postcode = reading.raw_postcode(&cells);
            let Some(towns) = self.towns.get_mut(&postcode) else { continue };
            if reading.lacks_town(&cells) {
                continue;
            }
            let town = reading.raw_town(&cells);
            match towns.get_mut(&town) {
                Some(count) => *count += 1,
                None => drop(towns.insert(town, 1)),
            }
            if !self.signs.contains(&sign(reading, &cells, &postcode)) {
                continue;
            }
            let row = Row::of(reading, &cells);
            for key in keys(&row.name, &row.postcode, &row.lines).filter(|k| self.keys.contains(k)) {
                let agreed = lent.entry(key).or_insert_with(|| Some(row.town.clone()));
                if agreed.as_deref().is_some_and(|t| capitals(t) != capitals(&row.town)) {
                    *agreed = None;
                }
            }
        }
        let usual = self.towns.into_iter().filter_map(|(postcode, towns)| {
            // Of equally many the first by name: the same in every run.
            let (town, _) = towns.into_iter().rev().max_by_key(|(_, count)| *count)?;
            Some((postcode, town))
        });
        Neighbours { lent, usual: usual.collect() }
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
    fn of(reading: Reading, cells: &[String]) -> Self {
        let cells: Vec<String> = cells.iter().map(|c| normalise::cleaned(c)).collect();
        let name = reading.name(&cells, &mut Vec::new());
        let mut lines = reading.address_cells(&cells);
        let (postcode, town) = reading.place_cells(&cells, &mut lines);
        Self { name, postcode, town, lines }
    }
}

/// The postcode with the first number of the address.
fn sign(reading: Reading, cells: &[String], postcode: &str) -> u64 {
    let fields = reading.columns.fields().iter().zip(cells);
    let of_address = fields.filter(|(f, _)| matches!(f, Some(Field::Address | Field::StreetPiece)));
    let digits = |cell: &str| -> Option<String> {
        let start = cell.find(|c: char| c.is_ascii_digit())?;
        Some(cell[start..].chars().take_while(char::is_ascii_digit).collect())
    };
    let mut hasher = DefaultHasher::new();
    (postcode, of_address.map(|(_, cell)| cell).find_map(|cell| digits(cell))).hash(&mut hasher);
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

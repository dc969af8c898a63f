//! A row that lost its commune borrows it from a row of the same list with the same surname, number, street and postcode: a
//! spouse, or the same person twice.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::names::FullName;
use super::normalise;
use super::reading::Reading;
use crate::domain::address::{capitals, expanded};

/// The communes that can be borrowed. It only remembers what rows without a commune ask for.
#[derive(Default)]
pub struct Neighbours {
    lent: HashMap<u64, Option<String>>,
}

impl Neighbours {
    /// Goes through the rows twice: who asks, and who can lend. `rows` gives the cells as written, from the start each
    /// time; only rows that matter are read in full.
    pub fn among<I: Iterator<Item = Vec<String>>>(reading: Reading, rows: impl Fn() -> I) -> Self {
        let mut asked = HashSet::new();
        let mut postcodes = HashSet::new();
        for cells in rows().filter(|cells| reading.lacks_town(cells)) {
            let row = Row::of(reading, &cells);
            if row.town.is_empty() && !row.postcode.is_empty() {
                asked.extend(keys(&row.name, &row.postcode, &row.lines));
                postcodes.insert(row.postcode);
            }
        }
        let mut lent = HashMap::<u64, Option<String>>::new();
        let wanted =
            |cells: &Vec<String>| !reading.lacks_town(cells) && postcodes.contains(&reading.raw_postcode(cells));
        for cells in rows().filter(|cells| !asked.is_empty() && wanted(cells)) {
            let row = Row::of(reading, &cells);
            for key in keys(&row.name, &row.postcode, &row.lines).filter(|k| asked.contains(k)) {
                let agreed = lent.entry(key).or_insert_with(|| Some(row.town.clone()));
                if agreed.as_deref().is_some_and(|t| capitals(t) != capitals(&row.town)) {
                    *agreed = None;
                }
            }
        }
        Self { lent }
    }

    /// The commune that a neighbour lends, where all who could agree.
    pub fn town(&self, name: &FullName, postcode: &str, lines: &[String]) -> Option<&str> {
        if self.lent.is_empty() {
            return None;
        }
        keys(name, postcode, lines).find_map(|k| self.lent.get(&k)?.as_deref())
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

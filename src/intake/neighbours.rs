//! A row that lost its commune borrows it from a row of the same list with the same surname, number, street and postcode: a
//! spouse, or the same person twice.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::names::FullName;
use super::reading::Reading;
use crate::domain::address::{capitals, expanded};

/// The communes that can be borrowed. It only remembers what rows without a commune ask for.
#[derive(Default)]
pub struct Neighbours {
    lent: HashMap<u64, Option<String>>,
}

impl Neighbours {
    /// Goes through the rows twice: who asks, and who can lend. `rows` gives cleaned cells, from the start each time.
    pub fn among<I: Iterator<Item = Vec<String>>>(reading: Reading, rows: impl Fn() -> I) -> Self {
        let mut asked = HashSet::new();
        each(reading, rows(), |name, postcode, town, lines| {
            if town.is_empty() && !postcode.is_empty() {
                asked.extend(keys(name, postcode, lines));
            }
        });
        let mut lent = HashMap::<u64, Option<String>>::new();
        if !asked.is_empty() {
            each(reading, rows(), |name, postcode, town, lines| {
                for key in keys(name, postcode, lines).filter(|k| !town.is_empty() && asked.contains(k)) {
                    let agreed = lent.entry(key).or_insert_with(|| Some(town.to_owned()));
                    if agreed.as_deref().is_some_and(|t| capitals(t) != capitals(town)) {
                        *agreed = None;
                    }
                }
            });
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

fn each(
    reading: Reading,
    rows: impl Iterator<Item = Vec<String>>,
    mut see: impl FnMut(&FullName, &str, &str, &[String]),
) {
    for cells in rows {
        let name = reading.name(&cells, &mut Vec::new());
        let mut lines = reading.address_cells(&cells);
        let (postcode, town) = reading.place_cells(&cells, &mut lines);
        see(&name, &postcode, &town, &lines);
    }
}

/// One for each surname; none without a number in the address, for a hamlet's name is borne by many.
fn keys(name: &FullName, postcode: &str, lines: &[String]) -> impl Iterator<Item = u64> {
    let address = expanded(&capitals(&lines.join(" ")));
    let numbered = address.bytes().any(|b| b.is_ascii_digit());
    let surnames = [Some(name.surname.as_str()), name.birth_name.as_deref()];
    let surnames: HashSet<String> =
        surnames.into_iter().flatten().filter(|n| numbered && !n.is_empty()).map(capitals).collect();
    let postcode = postcode.trim_start_matches('0').to_owned();
    surnames.into_iter().map(move |surname| {
        let mut hasher = DefaultHasher::new();
        (surname, &postcode, &address).hash(&mut hasher);
        hasher.finish()
    })
}

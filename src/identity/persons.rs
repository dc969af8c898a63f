//! Rows of the same person.

use super::blocks::{crowd, pairs};
use super::features::{Features, hash};
use super::similarity::{SAME_PERSON, contradict, evidence};

/// For each row the first row of the same person. The strongest evidence joins first, and no group holds two rows that
/// contradict each other.
pub fn group(rows: &[Features]) -> Vec<u32> {
    let crowds = crowd(&rows.iter().map(door_key).collect::<Vec<_>>());
    let mut edges = Vec::new();
    let mut look = |i: u32, j: u32| {
        let (a, b) = (i as usize, j as usize);
        let numbered = rows[a].door.is_some_and(|d| d.numbered);
        let crowded = crowds[a].max(crowds[b]) > if numbered { CROWD_AT_A_NUMBER } else { CROWD_AT_A_PLACE };
        if let Some(weight) = evidence(&rows[a], &rows[b], crowded).filter(|w| *w >= SAME_PERSON) {
            edges.push((std::cmp::Reverse(weight), i, j));
        }
    };
    let kinds: [fn(&Features, &mut Vec<u64>); 6] =
        [name_and_year, name_and_place, door_and_place, contacts, day_and_place, day_and_first_name];
    let mut keys = Vec::new();
    for kind in kinds {
        let mut keyed = Vec::new();
        for (i, row) in (0u32..).zip(rows) {
            kind(row, &mut keys);
            keyed.extend(keys.drain(..).map(|k| (k, i)));
        }
        pairs(keyed, &mut look);
    }
    edges.sort_unstable();
    edges.dedup();
    let mut groups = Groups::new(rows.len());
    for (_, i, j) in edges {
        groups.join(i, j, |a, b| contradict(&rows[a as usize], &rows[b as usize]));
    }
    groups.first
}

/// A house has a few people; more rows at one number are a block of flats.
const CROWD_AT_A_NUMBER: usize = 12;
/// At a lieu-dit a few rows are one family, more are neighbours.
const CROWD_AT_A_PLACE: usize = 6;

/// Groups of rows, each known by its first row.
struct Groups {
    first: Vec<u32>,
    members: std::collections::HashMap<u32, Vec<u32>>,
}

impl Groups {
    fn new(rows: usize) -> Self {
        Self { first: (0..rows as u32).collect(), members: std::collections::HashMap::new() }
    }

    fn join(&mut self, i: u32, j: u32, against: impl Fn(u32, u32) -> bool) {
        let (a, b) = (self.first[i as usize], self.first[j as usize]);
        if a == b {
            return;
        }
        let (first, other) = (a.min(b), a.max(b));
        let of = |it: &Self, g: u32| it.members.get(&g).cloned().unwrap_or_else(|| vec![g]);
        let (mut all, more) = (of(self, first), of(self, other));
        if all.iter().any(|x| more.iter().any(|y| against(*x, *y))) {
            return;
        }
        for row in &more {
            self.first[*row as usize] = first;
        }
        all.extend(more);
        self.members.remove(&other);
        self.members.insert(first, all);
    }
}

fn door_key(row: &Features) -> Option<u64> {
    row.door.map(|d| hash((d.key, row.places().next())))
}

/// Surname and first name in either order, so that swapped names meet.
fn unordered(surname: &str, first: &str) -> u64 {
    hash(if surname < first { (surname, first) } else { (first, surname) })
}

fn name_and_year(row: &Features, keys: &mut Vec<u64>) {
    if let Some(year) = row.birth.year() {
        keys.extend(row.surnames().map(|s| hash((unordered(s, &row.first), year))));
    }
}

fn name_and_place(row: &Features, keys: &mut Vec<u64>) {
    for place in row.places() {
        keys.extend(row.surnames().map(|s| hash((unordered(s, &row.first), place))));
    }
}

fn door_and_place(row: &Features, keys: &mut Vec<u64>) {
    let Some(door) = row.door else { return };
    for place in row.places() {
        keys.push(hash((door.key, place)));
        // In a large block only these meet.
        keys.extend(row.birth.year().map(|year| hash((door.key, place, year))));
        keys.push(hash((door.key, place, row.first.as_str())));
    }
}

fn contacts(row: &Features, keys: &mut Vec<u64>) {
    keys.extend(row.phone.into_iter().chain(row.email));
}

fn day_and_place(row: &Features, keys: &mut Vec<u64>) {
    if let crate::domain::retiree::Birth::Date(day) = row.birth {
        keys.extend(row.places().map(|place| hash((day, place))));
    }
}

fn day_and_first_name(row: &Features, keys: &mut Vec<u64>) {
    if let crate::domain::retiree::Birth::Date(day) = row.birth {
        keys.push(hash((day, row.first.as_str())));
    }
}

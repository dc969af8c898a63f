//! People of the same household: two adults at most, less than 25 years apart, who share a door and a surname.

use std::collections::{BTreeMap, BTreeSet};

use super::blocks::pairs;
use super::features::{Door, Features, hash};
use super::flat::Flat;
use crate::domain::commune::{InseeCode, Postcode};
use crate::domain::retiree::{Birth, Civility};

/// For each row the first row of its household, from the first row of its person.
pub fn group(rows: &[Features], person: &[u32]) -> Vec<u32> {
    let people = people(rows, person);
    let mut bonds = BTreeSet::new();
    let index: Vec<(u32, &Person)> = people.iter().map(|(first, p)| (*first, p)).collect();
    let mut look = |i: u32, j: u32| {
        let ((a, one), (b, other)) = (index[i as usize], index[j as usize]);
        if let Some(bond) = bond(one, other) {
            bonds.insert((bond, a, b));
        }
    };
    let (mut by_name, mut by_door) = (Vec::new(), Vec::new());
    for (i, (_, person)) in (0u32..).zip(&index) {
        for home in &person.homes {
            for key in home.keys() {
                by_name.extend(person.names().map(|name| (hash((key, name)), i)));
                by_door.extend(home.door.numbered.then_some((key, i)));
            }
        }
    }
    pairs(by_name, &mut look);
    // Misspelt surnames meet at their number.
    pairs(by_door, &mut look);

    let mut partner = BTreeMap::new();
    for (_, a, b) in bonds {
        if !partner.contains_key(&a) && !partner.contains_key(&b) {
            partner.insert(a, b);
            partner.insert(b, a);
        }
    }
    person.iter().map(|first| partner.get(first).map_or(*first, |other| *first.min(other))).collect()
}

/// Adults of one household are less than this many years apart; more is a parent and a child.
const GENERATION: i32 = 25;
/// Where the door says little, the ages must be closer.
const CLOSE: i32 = 18;

/// All rows of one person together.
#[derive(Default)]
struct Person<'r> {
    usage: BTreeSet<&'r str>,
    birth_names: BTreeSet<&'r str>,
    civility: Option<Civility>,
    birth: Birth,
    homes: Vec<Home>,
}

/// A door in its commune, or in its postcode where the commune is not known.
#[derive(PartialEq, Eq)]
struct Home {
    door: Door,
    flat: Flat,
    commune: Option<InseeCode>,
    postcode: Option<Postcode>,
}

impl Home {
    fn keys(&self) -> impl Iterator<Item = u64> {
        let commune = self.commune.map(|c| hash((self.door.key, c)));
        commune.into_iter().chain(self.postcode.map(|p| hash((self.door.key, p))))
    }

    fn is(&self, other: &Self) -> bool {
        let same_place = match (self.commune, other.commune) {
            (Some(a), Some(b)) => a == b,
            _ => self.postcode.is_some() && self.postcode == other.postcode,
        };
        same_place && self.door.key == other.door.key
    }
}

impl<'r> Person<'r> {
    fn names(&self) -> impl Iterator<Item = &'r str> {
        self.usage.union(&self.birth_names).copied()
    }

    fn see(&mut self, row: &'r Features) {
        self.usage.insert(&row.usage);
        self.birth_names.extend(row.birth_name.as_deref());
        self.civility = self.civility.or(row.civility);
        if matches!((self.birth, row.birth), (Birth::Unknown, _) | (Birth::Year(_), Birth::Date(_))) {
            self.birth = row.birth;
        }
        let Some(door) = row.door else { return };
        let home = Home { door, flat: row.flat.clone(), commune: row.commune, postcode: row.postcode };
        if !self.homes.contains(&home) {
            self.homes.push(home);
        }
    }
}

fn people<'r>(rows: &'r [Features], person: &[u32]) -> BTreeMap<u32, Person<'r>> {
    let mut people = BTreeMap::<u32, Person>::new();
    for (row, first) in rows.iter().zip(person) {
        people.entry(*first).or_default().see(row);
    }
    people
}

/// How strongly two people belong together, the strongest first; nothing where they do not.
fn bond(a: &Person, b: &Person) -> Option<(u8, i32)> {
    let shared: Vec<(&Home, &Home)> =
        a.homes.iter().flat_map(|x| b.homes.iter().filter(|y| y.is(x)).map(move |y| (x, y))).collect();
    let numbered = shared.iter().map(|(x, _)| x.door.numbered).max()?;
    let one_flat = |(x, y): &(&Home, &Home)| x.flat.agrees(&y.flat);
    let same_flat = shared.iter().any(|both| one_flat(both) && both.0.flat.is_known());
    if !same_flat && shared.iter().any(|(x, y)| x.flat.contradicts(&y.flat)) {
        return None;
    }
    let couple = a.civility.is_some() && b.civility.is_some() && a.civility != b.civility;
    let gap = a.birth.year().zip(b.birth.year()).map(|(x, y)| (x - y).abs());
    let same_usage = a.usage.intersection(&b.usage).next().is_some();
    let same_name = || a.names().any(|x| b.names().any(|y| x == y));
    let near_name = || a.usage.iter().any(|x| b.usage.iter().any(|y| near(x, y)));
    let name_rank = if same_usage {
        0
    } else if numbered && same_name() {
        1
    } else if numbered && couple && shared.iter().all(one_flat) && near_name() {
        2
    } else {
        return None;
    };
    let allowed = match gap {
        Some(gap) if numbered => gap < GENERATION,
        Some(gap) => couple && gap < CLOSE,
        // Without an age only a man and a woman of one name at one number are taken for a couple.
        None => couple && numbered,
    };
    let rank = name_rank * 4 + u8::from(!numbered) * 2 + u8::from(!couple);
    allowed.then_some((rank, gap.unwrap_or(GENERATION)))
}

fn near(a: &str, b: &str) -> bool {
    a.len().min(b.len()) >= 4 && strsim::osa_distance(a, b) == 1
}

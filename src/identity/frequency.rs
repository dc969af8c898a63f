//! How frequent names and places are among the rows themselves: two rows that agree in what many share may well be two
//! people. The idea is Fellegi and Sunter's (1969): agreement weighs by how seldom chance brings it about.

use std::collections::HashMap;

use super::births::BirthMatch;
use super::features::{Features, Symbol};
use super::hash::Hashed;
use super::names::NameMatch;

/// Counts over all rows, whichever lists they come from.
pub struct Frequency {
    surnames: HashMap<Symbol, u32, Hashed>,
    firsts: HashMap<Symbol, u32, Hashed>,
    places: HashMap<u64, u32, Hashed>,
    rows: f64,
}

impl Frequency {
    /// Counts these rows.
    pub fn of(rows: &[Features]) -> Self {
        let (mut surnames, mut firsts, mut places): (HashMap<_, u32, _>, HashMap<_, u32, _>, HashMap<_, u32, _>) =
            Default::default();
        for row in rows {
            row.surnames().for_each(|name| *surnames.entry(name).or_default() += 1);
            row.places().for_each(|place| *places.entry(place).or_default() += 1);
            *firsts.entry(row.first).or_default() += 1;
        }
        Self { surnames, firsts, places, rows: rows.len().max(1) as f64 }
    }

    /// How many other people agree by chance with one of two rows without a door in common, in name, birth and place, as the
    /// two do.
    pub fn strangers(&self, a: &Features, b: &Features, name: NameMatch, birth: BirthMatch) -> f64 {
        let of = |row: &Features| row.surnames().map(|s| others(&self.surnames, s)).max().unwrap_or(0);
        let surname = f64::from(of(a).max(of(b)));
        let first = others(&self.firsts, a.first).max(others(&self.firsts, b.first));
        let bearers = match name {
            NameMatch::Same => surname * f64::from(first) / self.rows,
            NameMatch::Slip | NameMatch::Prefix => NEAR_NAMES * surname * f64::from(first) / self.rows,
            NameMatch::Slips => NEAR_NAMES * NEAR_NAMES * surname * f64::from(first) / self.rows,
            NameMatch::Initial => surname * INITIAL,
            NameMatch::FirstOnly => f64::from(first),
            NameMatch::SurnameOnly => surname,
        };
        let shared = a.places().filter(|place| b.places().any(|p| p == *place));
        let neighbours = shared.filter_map(|place| self.places.get(&place)).min();
        let place = neighbours.map_or(1.0, |rows| f64::from(*rows) / self.rows);
        bearers * birth_share(birth) * place
    }

    /// Have several others each of these first names?
    pub fn are_names(&self, one: Symbol, other: Symbol) -> bool {
        [one, other].into_iter().all(|name| others(&self.firsts, name) >= SEVERAL)
    }

    /// How many others behind a door that so many rows share have this first name and birth by chance.
    pub fn behind_a_door(&self, row: &Features, birth: BirthMatch, sharing: u32) -> f64 {
        f64::from(sharing) * f64::from(others(&self.firsts, row.first)) / self.rows * birth_share(birth)
    }
}

/// A name has so many others that are one slip away.
const NEAR_NAMES: f64 = 5.0;
/// So many others make a name of what might be a writing.
const SEVERAL: u32 = 2;
/// One in ten has the same first letter.
const INITIAL: f64 = 0.1;

fn others(counts: &HashMap<Symbol, u32, Hashed>, name: Symbol) -> u32 {
    counts.get(&name).copied().unwrap_or(0).saturating_sub(1)
}

/// Which share of the people is born as somebody, by chance: retirees are born in forty years.
fn birth_share(birth: BirthMatch) -> f64 {
    const YEARS: f64 = 40.0;
    match birth {
        BirthMatch::Day => 1.0 / (YEARS * 365.0),
        // A date has some eighty others that are one slip away, and as many that share two of its parts.
        BirthMatch::Slip | BirthMatch::Part => 80.0 / (YEARS * 365.0),
        BirthMatch::Year => 1.0 / YEARS,
        BirthMatch::Unknown | BirthMatch::Conflict => 1.0,
    }
}

//! Whether a man or a woman bears a first name: what most rows with a title say, and where too few have one, what is known of
//! the name.

use std::collections::HashMap;

use super::People;
use super::features::{Features, Symbol};
use super::hash::Hashed;
use crate::domain::first_name::civility_of;
use crate::domain::retiree::Civility;

/// Who bears the first names of these rows.
pub struct Bearers(HashMap<Symbol, Option<Civility>, Hashed>);

/// So many rows with a title say who bears a first name.
const ENOUGH: u32 = 5;
/// One of so many may have the wrong title.
const WRONG: u32 = 20;

impl Bearers {
    /// Looks at all rows.
    pub fn of(people: &People) -> Self {
        let mut counts: HashMap<Symbol, (u32, u32), Hashed> = HashMap::default();
        for row in &people.rows {
            let (men, women) = counts.entry(row.first).or_default();
            match row.civility {
                Some(Civility::Monsieur) => *men += 1,
                Some(Civility::Madame) => *women += 1,
                _ => {}
            }
        }
        let told = |(first, (men, women)): (Symbol, (u32, u32))| {
            let civility = match men + women {
                ..ENOUGH => civility_of(people.words.text(first)),
                _ if women * WRONG <= men => Some(Civility::Monsieur),
                _ if men * WRONG <= women => Some(Civility::Madame),
                _ => None,
            };
            (first, civility)
        };
        Self(counts.into_iter().map(told).collect())
    }

    /// The row's own title, or else the one that its first name tells; where the names stand in each other's cells, that is
    /// the surname's.
    pub fn civility(&self, row: &Features) -> Option<Civility> {
        let told = |name: Symbol| self.0.get(&name).copied().flatten();
        row.civility.or_else(|| told(row.first)).or_else(|| told(row.usage))
    }
}

//! How fragile the people over 55 of a place are before digital services: an index from 1 to 10, and its parts.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::commune::Commune;

/// The index or one of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FragilityPart {
    /// The index over all parts.
    Index,
    /// No fast broadband.
    Broadband,
    /// No 4G.
    Mobile,
    /// Poverty at 50 and over.
    Poverty,
    /// The share of people of 75 and over.
    Aged,
    /// Few diplomas at 50 and over.
    Diplomas,
}

/// What is known of a place, each from 1 (least fragile) to 10.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Fragility([Option<f64>; 6]);

impl FragilityPart {
    /// The index and its parts, in the order of the files.
    pub const ALL: [Self; 6] = [Self::Index, Self::Broadband, Self::Mobile, Self::Poverty, Self::Aged, Self::Diplomas];

    /// The code in packs and forms.
    pub fn code(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Broadband => "broadband",
            Self::Mobile => "mobile",
            Self::Poverty => "poverty",
            Self::Aged => "aged",
            Self::Diplomas => "diplomas",
        }
    }

    /// What the coordinator reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Index => "indice de fragilité",
            Self::Broadband => "pas de haut débit",
            Self::Mobile => "pas de 4G",
            Self::Poverty => "pauvreté à 50 ans et plus",
            Self::Aged => "part des 75 ans et plus",
            Self::Diplomas => "peu de diplômes à 50 ans et plus",
        }
    }
}

impl Fragility {
    /// The value of a part, where it is known.
    pub fn get(&self, part: FragilityPart) -> Option<f64> {
        self.0[part as usize]
    }

    /// The same with this value.
    pub fn with(mut self, part: FragilityPart, value: Option<f64>) -> Self {
        self.0[part as usize] = value;
        self
    }

    /// The same, its blanks filled.
    pub fn or(self, other: Self) -> Self {
        let mut filled = self;
        for (mine, theirs) in filled.0.iter_mut().zip(other.0) {
            *mine = mine.or(theirs);
        }
        filled
    }

    /// What the embedded figures say of a commune: those of its department, or of its region.
    pub fn embedded(commune: &Commune) -> Self {
        let region = format!("R{}", commune.region);
        EMBEDDED.get(&commune.department).or_else(|| EMBEDDED.get(&region)).copied().unwrap_or_default()
    }
}

/// La Mêlée's figures of 2024, see `assets/data/README.md`.
static EMBEDDED: LazyLock<HashMap<String, Fragility>> = LazyLock::new(|| {
    let mut file = csv::Reader::from_reader(include_str!("../../assets/data/fragilite-2024.csv").as_bytes());
    let rows = file.records().filter_map(Result::ok).map(|row| {
        let mut found = Fragility::default();
        for (part, cell) in FragilityPart::ALL.into_iter().zip(row.iter().skip(1)) {
            found = found.with(part, cell.parse().ok());
        }
        (row.get(0).unwrap_or_default().to_owned(), found)
    });
    rows.collect()
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::commune::Gazetteer;

    #[test]
    fn a_commune_takes_its_department_then_its_region() {
        let of =
            |code: &str, part| Fragility::embedded(Gazetteer::embedded().get(code.parse().unwrap()).unwrap()).get(part);
        assert_eq!(of("48095", FragilityPart::Index), Some(7.1));
        assert_eq!(of("48095", FragilityPart::Diplomas), Some(3.5));
        // Haute-Garonne has no figures of its own, Occitanie has an index.
        assert_eq!(of("31555", FragilityPart::Index), Some(6.1));
        assert_eq!(of("31555", FragilityPart::Poverty), None);
        assert_eq!(of("75056", FragilityPart::Index), None);
    }
}

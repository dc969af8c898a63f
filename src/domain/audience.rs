//! Whom to write to, as the coordinator defines it: a filter, a cap, and who is written to later.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Invalid;
use super::commune::{InseeCode, Siren};
use super::fragility::FragilityPart;
use super::retiree::Civility;

/// Whom to write to. What holds for every audience (alive, mailable, not opposed, not in an EHPAD, no wrong address) is not
/// said here. A field that JSON written by an older version lacks asks for nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Audience {
    /// The youngest age at the first session of the workshop to which the household is invited.
    pub minimum_age: u8,
    /// The oldest age then.
    pub maximum_age: Option<u8>,
    /// Kilometres between the commune's centroid and the nearest workshop's, as the crow flies.
    pub within_km: f64,
    /// The share of households drawn to be written to later, from 0 to 1.
    pub later_share: f64,
    /// Only households where somebody of this sex, as their civility tells it, meets the ages.
    pub sex: Option<Sex>,
    /// Only these communes; all where there is none.
    pub communes: BTreeSet<InseeCode>,
    /// Never these communes.
    pub not_communes: BTreeSet<InseeCode>,
    /// Only communes of these communities of communes; all where there is none.
    pub epcis: BTreeSet<Siren>,
    /// Communes that are invited to a venue, by its short name, whatever the distance; they are invited to no other.
    pub assigned: BTreeMap<String, BTreeSet<InseeCode>>,
    /// The least population of a commune.
    pub minimum_population: Option<u32>,
    /// The greatest population of a commune.
    pub maximum_population: Option<u32>,
    /// The least fragility of a commune, from 1 to 10, by part.
    pub fragility: BTreeMap<FragilityPart, f64>,
    /// Only households whom one of these funds named, as their contracts write them; all where there is none.
    pub funds: BTreeSet<String>,
    /// Only households whom one of these lists named, by file name; all where there is none.
    pub lists: BTreeSet<String>,
    /// Whether they were invited in an earlier campaign of the structure.
    pub contacted: Earlier,
    /// Whether they came to a session in an earlier campaign of the structure.
    pub attended: Earlier,
    /// The most letters now.
    pub cap: Option<Cap>,
    /// How those who are written to later are drawn.
    pub drawn_by: DrawnBy,
}

impl Default for Audience {
    fn default() -> Self {
        Self {
            minimum_age: 60,
            maximum_age: None,
            within_km: 25.0,
            later_share: 0.15,
            sex: None,
            communes: BTreeSet::new(),
            not_communes: BTreeSet::new(),
            epcis: BTreeSet::new(),
            assigned: BTreeMap::new(),
            minimum_population: None,
            maximum_population: None,
            fragility: BTreeMap::new(),
            funds: BTreeSet::new(),
            lists: BTreeSet::new(),
            contacted: Earlier::Any,
            attended: Earlier::Any,
            cap: None,
            drawn_by: DrawnBy::Household,
        }
    }
}

/// An audience under its name, which no other of the campaign has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NamedAudience {
    /// The name.
    pub name: String,
    /// What it is.
    pub audience: Audience,
}

/// The name of a pack's audience until somebody gives it another.
pub const USUAL_NAME: &str = "Public du dossier";
/// Characters a name may have.
const LONGEST_NAME: usize = 60;

/// Reads an audience's name: blanks count once, and it is not too long.
pub fn parse_name(written: &str) -> Result<String, Invalid> {
    let name = written.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.chars().count() {
        0 => Err(Invalid::new("Donnez un nom à ce public, par exemple « 65 ans et plus, Margeride ».")),
        1..=LONGEST_NAME => Ok(name),
        _ => Err(Invalid::new(format!("Ce nom est trop long\u{a0}: {LONGEST_NAME} caractères au plus."))),
    }
}

/// A sex, as a civility tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// Madame.
    Female,
    /// Monsieur.
    Male,
}

/// What must have happened in an earlier campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Earlier {
    /// It does not matter.
    #[default]
    Any,
    /// It did not happen.
    Never,
    /// It happened.
    Before,
}

/// The most letters to send now.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cap {
    /// So many.
    Letters(u32),
    /// As many as fill these seats, when this share of letters (above 0, to 1) brings somebody.
    Seats {
        /// The seats.
        seats: u32,
        /// The expected share.
        response: f64,
    },
}

/// How those who are written to later are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DrawnBy {
    /// Household by household, the same share in every commune.
    #[default]
    Household,
    /// Whole communes.
    Commune,
}

impl Audience {
    /// Lets the communes of a venue follow its new short name.
    pub fn rename_venue(&mut self, old: &str, new: &str) {
        if let Some(communes) = self.assigned.remove(old) {
            self.assigned.entry(new.to_owned()).or_default().extend(communes);
        }
    }
}

impl Cap {
    /// The letters it allows, rounded up: « 24 places, 2 % » is 1,200.
    pub fn letters(self) -> u64 {
        match self {
            Self::Letters(letters) => letters.into(),
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "at most 2^32 seats over a share of at least a thousandth"
            )]
            Self::Seats { seats, response } => {
                let letters = f64::from(seats) / response.max(0.001);
                // 0.02 has no exact binary form: 1200.0000001 is 1,200.
                (letters - 1e-6).ceil().max(0.0) as u64
            }
        }
    }
}

impl Sex {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Female, Self::Male];

    /// The code in packs and forms.
    pub fn code(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
        }
    }

    /// Whether somebody in a row with this civility is of it; a couple in one row is of both.
    pub fn is_of(self, civility: Option<Civility>) -> bool {
        match civility {
            None => false,
            Some(Civility::Couple) => true,
            Some(Civility::Madame) => self == Self::Female,
            Some(Civility::Monsieur) => self == Self::Male,
        }
    }
}

impl Earlier {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Any, Self::Never, Self::Before];

    /// The code in packs and forms.
    pub fn code(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Never => "never",
            Self::Before => "before",
        }
    }

    /// Whether a household to whom it happened or not is wanted.
    pub fn allows(self, happened: bool) -> bool {
        match self {
            Self::Any => true,
            Self::Never => !happened,
            Self::Before => happened,
        }
    }
}

impl DrawnBy {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Household, Self::Commune];

    /// The code in packs and forms.
    pub fn code(self) -> &'static str {
        match self {
            Self::Household => "household",
            Self::Commune => "commune",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_and_an_expected_response_make_letters() {
        let letters = |seats, response| Cap::Seats { seats, response }.letters();
        assert_eq!(letters(24, 0.02), 1200);
        assert_eq!(letters(10, 0.03), 334);
        assert_eq!(Cap::Letters(800).letters(), 800);
    }

    #[test]
    fn an_older_definition_still_reads() {
        let read: Audience = serde_json::from_str(r#"{"minimum_age":62,"within_km":30.0,"later_share":0.1}"#).unwrap();
        assert_eq!(read, Audience { minimum_age: 62, within_km: 30.0, later_share: 0.1, ..Audience::default() });
    }
}

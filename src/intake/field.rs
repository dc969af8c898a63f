//! What a column of a list can hold.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::Invalid;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// « Mme », « M. », 1, 2 …
    Civility,
    /// The surname in use.
    UsageName,
    /// The surname at birth.
    BirthName,
    /// The first name.
    FirstName,
    /// Surname and first name in one cell.
    FullName,
    /// A date or year of birth.
    Birth,
    /// Any part of the address: complement, street, lieu-dit, or all of it.
    Address,
    /// A piece of the street (number, BIS, type, name) that only makes sense with its neighbours.
    StreetPiece,
    /// The postcode.
    Postcode,
    /// The commune or line 6's label.
    Town,
    /// Postcode and commune in one cell.
    PostcodeTown,
    /// INSEE's code of the commune.
    CommuneCode,
    /// A phone number.
    Phone,
    /// An e-mail address.
    Email,
    /// Whether, or when, they died.
    Deceased,
    /// Whether the fund's own letters came back from the address.
    Returned,
    /// Whether the person wants no letters, e-mails or calls.
    Opposition,
    /// The fund's own reference.
    Reference,
    /// A NIR: dropped before anything else looks at it.
    Nir,
}

impl Field {
    /// All of them, in the order of a letter.
    pub const ALL: [Self; 19] = [
        Self::Civility,
        Self::UsageName,
        Self::BirthName,
        Self::FirstName,
        Self::FullName,
        Self::Birth,
        Self::Address,
        Self::StreetPiece,
        Self::Postcode,
        Self::Town,
        Self::PostcodeTown,
        Self::CommuneCode,
        Self::Phone,
        Self::Email,
        Self::Deceased,
        Self::Returned,
        Self::Opposition,
        Self::Reference,
        Self::Nir,
    ];

    /// Is it of where somebody lives?
    pub fn is_of_place(self) -> bool {
        use Field::{Address, CommuneCode, Postcode, PostcodeTown, StreetPiece, Town};
        matches!(self, Address | StreetPiece | Postcode | Town | PostcodeTown | CommuneCode)
    }

    /// The code in files, forms and in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Civility => "civility",
            Self::UsageName => "usage_name",
            Self::BirthName => "birth_name",
            Self::FirstName => "first_name",
            Self::FullName => "full_name",
            Self::Birth => "birth",
            Self::Address => "address",
            Self::StreetPiece => "street_piece",
            Self::Postcode => "postcode",
            Self::Town => "town",
            Self::PostcodeTown => "postcode_town",
            Self::CommuneCode => "commune_code",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Deceased => "deceased",
            Self::Returned => "returned",
            Self::Opposition => "opposition",
            Self::Reference => "reference",
            Self::Nir => "nir",
        }
    }

    /// What the coordinator calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Civility => "Civilité ou sexe",
            Self::UsageName => "Nom d’usage",
            Self::BirthName => "Nom de naissance",
            Self::FirstName => "Prénom",
            Self::FullName => "Nom et prénom ensemble",
            Self::Birth => "Date ou année de naissance",
            Self::Address => "Adresse (une partie ou tout)",
            Self::StreetPiece => "Morceau de la voie (numéro, type, nom)",
            Self::Postcode => "Code postal",
            Self::Town => "Commune",
            Self::PostcodeTown => "Code postal et commune ensemble",
            Self::CommuneCode => "Code Insee de la commune",
            Self::Phone => "Téléphone",
            Self::Email => "Courriel",
            Self::Deceased => "Décès",
            Self::Returned => "Courrier revenu (NPAI)",
            Self::Opposition => "Opposition (courrier, courriel ou appel)",
            Self::Reference => "Référence de la caisse",
            Self::Nir => "Numéro de sécurité sociale (écarté)",
        }
    }
}

impl FromStr for Field {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|f| f.code() == text.trim()).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|f| f.code()).collect();
            Invalid::new(format!(
                "« {} » n’est pas une sorte de colonne : écrivez {} ou rien.",
                text.trim(),
                known.join(", ")
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_one_code_everywhere() {
        for field in Field::ALL {
            assert_eq!(field.code().parse(), Ok(field));
            assert_eq!(serde_json::to_value(field).unwrap(), field.code());
        }
    }
}

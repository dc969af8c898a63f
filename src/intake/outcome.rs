//! What becomes of a row.

use std::fmt;

use super::death;
use crate::domain::commune::of_town;
use crate::domain::opposition::Channels;
use crate::domain::retiree::Retiree;

/// The outcome of one row.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Taken as it is.
    Accepted(Retiree),
    /// Taken, with something mended or left out.
    Corrected(Retiree, Vec<Correction>),
    /// Left out: the name or the place cannot be established.
    Refused(Refusal),
}

/// One thing that was mended or left out. Shown, it is a French sentence that names the field, and what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Correction {
    /// A date of birth that cannot be: the age is unknown.
    Birth(String),
    /// A phone that is none was left out.
    Phone(String),
    /// Of two phones the second was left out.
    SecondPhone(String),
    /// An e-mail that is none was left out.
    Email(String),
    /// An e-mail with a blank inside or a comma for a dot was mended.
    EmailMended(String, String),
    /// A postcode got its zero back.
    PostcodeZero(String, String),
    /// A missing, unknown or mistyped postcode was found from the commune.
    Postcode(String, String),
    /// A commune's name was mended.
    Spelling(String, String),
    /// The name of a former commune.
    OldName(String, String),
    /// A missing commune was found from the postcode, from its INSEE code, or from a row with the same name and address.
    Commune(String),
    /// A missing commune that several share a postcode with: the one that most rows have. Nothing is posted there.
    CommuneGuess(String),
    /// No usage name: the birth name stands in.
    UsageName(String),
    /// No surname but in the e-mail, beside the first name.
    Surname(String),
    /// Surname and first name stood in each other's place: what was read at first, and what they are.
    Swapped(String, String),
    /// Cells too many or too few were put back in place.
    Cells(usize, usize),
    /// What the row says in another place than the column of deaths: the person has died.
    Deceased(String),
    /// A date of death that cannot be: the person is taken to be alive.
    DeathDate(String),
    /// The person wants no letters, e-mails or calls, as the list says.
    Opposition(String, Channels),
    /// Signs that belong to no name and no address were taken out of a cell: what it was, and what was read.
    Signs(String, String),
    /// A social security number was taken out of a cell.
    Nir(String),
}

/// Why a row is refused. Shown, it is a French sentence that says what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No surname.
    NoName,
    /// Neither a postcode nor a commune that leads anywhere; what was written.
    NoPlace(String),
}

impl Correction {
    /// The code in files and in the database.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Birth(_) => "birth",
            Self::Phone(_) | Self::SecondPhone(_) => "phone",
            Self::Email(_) | Self::EmailMended(..) => "email",
            Self::PostcodeZero(..) => "postcode_zero",
            Self::Postcode(..) => "postcode",
            Self::Spelling(..) => "commune_spelling",
            Self::OldName(..) => "commune_old_name",
            Self::Commune(_) => "commune",
            Self::CommuneGuess(_) => "commune_guess",
            Self::UsageName(_) => "usage_name",
            Self::Surname(_) => "surname",
            Self::Swapped(..) => "swapped",
            Self::Cells(..) => "cells",
            Self::Deceased(_) => "deceased",
            Self::DeathDate(_) => "death_date",
            Self::Opposition(..) => "opposition",
            Self::Signs(..) => "signs",
            Self::Nir(_) => "nir",
        }
    }
}

impl Refusal {
    /// The code in files and in the database.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoName => "no_name",
            Self::NoPlace(_) => "no_place",
        }
    }
}

impl fmt::Display for Correction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Birth(was) => {
                write!(f, "Date de naissance\u{a0}: «\u{a0}{was}\u{a0}» n’est pas une date possible, âge inconnu.")
            }
            Self::Phone(was) => write!(f, "Téléphone\u{a0}: «\u{a0}{was}\u{a0}» n’est pas un numéro, laissé de côté."),
            Self::SecondPhone(was) => {
                write!(f, "Téléphone\u{a0}: «\u{a0}{was}\u{a0}», seul le premier numéro est gardé.")
            }
            Self::Email(was) => write!(f, "Courriel\u{a0}: «\u{a0}{was}\u{a0}» n’est pas une adresse, laissé de côté."),
            Self::EmailMended(was, is) => write!(f, "Courriel\u{a0}: «\u{a0}{was}\u{a0}» lu {is}."),
            Self::PostcodeZero(was, is) => {
                write!(f, "Code postal\u{a0}: «\u{a0}{was}\u{a0}» lu {is}, le zéro s’était perdu.")
            }
            Self::Postcode(was, is) if was.is_empty() => {
                write!(f, "Code postal\u{a0}: absent, {is} d’après la commune.")
            }
            Self::Postcode(was, is) => {
                write!(f, "Code postal\u{a0}: «\u{a0}{was}\u{a0}» remplacé par {is} d’après la commune.")
            }
            Self::Spelling(was, is) => write!(f, "Commune\u{a0}: «\u{a0}{was}\u{a0}» lue {is}."),
            Self::OldName(was, is) => write!(f, "Commune\u{a0}: «\u{a0}{was}\u{a0}» fait partie {}.", of_town(is)),
            Self::Commune(is) => write!(f, "Commune\u{a0}: absente, {is} d’après le code ou les autres lignes."),
            Self::CommuneGuess(is) => {
                write!(
                    f,
                    "Commune\u{a0}: absente, {is} supposée d’après les autres lignes du même code postal\u{a0}: aucun courrier."
                )
            }
            Self::UsageName(is) => write!(f, "Nom d’usage\u{a0}: absent, le nom de naissance {is} en tient lieu."),
            Self::Surname(is) => write!(f, "Nom\u{a0}: absent, {is} d’après le courriel."),
            Self::Swapped(was, is) => {
                write!(f, "Nom et prénom\u{a0}: «\u{a0}{was}\u{a0}» lu «\u{a0}{is}\u{a0}», d’après les autres lignes.")
            }
            Self::Cells(had, wanted) => {
                write!(f, "Ligne\u{a0}: {had} cellules au lieu de {wanted}, remises en place.")
            }
            Self::Deceased(was) if death::is_estate(was) => {
                write!(f, "Succession ou indivision\u{a0}: «\u{a0}{was}\u{a0}», aucun courrier à cette personne.")
            }
            Self::DeathDate(was) => {
                write!(
                    f,
                    "Date de décès\u{a0}: «\u{a0}{was}\u{a0}» n’est pas une date passée, la personne est tenue pour vivante."
                )
            }
            Self::Deceased(was) => {
                write!(f, "Décès\u{a0}: «\u{a0}{was}\u{a0}», aucun courrier à cette personne.")
            }
            Self::Opposition(was, closed) => {
                let ways = [(closed.post, "de courrier"), (closed.email, "de courriel"), (closed.phone, "d’appel")];
                let ways: Vec<&str> = ways.into_iter().filter(|(shut, _)| *shut).map(|(_, way)| way).collect();
                write!(f, "Opposition\u{a0}: «\u{a0}{was}\u{a0}», plus {}.", ways.join(", "))
            }
            Self::Signs(was, is) => write!(f, "«\u{a0}{was}\u{a0}» lu «\u{a0}{is}\u{a0}»."),
            Self::Nir(column) => write!(f, "{column}\u{a0}: un numéro de sécurité sociale a été effacé."),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoName => f.write_str("Aucun nom de famille\u{a0}: complétez la ligne ou demandez-le à la caisse."),
            Self::NoPlace(was) if was.is_empty() => {
                f.write_str("Ni code postal ni commune\u{a0}: complétez la ligne ou demandez-les à la caisse.")
            }
            Self::NoPlace(was) => {
                write!(f, "«\u{a0}{was}\u{a0}» ne mène à aucune commune\u{a0}: corrigez le code postal ou le nom.")
            }
        }
    }
}

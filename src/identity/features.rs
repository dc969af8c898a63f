//! What of a row serves to recognise a person or a household.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::flat::Flat;
use crate::domain::address::{PostalAddress, capitals, expanded, is_first_name};
use crate::domain::commune::{InseeCode, Postcode};
use crate::domain::retiree::{Birth, Civility, Retiree};

/// A row's names, birth, door and contacts, in forms that can be compared.
#[derive(Debug)]
pub struct Features {
    pub usage: String,
    /// Only where it differs from the usage name.
    pub birth_name: Option<String>,
    pub first: String,
    pub civility: Option<Civility>,
    pub birth: Birth,
    pub commune: Option<InseeCode>,
    pub postcode: Option<Postcode>,
    pub door: Option<Door>,
    /// Which flat, which building behind the door.
    pub flat: Flat,
    pub deceased: bool,
    pub phone: Option<u64>,
    pub email: Option<u64>,
}

/// A delivery address less its commune.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Door {
    /// Equal for two writings of one address.
    pub key: u64,
    /// A number in a street; a lieu-dit, a street without number and an institution are shared by strangers.
    pub numbered: bool,
}

impl Features {
    pub fn of(person: &Retiree) -> Self {
        let usage = capitals(&person.usage_name);
        let birth_name = person.birth_name.as_deref().map(capitals).filter(|n| !n.is_empty() && *n != usage);
        Self {
            birth_name,
            usage,
            // « Louis et Rose » is known by the first of them.
            first: capitals(person.first_name.split(" et ").next().unwrap_or_default()),
            civility: person.civility.filter(|c| *c != Civility::Couple),
            birth: person.birth,
            commune: person.address.commune,
            postcode: person.address.postcode,
            door: door(&person.address),
            flat: Flat::of(&person.address),
            deceased: person.deceased,
            phone: person.phone.as_ref().map(|p| hash(p.e164())),
            email: person.email.as_ref().map(hash),
        }
    }

    /// Usage name, then birth name where it is another.
    pub fn surnames(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.usage.as_str()).chain(self.birth_name.as_deref()).filter(|n| !n.is_empty())
    }

    /// The commune and the postcode, as keys: a row may have lost one of them.
    pub fn places(&self) -> impl Iterator<Item = u64> {
        let commune = self.commune.map(|c| hash(("commune", c)));
        commune.into_iter().chain(self.postcode.map(|p| hash(("postcode", p))))
    }

    /// Can both live in the same commune, as far as it is known?
    pub fn may_share_place(&self, other: &Self) -> bool {
        match (self.commune, other.commune) {
            (Some(a), Some(b)) => a == b,
            _ => self.postcode.is_some() && self.postcode == other.postcode,
        }
    }
}

/// A hash that is the same in every run.
pub fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn door(address: &PostalAddress) -> Option<Door> {
    let (text, of_street) = door_text(address)?;
    let numbered = of_street && text.starts_with(|c: char| c.is_ascii_digit()) && !address.institution;
    Some(Door { key: hash(text), numbered })
}

/// The street, or the lieu-dit where there is none, in a form that is equal for two writings; with whether it is a street.
pub fn door_text(address: &PostalAddress) -> Option<(String, bool)> {
    let street = bare(&address.line4);
    if !street.is_empty() {
        return Some((street, true));
    }
    let place = bare(&address.line5);
    (!place.is_empty()).then_some((place, false))
}

/// A street or lieu-dit without what writings differ in: short forms, articles, first names, a BP in front.
fn bare(line: &str) -> String {
    let line = expanded(line);
    let mut words: Vec<&str> = line.split(' ').filter(|w| !w.is_empty()).collect();
    if words.len() > 2 && matches!(words[0], "BP" | "CS" | "TSA") {
        words.drain(..2);
    }
    let words = match words.as_slice() {
        ["LIEU", "DIT", rest @ ..] if !rest.is_empty() => rest,
        all => all,
    };
    let last = words.len().saturating_sub(1);
    let mut out = String::with_capacity(line.len());
    for (i, word) in words.iter().enumerate() {
        if matches!(*word, "DE" | "DU" | "DES" | "LA" | "LE" | "LES" | "L" | "D") && i < last {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(if i > 0 && i < last && is_first_name(word) { &word[..1] } else { word });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writings_of_one_door_are_equal() {
        for (a, b) in [
            ("93 R DU FAUBOURG ST GERVAIS", "93 RUE DU FAUBOURG SAINT GERVAIS"),
            ("4 BD MAL J M DE LATTRE DE TASSIGNY", "4 BOULEVARD DU MARECHAL JEAN MARIE DE LATTRE DE TASSIGNY"),
            ("LIEU DIT LE BOURG", "LE BOURG"),
            ("BP 12 LE BOUCHET", "LE BOUCHET"),
        ] {
            assert_eq!(bare(a), bare(b));
        }
        assert_ne!(bare("9 RUE BASSE"), bare("9 B RUE BASSE"));
    }
}

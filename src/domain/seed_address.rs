//! The coordinator's own address: a letter goes there with each lot, so that she sees when the post arrives and what is in
//! the envelope.

use serde::{Deserialize, Serialize};

use super::Invalid;
use super::address::PostalAddress;

/// The lines of an address as they stand in the window, a name first, postcode and town last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct SeedAddress(Vec<String>);

/// A name, and postcode with town.
const FEWEST: usize = 2;
/// NF Z10-011.
const MOST: usize = 6;

impl SeedAddress {
    /// Its lines.
    pub fn lines(&self) -> &[String] {
        &self.0
    }

    /// Its postcode and its town, as its last line says them.
    pub fn postcode_and_town(&self) -> (&str, &str) {
        self.0.last().and_then(|line| line.split_once(' ')).unwrap_or_default()
    }
}

impl TryFrom<Vec<String>> for SeedAddress {
    type Error = Invalid;

    fn try_from(lines: Vec<String>) -> Result<Self, Invalid> {
        let lines = lines.iter().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        let lines: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
        if !(FEWEST..=MOST).contains(&lines.len()) {
            return Err(Invalid::new(format!(
                "une adresse a de {FEWEST} à {MOST} lignes : un nom d’abord, le code postal et la commune à la fin."
            )));
        }
        if let Some(long) = lines.iter().find(|line| line.chars().count() > PostalAddress::MAX_CHARS) {
            return Err(Invalid::new(format!(
                "la ligne « {long} » a plus de {} caractères.",
                PostalAddress::MAX_CHARS
            )));
        }
        let address = Self(lines);
        let (postcode, town) = address.postcode_and_town();
        if postcode.len() != 5 || !postcode.bytes().all(|b| b.is_ascii_digit()) || town.is_empty() {
            return Err(Invalid::new("la dernière ligne est un code postal et une commune : « 48000 MENDE »."));
        }
        Ok(address)
    }
}

impl From<SeedAddress> for Vec<String> {
    fn from(address: SeedAddress) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Result<SeedAddress, Invalid> {
        SeedAddress::try_from(lines.iter().map(|l| (*l).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn an_address_that_the_post_would_not_find_is_refused() {
        let read_well = read(&["Mme  Claude EXEMPLE", "", "9 PLACE DE L EXEMPLE ", "48000 MENDE"]).unwrap();
        assert_eq!(read_well.lines(), ["Mme Claude EXEMPLE", "9 PLACE DE L EXEMPLE", "48000 MENDE"]);
        assert_eq!(read_well.postcode_and_town(), ("48000", "MENDE"));
        for (wrong, why) in [
            (vec!["48000 MENDE"], "de 2 à 6 lignes"),
            (vec!["a", "b", "c", "d", "e", "f", "48000 MENDE"], "de 2 à 6 lignes"),
            (vec!["Mme EXEMPLE", "MENDE"], "code postal"),
            (vec!["Mme EXEMPLE", "4800 MENDE"], "code postal"),
            (vec!["Mme EXEMPLE QUI A UN NOM BEAUCOUP TROP LONG", "48000 MENDE"], "38 caractères"),
        ] {
            assert!(read(&wrong).unwrap_err().to_string().contains(why), "{wrong:?}");
        }
    }
}

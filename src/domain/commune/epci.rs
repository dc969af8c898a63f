//! Communities of communes and their like (EPCI à fiscalité propre).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::records::rows;
use crate::domain::Invalid;

/// The nine digits by which an EPCI is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Siren([u8; 9]);

impl Siren {
    /// Its nine digits.
    pub fn as_str(&self) -> &str {
        // Only ASCII digits get in, see `from_str`.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The name of the EPCI with these digits, « CC Cœur de Lozère »; nothing where there is none.
    pub fn epci_name(self) -> Option<&'static str> {
        NAMES.get(&self).map(String::as_str)
    }
}

static NAMES: LazyLock<BTreeMap<Siren, String>> = LazyLock::new(|| {
    let named = rows(include_str!("../../../assets/data/epci.csv"))
        .filter_map(|row| Some((row.get(0)?.parse().ok()?, row.get(1)?.replace('\'', "’"))));
    named.collect()
});

impl fmt::Display for Siren {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Siren {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let refused = || {
            Invalid::new(format!(
                "« {text} » n’est pas le numéro SIREN d’un EPCI : neuf chiffres, par exemple 200069268."
            ))
        };
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let bytes: [u8; 9] = digits.as_bytes().try_into().map_err(|_| refused())?;
        bytes.iter().all(u8::is_ascii_digit).then_some(Self(bytes)).ok_or_else(refused)
    }
}

impl TryFrom<String> for Siren {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Siren> for String {
    fn from(siren: Siren) -> Self {
        siren.as_str().to_owned()
    }
}

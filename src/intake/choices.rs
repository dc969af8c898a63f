//! What a person overrules of what the reader finds by itself.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::field::Field;
use crate::domain::Invalid;

/// How to read a list, where somebody knows better. What is left empty is found by the reader.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    /// The encoding, for text.
    pub encoding: Option<Charset>,
    /// What stands between cells, for text.
    pub delimiter: Option<Delimiter>,
    /// The sheet's name, for a workbook.
    pub sheet: Option<String>,
    /// The record of the header, from 1; 0 where the list has none.
    pub header_row: Option<u32>,
    /// What each column holds, by its name in the header; `None` for a column that says nothing of use.
    pub columns: BTreeMap<String, Option<Field>>,
    /// What opens a protected workbook. Never stored.
    #[serde(skip)]
    pub password: Option<Password>,
}

/// The encodings in which lists arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Charset {
    /// UTF-8.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16, the low byte first.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, the high byte first.
    #[serde(rename = "utf-16be")]
    Utf16Be,
    /// What Windows writes in France.
    #[serde(rename = "windows-1252")]
    Windows1252,
    /// What Unix wrote before UTF-8.
    #[serde(rename = "iso-8859-15")]
    Iso885915,
    /// What DOS wrote.
    #[serde(rename = "ibm850")]
    Ibm850,
    /// What Macs wrote.
    #[serde(rename = "macintosh")]
    Macintosh,
}

/// What stands between the cells of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Delimiter {
    /// `;`
    #[serde(rename = ";")]
    Semicolon,
    /// `,`
    #[serde(rename = ",")]
    Comma,
    /// A tab.
    #[serde(rename = "tabulation")]
    Tab,
    /// `|`
    #[serde(rename = "|")]
    Bar,
}

/// A workbook's password; it shows itself nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(pub String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl Charset {
    /// All of them, the usual ones first.
    pub const ALL: [Self; 7] =
        [Self::Utf8, Self::Windows1252, Self::Iso885915, Self::Ibm850, Self::Macintosh, Self::Utf16Le, Self::Utf16Be];

    /// The code in files and forms.
    pub fn code(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Windows1252 => "windows-1252",
            Self::Iso885915 => "iso-8859-15",
            Self::Ibm850 => "ibm850",
            Self::Macintosh => "macintosh",
        }
    }

    /// Where it comes from, for who has to choose.
    pub fn label(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8 (le plus courant aujourd’hui)",
            Self::Utf16Le => "UTF-16 (« texte Unicode » d’Excel)",
            Self::Utf16Be => "UTF-16, octets inversés",
            Self::Windows1252 => "Windows-1252 (Windows en France)",
            Self::Iso885915 => "ISO-8859-15 (anciens serveurs)",
            Self::Ibm850 => "CP850 (DOS, anciens logiciels)",
            Self::Macintosh => "Mac Roman (anciens Mac)",
        }
    }
}

impl Delimiter {
    /// All of them, the usual ones first.
    pub const ALL: [Self; 4] = [Self::Semicolon, Self::Comma, Self::Tab, Self::Bar];

    /// The code in files, forms and facts.
    pub fn code(self) -> &'static str {
        match self {
            Self::Semicolon => ";",
            Self::Comma => ",",
            Self::Tab => "tabulation",
            Self::Bar => "|",
        }
    }

    /// The byte between cells.
    pub fn byte(self) -> u8 {
        match self {
            Self::Semicolon => b';',
            Self::Comma => b',',
            Self::Tab => b'\t',
            Self::Bar => b'|',
        }
    }
}

impl FromStr for Charset {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let wanted = text.trim();
        let known = match wanted.to_ascii_lowercase().as_str() {
            "utf8" => Some(Self::Utf8),
            "cp1252" | "ansi" => Some(Self::Windows1252),
            "latin9" | "latin-9" => Some(Self::Iso885915),
            "cp850" => Some(Self::Ibm850),
            "macroman" | "mac-roman" => Some(Self::Macintosh),
            code => Self::ALL.into_iter().find(|c| c.code() == code),
        };
        known.ok_or_else(|| {
            Invalid::new(format!(
                "« {wanted} » n’est pas un codage connu : écrivez utf-8, windows-1252, iso-8859-15, cp850, macintosh, utf-16le ou utf-16be."
            ))
        })
    }
}

impl FromStr for Delimiter {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let known = match text {
            "\t" | "tab" => Some(Self::Tab),
            code => Self::ALL.into_iter().find(|d| d.code() == code.trim()),
        };
        known.ok_or_else(|| {
            Invalid::new(format!(
                "« {text} » ne sépare pas de cellules : écrivez « ; », « , », « tabulation » ou « | »."
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_neither_shown_nor_stored() {
        let choices = Choices { password: Some(Password("sésame".to_owned())), ..Choices::default() };
        let shown = format!("{choices:?} {}", serde_json::to_string(&choices).unwrap());
        assert!(!shown.contains("sésame"), "{shown}");
    }

    #[test]
    fn codes_read_back() {
        for charset in Charset::ALL {
            assert_eq!(charset.code().parse(), Ok(charset));
            assert_eq!(serde_json::to_value(charset).unwrap(), charset.code());
        }
        for delimiter in Delimiter::ALL {
            assert_eq!(delimiter.code().parse(), Ok(delimiter));
            assert_eq!(serde_json::to_value(delimiter).unwrap(), delimiter.code());
        }
        assert!("klingon".parse::<Charset>().is_err());
        assert!("/".parse::<Delimiter>().is_err());
    }
}

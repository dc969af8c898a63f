//! The postal address after NF Z10-011.

use super::commune::{InseeCode, Postcode};

mod abbreviation;
mod line;
mod words;

pub use line::{locality_line, place_line, street_line, upper_line};
pub use words::{expanded, is_building_word, is_dwelling_word, is_street_type};

/// Lines 2 to 6 of a postal address (line 1 names the household and is made with it). Each line has at most
/// [`PostalAddress::MAX_CHARS`] characters where the address is mailable.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PostalAddress {
    /// Line 2: flat, floor, stairs, « chez »; empty where there is none.
    pub line2: String,
    /// Line 3: entrance, building, residence.
    pub line3: String,
    /// Line 4: number and street, in capitals without punctuation.
    pub line4: String,
    /// Line 5: lieu-dit or BP, in capitals without punctuation.
    pub line5: String,
    /// Line 6: postcode and locality in capitals; empty where either is unknown.
    pub line6: String,
    /// The postcode, mended where it could be.
    pub postcode: Option<Postcode>,
    /// The commune of today.
    pub commune: Option<InseeCode>,
    /// A retirement home (EHPAD) or other care institution stands in the address.
    pub institution: bool,
    /// Why no letter can be sent there; nothing where one can.
    pub not_mailable: Option<NotMailable>,
}

/// Why no letter can be sent to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NotMailable {
    /// Neither street nor lieu-dit nor BP.
    NoStreet,
    /// Postcode and commune do not agree, one of them is missing, or the commune is ambiguous.
    DoubtfulCommune,
    /// The postcode has other communes, and no commune of France has the name.
    UnknownCommune,
    /// The list itself says that letters come back from there.
    KnownWrong,
    /// A name or a line has letters that the typeface lacks.
    Unprintable,
    /// A line cannot be brought under 38 characters.
    TooLong,
    /// Neither can the name, and a surname is never cut.
    NameTooLong,
    /// What stands for a name is a formula, a mark of a web page or an address of the web.
    NoName,
}

impl PostalAddress {
    /// Characters a line may have, spaces included (NF Z10-011).
    pub const MAX_CHARS: usize = 38;

    /// Lines 2 to 6 without the blank ones.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        [&self.line2, &self.line3, &self.line4, &self.line5, &self.line6]
            .into_iter()
            .map(String::as_str)
            .filter(|l| !l.is_empty())
    }
}

impl NotMailable {
    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoStreet => "no_street",
            Self::DoubtfulCommune => "doubtful_commune",
            Self::UnknownCommune => "unknown_commune",
            Self::KnownWrong => "known_wrong",
            Self::Unprintable => "unprintable",
            Self::TooLong => "too_long",
            Self::NameTooLong => "name_too_long",
            Self::NoName => "no_name",
        }
    }

    /// The reason for a coordinator.
    pub fn reason(self) -> &'static str {
        match self {
            Self::NoStreet => "ni voie, ni lieu-dit, ni boîte postale",
            Self::DoubtfulCommune => {
                "commune douteuse\u{a0}: le code postal ou le nom manque, ou ils ne concordent pas"
            }
            Self::UnknownCommune => "le nom écrit n’est celui d’aucune commune française",
            Self::KnownWrong => "la liste dit elle-même que l’adresse est fausse",
            Self::Unprintable => "le nom ou l’adresse a des lettres que la police ne sait pas imprimer",
            Self::TooLong => "une ligne dépasse 38 caractères et ne peut pas être abrégée",
            Self::NameTooLong => "le nom dépasse 38 caractères et ne se coupe pas",
            Self::NoName => "à la place du nom, une formule, une balise ou une adresse Internet",
        }
    }

    /// The reason with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        use NotMailable::{
            DoubtfulCommune, KnownWrong, NameTooLong, NoName, NoStreet, TooLong, UnknownCommune, Unprintable,
        };
        [NoStreet, DoubtfulCommune, UnknownCommune, KnownWrong, Unprintable, TooLong, NameTooLong, NoName]
            .into_iter()
            .find(|r| r.code() == code)
    }
}

/// Text as a sorting machine reads it: capitals without accents, every other character a space, spaces single. The same
/// key serves to compare names and places.
pub fn capitals(text: &str) -> String {
    if is_in_capitals(text.as_bytes()) {
        return text.to_owned();
    }
    let mut out = Vec::with_capacity(text.len());
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if byte.is_ascii() {
            let word = bytes[at..].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
            if word > 0 {
                out.extend(bytes[at..at + word].iter().map(u8::to_ascii_uppercase));
                at += word;
            } else {
                end_word(&mut out);
                at += 1;
            }
            continue;
        }
        let Some(c) = text[at..].chars().next() else { break };
        at += c.len_utf8();
        if is_combining(c) {
            // An accent that stands apart belongs to the letter before it.
        } else if c.is_alphabetic() {
            let folded = deunicode::deunicode_char(c).unwrap_or_default().bytes();
            out.extend(folded.filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_uppercase()));
        } else {
            end_word(&mut out);
        }
    }
    while out.last() == Some(&b' ') {
        out.pop();
    }
    // Nothing but ASCII was put in.
    String::from_utf8(out).unwrap_or_default()
}

/// Is nothing to be done? Most lists are in capitals, and what was read of them is looked at again.
fn is_in_capitals(text: &[u8]) -> bool {
    let mut before = b' ';
    let plain = text.iter().all(|byte| {
        let good = byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b' ' && before != b' ';
        before = *byte;
        good
    });
    plain && (text.is_empty() || before != b' ')
}

fn end_word(out: &mut Vec<u8>) {
    if !matches!(out.last(), None | Some(b' ')) {
        out.push(b' ');
    }
}

fn is_combining(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_lose_accents_and_punctuation() {
        for (written, read) in [
            ("Saint-Chély-d’Apcher", "SAINT CHELY D APCHER"),
            ("  L'Œuf,  n° 3 ", "L OEUF N 3"),
            ("Pagès (Mme)", "PAGES MME"),
            ("e\u{301}te\u{301}", "ETE"),
            ("…", ""),
        ] {
            assert_eq!(capitals(written), read, "{written}");
        }
    }
}

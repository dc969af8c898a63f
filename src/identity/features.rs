//! What of a row serves to recognise a person or a household, in a few bytes: a million rows fit in memory.

use std::collections::HashMap;

use chrono::Datelike;

use super::flat::Flat;
use super::hash::{Hashed, hash};
use crate::domain::address::{NotMailable, PostalAddress, capitals, expanded};
use crate::domain::commune::{InseeCode, Postcode};
use crate::domain::first_name::is_first_name;
use crate::domain::retiree::{Birth, Civility, Retiree};

/// A word that is kept once; equal words have equal symbols.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(u32);

impl Symbol {
    /// The empty word.
    pub const NONE: Self = Self(0);

    /// Is it a word at all?
    pub fn is_some(self) -> bool {
        self != Self::NONE
    }
}

/// Each word once.
#[derive(Debug)]
pub struct Words {
    known: HashMap<Box<str>, u32, Hashed>,
    texts: Vec<Box<str>>,
}

impl Default for Words {
    fn default() -> Self {
        Self { known: HashMap::from_iter([("".into(), 0)]), texts: vec!["".into()] }
    }
}

impl Words {
    /// The word's symbol.
    pub fn symbol(&mut self, word: &str) -> Symbol {
        if let Some(known) = self.known.get(word) {
            return Symbol(*known);
        }
        let new = self.texts.len() as u32;
        self.known.insert(word.into(), new);
        self.texts.push(word.into());
        Symbol(new)
    }

    /// The symbol of a word that is there.
    pub fn known(&self, word: &str) -> Option<Symbol> {
        self.known.get(word).map(|at| Symbol(*at))
    }

    /// The symbol's word.
    pub fn text(&self, symbol: Symbol) -> &str {
        &self.texts[symbol.0 as usize]
    }
}

/// A row's names, birth, door and contacts, in forms that can be compared. The texts are among its [`Words`].
#[derive(Debug, Clone)]
pub struct Features {
    pub usage: Symbol,
    /// Only where it differs from the usage name.
    pub birth_name: Symbol,
    pub first: Symbol,
    /// Which flat, which building behind the door: lines 2 and 3.
    pub flat: Symbol,
    pub birth: Birth,
    pub commune: Option<InseeCode>,
    pub postcode: Option<Postcode>,
    pub civility: Option<Civility>,
    pub deceased: bool,
    pub door: Option<Door>,
    /// The lieu-dit behind a street: who writes only that means the same door.
    pub hamlet: Option<u64>,
    pub phone: Option<std::num::NonZeroU64>,
    pub email: Option<std::num::NonZeroU64>,
}

/// A delivery address less its commune.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Door {
    /// Equal for two writings of one address.
    pub key: u64,
    /// A number in a street; a lieu-dit and a street without number are shared by strangers.
    pub numbered: bool,
    /// Strangers share an institution, whatever its number.
    pub institution: bool,
    /// The number with the first and with the last letters of the street: one slip in its name leaves one of them.
    pub ends: [u32; 2],
}

impl Door {
    /// Do few others than a household live behind it?
    pub fn is_private(self) -> bool {
        self.numbered && !self.institution
    }

    /// Is it the same number, in a street that is called nearly the same?
    pub fn is_near(self, other: Self) -> bool {
        self.is_private() && other.is_private() && (self.ends[0] == other.ends[0] || self.ends[1] == other.ends[1])
    }
}

/// A row whose words are not among those of the others yet: any thread can make it.
#[derive(Debug)]
pub struct Draft {
    usage: String,
    birth_name: String,
    first: String,
    flat: String,
    /// All but the words.
    rest: Features,
}

impl Draft {
    /// What a person's row says.
    pub fn of(person: &Retiree) -> Self {
        let usage = surname_key(&person.usage_name);
        let birth_name = match &person.birth_name {
            Some(name) if *name != person.usage_name => surname_key(name),
            _ => String::new(),
        };
        let doubtful = person.address.not_mailable == Some(NotMailable::DoubtfulCommune);
        let flat = if person.address.line2.is_empty() && person.address.line3.is_empty() {
            String::new()
        } else {
            format!("{}\n{}", person.address.line2, person.address.line3)
        };
        // « Louis et Rose » is known by the first of them.
        let first = capitals(person.first_name.split_once(" et ").map_or(&*person.first_name, |(first, _)| first));
        let rest = Features {
            usage: Symbol::NONE,
            birth_name: Symbol::NONE,
            first: Symbol::NONE,
            flat: Symbol::NONE,
            civility: person.civility.filter(|c| *c != Civility::Couple),
            birth: known_birth(person.birth),
            // A commune that was guessed says less than the postcode; without one, it was written.
            commune: person.address.commune.filter(|_| !doubtful || person.address.postcode.is_none()),
            postcode: person.address.postcode,
            door: door(&person.address),
            hamlet: hamlet(&person.address),
            deceased: person.deceased,
            phone: person.phone.as_ref().and_then(|p| std::num::NonZeroU64::new(hash(p.e164()))),
            email: person.email.as_ref().and_then(|e| std::num::NonZeroU64::new(hash(e))),
        };
        Self { birth_name: if birth_name == usage { String::new() } else { birth_name }, usage, first, flat, rest }
    }

    /// The row among others, whose words these are.
    pub(super) fn among(self, words: &mut Words) -> Features {
        Features {
            usage: words.symbol(&self.usage),
            birth_name: words.symbol(&self.birth_name),
            first: words.symbol(&self.first),
            flat: words.symbol(&self.flat),
            ..self.rest
        }
    }
}

impl Features {
    /// Usage name, then birth name where it is another.
    pub fn surnames(&self) -> impl Iterator<Item = Symbol> + Clone + use<> {
        [self.usage, self.birth_name].into_iter().filter(|n| n.is_some())
    }

    /// The commune and the postcode, as keys: a row may have lost one of them.
    pub fn places(&self) -> impl Iterator<Item = u64> + use<> {
        let commune = self.commune.map(|c| hash((1u8, c.as_str())));
        commune.into_iter().chain(self.postcode.map(|p| hash((2u8, p.as_str()))))
    }

    /// Can both live in the same commune, as far as it is known?
    pub fn may_share_place(&self, other: &Self) -> bool {
        match (self.commune, other.commune) {
            (Some(a), Some(b)) => a == b,
            _ => self.postcode.is_some() && self.postcode == other.postcode,
        }
    }

    /// What the row says of who it is, as one line that equal writings share.
    pub fn signature(&self, words: &Words) -> String {
        let text = |s| words.text(s);
        let born = match self.birth {
            Birth::Unknown => String::new(),
            Birth::Year(year) => year.to_string(),
            Birth::Date(date) => date.to_string(),
        };
        let place = match (self.commune, self.postcode) {
            (Some(commune), _) => commune.to_string(),
            (None, postcode) => postcode.map(|p| p.to_string()).unwrap_or_default(),
        };
        let door = self.door.map_or(0, |d| d.key);
        let flat = text(self.flat).replace('\n', " ");
        let names = [self.usage, self.birth_name, self.first].map(text).join("|");
        format!("{names}|{born}|{door:016x}|{flat}|{place}")
    }
}

/// Of a 1 January nothing is certain but the year: so extracts and registers write who knows no more, and that is more people
/// than are born on that day.
fn known_birth(birth: Birth) -> Birth {
    match birth {
        Birth::Date(day) if day.ordinal() == 1 => Birth::Year(day.year()),
        known => known,
    }
}

/// « ST LÉGER » is « SAINT-LÉGER ».
fn surname_key(name: &str) -> String {
    let key = capitals(name);
    let saint = |word| match word {
        "ST" => "SAINT",
        "STE" => "SAINTE",
        other => other,
    };
    if key.starts_with("ST ") || key.starts_with("STE ") {
        key.split(' ').map(saint).collect::<Vec<_>>().join(" ")
    } else {
        key
    }
}

/// Lines 2 and 3 of a row in a form that can be compared.
pub fn flat(words: &Words, symbol: Symbol) -> Flat {
    let (line2, line3) = words.text(symbol).split_once('\n').unwrap_or_default();
    Flat::of(line2, line3)
}

fn door(address: &PostalAddress) -> Option<Door> {
    let (text, of_street) = door_text(address)?;
    let numbered = of_street && text.starts_with(|c: char| c.is_ascii_digit());
    let ends = if numbered { ends(&text) } else { [0; 2] };
    Some(Door { key: hash(text), numbered, institution: address.institution, ends })
}

/// Letters at either end of a street's name that tell it from its neighbours.
const END: usize = 4;

/// « 31 RUE VOLTAIRE »: 31 with VOLT, and with AIRE.
fn ends(text: &str) -> [u32; 2] {
    // « 9 B RUE BASSE » has a letter behind its number.
    let number_end =
        text.match_indices(' ').map(|(at, _)| at).find(|at| !matches!(text.as_bytes().get(at + 2), Some(b' ')));
    let (number, street) = text.split_at(number_end.unwrap_or(text.len()));
    let street = street.trim_start();
    let name = street.split_once(' ').map_or(street, |(_, name)| name);
    let front = &name[..name.len().min(END)];
    let back = &name[name.len().saturating_sub(END)..];
    [hash((number, 0u8, front)) as u32, hash((number, 1u8, back)) as u32]
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

fn hamlet(address: &PostalAddress) -> Option<u64> {
    let place = if address.line4.is_empty() || address.institution { String::new() } else { bare(&address.line5) };
    (!place.is_empty()).then(|| hash(place))
}

/// A street or lieu-dit without what writings differ in: short forms, articles, first names, a BP in front.
fn bare(line: &str) -> String {
    let line = expanded(line);
    let mut words: Vec<&str> = line.split_ascii_whitespace().collect();
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

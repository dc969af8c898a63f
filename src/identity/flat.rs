//! Which flat and building: lines 2 and 3 of an address in a form that can be compared.

use std::collections::BTreeMap;

use crate::domain::slip::is_one_slip;

/// Each part of a building that an address names, with what it says: flat 3, stairs C, residence LILAS.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flat(BTreeMap<&'static str, String>);

impl Flat {
    /// What lines 2 and 3 say, in capitals as an address has them.
    pub fn of(line2: &str, line3: &str) -> Self {
        let mut parts = BTreeMap::new();
        read(line2, &mut parts);
        read(line3, &mut parts);
        Self(parts)
    }

    /// Do both name a part and mean another? What one leaves out is no contradiction.
    pub fn contradicts(&self, other: &Self) -> bool {
        self.0.iter().any(|(part, value)| other.0.get(part).is_some_and(|theirs| !alike(value, theirs)))
    }

    /// Do both say the same, or both nothing?
    pub fn agrees(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.0.keys().eq(other.0.keys()) && !self.contradicts(other)
    }
}

const FLOOR: &str = "floor";
/// Words that no part's name stands before: « LE CLOS FLEURI ».
const OTHER: &str = "other";

fn read(line: &str, parts: &mut BTreeMap<&'static str, String>) {
    let words: Vec<&str> = line.split(' ').filter(|w| !w.is_empty()).collect();
    let mut part = OTHER;
    for (i, word) in words.iter().enumerate() {
        if let Some(begins) = part_of(word) {
            part = begins;
            if *word == "RDC" {
                parts.insert(FLOOR, "0".to_owned());
                part = OTHER;
            }
            continue;
        }
        // « 3E ETAGE » has its number in front.
        let floor = part == OTHER && words.get(i + 1).is_some_and(|next| part_of(next) == Some(FLOOR));
        let into = if floor { FLOOR } else { part };
        let value = if into == OTHER || into == "residence" { word } else { plain_number(word) };
        let idle =
            matches!(*word, "N" | "NO" | "NUM" | "NUMERO" | "DE" | "DU" | "DES" | "LA" | "LE" | "LES" | "L" | "D");
        if idle && words.len() > 1 && !(part == "stairs" || part == "building") {
            continue;
        }
        parts.entry(into).or_default().push_str(value);
        // A flat, a floor, a staircase is one word; a residence has a name.
        if !matches!(part, OTHER | "residence" | "care of") {
            part = OTHER;
        }
    }
}

fn part_of(word: &str) -> Option<&'static str> {
    Some(match word {
        "APPARTEMENT" | "APPART" | "APPT" | "APT" | "APP" | "LOGEMENT" | "LOGT" | "STUDIO" | "PORTE" => "flat",
        "CHAMBRE" | "CHB" => "room",
        "ETAGE" | "ETG" | "RDC" => FLOOR,
        "ESCALIER" | "ESC" => "stairs",
        "BATIMENT" | "BAT" | "IMMEUBLE" | "IMM" | "BLOC" | "TOUR" | "PAVILLON" => "building",
        "ENTREE" | "ENT" => "entrance",
        "RESIDENCE" | "RES" | "RESID" | "LOTISSEMENT" | "LOT" | "HLM" | "COPROPRIETE" => "residence",
        "CHEZ" => "care of",
        "BAL" => "letter box",
        _ => return None,
    })
}

/// « 3E », « 03 » and « 3EME » are 3.
fn plain_number(word: &str) -> &str {
    let word = word.trim_start_matches('0');
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && matches!(&word[digits..], "E" | "EME" | "ER" | "ERE" | "ND" | "NDE") {
        &word[..digits]
    } else {
        word
    }
}

/// The same but for one slip in a long name, or for what one leaves out at the end.
fn alike(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    a == b || short.len() >= 5 && (long.starts_with(short) || is_one_slip(a, b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(line2: &str, line3: &str) -> Flat {
        Flat::of(line2, line3)
    }

    #[test]
    fn other_flats_contradict_and_other_writings_do_not() {
        for (a, b) in [
            (("APT 3", ""), ("APT 45", "")),
            (("", "BAT A"), ("", "BAT D")),
            (("", "RESIDENCE LES LILAS"), ("", "RESIDENCE LE PARC")),
            (("2E ETAGE", ""), ("ETAGE 3", "")),
            (("APT 3", "BAT A"), ("APT 3", "BAT B")),
            (("ESC C", ""), ("ESC D", "")),
            (("RDC", ""), ("1ER ETAGE", "")),
            (("CHEZ MME FABRE", ""), ("CHEZ M BRUN", "")),
        ] {
            assert!(flat(a.0, a.1).contradicts(&flat(b.0, b.1)), "{a:?} {b:?}");
            assert!(!flat(a.0, a.1).agrees(&flat(b.0, b.1)), "{a:?} {b:?}");
        }
        for (a, b) in [
            (("APT 3", ""), ("APPARTEMENT N 03", "")),
            (("", "BAT A"), ("BATIMENT A", "")),
            (("3E ETAGE", ""), ("ETAGE 3", "")),
            (("ESCALIER C 3E ETAGE", ""), ("ESC C ETAGE 3", "")),
            (("", "RESIDENCE LES TILLEULS"), ("", "RES LES TILEULS")),
            (("APT 12", "RESIDENCE DU PARC"), ("", "RESIDENCE DU PARC APPT 12")),
        ] {
            assert!(flat(a.0, a.1).agrees(&flat(b.0, b.1)), "{a:?} {b:?}");
        }
        let blank = flat("", "");
        assert!(!blank.contradicts(&flat("APT 3", "")) && !blank.agrees(&flat("APT 3", "")));
        assert!(!flat("APT 3", "").contradicts(&flat("", "BAT A")));
    }
}

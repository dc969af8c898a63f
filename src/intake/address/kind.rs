//! What a piece of an address is: a dwelling, a building, a street, a lieu-dit; and whether it is an institution.

use crate::domain::address::{is_building_word, is_dwelling_word, is_street_type, place_line};
use crate::intake::place::Located;

/// What one piece of an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Dwelling,
    Building,
    Street,
    PostBox,
    Place,
}

/// What the piece of these words is; at least one word.
pub fn kind(words: &[&str]) -> Kind {
    let first = words[0];
    if matches!(first, "BP" | "CS" | "TSA") && words.len() > 1 {
        Kind::PostBox
    } else if is_dwelling_word(first)
        || words.iter().any(|w| matches!(*w, "ETAGE" | "ETG"))
        || words.starts_with(&["REZ", "DE", "CHAUSSEE"])
        || is_care_of(words)
    {
        Kind::Dwelling
    } else if is_building_word(first) || is_institution(words) {
        Kind::Building
    } else if is_house_number(first) && words.len() > 1 || is_house_e(words) || is_street_type(words) {
        Kind::Street
    } else {
        Kind::Place
    }
}

/// « CHEZ GAUDY »: hamlets begin with CHEZ too, and only titles and kin tell people from them.
pub fn may_be_hamlet(words: &[&str]) -> bool {
    matches!(words, ["CHEZ", name, ..] if !matches!(
        *name,
        "M" | "MR" | "MME" | "MLLE" | "MM" | "MMES" | "MONSIEUR" | "MADAME" | "MADEMOISELLE" | "DR" | "DOCTEUR"
            | "SON" | "SA" | "SES" | "MON" | "MA" | "MES" | "LEUR" | "LEURS" | "LUI" | "ELLE" | "EUX" | "LE" | "FAMILLE"
            | "UDAF" | "TUTEUR" | "TUTRICE"
    ))
}

/// « RESIDENCE DES CEDRES », « HLM FONTANILLES N 12 » have a name by which the postman finds them; « BAT A », « RESIDENCE »,
/// « FOYER LOGEMENT » have none.
pub fn is_named_building(words: &[&str]) -> bool {
    let named = |word: &&str| {
        word.len() > 2
            && word.bytes().all(|b| b.is_ascii_alphabetic())
            && !is_building_word(word)
            && !is_dwelling_word(word)
            && !matches!(
                *word,
                "DES" | "LES" | "SUR" | "SOUS" | "AUTONOMIE" | "SENIOR" | "SENIORS" | "SERVICES" | "NORD" | "SUD"
            )
    };
    let begins = matches!(
        words[0],
        "RESIDENCE" | "RES" | "RESID" | "HLM" | "TOUR" | "IMMEUBLE" | "IMM" | "FOYER" | "COPROPRIETE" | "PAVILLON"
    );
    begins && words[1..].iter().any(named) && !is_institution(words)
}

/// « C/O », « S/C UDAF », « sous tutelle de … »: in whose care the letter goes.
fn is_care_of(words: &[&str]) -> bool {
    let street = is_house_number(words[0]) || is_street_type(words);
    matches!(words, ["C", "O", ..] | ["S", "C", _, ..] | ["SOUS", "COUVERT" | "TUTELLE" | "CURATELLE", ..])
        || !street && words.iter().any(|w| matches!(*w, "UDAF" | "TUTELLE" | "CURATELLE" | "TUTEUR" | "TUTRICE"))
}

/// « CH de Mende » is the hospital in Mende, and a way to Mende anywhere else.
pub fn is_local_hospital(words: &[&str], located: &Located) -> bool {
    let ["CH" | "CHS" | "CHI" | "CHL", rest @ ..] = words else { return false };
    let rest = if matches!(rest, ["DE" | "D" | "DU", _, ..]) { &rest[1..] } else { rest };
    let town = located.line6.get(6..).unwrap_or_default();
    rest.is_empty() || !town.is_empty() && place_line(&rest.join(" ")) == town
}

/// Care institutions, where nobody is written to; a résidence autonomie is a home.
pub fn is_institution(words: &[&str]) -> bool {
    // La Poste writes CHS for a chaussée too, but a chaussée has a number.
    if matches!(words[0], "CHS" | "CHU" | "CHR" | "CHRU" | "CHSLD") {
        return true;
    }
    if is_house_number(words[0]) || is_house_e(words) || is_street_type(words) && words.get(1) != Some(&"HOSPITALIER") {
        return false;
    }
    if !words.iter().any(|w| OF_INSTITUTIONS.contains(w)) {
        return false;
    }
    let line = format!(" {} ", words.join(" "));
    let said = |names: &[&str]| names.iter().any(|n| line.contains(n));
    said(&[
        " EHPAD ",
        " EPHAD ",
        " E H P A D ",
        " M A P A ",
        " MAPA ",
        " MAPAD ",
        " USLD ",
        " LONG SEJOUR ",
        " CENTRE HOSPITALIER ",
        " CENTRE HOSP ",
        " CH HOSPITALIER ",
        " HOPITAL LOCAL ",
        " HOP LOCAL ",
        " A L HOPITAL ",
        " A L HOSPICE ",
    ]) || said(&[" FOYER DE VIE ", " ACCUEIL MEDICALISE ", " SOINS DE LONGUE DUREE ", " SOINS LONGUE DUREE "])
        || said(&[" RESIDENCE MEDICALISEE ", " MAISON DE REPOS ", " ACCUEIL SPECIALISEE ", " UNITE ALZHEIMER "])
        || said(&[" UNITE DE VIE ", " PUV "])
        || is_retirement_home(words)
        || matches!(words[0], "HOPITAL" | "CLINIQUE" | "HOSPICE" | "HOSPICES")
}

/// « Maison de retraite », « Mais. de retraite », « MDR Joseph Caupert ».
fn is_retirement_home(words: &[&str]) -> bool {
    let house = |w: &&str| matches!(*w, "MAISON" | "MAISONS" | "MAIS" | "M");
    let at = words.iter().position(|w| *w == "RETRAITE");
    words[0] == "MDR" || at.is_some_and(|at| words[at.saturating_sub(2)..at].iter().any(house))
}

/// One of these words is in whatever is said below: most lines have none, and need no closer look.
const OF_INSTITUTIONS: [&str; 26] = [
    "EHPAD",
    "EPHAD",
    "E",
    "A",
    "MEDICALISEE",
    "LONGUE",
    "REPOS",
    "HOP",
    "SPECIALISEE",
    "ALZHEIMER",
    "PUV",
    "MDR",
    "RETRAITE",
    "MAPA",
    "MAPAD",
    "USLD",
    "SEJOUR",
    "HOSPITALIER",
    "HOSP",
    "HOPITAL",
    "HOSPICE",
    "HOSPICES",
    "VIE",
    "MEDICALISE",
    "SOINS",
    "CLINIQUE",
];

/// « 12 », « 12B », at most four digits. « 12E » may be a floor: what follows tells.
pub fn is_house_number(word: &str) -> bool {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let tail = &word[digits.min(word.len())..];
    let extension = || is_extension(tail) && tail != "E";
    (1..=4).contains(&digits) && (tail.is_empty() || extension())
}

/// What makes another house of a number: « 12 BIS », « 12 A ».
pub fn is_extension(word: &str) -> bool {
    matches!(word, "BIS" | "TER" | "QUATER" | "QUINQUIES") || word.len() == 1 && word.as_bytes()[0].is_ascii_uppercase()
}

/// « 12E RUE BASSE », not « 12E ETAGE ».
fn is_house_e(words: &[&str]) -> bool {
    words[0].strip_suffix('E').is_some_and(is_house_number) && words.len() > 2 && is_street_type(&words[1..])
}

//! An address cut into its pieces, in capitals.

use super::kind::{Kind, is_extension, is_house_number, kind};
use crate::domain::address::{capitals, is_building_word, is_dwelling_word, is_street_type};

/// The cells cut at line breaks, commas and dashes, then where a new part of the address begins; in capitals.
pub fn pieces(cells: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut segments: Vec<&str> = Vec::new();
    for part in cells.iter().flat_map(|c| c.split(['\n', '\r', ',', ';'])) {
        // Few have a dash, and looking for one between blanks takes longer than for the dash itself.
        match part.contains(['-', '–']) {
            true => segments.extend(part.split(" - ").flat_map(|s| s.split(" – "))),
            false => segments.push(part),
        }
    }
    let mut number = None;
    for segment in segments {
        // « 12, rue Basse »: a number alone belongs to what follows. Ranges keep their separator until line 4 reads them.
        let words = with_post_box(capitals(segment));
        if words.is_empty() {
            continue;
        }
        let whole = match number.take() {
            Some(number) => format!("{number} {words}"),
            // « 12 rue⏎de la Paix »
            None => match out.pop_if(|last| is_bare_street(last)) {
                Some(street) => format!("{street} {words}"),
                None => words,
            },
        };
        let mut list: Vec<&str> = whole.split_ascii_whitespace().collect();
        write_parts_out(&mut list);
        // « N° 12 rue Basse », « au 12, rue Haute »
        if let ["N" | "NO" | "NUM" | "NUMERO" | "AU", house, ..] = list[..]
            && is_house_number(house)
        {
            list.remove(0);
        }
        // « 16-18 bis, avenue Foch » too.
        if list.len() <= 3
            && is_house_number(list[0])
            && list[1..].iter().all(|w| is_extension(w) || is_house_number(w))
        {
            number = Some(list.join(" "));
            continue;
        }
        // « 19 LD GORRE BEUZIT » is « 19 GORRE BEUZIT ».
        if is_house_number(list[0]) {
            leave_out_lieu_dit(&mut list);
        }
        let mut from = 0;
        for at in 1..list.len() {
            if begins_part(&list, at, from) {
                out.push(list[from..at].join(" "));
                from = at;
            }
        }
        out.push(list[from..].join(" "));
    }
    // « rue Basse, 12 »
    if let Some(number) = number {
        let unnumbered = |piece: &&mut String| {
            let words: Vec<&str> = piece.split(' ').collect();
            !piece.starts_with(|c: char| c.is_ascii_digit()) && matches!(kind(&words), Kind::Street | Kind::Place)
        };
        if let Some(street) = out.iter_mut().rev().find(unnumbered) {
            *street = format!("{number} {street}");
        }
    }
    out
}

/// A number and a street's type, and no name: it stands in the next line.
fn is_bare_street(piece: &str) -> bool {
    let mut words = piece.split(' ');
    let (Some(house), Some(kind), None) = (words.next(), words.next(), words.next()) else { return false };
    is_house_number(house) && is_street_type(&[kind])
}

/// A lieu-dit with a number is a street in all but its name.
fn leave_out_lieu_dit(words: &mut Vec<&str>) {
    let at = 1 + usize::from(words.get(1).is_some_and(|w| is_extension(w)));
    let said = match words.get(at..).unwrap_or_default() {
        ["LD" | "LIEUDIT", _, ..] => 1,
        ["LIEU", "DIT", _, ..] => 2,
        _ => 0,
    };
    words.drain(at..at + said);
}

/// « 2e ét. » is a floor, « 1er et 2e » are two; « Rés. » is a residence.
fn write_parts_out(words: &mut [&str]) {
    let ordinal = |word: &str| {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        digits > 0 && matches!(&word[digits..], "E" | "EME" | "ER")
    };
    for at in 0..words.len() {
        if matches!(words[at], "RES" | "RESID") {
            words[at] = "RESIDENCE";
        }
        if at == 0 || words[at] != "ET" {
            continue;
        }
        let next = words.get(at + 1).is_some_and(|next| ordinal(next) || matches!(*next, "DERNIER" | "AVANT"));
        if ordinal(words[at - 1]) && !next {
            words[at] = "ETAGE";
        }
    }
}

/// « B P 12 », « BP N 12 », « BP12 » and « BOITE POSTALE 12 » are « BP 12 »; CS and TSA likewise.
fn with_post_box(line: String) -> String {
    const WRITINGS: [(&str, &str); 7] = [
        ("BOITE POSTALE", "BP"),
        ("B P", "BP"),
        ("BP", "BP"),
        ("C S", "CS"),
        ("CS", "CS"),
        ("T S A", "TSA"),
        ("TSA", "TSA"),
    ];
    // A number must stand behind one of them: « 12 RUE BASSE » needs no closer look.
    let last = line.bytes().rposition(|b| b.is_ascii_digit()).unwrap_or(0);
    if !line.as_bytes()[..last].iter().any(|b| matches!(b, b'P' | b'S')) {
        return line;
    }
    for (written, short) in WRITINGS {
        let Some(at) = line.find(written).filter(|at| *at == 0 || line[..*at].ends_with(' ')) else { continue };
        let rest = line[at + written.len()..].trim_start();
        let rest = rest.strip_prefix("NO ").or_else(|| rest.strip_prefix("N ")).unwrap_or(rest);
        if rest.starts_with(|c: char| c.is_ascii_digit()) {
            return format!("{}{short} {rest}", &line[..at]);
        }
    }
    line
}

/// Does a new part begin at this word? « RESIDENCE LES TILLEULS | 116 RUE BASSE | APPT 4 ».
fn begins_part(words: &[&str], at: usize, from: usize) -> bool {
    let (word, before) = (words[at], words[at - 1]);
    let rest = &words[at + 1..];
    // « 4 A LA CROIX », but « BAT A 4 RUE BASSE ».
    let lettered = at > 1 && before.len() == 1 && (is_building_word(words[at - 2]) || is_dwelling_word(words[at - 2]));
    let linked = !lettered
        && (matches!(before, "DE" | "DU" | "DES" | "LA" | "L" | "LE" | "LES" | "D" | "A" | "ET")
            || is_street_type(&words[at - 1..at]));
    let of_floor = |words: &[&str]| matches!(words, [number, "ETAGE" | "ETG", ..] if number.starts_with(|c: char| c.is_ascii_digit()));
    if of_floor(&words[at..]) {
        return !linked;
    }
    // « CHEZ MME MATHON | RUE DES ECOLES », « 5EME ETAGE | RUE BASSE », « BAT B | RUE BASSE »
    let inside = is_dwelling_word(words[from])
        || of_floor(&words[from..])
        || is_building_word(words[from]) && at - from == 2 && before.len() <= 2;
    if inside && at - from > 1 && !rest.is_empty() && !linked && is_street_type(&words[at..]) {
        return !matches!(word, "COTE" | "COUR");
    }
    let numbered = rest.first().is_some_and(|w| w.len() <= 3 || w.bytes().all(|b| b.is_ascii_digit()));
    if is_house_number(word) {
        let skip = usize::from(rest.first().is_some_and(|w| is_extension(w) && !is_street_type(&[w])));
        let already = words[from].starts_with(|c: char| c.is_ascii_digit()) && !of_floor(&words[from..]) || linked;
        let behind = rest.get(skip..).unwrap_or_default();
        // « APT 22 | 114 STRADA DI A FUNTANA »: of two numbers the second is the house's.
        let flat_before = is_dwelling_word(words[from]) && at - from == 2 && is_house_number(before);
        if flat_before && !matches!(behind, [] | ["ETAGE" | "ETG" | "E" | "EME" | "ER", ..]) {
            return true;
        }
        // « 6 R » may be a flat, « 6 R DES PRIMEVERES » is a street.
        return !already && behind.len() > usize::from(behind.first() == Some(&"R")) && is_street_type(behind);
    }
    // « 39 BIS RESIDENCE DES CEDRES » is one address.
    let numbered_before = is_house_number(words[from]) && at - from == 2 && is_extension(before);
    match word {
        "APPARTEMENT" | "APPART" | "APPT" | "APT" | "ESCALIER" | "ESC" | "LOGEMENT" | "LOGT" | "STUDIO" => {
            let article = rest.first().is_some_and(|w| matches!(*w, "LE" | "LA" | "LES" | "DU" | "DE" | "DES" | "L"));
            numbered && !article && !linked && !is_dwelling_word(words[from])
        }
        "ETAGE" | "ETG" | "PORTE" => {
            let digit = rest.first().is_some_and(|w| w.starts_with(|c: char| c.is_ascii_digit()));
            let floor = before.starts_with(|c: char| c.is_ascii_digit());
            digit && !floor && !linked && !is_dwelling_word(words[from])
        }
        // « LD CHEZ GAUDY » and « 12 CHEZ GAUDY » are a hamlet.
        "CHEZ" => {
            let hamlet = matches!(before, "DIT" | "LD" | "LIEUDIT" | "HAMEAU" | "VILLAGE") || is_house_number(before);
            !linked && !hamlet && !is_dwelling_word(words[from])
        }
        "RDC" => !linked && !is_dwelling_word(words[from]),
        "REZ" => rest.starts_with(&["DE", "CHAUSSEE"]) && !linked,
        "BATIMENT" | "BAT" | "IMMEUBLE" | "IMM" => !linked && numbered,
        "RESIDENCE" | "RES" | "EHPAD" => !linked && !numbered_before && at - from > 1,
        "USLD" | "MAPA" | "MAPAD" => !linked && at - from > 1,
        "MAISON" => {
            let old = matches!(before, "ANCIEN" | "ANCIENNE" | "VIEILLE" | "NOUVELLE");
            !linked && !old && at - from > 1 && rest.starts_with(&["DE", "RETRAITE"])
        }
        "BP" | "CS" | "TSA" => rest.first().is_some_and(|w| w.bytes().all(|b| b.is_ascii_digit())),
        "LIEUDIT" | "HAMEAU" => !linked && !numbered_before && at - from > 1,
        "LIEU" => rest.first() == Some(&"DIT") && !linked,
        _ => false,
    }
}

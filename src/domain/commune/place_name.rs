//! Names of communes as people write them, brought to one form.

use crate::domain::address::capitals;

/// The key by which two writings of a commune’s name are equal: capitals, SAINT in full, « s/ » as SUR, no leading article,
/// no CEDEX, no number of an arrondissement.
pub fn place_key(written: &str) -> String {
    let written = written.replace("s/", "sur ").replace("S/", "SUR ");
    let all = capitals(&written);
    let mut words: Vec<&str> = all.split(' ').filter(|w| !w.is_empty()).collect();
    if let Some(at) = words.iter().position(|w| *w == "CEDEX") {
        words.truncate(at);
    }
    while words.len() > 1 && words.last().is_some_and(|w| is_arrondissement(w)) {
        words.pop();
    }
    if words.len() > 1 && matches!(words[0], "LE" | "LA" | "LES" | "L") {
        words.remove(0);
    }
    let long = words.into_iter().map(|word| match word {
        "ST" => "SAINT",
        "STE" => "SAINTE",
        "STS" => "SAINTS",
        other => other,
    });
    long.collect::<Vec<_>>().join(" ")
}

/// Was the line written for a CEDEX office? Gives its label, « MENDE CEDEX 1 », with the name as written.
pub fn cedex_suffix(written: &str) -> Option<String> {
    let all = capitals(written);
    let mut words = all.split(' ').skip_while(|w| *w != "CEDEX");
    let cedex = words.next()?;
    let number = words.next().filter(|w| w.len() <= 2 && w.bytes().all(|b| b.is_ascii_digit()));
    Some(number.map_or_else(|| cedex.to_owned(), |n| format!("{cedex} {n}")))
}

/// La Poste’s label with a misplaced article put in front: « ABERGEMENT DE VAREY (L ) » → « L ABERGEMENT DE VAREY ».
pub fn straight_label(label: &str) -> String {
    match label.split_once('(') {
        Some((name, article)) => capitals(&format!("{article} {name}")),
        None => capitals(label),
    }
}

/// The name after « de »: « d’Audierne », « du Mans », « des Andelys », « de La Rochelle ». The h of a town is mute before e, i
/// and y (« d’Hyères »), and heard elsewhere (« de Honfleur »), but for a few.
pub fn of_town(name: &str) -> String {
    if let Some(rest) = name.strip_prefix("Le ") {
        return format!("du {rest}");
    }
    if let Some(rest) = name.strip_prefix("Les ") {
        return format!("des {rest}");
    }
    let key = capitals(name);
    let elided = match key.as_bytes() {
        [b'H', second, ..] => matches!(second, b'E' | b'I' | b'Y'),
        [first, ..] => matches!(first, b'A' | b'E' | b'I' | b'O' | b'U' | b'Y'),
        [] => false,
    };
    if elided { format!("d’{name}") } else { format!("de {name}") }
}

fn is_arrondissement(word: &str) -> bool {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    matches!(word, "ARRONDISSEMENT" | "ARRDT" | "ARDT" | "ARR")
        || ((1..=2).contains(&digits) && matches!(&word[digits..], "" | "E" | "EME" | "ER" | "ERE"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writings_of_one_name_have_one_key() {
        for (a, b) in [
            ("Saint-Chély-d’Apcher", "ST CHELY D'APCHER"),
            ("MENDE CEDEX 9", "Mende"),
            ("Le Chastel-Nouvel", "CHASTEL NOUVEL"),
            ("Paris 15e arrondissement", "PARIS"),
            ("MARSEILLE 12EME ARR", "Marseille"),
            ("Villeneuve s/ Lot", "Villeneuve-sur-Lot"),
        ] {
            assert_eq!(place_key(a), place_key(b), "{a}");
        }
        assert_eq!(cedex_suffix("Mende Cedex 9").as_deref(), Some("CEDEX 9"));
        assert_eq!(cedex_suffix("Mende"), None);
        assert_eq!(straight_label("ABERGEMENT DE VAREY (L )"), "L ABERGEMENT DE VAREY");
    }

    #[test]
    fn of_a_town_is_elided() {
        for (name, of) in [
            ("Audierne", "d’Audierne"),
            ("Évaux-les-Bains", "d’Évaux-les-Bains"),
            ("Hyères", "d’Hyères"),
            ("Honfleur", "de Honfleur"),
            ("Le Mans", "du Mans"),
            ("Les Andelys", "des Andelys"),
            ("La Rochelle", "de La Rochelle"),
            ("L’Haÿ-les-Roses", "de L’Haÿ-les-Roses"),
            ("Yvetot", "d’Yvetot"),
            ("Mende", "de Mende"),
        ] {
            assert_eq!(of_town(name), of);
        }
    }
}

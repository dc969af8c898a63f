//! The lines of an address after NF Z10-011. Each function gives the line, whatever its length: who calls compares it
//! with [`PostalAddress::MAX_CHARS`](super::PostalAddress::MAX_CHARS).

use super::words::write_out;
use super::{PostalAddress, abbreviation, capitals};

/// Line 4 from what somebody wrote: one number of at most four digits, BIS, TER, QUATER, QUINQUIES as a letter, street in
/// capitals and written out, shortened only where its label is over 32 characters.
pub fn street_line(written: &str) -> String {
    let written = capitals(written);
    let mut words = split_numbers(&written).into_iter().peekable();
    if words.peek().is_some_and(|w| matches!(*w, "N" | "NO" | "NUMERO")) {
        words.next();
    }
    let Some(number) = words.next_if(|w| is_number(w)) else {
        return label(words.collect());
    };
    let number = number.trim_start_matches('0');
    let mut extension = words.next_if(|w| extension_letter(w).is_some()).and_then(extension_letter);
    let mut rest: Vec<&str> = words.collect();
    // A range (« 52/54 », « 4 à 8 », « 4 et 6 ») keeps its first number.
    loop {
        let joined = usize::from(rest.first().is_some_and(|w| matches!(*w, "A" | "ET" | "AU")));
        if !rest.get(joined).is_some_and(|w| is_number(w)) || rest.len() < joined + 2 {
            break;
        }
        rest.drain(..=joined);
        if rest.first().is_some_and(|w| extension_letter(w).is_some()) {
            rest.remove(0);
        }
    }
    // « 4 A RUE BASSE » and « 4 B RUE BASSE » are houses, « 4 A LA CROIX » is a place.
    if extension.is_none()
        && rest.len() > 1
        && rest[0].len() == 1
        && !matches!(rest[1], "LA" | "L")
        && rest[0] != "L"
        && rest[0] != "D"
        && rest[0] != "R"
    {
        extension = rest[0].chars().next();
        rest.remove(0);
    }
    let mut line = number.to_owned();
    if let Some(letter) = extension {
        line.push(' ');
        line.push(letter);
    }
    if !rest.is_empty() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&label(rest));
    }
    line.trim().to_owned()
}

/// A street without its number: SAINT is in full, unless nothing else brings the label to its length.
fn label(mut words: Vec<&str>) -> String {
    write_out(&mut words);
    let street = abbreviation::street(&words.join(" "));
    if street.len() > abbreviation::STREET_CHARS { saints(&street) } else { street }
}

/// Line 5: lieu-dit or BP in capitals, SAINT as ST, shortened only where it is over 38 characters.
pub fn place_line(written: &str) -> String {
    let line = saints(&capitals(written));
    if line.len() > PostalAddress::MAX_CHARS { abbreviation::dwelling(&line) } else { line }
}

/// Lines 2 and 3 in capitals, shortened only where they are over 38 characters.
pub fn upper_line(written: &str) -> String {
    let line = capitals(written);
    if line.len() > PostalAddress::MAX_CHARS { abbreviation::dwelling(&line) } else { line }
}

/// Line 6: postcode and La Poste's label, SAINT as ST. An office's « CEDEX » is part of the label and stays.
pub fn locality_line(postcode: &str, label: &str) -> String {
    format!("{postcode} {}", saints(&capitals(label)))
}

fn saints(line: &str) -> String {
    if !line.contains("SAINT") {
        return line.to_owned();
    }
    let short = |word| match word {
        "SAINT" => "ST",
        "SAINTE" => "STE",
        other => other,
    };
    line.split(' ').map(short).collect::<Vec<_>>().join(" ")
}

/// « 12BIS RUE » → « 12 », « BIS », « RUE ».
fn split_numbers(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for (i, word) in line.split_ascii_whitespace().enumerate() {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let tail = &word[digits..];
        if i == 0 && digits > 0 && (tail.len() == 1 || extension_letter(tail).is_some()) {
            words.extend([&word[..digits], tail]);
        } else {
            words.push(word);
        }
    }
    words
}

fn is_number(word: &str) -> bool {
    (1..=4).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit())
}

fn extension_letter(word: &str) -> Option<char> {
    match word {
        "BIS" => Some('B'),
        "TER" => Some('T'),
        "QUATER" => Some('Q'),
        "QUINQUIES" => Some('C'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streets_follow_the_norm() {
        for (written, line) in [
            ("25 rue de l’Église", "25 RUE DE L EGLISE"),
            ("boulevard du Maréchal Jean-Marie de Lattre de Tassigny", "BD MAL J M DE LATTRE DE TASSIGNY"),
            ("52/54 avenue Foch", "52 AVENUE FOCH"),
            ("52-54, avenue Foch", "52 AVENUE FOCH"),
            ("4 à 8 rue Basse", "4 RUE BASSE"),
            ("4 bis à 8 ter rue Basse", "4 B RUE BASSE"),
            ("12bis rue Basse", "12 B RUE BASSE"),
            ("12 ter, rue Basse", "12 T RUE BASSE"),
            ("12 B rue Basse", "12 B RUE BASSE"),
            ("4 à la Croix", "4 A LA CROIX"),
            ("0 rue Basse", "RUE BASSE"),
            ("N° 007 rue Basse", "7 RUE BASSE"),
            ("3 rue du 8 Mai 1945", "3 RUE DU 8 MAI 1945"),
            ("12 R du Moulin", "12 RUE DU MOULIN"),
            ("12 boul. Paoli", "12 BOULEVARD PAOLI"),
            ("12 BD du Mal Foch", "12 BOULEVARD DU MARECHAL FOCH"),
            ("rue du Dr Roux", "RUE DU DOCTEUR ROUX"),
            ("chemin de Mal Pas", "CHEMIN DE MAL PAS"),
            ("12 Roc de la Lègue", "12 ROC DE LA LEGUE"),
            ("lot 12 Les Pins", "LOT 12 LES PINS"),
            ("lotis. Les Pins", "LOTISSEMENT LES PINS"),
            ("le Quai", "LE QUAI"),
            ("rue Antoine de St-Exupéry", "RUE ANTOINE DE SAINT EXUPERY"),
            ("3 bd Antoine de Ste Foy", "3 BOULEVARD ANTOINE DE SAINTE FOY"),
            ("90 ch. de Saint-Antoine à Saint-Joseph", "90 CHE SAINT ANTOINE A SAINT JOSEPH"),
            ("bd Antoine de St Exupéry", "BD ANTOINE DE SAINT EXUPERY"),
            ("cours St Symphorien le Vieux Bourg Neuf", "CRS ST SYMPHORIEN VIEUX BOURG NEUF"),
            ("8 rue Saint-Gervais", "8 RUE SAINT GERVAIS"),
            ("153 rue du Commandant Jean-Marie de Lattre de Tassigny", "153 RUE CDT J M DE LATTRE DE TASSIGNY"),
            ("67 rue du Docteur Théophile Prunières", "67 RUE DU DR THEOPHILE PRUNIERES"),
            ("136 lotissement Les Terrasses de l’Aigoual", "136 LOT LES TERRASSES DE L AIGOUAL"),
        ] {
            assert_eq!(street_line(written), line, "{written}");
        }
    }

    #[test]
    fn saints_are_shortened_on_lines_5_and_6_only() {
        assert_eq!(place_line("Hameau de Saint-Jean"), "HAMEAU DE ST JEAN");
        assert_eq!(locality_line("48200", "Saint-Chély-d’Apcher"), "48200 ST CHELY D APCHER");
        assert_eq!(locality_line("48005", "MENDE CEDEX 1"), "48005 MENDE CEDEX 1");
        assert_eq!(upper_line("Bât. A"), "BAT A");
    }
}

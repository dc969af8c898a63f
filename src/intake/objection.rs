//! What a fund's column of oppositions says: who wants no letters, e-mails or calls.

use super::naming;
use super::normalise::says_yes;
use crate::domain::address::capitals;
use crate::domain::opposition::Channels;

/// What the cell closes: the channels that it names itself, else those that the column's name does, else all. « non », « sans
/// opposition » and « accepte » close nothing; whatever else is written closes.
pub fn closed(column: &str, cell: &str) -> Channels {
    if !objects(cell) {
        return Channels::default();
    }
    let named = [cell, column].into_iter().map(|text| channels(&naming::spaced(text))).find(|c| !c.is_none());
    named.unwrap_or(Channels::ALL)
}

/// Does the cell say that the person objects?
pub fn objects(cell: &str) -> bool {
    let key = capitals(cell);
    let words: Vec<&str> = key.split(' ').collect();
    let says = |list: &[&str]| words.iter().any(|w| list.contains(w));
    let refuses = says(&["PAS", "NON", "REFUS", "REFUSE"]);
    let none = says(&["AUCUN", "AUCUNE", "SANS", "RAS"])
        || matches!(words[..], ["NON", "OPPOSE" | "OPPOSEE" | "OPPOSITION" | "OPPOSANT"])
        || matches!(words[..], ["PAS", "D", "OPPOSITION"] | ["PAS", "OPPOSE" | "OPPOSEE"])
        || !refuses && says(&["ACCEPTE", "ACCORD", "AUTORISE", "AUTORISEE", "CONSENT", "OPTIN"]);
    says_yes(cell) && !none
}

/// The channels that a text in capitals names.
fn channels(text: &str) -> Channels {
    let begins = |stems: &[&str]| text.split(' ').any(|w| stems.iter().any(|stem| w.starts_with(stem)));
    let compact = text.replace(' ', "");
    let has = |stems: &[&str]| stems.iter().any(|stem| compact.contains(stem));
    // A « mailing » is as often of paper as not.
    let mailing = has(&["MAILING"]);
    let electronic = has(&["ELECTRONIQUE"]);
    Channels {
        post: mailing
            || begins(&["POST", "ECRI"])
            || has(&["POSTAL", "PAPIER", "LETTRE"])
            || !electronic && has(&["COURRIER"]),
        email: mailing || electronic || has(&["MAIL", "COURRIEL"]) || begins(&["MEL", "NEWS"]),
        phone: begins(&["TEL", "APPEL"]) || has(&["TELEPHON", "PHONE", "SMS", "PORTABLE", "MOBILE"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_closed_is_said_by_the_cell_or_by_the_column() {
        let channels = |codes: &str| Channels::from_codes(codes.split_whitespace()).unwrap();
        for (column, cell, closes) in [
            ("Opposition courrier", "OUI", "post"),
            ("OPPO_MAIL", "X", "email"),
            ("Opposition téléphone", "1", "phone"),
            ("oppositionSms", "12/03/2025", "phone"),
            ("Ne pas contacter", "O", "post email phone"),
            ("Opposition", "courrier et tél.", "post phone"),
            ("Opposition", "courrier électronique", "email"),
            ("Opposition", "ne pas écrire", "post"),
            ("Opposition", "ne souhaite pas être contactée", "post email phone"),
            ("Opposition mailing", "oui", "post email"),
            ("Opposition courrier", "non", ""),
            ("Opposition courrier", "0", ""),
            ("Opposition", "", ""),
            ("Opposition", "aucune", ""),
            ("Opposition", "Sans opposition", ""),
            ("Opposition", "Non opposé", ""),
            ("Opposition", "accepte", ""),
            ("Opposition", "n’accepte pas", "post email phone"),
        ] {
            assert_eq!(closed(column, cell), channels(closes), "{column}: {cell}");
        }
    }
}

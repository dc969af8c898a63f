//! What a fund's column of oppositions says: who wants no letters, e-mails or calls.

use super::naming;
use super::normalise::says_yes;
use crate::domain::address::capitals;
use crate::domain::opposition::Channels;

/// What the cell closes: the channels that it names itself, else those that the column's name does, else all. In a column of
/// those who agree it is a « non » that closes, elsewhere whatever does not say that nobody objects.
pub fn closed(column: &str, cell: &str) -> Channels {
    let closes = if naming::is_of_consent(column) { denies(cell) } else { objects(cell) };
    if !closes {
        return Channels::default();
    }
    let named = [cell, column].into_iter().map(|text| channels(&naming::spaced(text))).find(|c| !c.is_none());
    named.unwrap_or(Channels::ALL)
}

/// Does the cell say that the person objects? What stands first counts: « oui mais accepte le mail » objects, « non précisé » does
/// not.
pub fn objects(cell: &str) -> bool {
    let key = capitals(cell);
    let words: Vec<&str> = key.split(' ').collect();
    let says = |list: &[&str]| words.iter().any(|w| list.contains(w));
    let agrees = || says(&["ACCEPTE", "ACCORD", "AUTORISE", "AUTORISEE", "CONSENT", "OPTIN"]) && !says(&["PAS", "NON"]);
    match words[..] {
        [one] if one.len() == 1 => says_yes(cell),
        _ if !says_yes(cell) || says(&["LEVEE", "LEVE"]) || words.last() == Some(&"NON") => false,
        ["OUI" | "O" | "X" | "REFUS" | "REFUSE" | "OPPOSE" | "OPPOSEE" | "OPPOSITION" | "OPPOSANT" | "STOP", ..] => {
            true
        }
        ["NON" | "AUCUN" | "AUCUNE" | "SANS" | "RAS", ..] => false,
        ["PAS", "D", "OPPOSITION", ..] | ["PAS", "OPPOSE" | "OPPOSEE" | "CONCERNE" | "CONCERNEE", ..] => false,
        _ => !agrees(),
    }
}

/// Does the cell say no? In a column of those who agree that is an opposition.
pub fn denies(cell: &str) -> bool {
    let key = capitals(cell);
    matches!(
        key.split(' ').next(),
        Some("NON" | "N" | "NO" | "FAUX" | "FALSE" | "0" | "REFUS" | "REFUSE" | "PAS" | "OPPOSE" | "OPPOSEE")
    ) && !matches!(key.as_str(), "NON RENSEIGNE" | "NON PRECISE" | "NON CONNU" | "NON DEMANDE")
}

/// What a text anywhere in the row closes: « ne plus écrire », « s’oppose au courrier », « refuse tout contact ».
pub fn told(text: &str) -> Channels {
    const PHRASES: [&str; 34] = [
        "NE SOUHAITE PAS ETRE APPELE",
        "NE VEUT PAS ETRE",
        "REFUSE LES APPELS",
        "REFUSE LES MAILS",
        "NE PLUS ECRIRE",
        "NE PAS ECRIRE",
        "NE PLUS CONTACTER",
        "NE PAS CONTACTER",
        "NE PLUS APPELER",
        "NE PAS APPELER",
        "NE PAS RELANCER",
        "NE PLUS RELANCER",
        "NE SOUHAITE PLUS",
        "NE SOUHAITE PAS ETRE CONTACTE",
        "NE VEUT PLUS",
        "S OPPOSE",
        "S EST OPPOSE",
        "REFUSE TOUT CONTACT",
        "REFUSE LE COURRIER",
        "REFUSE LES COURRIERS",
        "REFUSE TOUT COURRIER",
        "REFUSE TOUTE",
        "PAS DE COURRIER",
        "PLUS DE COURRIER",
        "PAS D APPEL",
        "PLUS D APPEL",
        "STOP PUB",
        "STOP COURRIER",
        "STOP MAIL",
        "DESINSCRI",
        "EFFACER SES DONNEES",
        "EFFACEMENT DE",
        "DROIT D OPPOSITION",
        "DROIT A L OUBLI",
    ];
    if !has_stem(text.as_bytes()) {
        return Channels::default();
    }
    let key = capitals(text);
    let alone = matches!(key.as_str(), "OPPOSE" | "OPPOSEE" | "OPPOSITION" | "OPPOSANT" | "REFUS");
    // « accepte le courrier : non », « accepte le mail, courrier non »
    let answered = ["ACCEPTE", "ACCORD", "AUTORISE"].iter().any(|w| key.starts_with(w)) && key.ends_with(" NON");
    if !alone && !answered && !PHRASES.iter().any(|phrase| key.contains(phrase)) {
        return Channels::default();
    }
    if answered {
        let last = text.rsplit([',', ';']).next().unwrap_or_default();
        return Some(named(&capitals(last))).filter(|c| !c.is_none()).unwrap_or(Channels::ALL);
    }
    Some(channels(&key)).filter(|c| !c.is_none()).unwrap_or(Channels::ALL)
}

/// One of these is in every such text: most cells need no closer look, and every line of every address gets this one.
fn has_stem(text: &[u8]) -> bool {
    text.windows(5).any(|w| {
        let stems: &[&[u8; 5]] = match w[0] | 0x20 {
            b'n' => &[b"ne pl", b"ne pa", b"ne so", b"ne ve"],
            b'r' => &[b"refus"],
            b'o' => &[b"oppos"],
            b'p' => &[b"pas d", b"plus "],
            b'a' => &[b"accep", b"accor", b"autor"],
            b's' => &[b"stop "],
            b'd' => &[b"desin", b"d\xc3\xa9si", b"d\xc3\x89si", b"droit"],
            b'e' => &[b"effac"],
            _ => &[],
        };
        stems.iter().any(|stem| w.eq_ignore_ascii_case(*stem))
    })
}

/// The channels that a text in capitals names, but for those that it prefers.
fn channels(text: &str) -> Channels {
    let words: Vec<&str> = text.split(' ').collect();
    let liked = |w: &&str| {
        ["PREFER", "ACCEPT", "UNIQUEMENT", "SEULEMENT", "SAUF", "AUTORIS"].iter().any(|stem| w.starts_with(stem))
    };
    match words.iter().position(liked) {
        // « ne pas appeler, préfère le courrier », « ne pas écrire par mail, courrier uniquement »
        Some(at) if told_apart(&words[..at]) => {
            let from = if matches!(words[at], "UNIQUEMENT" | "SEULEMENT") { at - 1 } else { at };
            named(&words[..from].join(" ")).without(named(&words[from..].join(" ")))
        }
        // « préfère être appelée, pas de courrier »
        Some(at) => match words[at..].iter().position(|w| told_apart(&[*w])) {
            Some(no) => named(&words[at + no..].join(" ")),
            None => named(text),
        },
        None => named(text),
    }
}

/// Do these words close something themselves?
fn told_apart(words: &[&str]) -> bool {
    words.iter().any(|w| matches!(*w, "NE" | "PAS" | "PLUS" | "REFUSE" | "OPPOSE" | "STOP" | "OPPOSITION"))
}

fn named(text: &str) -> Channels {
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
            ("Opposition courrier", "opposé (accord verbal du 3/4)", "post"),
            ("Opposition courrier", "refus, sans motif", "post"),
            ("Opposition courrier", "pas d’opposition connue", ""),
            ("Opposition courrier", "levée le 3/2/2025", ""),
            ("Opposition courrier", "Non précisé", ""),
            ("Refus courrier", "OUI", "post"),
            ("Stop", "X", "post email phone"),
            ("Accepte le courrier", "NON", "post"),
            ("Accepte le courrier", "oui", ""),
            ("Accepte le courrier", "", ""),
            ("Contactable par courrier", "non", "post"),
            ("Consentement", "non renseigné", ""),
        ] {
            assert_eq!(closed(column, cell), channels(closes), "{column}: {cell}");
        }
        for (text, closes) in [
            ("Ne plus écrire svp", "post"),
            ("refuse tout courrier", "post"),
            ("pas de courrier", "post"),
            ("Pas de courriers SVP", "post"),
            ("STOP PUB", "post email phone"),
            ("RGPD : effacer ses données", "post email phone"),
            ("accepte le courrier : non", "post"),
            ("opposé", "post email phone"),
            ("désinscrire", "post email phone"),
            ("DÉSINSCRIRE", "post email phone"),
            ("préfère être appelée, pas de courrier", "post"),
            ("accepte le mail, courrier non", "post"),
            // Who has none, and who has nobody, refuses nothing.
            ("pas de mail", ""),
            ("aucun contact familial", ""),
            ("n’a reçu aucun courrier", ""),
            ("accepte le courrier : oui", ""),
            ("rue du Pas de la Case", ""),
            ("bâtiment opposé à la mairie", ""),
            ("2e étage droite", ""),
            ("s’oppose au courrier", "post"),
            ("refuse tout contact", "post email phone"),
            ("ne pas appeler le matin", "phone"),
            ("ne pas appeler, préfère le courrier", "phone"),
            ("ne pas écrire par mail, courrier uniquement", "email"),
            ("refuse les appels mais accepte les courriers", "phone"),
            ("ne veut pas être appelé", "phone"),
            ("veuve, ne voit plus très bien", ""),
        ] {
            assert_eq!(told(text), channels(closes), "{text}");
        }
    }
}

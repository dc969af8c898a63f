//! Free text that says that the person has died: « décédée le 3 mai », « DCD », « succession ». That of a relative does not
//! count.

use crate::domain::address::capitals;

/// Does the text say that the person of this row has died?
pub fn is_told(text: &str) -> bool {
    has_stem(text.as_bytes())
        && text
            .to_lowercase()
            .replace(['†', '✝'], " dcd ")
            .split([',', ';', '(', ')', '\n', '!', '?'])
            .any(|clause| is_told_in(&capitals(clause)))
}

/// « Succession FABRE », « Indivision »: it is the heirs of whom the row speaks.
pub fn is_estate(text: &str) -> bool {
    capitals(text)
        .split(' ')
        .any(|w| matches!(w, "SUCCESSION" | "SUCC" | "HOIRIE" | "HOIRS" | "INDIVISION" | "HERITIERS"))
}

/// Is « dcd », « déc », « dec », « succession », « indivision », « hoirie » or a cross in it? One of them is in every such text: most
/// cells need no closer look, and every cell of a list gets this one.
pub fn has_stem(text: &[u8]) -> bool {
    let small = |b: u8| b.to_ascii_lowercase();
    let begins = |b: u8| matches!(b | 0x20, b'd' | b's' | b'i' | b'h' | 0xe2);
    text.windows(3).filter(|w| begins(w[0])).any(|w| match small(w[0]) {
        // « é » in both cases, and « e » with its accent apart.
        b'd' => matches!((small(w[1]), small(w[2])), (b'c', b'd') | (b'e', b'c' | 0xcc) | (0xc3, 0xa9 | 0x89)),
        b's' => small(w[1]) == b'u' && small(w[2]) == b'c',
        b'i' => small(w[1]) == b'n' && small(w[2]) == b'd',
        b'h' => small(w[1]) == b'o' && small(w[2]) == b'i',
        0xe2 => matches!((w[1], w[2]), (0x80, 0xa0) | (0x9c, 0x9d)),
        _ => false,
    })
}

fn is_told_in(clause: &str) -> bool {
    let words: Vec<&str> = clause.split(' ').collect();
    if words.iter().any(|w| matches!(*w, "NON" | "PAS" | "CAPITAL" | "ASSURANCE" | "GARANTIE" | "VIVANT" | "VIVANTE")) {
        return false;
    }
    words.iter().enumerate().any(|(at, word)| {
        let (before, after) = (&words[..at], &words[at + 1..]);
        match *word {
            "DECEDE" | "DECEDEE" | "DECEDES" | "DCD" | "DCDE" | "DCDEE" => {
                // « décédée : son épouse » is of her, « décédée, fille à contacter » of the person.
                let of_relative = matches!(after, ["SON" | "SA" | "LE" | "LA", relative, ..] if is_relative(relative));
                !of_relative && !before.iter().any(|w| is_relative(w))
            }
            "DECES" => {
                let relative = before.iter().chain(after.iter().take(4)).any(|w| is_relative(w));
                let told = |next: &&str| {
                    matches!(*next, "LE" | "EN" | "DEPUIS" | "SURVENU" | "SIGNALE" | "CONNU")
                        || next.starts_with(|c: char| c.is_ascii_digit())
                };
                !relative && after.first().is_none_or(told)
            }
            // Only where nothing else is said: « rue de la Succession » is an address.
            "SUCCESSION" | "HOIRIE" | "INDIVISION" => words.len() == 1,
            _ => false,
        }
    })
}

fn is_relative(word: &str) -> bool {
    matches!(
        word,
        "CONJOINT"
            | "CONJOINTE"
            | "MARI"
            | "EPOUX"
            | "EPOUSE"
            | "FEMME"
            | "COMPAGNON"
            | "COMPAGNE"
            | "VEUF"
            | "VEUVE"
            | "FILS"
            | "FILLE"
            | "ENFANT"
            | "ENFANTS"
            | "PERE"
            | "MERE"
            | "FRERE"
            | "SOEUR"
            | "PARENT"
            | "PARENTS"
            | "VOISIN"
            | "VOISINE"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_death_is_told_in_many_words() {
        for text in [
            "décédé",
            "Décédée le 3 mai 2026",
            "DCD",
            "dcd 2025",
            "décès le 12/03/2026",
            "Décès 12/03/2026",
            "personne décédée, fille à contacter",
            "NPAI (décédé)",
            "famille signale le décès",
            "Succession",
            "veuve, décédée en 2026",
            "FABRE †",
            "† 12/03/2024",
        ] {
            assert!(is_told(text), "{text}");
        }
        for text in [
            "",
            "mari décédé en 2019",
            "veuve de Louis †",
            "veuve de Louis décédé en 1999",
            "décès du conjoint le 3 mai",
            "décès de sa mère",
            "capital décès",
            "décédée : son épouse",
            "non décédé",
            "pas de décès connu",
            "date de décès inconnue",
            "rue du Feu",
            "12 place de la Succession",
        ] {
            assert!(!is_told(text), "{text}");
        }
    }
}

//! Short names in addresses and file names.

use super::Invalid;

/// Characters a short name may have, so that file names stay short.
const CHARS: usize = 40;

/// Reads a short name: small letters without accents, digits, hyphens between them.
pub fn parse(text: &str) -> Result<String, Invalid> {
    let ok = text.len() <= CHARS
        && text
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
    if ok {
        Ok(text.to_owned())
    } else {
        Err(Invalid::new(format!(
            "« {text} » ne convient pas : au plus {CHARS} lettres minuscules sans accent, chiffres et tirets, par exemple « debuter-langogne »."
        )))
    }
}

/// A short name made from a name, « Médiathèque de Langogne » → `mediatheque-de-langogne`, that `taken` does not know; a
/// number is put behind it until that is so.
pub fn from_name(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let plain = deunicode::deunicode(name).to_ascii_lowercase();
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    // Room for a number.
    let mut base = String::new();
    for word in words {
        let joined = if base.is_empty() { word.to_owned() } else { format!("{base}-{word}") };
        if joined.len() > CHARS - 4 {
            break;
        }
        base = joined;
    }
    if base.is_empty() {
        base = plain.chars().filter(char::is_ascii_alphanumeric).take(CHARS - 4).collect();
    }
    if base.is_empty() {
        "sans-nom".clone_into(&mut base);
    }
    if !taken(&base) {
        return base;
    }
    // As many numbers as there are names: one is free.
    (2_u32..).map(|n| format!("{base}-{n}")).find(|slug| !taken(slug)).unwrap_or(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_a_short_name_that_nobody_has() {
        let free = |_: &str| false;
        assert_eq!(from_name("Médiathèque de Langogne", free), "mediatheque-de-langogne");
        assert_eq!(from_name("L’été, à l’Œuvre !", free), "l-ete-a-l-oeuvre");
        assert_eq!(from_name(" … ", free), "sans-nom");
        assert_eq!(from_name("Lozère", |slug| slug == "lozere" || slug == "lozere-2"), "lozere-3");
        for name in ["a".repeat(200), "mot ".repeat(40), "漢字".repeat(30), "École nº 1 — « bis »".to_owned()] {
            assert!(parse(&from_name(&name, free)).is_ok(), "{name}");
        }
    }

    #[test]
    fn what_does_not_fit_in_an_address_is_refused() {
        for wrong in ["", "Été", "a b", "-a", "a-", "a--b", "A", "a/b", "..", &"a".repeat(41)] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert!(parse("lozere-2026").is_ok());
    }
}

//! The NIR (number of the social security) is never kept: this file only knows how to see one.

/// Is the whole cell a NIR: 13 or 15 characters, with or without spaces, first digit, month and department plausible? The
/// key is not asked for, because a mistyped NIR is still one.
pub fn is_nir(cell: &str) -> bool {
    let compact: Vec<u8> = cell
        .trim()
        .bytes()
        .filter(|b| !matches!(b, b' ' | b'.' | b'-' | b'/' | b'\''))
        .map(|b| b.to_ascii_uppercase())
        .filter(|b| b.is_ascii())
        .collect();
    // A spreadsheet may have added « ,0 »; a no-break space is two bytes that are not ASCII and fell out above.
    matches!(compact.len(), 13 | 15) && plausible(&compact)
}

/// The cell with every NIR inside it taken out, if there is one.
pub fn redacted(cell: &str) -> Option<String> {
    if cell.bytes().filter(u8::is_ascii_digit).count() < 12 {
        return None;
    }
    if is_nir(cell) {
        return Some(String::new());
    }
    let runs = runs(cell);
    let nirs: Vec<_> = runs.into_iter().filter(|(from, to)| is_strict(&cell[*from..*to])).collect();
    if nirs.is_empty() {
        return None;
    }
    let mut kept = String::new();
    let mut at = 0;
    for (from, to) in nirs {
        kept.push_str(&cell[at..from]);
        at = to;
    }
    kept.push_str(&cell[at..]);
    Some(kept.trim().to_owned())
}

/// Does the header's name, in capitals without accents, say that the column holds NIRs?
pub fn is_nir_name(name: &str) -> bool {
    let words: Vec<&str> = name.split(' ').collect();
    words.iter().any(|w| matches!(*w, "NIR" | "NSS" | "NUMSS" | "NOSS" | "SECU" | "NNI" | "NIA"))
        || name.contains("SECURITE SOCIALE")
        || name.contains("NUMSECU")
        || (words.len() == 2 && words[1] == "SS")
}

fn plausible(nir: &[u8]) -> bool {
    let number = |range: std::ops::Range<usize>| -> Option<u32> { std::str::from_utf8(&nir[range]).ok()?.parse().ok() };
    let digits_else = nir.iter().enumerate().all(|(i, b)| b.is_ascii_digit() || (i == 6 && matches!(b, b'A' | b'B')));
    let month = number(3..5).is_some_and(|m| matches!(m, 1..=12 | 20 | 30..=42 | 50..=99));
    let department =
        if nir[6].is_ascii_digit() { number(5..7).is_some_and(|d| (1..=99).contains(&d)) } else { nir[5] == b'2' };
    digits_else && matches!(nir[0], b'1' | b'2' | b'3' | b'4' | b'7' | b'8') && month && department
}

/// Inside other text, more is asked: the key where there is one.
fn is_strict(run: &str) -> bool {
    let compact: String = run.chars().filter(char::is_ascii_alphanumeric).collect();
    is_nir(&compact) && (compact.len() == 13 || key_holds(&compact))
}

/// The key is 97 less the number modulo 97, with 2A as 19 and 2B as 18.
fn key_holds(nir: &str) -> bool {
    let number = nir[..13].replacen("2A", "19", 1).replacen("2B", "18", 1);
    let digits: Option<u64> = number.parse().ok();
    let key: Option<u64> = nir[13..].parse().ok();
    digits.zip(key).is_some_and(|(digits, key)| 97 - digits % 97 == key)
}

/// Stretches of digits, with single separators between them.
fn runs(cell: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = None;
    let mut end = 0;
    for (at, c) in cell.char_indices() {
        let inside = start.is_some();
        if c.is_ascii_digit() || (inside && matches!(c, 'A' | 'B')) {
            start.get_or_insert(at);
            end = at + 1;
        } else if !(inside && matches!(c, ' ' | '.' | '-' | '\u{a0}' | '\u{202f}')) {
            found.extend(start.take().map(|s| (s, end)));
        }
    }
    found.extend(start.map(|s| (s, end)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nir_is_seen_in_every_writing() {
        for nir in [
            "248014809512385",
            "2 48 01 48 095 123 85",
            "2480148095123",
            "2 48 01 2A 095 123 85",
            "248-01-48-095-123-85",
        ] {
            assert!(is_nir(nir), "{nir}");
        }
        for other in ["", "0465710000", "48000", "541204809512385", "248004809512385", "12345678901234", "2026-11-02"] {
            assert!(!is_nir(other), "{other}");
        }
    }

    #[test]
    fn a_nir_in_a_sentence_is_taken_out() {
        assert_eq!(redacted("NIR 2 48 01 48 095 123 85, veuve").as_deref(), Some("NIR , veuve"));
        assert_eq!(redacted("248014809512385").as_deref(), Some(""));
        assert_eq!(redacted("04 65 71 00 00 / 06 39 98 00 00"), None);
        assert!(key_holds("248014809512385"));
    }

    #[test]
    fn a_column_is_known_by_its_name() {
        for name in ["NIR", "N SECURITE SOCIALE", "NUM SECU", "N SS", "NIR ASSURE"] {
            assert!(is_nir_name(name), "{name}");
        }
        for name in ["NOM", "CODE INSEE", "FINIR", "SS"] {
            assert!(!is_nir_name(name), "{name}");
        }
    }
}

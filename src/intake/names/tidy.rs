//! The signs of a name as letters write them.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Composed letters, single spaces, one kind of apostrophe and hyphen, nothing else than a name has.
pub fn tidy(written: &str) -> String {
    if is_tidy(written.as_bytes()) { written.to_owned() } else { tidied(written) }
}

fn tidied(written: &str) -> String {
    let composed: Cow<'_, str> =
        if is_nfc(written) { written.into() } else { written.nfc().collect::<String>().into() };
    let mut out = String::with_capacity(composed.len());
    for c in composed.chars() {
        let c = match c {
            '\'' | '`' | '´' | '‘' | 'ʼ' => '’',
            '‐' | '‑' | '–' | '—' => '-',
            '_' | '/' => ' ',
            '&' => {
                out.truncate(out.trim_end().len());
                out.push_str(" et ");
                continue;
            }
            c => c,
        };
        if c.is_whitespace() {
            if !out.is_empty() && !out.ends_with([' ', '-', '’']) {
                out.push(' ');
            }
        } else if matches!(c, '-' | '’') {
            out.truncate(out.trim_end().len());
            if !out.is_empty() && !out.ends_with(c) {
                out.push(c);
            }
        } else if c.is_alphabetic() || matches!(c, '.') {
            out.push(c);
        }
    }
    out.truncate(out.trim_end_matches([' ', '-', '’']).len());
    if out.chars().any(char::is_alphabetic) { out } else { String::new() }
}

/// Nothing but plain letters, and single signs between them? Most names are.
fn is_tidy(written: &[u8]) -> bool {
    let mut before = b' ';
    let plain = written.iter().all(|byte| {
        let good = byte.is_ascii_alphabetic() || matches!(byte, b' ' | b'-') && before.is_ascii_alphabetic();
        before = *byte;
        good
    });
    plain && (written.is_empty() || before.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_tidy_stays(name in "[A-Za-zé '.-]{0,12}") {
            prop_assert_eq!(tidy(&name), tidied(&name));
        }
    }
}

//! French typography on plain text: the spaces and apostrophes that people do not type.

use std::borrow::Cow;

/// Thin no-break space, before `; ! ?`.
pub const THIN: char = '\u{202f}';
/// No-break space, before `:`, inside « », before € and %, around the h of an hour.
pub const NO_BREAK: char = '\u{a0}';

/// The text with typographic apostrophes, no-break spaces and « » for pairs of straight quotes. Addresses of the web and of mail are left as they are.
/// Applying it twice changes nothing more. Markdown stays Markdown.
pub fn french(text: &str) -> String {
    let text = quoted(text);
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text.as_ref();
    while let Some(first) = rest.chars().next() {
        if starts_word(&out) {
            let word = &rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())];
            let bare = word.trim_end_matches([';', '!', '?', ':', ',', '.', ')', '»', '…']);
            if is_machine_word(bare) {
                out.push_str(bare);
                rest = &rest[bare.len()..];
                continue;
            }
        }
        rest = &rest[first.len_utf8()..];
        write_char(&mut out, first, &mut rest);
    }
    out
}

/// The text with « and » for each pair of straight quotes around words of one paragraph. Inches and the titles of Markdown
/// links stay.
fn quoted(text: &str) -> Cow<'_, str> {
    let mut whole = Cow::Borrowed(text);
    // What stood around a pair may be another one.
    while let Some(more) = quoted_once(&whole) {
        whole = Cow::Owned(more);
    }
    whole
}

fn quoted_once(text: &str) -> Option<String> {
    let mut rest = text;
    let (mut out, mut found) = (String::new(), false);
    while let Some(opens) = rest.find('"') {
        let (before, after) = (&rest[..opens], &rest[opens + 1..]);
        out.push_str(before);
        let begins = starts_word(&out) || out.ends_with(['*', '’', '\'', '«']);
        let in_link = out.rfind("](").is_some_and(|link| !out[link..].contains(')'));
        let closes = after.find('"').filter(|closes| {
            let (inner, next) = (&after[..*closes], &after[closes + 1..]);
            let bare =
                !inner.is_empty() && !inner.starts_with(char::is_whitespace) && !inner.ends_with(char::is_whitespace);
            bare && !inner.contains("\n\n") && !next.starts_with(char::is_alphanumeric)
        });
        match closes.filter(|_| begins && !in_link) {
            Some(closes) => {
                out.extend(["«", &after[..closes], "»"]);
                found = true;
                rest = &after[closes + 1..];
            }
            None => {
                out.push('"');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    found.then_some(out)
}

/// The text with a capital at its beginning.
pub fn capitalised(text: &str) -> String {
    with_first(text, |letter| letter.to_uppercase().collect())
}

/// The text with another first letter.
pub fn with_first(text: &str, change: impl Fn(char) -> String) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| change(first) + letters.as_str()).unwrap_or_default()
}

fn write_char(out: &mut String, c: char, rest: &mut &str) {
    match c {
        '\'' if out.ends_with(char::is_alphabetic) && !rest.is_empty() && !rest.starts_with(char::is_whitespace) => {
            out.push('’');
        }
        ';' | '!' | '?' if ends_phrase(rest) && !out.ends_with(['!', '?', '(']) => push_after(out, THIN, c),
        ':' if ends_phrase(rest) => push_after(out, NO_BREAK, c),
        '»' => push_after(out, NO_BREAK, c),
        '€' | '%' if out.trim_end_matches(is_space).ends_with(|d: char| d.is_ascii_digit()) => {
            push_after(out, NO_BREAK, c);
        }
        '«' => {
            out.push(c);
            *rest = rest.trim_start_matches(is_space);
            if !rest.is_empty() {
                out.push(NO_BREAK);
            }
        }
        'h' if follows_hour(out) => write_hour(out, rest),
        _ => out.push(c),
    }
}

/// Writes `c` after exactly one `space`, whatever spaces stood there; none at the beginning of a text or line.
fn push_after(out: &mut String, space: char, c: char) {
    let kept = out.trim_end_matches(is_space).len();
    out.truncate(kept);
    if !starts_word(out) {
        out.push(space);
    }
    out.push(c);
}

/// Writes the `h` of « 14 h » or « 14 h 30 »; an `h` that begins a word stays as it is.
fn write_hour(out: &mut String, rest: &mut &str) {
    if rest.starts_with(char::is_alphabetic) {
        out.push('h');
        return;
    }
    push_after(out, NO_BREAK, 'h');
    let after = rest.strip_prefix(is_space).unwrap_or(rest);
    let digits = after.len() - after.trim_start_matches(|d: char| d.is_ascii_digit()).len();
    if digits == 2 && !after[2..].starts_with(char::is_alphanumeric) {
        out.push(NO_BREAK);
        *rest = after;
    }
}

/// Does the text end with a number of one or two digits, as an hour does, and at most one space?
fn follows_hour(out: &str) -> bool {
    let before = out.strip_suffix(is_space).unwrap_or(out);
    let digits = before.len() - before.trim_end_matches(|d: char| d.is_ascii_digit()).len();
    matches!(digits, 1 | 2) && !before[..before.len() - digits].ends_with(char::is_alphanumeric)
}

fn ends_phrase(rest: &str) -> bool {
    rest.chars().next().is_none_or(|c| {
        c.is_whitespace() || matches!(c, '»' | ')' | '!' | '?' | ';' | ':' | '…' | ',' | '.' | '*' | '\\')
    })
}

fn starts_word(out: &str) -> bool {
    out.is_empty() || out.ends_with(|c: char| c.is_whitespace() || c == '(')
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | NO_BREAK | THIN)
}

/// An address of the web or of mail: has an @ between letters, a scheme, or dots between names without accents whose last
/// has two letters or more.
fn is_machine_word(word: &str) -> bool {
    let host = word.split('/').next().unwrap_or(word);
    let labels: Vec<&str> = host.split('.').collect();
    let is_host = labels.len() > 1
        && labels.iter().all(|l| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b"-:".contains(&b)))
        && labels.last().is_some_and(|l| l.len() >= 2 && l.bytes().next().is_some_and(|b| b.is_ascii_lowercase()));
    word.contains("://") || is_host || word.find('@').is_some_and(|at| at > 0 && at + 1 < word.len())
}

#[cfg(test)]
mod tests {
    use super::french;
    use proptest::prelude::*;

    #[test]
    fn text_gets_the_spaces_that_nobody_types() {
        for (typed, printed) in [
            ("Perdu ? Votre nom suffit !", "Perdu\u{202f}? Votre nom suffit\u{202f}!"),
            ("Perdu? Oui!", "Perdu\u{202f}? Oui\u{202f}!"),
            ("Quoi ?! Non ; si", "Quoi\u{202f}?! Non\u{202f}; si"),
            ("avant le 26 : venez", "avant le 26\u{a0}: venez"),
            ("« Bonjour »", "«\u{a0}Bonjour\u{a0}»"),
            ("«Bonjour»", "«\u{a0}Bonjour\u{a0}»"),
            ("40 € ou 40€, 15%", "40\u{a0}€ ou 40\u{a0}€, 15\u{a0}%"),
            ("de 14h30 à 16 h, 9h.", "de 14\u{a0}h\u{a0}30 à 16\u{a0}h, 9\u{a0}h."),
            ("3 hommes, 14 habitants", "3 hommes, 14 habitants"),
            ("l'atelier d'Yvette, aujourd'hui", "l’atelier d’Yvette, aujourd’hui"),
            ("L'EHPAD 'du bourg'", "L’EHPAD 'du bourg'"),
            ("voir https://a.fr/i?x=1&y=l'b ?", "voir https://a.fr/i?x=1&y=l'b\u{202f}?"),
            ("numerique.exemple.fr : ici", "numerique.exemple.fr\u{a0}: ici"),
            ("numerique.exemple.fr: ici", "numerique.exemple.fr\u{a0}: ici"),
            ("écrire à d'o@exemple.fr!", "écrire à d'o@exemple.fr\u{202f}!"),
            ("à 14:30 (vraiment ?)", "à 14:30 (vraiment\u{202f}?)"),
            ("dire \"cela\", \"oui!\"", "dire «\u{a0}cela\u{a0}», «\u{a0}oui\u{202f}!\u{a0}»"),
            ("**\"Bonjour\"** (\"oui\")", "**«\u{a0}Bonjour\u{a0}»** («\u{a0}oui\u{a0}»)"),
            ("un écran de 10\" ou 12\"", "un écran de 10\" ou 12\""),
            ("[ici](https://a.fr \"titre\")", "[ici](https://a.fr \"titre\")"),
            ("T1:B2", "T1:B2"),
            ("? seul", "? seul"),
            ("", ""),
        ] {
            assert_eq!(french(typed), printed, "{typed}");
            assert_eq!(french(printed), printed, "a second time: {typed}");
        }
    }

    proptest! {
        #[test]
        fn a_second_pass_changes_nothing(text in "[ a-ch'’\"0-9:;!?«»€%.@/\u{a0}\u{202f}\n()]{0,40}") {
            let once = french(&text);
            prop_assert_eq!(french(&once), once);
        }

        #[test]
        fn no_letter_is_lost(text in "\\PC{0,40}") {
            let bare = |s: &str| {
                let s = s.replace('\'', "’").replace(['"', '«', '»'], "");
                s.chars().filter(|c| !c.is_whitespace()).collect::<String>()
            };
            prop_assert_eq!(bare(&french(&text)), bare(&text));
        }
    }
}

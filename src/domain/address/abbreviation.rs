//! Shortening a street after NF Z10-011: only over 32 characters, in the order types and titles, first names, articles.

use super::words::{DWELLING, STREET_TYPES, TITLES};
use crate::domain::first_name::is_first_name;

/// The street label, without its number, shortened as far as it must be to have 32 characters; longer if it cannot be.
/// The last word is never shortened, and a « DE » before a name stays.
pub fn street(label: &str) -> String {
    if label.len() <= STREET_CHARS {
        return label.to_owned();
    }
    let mut words: Vec<String> = label.split(' ').map(str::to_owned).collect();
    for step in [types_and_titles, first_names, articles] {
        if width(&words) <= STREET_CHARS {
            break;
        }
        step(&mut words);
    }
    words.join(" ")
}

/// A line inside a dwelling or a lieu-dit with its usual words shortened.
pub fn dwelling(line: &str) -> String {
    replace_all(line, DWELLING)
}

/// Characters a street label may have before it is shortened (NF Z10-011).
pub(super) const STREET_CHARS: usize = 32;

fn width(words: &[String]) -> usize {
    words.iter().map(String::len).sum::<usize>() + words.len().saturating_sub(1)
}

fn types_and_titles(words: &mut Vec<String>) {
    let Some(last) = words.pop() else { return };
    let front = replace_first(&words.join(" "), STREET_TYPES);
    *words = replace_all(&front, TITLES).split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect();
    words.push(last);
}

fn replace_first(line: &str, table: &[(&str, &str)]) -> String {
    let found =
        table.iter().find(|(long, _)| line.strip_prefix(long).is_some_and(|r| r.is_empty() || r.starts_with(' ')));
    found.map_or_else(|| line.to_owned(), |(long, short)| format!("{short}{}", &line[long.len()..]))
}

fn replace_all(line: &str, table: &[(&str, &str)]) -> String {
    let mut padded = format!(" {line} ");
    for (long, short) in table {
        if padded.contains(long) {
            padded = padded.replace(&format!(" {long} "), &format!(" {short} "));
        }
    }
    padded.trim().to_owned()
}

/// First names before the last word, and the word after a person's title, become initials.
#[expect(clippy::ptr_arg, reason = "one of three steps of the same shape")]
fn first_names(words: &mut Vec<String>) {
    const PERSONS: &[&str] =
        &["ABB", "ADJ", "AL", "CNE", "CDL", "CNL", "CDT", "DR", "GAL", "ING", "LT", "MAL", "MGR", "PDT", "PR", "SGT"];
    let last = words.len().saturating_sub(1);
    for i in 1..last {
        let titled = PERSONS.contains(&words[i - 1].as_str()) && !is_article(&words[i]) && words[i] != "DE";
        // « CHEMIN DE SAINT ANTOINE » is named after a saint, not after a person.
        let saint = matches!(words[i - 1].as_str(), "SAINT" | "SAINTE" | "ST" | "STE");
        if words[i].len() > 1 && !saint && (titled || is_first_name(&words[i])) {
            words[i].truncate(1);
        }
    }
}

/// « DU », « DES », « DE LA » and the like go; a « DE » stays before a name, unless it only joins the street's type.
fn articles(words: &mut Vec<String>) {
    let last = words.len().saturating_sub(1);
    let kept: Vec<String> = words
        .iter()
        .enumerate()
        .filter(|(i, word)| {
            let next_is_article = words.get(i + 1).is_some_and(|w| matches!(w.as_str(), "LA" | "L"));
            let nobiliary =
                words[..*i].iter().any(|w| w.len() == 1 || TITLES.iter().any(|(_, short)| *short == w.as_str()));
            let joins = word.as_str() == "DE" && (*i == 1 || (next_is_article && !nobiliary));
            *i == 0 || *i == last || !(is_article(word) || joins)
        })
        .map(|(_, word)| word.clone())
        .collect();
    *words = kept;
}

fn is_article(word: &str) -> bool {
    matches!(word, "DU" | "DES" | "LE" | "LA" | "LES" | "L" | "AU" | "AUX" | "D")
}

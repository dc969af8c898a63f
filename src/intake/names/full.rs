//! Surname and first name in one cell, in whichever order the list writes them.

use super::{
    BORN, FullName, MARRIED, begins_with_first_name, first_name, is_particle, is_title, is_upper, position, surname,
    titles, without_bracketed_name, without_estate,
};
use crate::domain::address::capitals;
use crate::domain::retiree::Civility;
use crate::intake::content;

/// How a list writes surname and first name in one cell, where capitals do not tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NameStyle {
    /// Surnames are in capitals and first names are not.
    pub capitals: bool,
    /// The first name stands in front.
    pub first_name_first: bool,
}

/// Splits « PAGÈS Yvette », « Mme Yvette PAGÈS », « PAGES née BRUN Yvette ». In a list whose surnames are in capitals a cell
/// without any has no surname.
pub fn split(written: &str, style: NameStyle) -> FullName {
    let (written, bracketed) = without_bracketed_name(written, true);
    let (cell, estate) = without_estate(&written);
    let mut words: Vec<&str> = cell.split(' ').filter(|w| !w.is_empty()).collect();
    let mut name = FullName::default();
    if words.len() > 3 && content::civility(&words[..3].join(" ")) == Some(Civility::Couple) {
        name.civility = Some(Civility::Couple);
        words.drain(..3);
    }
    name.civility = name.civility.or(titles(&mut words, true));
    if let Some(at) = position(&words, BORN) {
        let after = words.split_off(at);
        let (birth, rest) = after[1..].split_at(surname_words(&after[1..], style));
        name.birth_name = Some(surname(&birth.join(" "))).filter(|n| !n.is_empty());
        words.extend(rest);
    } else if let Some(at) = position(&words, MARRIED) {
        let birth: Vec<&str> = words.drain(..=at).collect();
        name.birth_name = Some(surname(&birth[..at].join(" "))).filter(|n| !n.is_empty());
    }
    name.birth_name = name.birth_name.or(bracketed);
    let (last, first) = parts(&words, style);
    name.surname = surname(&last);
    name.first_name = first_name(&first);
    name.estate = estate.then(|| written.trim().to_owned());
    name
}

/// How this list writes names, judged by a sample of its cells.
pub fn style<'a>(cells: impl Iterator<Item = &'a str>, header_says_first: bool) -> NameStyle {
    let (mut mixed, mut seen, mut front, mut back) = (0usize, 0usize, 0usize, 0usize);
    for cell in cells {
        let words: Vec<&str> = cell.split_whitespace().filter(|w| !is_title(w)).collect();
        if words.len() < 2 {
            continue;
        }
        seen += 1;
        mixed += usize::from(words.iter().any(|w| is_upper(w)) && words.iter().any(|w| !is_upper(w)));
        let lexicon = |w: &&&str| begins_with_first_name(w);
        front += usize::from(words.first().filter(lexicon).is_some());
        back += usize::from(words.last().filter(lexicon).is_some());
    }
    let first_name_first = if front.abs_diff(back) * 5 > seen { front > back } else { header_says_first };
    NameStyle { capitals: mixed * 2 > seen, first_name_first }
}

fn parts(words: &[&str], style: NameStyle) -> (String, String) {
    let upper: Vec<bool> = words.iter().map(|w| is_upper(w)).collect();
    let join = |w: &[&str]| w.join(" ");
    if upper.iter().any(|u| *u) && upper.iter().any(|u| !*u) {
        // « PAGÈS Yvette », « Yvette PAGÈS », « Yvette PAGÈS BRUN », « de LA TOUR Anne ».
        let particle = |w: &str| is_particle(&capitals(w));
        let belongs = |i: usize| upper[i] || (particle(words[i]) && upper.get(i + 1).copied().unwrap_or(false));
        let last: Vec<&str> = (0..words.len()).filter(|i| belongs(*i)).map(|i| words[i]).collect();
        let first: Vec<&str> = (0..words.len()).filter(|i| !belongs(*i)).map(|i| words[i]).collect();
        return (join(&last), join(&first));
    }
    if style.capitals && !upper.contains(&true) {
        return (String::new(), join(words));
    }
    match words {
        [] => Default::default(),
        [only] => (join(&[only]), String::new()),
        _ if style.first_name_first => {
            let first = (1..words.len() - 1).take_while(|i| is_of_first_names(words[*i])).count() + 1;
            (join(&words[first..]), join(&words[..first]))
        }
        _ => {
            let count = surname_words(words, style);
            (join(&words[..count]), join(&words[count..]))
        }
    }
}

/// How many words at the front are a surname: the capitals where the list uses them for surnames alone, else all before
/// the known first names at the end, else the particles and one word.
fn surname_words(words: &[&str], style: NameStyle) -> usize {
    let upper = words.iter().take_while(|w| is_upper(w)).count();
    if style.capitals && (1..words.len()).contains(&upper) {
        return upper;
    }
    let first_names = words.iter().rev().take_while(|w| is_of_first_names(w)).count();
    if (1..words.len()).contains(&first_names) {
        return words.len() - first_names;
    }
    let particles = words.iter().take_while(|w| is_particle(&capitals(w))).count();
    (particles + 1).min(words.len())
}

/// A known first name, or the « et » between two.
fn is_of_first_names(word: &str) -> bool {
    word.eq_ignore_ascii_case("et") || begins_with_first_name(word)
}

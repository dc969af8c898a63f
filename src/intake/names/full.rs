//! Surname and first name in one cell, in whichever order the list writes them.

use super::{
    BORN, FullName, MARRIED, begins_with_first_name, first_name, is_article, is_particle, is_title, is_upper, position,
    surname, tidy, titles, without_bracketed_name, without_estate,
};
use crate::domain::address::capitals;

/// How a list writes surname and first name in one cell, where capitals do not tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NameStyle {
    /// Surnames are in capitals and first names are not.
    pub capitals: bool,
    /// The first name stands in front.
    pub first_name_first: bool,
}

/// Splits « PAGÈS Yvette », « Mme Yvette PAGÈS », « PAGES née BRUN Yvette ». In a list whose surnames are in capitals « Marie Claire »
/// has no surname, though « Valetti Georges » and « Laurent Michel » have one.
pub fn split(written: &str, style: NameStyle) -> FullName {
    let (written, bracketed) = without_bracketed_name(written, true);
    let (cell, estate) = without_estate(&written);
    let mut words: Vec<&str> = cell.split(' ').filter(|w| !w.is_empty()).collect();
    keep_one(&mut words);
    let mut name = FullName { civility: titles(&mut words, true), ..FullName::default() };
    let all = words.len();
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
    let behind_comma = written
        .split_once(',')
        .filter(|_| !estate && words.len() == all)
        .map_or(0, |(_, behind)| tidy(behind).split(' ').filter(|w| !w.is_empty()).count());
    let (last, first) = parts(&words, behind_comma, style);
    name.surname = surname(&last);
    name.first_name = first_name(&first);
    name.estate = estate.then(|| written.trim().to_owned());
    name
}

/// « M. ROUX Paul ou Mme ROUX Marie » names two: the first is read. « Roux Paul et Roux Marie » are a couple of one surname.
fn keep_one(words: &mut Vec<&str>) {
    let Some(at) =
        (2..words.len().saturating_sub(1)).find(|at| matches!(words[*at], "et" | "ou" | "ET" | "OU" | "Et" | "Ou"))
    else {
        return;
    };
    if is_title(words[at + 1]) {
        words.truncate(at);
    } else if words.len() > at + 2 && capitals(words[at + 1]) == capitals(words[0]) {
        words.remove(at + 1);
    }
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

/// Surname and first name; `behind_comma` is how many of the words stand behind a comma.
fn parts(words: &[&str], behind_comma: usize, style: NameStyle) -> (String, String) {
    let upper: Vec<bool> = words.iter().map(|w| is_upper(w)).collect();
    let join = |w: &[&str]| w.join(" ");
    if upper.iter().any(|u| *u) && upper.iter().any(|u| !*u) {
        // « PAGÈS Yvette », « Yvette PAGÈS », « Yvette PAGÈS BRUN », « de la TOUR Anne », « COLONNA d’Istria Ange ».
        let mut belongs = upper;
        for i in (0..words.len()).rev() {
            let next = belongs.get(i + 1).copied().unwrap_or(false);
            belongs[i] |= is_elided(words[i]) || next && is_particle(&capitals(words[i]));
        }
        let of = |wanted: bool| -> Vec<&str> {
            words.iter().zip(&belongs).filter(|(_, belongs)| **belongs == wanted).map(|(word, _)| *word).collect()
        };
        return (join(&of(true)), join(&of(false)));
    }
    let compound = |w: &&&str| matches!(capitals(w).as_str(), "JEAN" | "MARIE" | "ANNE" | "PIERRE" | "PAUL" | "ROSE");
    let first_names = words.len() < 2 || words.first().filter(compound).is_some();
    if style.capitals && !upper.contains(&true) && first_names && words.iter().all(|w| is_of_first_names(w)) {
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
            let comma = words.len() - behind_comma.min(words.len() - 1);
            let front = &words[..comma];
            // « PAGES YVETTE, MARIE » goes on behind the comma with more first names; « LE GALL, YVETTE » begins with them.
            let goes_on = behind_comma == 0 || comma > 1 && is_of_first_names(front[comma - 1]);
            let count = if goes_on { surname_words(front, style) } else { comma };
            (join(&words[..count]), join(&words[count..]))
        }
    }
}

/// How many words at the front are a surname: the capitals where the list uses them for surnames alone, else all before
/// the known first names at the end, else one word with its particles.
fn surname_words(words: &[&str], style: NameStyle) -> usize {
    let upper = words.iter().take_while(|w| is_upper(w)).count();
    if style.capitals && (1..words.len()).contains(&upper) {
        return upper;
    }
    let least = one_surname(words);
    let first_names = words.iter().rev().take_while(|w| is_of_first_names(w)).count();
    // No surname ends with its particle: « DELLA ROSA » is one, though Rosa be a first name.
    let ends = |at: usize| at > 0 && at < words.len() && !is_particle(&capitals(words[at - 1]));
    let before = words.len() - first_names;
    if ends(before) { least.max(before) } else { least }
}

/// « PAGES », « LE DU », « DE LA TOUR », « COLONNA D’ISTRIA »: the fewest words at the front that are a surname.
fn one_surname(words: &[&str]) -> usize {
    let with_particles = |words: &[&str]| {
        let mut behind_article = false;
        let particle = |w: &&&str| {
            let key = capitals(w);
            let is = !behind_article && is_particle(&key);
            behind_article |= is_article(&key);
            is
        };
        (words.iter().take_while(particle).count() + 1).min(words.len())
    };
    let count = with_particles(words);
    match words.get(count) {
        Some(next) if is_elided(next) => count + 1,
        Some(next) if is_particle(&capitals(next)) && count + with_particles(&words[count..]) < words.len() => {
            count + with_particles(&words[count..])
        }
        _ => count,
    }
}

/// « d’Istria » is no first name, wherever it stands.
fn is_elided(word: &str) -> bool {
    word.starts_with("d’") || word.starts_with("D’")
}

/// A known first name, or the « et » between two.
fn is_of_first_names(word: &str) -> bool {
    word.eq_ignore_ascii_case("et") || begins_with_first_name(word)
}

//! How two rows' names agree.

use strsim::osa_distance;

use super::features::{Features, Symbol, Words};
use crate::domain::first_name::civility_of;
use crate::domain::slip::near_word;

/// How two names agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameMatch {
    Same,
    Slip,
    /// A surname and a first name that have both slipped.
    Slips,
    /// First names that begin alike: « Mich » and « Michel », but « Micheline » too.
    Prefix,
    Initial,
    /// A first name in common and no surname: a maiden name, perhaps.
    FirstOnly,
    /// A surname in common and no first name: another of the person's first names, perhaps.
    SurnameOnly,
}

impl NameMatch {
    /// What it adds to the evidence.
    pub fn weight(self) -> i32 {
        match self {
            Self::Same => 8,
            Self::Slip => 6,
            Self::Initial | Self::FirstOnly => 4,
            Self::Prefix => 3,
            Self::SurnameOnly | Self::Slips => 2,
        }
    }
}

pub fn name(words: &Words, a: &Features, b: &Features) -> Option<NameMatch> {
    let share = a.surnames().any(|x| b.surnames().any(|y| x == y));
    let text = |s: Symbol| words.text(s);
    let first = a.first.is_some() && (a.first == b.first || goes_on(text(a.first), text(b.first)));
    if share && first || swapped(a, b) {
        return Some(NameMatch::Same);
    }
    let near = || a.surnames().any(|x| b.surnames().any(|y| near_surname(text(x), text(y))));
    let near_first = || near_word(text(a.first), text(b.first)) || same_words(text(a.first), text(b.first));
    if share && near_first() || first && near() || nearly_swapped(words, a, b) {
        return Some(NameMatch::Slip);
    }
    if share {
        let (one, other) = (text(a.first), text(b.first));
        // A surname that slipped into the first name's cell leaves no first name.
        let lost = |x: &Features| {
            a.surnames().chain(b.surnames()).any(|s| s == x.first) && civility_of(text(x.first)).is_none()
        };
        if is_short_for(one, other) || is_short_for(other, one) || lost(a) || lost(b) {
            return Some(NameMatch::Initial);
        }
        if begin_alike(one, other) {
            return Some(NameMatch::Prefix);
        }
    }
    match (first, share) {
        (true, _) => Some(NameMatch::FirstOnly),
        (_, true) => Some(NameMatch::SurnameOnly),
        _ => None,
    }
}

/// « BEN SALAH Mohamed » and « BENSALAH Mohammed », « LAVNET Marguerite » and « LVNET Marguerite Fernande »: little by itself.
pub fn two_slips(words: &Words, a: &Features, b: &Features) -> bool {
    let (one, other) = (words.text(a.first), words.text(b.first));
    let one_of_several =
        |short: &str, long: &str| short.len() >= 4 && long.len() > short.len() && is_short_for(short, long);
    (near_word(one, other) || one_of_several(one, other) || one_of_several(other, one))
        && a.surnames().any(|x| b.surnames().any(|y| near_surname(words.text(x), words.text(y))))
}

fn swapped(a: &Features, b: &Features) -> bool {
    a.first.is_some() && b.first.is_some() && a.surnames().any(|s| s == b.first) && b.surnames().any(|s| s == a.first)
}

/// The same, but for a slip in one of the two names.
fn nearly_swapped(words: &Words, a: &Features, b: &Features) -> bool {
    let one = |a: &Features, b: &Features| {
        let near = |s: Symbol| near_word(words.text(s), words.text(a.first));
        a.first.is_some() && a.surnames().any(|s| s == b.first) && b.surnames().any(near)
    };
    one(a, b) || one(b, a)
}

/// « ROGER » and « ROGER AMEDEE »: who goes by the first of several names. « JEAN » and « JEAN PIERRE » may be brothers.
fn goes_on(a: &str, b: &str) -> bool {
    const OF_COMPOUNDS: [&str; 11] =
        ["ANNE", "CHARLES", "FRANCOIS", "JEAN", "LOUIS", "MARC", "MARIE", "PAUL", "PIERRE", "ROSE", "YVES"];
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short.len() > 2
        && long.strip_prefix(short).is_some_and(|rest| rest.starts_with(' ') && rest.len() > 3)
        && !OF_COMPOUNDS.contains(&short)
}

/// One slip, two in a long name, or one half of a double name.
pub fn near_surname(a: &str, b: &str) -> bool {
    let short = a.len().min(b.len());
    are_half(a, b)
        || near_word(a, b)
        || (short >= 8 && a.len().abs_diff(b.len()) <= 2 && osa_distance(a, b) <= 2)
        || (short >= 5 && a.replace(' ', "") == b.replace(' ', ""))
}

/// Is one a half of the other, a double name?
pub fn are_half(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short.len() >= 4
        && (long.strip_prefix(short).is_some_and(|r| r.starts_with(' '))
            || long.strip_suffix(short).is_some_and(|r| r.ends_with(' ')))
}

/// « MARIE JEANNE » and « JEANNE MARIE ».
pub fn same_words(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.contains(' ') && a.split(' ').all(|word| b.split(' ').any(|other| other == word))
}

/// « P » or « J P » for « JEAN PIERRE », « JEAN » or « PIERRE » for « JEAN PIERRE », nothing for anything.
fn is_short_for(short: &str, long: &str) -> bool {
    if short.is_empty() {
        return true;
    }
    let (mut words, mut initials) = (long.split(' '), short.split(' '));
    let each =
        initials.by_ref().all(|s| words.next().is_some_and(|l| if s.len() <= 2 { l.starts_with(s) } else { l == s }));
    // « JP » for « JEAN PIERRE ».
    let joined =
        || short.len() == long.split(' ').count() && long.split(' ').zip(short.chars()).all(|(l, s)| l.starts_with(s));
    // Of several first names any one may be the one that is used.
    let one_of_them = || short.len() > 2 && long.split(' ').any(|word| word == short);
    each || joined() || one_of_them()
}

fn begin_alike(a: &str, b: &str) -> bool {
    let common = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    common >= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_are_known() {
        for (short, long) in [
            ("P", "PAULETTE"),
            ("J P", "JEAN PIERRE"),
            ("JP", "JEAN PIERRE"),
            ("JEAN", "JEAN PIERRE"),
            ("PIERRE", "JEAN PIERRE"),
        ] {
            assert!(is_short_for(short, long), "{short} {long}");
        }
        for (short, long) in [("M", "PAULETTE"), ("PAUL", "PAULETTE"), ("J M", "JEAN PIERRE")] {
            assert!(!is_short_for(short, long), "{short} {long}");
        }
    }

    #[test]
    fn surnames_may_slip() {
        for (a, b) in [
            ("BUOLET", "BOULET"),
            ("MARTIN DUPONT", "MARTIN"),
            ("SAINT LEGER", "SAINTLEGER"),
            ("TROCELIER", "TROCELLIER"),
        ] {
            assert!(near_surname(a, b), "{a} {b}");
        }
        assert!(!near_surname("BRUN", "BLANC"));
    }
}

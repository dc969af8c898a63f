//! A household as a letter addresses it. Those who have died are not addressed, unless nobody else is left.

use super::address::{PostalAddress, capitals};
use super::retiree::{Civility, Retiree};
use super::slip::near_word;

/// Line 1 of the address, in 38 characters: « Mme et M. Yvette et Jean PAGÈS », else initials, else « M. et Mme PAGÈS »,
/// else the surname alone; two surnames are both shown; who lives alone is « Mme Yvette PAGÈS ». A surname is never cut:
/// where it alone is longer, so is the line, and no letter can be sent.
pub fn address_line_1(adults: &[&Retiree]) -> String {
    let ladder = match addressed(adults)[..] {
        [] => return String::new(),
        [one] => alone(one),
        [a, b, ..] if is_one_surname(a, b) => one_surname(a, b),
        [a, b, ..] => two_surnames(a, b),
    };
    let fits = |line: &&String| line.chars().count() <= PostalAddress::MAX_CHARS;
    let shortest = ladder.last().cloned().unwrap_or_default();
    ladder.iter().find(fits).cloned().unwrap_or(shortest)
}

/// « Yvette et Jean PAGÈS », « Yvette BRUN et Jean PAGÈS », « Yvette PAGÈS »: for a list or a screen, of any length.
pub fn display_name(adults: &[&Retiree]) -> String {
    match addressed(adults)[..] {
        [] => String::new(),
        [one] => join(&[&one.first_name, &one.usage_name]),
        [a, b, ..] if is_one_surname(a, b) => join(&[&a.first_name, "et", &b.first_name, fuller_surname(a, b)]),
        [a, b, ..] => join(&[&a.first_name, &a.usage_name, "et", &b.first_name, &b.usage_name]),
    }
}

/// How the letter begins. Where a civility is not known, both are greeted.
pub fn salutation(adults: &[&Retiree]) -> &'static str {
    use Civility::{Madame, Monsieur};
    match addressed(adults)[..] {
        [one] => match one.civility {
            Some(Madame) => "Madame,",
            Some(Monsieur) => "Monsieur,",
            Some(Civility::Couple) | None => "Madame, Monsieur,",
        },
        [a, b, ..] => match (a.civility, b.civility) {
            (Some(Madame), Some(Madame)) => "Mesdames,",
            (Some(Monsieur), Some(Monsieur)) => "Messieurs,",
            _ => "Madame, Monsieur,",
        },
        [] => "Madame, Monsieur,",
    }
}

/// The living, or all where nobody lives; Madame first. A row that is a couple stands for both.
fn addressed<'a>(adults: &[&'a Retiree]) -> Vec<&'a Retiree> {
    let mut living: Vec<&Retiree> = adults.iter().copied().filter(|a| !a.deceased).collect();
    if living.is_empty() {
        living = adults.to_vec();
    }
    if let Some(couple) = living.iter().copied().find(|a| a.civility == Some(Civility::Couple)) {
        return vec![couple];
    }
    if let [a, b] = living[..]
        && is_one_person(a, b)
    {
        let said = |one: &Retiree| (one.first_name.chars().count(), one.civility.is_some());
        return vec![if said(b) > said(a) { b } else { a }];
    }
    living.sort_by_key(|a| a.civility != Some(Civility::Madame));
    living
}

/// « Thierry MANELLO » and « Thiery MANELLO », « Roger GARNIOR » and « R. GARNIER » at one address are in all likelihood one person
/// whom the list has twice, in two writings. René and Irène are two, for a slip is one only between two men or two women; so are
/// people born in two years, and people of whom no first name is known.
fn is_one_person(a: &Retiree, b: &Retiree) -> bool {
    let (civilities, years) = ((a.civility, b.civility), (a.birth.year(), b.birth.year()));
    let differ = matches!(civilities, (Some(a), Some(b)) if a != b) || matches!(years, (Some(a), Some(b)) if a != b);
    let (surname, other_surname) = (folded(&a.usage_name), folded(&b.usage_name));
    if differ || surname != other_surname && !near_word(&surname, &other_surname) {
        return false;
    }
    let (one, other) = (folded(&a.first_name), folded(&b.first_name));
    let (long, short) = if one.len() < other.len() { (other, one) } else { (one, other) };
    let same_sex = civilities.0.is_some() && civilities.0 == civilities.1;
    let initial = short.len() == 1 && long.starts_with(&short);
    !short.is_empty() && (initial || long == short || same_sex && near_word(&long, &short))
}

/// « RAGUÉNÈS » and « RAGUENES », « D’ORNANO » and « D ORNANO » are one surname in two writings.
fn is_one_surname(a: &Retiree, b: &Retiree) -> bool {
    a.usage_name == b.usage_name || folded(&a.usage_name) == folded(&b.usage_name)
}

/// Of two writings of one surname the one with its accents and apostrophes: they take more bytes.
fn fuller_surname<'a>(a: &'a Retiree, b: &'a Retiree) -> &'a str {
    if b.usage_name.len() > a.usage_name.len() { &b.usage_name } else { &a.usage_name }
}

/// Capitals without accents, hyphens, apostrophes and blanks.
fn folded(name: &str) -> String {
    capitals(name).replace(' ', "")
}

fn alone(one: &Retiree) -> Vec<String> {
    let title = title(one);
    let whole = |first: &str| join(&[title, first, &one.usage_name]);
    vec![whole(&one.first_name), whole(&initials(&one.first_name)), whole(""), one.usage_name.clone()]
}

fn one_surname(a: &Retiree, b: &Retiree) -> Vec<String> {
    let titles = match (a.civility, b.civility) {
        (Some(Civility::Madame), Some(Civility::Monsieur)) => "Mme et M.",
        (Some(Civility::Madame), Some(Civility::Madame)) => "Mmes",
        (Some(Civility::Monsieur), Some(Civility::Monsieur)) => "MM.",
        _ => "",
    };
    let surname = fuller_surname(a, b);
    let shortest = if titles == "Mme et M." { "M. et Mme" } else { titles };
    let with = |a_first: &str, b_first: &str| {
        let and = if a_first.is_empty() || b_first.is_empty() { "" } else { "et" };
        join(&[titles, a_first, and, b_first, surname])
    };
    vec![
        with(&a.first_name, &b.first_name),
        with(&initials(&a.first_name), &initials(&b.first_name)),
        join(&[shortest, surname]),
        surname.to_owned(),
    ]
}

fn two_surnames(a: &Retiree, b: &Retiree) -> Vec<String> {
    let with = |a_first: &str, b_first: &str| {
        join(&[title(a), a_first, &a.usage_name, "et", title(b), b_first, &b.usage_name])
    };
    vec![
        with(&a.first_name, &b.first_name),
        with(&initials(&a.first_name), &initials(&b.first_name)),
        with("", ""),
        join(&[&a.usage_name, "et", &b.usage_name]),
    ]
}

fn title(adult: &Retiree) -> &'static str {
    match adult.civility {
        Some(Civility::Madame) => "Mme",
        Some(Civility::Monsieur) => "M.",
        Some(Civility::Couple) => "M. et Mme",
        None => "",
    }
}

/// « Marie-Claude » → « M.-C. », « Louis et Rose » → « L. et R. ».
fn initials(first_name: &str) -> String {
    let of_part = |part: &str| part.chars().next().map(|c| format!("{c}."));
    let of_word = |word: &str| word.split('-').filter_map(of_part).collect::<Vec<_>>().join("-");
    let word = |word: &str| if word == "et" { word.to_owned() } else { of_word(word) };
    first_name.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn join(parts: &[&str]) -> String {
    parts.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::retiree::Birth;

    fn adult(civility: Option<Civility>, first_name: &str, usage_name: &str) -> Retiree {
        Retiree { civility, first_name: first_name.into(), usage_name: usage_name.into(), ..Retiree::default() }
    }

    const MME: Option<Civility> = Some(Civility::Madame);
    const M: Option<Civility> = Some(Civility::Monsieur);
    const BOTH: Option<Civility> = Some(Civility::Couple);

    #[test]
    fn the_ladder_is_climbed_down_to_38_characters() {
        for (a, b, line) in [
            ((M, "Jean", "PAGÈS"), Some((MME, "Yvette", "PAGÈS")), "Mme et M. Yvette et Jean PAGÈS"),
            (
                (MME, "Marie-Claude", "PRADEILLES"),
                Some((M, "Jean-Pierre", "PRADEILLES")),
                "Mme et M. M.-C. et J.-P. PRADEILLES",
            ),
            (
                (MME, "Marie-Claude", "DE LA TOUR DU PIN MONTAUBAN"),
                Some((M, "Jean", "DE LA TOUR DU PIN MONTAUBAN")),
                "M. et Mme DE LA TOUR DU PIN MONTAUBAN",
            ),
            ((MME, "Yvette", "BRUN"), Some((M, "Jean", "PAGÈS")), "Mme Yvette BRUN et M. Jean PAGÈS"),
            (
                (MME, "Marie-Thérèse", "PRADEILLES"),
                Some((M, "Jean", "TROCELLIER")),
                "Mme M.-T. PRADEILLES et M. J. TROCELLIER",
            ),
            ((MME, "Yvette", "PAGÈS"), Some((MME, "Jeanne", "PAGÈS")), "Mmes Yvette et Jeanne PAGÈS"),
            ((None, "Yvette", "PAGÈS"), Some((None, "Jean", "PAGÈS")), "Yvette et Jean PAGÈS"),
            ((MME, "Yvette", "PAGÈS"), None, "Mme Yvette PAGÈS"),
            ((BOTH, "Louis et Rose", "FABRE"), None, "M. et Mme Louis et Rose FABRE"),
            ((BOTH, "Jean-Louis et Marie-Rose", "PRADEILLES"), None, "M. et Mme J.-L. et M.-R. PRADEILLES"),
            ((BOTH, "", "FABRE"), None, "M. et Mme FABRE"),
            ((BOTH, "Louis et Rose", "FABRE"), Some((MME, "Rose", "FABRE")), "M. et Mme Louis et Rose FABRE"),
            ((None, "Yvette", "PAGÈS"), None, "Yvette PAGÈS"),
        ] {
            let a = adult(a.0, a.1, a.2);
            let b = b.map(|b| adult(b.0, b.1, b.2));
            let adults: Vec<&Retiree> = std::iter::once(&a).chain(&b).collect();
            let got = address_line_1(&adults);
            assert!(got.chars().count() <= 38, "{got}");
            if line.chars().count() <= 38 {
                assert_eq!(got, line);
            }
        }
    }

    #[test]
    fn a_surname_is_never_cut() {
        let alone = adult(MME, "Marie", "VANDENBERGHE-DE-LA-ROCHEFOUCAULD-MON");
        assert_eq!(address_line_1(&[&alone]), alone.usage_name);
        let long = adult(MME, "Marie", &"ABCDEFGHIJ".repeat(6));
        assert_eq!(address_line_1(&[&long]), long.usage_name);
        assert_eq!(address_line_1(&[&long, &adult(M, "Jean", &long.usage_name)]), long.usage_name);
    }

    #[test]
    fn the_survivor_is_addressed_alone() {
        let (her, mut him) = (adult(MME, "Yvette", "PAGÈS"), adult(M, "Jean", "PAGÈS"));
        him.deceased = true;
        assert_eq!(address_line_1(&[&her, &him]), "Mme Yvette PAGÈS");
        assert_eq!(display_name(&[&him, &her]), "Yvette PAGÈS");
        assert_eq!(salutation(&[&her, &him]), "Madame,");
        assert_eq!(address_line_1(&[&him]), "M. Jean PAGÈS");
    }

    #[test]
    fn one_surname_in_two_writings_is_shown_once() {
        for (a, b, line) in [
            ((MME, "Annick", "RAGUÉNÈS"), (M, "Jean", "RAGUENES"), "Mme et M. Annick et Jean RAGUÉNÈS"),
            ((MME, "Annick", "RAGUENES"), (None, "Jean", "RAGUÉNÈS"), "Annick et Jean RAGUÉNÈS"),
            ((MME, "Anne", "D ORNANO"), (M, "Jean", "D’ORNANO"), "Mme et M. Anne et Jean D’ORNANO"),
            ((MME, "Anne", "DUPONT-BRUN"), (M, "Jean", "DUPONT BRUN"), "Mme et M. Anne et Jean DUPONT-BRUN"),
            ((MME, "Anne", "DUPOND"), (M, "Jean", "DUPONT"), "Mme Anne DUPOND et M. Jean DUPONT"),
        ] {
            assert_eq!(address_line_1(&[&adult(a.0, a.1, a.2), &adult(b.0, b.1, b.2)]), line);
        }
        let (her, him) = (adult(MME, "Annick", "RAGUENES"), adult(M, "Jean", "RAGUÉNÈS"));
        assert_eq!(display_name(&[&her, &him]), "Annick et Jean RAGUÉNÈS");
    }

    #[test]
    fn one_person_in_two_writings_is_named_once() {
        for (a, b, line) in [
            ((M, "Thierry", "MANELLO"), (M, "Thiery", "MANELLO"), "M. Thierry MANELLO"),
            ((M, "Christia", "LAON"), (M, "Christian", "LAON"), "M. Christian LAON"),
            ((M, "Roger", "GARNIOR"), (None, "R.", "GARNIER"), "M. Roger GARNIOR"),
            ((None, "Odette", "GARNIER"), (MME, "Odette", "GARNIER"), "Mme Odette GARNIER"),
            // Two people.
            ((None, "Irène", "GARNIER"), (None, "René", "GARNIER"), "Irène et René GARNIER"),
            ((MME, "Claude", "GARNIER"), (M, "Claude", "GARNIER"), "Mme et M. Claude et Claude GARNIER"),
            ((MME, "R.", "GARNIER"), (M, "Roger", "GARNIER"), "Mme et M. R. et Roger GARNIER"),
            ((M, "Jean", "GARNIER"), (M, "Jean", "MARTIN"), "M. Jean GARNIER et M. Jean MARTIN"),
            ((M, "Jean", "ROUX"), (M, "Jean", "ROY"), "M. Jean ROUX et M. Jean ROY"),
            ((M, "", "GARNIER"), (M, "", "GARNIER"), "MM. GARNIER"),
        ] {
            assert_eq!(address_line_1(&[&adult(a.0, a.1, a.2), &adult(b.0, b.1, b.2)]), line);
        }
        let (mut father, mut son) = (adult(M, "Jean", "GARNIER"), adult(M, "Jean", "GARNIER"));
        assert_eq!(salutation(&[&father, &son]), "Monsieur,");
        (father.birth, son.birth) = (Birth::Year(1935), Birth::Year(1958));
        assert_eq!(address_line_1(&[&father, &son]), "MM. Jean et Jean GARNIER");
        assert_eq!(salutation(&[&father, &son]), "Messieurs,");
    }

    #[test]
    fn letters_greet_who_lives_there() {
        let (her, him, who) = (adult(MME, "Yvette", "P"), adult(M, "Jean", "P"), adult(None, "Dominique", "P"));
        assert_eq!(salutation(&[&her, &him]), "Madame, Monsieur,");
        assert_eq!(salutation(&[&her, &adult(MME, "Jeanne", "P")]), "Mesdames,");
        assert_eq!(salutation(&[&him]), "Monsieur,");
        assert_eq!(salutation(&[&who]), "Madame, Monsieur,");
        assert_eq!(display_name(&[&him, &her]), "Yvette et Jean P");
        let both = adult(BOTH, "Louis et Rose", "FABRE");
        assert_eq!(salutation(&[&both]), "Madame, Monsieur,");
        assert_eq!(display_name(&[&both]), "Louis et Rose FABRE");
    }
}

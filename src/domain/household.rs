//! A household as a letter addresses it. Those who have died are not addressed, unless nobody else is left.

use super::address::PostalAddress;
use super::retiree::{Civility, Retiree};

/// Line 1 of the address, in 38 characters: « Mme et M. Yvette et Jean PAGÈS », else initials, else « M. et Mme PAGÈS »,
/// else the surname alone; two surnames are both shown; who lives alone is « Mme Yvette PAGÈS ». A surname is never cut:
/// where it alone is longer, so is the line, and no letter can be sent.
pub fn address_line_1(adults: &[&Retiree]) -> String {
    let ladder = match addressed(adults)[..] {
        [] => return String::new(),
        [one] => alone(one),
        [a, b, ..] if a.usage_name == b.usage_name => one_surname(a, b),
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
        [a, b, ..] if a.usage_name == b.usage_name => join(&[&a.first_name, "et", &b.first_name, &a.usage_name]),
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
    living.sort_by_key(|a| a.civility != Some(Civility::Madame));
    living
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
    let shortest = if titles == "Mme et M." { "M. et Mme" } else { titles };
    let with = |a_first: &str, b_first: &str| {
        let and = if a_first.is_empty() || b_first.is_empty() { "" } else { "et" };
        join(&[titles, a_first, and, b_first, &a.usage_name])
    };
    vec![
        with(&a.first_name, &b.first_name),
        with(&initials(&a.first_name), &initials(&b.first_name)),
        join(&[shortest, &a.usage_name]),
        a.usage_name.clone(),
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
    fn letters_greet_who_lives_there() {
        let (her, him, who) = (adult(MME, "Yvette", "P"), adult(M, "Jean", "P"), adult(None, "Dominique", "P"));
        assert_eq!(salutation(&[&her, &him]), "Madame, Monsieur,");
        assert_eq!(salutation(&[&her, &her]), "Mesdames,");
        assert_eq!(salutation(&[&him]), "Monsieur,");
        assert_eq!(salutation(&[&who]), "Madame, Monsieur,");
        assert_eq!(display_name(&[&him, &her]), "Yvette et Jean P");
        let both = adult(BOTH, "Louis et Rose", "FABRE");
        assert_eq!(salutation(&[&both]), "Madame, Monsieur,");
        assert_eq!(display_name(&[&both]), "Louis et Rose FABRE");
    }
}

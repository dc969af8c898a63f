//! Names as letters write them.

mod full;
mod swapped;
mod tidy;

use std::borrow::Cow;

pub use full::{NameStyle, split, style};
pub use swapped::Habits;
use tidy::tidy;

use super::{content, death};
use crate::domain::address::capitals;
use crate::domain::first_name::{is_first_name, is_known_first_name};
use crate::domain::retiree::Civility;

/// The parts of a name in one cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FullName {
    /// A civility in front, « Mme ».
    pub civility: Option<Civility>,
    /// The surname in use; empty where there is none.
    pub surname: String,
    /// The surname at birth, after « née ».
    pub birth_name: Option<String>,
    /// The first name.
    pub first_name: String,
    /// The words that say that the person has died, where the name has them: « Succession FABRE ».
    pub estate: Option<String>,
}

/// A surname: capitals with their accents, single spaces, a typographic apostrophe: « D’ALBIS », « LE GALL ».
pub fn surname(written: &str) -> String {
    tidy(written).to_uppercase()
}

/// A first name: « Marie-Claude », « Jean Pierre », « P. ».
pub fn first_name(written: &str) -> String {
    let mut out = String::with_capacity(written.len());
    let mut begins = true;
    for c in tidy(written).chars() {
        if begins {
            out.extend(c.to_uppercase());
        } else {
            out.extend(c.to_lowercase());
        }
        begins = matches!(c, ' ' | '-' | '’' | '.');
    }
    // Two people in one cell: « Louis et Rose ».
    if out.contains(" Et ") { out.replace(" Et ", " et ") } else { out }
}

/// What a cell for the surname says: « Mme Vve PAGÈS née BRUN », « BRUN épouse PAGÈS », mostly the surname alone.
pub fn in_surname(written: &str) -> FullName {
    let (written, bracketed) = without_bracketed_name(written, false);
    let tidied = tidy(&written);
    let mut words: Vec<&str> = tidied.split(' ').filter(|w| !w.is_empty()).collect();
    let mut name = FullName::default();
    if words.len() > 1 {
        name.civility = titles(&mut words, false);
        let birth_name = position(&words, BORN).map(|at| surname(&words.split_off(at)[1..].join(" ")));
        let maiden = position(&words, MARRIED).map(|at| surname(&words.drain(..=at).as_slice()[..at].join(" ")));
        name.birth_name = birth_name.or(maiden).filter(|n| !n.is_empty());
    }
    name.birth_name = name.birth_name.or(bracketed);
    name.surname = words.join(" ").to_uppercase();
    name
}

/// « PAGÈS (BRUN) » is a Brun who is called Pagès: the cell without the name in brackets, and that name. What is no surname
/// stays: « (née BRUN) », « (décédé) », « (Yvette) ». A first name in capitals is one, where others are not; `whole` is a cell
/// with a first name in it.
fn without_bracketed_name(written: &str, whole: bool) -> (Cow<'_, str>, Option<String>) {
    let found = written.split_once('(').and_then(|(before, rest)| Some((before, rest.split_once(')')?)));
    let Some((before, (inside, after))) = found else { return (written.into(), None) };
    // « LA BRETECHE (DE) » is filed under its B.
    if !before.trim().is_empty() && capitals(inside).split(' ').all(is_particle) {
        return (format!("{inside} {before} {after}").into(), None);
    }
    let shouted = is_upper(inside) && (!whole || written.chars().any(char::is_lowercase));
    let key = capitals(inside);
    let other = |w: &str| {
        BORN.contains(&w) || MARRIED.contains(&w) || is_title(w) || w.len() < 3 || is_first_name(w) && !shouted
    };
    let no_surname = before.trim().is_empty() || key.split(' ').any(other) || death::is_told(inside);
    if no_surname || inside.contains(|c: char| c.is_ascii_digit()) {
        return (written.into(), None);
    }
    (format!("{before} {after}").into(), Some(surname(inside)))
}

/// What a cell for the first name says: « Yvette », « Yvette née BRUN ».
pub fn in_first_name(written: &str) -> FullName {
    let tidied = tidy(written);
    let mut words: Vec<&str> = tidied.split(' ').filter(|w| !w.is_empty()).collect();
    let birth_name = position(&words, BORN).map(|at| surname(&words.split_off(at)[1..].join(" ")));
    // « Lise (ép. POURCHERE) »: the husband's name, which the cell for the surname may lack.
    let husbands = position(&words, MARRIED).map(|at| surname(&words.split_off(at)[1..].join(" ")));
    FullName {
        first_name: first_name(&words.join(" ")),
        surname: husbands.unwrap_or_default(),
        birth_name: birth_name.filter(|n| !n.is_empty()),
        ..FullName::default()
    }
}

/// A surname at birth: « BRUN », « née BRUN ».
pub fn birth_surname(written: &str) -> String {
    let name = surname(written);
    match name.split_once(' ') {
        Some((front, rest)) if BORN.contains(&capitals(front).as_str()) => rest.to_owned(),
        _ => name,
    }
}

/// What stands before the surname at birth.
const BORN: &[&str] = &["NEE", "NE"];
/// What stands before the surname of the husband.
const MARRIED: &[&str] = &["EPOUSE", "EPSE", "EP", "VEUVE", "VVE"];

/// Where one of these words stands, with something in front of it and behind.
fn position(words: &[&str], wanted: &[&str]) -> Option<usize> {
    // Most words differ from all of them in their first letter.
    let first = |w: &str| w.bytes().next().map(|b| b.to_ascii_uppercase());
    let may_be =
        |w: &str| first(w).is_some_and(|b| !b.is_ascii_uppercase() || wanted.iter().any(|o| first(o) == Some(b)));
    let is_one = |w: &&str| may_be(w) && wanted.contains(&capitals(w).as_str());
    let at = words.iter().position(is_one)?;
    (at > 0 && at + 1 < words.len()).then_some(at)
}

/// Takes the civilities in front away, « Mme Vve » too, and gives what they say. `whole` is a cell with a first name in it:
/// there a « Veuve Bernard » may be Bernard Veuve.
fn titles(words: &mut Vec<&str>, whole: bool) -> Option<Civility> {
    // « M. et Mme » are two, « M. ou Mme » is one of whom nobody says which.
    let joint = |w: &str| w.eq_ignore_ascii_case("et") || w.eq_ignore_ascii_case("ou");
    if words.len() > 3 && joint(words[1]) && is_title(words[0]) && is_title(words[2]) {
        let both: Vec<&str> = words.drain(..3).collect();
        return content::civility(&both.join(" "));
    }
    let (mut man, mut woman) = (false, false);
    while words.len() > 1 && is_title(words[0]) {
        let title = words.remove(0);
        match content::civility(title).filter(|_| title.len() > 1 || title == "M") {
            Some(Civility::Monsieur) => man = true,
            Some(Civility::Madame) => woman = true,
            _ => {}
        }
    }
    let mut civility = match (man, woman) {
        (true, false) => Some(Civility::Monsieur),
        (false, true) => Some(Civility::Madame),
        _ => None,
    };
    let front = words.first().map(|w| capitals(w)).unwrap_or_default();
    let surname = whole && words.len() == 2 && civility.is_none() && begins_with_first_name(words[1]);
    let (widow, widower) = (matches!(front.as_str(), "VVE" | "VEUVE"), matches!(front.as_str(), "VF" | "VEUF"));
    if words.len() > 1 && (widow || widower) && !(surname && front.starts_with("VEU")) {
        words.remove(0);
        civility = civility.or(Some(if widow { Civility::Madame } else { Civility::Monsieur }));
    }
    civility
}

/// Takes « Succession de », « Feu », « Hoirie », « Indivision », « (décédé) » out of a name, with a title behind them. Gives
/// what is left, and whether the words were there.
pub fn without_estate(written: &str) -> (String, bool) {
    let tidied = tidy(written);
    // Hardly a name has such a word, and most need no closer look.
    let more = |w: &[u8]| [b"feu", b"rit", b"fun"].iter().any(|stem| w.eq_ignore_ascii_case(*stem));
    if !death::has_stem(tidied.as_bytes()) && !tidied.as_bytes().windows(3).any(more) {
        return (tidied, false);
    }
    let words: Vec<&str> = tidied.split(' ').filter(|w| !w.is_empty()).collect();
    let key = |w: &str| capitals(w);
    let title = |w: &&&str| is_title(w);
    let start = words.iter().take_while(title).count();
    let Some(first) = words.get(start).map(|w| key(w)) else { return (tidied, false) };
    // A family may be called Feu.
    let of_the_dead = matches!(first.as_str(), "FEU" | "FEUE") && words.len() > start + 1;
    let legal = matches!(
        first.as_str(),
        "SUCCESSION" | "SUCC" | "HOIRIE" | "HOIRS" | "INDIVISION" | "HERITIERS" | "DEFUNT" | "DEFUNTE"
    );
    let mut left: Vec<&str> = words.clone();
    if of_the_dead || legal {
        left.remove(start);
        while left.get(start).is_some_and(|w| {
            is_title(w) || left.len() > start + 1 && legal && matches!(key(w).as_str(), "DE" | "DU" | "DES")
        }) {
            left.remove(start);
        }
    }
    left.retain(|w| !matches!(key(w).as_str(), "DECEDE" | "DECEDEE" | "DCD" | "DCDE" | "DCDEE"));
    let found = left.len() < words.len() && (of_the_dead || legal || left.len() + 1 == words.len());
    if found { (left.join(" "), true) } else { (tidied, false) }
}

/// The surname in « gilbert.valette61@… » of a Gilbert: only where his first name stands in front of it.
pub fn surname_in_email(email: &str, first_name: &str) -> Option<String> {
    let (local, _) = email.split_once('@')?;
    let front = capitals(first_name).to_lowercase();
    let known = if front.len() < 3 { return None } else { front.split(' ').map(str::to_owned).collect::<Vec<_>>() };
    let lower = local.to_lowercase();
    let mut parts = lower.trim_end_matches(|c: char| c.is_ascii_digit()).split(['.', '_']).flat_map(|p| {
        // « marie-claude.pages » has the first name in one part, « marie.claude.pages » in two.
        if known.join("-") == p { known.clone() } else { vec![p.to_owned()] }
    });
    let named = known.iter().all(|k| parts.next().as_ref() == Some(k));
    let rest: Vec<String> = parts.collect();
    match rest.as_slice() {
        [only] if named && only.len() >= 3 && only.chars().all(|c| c.is_alphabetic() || c == '-') => {
            Some(surname(only))
        }
        _ => None,
    }
}

fn begins_with_first_name(word: &str) -> bool {
    is_known_first_name(capitals(word).split(' ').next().unwrap_or_default())
}

fn is_particle(word: &str) -> bool {
    matches!(
        word,
        "DE" | "DU"
            | "DES"
            | "LA"
            | "LE"
            | "LES"
            | "D"
            | "DA"
            | "DI"
            | "DOS"
            | "DEL"
            | "DELLA"
            | "VAN"
            | "VON"
            | "EL"
            | "BEN"
            | "SAINT"
            | "SAINTE"
            | "ST"
            | "STE"
            | "DEN"
            | "DER"
            | "TEN"
            | "TER"
            | "DAL"
            | "DALLA"
            | "AIT"
    )
}

/// Behind one of these particles stands the name itself, though it be another of them: « LE DU », « LE SAINT ».
fn is_article(particle: &str) -> bool {
    matches!(particle, "LE" | "LA" | "LES" | "DU" | "DES" | "DEL" | "DELLA" | "DALLA" | "DEN" | "DER" | "EL")
}

fn is_title(word: &str) -> bool {
    matches!(
        word.to_uppercase().as_str(),
        "M." | "M"
            | "MR"
            | "MR."
            | "MONSIEUR"
            | "MME"
            | "MME."
            | "MADAME"
            | "MLLE"
            | "MLLE."
            | "MELLE"
            | "MADEMOISELLE"
            | "DR"
            | "DR."
            | "DOCTEUR"
            | "PROFESSEUR"
    )
}

/// At least two letters, none of them small; an initial « P. » is no surname.
fn is_upper(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 2 && !word.chars().any(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_in_a_letter() {
        assert_eq!(surname(" d'albis "), "D’ALBIS");
        assert_eq!(surname("Pagès"), "PAGÈS");
        assert_eq!(surname("saint - léger"), "SAINT-LÉGER");
        assert_eq!(surname("Pag\u{65}\u{300}s"), "PAGÈS");
        assert_eq!(surname("—"), "");
        assert_eq!(first_name("MARIE-CLAUDE"), "Marie-Claude");
        assert_eq!(first_name("jean pierre"), "Jean Pierre");
        assert_eq!(first_name("p."), "P.");
    }

    #[test]
    fn a_surname_comes_with_more() {
        for (cell, surname, birth_name) in [
            ("Vve PAGÈS née BRUN", "PAGÈS", Some("BRUN")),
            ("Mme Veuve Bernard", "BERNARD", None),
            ("PAGÈS (née BRUN)", "PAGÈS", Some("BRUN")),
            ("BRUN épouse PAGÈS", "PAGÈS", Some("BRUN")),
            ("Le Goff ép. d’Albis", "D’ALBIS", Some("LE GOFF")),
            ("BRUN vve PAGÈS", "PAGÈS", Some("BRUN")),
            ("PAGÈS (BRUN)", "PAGÈS", Some("BRUN")),
            ("PAGÈS (MARTIN)", "PAGÈS", Some("MARTIN")),
            ("PAGÈS (Yvette)", "PAGÈS YVETTE", None),
            ("PAGÈS (Mme)", "PAGÈS MME", None),
            ("PAGÈS vve FABRE née BRUN", "FABRE", Some("BRUN")),
            ("VEUVE", "VEUVE", None),
            ("NÉE", "NÉE", None),
            ("o'brien", "O’BRIEN", None),
        ] {
            let name = in_surname(cell);
            assert_eq!((name.surname.as_str(), name.birth_name.as_deref()), (surname, birth_name), "{cell}");
        }
        let name = in_first_name("Rose née BRUN");
        assert_eq!((name.first_name.as_str(), name.birth_name.as_deref()), ("Rose", Some("BRUN")));
        assert_eq!((birth_surname("née Brun"), birth_surname("Brun")), ("BRUN".to_owned(), "BRUN".to_owned()));
        let whole = split("Mme Vve PAGÈS Yvette", NameStyle { capitals: true, first_name_first: false });
        assert_eq!((whole.surname.as_str(), whole.first_name.as_str()), ("PAGÈS", "Yvette"));
        assert_eq!(split("VEUVE Bernard", NameStyle::default()).surname, "VEUVE");
    }

    #[test]
    fn one_cell_is_split() {
        let capital = NameStyle { capitals: true, first_name_first: false };
        let front = NameStyle { capitals: false, first_name_first: true };
        let plain = NameStyle::default();
        for (cell, style, surname, first) in [
            ("PAGÈS Yvette", capital, "PAGÈS", "Yvette"),
            ("LE GALL Jean-Paul", capital, "LE GALL", "Jean-Paul"),
            ("DE LA TOUR Odette", capital, "DE LA TOUR", "Odette"),
            ("Yvette PAGÈS", capital, "PAGÈS", "Yvette"),
            ("de LA TOUR Anne", capital, "DE LA TOUR", "Anne"),
            ("Mme Yvette PAGÈS", capital, "PAGÈS", "Yvette"),
            ("PAGÈS P.", capital, "PAGÈS", "P."),
            ("Ginette", capital, "", "Ginette"),
            ("PAGÈS", capital, "PAGÈS", ""),
            ("PAGES YVETTE", plain, "PAGES", "Yvette"),
            ("PAGES YVETTE", capital, "PAGES", "Yvette"),
            ("MARTIN DUPONT ANNE-MARIE", capital, "MARTIN DUPONT", "Anne-Marie"),
            ("LE GALL", capital, "LE GALL", ""),
            ("BERNARD JEAN", capital, "BERNARD", "Jean"),
            ("LE GALL JEAN PAUL", plain, "LE GALL", "Jean Paul"),
            ("JEAN PIERRE PAGES", front, "PAGES", "Jean Pierre"),
            ("Pagès Yvette", plain, "PAGÈS", "Yvette"),
            // Surnames with particles leave a first name.
            ("LE DU GOULVEN", plain, "LE DU", "Goulven"),
            ("LE DU ROPARZ", plain, "LE DU", "Roparz"),
            ("LE SAINT YVES", plain, "LE SAINT", "Yves"),
            ("LE NOEL", plain, "LE NOEL", ""),
            ("COLONNA D'ISTRIA VINCENTELLU", plain, "COLONNA D’ISTRIA", "Vincentellu"),
            ("Colonna d'Istria Ange", plain, "COLONNA D’ISTRIA", "Ange"),
            ("COLONNA d'Istria Ange", capital, "COLONNA D’ISTRIA", "Ange"),
            ("de la TOUR Anne", capital, "DE LA TOUR", "Anne"),
            ("PEREZ DE LA CRUZ PEPITA", plain, "PEREZ DE LA CRUZ", "Pepita"),
            ("DE ROCCA SERRA JOCELYNE", plain, "DE ROCCA SERRA", "Jocelyne"),
            ("VAN DER LINDEN WOUT", plain, "VAN DER LINDEN", "Wout"),
            ("BEN AMAR KHALED", plain, "BEN AMAR", "Khaled"),
            ("JEAN-LUC DELLA ROSA", plain, "JEAN-LUC", "Della Rosa"),
            // A list in capitals has other cells too.
            ("Valetti Georges", capital, "VALETTI", "Georges"),
            ("Laurent Michel", capital, "LAURENT", "Michel"),
            // A surname with a saint, and two people in one cell.
            ("ST JEAN LOUIS", plain, "ST JEAN", "Louis"),
            ("M. ROUX Paul ou Mme ROUX Marie", capital, "ROUX", "Paul"),
            ("Roux Paul et Roux Marie", plain, "ROUX", "Paul et Marie"),
            ("Marie Claire", capital, "", "Marie Claire"),
            ("Yvette", capital, "", "Yvette"),
            // More first names.
            ("PEYFORT ARMEL PIERRE", plain, "PEYFORT", "Armel Pierre"),
            ("MORLIDEC LOIC, EMILE", plain, "MORLIDEC", "Loic Emile"),
            ("MARTIN DUPONT, ROPARZ", plain, "MARTIN DUPONT", "Roparz"),
            ("PAGES, YVETTE MARIE", plain, "PAGES", "Yvette Marie"),
            ("PAGES YVETTE, née BRUN", plain, "PAGES", "Yvette"),
            ("", plain, "", ""),
        ] {
            let name = split(cell, style);
            assert_eq!((name.surname.as_str(), name.first_name.as_str()), (surname, first), "{cell}");
        }
        let name = split("Mme PAGÈS née BRUN Yvette", capital);
        assert_eq!(name.civility, Some(Civility::Madame));
        assert_eq!(
            (name.surname, name.birth_name, name.first_name),
            ("PAGÈS".into(), Some("BRUN".into()), "Yvette".into())
        );
        for (cell, style, surname, first) in [
            ("M. et Mme Louis et Rose FABRE", capital, "FABRE", "Louis et Rose"),
            ("M & Mme FABRE Louis & Rose", capital, "FABRE", "Louis et Rose"),
            ("MME ET M FABRE LOUIS ET ROSE", plain, "FABRE", "Louis et Rose"),
            ("Monsieur et Madame LOUIS ET ROSE FABRE", front, "FABRE", "Louis et Rose"),
            ("M. et Mme FABRE", capital, "FABRE", ""),
        ] {
            let name = split(cell, style);
            assert_eq!((name.surname.as_str(), name.first_name.as_str()), (surname, first), "{cell}");
            assert_eq!(name.civility, Some(Civility::Couple), "{cell}");
        }
        let name = split("PAGÈS (BRUN) Yvette", capital);
        assert_eq!(
            (name.surname.as_str(), name.birth_name.as_deref(), name.first_name.as_str()),
            ("PAGÈS", Some("BRUN"), "Yvette")
        );
        assert_eq!(split("Dr FABRE Louis", capital).first_name, "Louis");
        // One of two, and nobody says which.
        for cell in ["M. ou Mme FABRE Louis", "M./Mme FABRE Louis", "Mme ou M. FABRE LOUIS"] {
            let name = split(cell, plain);
            assert_eq!((name.civility, &name.surname[..], &name.first_name[..]), (None, "FABRE", "Louis"), "{cell}");
        }
        assert_eq!(in_surname("M. ou Mme FABRE").surname, "FABRE");
        assert_eq!(in_surname("M. et Mme FABRE").civility, Some(Civility::Couple));
        let name = split("THOMAS née LE DU ROPARZ", plain);
        assert_eq!((name.birth_name, name.first_name), (Some("LE DU".into()), "Roparz".into()));
        let name = split("BRUN épouse PAGÈS Yvette", capital);
        assert_eq!((name.surname, name.birth_name), ("PAGÈS".into(), Some("BRUN".into())));
    }

    #[test]
    fn the_dead_are_named_without_what_says_so() {
        for (written, left) in [
            ("Succession FABRE", "FABRE"),
            ("SUCCESSION DE M. FABRE Louis", "FABRE Louis"),
            ("Mme Succession FABRE", "Mme FABRE"),
            ("Feu Louis FABRE", "Louis FABRE"),
            ("Feue Mme FABRE", "FABRE"),
            ("Hoirie FABRE", "FABRE"),
            ("indivision FABRE", "FABRE"),
            ("FABRE Louis (décédé)", "FABRE Louis"),
            ("FABRE DCD", "FABRE"),
            ("Succession", ""),
        ] {
            assert_eq!(without_estate(written), (left.to_owned(), true), "{written}");
        }
        for name in ["FEU", "M. FEU", "FABRE", "DE LA TOUR Anne", "LEFEU Jean", ""] {
            assert_eq!(without_estate(name), (name.to_owned(), false), "{name}");
        }
    }

    #[test]
    fn an_email_may_know_the_surname() {
        for (email, first, name) in [
            ("gilbert.valette61@exemple.fr", "Gilbert", Some("VALETTE")),
            ("yves.saint-leger82@exemple.fr", "Yves", Some("SAINT-LEGER")),
            ("rose.marie.castan85@exemple.fr", "Rose-Marie", Some("CASTAN")),
            ("rose-marie.castan@exemple.fr", "Rose-Marie", Some("CASTAN")),
            ("papi48@exemple.fr", "Gilbert", None),
            ("gilbert@exemple.fr", "Gilbert", None),
            ("valette.gilbert@exemple.fr", "Gilbert", None),
            ("", "Gilbert", None),
        ] {
            assert_eq!(surname_in_email(email, first).as_deref(), name, "{email}");
        }
    }

    #[test]
    fn the_style_is_found() {
        let style_of = |cells: &[&str]| style(cells.iter().copied(), false);
        assert_eq!(style_of(&["PAGÈS Yvette", "BRUN Jean"]), NameStyle { capitals: true, first_name_first: false });
        assert_eq!(style_of(&["Yvette Pagès", "Jean Brun"]), NameStyle { capitals: false, first_name_first: true });
        assert_eq!(style_of(&["PAGES YVETTE", "BRUN JEAN"]), NameStyle::default());
    }
}

//! Postcode and commune of a row: what they lead to, what was mended.

use std::collections::HashMap;
use std::rc::Rc;

use super::address;
use super::outcome::Correction;
use crate::domain::address::{NotMailable, capitals, locality_line};
use crate::domain::commune::{Commune, Found, Gazetteer, InseeCode, Mended, Place, Postcode, of_communes};
use crate::identity::Hashed;

/// A row's place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Located {
    /// The postcode, mended where it could be.
    pub postcode: Option<Postcode>,
    /// The commune of today.
    pub commune: Option<InseeCode>,
    /// Line 6; empty where postcode or commune is unknown.
    pub line6: String,
    /// Why nothing can be sent there: postcode and commune do not agree, or leave a choice.
    pub doubt: Option<NotMailable>,
    /// The former commune that was written: it belongs on line 5.
    pub former: Option<String>,
    /// What was mended.
    pub corrections: Vec<Correction>,
}

/// Finds places, and remembers them: a list names the same few hundred again and again.
pub struct Places<'g> {
    gazetteer: &'g Gazetteer,
    departments: Vec<String>,
    known: HashMap<String, Option<Rc<Located>>, Hashed>,
    asked: String,
}

/// As many places as there are communes and a few writings of each; then the memory begins anew.
const REMEMBERED: usize = 100_000;

impl<'g> Places<'g> {
    /// `departments` are those of the list: they decide between namesakes.
    pub fn new(gazetteer: &'g Gazetteer, departments: Vec<String>) -> Self {
        let departments = departments.iter().flat_map(|d| of_communes(d)).collect();
        Self { gazetteer, departments, known: HashMap::default(), asked: String::new() }
    }

    /// The place of a postcode, a commune's name and an INSEE code as written, any of them empty; nothing where they lead
    /// nowhere.
    pub fn locate(&mut self, postcode: &str, town: &str, code: &str) -> Option<Rc<Located>> {
        self.asked.clear();
        for part in [postcode, "\t", town, "\t", code] {
            self.asked.push_str(part);
        }
        if let Some(known) = self.known.get(&self.asked) {
            return known.clone();
        }
        let located = self.search(postcode, town, code.parse().ok()).map(Rc::new);
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        self.known.insert(self.asked.clone(), located.clone());
        located
    }

    /// Takes the commune from the end of an address where nothing else of the row names a place. Only one of the list's
    /// departments is believed: hamlets are called « Le Bourg » as a town of the Gironde is. A list without postcodes has none;
    /// then the name must be that of one commune.
    pub fn take_town(&self, lines: &mut [String]) -> String {
        let Some(line) = lines.iter_mut().rev().find(|line| !line.is_empty()) else { return String::new() };
        let found = address::trailing_towns(line).find(|(at, apart)| {
            let mut near = self.gazetteer.near(&line[*at..], &self.departments);
            let decides = |only: bool| if self.departments.is_empty() { *apart && only } else { *apart || only };
            near.next().is_some() && decides(near.next().is_none())
        });
        let Some((at, _)) = found else { return String::new() };
        let town = line.split_off(at);
        town.trim().to_owned()
    }

    /// The name of a commune.
    pub fn name(&self, code: InseeCode) -> String {
        self.gazetteer.get(code).map(|c| c.name.clone()).unwrap_or_default()
    }

    fn search(&self, postcode_written: &str, town: &str, code: Option<InseeCode>) -> Option<Located> {
        let mut postcode = Postcode::read(postcode_written);
        let mut corrections = Vec::new();
        let district = district(town);
        if let Some(district) = district.filter(|_| postcode.is_none_or(|p| p.as_str().ends_with("000"))) {
            corrections.push(Correction::Postcode(postcode_written.to_owned(), district.to_string()));
            postcode = Some(district);
        }
        // Corsica's INSEE codes are taken for postcodes.
        let of_corsica = postcode_written.parse().ok().filter(|_| postcode.is_none());
        let code = code.or(of_corsica);
        let letters = postcode_written.contains(['O', 'o']);
        let digits = if letters { 0 } else { postcode_written.bytes().filter(u8::is_ascii_digit).count() };
        let lost = (digits == 4).then(|| self.with_lost_digit(postcode, postcode_written, town)).flatten();
        if let Some(lost) = lost {
            corrections.push(Correction::Postcode(postcode_written.to_owned(), lost.to_string()));
            postcode = Some(lost);
        } else if let Some(read) = postcode.filter(|_| digits == 4) {
            corrections.push(Correction::PostcodeZero(postcode_written.to_owned(), read.to_string()));
        }
        if let Some(read) = postcode
            && letters
        {
            corrections.push(Correction::Postcode(postcode_written.to_owned(), read.to_string()));
        }
        let by_code = || code.and_then(|c| self.gazetteer.get(c));
        match self.gazetteer.find_near(postcode, town, &self.departments) {
            Found::Exact(place) => {
                let mut located = settled(place, None, corrections);
                // « 75011 PARIS 12 » may be either.
                if district.is_some() && district != postcode {
                    located.doubt = Some(NotMailable::DoubtfulCommune);
                }
                Some(located)
            }
            Found::Corrected(place, mended) => {
                let name = place.commune.name.clone();
                let former = (mended == Mended::OldName).then(|| town.to_owned());
                let is = place.postcode.or_else(|| main_postcode(&place));
                corrections.extend(match mended {
                    Mended::Spelling => Some(Correction::Spelling(town.to_owned(), name)),
                    Mended::OldName => Some(Correction::OldName(town.to_owned(), name)),
                    Mended::Name => Some(Correction::Commune(name)),
                    Mended::Postcode => None,
                });
                if let Some(is) = is.filter(|is| Some(*is) != postcode) {
                    corrections.push(Correction::Postcode(postcode_written.to_owned(), is.to_string()));
                }
                Some(settled(place, former, corrections))
            }
            found => match by_code() {
                Some(commune) => {
                    let delivered = postcode.filter(|p| commune.label(*p).is_some());
                    let label = commune.deliveries.first().map(|(_, l)| l.clone()).unwrap_or_default();
                    corrections.push(Correction::Commune(commune.name.clone()));
                    Some(settled(Place { commune, postcode: delivered, label }, None, corrections))
                }
                None if found == Found::NotFound => None,
                None => {
                    // « 7500 MOUSCRON »: no zero was lost, for the postcode is not France's.
                    corrections.retain(|c| !matches!(c, Correction::PostcodeZero(..)) || town.trim().is_empty());
                    let doubt = match town.trim().is_empty() || self.gazetteer.is_name(town) {
                        true => NotMailable::DoubtfulCommune,
                        false => NotMailable::UnknownCommune,
                    };
                    Some(Located {
                        postcode,
                        line6: match postcode.filter(|_| !town.trim().is_empty()) {
                            Some(_) if doubt == NotMailable::UnknownCommune => locality_line(postcode_written, town),
                            Some(postcode) => locality_line(postcode.as_str(), town),
                            None => String::new(),
                        },
                        doubt: Some(doubt),
                        corrections,
                        ..Located::default()
                    })
                }
            },
        }
    }
}

impl Places<'_> {
    /// « 4800 Mende »: the postcode of the only commune of that name that has it less a digit, where no zero in front makes
    /// postcode and name agree.
    fn with_lost_digit(&self, read: Option<Postcode>, written: &str, town: &str) -> Option<Postcode> {
        let less_one =
            |postcode: &str| (1..postcode.len()).any(|at| [&postcode[..at], &postcode[at + 1..]].concat() == written);
        let of = |commune: &Commune| commune.deliveries.iter().map(|(postcode, _)| *postcode).collect::<Vec<_>>();
        let named: Vec<Postcode> = self.gazetteer.near(town, &[]).flat_map(of).collect();
        let mut lost = named.iter().copied().filter(|postcode| less_one(postcode.as_str()));
        if read.is_some_and(|read| named.contains(&read)) {
            return None;
        }
        lost.next().filter(|_| lost.next().is_none())
    }
}

/// The postcode and the commune of one cell: « 48000 MENDE », « 48 000 Mende », « Mende (48000) », « 7340 Limony ».
pub fn split(cell: &str) -> (String, String) {
    if cell.is_empty() {
        return Default::default();
    }
    let cleaned = cell.replace(['(', ')', ','], " ");
    let words: Vec<&str> = cleaned.split_whitespace().collect();
    let digits = |w: &str| w.bytes().all(|b| b.is_ascii_digit());
    let (postcode, town) = match words.as_slice() {
        [first, town @ ..] if digits(first) && (4..=5).contains(&first.len()) => ((*first).to_owned(), town.join(" ")),
        [a, b, town @ ..] if digits(a) && digits(b) && a.len() == 2 && b.len() == 3 => {
            (format!("{a}{b}"), town.join(" "))
        }
        [town @ .., last] if digits(last) && last.len() == 5 => ((*last).to_owned(), town.join(" ")),
        all => (String::new(), all.join(" ")),
    };
    (postcode, town.trim_start_matches(['-', '–', ' ']).to_owned())
}

fn settled(place: Place, former: Option<String>, corrections: Vec<Correction>) -> Located {
    let postcode = place.postcode.or_else(|| main_postcode(&place));
    let line6 = postcode.map(|p| locality_line(p.as_str(), &place.label)).unwrap_or_default();
    let former = former.map(|f| capitals(&f)).filter(|f| !line6.ends_with(f.as_str()));
    let doubt = line6.is_empty().then_some(NotMailable::DoubtfulCommune);
    Located { postcode, commune: Some(place.commune.code), doubt, line6, former, corrections }
}

/// The postcode that « Paris 12 », « LYON 3E » and « Marseille 01 » name.
fn district(town: &str) -> Option<Postcode> {
    let words = capitals(town);
    let mut words = words.split(' ');
    let (front, most) = match words.next()? {
        "PARIS" => ("75", 20),
        "LYON" => ("69", 9),
        "MARSEILLE" => ("13", 16),
        _ => return None,
    };
    let number = words.next()?;
    let digits = number.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ordinal = matches!(&number[digits.len()..], "" | "E" | "EME" | "ER" | "EM");
    let number: u8 = digits.parse().ok().filter(|n| (1..=most).contains(n) && ordinal)?;
    let alone = matches!(words.next(), None | Some("ARRONDISSEMENT" | "ARR" | "ARRDT" | "EME" | "E" | "ER"));
    if alone { format!("{front}{number:03}").parse().ok() } else { None }
}

/// A town with a few postcodes is served under its first; a city's postcode says the district and cannot be guessed.
fn main_postcode(place: &Place) -> Option<Postcode> {
    match place.commune.deliveries.as_slice() {
        [(first, _), rest @ ..] if rest.len() < 3 => Some(*first),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locate(postcode: &str, town: &str) -> Option<Located> {
        let found = Places::new(Gazetteer::embedded(), vec!["48".to_owned()]).locate(postcode, town, "");
        found.map(Rc::unwrap_or_clone)
    }

    #[test]
    fn one_cell_is_split() {
        for (cell, postcode, town) in [
            ("48000 MENDE", "48000", "MENDE"),
            ("7340 Limony", "7340", "Limony"),
            ("48 000 Mende", "48000", "Mende"),
            ("Mende (48000)", "48000", "Mende"),
            ("30000", "30000", ""),
            ("Les Vans", "", "Les Vans"),
        ] {
            assert_eq!(split(cell), (postcode.to_owned(), town.to_owned()), "{cell}");
        }
    }

    #[test]
    fn line_6_is_made_of_what_is_found() {
        let line6 = |postcode, town| locate(postcode, town).map(|l| l.line6);
        assert_eq!(line6("48200", "Saint-Chély d’Apcher").as_deref(), Some("48200 ST CHELY D APCHER"));
        assert_eq!(line6("48000", "Mende Cedex 9").as_deref(), Some("48000 MENDE CEDEX 9"));
        assert_eq!(line6("48005", "Mende Cedex").as_deref(), Some("48005 MENDE CEDEX"));
        assert_eq!(line6("", "Prunières").as_deref(), Some("48200 PRUNIERES"));
        assert_eq!(line6("99999", "Nulle-Part-les-Oies"), None);
        assert_eq!(line6("", ""), None);
    }

    #[test]
    fn a_doubt_is_kept_and_a_zero_given_back() {
        let doubt = locate("48100", "").unwrap();
        assert!(doubt.doubt.is_some() && doubt.commune.is_none() && doubt.line6.is_empty());
        let zero = locate("7340", "Limony").unwrap();
        assert_eq!(zero.line6, "07340 LIMONY");
        assert_eq!(zero.corrections, [Correction::PostcodeZero("7340".into(), "07340".into())]);
        let digit = locate("4800", "Mende").unwrap();
        assert_eq!((digit.line6.as_str(), digit.doubt), ("48000 MENDE", None));
        assert_eq!(digit.corrections, [Correction::Postcode("4800".into(), "48000".into())]);
        assert_eq!(locate("4800", "Gréoux-les-Bains").unwrap().line6, "04800 GREOUX LES BAINS");
        let old = locate("29770", "Esquibien").unwrap();
        assert_eq!(old.former.as_deref(), Some("ESQUIBIEN"));
        assert_eq!(old.corrections[0].to_string(), "Commune\u{a0}: «\u{a0}Esquibien\u{a0}» fait partie d’Audierne.");
    }

    #[test]
    fn a_town_without_postcode_is_taken_from_the_end_of_an_address() {
        let places = Places::new(Gazetteer::embedded(), vec!["20".to_owned()]);
        for (written, town, rest) in [
            ("18 rue du Cardinal Fesch - AJACCIO", "AJACCIO", "18 rue du Cardinal Fesch - "),
            ("PISCIATELLO, ALATA", "ALATA", "PISCIATELLO,"),
            ("20 rue Basse\nLucciana", "Lucciana", "20 rue Basse\n"),
            (
                "49 rue du Chanoine Collin SANTA REPARATA DI BALAGNA",
                "SANTA REPARATA DI BALAGNA",
                "49 rue du Chanoine Collin ",
            ),
            ("rue d’Ajaccio", "", "rue d’Ajaccio"),
            ("12 avenue Bastia", "", "12 avenue Bastia"),
            ("12 rue Basse, Le Bourg", "", "12 rue Basse, Le Bourg"),
            ("Le Village, Strasbourg", "", "Le Village, Strasbourg"),
        ] {
            let mut lines = [written.to_owned(), String::new()];
            assert_eq!((places.take_town(&mut lines).as_str(), lines[0].as_str()), (town, rest), "{written}");
        }
    }

    #[test]
    fn a_town_abroad_lost_no_zero() {
        let abroad = locate("7500", "MOUSCRON (BELGIQUE)").unwrap();
        assert_eq!(abroad.line6, "7500 MOUSCRON BELGIQUE");
        assert_eq!((abroad.doubt, abroad.corrections), (Some(NotMailable::UnknownCommune), vec![]));
        let elsewhere = locate("48000", "Strasbourg").unwrap();
        assert_eq!(elsewhere.doubt, Some(NotMailable::DoubtfulCommune));
    }

    #[test]
    fn a_district_in_the_name_is_a_postcode() {
        for (postcode, town, line6) in [
            ("", "Paris 12", "75012 PARIS"),
            ("", "Lyon 3e", "69003 LYON"),
            ("13000", "MARSEILLE 01", "13001 MARSEILLE"),
            ("75012", "PARIS 12EME ARRONDISSEMENT", "75012 PARIS"),
        ] {
            let found = locate(postcode, town).unwrap();
            assert_eq!((found.line6.as_str(), found.doubt), (line6, None), "{postcode} {town}");
        }
        assert!(locate("75011", "Paris 12").unwrap().doubt.is_some());
        assert_eq!(locate("75942", "PARIS CEDEX 19").unwrap().line6, "75942 PARIS CEDEX 19");
        assert_eq!(locate("2A004", "Ajaccio").unwrap().commune.unwrap().as_str(), "2A004");
    }

    #[test]
    fn a_district_is_not_guessed() {
        assert!(locate("", "Lyon").unwrap().doubt.is_some());
        assert_eq!(locate("", "Nîmes").unwrap().line6, "30000 NIMES");
    }

    #[test]
    fn an_insee_code_settles_what_is_left_open() {
        let mut places = Places::new(Gazetteer::embedded(), Vec::new());
        assert_eq!(places.locate("48100", "", "48092").unwrap().line6, "48100 MARVEJOLS");
    }
}

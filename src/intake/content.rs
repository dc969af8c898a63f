//! What a column holds, judged by its cells.

use super::field::Field;
use super::{dates, nir, objection};
use crate::domain::address::{capitals, is_street_type};
use crate::domain::commune::{Gazetteer, Postcode};
use crate::domain::first_name::is_first_name;
use crate::domain::phone::Phone;
use crate::domain::retiree::Civility;

/// How many of a column's filled cells look like each kind.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    rows: usize,
    filled: usize,
    dead: usize,
    objecting: usize,
    denying: usize,
    nir: usize,
    email: usize,
    phone: usize,
    postcode: usize,
    postcode_town: usize,
    town: usize,
    birth: usize,
    civility: usize,
    address: usize,
    first_name: usize,
    name: usize,
    full_name: usize,
    several_words: usize,
}

impl Profile {
    /// Takes one cell into account.
    pub fn see(&mut self, cell: &str) {
        let cell = cell.trim();
        self.rows += 1;
        if cell.is_empty() {
            return;
        }
        self.filled += 1;
        self.dead += usize::from(dates::may_be_death(cell));
        self.objecting += usize::from(objection::objects(cell));
        self.denying += usize::from(objection::denies(cell));
        if nir::is_nir(cell) {
            self.nir += 1;
            return;
        }
        let key = capitals(cell);
        let words: Vec<&str> = key.split(' ').collect();
        let has_digits = key.bytes().any(|b| b.is_ascii_digit());
        self.email += usize::from(cell.contains('@'));
        self.phone += usize::from(cell.len() >= 9 && Phone::parse(cell).is_ok());
        self.civility += usize::from(civility(cell).is_some());
        self.postcode += usize::from(is_known_postcode(cell));
        self.birth += usize::from(looks_like_date(cell));
        let front_is_postcode = words.len() > 1 && is_known_postcode(words[0]);
        self.postcode_town +=
            usize::from(front_is_postcode && words[1..].iter().all(|w| !w.starts_with(|c: char| c.is_ascii_digit())));
        let starts = if words[0].starts_with(|c: char| c.is_ascii_digit()) { &words[1..] } else { &words[..] };
        let starts =
            if starts.first().is_some_and(|w| matches!(*w, "BIS" | "TER" | "B" | "T")) { &starts[1..] } else { starts };
        self.address += usize::from(words.len() > 1 && !starts.is_empty() && is_street_type(starts));
        if !has_digits {
            self.town += usize::from(words.len() < 8 && Gazetteer::embedded().is_name(cell));
            self.first_name += usize::from(is_first_name(words[0]) && words.len() <= 3);
            self.name += usize::from(words.len() <= 4);
            let first_name_inside = words.iter().any(|w| is_first_name(w)) && !words.iter().all(|w| is_first_name(w));
            self.several_words += usize::from(words.len() > 1);
            self.full_name += usize::from((2..=6).contains(&words.len()) && first_name_inside);
        }
    }

    /// Does at least half of the column look like NIRs? A few in another column are blanked one by one.
    pub fn is_nir(&self) -> bool {
        self.filled > 0 && self.nir * 2 >= self.filled
    }

    /// Nine rows in ten would be dead: the column says something else.
    pub fn kills_nearly_all(&self) -> bool {
        self.rows >= 20 && self.dead * 10 > self.rows * 9
    }

    /// Nine rows in ten would want no letters: nobody hands such a list over, the column says something else.
    pub fn opposes_nearly_all(&self) -> bool {
        self.rows >= 20 && self.objecting * 10 > self.rows * 9
    }

    /// Forgets all but the social security numbers: the cells are of somebody else.
    pub fn of_somebody_else(&mut self) {
        *self = Self { filled: self.filled, nir: self.nir, ..Self::default() };
    }

    /// Who says no to letters objects to them.
    pub fn of_consent(&mut self) {
        self.objecting = self.denying;
    }

    /// Does it say anything?
    pub fn is_filled(&self) -> bool {
        self.filled > 0
    }

    /// Does it say something in half of the rows?
    pub fn is_mostly_filled(&self) -> bool {
        self.filled * 2 >= self.rows
    }

    /// Has most of it one word alone, or a number?
    pub fn is_of_single_words(&self) -> bool {
        self.several_words * 2 < self.filled
    }

    /// The share of filled cells that look like this field, from 0 to 1.
    pub fn share(&self, field: Field) -> f64 {
        let count = match field {
            Field::Nir => self.nir,
            Field::Email => self.email,
            Field::Phone => self.phone,
            Field::Postcode => self.postcode,
            Field::PostcodeTown => self.postcode_town,
            Field::Town => self.town,
            Field::Birth => self.birth,
            Field::Civility => self.civility,
            Field::Address => self.address,
            Field::FirstName => self.first_name,
            Field::UsageName => self.name,
            Field::FullName => self.full_name,
            _ => 0,
        };
        if self.filled == 0 { 0.0 } else { count as f64 / self.filled as f64 }
    }
}

/// A civility in any of the usual writings.
pub fn civility(cell: &str) -> Option<Civility> {
    let cell = cell.trim();
    let is = |list: &[&str]| list.iter().any(|w| w.eq_ignore_ascii_case(cell));
    if is(&["M", "M.", "MR", "MR.", "MONSIEUR", "1", "H", "HOMME", "MASCULIN", "MASC", "1.0", "MONS"]) {
        Some(Civility::Monsieur)
    } else if is(&[
        "MME",
        "MME.",
        "MADAME",
        "MLLE",
        "MLLE.",
        "MELLE",
        "MADEMOISELLE",
        "2",
        "F",
        "FEMME",
        "FEMININ",
        "FEM",
        "2.0",
        "MM",
    ]) || cell.eq_ignore_ascii_case("féminin")
        || cell == "FÉMININ"
    {
        Some(Civility::Madame)
    } else if is_couple(cell) {
        Some(Civility::Couple)
    } else {
        widowed(cell)
    }
}

/// « Veuve », « Mme Vve »: what lists of survivors write.
fn widowed(cell: &str) -> Option<Civility> {
    match capitals(cell).as_str() {
        "VVE" | "VEUVE" | "MME VVE" | "MME VEUVE" | "MADAME VVE" | "MADAME VEUVE" => Some(Civility::Madame),
        "VF" | "VEUF" | "M VEUF" | "MR VEUF" | "MONSIEUR VEUF" => Some(Civility::Monsieur),
        _ => None,
    }
}

/// « M. et Mme », « Mme & Mr », « Monsieur et Madame »; « M. / Mme » leaves the choice.
fn is_couple(cell: &str) -> bool {
    let key = capitals(&cell.replace('&', " et "));
    let words: Vec<&str> = key.split(' ').collect();
    let man = |w: &str| matches!(w, "M" | "MR" | "MONS" | "MONSIEUR");
    let woman = |w: &str| matches!(w, "MME" | "MADAME" | "MLLE");
    matches!(words[..], [a, "ET", b] if man(a) && woman(b) || woman(a) && man(b))
}

fn is_known_postcode(cell: &str) -> bool {
    Postcode::read(cell).is_some_and(|p| Gazetteer::embedded().by_postcode(p).next().is_some())
}

/// A year must be one of a retiree; a mere number is not enough to be a date.
fn looks_like_date(cell: &str) -> bool {
    let far = chrono::NaiveDate::from_ymd_opt(2030, 1, 1);
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let separated = cell.contains(['/', '-', '.']) && digits >= 5;
    let year = digits == 4 && cell.len() == 4;
    (separated || year || digits == 8) && far.is_some_and(|far| dates::birth(cell, far).is_ok())
}

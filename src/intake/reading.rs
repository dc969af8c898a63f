//! The cells of a row by what they mean, whichever columns hold them.

use std::borrow::Cow;

use super::columns::Columns;
use super::field::Field;
use super::names::{self, FullName, Habits, NameStyle};
use super::outcome::Correction;
use super::{address, place};
use crate::domain::address::capitals;
use crate::domain::commune::{InseeCode, Postcode};

/// Reads the rows of one list, whose cells are cleaned.
#[derive(Clone, Copy)]
pub struct Reading<'l> {
    /// Which column holds what.
    pub columns: &'l Columns,
    /// How the list writes names in one cell.
    pub style: NameStyle,
    /// Which names it has as first names, and which as surnames.
    pub habits: &'l Habits,
}

/// Cells as [`Reading`] takes them.
pub fn borrowed<'c>(cells: &'c [Cow<'_, str>]) -> Vec<&'c str> {
    cells.iter().map(|cell| &**cell).collect()
}

/// Digits, and signs of formulas and programs: what is left of the cell without them is not what it said.
fn is_of_no_name(byte: u8) -> bool {
    byte.is_ascii_digit()
        || matches!(byte, b'=' | b'@' | b'<' | b'>' | b'{' | b'}' | b'[' | b']' | b'\\' | b'|' | b'#' | b'*')
}

impl Reading<'_> {
    /// The first filled cell of a field.
    pub fn first<'c>(&self, cells: &[&'c str], field: Field) -> &'c str {
        self.columns.of(field).filter_map(|i| cells.get(i).copied()).find(|c| !c.is_empty()).unwrap_or_default()
    }

    /// The names, with a surname wherever one is written.
    pub fn name(&self, cells: &[&str], corrections: &mut Vec<Correction>) -> FullName {
        let mut name = if self.columns.has(Field::FullName) {
            names::split(self.first(cells, Field::FullName), self.style)
        } else {
            let (last, first) = (self.first(cells, Field::UsageName), self.first(cells, Field::FirstName));
            let ((surname, of_last), (first_name, of_first)) =
                (names::without_estate(last), names::without_estate(first));
            // Brackets say something, and only the cell as written has them.
            let mut surname = names::in_surname(if of_last { &surname } else { last });
            let first_name = names::in_first_name(&first_name);
            if !first_name.surname.is_empty() && first_name.surname != surname.surname {
                let born = std::mem::replace(&mut surname.surname, first_name.surname);
                surname.birth_name = surname.birth_name.or(Some(born).filter(|n| !n.is_empty()));
            }
            FullName {
                first_name: first_name.first_name,
                birth_name: surname.birth_name.or(first_name.birth_name),
                civility: surname.civility,
                surname: surname.surname,
                estate: (of_last || of_first).then(|| if of_last { last } else { first }.to_owned()),
            }
        };
        let born = Some(names::birth_surname(self.first(cells, Field::BirthName))).filter(|n| !n.is_empty());
        name.birth_name = born.or(name.birth_name);
        if name.first_name.is_empty() && self.columns.has(Field::FullName) {
            name.first_name = names::first_name(self.first(cells, Field::FirstName));
        }
        if name.surname.is_empty()
            && let Some(birth_name) = &name.birth_name
        {
            // Men and the unmarried have no other: a blank usage name says that. A blank full name is a name that is missing.
            if self.columns.has(Field::FullName) {
                corrections.push(Correction::UsageName(birth_name.clone()));
            }
            name.surname = birth_name.clone();
        }
        if name.surname.is_empty()
            && let Some(surname) = names::surname_in_email(self.first(cells, Field::Email), &name.first_name)
        {
            corrections.push(Correction::Surname(surname.clone()));
            name.surname = surname;
        }
        if let Some(right) = self.habits.put_right(&name) {
            let is = format!("{} {}", right.surname, right.first_name);
            corrections.push(Correction::Swapped(format!("{} {}", name.surname, name.first_name), is));
            name = right;
        }
        for field in [Field::FullName, Field::UsageName, Field::FirstName] {
            let cell = self.first(cells, field);
            if cell.bytes().any(is_of_no_name) {
                let read = match field {
                    Field::UsageName => name.surname.clone(),
                    Field::FirstName => name.first_name.clone(),
                    _ => format!("{} {}", name.surname, name.first_name),
                };
                corrections.push(Correction::Signs(cell.to_owned(), read.trim().to_owned()));
            }
        }
        name
    }

    /// The cell of the birth; day, month and year that have a column each, as one: « 12/5/1939 ».
    pub fn birth_cell<'c>(&self, cells: &[&'c str]) -> Cow<'c, str> {
        let written = self.first(cells, Field::Birth);
        if written.is_empty() || written.len() > 4 || self.columns.of(Field::Birth).nth(1).is_none() {
            return written.into();
        }
        let filled = self.columns.of(Field::Birth).filter_map(|i| cells.get(i).copied()).filter(|c| !c.is_empty());
        let parts: Vec<&str> = filled.collect();
        let short = parts.len() <= 3 && parts.iter().all(|part| part.len() <= 4);
        if short { parts.join("/").into() } else { written.into() }
    }

    /// The cells of the address in order; the pieces of a street in one.
    pub fn address_cells(&self, cells: &[&str]) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        let mut open = false;
        for (field, cell) in self.columns.fields().iter().zip(cells) {
            let piece = *field == Some(Field::StreetPiece);
            match out.last_mut().filter(|_| open && piece) {
                Some(street) if !cell.is_empty() => {
                    street.push(' ');
                    street.push_str(cell);
                }
                Some(_) => {}
                None if (piece || *field == Some(Field::Address)) && !cell.is_empty() => out.push((*cell).to_owned()),
                None => {}
            }
            open = piece && (open || !cell.is_empty());
        }
        out
    }

    /// Postcode and commune as written, from whichever column holds them.
    pub fn place_cells(&self, cells: &[&str], lines: &mut [String]) -> (String, String) {
        let joint = self.first(cells, Field::PostcodeTown);
        let (mut postcode, mut town) = place::split(joint);
        if postcode.is_empty() {
            postcode = self.first(cells, Field::Postcode).to_owned();
        }
        if town.is_empty() {
            town = self.first(cells, Field::Town).to_owned();
        }
        let is_code = || Postcode::read(&postcode).is_some() || postcode.parse::<InseeCode>().is_ok();
        if town.starts_with(|c: char| c.is_ascii_digit()) || postcode.contains(char::is_alphabetic) && !is_code() {
            // « 48000 » beside « 48000 MENDE »
            let again = place::split(&town);
            let twice = Postcode::read(&again.0).is_some_and(|p| Some(p) == Postcode::read(&postcode));
            (postcode, town) = if twice { again } else { place::split(&format!("{postcode} {town}")) };
        }
        if postcode.is_empty() && town.is_empty() {
            lines.iter_mut().for_each(|line| *line = address::with_whole_postcode(line));
        }
        if postcode.is_empty()
            && town.is_empty()
            && let Some((p, t)) = address::trailing_place(lines)
        {
            if let Some(line) = lines.iter_mut().rev().find(|l| l.contains(&p)) {
                line.truncate(line.rfind(&p).unwrap_or(line.len()));
            }
            return (p, t);
        }
        (postcode, town)
    }

    /// Has the list no column for postcode and commune, but whole addresses?
    fn is_placed_in_address(&self) -> bool {
        let has = |field| self.columns.has(field);
        has(Field::Address) && !has(Field::Town) && !has(Field::Postcode) && !has(Field::PostcodeTown)
    }

    /// The postcode and commune at the end of the address, as written.
    fn place_in_address<'c>(&self, cell: impl Fn(usize) -> Cow<'c, str>) -> Option<(String, String)> {
        let lines: Vec<String> =
            self.columns.of(Field::Address).map(|i| address::with_whole_postcode(&cell(i))).collect();
        address::trailing_place(&lines)
    }

    /// Does the row, as written, name no commune? Quick, and true for some that name one in their address. Like what
    /// follows, it looks at the cells of the place alone.
    pub fn lacks_town<'c>(&self, cell: impl Fn(usize) -> Cow<'c, str>) -> bool {
        if self.is_placed_in_address() {
            return self.place_in_address(cell).is_none_or(|(_, town)| town.is_empty());
        }
        let mut towns = self.columns.of(Field::Town).chain(self.columns.of(Field::PostcodeTown));
        !towns.any(|i| cell(i).contains(char::is_alphabetic))
    }

    /// The commune as written, in capitals.
    pub fn raw_town<'c>(&self, cell: impl Fn(usize) -> Cow<'c, str>) -> String {
        if self.is_placed_in_address() {
            return capitals(&self.place_in_address(cell).unwrap_or_default().1);
        }
        let joint = self.columns.of(Field::PostcodeTown).map(|i| place::split(&cell(i)).1);
        let single = self.columns.of(Field::Town).map(|i| cell(i).into_owned());
        capitals(&joint.chain(single).find(|t| !t.is_empty()).unwrap_or_default())
    }

    /// The postcode as written, without what stands around it.
    pub fn raw_postcode<'c>(&self, cell: impl Fn(usize) -> Cow<'c, str>) -> String {
        if self.is_placed_in_address() {
            return self.place_in_address(cell).unwrap_or_default().0;
        }
        let joint = self.columns.of(Field::PostcodeTown).map(|i| place::split(&cell(i)).0);
        let single = self.columns.of(Field::Postcode).map(|i| cell(i).trim().to_owned());
        joint.chain(single).find(|p| !p.is_empty()).unwrap_or_default()
    }
}

//! One row's cells to its outcome.

use chrono::NaiveDate;

use super::columns::Columns;
use super::field::Field;
use super::names::{self, FullName, NameStyle};
use super::outcome::{Correction, Outcome, Refusal};
use super::place::{self, Places};
use super::{address, charset, content, dates};
use crate::domain::phone::Phone;
use crate::domain::retiree::{Birth, Retiree};

/// Makes retirees of the rows of one list.
pub struct Normaliser<'l, 'g> {
    pub columns: &'l Columns,
    pub style: NameStyle,
    pub received_on: NaiveDate,
    pub places: Places<'g>,
}

impl Normaliser<'_, '_> {
    /// The outcome of these cells; `corrections` are those already made on the way here.
    pub fn outcome(&mut self, cells: &[String], mut corrections: Vec<Correction>) -> Outcome {
        let cells: Vec<String> = cells.iter().map(|c| cleaned(c)).collect();
        let name = self.name(&cells, &mut corrections);
        if name.surname.is_empty() {
            return Outcome::Refused(Refusal::NoName);
        }
        let mut lines = self.address_cells(&cells);
        let (postcode, town) = self.place_cells(&cells, &mut lines);
        let code = self.first(&cells, Field::CommuneCode);
        let Some(located) = self.places.locate(&postcode, &town, code) else {
            return Outcome::Refused(Refusal::NoPlace(format!("{postcode} {town}").trim().to_owned()));
        };
        corrections.extend(located.corrections.iter().cloned());
        let retiree = Retiree {
            civility: content::civility(self.first(&cells, Field::Civility)).or(name.civility),
            usage_name: name.surname,
            birth_name: name.birth_name,
            first_name: name.first_name,
            birth: self.birth(&cells, &mut corrections),
            deceased: is_deceased(self.first(&cells, Field::Deceased)),
            address: address::postal(&lines, &located),
            phone: self.phone(&cells, &mut corrections),
            email: self.email(&cells, &mut corrections),
            fund_reference: Some(self.first(&cells, Field::Reference).to_owned()).filter(|r| !r.is_empty()),
        };
        if corrections.is_empty() { Outcome::Accepted(retiree) } else { Outcome::Corrected(retiree, corrections) }
    }

    /// The first filled cell of a field.
    fn first<'c>(&self, cells: &'c [String], field: Field) -> &'c str {
        self.columns.of(field).filter_map(|i| cells.get(i)).find(|c| !c.is_empty()).map_or("", String::as_str)
    }

    fn name(&self, cells: &[String], corrections: &mut Vec<Correction>) -> FullName {
        let mut name = if self.columns.has(Field::FullName) {
            names::split(self.first(cells, Field::FullName), self.style)
        } else {
            FullName {
                surname: names::surname(self.first(cells, Field::UsageName)),
                first_name: names::first_name(self.first(cells, Field::FirstName)),
                ..FullName::default()
            }
        };
        let born = Some(names::surname(self.first(cells, Field::BirthName))).filter(|n| !n.is_empty());
        name.birth_name = born.or(name.birth_name);
        if name.first_name.is_empty() && self.columns.has(Field::FullName) {
            name.first_name = names::first_name(self.first(cells, Field::FirstName));
        }
        if name.surname.is_empty()
            && let Some(birth_name) = &name.birth_name
        {
            corrections.push(Correction::UsageName(birth_name.clone()));
            name.surname = birth_name.clone();
        }
        name
    }

    /// The cells of the address in order; the pieces of a street in one.
    fn address_cells(&self, cells: &[String]) -> Vec<String> {
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
                None if (piece || *field == Some(Field::Address)) && !cell.is_empty() => out.push(cell.clone()),
                None => {}
            }
            open = piece && (open || !cell.is_empty());
        }
        out
    }

    /// Postcode and commune as written, from whichever column holds them.
    fn place_cells(&self, cells: &[String], lines: &mut [String]) -> (String, String) {
        let joint = self.first(cells, Field::PostcodeTown);
        let (mut postcode, mut town) = place::split(joint);
        if postcode.is_empty() {
            postcode = self.first(cells, Field::Postcode).to_owned();
        }
        if town.is_empty() {
            town = self.first(cells, Field::Town).to_owned();
        }
        if postcode.contains(char::is_alphabetic) || town.starts_with(|c: char| c.is_ascii_digit()) {
            let (p, t) = place::split(&format!("{postcode} {town}"));
            (postcode, town) = (p, t);
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

    fn birth(&self, cells: &[String], corrections: &mut Vec<Correction>) -> Birth {
        let written = self.first(cells, Field::Birth);
        dates::birth(written, self.received_on).unwrap_or_else(|_| {
            corrections.push(Correction::Birth(written.to_owned()));
            Birth::Unknown
        })
    }

    fn phone(&self, cells: &[String], corrections: &mut Vec<Correction>) -> Option<Phone> {
        let written = self.first(cells, Field::Phone);
        let numbers = self.columns.of(Field::Phone).filter_map(|i| cells.get(i)).flat_map(|c| {
            let parts = c.split([';', ',']).chain(c.split(" / ")).chain(c.split(" ou "));
            std::iter::once(c.as_str()).chain(parts)
        });
        let phone = numbers.filter_map(|n| Phone::parse(n.strip_suffix(".0").unwrap_or(n)).ok()).next();
        if phone.is_none() && !written.is_empty() {
            corrections.push(Correction::Phone(written.to_owned()));
        }
        phone
    }

    fn email(&self, cells: &[String], corrections: &mut Vec<Correction>) -> Option<String> {
        let written = self.first(cells, Field::Email);
        if written.is_empty() {
            return None;
        }
        let email = written.trim_start_matches("mailto:").to_lowercase();
        if is_email(&email) {
            return Some(email);
        }
        corrections.push(Correction::Email(written.to_owned()));
        None
    }
}

/// Single spaces but line breaks kept, scrambled accents mended, and nothing where a fund writes that there is nothing.
fn cleaned(cell: &str) -> String {
    let mended = charset::unscrambled(cell);
    let cell = mended.as_deref().unwrap_or(cell);
    let nothing = |c: &str| {
        matches!(
            c.to_uppercase().as_str(),
            "NULL"
                | "(NULL)"
                | "N/A"
                | "#N/A"
                | "NAN"
                | "NONE"
                | "NÉANT"
                | "NEANT"
                | "NC"
                | "N.C."
                | "INCONNU"
                | "INCONNUE"
                | "?"
                | "-"
                | "."
                | "X X"
        )
    };
    let mut out = String::with_capacity(cell.len());
    for line in cell.lines() {
        let words = line.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty());
        for (i, word) in words.enumerate() {
            out.push_str(if i > 0 {
                " "
            } else if out.is_empty() {
                ""
            } else {
                "\n"
            });
            out.push_str(word);
        }
    }
    if out.len() <= 12 && nothing(&out) { String::new() } else { out }
}

/// « oui », « X », a date, « décédé »; « non », 0 and nothing are the living.
fn is_deceased(cell: &str) -> bool {
    let living = ["", "non", "n", "0", "false", "faux", "vivant", "vivante", "no"];
    !living.iter().any(|w| w.eq_ignore_ascii_case(cell))
}

fn is_email(email: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "._%+-'".contains(c);
    let Some((local, domain)) = email.split_once('@') else { return false };
    let labels: Vec<&str> = domain.split('.').collect();
    !local.is_empty()
        && local.chars().all(plain)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && labels.len() > 1
        && labels.iter().all(|l| !l.is_empty() && l.chars().all(|c| c.is_alphanumeric() || c == '-'))
        && labels.last().is_some_and(|l| l.len() >= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails_are_checked() {
        for good in ["yvette.pages@exemple.fr", "o'brien+liste@mail.exemple.org"] {
            assert!(is_email(good), "{good}");
        }
        for bad in
            ["jeanne.@@exemple", "yvette", "a@b", "a b@exemple.fr", "@exemple.fr", "a@exemple..fr", ".a@exemple.fr"]
        {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn blanks_in_all_their_writings_are_nothing() {
        for blank in ["", "  ", "NULL", "néant", "-", "N/A", "\u{a0}"] {
            assert_eq!(cleaned(blank), "", "{blank}");
        }
        assert_eq!(cleaned(" 61  rue\tBasse \r\n Le Bourg "), "61 rue Basse\nLe Bourg");
    }

    #[test]
    fn the_dead_are_known() {
        for cell in ["oui", "O", "X", "1", "12/03/2026", "décédé"] {
            assert!(is_deceased(cell), "{cell}");
        }
        for cell in ["", "non", "N", "0", "vivant"] {
            assert!(!is_deceased(cell), "{cell}");
        }
    }
}

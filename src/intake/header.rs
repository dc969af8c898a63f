//! Where the header is, under titles and blank rows.

use super::field::Field;
use super::{naming, nir};
use crate::domain::address::capitals;

/// The header's position among the records, and its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The record of the header, from 0; nothing where the file begins with data.
    pub record: Option<usize>,
    /// The names, « Colonne 3 » where there is none, « Adresse (2) » where one stands there twice.
    pub names: Vec<String>,
    /// What the names say, column by column.
    pub fields: Vec<Option<Field>>,
}

impl Header {
    /// The header among the first records: the one with the most names we know, or else the first as wide as the table,
    /// unless it already is data. What somebody `chose` wins: the record from 1, or 0 for a list without a header.
    pub fn find(head: &[Vec<String>], chosen: Option<u32>) -> Self {
        let known = |row: &[String]| row.iter().filter(|c| naming::of_header(c).is_some() && c.len() < 60).count();
        let width = usual_width(head);
        let best = head.iter().take(SEARCHED).enumerate().max_by_key(|(i, row)| (known(row), std::cmp::Reverse(*i)));
        let wide = || {
            let wide = |row: &[String]| filled(row) * 2 > width;
            head.iter().take(SEARCHED).position(|row| wide(row)).filter(|i| !is_data(&head[*i]))
        };
        let record = match (chosen, best) {
            (Some(chosen), _) => (chosen as usize).checked_sub(1),
            (None, Some((i, row))) if known(row) >= 2 && !is_data(row) => Some(i),
            _ => wide(),
        };
        let own = record.and_then(|i| head.get(i)).map_or(&[][..], Vec::as_slice);
        let end = own.iter().rposition(|c| !c.trim().is_empty()).map_or(0, |i| i + 1);
        let columns = if record.is_some() { end } else { width };
        // Data taken for a header must not bring a social security number back as a name.
        let name = |i: usize| {
            let name = own.get(i)?.split_whitespace().collect::<Vec<_>>().join(" ");
            Some(nir::redacted(&name, "").unwrap_or(name)).filter(|n| !n.is_empty())
        };
        let names: Vec<String> =
            (0..columns).map(|i| name(i).unwrap_or_else(|| format!("Colonne {}", i + 1))).collect();
        let mut fields: Vec<Option<Field>> = names.iter().map(|n| naming::of_header(n)).collect();
        let parts = |order: [&str; 3]| {
            let at = order.map(|part| names.iter().position(|name| capitals(name) == part));
            at.into_iter().collect::<Option<Vec<usize>>>().filter(|at| at.is_sorted())
        };
        // A birth in three columns that do not say whose day it is.
        if !fields.contains(&Some(Field::Birth)) {
            let found = BIRTH_PARTS.into_iter().find_map(parts);
            found.into_iter().flatten().for_each(|at| fields[at] = Some(Field::Birth));
        }
        Self { record, names: told_apart(names), fields }
    }

    /// The record of the first row.
    pub fn first_row(&self) -> usize {
        self.record.map_or(0, |r| r + 1)
    }
}

/// A name that stands there twice gets a number, so that each column can be spoken of.
fn told_apart(mut names: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    for name in &mut names {
        let plain = name.clone();
        let mut number = 1;
        while !seen.insert(name.clone()) {
            number += 1;
            *name = format!("{plain} ({number})");
        }
    }
    names
}

/// Day, month and year, in the orders in which they make a date.
const BIRTH_PARTS: [[&str; 3]; 4] =
    [["JOUR", "MOIS", "ANNEE"], ["ANNEE", "MOIS", "JOUR"], ["JJ", "MM", "AAAA"], ["AAAA", "MM", "JJ"]];

/// Titles, dates of extraction and blanks above a header are few.
const SEARCHED: usize = 30;

fn filled(row: &[String]) -> usize {
    row.iter().filter(|c| !c.trim().is_empty()).count()
}

fn usual_width(head: &[Vec<String>]) -> usize {
    let mut widths: Vec<usize> = head.iter().map(Vec::len).filter(|w| *w > 0).collect();
    widths.sort_unstable();
    widths.get(widths.len() / 2).copied().unwrap_or_default()
}

/// A header has words; data has postcodes, phones and dates.
fn is_data(row: &[String]) -> bool {
    let with_number = |c: &&String| c.bytes().filter(u8::is_ascii_digit).count() >= 4 || c.contains('@');
    row.iter().filter(with_number).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        text.lines().map(|l| l.split(';').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn titles_and_blanks_above_are_skipped() {
        let head = rows("Extraction du 02/11/2026 – usage exclusif\n;;\nNOM;PRENOM;CP\nPAGES;Yvette;48000\nA;B;48100");
        assert_eq!(Header::find(&head, None).record, Some(2));
    }

    #[test]
    fn unknown_names_are_a_header_and_data_is_none() {
        let head = rows("champ1;champ2;champ3\nPAGES;Yvette;48000\nA;B;48100");
        assert_eq!(Header::find(&head, None).record, Some(0));
        let head = rows("PAGES;22/01/1938;48000\nA;23/01/1938;48100");
        let found = Header::find(&head, None);
        assert_eq!(
            (found.record, &found.names[..]),
            (None, &["Colonne 1", "Colonne 2", "Colonne 3"].map(String::from)[..])
        );
    }

    #[test]
    fn who_knows_better_says_where_the_header_is() {
        let head = rows("NOM;PRENOM;CP\nchamp1;champ2;champ3\nPAGES;Yvette;48000");
        assert_eq!(Header::find(&head, Some(2)).names, ["champ1", "champ2", "champ3"]);
        assert_eq!(Header::find(&head, Some(0)).first_row(), 0);
        assert!(Header::find(&head, Some(900)).names.is_empty());
    }

    #[test]
    fn a_name_that_stands_there_twice_is_told_apart() {
        let head = rows("NOM;ADRESSE;ADRESSE;ADRESSE (2)\nPAGES;1 rue Basse;;");
        let found = Header::find(&head, None);
        assert_eq!(found.names, ["NOM", "ADRESSE", "ADRESSE (2)", "ADRESSE (2) (2)"]);
        assert_eq!(found.fields[1], found.fields[2]);
    }
}

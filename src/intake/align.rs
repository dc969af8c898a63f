//! Rows with more or fewer cells than the header.

use super::columns::Columns;
use super::content::civility;
use super::field::Field;
use crate::domain::commune::Postcode;
use crate::domain::phone::Phone;

/// Brings the row to `width` cells: blank ones at the end go or come, and where a delimiter inside a cell cut it in two,
/// or a blank cell was left out, the cells go where their content fits best. `kept` are the places of `columns` in the
/// row. Gives the number of cells that the row had, if something was put right that held text.
pub fn to_width(row: &mut Vec<String>, width: usize, kept: &[usize], columns: &Columns) -> Option<usize> {
    let had = row.len();
    let blank = |cell: &String| cell.trim().is_empty();
    if had > width && row[width..].iter().all(blank) && misfits(&row[..width], kept, columns) == 0 {
        row.truncate(width);
    }
    if row.len() == width {
        return None;
    }
    let fit = |row: &[String]| -> usize {
        let checked = columns.fields().iter().zip(kept);
        checked.filter(|(field, i)| row.get(**i).is_some_and(|cell| fits(**field, cell.trim()))).count()
    };
    while row.len() > width {
        // Join the two neighbours whose union leaves the most cells where they belong; the last ones when in doubt.
        let joined = (0..row.len() - 1).map(|at| {
            let mut one = row.clone();
            let tail = one.remove(at + 1);
            one[at] =
                [one[at].trim(), tail.trim()].iter().filter(|c| !c.is_empty()).copied().collect::<Vec<_>>().join(" ");
            one
        });
        match joined.max_by_key(|one| fit(one)) {
            Some(best) => *row = best,
            None => break,
        }
    }
    if row.len() < width {
        let short = row.clone();
        let shifted = (0..=short.len()).map(|at| {
            let mut one = short.clone();
            one.splice(at..at, std::iter::repeat_n(String::new(), width - short.len()));
            one
        });
        *row = shifted.max_by_key(|one| fit(one)).unwrap_or(short);
    }
    Some(had)
}

/// Filled cells that are not what their column holds.
fn misfits(row: &[String], kept: &[usize], columns: &Columns) -> usize {
    let filled = |i: usize| row.get(i).map(|c| c.trim()).filter(|c| !c.is_empty());
    let known = |field: Option<Field>| {
        use Field::{Deceased, Email, Opposition, Phone, Postcode, Returned, Town};
        matches!(field, Some(Postcode | Town | Phone | Email | Deceased | Returned | Opposition))
    };
    let checked = columns.fields().iter().zip(kept).filter(|(field, _)| known(**field));
    checked.filter(|(field, i)| filled(**i).is_some_and(|cell| !fits(**field, cell))).count()
}

fn fits(field: Option<Field>, cell: &str) -> bool {
    match field {
        Some(Field::Postcode) => Postcode::read(cell).is_some(),
        Some(Field::Phone) => Phone::parse(cell).is_ok(),
        Some(Field::Email) => cell.contains('@'),
        Some(Field::Civility) => civility(cell).is_some(),
        Some(Field::Birth) => {
            cell.bytes().any(|b| b.is_ascii_digit()) && !cell.contains(char::is_alphabetic) && cell.len() <= 10
        }
        Some(Field::PostcodeTown) => {
            cell.starts_with(|c: char| c.is_ascii_digit()) && cell.ends_with(char::is_alphabetic)
        }
        // Whatever is joined to a yes or a no would say something else.
        Some(Field::Deceased | Field::Returned | Field::Opposition) => cell.len() <= 3,
        Some(Field::UsageName | Field::FirstName | Field::BirthName | Field::FullName | Field::Town) => {
            !cell.is_empty() && !cell.contains(|c: char| c.is_ascii_digit() || c == '@')
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aligned(cells: &[&str]) -> Vec<String> {
        let fields = [Field::Civility, Field::UsageName, Field::Address, Field::Postcode, Field::Town, Field::Phone];
        let columns = Columns::from_fields(fields.map(Some).to_vec());
        let mut row: Vec<String> = cells.iter().map(|c| (*c).to_owned()).collect();
        to_width(&mut row, 6, &[0, 1, 2, 3, 4, 5], &columns);
        row
    }

    #[test]
    fn what_is_over_stays_out_of_a_yes_or_no() {
        let fields = [Some(Field::UsageName), Some(Field::Town), None, Some(Field::Opposition)];
        let columns = Columns::from_fields(fields.to_vec());
        let mut row = ["PAGÈS", "Mende", "reçu", "le 12", "non"].map(str::to_owned).to_vec();
        to_width(&mut row, 4, &[0, 1, 2, 3], &columns);
        assert_eq!(row, ["PAGÈS", "Mende", "reçu le 12", "non"]);
    }

    #[test]
    fn excess_and_missing_cells_find_their_place() {
        let whole = ["Mme", "PAGÈS", "12 rue Basse", "48000", "Mende", "0465710000"];
        assert_eq!(aligned(&["Mme", "PAGÈS", "12 rue Basse", "48000", "Mende", "0465710000", ""]), whole);
        assert_eq!(aligned(&["Mme", "PAGÈS", "12", "rue Basse", "48000", "Mende", "0465710000"]), whole);
        assert_eq!(
            aligned(&["Mme", "PAGÈS", "48000", "Mende", "0465710000"])[2..],
            ["", "48000", "Mende", "0465710000"]
        );
        assert_eq!(aligned(&["Mme", "PAGÈS", "12 rue Basse", "48000", "Mende"])[3..], ["48000", "Mende", ""]);
        assert_eq!(aligned(&["Mme"]).len(), 6);
    }
}

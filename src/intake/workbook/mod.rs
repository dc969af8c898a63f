//! Workbooks: xlsx (also with a password), xls, ods. Whatever is in them, the memory they take is bounded.

mod cells;
mod guard;
mod ods;
mod xls;
mod xlsx;

use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, ExcelDateTime};

pub use cells::Cells;

use super::choices::Password;
use super::file::FileContent;

/// A kind of workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Excel since 2007.
    Xlsx,
    /// The same inside an encrypted container.
    Protected,
    /// Excel before 2007.
    Xls,
    /// OpenDocument.
    Ods,
}

/// The sheet that was read, and which there are.
pub struct Sheet {
    /// Its cells.
    pub cells: Cells,
    /// Its name.
    pub name: String,
    /// The names of all sheets, in order.
    pub names: Vec<String>,
}

/// Why a workbook cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// It is broken; what the reader says.
    Broken(String),
    /// It asks for more than a list ever needs; what, in French.
    TooMuch(String),
    /// It has a password, and none was given.
    Password,
    /// The password is wrong.
    WrongPassword,
    /// There is no sheet of the chosen name; those there are.
    NoSuchSheet(Vec<String>),
}

/// Bytes that a file may have which the readers must hold in memory.
const MOST_BYTES_IN_MEMORY: u64 = 96 << 20;

/// Reads the sheet that was chosen, or else the one with the most filled cells. Cells are text: dates as `2026-11-02`, whole
/// numbers without a decimal point.
pub fn read(
    kind: Kind,
    content: &FileContent,
    sheet: Option<&str>,
    password: Option<&Password>,
) -> Result<Sheet, Trouble> {
    // The readers take foreign bytes apart; a panic in them must not take the service down.
    let read = || match kind {
        Kind::Xlsx => xlsx::read(content, sheet),
        Kind::Protected => xlsx::read(&xlsx::decrypted(content, password)?, sheet),
        Kind::Xls => xls::read(content, sheet),
        Kind::Ods => ods::read(content, sheet),
    };
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(Trouble::Broken("contenu abîmé".to_owned())))
}

/// Is it an encrypted container or an old workbook? Nothing where it is neither.
pub fn kind_of_container(content: &FileContent) -> Option<Kind> {
    guard::kind_of_container(content)
}

/// The fullest of the sheets, or the chosen one.
fn choose(
    names: Vec<String>,
    wanted: Option<&str>,
    mut read: impl FnMut(&str) -> Result<Cells, Trouble>,
) -> Result<Sheet, Trouble> {
    if let Some(wanted) = wanted {
        let Some(name) = names.iter().find(|n| *n == wanted).cloned() else { return Err(Trouble::NoSuchSheet(names)) };
        return Ok(Sheet { cells: read(&name)?, name, names });
    }
    let mut best: Option<(Cells, String)> = None;
    for name in &names {
        let cells = read(name)?;
        if best.as_ref().is_none_or(|(b, _)| cells.filled() > b.filled()) {
            best = Some((cells, name.clone()));
        }
    }
    let (cells, name) = best.ok_or_else(|| Trouble::Broken("aucune feuille".to_owned()))?;
    Ok(Sheet { cells, name, names })
}

fn broken(error: impl std::fmt::Display) -> Trouble {
    Trouble::Broken(error.to_string())
}

/// Writes what a cell says at the end of `out`.
fn write_ref(out: &mut String, cell: &DataRef<'_>) {
    match cell {
        DataRef::SharedString(text) => out.push_str(text),
        DataRef::String(text) => out.push_str(text),
        other => write(out, &Data::from(other.clone())),
    }
}

/// Writes what a cell says at the end of `out`.
fn write(out: &mut String, cell: &Data) {
    match cell {
        Data::Empty | Data::Error(_) => {}
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => out.push_str(text),
        Data::Bool(yes) => out.push_str(if *yes { "oui" } else { "non" }),
        Data::Int(number) => out.push_str(&number.to_string()),
        Data::Float(number) => out.push_str(&whole(*number)),
        Data::DateTime(date) => out.push_str(&day(date)),
    }
}

/// The day after 31 December 9999.
const LAST_DAY: f64 = 2_958_466.0;

fn day(date: &ExcelDateTime) -> String {
    // Days before 1900 and after 9999 have no date in a workbook: a long number was shown as one.
    if !(0.0..LAST_DAY).contains(&date.as_f64()) {
        return whole(date.as_f64());
    }
    let (year, month, day, ..) = date.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}")
}

fn whole(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 { format!("{number:.0}") } else { number.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

    #[test]
    fn long_numbers_are_whole_so_that_a_nir_is_seen() {
        let text = |cell: &Data| {
            let mut out = String::new();
            write(&mut out, cell);
            out
        };
        let dated = |n| Data::DateTime(ExcelDateTime::new(n, ExcelDateTimeType::DateTime, false));
        for cell in [Data::Float(139_054_809_500_142.0), Data::Int(1_390_548_095_001), dated(139_054_809_500_142.0)] {
            assert!(crate::intake::nir::is_nir(&text(&cell)), "{cell:?}");
        }
        assert_eq!(text(&dated(46_328.0)), "2026-11-02");
    }
}

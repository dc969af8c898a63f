//! Workbooks: xlsx (also with a password), xls, ods. Whatever is in them, the memory they take is bounded.

mod cells;
mod guard;
mod ods;
mod xls;
mod xlsx;

use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, ExcelDateTime, SheetVisible};

pub use cells::Cells;

use super::choices::Password;
use super::field::Field;
use super::file::FileContent;
use super::header::Header;
use crate::domain::address::capitals;

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
    /// Its name; « 48 + 30 » where several were read as one.
    pub name: String,
    /// The names of all sheets, in order.
    pub names: Vec<String>,
    /// Rows of the workbook that a filter or a hand hides. They are read like the others.
    pub hidden_rows: u32,
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

/// Reads the sheet that was chosen, or else the one that looks most like a list, with those of the same columns. Cells are
/// text: dates as `2026-11-02`, whole numbers without a decimal point.
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

/// A sheet by its name.
struct Tab {
    name: String,
    /// Whoever wrote the workbook did not mean it to be read.
    hidden: bool,
}

impl Tab {
    /// A sheet of those who are dead, opposed or gone has the columns of a list, and is none of people to write to.
    fn is_apart(&self) -> bool {
        const STEMS: [&str; 16] = [
            "DECE",
            "DCD",
            "DEFUNT",
            "OPPO",
            "REFUS",
            "NPAI",
            "PND",
            "RADI",
            "EXCLU",
            "SORTI",
            "DESINSCRI",
            "RETOUR",
            "ANCIEN",
            "ARCHIVE",
            "SUPPRIM",
            "RETIR",
        ];
        capitals(&self.name).split(' ').any(|word| STEMS.iter().any(|stem| word.starts_with(stem)))
    }

    fn of(sheet: &calamine::Sheet) -> Self {
        Self { name: sheet.name.clone(), hidden: sheet.visible != SheetVisible::Visible }
    }
}

/// The chosen sheet; or else the one that looks like a list, of several the fullest, with all others of the very same columns
/// behind one another: a fund may send a sheet for each department.
fn choose(
    tabs: &[Tab],
    wanted: Option<&str>,
    mut read: impl FnMut(&str) -> Result<Cells, Trouble>,
) -> Result<Sheet, Trouble> {
    let names = tabs.iter().map(|tab| tab.name.clone()).collect();
    if let Some(wanted) = wanted {
        if tabs.iter().all(|tab| tab.name != wanted) {
            return Err(Trouble::NoSuchSheet(names));
        }
        return Ok(Sheet { cells: read(wanted)?, name: wanted.to_owned(), names, hidden_rows: 0 });
    }
    let mut best: Option<(Rank, usize, Cells)> = None;
    let mut headers = Vec::with_capacity(tabs.len());
    for (at, tab) in tabs.iter().enumerate() {
        let cells = read(&tab.name)?;
        let header = list_header(&cells);
        let rank = (header.is_some() && !tab.hidden && !tab.is_apart(), header.is_some(), cells.filled());
        headers.push(header);
        if best.as_ref().is_none_or(|(before, ..)| rank > *before) {
            best = Some((rank, at, cells));
        }
    }
    let (_, best, cells) = best.ok_or_else(|| Trouble::Broken("aucune feuille".to_owned()))?;
    let same = |at: &usize| {
        let headers = headers[*at].as_ref().zip(headers[best].as_ref());
        *at == best
            || !tabs[*at].hidden
                && !tabs[*at].is_apart()
                && headers.is_some_and(|(one, other)| one.names == other.names)
    };
    let together: Vec<usize> = (0..tabs.len()).filter(same).collect();
    let name = together.iter().map(|at| tabs[*at].name.as_str()).collect::<Vec<_>>().join(" + ");
    let mut whole: Option<Cells> = None;
    let mut cells = Some(cells);
    for at in together {
        let next = match cells.take_if(|_| at == best) {
            Some(cells) => cells,
            None => read(&tabs[at].name)?,
        };
        if let Some(whole) = &mut whole {
            whole.append(&next, headers[at].as_ref().map_or(0, Header::first_row))?;
        } else {
            whole = Some(next);
        }
    }
    Ok(Sheet { cells: whole.unwrap_or_default(), name, names, hidden_rows: 0 })
}

/// A list that can be seen before one that cannot, that before what is no list, then what is fuller.
type Rank = (bool, bool, u32);

/// The header of a sheet that names people and where they live.
fn list_header(cells: &Cells) -> Option<Header> {
    let head: Vec<Vec<String>> = cells.rows().take(HEAD_ROWS).collect();
    let header = Header::find(&head, None);
    let has = |fields: &[Field]| header.fields.iter().flatten().any(|f| fields.contains(f));
    let named = has(&[Field::UsageName, Field::BirthName, Field::FullName]);
    let placed = has(&[Field::Postcode, Field::Town, Field::PostcodeTown, Field::CommuneCode, Field::Address]);
    (header.record.is_some() && named && placed).then_some(header)
}

/// Titles above a header are few.
const HEAD_ROWS: usize = 60;

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

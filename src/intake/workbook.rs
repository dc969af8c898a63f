//! Workbooks: xlsx, xls, ods. The sheet with the most filled cells is the list.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, Range, Reader, open_workbook_auto_from_rs};

/// The cells of the list's sheet as text: dates as `2026-11-02`, whole numbers without a decimal point. The error is the
/// reader's reason.
pub fn cells(bytes: &[u8]) -> Result<Vec<Vec<String>>, String> {
    // The reader takes foreign bytes apart; a panic in it must not take the service down.
    catch_unwind(AssertUnwindSafe(|| read(bytes))).unwrap_or_else(|_| Err("contenu abîmé".to_owned()))
}

fn read(bytes: &[u8]) -> Result<Vec<Vec<String>>, String> {
    let mut book = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|e| e.to_string())?;
    let sheets = book.worksheets();
    let filled = |range: &Range<Data>| range.used_cells().count();
    let list = sheets.into_iter().map(|(_, range)| range).max_by_key(filled);
    let range = list.ok_or_else(|| "aucune feuille".to_owned())?;
    Ok(range.rows().map(|row| row.iter().map(text).collect()).collect())
}

fn text(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Bool(yes) => if *yes { "oui" } else { "non" }.to_owned(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => whole(*number),
        // Days before 1900 have no date in a workbook.
        Data::DateTime(date) if date.as_f64() >= 0.0 => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        Data::DateTime(date) => whole(date.as_f64()),
    }
}

fn whole(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 { format!("{number:.0}") } else { number.to_string() }
}

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
        // Days before 1900 and after 9999 have no date in a workbook: a long number was shown as one.
        Data::DateTime(date) if (0.0..LAST_DAY).contains(&date.as_f64()) => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        Data::DateTime(date) => whole(date.as_f64()),
    }
}

/// The day after 31 December 9999.
const LAST_DAY: f64 = 2_958_466.0;

fn whole(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 { format!("{number:.0}") } else { number.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{ExcelDateTime, ExcelDateTimeType};

    #[test]
    fn long_numbers_are_whole_so_that_a_nir_is_seen() {
        let dated = |n| Data::DateTime(ExcelDateTime::new(n, ExcelDateTimeType::DateTime, false));
        for cell in [Data::Float(139_054_809_500_142.0), Data::Int(1_390_548_095_001), dated(139_054_809_500_142.0)] {
            assert!(crate::intake::nir::is_nir(&text(&cell)), "{cell:?}");
        }
        assert_eq!(text(&dated(46_328.0)), "2026-11-02");
    }
}

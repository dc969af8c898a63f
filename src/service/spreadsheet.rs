//! Tables for spreadsheets: as CSV that they open as it is, and as XLSX. No cell is ever run as a formula.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::{Error, Result};

/// What a spreadsheet takes UTF-8 for another encoding without.
pub const BOM: &[u8] = b"\xEF\xBB\xBF";

/// A table with a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The sheet's name, at most 31 characters.
    pub name: String,
    /// The columns' names.
    pub header: Vec<String>,
    /// The rows, as wide as the header.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// As CSV: semicolons, UTF-8 with its mark.
    pub fn csv(&self) -> Result<Vec<u8>> {
        let mut out = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
        for row in std::iter::once(&self.header).chain(&self.rows) {
            out.write_record(row.iter().map(|cell| as_text(cell))).map_err(|e| Error::Internal(e.to_string()))?;
        }
        let bytes = out.into_inner().map_err(|e| Error::Internal(e.to_string()))?;
        Ok([BOM, &bytes].concat())
    }

    /// As a workbook of one sheet. Every cell is text, marked as such where it looks like a formula.
    pub fn xlsx(&self) -> Result<Vec<u8>> {
        self.workbook().map_err(|e| Error::Internal(e.to_string()))
    }

    fn workbook(&self) -> std::result::Result<Vec<u8>, XlsxError> {
        let (heading, quoted) = (Format::new().set_bold(), Format::new().set_quote_prefix());
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.set_name(&self.name)?;
        for (column, title) in (0u16..).zip(&self.header) {
            sheet.write_string_with_format(0, column, title, &heading)?;
        }
        for (at, row) in (1u32..).zip(&self.rows) {
            for (column, cell) in (0u16..).zip(row) {
                if is_formula(cell) {
                    sheet.write_string_with_format(at, column, cell, &quoted)?;
                } else {
                    sheet.write_string(at, column, cell)?;
                }
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        sheet.autofit();
        workbook.save_to_buffer()
    }
}

/// A cell of a CSV that a spreadsheet would run as a formula stays text.
pub fn as_text(cell: &str) -> String {
    if is_formula(cell) { format!("'{cell}") } else { cell.to_owned() }
}

fn is_formula(cell: &str) -> bool {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let number = cell.strip_prefix(['+', '-']).is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == ' '));
    risky && !number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_stay_text() {
        for cell in ["=1+1", "@SUM(A1)", "-cmd|calc", "+A1", "\t=1"] {
            assert_eq!(as_text(cell), format!("'{cell}"));
        }
        for cell in ["+33465710010", "-12", "Le Bourg", ""] {
            assert_eq!(as_text(cell), cell);
        }
    }
}

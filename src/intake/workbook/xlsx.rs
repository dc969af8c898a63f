//! Excel since 2007: cells are read as a stream; a protected workbook is decrypted first.

use std::io::{BufReader, Read, Seek};

use calamine::{DataRef, Reader, Xlsx};

use super::{Cells, MOST_BYTES_IN_MEMORY, Sheet, Tab, Trouble, broken, choose, guard, write_ref};
use crate::intake::choices::Password;
use crate::intake::file::FileContent;

/// Reads the chosen sheet, or the list.
pub fn read(content: &FileContent, sheet: Option<&str>) -> Result<Sheet, Trouble> {
    let (_, hidden_rows) = guard::archive(content)?;
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(content.reader())).map_err(broken)?;
    let tabs: Vec<Tab> = book.sheets_metadata().iter().map(Tab::of).collect();
    Ok(Sheet { hidden_rows, ..choose(&tabs, sheet, |name| cells(&mut book, name))? })
}

fn cells<R: Read + Seek>(book: &mut Xlsx<R>, name: &str) -> Result<Cells, Trouble> {
    let mut cells = Cells::default();
    let mut reader = match book.worksheet_cells_reader(name) {
        Ok(reader) => reader,
        // A sheet of charts has no cells.
        Err(calamine::XlsxError::NotAWorksheet(_)) => return Ok(cells),
        Err(error) => return Err(broken(error)),
    };
    while let Some(cell) = reader.next_cell().map_err(broken)? {
        let ((row, column), value) = (cell.get_position(), cell.get_value());
        if !matches!(value, DataRef::Empty) {
            cells.put(row, column, |out| write_ref(out, value))?;
        }
    }
    drop(reader);
    if cells.height() > MOST_ROWS_BY_HAND {
        return Ok(cells);
    }
    let merged = book.merge_cells_by_sheet_name(name).map_err(broken)?;
    let over_rows: Vec<(u32, u32, u32)> =
        merged.iter().filter(|m| m.end.0 > m.start.0).map(|m| (m.start.1, m.start.0, m.end.0)).collect();
    if over_rows.is_empty() { Ok(cells) } else { cells.spread(&over_rows) }
}

/// Cells are merged by hand, one by one: a longer sheet comes from a program, and is not read twice for that.
const MOST_ROWS_BY_HAND: u32 = 50_000;

/// What is inside an encrypted container.
pub fn decrypted(content: &FileContent, password: Option<&Password>) -> Result<FileContent, Trouble> {
    let Some(Password(password)) = password else { return Err(Trouble::Password) };
    if content.size() > MOST_BYTES_IN_MEMORY {
        return Err(Trouble::TooMuch("un classeur protégé de cette taille ne peut pas être déchiffré".to_owned()));
    }
    let inside = office_crypto::decrypt_from_bytes(content.bytes().map_err(broken)?, password).map_err(broken)?;
    // A wrong password gives noise.
    if inside.starts_with(b"PK\x03\x04") { Ok(FileContent::new(inside)) } else { Err(Trouble::WrongPassword) }
}

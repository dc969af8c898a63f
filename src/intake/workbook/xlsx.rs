//! Excel since 2007: cells are read as a stream; a protected workbook is decrypted first.

use std::io::{BufReader, Read, Seek};

use calamine::{DataRef, Reader, Xlsx};

use super::{Cells, MOST_BYTES_IN_MEMORY, Sheet, Tab, Trouble, broken, choose, guard, write_ref};
use crate::intake::choices::Password;
use crate::intake::file::FileContent;

/// Reads the chosen sheet, or the list.
pub fn read(content: &FileContent, sheet: Option<&str>) -> Result<Sheet, Trouble> {
    guard::archive(content)?;
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(content.reader())).map_err(broken)?;
    let tabs: Vec<Tab> = book.sheets_metadata().iter().map(Tab::of).collect();
    choose(&tabs, sheet, |name| cells(&mut book, name))
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
    Ok(cells)
}

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

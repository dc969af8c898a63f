//! Excel before 2007.

use std::io::BufReader;

use calamine::{Reader, Xls};

use super::{Cells, MOST_BYTES_IN_MEMORY, Sheet, Tab, Trouble, broken, choose, guard, write};
use crate::intake::file::FileContent;

/// Reads the chosen sheet, or the list.
pub fn read(content: &FileContent, sheet: Option<&str>) -> Result<Sheet, Trouble> {
    if content.size() > MOST_BYTES_IN_MEMORY {
        return Err(Trouble::TooMuch("un classeur .xls de cette taille ne tient pas en mémoire".to_owned()));
    }
    let hidden_rows = guard::spread(content)?;
    let mut book: Xls<_> = Xls::new(BufReader::new(content.reader())).map_err(broken)?;
    let tabs: Vec<Tab> = book.sheets_metadata().iter().map(Tab::of).collect();
    let sheet = choose(&tabs, sheet, |name| {
        let range = book.worksheet_range(name).map_err(broken)?;
        let (first_row, first_column) = range.start().unwrap_or_default();
        let mut cells = Cells::default();
        for (row, column, value) in range.used_cells() {
            cells.put(first_row + row as u32, first_column + column as u32, |out| write(out, value))?;
        }
        Ok(cells)
    })?;
    Ok(Sheet { hidden_rows, ..sheet })
}

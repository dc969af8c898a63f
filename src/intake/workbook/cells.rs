//! A sheet's cells, packed: one text and where each cell and each row ends in it, so that a million rows stay small.

use std::collections::BTreeMap;

use super::Trouble;

/// Rows and their cells; kept up to the last filled cell of each row.
#[derive(Debug, Clone, Default)]
pub struct Cells {
    text: String,
    /// Where each cell ends in `text`.
    ends: Vec<u32>,
    /// How many cells stand before the end of each row.
    rows: Vec<u32>,
    filled: u32,
    width: usize,
}

/// Rows of a sheet in every spreadsheet program.
const MOST_ROWS: u32 = 1_048_576;
/// No list has as many columns.
const MOST_COLUMNS: u32 = 512;
/// A million rows of thirty columns.
const MOST_CELLS: usize = 32 << 20;
/// Bytes of text: a million rows of an ample address each.
const MOST_TEXT: usize = 384 << 20;

impl Cells {
    /// Puts a filled cell at this place, from 0. Cells come row by row and from left to right; one that goes back is taken
    /// for the next.
    pub fn put(&mut self, row: u32, column: u32, write: impl FnOnce(&mut String)) -> Result<(), Trouble> {
        let before = self.text.len();
        write(&mut self.text);
        if self.text.len() == before {
            return Ok(());
        }
        if row >= MOST_ROWS {
            return Err(Trouble::TooMuch(format!("une cellule remplie à la ligne {}", u64::from(row) + 1)));
        }
        if column >= MOST_COLUMNS {
            return Err(Trouble::TooMuch(format!(
                "une cellule remplie à la colonne {}, et une liste n’en a jamais plus de {MOST_COLUMNS}",
                u64::from(column) + 1
            )));
        }
        let (start, end) = (before as u32, self.text.len() as u32);
        while self.rows.len() <= row as usize {
            self.rows.push(self.ends.len() as u32);
        }
        let row_start = match self.rows.len() {
            0 | 1 => 0,
            rows => self.rows[rows - 2] as usize,
        };
        while self.ends.len() - row_start < column as usize {
            self.ends.push(start);
        }
        self.ends.push(end);
        if let Some(last) = self.rows.last_mut() {
            *last = self.ends.len() as u32;
        }
        self.filled += 1;
        self.width = self.width.max(column as usize + 1);
        if self.ends.len() > MOST_CELLS || self.text.len() > MOST_TEXT {
            return Err(Trouble::TooMuch("plus de cellules qu’une liste d’un million de personnes".to_owned()));
        }
        Ok(())
    }

    /// Puts the rows of another sheet behind these, without its first ones.
    pub fn append(&mut self, other: &Self, skip: usize) -> Result<(), Trouble> {
        let from = self.rows.len() as u32;
        for (row, cells) in (from..).zip(other.rows().skip(skip)) {
            for (column, cell) in (0u32..).zip(&cells) {
                self.put(row, column, |out| out.push_str(cell))?;
            }
        }
        Ok(())
    }

    /// How many rows there are.
    pub fn height(&self) -> u32 {
        self.rows.len() as u32
    }

    /// Cells that were merged over several rows say the same in each of them. Each `merged` is a column with its first and
    /// last row.
    pub fn spread(&self, merged: &[(u32, u32, u32)]) -> Result<Self, Trouble> {
        let last = self.height().saturating_sub(1);
        let sources: BTreeMap<(u32, u32), u32> = merged
            .iter()
            .flat_map(|(column, first, end)| (first + 1..=*end.min(&last)).map(|row| ((row, *column), *first)))
            .take(MOST_ROWS as usize)
            .collect();
        let rows: Vec<Vec<String>> = self.rows().collect();
        let mut spread = Self::default();
        for (row, cells) in (0..).zip(&rows) {
            for (column, cell) in (0..).zip(cells) {
                let source = sources.get(&(row, column)).and_then(|first| rows[*first as usize].get(column as usize));
                let text = source.filter(|_| cell.is_empty()).unwrap_or(cell);
                spread.put(row, column, |out| out.push_str(text))?;
            }
        }
        Ok(spread)
    }

    /// How many cells say something.
    pub fn filled(&self) -> u32 {
        self.filled
    }

    /// The rows in order, blank ones included, each as wide as the widest.
    pub fn rows(&self) -> impl Iterator<Item = Vec<String>> + '_ {
        let starts = std::iter::once(0).chain(self.rows.iter().copied());
        starts.zip(&self.rows).map(|(first, end)| {
            let mut row: Vec<String> = (first..*end).map(|cell| self.cell(cell as usize).to_owned()).collect();
            row.resize(self.width, String::new());
            row
        })
    }

    fn cell(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.text[start..self.ends[at] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back_where_they_were_put() {
        let mut cells = Cells::default();
        for (row, column, text) in [(0, 1, "b"), (2, 0, "x"), (2, 3, "é"), (3, 0, "")] {
            cells.put(row, column, |out| out.push_str(text)).unwrap();
        }
        let rows: Vec<Vec<String>> = cells.rows().collect();
        assert_eq!(rows, [["", "b", "", ""], ["", "", "", ""], ["x", "", "", "é"]]);
        assert_eq!(cells.filled(), 3);
    }

    #[test]
    fn another_sheet_stands_behind_without_its_header() {
        let sheet = |texts: [&str; 3]| {
            let mut cells = Cells::default();
            for (row, text) in (0..).zip(texts) {
                cells.put(row, 1, |out| out.push_str(text)).unwrap();
            }
            cells
        };
        let mut one = sheet(["NOM", "a", "b"]);
        one.append(&sheet(["NOM", "", "c"]), 1).unwrap();
        assert_eq!(one.rows().map(|r| r.join("|")).collect::<Vec<_>>(), ["|NOM", "|a", "|b", "|", "|c"]);
    }

    #[test]
    fn a_cell_far_away_is_refused() {
        let mut cells = Cells::default();
        assert!(cells.put(0, 16_383, |out| out.push('x')).is_err());
        assert!(cells.put(2_000_000, 0, |out| out.push('x')).is_err());
    }
}

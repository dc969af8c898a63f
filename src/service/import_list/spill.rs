//! Rows of a list on disk, in a file without a name, between reading them and knowing who is who: a list of any length does
//! not have to fit in memory, and nothing of it is left when the process ends.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;

use serde::{Deserialize, Serialize};

use crate::domain::opposition::Channels;
use crate::domain::retiree::Retiree;

/// A row as it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpilledRow {
    /// Its number in the list, from 1.
    pub number: u32,
    /// The person with the key that searches by name use, unless the row was refused.
    pub person: Option<(Retiree, String)>,
    /// What the row itself says that the person wants closed.
    pub opposed: Channels,
    /// For a corrected or refused row: which of the two, why, and its cells.
    pub kept: Option<(String, String, Vec<String>)>,
}

impl SpilledRow {
    /// The row as it lies on disk; any thread can make it.
    pub fn to_bytes(&self) -> io::Result<Vec<u8>> {
        postcard::to_extend(self, Vec::with_capacity(USUAL)).map_err(io::Error::other)
    }
}

/// Room for most rows.
const USUAL: usize = 256;

/// Takes rows.
pub struct Spill {
    file: BufWriter<File>,
    /// Where each row begins.
    starts: Vec<u64>,
    end: u64,
}

impl Spill {
    /// Nothing yet.
    pub fn new() -> io::Result<Self> {
        Ok(Self { file: BufWriter::with_capacity(1 << 17, tempfile::tempfile()?), starts: Vec::new(), end: 0 })
    }

    /// Adds a row, from [`SpilledRow::to_bytes`].
    pub fn push(&mut self, row: &[u8]) -> io::Result<()> {
        self.file.write_all(row)?;
        self.starts.push(self.end);
        self.end += row.len() as u64;
        Ok(())
    }

    /// The rows, to be read.
    pub fn into_rows(self) -> io::Result<SpilledRows> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        let mut from_first = file.try_clone()?;
        from_first.seek(SeekFrom::Start(0))?;
        let reader = BufReader::with_capacity(1 << 17, from_first);
        Ok(SpilledRows { file, reader, starts: self.starts, end: self.end, next: 0, buffer: Vec::new() })
    }
}

/// Gives rows back, one after the other and by their place.
pub struct SpilledRows {
    file: File,
    reader: BufReader<File>,
    starts: Vec<u64>,
    end: u64,
    next: usize,
    buffer: Vec<u8>,
}

impl SpilledRows {
    /// The row at a place, from 0, whichever comes next.
    pub fn at(&mut self, place: usize) -> io::Result<SpilledRow> {
        self.make_room(place);
        self.file.read_exact_at(&mut self.buffer, self.starts[place])?;
        postcard::from_bytes(&self.buffer).map_err(io::Error::other)
    }

    fn make_room(&mut self, place: usize) {
        let end = self.starts.get(place + 1).copied().unwrap_or(self.end);
        self.buffer.resize((end - self.starts[place]) as usize, 0);
    }
}

impl Iterator for SpilledRows {
    type Item = io::Result<SpilledRow>;

    fn next(&mut self) -> Option<Self::Item> {
        (self.next < self.starts.len()).then(|| {
            self.make_room(self.next);
            self.next += 1;
            self.reader.read_exact(&mut self.buffer)?;
            postcard::from_bytes(&self.buffer).map_err(io::Error::other)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_went() {
        let row = |number| SpilledRow {
            number,
            person: Some((
                Retiree { usage_name: format!("PAGÈS {number}"), ..Retiree::default() },
                format!(" PAGES {number} "),
            )),
            opposed: if number % 5 == 0 { Channels::POST } else { Channels::default() },
            kept: (number % 3 == 0).then(|| ("corrected".to_owned(), "Téléphone".to_owned(), vec!["a".to_owned()])),
        };
        let mut spill = Spill::new().unwrap();
        (1..500).for_each(|n| spill.push(&row(n).to_bytes().unwrap()).unwrap());
        let mut rows = spill.into_rows().unwrap();
        assert!(rows.by_ref().take(100).map(Result::unwrap).eq((1..=100).map(row)));
        assert_eq!(rows.at(411).unwrap(), row(412));
        assert!(rows.map(Result::unwrap).eq((101..500).map(row)));
    }
}

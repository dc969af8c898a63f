//! Rows of a list on disk, in a file without a name, between reading them and knowing who is who: a list of any length does
//! not have to fit in memory, and nothing of it is left when the process ends.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;

use serde::{Deserialize, Serialize};

use crate::store::listed::{KeptRow, PersonColumns};

/// A row as it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpilledRow<'r> {
    /// Its number in the list, from 1.
    pub number: u32,
    /// The person, unless the row was refused.
    #[serde(borrow)]
    pub person: Option<PersonColumns<'r>>,
    /// What of a corrected or refused row is kept.
    #[serde(borrow)]
    pub kept: Option<KeptRow<'r>>,
}

impl SpilledRow<'_> {
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

/// Gives rows back, one after the other and by their place. A row lasts until the next is asked for.
pub struct SpilledRows {
    file: File,
    reader: BufReader<File>,
    starts: Vec<u64>,
    end: u64,
    next: usize,
    buffer: Vec<u8>,
}

impl SpilledRows {
    /// The row after the one that this gave last, if there is one.
    pub fn next(&mut self) -> io::Result<Option<SpilledRow<'_>>> {
        if self.next == self.starts.len() {
            return Ok(None);
        }
        self.make_room(self.next);
        self.next += 1;
        self.reader.read_exact(&mut self.buffer)?;
        self.read().map(Some)
    }

    /// The row at a place, from 0, whichever comes next.
    pub fn at(&mut self, place: usize) -> io::Result<SpilledRow<'_>> {
        self.make_room(place);
        self.file.read_exact_at(&mut self.buffer, self.starts[place])?;
        self.read()
    }

    fn make_room(&mut self, place: usize) {
        let end = self.starts.get(place + 1).copied().unwrap_or(self.end);
        self.buffer.resize((end - self.starts[place]) as usize, 0);
    }

    fn read(&self) -> io::Result<SpilledRow<'_>> {
        postcard::from_bytes(&self.buffer).map_err(io::Error::other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::retiree::Retiree;

    #[test]
    fn rows_come_back_as_they_went() {
        let retiree = |number| Retiree { usage_name: format!("PAGÈS {number}"), ..Retiree::default() };
        let people: Vec<Retiree> = (0..500).map(retiree).collect();
        let row = |number: u32| SpilledRow {
            number,
            person: (!number.is_multiple_of(7)).then(|| PersonColumns::of(&people[number as usize])),
            kept: number.is_multiple_of(3).then(|| KeptRow {
                outcome: "corrected",
                reason: "Téléphone".into(),
                cells: r#"["a"]"#.into(),
            }),
        };
        let mut spill = Spill::new().unwrap();
        (1..500).for_each(|n| spill.push(&row(n).to_bytes().unwrap()).unwrap());
        let mut rows = spill.into_rows().unwrap();
        (1..=100).for_each(|n| assert_eq!(rows.next().unwrap(), Some(row(n))));
        assert_eq!(rows.at(411).unwrap(), row(412));
        (101..500).for_each(|n| assert_eq!(rows.next().unwrap(), Some(row(n))));
        assert_eq!(rows.next().unwrap(), None);
    }
}

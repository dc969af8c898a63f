//! Rows of a list on disk, in a file without a name, between reading them and knowing who is who: a list of any length does
//! not have to fit in memory, and nothing of it is left when the process ends.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use serde::{Deserialize, Serialize};

use crate::domain::retiree::Retiree;

/// A row as it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpilledRow {
    /// Its number in the list, from 1.
    pub number: u32,
    /// The person, unless the row was refused.
    pub retiree: Option<Retiree>,
    /// For a corrected or refused row: which of the two, why, and its cells.
    pub kept: Option<(String, String, Vec<String>)>,
}

impl SpilledRow {
    /// The row as it lies on disk; any thread can make it.
    pub fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(USUAL);
        bytes.resize(LENGTH, 0);
        bytes = postcard::to_extend(self, bytes).map_err(io::Error::other)?;
        let length = u32::try_from(bytes.len() - LENGTH).map_err(io::Error::other)?;
        bytes[..LENGTH].copy_from_slice(&length.to_le_bytes());
        Ok(bytes)
    }
}

/// Bytes that say how many a row has.
const LENGTH: usize = 4;
/// Room for most rows.
const USUAL: usize = 256;

/// Takes rows.
pub struct Spill {
    file: BufWriter<File>,
}

impl Spill {
    /// Nothing yet.
    pub fn new() -> io::Result<Self> {
        Ok(Self { file: BufWriter::with_capacity(1 << 17, tempfile::tempfile()?) })
    }

    /// Adds a row, from [`SpilledRow::to_bytes`].
    pub fn push(&mut self, row: &[u8]) -> io::Result<()> {
        self.file.write_all(row)
    }

    /// The rows, from the first one on.
    pub fn rows(self) -> io::Result<impl Iterator<Item = io::Result<SpilledRow>> + Send + use<>> {
        let mut file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        let end = file.stream_position()?;
        file.seek(SeekFrom::Start(0))?;
        let mut reader = BufReader::with_capacity(1 << 17, file);
        let (mut at, mut buffer) = (0, Vec::new());
        Ok(std::iter::from_fn(move || {
            (at < end).then(|| {
                let mut length = [0; LENGTH];
                reader.read_exact(&mut length)?;
                buffer.resize(u32::from_le_bytes(length) as usize, 0);
                reader.read_exact(&mut buffer)?;
                at += (LENGTH + buffer.len()) as u64;
                postcard::from_bytes(&buffer).map_err(io::Error::other)
            })
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_went() {
        let row = |number| SpilledRow {
            number,
            retiree: Some(Retiree { usage_name: format!("PAGÈS {number}"), ..Retiree::default() }),
            kept: (number % 3 == 0).then(|| ("corrected".to_owned(), "Téléphone".to_owned(), vec!["a".to_owned()])),
        };
        let mut spill = Spill::new().unwrap();
        (1..500).for_each(|n| spill.push(&row(n).to_bytes().unwrap()).unwrap());
        assert!(spill.rows().unwrap().map(Result::unwrap).eq((1..500).map(row)));
    }
}

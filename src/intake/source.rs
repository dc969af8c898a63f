//! Bytes to records, whatever the file is.

use super::delimited::Dialect;
use super::error::FileError;
use super::{charset, workbook};

/// The records of a list.
pub enum Source {
    /// Delimited text, cut into records as they are asked for.
    Text(String, Dialect),
    /// A workbook's sheet.
    Cells(Vec<Vec<String>>),
}

/// How the bytes were read.
pub struct Reading {
    /// « csv », « xlsx » …
    pub format: &'static str,
    /// For text.
    pub encoding: Option<String>,
    /// For text.
    pub delimiter: Option<String>,
}

impl Source {
    /// Reads what the bytes are; the file's name only serves in messages.
    pub fn open(file: &str, bytes: &[u8]) -> Result<(Self, Reading), FileError> {
        let file = file.to_owned();
        if bytes.iter().all(|b| b.is_ascii_whitespace() || *b == 0) {
            return Err(FileError::Empty { file });
        }
        if let Some(kind) = other_kind(bytes) {
            return Err(FileError::NotATable { file, kind });
        }
        if let Some(format) = workbook_format(bytes) {
            let cells = workbook::cells(bytes).map_err(|reason| FileError::Unreadable { file, reason })?;
            return Ok((Self::Cells(cells), Reading { format, encoding: None, delimiter: None }));
        }
        let (text, encoding) = charset::decode(bytes);
        // A zero byte inside text comes from a broken export, and says nothing.
        let text = if text.contains('\0') { text.replace('\0', "") } else { text.into_owned() };
        let dialect = Dialect::of(&text);
        let delimiter = Some(dialect.name().to_owned());
        Ok((Self::Text(text, dialect), Reading { format: "csv", encoding: Some(encoding.to_owned()), delimiter }))
    }

    /// All records in order, the header and what stands above it included.
    pub fn records(&self) -> Box<dyn Iterator<Item = Vec<String>> + '_> {
        match self {
            Self::Text(text, dialect) => Box::new(dialect.records(text).map(|r| r.iter().map(str::to_owned).collect())),
            Self::Cells(rows) => Box::new(rows.iter().cloned()),
        }
    }
}

fn workbook_format(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Some("xls");
    }
    if !bytes.starts_with(b"PK") {
        return None;
    }
    Some(if contains(bytes, b"opendocument.spreadsheet") { "ods" } else { "xlsx" })
}

/// What the file is, where it is no list at all.
fn other_kind(bytes: &[u8]) -> Option<&'static str> {
    let head = bytes[..bytes.len().min(512)].trim_ascii_start();
    let begins = |magic: &[u8]| head.len() >= magic.len() && head[..magic.len()].eq_ignore_ascii_case(magic);
    if begins(b"%PDF") {
        Some("un document PDF")
    } else if begins(b"\x89PNG") || begins(b"\xff\xd8\xff") || begins(b"GIF8") {
        Some("une image")
    } else if begins(b"{\\rtf") {
        Some("un document de traitement de texte")
    } else if begins(b"<!doctype") || begins(b"<html") || begins(b"<?xml") {
        Some("une page web ou un fichier XML")
    } else if begins(b"\x1f\x8b") || begins(b"7z\xbc\xaf") || begins(b"Rar!") {
        Some("une archive compressée")
    } else if begins(b"PK") && contains(bytes, b"word/") {
        Some("un document de traitement de texte")
    } else if begins(b"PK") && !contains(bytes, b"xl/") && !contains(bytes, b"opendocument.spreadsheet") {
        Some("une archive compressée")
    } else {
        None
    }
}

/// Looks near both ends: an archive names its parts at its end.
fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    const NEAR: usize = 1 << 16;
    let ends = [&bytes[..bytes.len().min(NEAR)], &bytes[bytes.len().saturating_sub(NEAR)..]];
    ends.iter().any(|end| end.windows(wanted.len()).any(|w| w == wanted))
}

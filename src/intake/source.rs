//! Bytes to records, whatever the file is.

use std::borrow::Cow;
use std::io::{Read, Seek, SeekFrom};

use super::choices::Choices;
use super::error::FileError;
use super::file::FileContent;
use super::remarks;
use super::text::{Text, TextTrouble};
use super::workbook::{self, Cells, Kind, Trouble};

/// The records of a list.
pub enum Source {
    /// Delimited text, cut into records as they are asked for.
    Text(Text),
    /// A workbook's sheet.
    Cells(Cells),
}

/// A record as it was cut; any thread can make its cells.
pub enum Record {
    /// Of a text.
    Text(csv::ByteRecord),
    /// Of a workbook.
    Cells(Vec<String>),
}

impl Record {
    /// Has no cell anything in it?
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Text(cells) => {
                !cells.as_slice().iter().any(u8::is_ascii_graphic)
                    && String::from_utf8_lossy(cells.as_slice()).trim().is_empty()
            }
            Self::Cells(cells) => cells.iter().all(|c| c.trim().is_empty()),
        }
    }

    /// How many cells it has.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(cells) => cells.len(),
            Self::Cells(cells) => cells.len(),
        }
    }

    /// A cell, without making all of them.
    pub fn cell(&self, at: usize) -> Cow<'_, str> {
        match self {
            Self::Text(cells) => cells.get(at).map_or(Cow::Borrowed(""), text),
            Self::Cells(cells) => cells.get(at).map_or("", String::as_str).into(),
        }
    }

    /// Its cells; the decoder gives nothing but UTF-8.
    pub fn cells(&self) -> Vec<Cow<'_, str>> {
        match self {
            Self::Text(cells) => cells.iter().map(text).collect(),
            Self::Cells(cells) => cells.iter().map(|cell| cell.as_str().into()).collect(),
        }
    }

    /// The same, for good.
    pub fn into_cells(self) -> Vec<String> {
        match self {
            Self::Text(_) => self.cells().into_iter().map(Cow::into_owned).collect(),
            Self::Cells(cells) => cells,
        }
    }
}

/// Quicker than the lossy reading of what is right already, and most is.
fn text(cell: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(cell).map_or_else(|_| String::from_utf8_lossy(cell), Cow::Borrowed)
}

/// How the bytes were read.
#[derive(Default)]
pub struct Reading {
    /// « csv », « xlsx » …
    pub format: &'static str,
    /// For text.
    pub encoding: Option<String>,
    /// For text.
    pub delimiter: Option<String>,
    /// For a workbook: the sheet that was read.
    pub sheet: Option<String>,
    /// For a workbook: all its sheets.
    pub sheets: Vec<String>,
    /// What somebody should look at, as French sentences.
    pub remarks: Vec<String>,
}

const ASK_FOR_TABLE: &str = "Demandez à la caisse un fichier CSV ou Excel (.xlsx).";
const SAVE_AS_TABLE: &str = "Ouvrez-le dans votre tableur, enregistrez-le en .xlsx, puis recommencez.";

/// Bytes that a list may have: ten times a million people.
const MOST_BYTES: u64 = 2_000_000_000;

/// Refuses a file for its size alone, before anybody reads two thousand million bytes to know what they are.
pub fn refuse_size(file: &str, content: &FileContent) -> Result<(), FileError> {
    if content.size() <= MOST_BYTES {
        return Ok(());
    }
    Err(FileError::TooMuch { file: file.to_owned(), what: "plus de deux milliards d’octets".to_owned() })
}

impl Source {
    /// Reads what the bytes are, as `choices` say; the file's name only serves in messages.
    pub fn open(file: &str, content: &FileContent, choices: &Choices) -> Result<(Self, Reading), FileError> {
        let unreadable = |e: std::io::Error| FileError::Unreadable { file: file.to_owned(), reason: e.to_string() };
        if is_blank(content).map_err(unreadable)? {
            return Err(FileError::Empty { file: file.to_owned() });
        }
        let ends = Ends::of(content).map_err(unreadable)?;
        let not_a_table = |kind| FileError::NotATable { file: file.to_owned(), kind, advice: ASK_FOR_TABLE };
        if ends.is_markup() {
            let (kind, advice) = ("une page web ou un fichier XML", SAVE_AS_TABLE);
            return Err(FileError::NotATable { file: file.to_owned(), kind, advice });
        }
        if let Some(kind) = ends.other_kind() {
            return Err(not_a_table(kind));
        }
        if let Some(kind) = ends.workbook() {
            let kind = match kind {
                Kind::Xls => workbook::kind_of_container(content)
                    .ok_or_else(|| not_a_table("un document d’un ancien logiciel de bureau, ou un fichier abîmé"))?,
                other => other,
            };
            return Self::workbook(file, content, kind, choices);
        }
        refuse_size(file, content)?;
        if ends.is_binary() {
            return Err(not_a_table("un fichier que seul un autre logiciel sait lire"));
        }
        let text = Text::open(content, choices.encoding, choices.delimiter).map_err(|trouble| match trouble {
            TextTrouble::Io(error) => unreadable(error),
            TextTrouble::EndlessLine => FileError::TooMuch {
                file: file.to_owned(),
                what: "une ligne de plus d’un million d’octets".to_owned(),
            },
        })?;
        let reading = Reading {
            format: "csv",
            encoding: Some(text.encoding().to_owned()),
            delimiter: Some(text.dialect().name().to_owned()),
            remarks: text.remarks(),
            ..Reading::default()
        };
        Ok((Self::Text(text), reading))
    }

    fn workbook(
        file: &str,
        content: &FileContent,
        kind: Kind,
        choices: &Choices,
    ) -> Result<(Self, Reading), FileError> {
        let sheet = workbook::read(kind, content, choices.sheet.as_deref(), choices.password.as_ref());
        let file = file.to_owned();
        let sheet = sheet.map_err(|trouble| match trouble {
            Trouble::Broken(reason) => FileError::Unreadable { file, reason },
            Trouble::TooMuch(what) => FileError::TooMuch { file, what },
            Trouble::Password => FileError::AsksPassword { file },
            Trouble::WrongPassword => FileError::WrongPassword { file },
            Trouble::NoSuchSheet(names) => FileError::NoSuchSheet {
                file,
                wanted: choices.sheet.clone().unwrap_or_default(),
                sheets: names.join(", "),
            },
        })?;
        let format = match kind {
            Kind::Xlsx | Kind::Protected => "xlsx",
            Kind::Xls => "xls",
            Kind::Ods => "ods",
        };
        let remarks = remarks::of_hidden_rows(sheet.hidden_rows).into_iter().collect();
        let reading = Reading { format, sheet: Some(sheet.name), sheets: sheet.names, remarks, ..Reading::default() };
        Ok((Self::Cells(sheet.cells), reading))
    }

    /// All records in order, the header and what stands above it included.
    pub fn records(&self) -> Box<dyn Iterator<Item = Record> + Send + '_> {
        match self {
            Self::Text(text) => Box::new(text.records().map(Record::Text)),
            Self::Cells(cells) => Box::new(cells.rows().map(Record::Cells)),
        }
    }
}

/// Nothing but blanks and zeros, read piece by piece: a huge empty file is told without being held.
fn is_blank(content: &FileContent) -> std::io::Result<bool> {
    let mut reader = content.reader();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = reader.read(&mut buffer)?;
        if read == 0 {
            return Ok(true);
        }
        if buffer[..read].iter().any(|b| !b.is_ascii_whitespace() && *b != 0) {
            return Ok(false);
        }
    }
}

/// The first and last bytes of a file: they tell what it is. An archive names its parts at its end.
struct Ends {
    head: Vec<u8>,
    tail: Vec<u8>,
}

/// Bytes that are looked at near each end.
const NEAR: u64 = 1 << 16;

impl Ends {
    fn of(content: &FileContent) -> std::io::Result<Self> {
        let mut reader = content.reader();
        let mut read = |from: u64| {
            let mut bytes = Vec::new();
            reader.seek(SeekFrom::Start(from))?;
            reader.by_ref().take(NEAR).read_to_end(&mut bytes)?;
            Ok::<_, std::io::Error>(bytes)
        };
        Ok(Self { head: read(0)?, tail: read(content.size().saturating_sub(NEAR))? })
    }

    fn workbook(&self) -> Option<Kind> {
        if self.head.starts_with(b"\xd0\xcf\x11\xe0") {
            Some(Kind::Xls)
        } else if !self.head.starts_with(b"PK") {
            None
        } else if self.contain(b"opendocument.spreadsheet") {
            Some(Kind::Ods)
        } else {
            Some(Kind::Xlsx)
        }
    }

    /// What many programs write and call .xls: a spreadsheet program finds the table in it.
    fn is_markup(&self) -> bool {
        [&b"<!doctype"[..], b"<html", b"<?xml", b"<table", b"<head", b"<meta", b"<style"]
            .iter()
            .any(|tag| self.begins(tag))
    }

    fn begins(&self, magic: &[u8]) -> bool {
        let head = self.head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.head);
        let head = head[..head.len().min(512)].trim_ascii_start();
        head.len() >= magic.len() && head[..magic.len()].eq_ignore_ascii_case(magic)
    }

    /// What the file is, where it is no list at all.
    fn other_kind(&self) -> Option<&'static str> {
        let begins = |magic: &[u8]| self.begins(magic);
        if begins(b"%PDF") {
            Some("un document PDF")
        } else if begins(b"\x89PNG") || begins(b"\xff\xd8\xff") || begins(b"GIF8") {
            Some("une image")
        } else if begins(b"{\\rtf") {
            Some("un document de traitement de texte")
        } else if begins(b"\x1f\x8b") || begins(b"7z\xbc\xaf") || begins(b"Rar!") {
            Some("une archive compressée")
        } else if begins(b"\x7fELF") || begins(b"MZ\x90") {
            Some("un programme")
        } else if begins(b"PK") && self.contain(b"word/") {
            Some("un document de traitement de texte")
        } else if begins(b"PK") && self.contain(b"ppt/") {
            Some("une présentation")
        } else if begins(b"PK") && !self.contain(b"xl/") && !self.contain(b"opendocument.spreadsheet") {
            Some("une archive compressée")
        } else {
            None
        }
    }

    /// One sign in ten that no text has. Zeros are for the encodings to judge.
    fn is_binary(&self) -> bool {
        let odd = |b: &&u8| matches!(b, 1..=8 | 14..=26 | 28..=31 | 127);
        self.head.iter().filter(odd).count() * 10 > self.head.len()
    }

    fn contain(&self, wanted: &[u8]) -> bool {
        [&self.head, &self.tail].iter().any(|end| end.windows(wanted.len()).any(|w| w == wanted))
    }
}

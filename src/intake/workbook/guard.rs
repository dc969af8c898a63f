//! What a workbook is looked at for before a reader may open it: how much comes out of the archive, how far apart the cells
//! of an old sheet stand.

use std::io::{BufReader, Read, Seek, SeekFrom};

use zip::ZipArchive;

use super::{Kind, Trouble, broken};
use crate::intake::file::{FileContent, FileReader};

/// Parts of a workbook's archive; real ones have some tens.
const MOST_PARTS: u64 = 4096;
/// Bytes of the archive's directory.
const MOST_DIRECTORY: u64 = 4 << 20;
/// Bytes that all parts together come to: a million rows of thirty columns.
const MOST_UNPACKED: u64 = 2 << 30;
/// Bytes of a part that is held in memory: the texts, the styles.
const MOST_HELD: u64 = 384 << 20;
/// Bytes of a row's mark that are looked at.
const MOST_MARK: usize = 512;
/// Bytes between two marks of an XML part: a cell holds 32,767 characters.
const MOST_TEXT_RUN: u64 = 1 << 20;
/// Real sheets unpack to ten or thirty times their size, what is made to burst to a thousand times.
const MOST_RATIO: u64 = 150;
/// What a ratio says nothing about.
const SMALL: u64 = 32 << 20;
/// Cells that an old sheet's reader lays out, filled or not, over all sheets.
const MOST_SPREAD: u64 = 8 << 20;

/// The archive, once everything in it was unpacked to nowhere and found bearable (the directory may lie about sizes), with how
/// many rows of its sheets are hidden.
pub fn archive(content: &FileContent) -> Result<(ZipArchive<BufReader<FileReader>>, u32), Trouble> {
    directory(content)?;
    let mut archive = ZipArchive::new(BufReader::new(content.reader())).map_err(broken)?;
    let (mut whole, mut hidden) = (0, HiddenRows::default());
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).map_err(broken)?;
        // Nothing is left out by its name: a workbook says itself which part is what.
        let name = part.name().map_err(broken)?;
        let sheet = name.contains("worksheets/") || name == "content.xml";
        let packed = part.compressed_size();
        let most = if sheet { MOST_UNPACKED } else { MOST_HELD };
        let size = unpacked(&mut part, packed, most, |block| {
            if sheet {
                hidden.see(block);
            }
        })?;
        hidden.end();
        whole += size;
        if whole > MOST_UNPACKED {
            return Err(burst());
        }
    }
    Ok((archive, hidden.count))
}

/// Counts the rows that a filter or a hand hides, in the XML of sheets as it goes by.
#[derive(Default)]
struct HiddenRows {
    /// What was read since the last mark began.
    mark: Vec<u8>,
    count: u32,
}

impl HiddenRows {
    fn see(&mut self, block: &[u8]) {
        let mut pieces = block.split(|b| *b == b'<');
        if let Some(rest) = pieces.next() {
            self.go_on(rest);
        }
        for piece in pieces {
            self.end();
            self.go_on(piece);
        }
    }

    fn go_on(&mut self, piece: &[u8]) {
        let room = MOST_MARK.saturating_sub(self.mark.len()).min(piece.len());
        self.mark.extend_from_slice(&piece[..room]);
    }

    /// The mark is whole.
    fn end(&mut self) {
        const ROWS: [(&[u8], [&[u8]; 2]); 2] = [
            (b"row ", [b" hidden=\"1\"", b" hidden=\"true\""]),
            (b"table:table-row ", [b" table:visibility=\"filter\"", b" table:visibility=\"collapse\""]),
        ];
        let mark = self.mark.split(|b| *b == b'>').next().unwrap_or_default();
        let says = |text: &[u8]| mark.windows(text.len()).any(|w| w == text);
        let hides = ROWS.iter().any(|(row, hidden)| mark.starts_with(row) && hidden.iter().any(|text| says(text)));
        self.count += u32::from(hides);
        self.mark.clear();
    }
}

/// How many bytes come out of a part, if they stay within bounds; `see` sees them.
fn unpacked(part: &mut impl Read, packed: u64, most: u64, mut see: impl FnMut(&[u8])) -> Result<u64, Trouble> {
    let mut buffer = vec![0; 1 << 16];
    let (mut size, mut run) = (0u64, 0u64);
    loop {
        let read = part.read(&mut buffer).map_err(broken)?;
        if read == 0 {
            return Ok(size);
        }
        size += read as u64;
        let bytes = &buffer[..read];
        run = match bytes.iter().rposition(|b| *b == b'<') {
            Some(last) => (read - last) as u64,
            None => run + read as u64,
        };
        if size > most || run > MOST_TEXT_RUN || (size > SMALL && size > packed.saturating_mul(MOST_RATIO)) {
            return Err(burst());
        }
        see(bytes);
    }
}

fn burst() -> Trouble {
    Trouble::TooMuch("une fois décompressé, son contenu est démesuré".to_owned())
}

/// The archive's end says how many parts its directory names.
fn directory(content: &FileContent) -> Result<(), Trouble> {
    const END: usize = 22;
    const COMMENT: u64 = 1 << 16;
    let mut reader = content.reader();
    let from = content.size().saturating_sub(COMMENT + END as u64);
    let mut tail = Vec::new();
    reader.seek(SeekFrom::Start(from)).and_then(|_| reader.read_to_end(&mut tail)).map_err(broken)?;
    let at = tail.windows(4).rposition(|w| w == b"PK\x05\x06").filter(|at| tail.len() - at >= END);
    let Some(at) = at else { return Err(Trouble::Broken("il est coupé : la fin manque".to_owned())) };
    let end = &tail[at..at + END];
    let parts = u64::from(u16::from_le_bytes([end[10], end[11]]));
    let bytes = u64::from(u32::from_le_bytes([end[12], end[13], end[14], end[15]]));
    if parts > MOST_PARTS || bytes > MOST_DIRECTORY {
        return Err(Trouble::TooMuch("son sommaire est démesuré".to_owned()));
    }
    Ok(())
}

/// Is it an encrypted container or an old workbook?
pub fn kind_of_container(content: &FileContent) -> Option<Kind> {
    let container = cfb::CompoundFile::open(BufReader::new(content.reader())).ok()?;
    if container.is_stream("/EncryptedPackage") {
        Some(Kind::Protected)
    } else if container.is_stream("/Workbook") || container.is_stream("/Book") {
        Some(Kind::Xls)
    } else {
        None
    }
}

/// Looks at the place of every cell of an old workbook: its reader lays out the whole rectangle around them. Gives how many
/// rows are hidden.
pub fn spread(content: &FileContent) -> Result<u32, Trouble> {
    let mut container = cfb::CompoundFile::open(BufReader::new(content.reader())).map_err(broken)?;
    let name = if container.is_stream("/Workbook") { "/Workbook" } else { "/Book" };
    let mut stream = BufReader::new(container.open_stream(name).map_err(broken)?);
    let (mut spread, mut sheet, mut hidden) = (0u64, Rectangle::default(), 0);
    let mut head = [0; 4];
    while stream.read_exact(&mut head).is_ok() {
        let (kind, length) = (u16::from_le_bytes([head[0], head[1]]), u16::from_le_bytes([head[2], head[3]]));
        let mut body = vec![0; usize::from(length)];
        if stream.read_exact(&mut body).is_err() {
            break;
        }
        match kind {
            // The beginning of a sheet.
            0x0809 | 0x0409 | 0x0209 | 0x0009 => spread += std::mem::take(&mut sheet).cells(),
            // Numbers, texts, formulas, blanks, and several of them at once.
            0x0006 | 0x00BD | 0x00BE | 0x00D6 | 0x00FD | 0x0201..=0x0205 | 0x027E | 0x0406 | 0x0206
                if body.len() >= 4 =>
            {
                let word = |at: usize| u16::from_le_bytes([body[at], body[at + 1]]);
                let last = if matches!(kind, 0x00BD | 0x00BE) { word(body.len() - 2) } else { word(2) };
                sheet.hold(word(0), word(2).max(last));
            }
            // A row: the sixth bit of its options says that it has no height.
            0x0208 if body.len() >= 16 => hidden += u32::from(body[12] & 0x20 != 0),
            _ => {}
        }
        if spread + sheet.cells() > MOST_SPREAD {
            return Err(Trouble::TooMuch("des cellules remplies très loin les unes des autres".to_owned()));
        }
    }
    Ok(hidden)
}

/// The rows and columns that hold something, from the sheet's corner on.
#[derive(Default)]
struct Rectangle {
    rows: u64,
    columns: u64,
}

impl Rectangle {
    fn hold(&mut self, row: u16, column: u16) {
        self.rows = self.rows.max(u64::from(row) + 1);
        self.columns = self.columns.max(u64::from(column) + 1);
    }

    fn cells(&self) -> u64 {
        self.rows * self.columns
    }
}

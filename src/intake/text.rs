//! Delimited text, decoded and cut as it is read: a list of any length costs the memory of one record.

use std::io::{self, Read};

use super::charset::{Decoding, Sniffer};
use super::choices::{Charset, Delimiter};
use super::delimited::{Dialect, OpenQuote, Quotes};
use super::file::{FileContent, FileReader};

/// A text that can be read as often as wanted.
pub struct Text {
    content: FileContent,
    decoding: Decoding,
    dialect: Dialect,
    /// Quotes that nobody closed: the reader does not see them.
    open_quotes: Vec<OpenQuote>,
}

/// Why a text is not read at all.
#[derive(Debug)]
pub enum TextTrouble {
    /// The file does not let itself be read.
    Io(io::Error),
    /// A line that no list has: another kind of file, or one that would not fit in memory.
    EndlessLine,
}

impl From<io::Error> for TextTrouble {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Bytes that a line may have. An address list has some hundred; what has more without an end is no list, and a record
/// must fit in memory.
const LONGEST_LINE: usize = 1 << 20;
/// Bytes of decoded text by which the delimiter is judged: well over two hundred records.
const SAMPLE: u64 = 1 << 18;
/// Where more quotes are left open, quotes mean nothing in the text.
const MOST_OPEN_QUOTES: usize = 8;
/// Bytes that are read at once.
const BLOCK: usize = 1 << 16;

impl Text {
    /// Finds out how the text is encoded and cut, unless somebody says it, by going through it once.
    pub fn open(
        content: &FileContent,
        charset: Option<Charset>,
        delimiter: Option<Delimiter>,
    ) -> Result<Self, TextTrouble> {
        let mut sniffer = Sniffer::default();
        let mut line = 0;
        each_block(&mut content.reader(), |block| {
            sniffer.see(block);
            for part in block.split_inclusive(|b| matches!(b, b'\n' | b'\r')) {
                line += part.len();
                if line > LONGEST_LINE {
                    return Err(TextTrouble::EndlessLine);
                }
                line = if part.ends_with(b"\n") || part.ends_with(b"\r") { 0 } else { line };
            }
            Ok(())
        })?;
        let decoding = charset.map_or_else(|| sniffer.decoding(), Decoding::chosen);
        let mut sample = Vec::new();
        decoded(content, &decoding, &[]).take(SAMPLE).read_to_end(&mut sample)?;
        let sample = String::from_utf8_lossy(&sample);
        let mut dialect = Dialect {
            delimiter: delimiter.map_or_else(|| Dialect::delimiter_of(&sample), |d| d.byte()),
            quoting: true,
        };
        let mut open_quotes = Vec::new();
        while sniffer.quotes && dialect.quoting {
            let mut quotes = Quotes::new(dialect.delimiter, &open_quotes);
            each_block(&mut decoded(content, &decoding, &[]), |block| {
                quotes.see(block);
                Ok(())
            })?;
            let Some(open) = quotes.open() else { break };
            open_quotes.push(open);
            dialect.quoting = open_quotes.len() <= MOST_OPEN_QUOTES;
        }
        Ok(Self { content: content.clone(), decoding, dialect, open_quotes })
    }

    /// What is wrong with the text and was read all the same.
    pub fn remarks(&self) -> Vec<String> {
        let lines: Vec<String> = self.open_quotes.iter().map(|quote| quote.line.to_string()).collect();
        match lines.as_slice() {
            [] => Vec::new(),
            [line] => vec![format!(
                "Un guillemet n’est pas fermé à la ligne {line} du fichier\u{a0}: il est lu comme un signe. Comparez cette ligne à la liste."
            )],
            _ => vec![format!(
                "Des guillemets ne sont pas fermés aux lignes {} du fichier\u{a0}: ils sont lus comme des signes. Comparez ces lignes à la liste.",
                lines.join(", ")
            )],
        }
    }

    /// The name of its encoding.
    pub fn encoding(&self) -> &'static str {
        self.decoding.name()
    }

    /// How it is cut.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The records in order, each with as many cells as it has.
    pub fn records(&self) -> impl Iterator<Item = csv::ByteRecord> + Send + use<> {
        let mut reader = self.dialect.reader(decoded(&self.content, &self.decoding, &self.open_quotes));
        let mut record = csv::ByteRecord::new();
        std::iter::from_fn(move || {
            // A disk that fails in the middle ends the list; its rows are counted twice, and the counts must agree.
            let more = reader.read_byte_record(&mut record).unwrap_or(false);
            more.then(|| record.clone())
        })
    }
}

fn each_block(
    reader: &mut impl Read,
    mut see: impl FnMut(&[u8]) -> Result<(), TextTrouble>,
) -> Result<(), TextTrouble> {
    let mut buffer = vec![0; BLOCK];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(()),
            read => see(&buffer[..read])?,
        }
    }
}

/// The text, with a blank for each of these quotes.
fn decoded(content: &FileContent, decoding: &Decoding, blanked: &[OpenQuote]) -> Decoded {
    let mut raw = content.reader();
    raw.skip(decoding.mark());
    Decoded {
        raw,
        decoder: decoding.decoder(),
        input: vec![0; BLOCK],
        output: Vec::new(),
        given: 0,
        before: 0,
        blanked: blanked.iter().map(|quote| quote.at).collect(),
        ended: false,
    }
}

/// Reads UTF-8 out of whatever the bytes are. A zero byte inside text comes from a broken export, and says nothing.
struct Decoded {
    raw: FileReader,
    decoder: super::charset::Decoder,
    input: Vec<u8>,
    output: Vec<u8>,
    given: usize,
    /// Bytes that went by before `output`, and those to blank.
    before: u64,
    blanked: Vec<u64>,
    ended: bool,
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.output.len() && !self.ended {
            let read = self.raw.read(&mut self.input)?;
            self.ended = read == 0;
            self.before += self.output.len() as u64;
            self.output.clear();
            self.given = 0;
            self.decoder.decode(&self.input[..read], self.ended, &mut self.output);
            if self.output.contains(&0) {
                self.output.retain(|b| *b != 0);
            }
            for at in &self.blanked {
                let here = at.checked_sub(self.before).and_then(|at| self.output.get_mut(usize::try_from(at).ok()?));
                here.into_iter().for_each(|quote| *quote = b' ');
            }
        }
        let rest = &self.output[self.given..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn records(bytes: &[u8]) -> Vec<Vec<String>> {
        let text = Text::open(&FileContent::new(bytes.to_vec()), None, None).unwrap();
        text.records().map(|r| r.iter().map(|c| String::from_utf8(c.to_vec()).unwrap()).collect()).collect()
    }

    #[test]
    fn cells_come_back_from_every_encoding_and_over_blocks() {
        let line = "Mme;PAGÈS;Éliane;Nîmes;«\u{a0}L’Hôpital\u{a0}»\n";
        let text = line.repeat(5000);
        let wanted: Vec<String> = line.trim_end().split(';').map(str::to_owned).collect();
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let windows = encoding_rs::WINDOWS_1252.encode(&text).0.into_owned();
        for bytes in [text.clone().into_bytes(), format!("\u{feff}{text}").into_bytes(), utf16, windows] {
            let found = records(&bytes);
            assert_eq!(found.len(), 5000);
            assert!(found.iter().all(|r| *r == wanted), "{:?}", found[0]);
        }
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let endless = FileContent::new(vec![b'a'; LONGEST_LINE + 2]);
        assert!(matches!(Text::open(&endless, None, None), Err(TextTrouble::EndlessLine)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            if let Ok(text) = Text::open(&FileContent::new(bytes), None, None) {
                prop_assert!(text.records().count() <= 601);
            }
        }
    }
}

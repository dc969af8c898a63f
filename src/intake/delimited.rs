//! Delimited text: which delimiter, and whether quotes hold cells together.

use std::io::Read;

/// How a text is cut into records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// The byte between cells.
    pub delimiter: u8,
    /// Do quotes hold a cell together? Not where one quote was left open.
    pub quoting: bool,
}

impl Dialect {
    /// The delimiter that cuts the first records into the same number of cells most often.
    pub fn delimiter_of(text: &str) -> u8 {
        let head = head(text, SAMPLE_RECORDS);
        [b';', b',', b'\t', b'|'].into_iter().rev().max_by_key(|d| evenness(head, *d)).unwrap_or(b';')
    }

    /// « ; », « , », « tabulation » or « | ».
    pub fn name(self) -> &'static str {
        match self.delimiter {
            b',' => ",",
            b'\t' => "tabulation",
            b'|' => "|",
            _ => ";",
        }
    }

    /// Cuts UTF-8 into records, each with as many cells as it has.
    pub fn reader<R: Read>(self, text: R) -> csv::Reader<R> {
        csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .quoting(self.quoting)
            .from_reader(text)
    }
}

/// Looks for the first quote that nobody closed, in a text that goes by. An address has a few lines; a cell of many is such a
/// quote, and so is one whose end stands in the middle of another cell.
pub struct Quotes<'k> {
    delimiter: u8,
    known: &'k [OpenQuote],
    state: Where,
    /// Bytes and line breaks that went by.
    at: u64,
    line: u64,
    /// Where the cell in quotes begins, and its line breaks.
    begins: OpenQuote,
    lines: usize,
    open: bool,
}

/// A quote that is never closed: its byte, from 0, and its line, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenQuote {
    /// The byte of the text.
    pub at: u64,
    /// The line of the text.
    pub line: u64,
}

/// Where in a record the last byte was.
#[derive(PartialEq)]
enum Where {
    Begin,
    Plain,
    Quoted,
    /// A quote inside quotes: the end, or the first of two.
    Quote,
}

impl<'k> Quotes<'k> {
    /// Nothing was seen yet of a text cut by this delimiter, whose first open quotes are `known` and read as signs like others.
    pub fn new(delimiter: u8, known: &'k [OpenQuote]) -> Self {
        let begins = OpenQuote { at: 0, line: 1 };
        Self { delimiter, known, state: Where::Begin, at: 0, line: 1, begins, lines: 0, open: false }
    }

    /// Takes the next block into account.
    pub fn see(&mut self, block: &[u8]) {
        for byte in block {
            if self.open {
                return;
            }
            let ends = *byte == self.delimiter || matches!(byte, b'\n' | b'\r');
            self.state = match self.state {
                Where::Begin if *byte == b'"' && !self.known.iter().any(|quote| quote.at == self.at) => {
                    self.lines = 0;
                    self.begins = OpenQuote { at: self.at, line: self.line };
                    Where::Quoted
                }
                Where::Quoted if *byte != b'"' => {
                    self.lines += usize::from(*byte == b'\n');
                    self.open |= self.lines > MAX_LINES_OF_A_CELL;
                    Where::Quoted
                }
                Where::Quoted => Where::Quote,
                Where::Quote if *byte == b'"' => Where::Quoted,
                _ if ends => Where::Begin,
                Where::Quote => {
                    // « "12 rue Basse⏎…;"Mende » : the quote that opens the next cell was taken for the end of this one.
                    self.open |= self.lines > 0;
                    Where::Plain
                }
                _ => Where::Plain,
            };
            self.at += 1;
            self.line += u64::from(*byte == b'\n');
        }
    }

    /// The first that is open, now that the whole text went by.
    pub fn open(&self) -> Option<OpenQuote> {
        (self.open || self.state == Where::Quoted).then_some(self.begins)
    }
}

const SAMPLE_RECORDS: usize = 200;
const MAX_LINES_OF_A_CELL: usize = 12;

fn head(text: &str, lines: usize) -> &str {
    text.match_indices('\n').nth(lines).map_or(text, |(at, _)| &text[..at])
}

/// Records that have the most frequent number of cells (more than one), then how many cells that is.
fn evenness(text: &str, delimiter: u8) -> (usize, usize) {
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    // Text in memory can always be read.
    for record in (Dialect { delimiter, quoting: true }).reader(text.as_bytes()).records().map_while(Result::ok) {
        if record.len() > 1 {
            *counts.entry(record.len()).or_default() += 1;
        }
    }
    counts.into_iter().map(|(cells, times)| (times, cells)).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_found() {
        for (text, delimiter) in [
            ("nom;ville\nPAGES;Mende, Lozere\nBRUN;Mende, Lozere", b';'),
            ("nom,ville\nPAGES,Mende\n", b','),
            ("nom\tville\nPAGES\tMende", b'\t'),
            ("nom|ville\nPAGES|Mende", b'|'),
            ("Liste de la caisse; extraction\n\nnom,prenom,ville\nA,B,C\nA,B,C", b','),
        ] {
            assert_eq!(Dialect::delimiter_of(text), delimiter, "{text}");
        }
    }

    fn open_quote(text: &str) -> Option<OpenQuote> {
        let mut quotes = Quotes::new(b';', &[]);
        // Blocks end anywhere.
        text.as_bytes().chunks(7).for_each(|block| quotes.see(block));
        quotes.open()
    }

    fn has_open_quote(text: &str) -> bool {
        open_quote(text).is_some()
    }

    #[test]
    fn an_open_quote_is_found_wherever_it_stands() {
        let rows = "BRUN;2 rue Basse\n";
        let many = rows.repeat(40);
        for (text, line) in [
            (format!("nom;adresse\nPAGES;\"1 rue Basse\n{many}"), 2),
            (format!("nom;adresse\n{many}PAGES;\"1 rue Basse\n{rows}"), 42),
            (format!("nom;adresse\nPAGES;\"1 rue Basse\n{rows}PIC;\"3 rue Basse\nLe Bourg\"\n{many}"), 2),
        ] {
            let open = open_quote(&text).unwrap();
            assert_eq!((open.line, &text.as_bytes()[open.at as usize..][..6]), (line, &b"\"1 rue"[..]), "{text}");
            let known = [open];
            let mut again = Quotes::new(b';', &known);
            again.see(text.as_bytes());
            assert_eq!(again.open(), None, "{text}");
        }
    }

    #[test]
    fn line_breaks_in_quotes_hold_together_and_an_open_quote_does_not_eat_the_list() {
        assert!(!has_open_quote("nom;adresse\nPAGES;\"1 rue Basse\nLe Bourg\"\n"));
        assert!(!has_open_quote(&"PAGES;\"dite \"\"Lili\"\"\";1 rue\n".repeat(40)));
        assert!(!has_open_quote(&"PAGES;12\" rue Basse\n".repeat(40)));
        assert!(has_open_quote(&format!("nom;adresse\nPAGES;\"1 rue Basse\n{}", "BRUN;2 rue Basse\n".repeat(40))));
    }
}

//! Delimited text: which delimiter, and the records one by one.

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
    pub fn of(text: &str) -> Self {
        let head = head(text, SAMPLE_RECORDS);
        let best = [b';', b',', b'\t', b'|'].into_iter().rev().max_by_key(|d| evenness(head, *d)).unwrap_or(b';');
        Self::with(text, best)
    }

    /// This delimiter, as somebody chose it.
    pub fn with(text: &str, delimiter: u8) -> Self {
        let quoted = Self { delimiter, quoting: true };
        Self { quoting: !quoted.has_open_quote(text), ..quoted }
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

    /// The records in order, each with as many cells as it has.
    pub fn records(self, text: &str) -> impl Iterator<Item = csv::StringRecord> {
        // Text in memory can always be read, and a record may have any number of cells.
        self.reader(text).into_records().filter_map(Result::ok)
    }

    fn reader(self, text: &str) -> csv::Reader<&[u8]> {
        csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .quoting(self.quoting)
            .from_reader(text.as_bytes())
    }

    /// An address has a few lines; a cell of many lines is a quote that nobody closed.
    fn has_open_quote(self, text: &str) -> bool {
        text.contains('"')
            && self
                .records(text)
                .any(|r| r.iter().any(|c| c.bytes().filter(|b| *b == b'\n').count() > MAX_LINES_OF_A_CELL))
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
    for record in (Dialect { delimiter, quoting: true }).records(text) {
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
        for (text, name) in [
            ("nom;ville\nPAGES;Mende, Lozere\nBRUN;Mende, Lozere", ";"),
            ("nom,ville\nPAGES,Mende\n", ","),
            ("nom\tville\nPAGES\tMende", "tabulation"),
            ("nom|ville\nPAGES|Mende", "|"),
            ("Liste de la caisse; extraction\n\nnom,prenom,ville\nA,B,C\nA,B,C", ","),
        ] {
            assert_eq!(Dialect::of(text).name(), name, "{text}");
        }
    }

    #[test]
    fn line_breaks_in_quotes_hold_together_and_an_open_quote_does_not_eat_the_list() {
        let text = "nom;adresse\nPAGES;\"1 rue Basse\nLe Bourg\"\n";
        assert_eq!(Dialect::of(text).records(text).count(), 2);
        let open = format!("nom;adresse\nPAGES;\"1 rue Basse\n{}", "BRUN;2 rue Basse\n".repeat(40));
        assert_eq!(Dialect::of(&open).records(&open).count(), 42);
    }
}

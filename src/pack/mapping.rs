//! How a list is to be read, as `mapping.toml` says it.

use super::Section;

/// Something written at a line, for the caller to understand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The line, from 1.
    pub line: usize,
    /// The text as it stands there.
    pub text: String,
}

/// What `mapping.toml` says about reading a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mapping {
    /// The encoding.
    pub encoding: Option<Written>,
    /// What stands between cells.
    pub delimiter: Option<Written>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The record of the header, from 1; 0 for none.
    pub header_row: Option<u32>,
    /// Each column by its name, with what it holds; empty for nothing of use.
    pub columns: Vec<(String, Written)>,
}

/// Reads it.
pub fn mapping(section: &mut Section<'_>) -> Mapping {
    let mapping = Mapping {
        encoding: section.optional_written("encoding"),
        delimiter: section.optional_written("delimiter"),
        sheet: section.optional_written("sheet").map(|w| w.text),
        header_row: section.optional_number("header_row", 0..=10_000).and_then(|n| u32::try_from(n).ok()),
        columns: Vec::new(),
    };
    Mapping { columns: section.optional_written_all("columns"), ..mapping }
}

//! A funder's file: bytes to rows to retirees. Every row has its outcome: accepted, corrected with what was corrected, or
//! refused with the reason. No database.

mod address;
mod align;
mod charset;
mod choices;
mod columns;
mod contacts;
mod content;
mod dates;
mod death;
mod delimited;
mod error;
mod field;
mod file;
mod header;
mod list;
mod look;
mod names;
mod naming;
mod neighbours;
mod nir;
mod normalise;
mod objection;
mod outcome;
mod parallel;
mod place;
mod reading;
mod remarks;
mod return_sheet;
mod source;
mod text;
mod workbook;

pub use choices::{Charset, Choices, Delimiter, Password};
pub use dates::birth;
pub use error::FileError;
pub use field::Field;
pub use file::{FileContent, FileReader, ReadAt};
pub use list::{List, ListFacts, Row, open, open_people};
pub use look::{Look, look};
pub use outcome::{Correction, Outcome, Refusal};
pub use return_sheet::{ReturnError, read_return_sheet};
pub use source::refuse_size;

#[cfg(test)]
mod fault_tests;
#[cfg(test)]
mod file_tests;
#[cfg(test)]
mod tests;

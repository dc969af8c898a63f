//! What is shown of a list before anything is done with it.

use super::choices::Choices;
use super::error::FileError;
use super::file::FileContent;
use super::list::{ListFacts, prepare};

/// A list as it was understood, with a sample of its cells. No column of social security numbers is in it, nor any such
/// number in another cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// How it was read.
    pub facts: ListFacts,
    /// The first rows.
    pub first: Vec<Vec<String>>,
    /// The last row: a file that was cut looks whole.
    pub last: Option<Vec<String>>,
    /// What keeps it from being taken in as it is: a column is missing, or there are no rows.
    pub problem: Option<FileError>,
}

/// Looks at a list and shows its first `sample` rows. A list that lacks a column can be looked at, so that somebody can say
/// which it is; `choices` win over what is found.
pub fn look(file_name: &str, content: &FileContent, choices: &Choices, sample: usize) -> Result<Look, FileError> {
    let list = prepare(file_name, content, choices)?;
    let (mut first, mut last, mut rows) = (Vec::new(), None, 0);
    for cells in list.kept_rows() {
        rows += 1;
        if first.len() < sample {
            first.push(cells.clone());
        }
        last = Some(cells);
    }
    let empty = (rows == 0).then(|| FileError::NoRows { file: file_name.to_owned() });
    let problem = list.check(file_name).err().or(empty);
    Ok(Look { facts: ListFacts { rows, ..list.facts().clone() }, first, last, problem })
}

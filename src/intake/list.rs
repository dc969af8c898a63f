//! A list: opened once, read as often as wanted.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::choices::Choices;
use super::columns::Columns;
use super::content::Profile;
use super::error::FileError;
use super::field::Field;
use super::file::FileContent;
use super::header::Header;
use super::names::{self, NameStyle};
use super::neighbours::{Asked, Neighbours};
use super::normalise::Normaliser;
use super::outcome::{Correction, Outcome};
use super::place::Places;
use super::reading::Reading;
use super::source::Source;
use super::{align, nir, parallel};
use crate::domain::commune::{Gazetteer, Postcode};

/// A funder's list. Columns of social security numbers are dropped when it is opened: no method gives them.
pub struct List {
    source: Source,
    first_row: usize,
    width: usize,
    kept: Vec<usize>,
    names: Vec<String>,
    columns: Columns,
    style: NameStyle,
    departments: Vec<String>,
    neighbours: Neighbours,
    facts: ListFacts,
}

/// How the list was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListFacts {
    /// « csv », « xlsx », « xls » or « ods ».
    pub format: String,
    /// The encoding, for text.
    pub encoding: Option<String>,
    /// The delimiter, for text.
    pub delimiter: Option<String>,
    /// The sheet that was read, for a workbook.
    pub sheet: Option<String>,
    /// All sheets of a workbook.
    pub sheets: Vec<String>,
    /// The record of the header, from 1; nothing where the list has none.
    pub header_row: Option<usize>,
    /// Each kept column with what it holds, where that is known.
    pub columns: Vec<(String, Option<Field>)>,
    /// The names of the columns that were dropped because they hold social security numbers.
    pub dropped: Vec<String>,
    /// Rows that are not blank.
    pub rows: u32,
}

/// One row with its outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// From 1, the first under the header; blank lines are not counted.
    pub number: u32,
    /// Its cells as written, less the dropped columns and any social security number.
    pub cells: Vec<String>,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// Opens a list: format, encoding, delimiter, header and columns are found by themselves. `file_name` only serves in
/// messages; what the file is, its bytes say. `choices` win over what is found.
pub fn open(file_name: &str, content: &FileContent, choices: &Choices) -> Result<List, FileError> {
    let mut list = prepare(file_name, content, choices)?;
    list.check(file_name)?;
    list.survey();
    if list.facts.rows == 0 { Err(FileError::NoRows { file: file_name.to_owned() }) } else { Ok(list) }
}

/// A list whose columns are known, before its rows were surveyed: it may lack what every row needs.
pub(super) fn prepare(file_name: &str, content: &FileContent, choices: &Choices) -> Result<List, FileError> {
    let (source, reading) = Source::open(file_name, content, choices)?;
    let head_records = choices.header_row.map_or(0, |row| row as usize).clamp(HEAD_RECORDS, MOST_HEAD_RECORDS);
    let head: Vec<Vec<String>> = source.records().take(head_records).collect();
    let header = Header::find(&head, choices.header_row);
    let width = header.names.len();
    let rows = || source.records().skip(header.first_row()).filter(|r| !is_blank(r));
    let mut profiles = vec![Profile::default(); width];
    for row in rows().take(PROFILED_ROWS) {
        for (profile, cell) in profiles.iter_mut().zip(&row) {
            profile.see(cell);
        }
    }
    let columns = Columns::decide(&header.fields, &profiles).overruled(&header.names, &choices.columns);
    let dropped: Vec<usize> = columns.of(Field::Nir).collect();
    let kept: Vec<usize> = (0..width).filter(|i| !dropped.contains(i)).collect();
    let columns = columns.only(&kept);
    let names: Vec<String> = kept.iter().map(|i| header.names[*i].clone()).collect();
    Ok(List {
        facts: ListFacts {
            format: reading.format.to_owned(),
            encoding: reading.encoding,
            delimiter: reading.delimiter,
            sheet: reading.sheet,
            sheets: reading.sheets,
            header_row: header.record.map(|r| r + 1),
            columns: names.iter().cloned().zip(columns.fields().iter().copied()).collect(),
            dropped: dropped.iter().map(|i| header.names[*i].clone()).collect(),
            rows: 0,
        },
        first_row: header.first_row(),
        style: NameStyle::default(),
        departments: Vec::new(),
        neighbours: Neighbours::default(),
        source,
        width,
        kept,
        names,
        columns,
    })
}

/// Titles above a header are few, and this many rows show how wide the table is.
const HEAD_RECORDS: usize = 200;
/// A header that somebody points at may stand further down, but no further.
const MOST_HEAD_RECORDS: usize = 10_000;
/// Enough rows to judge a column.
const PROFILED_ROWS: usize = 2000;

impl List {
    /// How it was read.
    pub fn facts(&self) -> &ListFacts {
        &self.facts
    }

    /// The columns' names, less the dropped ones.
    pub fn header(&self) -> &[String] {
        &self.names
    }

    /// Every row with its outcome, in order. Ages that cannot be are judged on the day the list was received.
    pub fn rows<'a>(&'a self, gazetteer: &'a Gazetteer, received_on: NaiveDate) -> impl Iterator<Item = Row> + 'a {
        let mut normaliser = self.normaliser(gazetteer, received_on);
        self.numbered_rows().map(move |row| normaliser.row(row))
    }

    /// The same by several threads: calls `take` with what `make` makes of every row, in order.
    pub fn each_row<R: Send>(
        &self,
        gazetteer: &Gazetteer,
        received_on: NaiveDate,
        make: impl Fn(Row) -> R + Sync,
        take: impl FnMut(R),
    ) {
        let make = &make;
        let worker = || {
            let mut normaliser = self.normaliser(gazetteer, received_on);
            move |row| make(normaliser.row(row))
        };
        parallel::in_order(self.numbered_rows(), worker, take);
    }

    fn normaliser<'a>(&'a self, gazetteer: &'a Gazetteer, received_on: NaiveDate) -> Normaliser<'a, 'a> {
        Normaliser {
            reading: self.reading(),
            neighbours: &self.neighbours,
            received_on,
            places: Places::new(gazetteer, self.departments.clone()),
        }
    }

    fn numbered_rows(&self) -> impl Iterator<Item = NumberedRow> + Send {
        (1u32..).zip(self.kept_rows()).map(|(number, (cells, corrections))| NumberedRow { number, cells, corrections })
    }

    /// Without a surname and a place for every row there is no use in going on.
    pub(super) fn check(&self, file: &str) -> Result<(), FileError> {
        let has = |fields: &[Field]| fields.iter().any(|f| self.columns.has(*f));
        let missing = |wanted, example| FileError::MissingColumn {
            file: file.to_owned(),
            wanted,
            example,
            line: self.facts.header_row.unwrap_or(1),
            header: self.names.join(", "),
        };
        if !has(&[Field::UsageName, Field::BirthName, Field::FullName]) {
            return Err(missing("le nom", "Nom"));
        }
        if !has(&[Field::Postcode, Field::Town, Field::PostcodeTown, Field::CommuneCode, Field::Address]) {
            return Err(missing("le code postal ou la commune", "Code postal"));
        }
        Ok(())
    }

    /// The rows that are not blank, as wide as the header, less the dropped columns and every social security number.
    pub(super) fn kept_rows(&self) -> impl Iterator<Item = (Vec<String>, Vec<Correction>)> + Send {
        let rows = self.source.records().skip(self.first_row).filter(|r| !is_blank(r));
        let whole = self.kept.len() == self.width;
        let of_address = |field: &Option<Field>| matches!(field, Some(Field::Address | Field::StreetPiece));
        let fields = self.columns.fields().iter().enumerate();
        let address: Vec<usize> = fields.filter(|(_, field)| of_address(field)).map(|(i, _)| i).collect();
        rows.map(move |mut row| {
            let had = align::to_width(&mut row, self.width, &self.kept, &self.columns);
            let mut corrections: Vec<Correction> =
                had.map(|had| Correction::Cells(had, self.width)).into_iter().collect();
            let mut cells: Vec<String> =
                if whole { row } else { self.kept.iter().map(|i| std::mem::take(&mut row[*i])).collect() };
            for (cell, name) in cells.iter_mut().zip(&self.names) {
                if let Some(redacted) = nir::redacted(cell, name) {
                    *cell = redacted;
                    corrections.push(Correction::Nir(name.clone()));
                }
            }
            if let Some(at) = nir::cut_over(&mut cells, &address) {
                corrections.push(Correction::Nir(self.names[at].clone()));
            }
            (cells, corrections)
        })
    }

    /// What only all rows together tell: how many there are, how they write names, in which departments they live.
    fn survey(&mut self) {
        let mut departments = BTreeMap::<String, u32>::new();
        let name_column = self.columns.of(Field::FullName).next();
        let first_says = name_column.is_some_and(|i| self.names[i].to_lowercase().trim_start().starts_with('p'));
        let full_names: Vec<String> = match name_column {
            Some(column) => {
                self.kept_rows().take(PROFILED_ROWS).filter_map(|(row, _)| row.get(column).cloned()).collect()
            }
            None => Vec::new(),
        };
        self.style = names::style(full_names.iter().map(String::as_str), first_says);
        let (mut rows, mut placed) = (0, 0);
        let mut asked = Asked::default();
        for (cells, _) in self.kept_rows() {
            rows += 1;
            if let Some(postcode) = Postcode::read(&self.reading().raw_postcode(&cells)) {
                placed += 1;
                match departments.get_mut(postcode.department()) {
                    Some(count) => *count += 1,
                    None => drop(departments.insert(postcode.department().to_owned(), 1)),
                }
            }
            asked.see(self.reading(), &cells);
        }
        self.facts.rows = rows;
        // A department of one row in fifty is one of the list's; fewer may be slips.
        self.departments = departments.into_iter().filter(|(_, count)| count * 50 >= placed).map(|(d, _)| d).collect();
        self.neighbours = asked.answered(self.reading(), self.kept_rows().map(|(cells, _)| cells));
    }

    fn reading(&self) -> Reading<'_> {
        Reading { columns: &self.columns, style: self.style }
    }
}

/// A row before it is read.
struct NumberedRow {
    number: u32,
    cells: Vec<String>,
    corrections: Vec<Correction>,
}

impl Normaliser<'_, '_> {
    fn row(&mut self, row: NumberedRow) -> Row {
        let outcome = self.outcome(&row.cells, row.corrections);
        Row { number: row.number, cells: row.cells, outcome }
    }
}

fn is_blank(row: &[String]) -> bool {
    row.iter().all(|c| c.trim().is_empty())
}

//! A list: opened once, read as often as wanted.

use std::borrow::Cow;
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
use super::names::{self, Habits, NameStyle};
use super::neighbours::{self, Asked, Lent, Neighbours};
use super::normalise::{Normaliser, cleaned};
use super::outcome::{Correction, Outcome};
use super::place::Places;
use super::reading::{Reading, borrowed};
use super::source::{Record, Source};
use super::{align, naming, nir, parallel, remarks};
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
    habits: Habits,
    departments: Vec<String>,
    neighbours: Neighbours,
    /// Is a name with a day of birth enough?
    placeless: bool,
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
    /// What somebody should look at before the list is taken in, as French sentences.
    pub remarks: Vec<String>,
    /// Rows that are not blank.
    pub rows: u32,
}

impl ListFacts {
    /// The sheets of a workbook that are not read, by name.
    pub fn unread_sheets(&self) -> Option<String> {
        let read: Vec<&str> = self.sheet.iter().flat_map(|s| s.split(" + ")).collect();
        let others = self.sheets.iter().filter(|s| !read.contains(&s.as_str()) && self.sheet.as_ref() != Some(*s));
        let others: Vec<String> = others.map(|s| format!("«\u{a0}{s}\u{a0}»")).collect();
        (!others.is_empty()).then(|| others.join(", "))
    }
}

/// One row with its outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// From 1, the first under the header; blank lines are not counted.
    pub number: u32,
    /// The cells of a corrected or refused row as written, less the dropped columns and any social security number.
    pub cells: Option<Vec<String>>,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// Opens a list: format, encoding, delimiter, header and columns are found by themselves. `file_name` only serves in
/// messages; what the file is, its bytes say. `choices` win over what is found.
pub fn open(file_name: &str, content: &FileContent, choices: &Choices) -> Result<List, FileError> {
    opened(prepare(file_name, content, choices)?, file_name)
}

/// Opens a list of people who are not written to: a row whose day of birth is known needs no place.
pub fn open_people(file_name: &str, content: &FileContent) -> Result<List, FileError> {
    let list = prepare(file_name, content, &Choices::default())?;
    opened(List { placeless: list.columns.has(Field::Birth), ..list }, file_name)
}

fn opened(mut list: List, file_name: &str) -> Result<List, FileError> {
    list.check(file_name)?;
    list.survey();
    if list.facts.rows == 0 { Err(FileError::NoRows { file: file_name.to_owned() }) } else { Ok(list) }
}

/// A list whose columns are known, before its rows were surveyed: it may lack what every row needs.
pub(super) fn prepare(file_name: &str, content: &FileContent, choices: &Choices) -> Result<List, FileError> {
    let (source, reading) = Source::open(file_name, content, choices)?;
    let head_records = choices.header_row.map_or(0, |row| row as usize).clamp(HEAD_RECORDS, MOST_HEAD_RECORDS);
    let head: Vec<Vec<String>> = source.records().take(head_records).map(Record::into_cells).collect();
    let header = Header::find(&head, choices.header_row);
    let width = header.names.len();
    let rows = source.records().skip(header.first_row()).filter(|r| !r.is_blank());
    let mut profiles = vec![Profile::default(); width];
    for row in rows.take(PROFILED_ROWS) {
        for (profile, cell) in profiles.iter_mut().zip(&row.into_cells()) {
            profile.see(cell);
        }
    }
    for (name, profile) in header.names.iter().zip(&mut profiles) {
        if naming::is_of_somebody_else(name) {
            profile.of_somebody_else();
        } else if naming::is_of_consent(name) {
            profile.of_consent();
        }
    }
    let columns = Columns::decide(&header.fields, &profiles).overruled(&header.names, &choices.columns);
    let dropped: Vec<usize> = columns.of(Field::Nir).collect();
    let kept: Vec<usize> = (0..width).filter(|i| !dropped.contains(i)).collect();
    let mut remarks = reading.remarks;
    remarks.extend(remarks::of(&header.names, &header.fields, &profiles, columns.fields()));
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
            remarks,
            rows: 0,
        },
        first_row: header.first_row(),
        style: NameStyle::default(),
        habits: Habits::default(),
        departments: Vec::new(),
        neighbours: Neighbours::default(),
        placeless: false,
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
        let kept = self.kept();
        self.records().map(move |(number, record)| normaliser.row(number, kept.of(&record)))
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
            let (mut normaliser, kept) = (self.normaliser(gazetteer, received_on), self.kept());
            move |(number, record)| make(normaliser.row(number, kept.of(&record)))
        };
        parallel::in_order(self.records(), worker, take);
    }

    fn normaliser<'a>(&'a self, gazetteer: &'a Gazetteer, received_on: NaiveDate) -> Normaliser<'a, 'a> {
        Normaliser {
            reading: self.reading(),
            names: &self.names,
            neighbours: &self.neighbours,
            received_on,
            placeless: self.placeless,
            places: Places::new(gazetteer, self.departments.clone()),
        }
    }

    /// The records under the header that are not blank, with their numbers.
    fn records(&self) -> impl Iterator<Item = (u32, Record)> + Send {
        (1u32..).zip(self.source.records().skip(self.first_row).filter(|r| !r.is_blank()))
    }

    fn kept(&self) -> Kept<'_> {
        let of_address = |field: &Option<Field>| {
            use Field::{Address, Postcode, PostcodeTown, StreetPiece, Town};
            matches!(field, Some(Address | StreetPiece | Postcode | Town | PostcodeTown))
        };
        let fields = self.columns.fields().iter().enumerate();
        let address = fields.filter(|(_, field)| of_address(field)).map(|(i, _)| i).collect();
        Kept { list: self, whole: self.kept.len() == self.width, address }
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
        if !self.placeless
            && !has(&[Field::Postcode, Field::Town, Field::PostcodeTown, Field::CommuneCode, Field::Address])
        {
            return Err(missing("le code postal ou la commune", "Code postal"));
        }
        Ok(())
    }

    /// The rows that are not blank, as wide as the header, less the dropped columns and every social security number.
    pub(super) fn kept_rows(&self) -> impl Iterator<Item = Vec<String>> {
        let kept = self.kept();
        self.records().map(move |(_, record)| kept.of(&record).0.into_iter().map(Cow::into_owned).collect())
    }

    /// What only all rows together tell: how many there are, how they write names, in which departments they live.
    fn survey(&mut self) {
        let mut departments = BTreeMap::<String, u32>::new();
        let name_column = self.columns.of(Field::FullName).next();
        let first_says = name_column.is_some_and(|i| self.names[i].to_lowercase().trim_start().starts_with('p'));
        let full_names: Vec<String> = match name_column {
            Some(column) => self.kept_rows().take(PROFILED_ROWS).filter_map(|row| row.get(column).cloned()).collect(),
            None => Vec::new(),
        };
        self.style = names::style(full_names.iter().map(String::as_str), first_says);
        if name_column.is_some() || self.columns.has(Field::FirstName) {
            let name_of = |row: Vec<String>| {
                let cleaned: Vec<Cow<'_, str>> = row.iter().map(|cell| cleaned(cell)).collect();
                self.reading().name(&borrowed(&cleaned), &mut Vec::new())
            };
            self.habits = Habits::of(self.kept_rows().take(PROFILED_ROWS).map(name_of));
        }
        let (mut rows, mut placed) = (0, 0);
        let (mut asked, mut neighbours) = (Asked::default(), Neighbours::default());
        let (reading, kept) = (self.reading(), self.kept());
        let see = |record: Record| {
            let seen = kept.glance(&record, |cell| (reading.raw_postcode(cell), reading.lacks_town(cell)));
            let ask = seen.1.then(|| neighbours::ask(reading, &kept.of(&record).0)).flatten();
            (Postcode::read(&seen.0), ask)
        };
        self.each_record(see, |(postcode, ask)| {
            rows += 1;
            if let Some(postcode) = postcode {
                placed += 1;
                match departments.get_mut(postcode.department()) {
                    Some(count) => *count += 1,
                    None => drop(departments.insert(postcode.department().to_owned(), 1)),
                }
            }
            asked.extend(ask);
        });
        if !asked.is_empty() {
            let mut lent = Lent::default();
            let see = |record: Record| {
                let offer = kept.glance(&record, |cell| asked.offer(reading, cell))?;
                Some(asked.lend(reading, offer, || kept.of(&record).0))
            };
            self.each_record(see, |loan| lent.extend(loan));
            neighbours = lent.answers();
        }
        self.facts.rows = rows;
        self.neighbours = neighbours;
        // A department of one row in fifty is one of the list's; fewer may be slips.
        self.departments = departments.into_iter().filter(|(_, count)| count * 50 >= placed).map(|(d, _)| d).collect();
    }

    /// Calls `take` with what `see` makes of every record, in order.
    fn each_record<R: Send>(&self, see: impl Fn(Record) -> R + Sync, take: impl FnMut(R)) {
        let see = &see;
        parallel::in_order(self.records(), || move |(_, record)| see(record), take);
    }

    fn reading(&self) -> Reading<'_> {
        Reading { columns: &self.columns, style: self.style, habits: &self.habits }
    }
}

/// Makes rows of records: as wide as the header, less the dropped columns and every social security number.
struct Kept<'l> {
    list: &'l List,
    /// Is no column dropped?
    whole: bool,
    /// The columns of the address, the place included: a number may be cut over any of them.
    address: Vec<usize>,
}

impl Kept<'_> {
    /// What `see` finds in the few kept cells that it asks for, each less a social security number in it: a record that is as
    /// wide as the header need not be made a row for that.
    fn glance<R>(&self, record: &Record, see: impl for<'c> FnOnce(&dyn Fn(usize) -> Cow<'c, str>) -> R) -> R {
        let List { width, kept, names, .. } = self.list;
        if record.len() != *width {
            let (cells, _) = self.of(record);
            return see(&|i| Cow::Borrowed(&*cells[i]));
        }
        see(&|i| {
            let cell = record.cell(kept[i]);
            nir::redacted(&cell, &names[i]).map_or(cell, Cow::Owned)
        })
    }

    fn of<'r>(&self, record: &'r Record) -> (Vec<Cow<'r, str>>, Vec<Correction>) {
        let List { width, kept, names, columns, .. } = self.list;
        let mut row = record.cells();
        let mut corrections = Vec::new();
        if row.len() != *width {
            let mut aligned = row.into_iter().map(Cow::into_owned).collect();
            let had = align::to_width(&mut aligned, *width, kept, columns);
            corrections.extend(had.map(|had| Correction::Cells(had, *width)));
            row = aligned.into_iter().map(Cow::Owned).collect();
        }
        let mut cells: Vec<Cow<'r, str>> =
            if self.whole { row } else { kept.iter().map(|i| std::mem::take(&mut row[*i])).collect() };
        for (cell, name) in cells.iter_mut().zip(names) {
            if let Some(redacted) = nir::redacted(cell, name) {
                *cell = redacted.into();
                corrections.push(Correction::Nir(name.clone()));
            }
        }
        if let Some(at) = nir::cut_over(&mut cells, &self.address) {
            corrections.push(Correction::Nir(names[at].clone()));
        }
        (cells, corrections)
    }
}

impl Normaliser<'_, '_> {
    fn row(&mut self, number: u32, (cells, corrections): (Vec<Cow<'_, str>>, Vec<Correction>)) -> Row {
        let outcome = self.outcome(&cells, corrections);
        let kept = !matches!(outcome, Outcome::Accepted(_));
        let cells = kept.then(|| cells.into_iter().map(Cow::into_owned).collect());
        Row { number, cells, outcome }
    }
}

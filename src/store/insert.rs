//! Many rows into one table, by statements that the database prepares once.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sqlx::error::BoxDynError;
use sea_orm::sqlx::sqlite::SqliteArguments;
use sea_orm::sqlx::{self, Arguments};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, RuntimeErr, Statement, Value};
use uuid::Uuid;

use super::{Result, Tx};

/// What stands in a column of a row. Nothing has a type too: PostgreSQL asks for it.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Yes or no.
    Bool(bool),
    /// A number of 32 bits.
    Int(Option<i32>),
    /// A number of 64 bits.
    Long(i64),
    /// Text, where SQLite's driver takes it from.
    Text(Option<Arc<str>>),
    /// An identifier.
    Id(Option<Uuid>),
    /// A day.
    Day(Option<NaiveDate>),
    /// An instant.
    Instant(DateTime<Utc>),
}

impl Cell {
    /// A text.
    pub fn text(text: &str) -> Self {
        Self::Text(Some(text.into()))
    }

    /// An identifier.
    pub fn id(id: Uuid) -> Self {
        Self::Id(Some(id))
    }

    /// Adds it to the values of a statement for SQLite.
    fn bind(self, values: &mut SqliteArguments) -> std::result::Result<(), BoxDynError> {
        match self {
            Self::Bool(value) => values.add(value),
            Self::Int(value) => values.add(value),
            Self::Long(value) => values.add(value),
            Self::Text(value) => values.add(value),
            Self::Id(value) => values.add(value),
            // As the driver writes a day, and quicker.
            Self::Day(value) => values.add(value.map(|day| day.to_string())),
            Self::Instant(value) => values.add(value),
        }
    }
}

impl From<Cell> for Value {
    fn from(column: Cell) -> Self {
        match column {
            Cell::Bool(value) => value.into(),
            Cell::Int(value) => value.into(),
            Cell::Long(value) => value.into(),
            Cell::Text(value) => value.as_deref().into(),
            Cell::Id(value) => value.into(),
            Cell::Day(value) => value.into(),
            Cell::Instant(value) => value.into(),
        }
    }
}

/// Statements with their values, as the database's driver takes them.
#[derive(Debug)]
pub enum Prepared {
    /// For SQLite: the driver's own form, which saves copying each value twice while the database waits.
    Sqlite(Vec<(String, SqliteArguments)>),
    /// For PostgreSQL, which may ask for a transaction to be tried again.
    Postgres(Arc<[Statement]>),
}

/// Where rows go.
pub struct Insert<'t> {
    /// The table.
    pub table: &'t str,
    /// Columns that are equal in all rows, with their values.
    pub shared: Vec<(&'t str, Cell)>,
    /// The other columns.
    pub columns: &'t [&'t str],
}

/// Rows of a full statement. SQLite takes 32,766 variables; before each statement it keeps a copy of the pages that are there.
const MOST: usize = 512;

impl Insert<'_> {
    /// Inserts rows, with a value for each of `columns`, all values one after the other.
    pub async fn rows(&self, tx: &Tx, values: impl IntoIterator<Item = Cell>) -> Result<()> {
        let backend = tx.get_database_backend();
        for (sql, values) in self.statements(backend, values.into_iter().collect::<Vec<_>>().into_iter()) {
            tx.execute_raw(statement(backend, sql, values)).await?;
        }
        Ok(())
    }

    /// Makes statements of the values of many rows, table by table, and leaves the room that they took. Any thread may do
    /// that while the database is busy with others.
    pub fn prepare<'i>(
        backend: DbBackend,
        tables: impl IntoIterator<Item = (&'i Self, &'i mut Vec<Cell>)>,
    ) -> Result<Prepared>
    where
        Self: 'i,
    {
        let statements = tables.into_iter().flat_map(|(insert, values)| insert.statements(backend, values.drain(..)));
        if backend != DbBackend::Sqlite {
            return Ok(Prepared::Postgres(statements.map(|(sql, values)| statement(backend, sql, values)).collect()));
        }
        let bound = statements.map(|(sql, values)| {
            let mut bound = SqliteArguments::default();
            bound.reserve(values.len(), 0);
            values.into_iter().try_for_each(|value| value.bind(&mut bound))?;
            Ok((sql, bound))
        });
        let failed = |error| DbErr::Query(RuntimeErr::SqlxError(Arc::new(sqlx::Error::Encode(error))));
        Ok(Prepared::Sqlite(bound.collect::<std::result::Result<_, _>>().map_err(failed)?))
    }

    /// The statements that insert rows, each with its values: first those of each row, then the shared ones.
    fn statements(
        &self,
        backend: DbBackend,
        mut values: impl ExactSizeIterator<Item = Cell>,
    ) -> impl Iterator<Item = (String, Vec<Cell>)> {
        let width = self.columns.len();
        let mut full_sql: Option<String> = None;
        std::iter::from_fn(move || {
            let left = values.len() / width;
            // Powers of two, so that only a few statements are ever prepared.
            let rows = if left >= MOST { MOST } else { 1 << left.checked_ilog2()? };
            let mut all = Vec::with_capacity(rows * width + self.shared.len());
            all.extend(values.by_ref().take(rows * width));
            all.extend(self.shared.iter().map(|(_, value)| value.clone()));
            let sql = match rows {
                MOST => full_sql.get_or_insert_with(|| self.sql(backend, MOST)).clone(),
                fewer => self.sql(backend, fewer),
            };
            Some((sql, all))
        })
    }

    /// The statement for so many rows: first the values of each row, then the shared ones.
    fn sql(&self, backend: DbBackend, rows: usize) -> String {
        let (width, common) = (self.columns.len(), self.shared.len());
        let names = self.columns.iter().chain(self.shared.iter().map(|(name, _)| name));
        let names: Vec<String> = names.map(|name| format!("\"{name}\"")).collect();
        let into = format!("INSERT INTO \"{}\" ({})", self.table, names.join(","));
        if backend == DbBackend::Sqlite {
            // Looking a numbered variable up by its name takes longer the more there are: here they have none. And what
            // stands first in a join is not put aside on its way.
            let unnamed = |count| format!("({})", vec!["?"; count].join(","));
            let given = vec![unnamed(width); rows].join(",");
            format!("{into} SELECT * FROM (VALUES {given}) CROSS JOIN (VALUES {})", unnamed(common))
        } else {
            let places = |row: usize| (row * width..(row + 1) * width).chain(rows * width..rows * width + common);
            let named = |row| places(row).map(|at| format!("${}", at + 1)).collect::<Vec<_>>().join(",");
            let given: Vec<String> = (0..rows).map(|row| format!("({})", named(row))).collect();
            format!("{into} VALUES {}", given.join(","))
        }
    }
}

fn statement(backend: DbBackend, sql: String, values: Vec<Cell>) -> Statement {
    Statement::from_sql_and_values(backend, sql, values.into_iter().map(Value::from).collect::<Vec<_>>())
}

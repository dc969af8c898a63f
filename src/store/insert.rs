//! Many rows into one table, by statements that the database prepares once.

use std::sync::Arc;

use sea_orm::sqlx::IntoArguments;
use sea_orm::sqlx::sqlite::{Sqlite, SqliteArguments};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use sea_query_sqlx::SqlxValues;

use super::{Result, Tx};

/// Statements with their values, as the database's driver takes them.
#[derive(Debug)]
pub enum Prepared {
    /// For SQLite: the driver's own form, which saves copying each value twice while the database waits.
    Sqlite(Vec<(String, SqliteArguments)>),
    /// For PostgreSQL, which may ask for a transaction to be tried again.
    Postgres(Arc<[Statement]>),
}

impl Prepared {
    /// These statements for a database.
    pub fn new(backend: DbBackend, statements: Vec<Statement>) -> Self {
        if backend != DbBackend::Sqlite {
            return Self::Postgres(statements.into());
        }
        let bound = statements.into_iter().map(|statement| {
            let values = SqlxValues(statement.values.unwrap_or(sea_orm::Values(Vec::new())));
            (statement.sql, IntoArguments::<Sqlite>::into_arguments(values))
        });
        Self::Sqlite(bound.collect())
    }
}

/// Where rows go.
pub struct Insert<'t> {
    /// The table.
    pub table: &'t str,
    /// Columns that are equal in all rows, with their values.
    pub shared: Vec<(&'t str, Value)>,
    /// The other columns.
    pub columns: &'t [&'t str],
}

/// Rows of a full statement. SQLite takes 32,766 variables; before each statement it keeps a copy of the pages that are there.
const MOST: usize = 256;

impl Insert<'_> {
    /// Inserts rows, with a value for each of `columns`, all values one after the other.
    pub async fn rows(&self, tx: &Tx, values: impl IntoIterator<Item = Value>) -> Result<()> {
        for statement in self.statements(tx.get_database_backend(), values.into_iter().collect()) {
            tx.execute_raw(statement).await?;
        }
        Ok(())
    }

    /// The statements that insert rows, each with a value for each of `columns`, all values one after the other.
    pub fn statements(&self, backend: DbBackend, values: Vec<Value>) -> Vec<Statement> {
        let width = self.columns.len();
        let mut left = values.len() / width;
        let mut values = values.into_iter();
        let mut out: Vec<Statement> = Vec::with_capacity(left / MOST + 6);
        while left > 0 {
            // Powers of two, so that only a few statements are ever prepared.
            let rows = if left >= MOST { MOST } else { 1 << left.ilog2() };
            left -= rows;
            let given = values.by_ref().take(rows * width);
            let mut all = Vec::with_capacity(self.shared.len() + rows * width);
            all.extend(given.chain(self.shared.iter().map(|(_, value)| value.clone())));
            let sql = match out.last() {
                Some(last) if rows == MOST => last.sql.clone(),
                _ => self.sql(backend, rows),
            };
            out.push(Statement::from_sql_and_values(backend, sql, all));
        }
        out
    }

    /// The statement for so many rows: first the values of each row, then the shared ones.
    fn sql(&self, backend: DbBackend, rows: usize) -> String {
        let (width, common) = (self.columns.len(), self.shared.len());
        let names = self.columns.iter().chain(self.shared.iter().map(|(name, _)| name));
        let names: Vec<String> = names.map(|name| format!("\"{name}\"")).collect();
        let into = format!("INSERT INTO \"{}\" ({})", self.table, names.join(","));
        let list = |places: &mut dyn Iterator<Item = String>| format!("({})", places.collect::<Vec<_>>().join(","));
        let every_row = |row: &dyn Fn(usize) -> String| (0..rows).map(row).collect::<Vec<_>>().join(",");
        if backend == DbBackend::Sqlite {
            // Looking a numbered variable up by its name takes longer the more there are: here they have none. And what
            // stands first in a join is not put aside on its way.
            let unnamed = |count| list(&mut std::iter::repeat_n("?".to_owned(), count));
            let given = every_row(&|_| unnamed(width));
            format!("{into} SELECT * FROM (VALUES {given}) CROSS JOIN (VALUES {})", unnamed(common))
        } else {
            let places = |row: usize| (row * width..(row + 1) * width).chain(rows * width..rows * width + common);
            let given = every_row(&|row| list(&mut places(row).map(|at| format!("${}", at + 1))));
            format!("{into} VALUES {given}")
        }
    }
}

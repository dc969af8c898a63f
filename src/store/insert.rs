//! Many rows into one table, by statements that the database prepares once.

use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use super::{Result, Tx};

/// Where rows go.
pub struct Insert<'t> {
    /// The table.
    pub table: &'t str,
    /// Columns that are equal in all rows, with their values.
    pub shared: Vec<(&'t str, Value)>,
    /// The other columns.
    pub columns: &'t [&'t str],
}

/// Rows of a full statement. SQLite takes 32,766 variables, and gains nothing from more.
const MOST: usize = 64;

impl Insert<'_> {
    /// Inserts rows, each with a value for each of `columns`, all values one after the other.
    pub async fn rows(&self, tx: &Tx, mut values: Vec<Value>) -> Result<()> {
        let width = self.columns.len();
        while !values.is_empty() {
            // Powers of two, so that only a few statements are ever prepared.
            let left = values.len() / width;
            let rows = if left >= MOST { MOST } else { 1 << left.ilog2() };
            let rest = values.split_off(rows * width);
            let backend = tx.get_database_backend();
            let shared = || self.shared.iter().map(|(_, value)| value.clone());
            let (sql, all): (String, Vec<Value>) = if backend == DbBackend::Sqlite {
                // Looking a numbered variable up by its name takes longer the more there are: here they have none.
                let mut given = values.into_iter();
                let row = |_| shared().chain(given.by_ref().take(width)).collect::<Vec<_>>();
                (self.sql(rows, |_, _| "?".to_owned()), (0..rows).flat_map(row).collect())
            } else {
                let common = self.shared.len();
                let place = |row: usize, at: usize| if at < common { at } else { at + row * width };
                (self.sql(rows, |row, at| format!("${}", place(row, at) + 1)), shared().chain(values).collect())
            };
            tx.execute_raw(Statement::from_sql_and_values(backend, sql, all)).await?;
            values = rest;
        }
        Ok(())
    }

    /// The statement for so many rows; `variable` gives the place of a value by its row and its column.
    fn sql(&self, rows: usize, variable: impl Fn(usize, usize) -> String) -> String {
        let names = self.shared.iter().map(|(name, _)| *name).chain(self.columns.iter().copied());
        let names: Vec<String> = names.map(|n| format!("\"{n}\"")).collect();
        let row = |row| format!("({})", (0..names.len()).map(|at| variable(row, at)).collect::<Vec<_>>().join(","));
        let rows: Vec<String> = (0..rows).map(row).collect();
        format!("INSERT INTO \"{}\" ({}) VALUES {}", self.table, names.join(","), rows.join(","))
    }
}

//! Many rows into one table, by statements that the database prepares once.

use sea_orm::{ConnectionTrait, Statement, Value};

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
            let all = self.shared.iter().map(|(_, value)| value.clone()).chain(values).collect::<Vec<_>>();
            let statement = Statement::from_sql_and_values(tx.get_database_backend(), self.sql(rows), all);
            tx.execute_raw(statement).await?;
            values = rest;
        }
        Ok(())
    }

    fn sql(&self, rows: usize) -> String {
        let names = self.shared.iter().map(|(name, _)| *name).chain(self.columns.iter().copied());
        let names: Vec<String> = names.map(|n| format!("\"{n}\"")).collect();
        let shared = self.shared.len();
        let row = |at: usize| {
            let first = shared + at * self.columns.len();
            let of_row = (0..shared).chain(first..first + self.columns.len());
            format!("({})", of_row.map(|i| format!("${}", i + 1)).collect::<Vec<_>>().join(","))
        };
        let rows: Vec<String> = (0..rows).map(row).collect();
        format!("INSERT INTO \"{}\" ({}) VALUES {}", self.table, names.join(","), rows.join(","))
    }
}

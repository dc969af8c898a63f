//! The one way to write: a transaction that begins as a writer and is tried again when the database asks for it.

use std::pin::Pin;

use sea_orm::sqlx::{self, AssertSqlSafe, Connection};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, RuntimeErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};

use super::insert::Prepared;
use super::{Store, StoreError};

/// A running write transaction.
pub type Tx = DatabaseTransaction;

/// What a transaction's closure gives back.
pub type TxFuture<'t, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>>;

/// An error that a transaction's closure may give: it knows whether the database is behind it.
pub trait TxError: From<StoreError> {
    /// The database's error, where it is one.
    fn store_error(&self) -> Option<&StoreError>;
}

impl TxError for StoreError {
    fn store_error(&self) -> Option<&StoreError> {
        Some(self)
    }
}

/// How often a transaction is tried when PostgreSQL reports a serialisation failure or a deadlock.
const TRIES: u32 = 5;

impl Store {
    /// Runs `work` in a write transaction: committed when it gives `Ok`, undone otherwise. `work` may run several times, so
    /// it has no effect but through its transaction.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: TxError,
        F: for<'t> Fn(&'t Tx) -> TxFuture<'t, T, E>,
    {
        let options = TransactionOptions {
            // A deferred transaction that reads first can lose the right to write (SQLITE_BUSY_SNAPSHOT).
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let mut tries = 1;
        loop {
            let tx = self.writer.begin_with_options(options).await.map_err(StoreError::from)?;
            let error = match work(&tx).await {
                Ok(value) => match tx.commit().await {
                    Ok(()) => return Ok(value),
                    Err(error) => E::from(error.into()),
                },
                Err(error) => {
                    tx.rollback().await.map_err(StoreError::from)?;
                    error
                }
            };
            if tries == TRIES || !error.store_error().is_some_and(asks_for_another_try) {
                return Err(error);
            }
            tries += 1;
        }
    }

    /// Brings rows of a list that is not whole yet in, in a write transaction of their own. After a power cut the last of them
    /// may be missing.
    pub async fn bring_in(&self, rows: Prepared) -> Result<(), StoreError> {
        match rows {
            Prepared::Sqlite(statements) => {
                let failed = |error: sqlx::Error| StoreError::from(DbErr::Exec(RuntimeErr::SqlxError(error.into())));
                let mut writer = self.writer.get_sqlite_connection_pool().acquire().await.map_err(failed)?;
                // Nothing counts before the list is made whole, in a transaction that waits for the disk and for all before it.
                // And what a statement of many rows might have to take back waits in memory, not in a file of its own.
                let apart = "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0; PRAGMA temp_store = MEMORY";
                sqlx::raw_sql(apart).execute(&mut *writer).await.map_err(failed)?;
                let mut tx = writer.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
                for (sql, values) in statements {
                    let statement = sqlx::query_with(AssertSqlSafe(sql), values);
                    statement.execute(&mut *tx).await.map_err(failed)?;
                }
                tx.commit().await.map_err(failed)?;
                self.move_log();
                Ok(())
            }
            Prepared::Postgres(statements) => {
                self.write(move |tx| {
                    let statements = statements.clone();
                    Box::pin(async move {
                        for statement in &*statements {
                            tx.execute_raw(statement.clone()).await?;
                        }
                        Ok(())
                    })
                })
                .await
            }
        }
    }
}

impl Store {
    /// Lets another connection to SQLite move what was written from the log into the file meanwhile, one at a time. What it
    /// leaves, the next ordinary transaction moves.
    fn move_log(&self) {
        let Ok(alone) = self.moving_log.clone().try_lock_owned() else { return };
        let readers = self.readers.clone();
        tokio::spawn(async move {
            if let Ok(mut connection) = readers.get_sqlite_connection_pool().acquire().await {
                // It gives way to whoever is in its way; so nothing is lost where it fails.
                let _moved = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&mut *connection).await;
            }
            drop(alone);
        });
    }
}

/// PostgreSQL's 40001 (serialisation failure) and 40P01 (deadlock).
fn asks_for_another_try(error: &StoreError) -> bool {
    let StoreError::Database(DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner))) =
        error
    else {
        return false;
    };
    inner.as_database_error().and_then(|e| e.code()).is_some_and(|code| code == "40001" || code == "40P01")
}

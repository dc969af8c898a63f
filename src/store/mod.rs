//! The database: SQLite in a file, or PostgreSQL. The only room that names sea-orm; what it gives out are plain types.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend};

pub mod announced_list;
pub mod approval;
pub mod attendance;
pub mod audience;
pub mod blind;
pub mod campaign;
pub mod delivery;
pub mod doubt;
pub mod earlier;
mod entity;
pub mod fragility;
pub mod funder;
pub mod household;
mod insert;
pub mod key_check;
pub mod letter;
pub mod link;
pub mod listed;
pub mod mapping;
pub mod opposition;
pub mod outlet;
pub mod output;
pub mod profile;
pub mod registration;
pub mod review;
pub mod saved_audience;
pub mod structure;
pub mod tx;
pub mod user;
pub mod venue;
pub mod workshop;

pub use tx::Tx;

use crate::identity::SecretKey;

/// What queries run on: the readers' pool or a transaction.
pub trait Connection: ConnectionTrait + Send + Sync {}
impl<C: ConnectionTrait + Send + Sync> Connection for C {}

/// What can go wrong in the database. Nothing in it is meant for a user; the texts hold no values of rows.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or could not be reached.
    #[error("database: {0}")]
    Database(#[from] sea_orm::DbErr),
    /// A stored value no longer reads as what it must be.
    #[error("stored value: {0}")]
    Stored(String),
}

/// The store's results.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Connections to the database, cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    writer: DatabaseConnection,
    readers: DatabaseConnection,
    key: SecretKey,
    /// Held by whoever moves SQLite's log into its file beside a long import.
    moving_log: Arc<tokio::sync::Mutex<()>>,
}

/// How long a writer waits for another process that writes to the same SQLite file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Memory for pages of the SQLite file: the writer's, and each reader's, as `PRAGMA cache_size` takes kilobytes.
const WRITER_CACHE: &str = "-65536";
const READER_CACHE: &str = "-4096";
/// Readers of the SQLite file at once, and connections to PostgreSQL.
const POOL: u32 = 16;

impl Store {
    /// Opens the database at `url` (`sqlite:…` or `postgres://…`), creating a SQLite file where there is none, and brings
    /// its schema up to date. `key` is the one its digests were made with.
    pub async fn open(url: &str, key: SecretKey) -> Result<Self> {
        let store = if url.starts_with("sqlite:") {
            // One writer, so that writers queue in the program rather than at the file lock.
            Self { writer: connect(url, 1).await?, readers: connect(url, POOL).await?, key, moving_log: Arc::default() }
        } else {
            let pool = connect(url, POOL).await?;
            Self { writer: pool.clone(), readers: pool, key, moving_log: Arc::default() }
        };
        <migrations::Migrator as migrations::MigratorTrait>::up(&store.writer, None).await?;
        Ok(store)
    }

    /// For queries that only read.
    pub fn read(&self) -> &DatabaseConnection {
        &self.readers
    }

    /// The installation's secret key, which keyed digests in the database are made with.
    pub fn key(&self) -> &SecretKey {
        &self.key
    }

    /// Closes all connections; SQLite then leaves nothing beside its file.
    pub async fn close(self) -> Result<()> {
        self.readers.close().await?;
        Ok(self.writer.close().await?)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        Ok(self.readers.ping().await?)
    }
}

async fn connect(url: &str, connections: u32) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(30))
        // Statements carry names and addresses; they stay out of logs and spans.
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        // Whoever writes waits for the disk, whatever the one before did ([`Store::bring_in`] does not).
        .map_sqlx_sqlite_pool_opts(move |pool| {
            if connections > 1 {
                return pool;
            }
            pool.before_acquire(|connection, _| {
                let usual = "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000; PRAGMA temp_store = DEFAULT";
                Box::pin(async move { sqlx::raw_sql(usual).execute(connection).await.map(|_| true) })
            })
        })
        .map_sqlx_sqlite_opts(move |sqlite: SqliteConnectOptions| {
            sqlite
                .create_if_missing(true)
                // What a list brings is written in fewer and larger pieces. A file that is there already keeps its own size.
                .page_size(16_384)
                .journal_mode(SqliteJournalMode::Wal)
                // A confirmed seat survives a power cut.
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(BUSY_TIMEOUT)
                // After a long import the log gives the disk back what it does not need every day.
                .pragma("journal_size_limit", "67108864")
                // A list of a million rows grows every index at once; with fewer pages in memory each is read again and again.
                .pragma("cache_size", if connections == 1 { WRITER_CACHE } else { READER_CACHE })
        });
    Ok(Database::connect(options).await?)
}

/// Reads a stored code, or says which column holds what it should not.
fn stored<T, E>(column: &str, value: std::result::Result<T, E>) -> Result<T> {
    value.map_err(|_| StoreError::Stored(format!("column {column} holds an unknown value")))
}

/// Whether rows can be locked with `FOR UPDATE`: PostgreSQL; SQLite has one writer.
fn locks_rows(connection: &impl ConnectionTrait) -> bool {
    connection.get_database_backend() == DbBackend::Postgres
}

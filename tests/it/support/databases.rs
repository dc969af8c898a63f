//! The same test on SQLite and on PostgreSQL.

use libtest_mimic::Trial;
use tempfile::TempDir;

use super::postgres::FreshDatabase;
use super::{Tool, trial};

/// An empty database of one test, gone when the test ends.
pub struct TestDatabase {
    /// What `--database` takes.
    pub url: String,
    _kept: Kept,
}

/// What must live as long as the database.
enum Kept {
    Folder { _folder: TempDir },
    Database { _database: FreshDatabase },
}

impl TestDatabase {
    /// A new SQLite file in a folder of its own.
    pub fn sqlite() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("allervers.sqlite").display());
        Ok(Self { url, _kept: Kept::Folder { _folder: folder } })
    }

    /// A new database on the PostgreSQL server of the tests.
    pub fn postgres() -> anyhow::Result<Self> {
        let database = FreshDatabase::create()?;
        Ok(Self { url: database.url()?, _kept: Kept::Database { _database: database } })
    }
}

/// Two trials, `name::sqlite` and `name::postgres`, each with an empty database of its own. The body is not async: it
/// calls [`super::block_on`], and the database goes after it has returned.
pub fn on_both(name: &str, body: fn(&TestDatabase) -> anyhow::Result<()>) -> Vec<Trial> {
    on_both_with(name, &[], body)
}

/// The same for a test that also needs these tools.
pub fn on_both_with(name: &str, needs: &[Tool], body: fn(&TestDatabase) -> anyhow::Result<()>) -> Vec<Trial> {
    let with_server: Vec<_> = needs.iter().copied().chain([Tool::Postgres]).collect();
    vec![
        trial(&format!("{name}::sqlite"), needs, move || body(&TestDatabase::sqlite()?)),
        trial(&format!("{name}::postgres"), &with_server, move || body(&TestDatabase::postgres()?)),
    ]
}

//! A PostgreSQL database of its own for one test, on the server of `ALLERVERS_TEST_POSTGRES`.

use anyhow::Context;
use sea_orm::{ConnectionTrait, Database};
use uuid::Uuid;

use super::block_on;

/// A fresh, empty database; dropped with this value, also when the test fails.
pub struct FreshDatabase {
    server: String,
    name: String,
}

impl FreshDatabase {
    /// Creates one.
    pub fn create() -> anyhow::Result<Self> {
        let server = std::env::var("ALLERVERS_TEST_POSTGRES")
            .context("ALLERVERS_TEST_POSTGRES should hold the URL of a PostgreSQL server, as scripts/test sets it")?;
        let name = format!("allervers_{}", Uuid::now_v7().simple());
        execute(&server, &format!("CREATE DATABASE {name}"))?;
        Ok(Self { server, name })
    }

    /// Its URL.
    pub fn url(&self) -> anyhow::Result<String> {
        let mut url = url::Url::parse(&self.server).context("ALLERVERS_TEST_POSTGRES is not a URL")?;
        url.set_path(&self.name);
        Ok(url.into())
    }
}

impl Drop for FreshDatabase {
    fn drop(&mut self) {
        // Pools that the test left open must not keep the database alive.
        if let Err(e) = execute(&self.server, &format!("DROP DATABASE {} WITH (FORCE)", self.name)) {
            eprintln!("the test database {} stays behind: {e:#}", self.name);
        }
    }
}

fn execute(server: &str, statement: &str) -> anyhow::Result<()> {
    block_on(async {
        let connection = Database::connect(server).await?;
        connection.execute_unprepared(statement).await?;
        Ok(connection.close().await?)
    })
}

//! The settings of the database, and its write transactions.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use allervers::domain::address::{NotMailable, PostalAddress};
use allervers::domain::campaign::List;
use allervers::domain::id::{CampaignId, DeliveryId, HouseholdId, RetireeId, StructureId};
use allervers::domain::phone::Phone;
use allervers::domain::retiree::{Birth, Civility, Retiree};
use allervers::store::listed::{Chunk, KeptRow, PersonColumns, RowPlace};
use allervers::store::{self, Store, StoreError};
use anyhow::{Context, ensure};
use libtest_mimic::Trial;
use sea_orm::{ConnectionTrait, SqlErr, Statement};

use crate::support::campaign::TestCampaign;
use crate::support::databases::{TestDatabase, on_both};
use crate::support::{KEY, Tool, block_on, trial};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        vec![
            trial("sqlite_survives_a_power_cut_and_keeps_its_links", &[], sqlite_settings),
            trial("postgres_tries_a_deadlock_again", &[Tool::Postgres], deadlock),
        ],
        on_both("the_schema_is_made_once", the_schema_is_made_once),
        on_both("what_a_list_brings_comes_back", what_a_list_brings),
        on_both("a_failed_write_leaves_nothing", a_failed_write_leaves_nothing),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn sqlite_settings() -> anyhow::Result<()> {
    let database = TestDatabase::sqlite()?;
    let store = block_on(Store::open(&database.url, KEY.into()))?;
    let asked = |pragma: &'static str| -> anyhow::Result<[String; 2]> {
        let read = block_on(pragma_of(store.read(), pragma))?;
        let written = block_on(store.write(move |tx| {
            Box::pin(async move { pragma_of(tx, pragma).await.map_err(|e| StoreError::Stored(e.to_string())) })
        }))?;
        Ok([read, written])
    };
    ensure!(asked("journal_mode")? == ["wal", "wal"], "WAL");
    ensure!(asked("synchronous")? == ["2", "2"], "FULL");
    ensure!(asked("journal_size_limit")? == ["67108864", "67108864"], "a log that shrinks again");
    // What a list brings waits less for the disk, and its log is moved beside it; whoever writes next does as usual.
    let of = (StructureId::new(), CampaignId::new(), DeliveryId::new());
    let rows = Chunk::default().prepare(store.read(), of.0, of.1, of.2, chrono::NaiveDate::MIN)?;
    block_on(store.bring_in(rows))?;
    ensure!(asked("synchronous")? == ["2", "2"], "FULL after a list");
    ensure!(asked("wal_autocheckpoint")? == ["1000", "1000"], "1000 pages after a list");
    ensure!(asked("temp_store")? == ["0", "0"], "as usual after a list");
    ensure!(asked("foreign_keys")? == ["1", "1"], "foreign keys");
    ensure!(asked("busy_timeout")? == ["10000", "10000"], "10 s");
    Ok(())
}

fn what_a_list_brings(database: &TestDatabase) -> anyhow::Result<()> {
    let campaign = block_on(TestCampaign::in_database(database))?;
    let store = &campaign.store;
    let found = block_on(store::campaign::by_slug(store.read(), "lozere"))?.context("the campaign")?;
    let (scope, id) = (found.structure, found.id);
    let list = List { sha256: "f".repeat(64), ..found.campaign.lists[0].clone() };
    let purge_on = list.contract.purge_on;
    let delivery = block_on(store.write::<_, StoreError, _>(move |tx| {
        let (list, facts) = (list.clone(), r#"{"header":[],"dropped":[]}"#.to_owned());
        Box::pin(async move { store::delivery::stage(tx, scope, id, &list, facts, chrono::Utc::now()).await })
    }))?;
    let text = str::to_owned;
    let full = Retiree {
        civility: Some(Civility::Madame),
        usage_name: text("PAGÈS"),
        birth_name: Some(text("BRUN")),
        first_name: text("Yvette"),
        birth: Birth::Date(chrono::NaiveDate::from_ymd_opt(1938, 1, 22).context("a day")?),
        deceased: true,
        address: PostalAddress {
            line2: text("APPT 3"),
            line3: text("BAT A"),
            line4: text("12 RUE HAUTE"),
            line5: text("BP 7"),
            line6: text("48000 MENDE"),
            postcode: "48000".parse().ok(),
            commune: "48095".parse().ok(),
            institution: true,
            not_mailable: Some(NotMailable::KnownWrong),
        },
        phone: Phone::parse("04 65 71 00 00").ok(),
        email: Some(text("yvette@exemple.fr")),
        fund_reference: Some(text("A12")),
    };
    let bare = Retiree { usage_name: text("VIDAL"), ..Retiree::default() };
    let aged = Retiree { birth: Birth::Year(1941), ..bare.clone() };
    let (household, first) = (HouseholdId::new(), RetireeId::new());
    let mut chunk = Chunk::default();
    chunk.household(household, "00ff");
    for (row, person) in (1..).zip([&full, &bare, &aged]) {
        let (id, same_as) = if row == 1 { (first, None) } else { (RetireeId::new(), Some(first)) };
        let place = RowPlace { id, row, same_as, household };
        chunk.person(place, &PersonColumns::of(person), &format!(" ROW {row} "));
    }
    for (row, outcome) in [(1, "corrected"), (4, "refused")] {
        chunk.row(row, &KeptRow { outcome, reason: "parce que".into(), cells: r#"["a","« b »"]"#.into() });
    }
    let prepared = chunk.prepare(store.read(), scope, id, delivery, purge_on)?;
    block_on(store.bring_in(prepared))?;
    let people = block_on(store::listed::retirees(store.read(), delivery))?;
    let rows = block_on(store::listed::import_rows(store.read(), delivery))?;
    ensure!(people.iter().map(|p| &p.retiree).eq([&full, &bare, &aged]), "{people:?}");
    ensure!(people.iter().map(|p| p.same_as).eq([None, Some(first), Some(first)]), "{people:?}");
    ensure!(
        people.iter().all(|p| p.household == household && p.search_name == format!(" ROW {} ", p.row)),
        "{people:?}"
    );
    ensure!(rows.iter().map(|r| (r.row, r.outcome.as_str())).eq([(1, "corrected"), (4, "refused")]), "{rows:?}");
    ensure!(rows.iter().all(|r| r.reason == "parce que" && r.cells == ["a", "« b »"]), "{rows:?}");
    Ok(())
}

async fn pragma_of(db: &impl ConnectionTrait, pragma: &str) -> anyhow::Result<String> {
    let asked = Statement::from_string(sea_orm::DbBackend::Sqlite, format!("PRAGMA {pragma}"));
    let row = db.query_one_raw(asked).await?.context("a row")?;
    let column = row.column_names().first().context("a column")?.clone();
    Ok(match row.try_get::<String>("", &column) {
        Ok(text) => text,
        Err(_) => row.try_get::<i64>("", &column)?.to_string(),
    })
}

fn the_schema_is_made_once(database: &TestDatabase) -> anyhow::Result<()> {
    for _ in 0..2 {
        let store = block_on(Store::open(&database.url, KEY.into()))?;
        block_on(store.ping())?;
        block_on(store.close())?;
    }
    Ok(())
}

fn a_failed_write_leaves_nothing(database: &TestDatabase) -> anyhow::Result<()> {
    let store = block_on(Store::open(&database.url, KEY.into()))?;
    let failed = block_on(store.write(|tx| {
        Box::pin(async move {
            insert_structure(tx, "Un").await?;
            insert_structure(tx, "Un").await
        })
    }));
    ensure!(
        matches!(failed, Err(StoreError::Database(ref e)) if matches!(e.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))),
        "a name is unique"
    );
    ensure!(block_on(allervers::store::user::structures(store.read()))?.is_empty(), "the first insert is undone");
    Ok(())
}

/// Two transactions that take the same two rows in opposite order: PostgreSQL ends one of them, which is tried again.
fn deadlock() -> anyhow::Result<()> {
    let database = TestDatabase::postgres()?;
    let store = block_on(Store::open(&database.url, KEY.into()))?;
    for name in ["a", "b"] {
        block_on(store.write(move |tx| Box::pin(async move { insert_structure(tx, name).await })))?;
    }
    let tries = Arc::new(AtomicU32::new(0));
    let both_hold_one = Arc::new(tokio::sync::Barrier::new(2));
    let swap = |first: &'static str, second: &'static str| {
        let (store, tries, barrier) = (store.clone(), tries.clone(), both_hold_one.clone());
        async move {
            let store: Store = store;
            store
                .write(move |tx| {
                    let (tries, barrier) = (tries.clone(), barrier.clone());
                    Box::pin(async move {
                        let nth = tries.fetch_add(1, Ordering::SeqCst);
                        touch(tx, first).await?;
                        if nth < 2 {
                            barrier.wait().await;
                        }
                        touch(tx, second).await
                    })
                })
                .await
        }
    };
    let (one, other) = block_on(async { tokio::join!(swap("a", "b"), swap("b", "a")) });
    one?;
    other?;
    ensure!(tries.load(Ordering::SeqCst) == 3, "one of the two was tried again");
    Ok(())
}

async fn insert_structure(db: &impl ConnectionTrait, name: &str) -> Result<(), StoreError> {
    let id = StructureId::new();
    let columns = "id, name, street, postcode, town, phone, hours, data_email, signatory";
    let sql = match db.get_database_backend() {
        sea_orm::DbBackend::Postgres => {
            format!("INSERT INTO structure ({columns}) VALUES ('{id}', '{name}', '', '', '', '', '', '', '')")
        }
        _ => format!(
            "INSERT INTO structure ({columns}) VALUES (x'{}', '{name}', '', '', '', '', '', '', '')",
            id.0.simple()
        ),
    };
    db.execute_unprepared(&sql).await?;
    Ok(())
}

async fn touch(db: &impl ConnectionTrait, name: &str) -> Result<(), StoreError> {
    db.execute_unprepared(&format!("UPDATE structure SET hours = 'x' WHERE name = '{name}'")).await?;
    Ok(())
}

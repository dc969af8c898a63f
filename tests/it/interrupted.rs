//! Imports that do not come to their end: killed in the middle, or of a file that is no list.

use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use allervers::service::Store;
use anyhow::{Context, ensure};
use libtest_mimic::Trial;
use sea_orm::{ConnectionTrait, Statement};

use crate::support::block_on;
use crate::support::databases::{TestDatabase, on_both};
use crate::support::pack::{TestPack, allervers, said};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        on_both("an_import_killed_while_rows_go_in_leaves_none_behind", killed),
        on_both("a_file_of_two_gigabytes_is_refused_at_once", enormous),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn import(pack: &TestPack, url: &str, file: &Path) -> Command {
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("campaigns/contract.example.toml");
    let mut command = allervers(&pack.var(), url);
    command.args(["import", "essai-2027"]).arg(file).arg("--contract").arg(contract).arg("--yes").stdin(Stdio::null());
    command
}

fn killed(database: &TestDatabase) -> anyhow::Result<()> {
    const ROWS: usize = 20_000;
    let pack = TestPack::new()?;
    let run = pack.run(&database.url, &[])?;
    ensure!(run.status.success(), "{}", said(&run));
    let file = pack.path().join("carsat.csv");
    let mut list = std::io::BufWriter::new(std::fs::File::create(&file)?);
    writeln!(list, "Nom;Prénom;Né le;Adresse;CP;Ville")?;
    for person in 0..ROWS {
        let letters: String = person.to_string().bytes().map(|digit| char::from(digit - b'0' + b'A')).collect();
        writeln!(list, "FABRE{letters};Rose;{};{} rue Basse;48000;Mende", 1930 + person % 30, 1 + person % 900)?;
    }
    list.flush()?;
    let mut child = import(&pack, &database.url, &file).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let staged = block_on(async {
        let store = Store::open(&database.url, [7; 32].into()).await?;
        let begun = Instant::now();
        let mut staged = 0;
        // SIGKILL as soon as some rows are in and the others are not.
        while staged == 0 {
            ensure!(child.try_wait()?.is_none(), "the import ended before anybody saw its rows");
            ensure!(begun.elapsed() < Duration::from_secs(300), "no row went in");
            tokio::time::sleep(Duration::from_millis(2)).await;
            staged = count(&store, "SELECT count(*) AS n FROM retiree JOIN delivery ON delivery.id = retiree.delivery_id WHERE delivery.state = 'staged'").await?;
        }
        child.kill()?;
        child.wait()?;
        let staged = count(&store, "SELECT count(*) AS n FROM retiree JOIN delivery ON delivery.id = retiree.delivery_id WHERE delivery.state = 'staged'").await?;
        store.close().await?;
        anyhow::Ok(staged)
    })?;
    ensure!((1..i64::try_from(ROWS)?).contains(&staged), "{staged} rows were in when it was killed");
    let quiet = pack.run(&database.url, &[])?;
    ensure!(quiet.status.success() && said(&quiet).contains("Tout était déjà fait"), "{}", said(&quiet));
    let done = import(&pack, &database.url, &file).output()?;
    ensure!(done.status.success() && said(&done).contains("20\u{202f}000\u{a0}acceptées"), "{}", said(&done));
    block_on(async {
        let store = Store::open(&database.url, [7; 32].into()).await?;
        let named = count(&store, "SELECT count(*) AS n FROM retiree WHERE usage_name LIKE 'FABRE%'").await?;
        let lists = count(&store, "SELECT count(*) AS n FROM delivery WHERE file_name = 'carsat.csv'").await?;
        let homes = count(&store, "SELECT count(*) AS n FROM household JOIN delivery ON delivery.id = household.delivery_id WHERE delivery.file_name = 'carsat.csv'").await?;
        store.close().await?;
        ensure!(named == i64::try_from(ROWS)? && lists == 1, "{named} people of {lists} lists");
        ensure!((1..=named).contains(&homes), "{homes} households");
        Ok(())
    })
}

async fn count(store: &Store, sql: &str) -> anyhow::Result<i64> {
    let db = store.read();
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql.to_owned())).await?;
    Ok(row.context("a count")?.try_get("", "n")?)
}

fn enormous(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    ensure!(pack.run(&database.url, &[])?.status.success(), "the first run");
    let file = pack.path().join("carsat.csv");
    let mut list = std::fs::File::create(&file)?;
    list.write_all(b"Nom;Pr\xc3\xa9nom;Adresse;CP;Ville\nFABRE;Rose;3 rue Basse;48000;Mende\n")?;
    // Sparse: it takes no room on the disk.
    list.seek(SeekFrom::Start(1 << 31))?;
    list.write_all(b"\n")?;
    drop(list);
    let begun = Instant::now();
    let refused = import(&pack, &database.url, &file).output()?;
    let text = said(&refused);
    ensure!(refused.status.code() == Some(1) && text.contains("deux milliards d’octets"), "{text}");
    ensure!(begun.elapsed() < Duration::from_secs(60), "two gigabytes were read to refuse them");
    std::fs::rename(&file, pack.path().join("lists/courte.csv"))?;
    let refused = pack.run(&database.url, &[])?;
    let text = said(&refused);
    ensure!(refused.status.code() == Some(1) && text.contains("deux milliards d’octets"), "{text}");
    Ok(())
}

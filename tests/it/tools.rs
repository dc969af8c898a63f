//! The tools of the tests themselves: if these fail, look at the machine before the code.

use std::process::Command;

use anyhow::{Context, ensure};
use libtest_mimic::Trial;
use sea_orm::{ConnectionTrait, Database};

use crate::support::browser::{PHONE, in_browser};
use crate::support::databases::{TestDatabase, on_both};
use crate::support::{Tool, block_on, trial};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    let mut trials = on_both("a_database_of_its_own_answers", answers);
    trials.push(trial("the_readers_of_print_answer", &[Tool::Poppler, Tool::Qpdf, Tool::Zbar], readers_answer));
    trials.push(trial("a_page_can_be_read_and_photographed_on_a_phone", &[Tool::Browser], photograph_on_a_phone));
    trials
}

fn answers(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let connection = Database::connect(&database.url).await?;
        connection.execute_unprepared("CREATE TABLE seat (number INTEGER)").await?;
        let done = connection.execute_unprepared("INSERT INTO seat SELECT 1").await?;
        ensure!(done.rows_affected() == 1);
        Ok(connection.close().await?)
    })
}

fn readers_answer() -> anyhow::Result<()> {
    for (reader, argument) in
        [("pdftotext", "-v"), ("pdftoppm", "-v"), ("pdffonts", "-v"), ("qpdf", "--version"), ("zbarimg", "--version")]
    {
        let output = Command::new(reader).arg(argument).output().with_context(|| format!("starting {reader}"))?;
        ensure!(output.status.success(), "{reader} {argument}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

fn photograph_on_a_phone() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let picture = folder.path().join("page.png");
    in_browser(async |browser| {
        browser.resize(PHONE, 844).await?;
        let style = "<meta name=viewport content='width=device-width'><div style='height:2000px'>";
        browser.goto(&format!("data:text/html,<title>Ateliers</title>{style}")).await?;
        ensure!(browser.title().await? == "Ateliers");
        ensure!(browser.execute("return innerWidth", vec![]).await? == PHONE);
        browser.screenshot(&picture).await
    })?;
    let png = std::fs::read(picture)?;
    // Width and height stand at fixed places in a PNG.
    let [width, height] = [16, 20].map(|at| u32::from_be_bytes([png[at], png[at + 1], png[at + 2], png[at + 3]]));
    ensure!(width == PHONE && height >= 2000, "the picture is {width} × {height}");
    Ok(())
}

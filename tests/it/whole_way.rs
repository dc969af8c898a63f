//! The whole way, once, as it is lived: a letter is printed, its code scanned, somebody registers, the desk finds them,
//! attendance is marked, and the letter channel goes up by one.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use allervers::store::Store;
use anyhow::{Context, ensure};
use fantoccini::Locator;
use fantoccini::elements::Element;
use libtest_mimic::Trial;

use crate::support::Tool;
use crate::support::browser::{Browser, DESK, PHONE, in_browser};
use crate::support::campaign::hold_three_sessions;
use crate::support::databases::{TestDatabase, on_both_with};
use crate::support::pack::{TestPack, allervers, said};

const PASSWORD: &str = "une phrase de passe";

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    let needs = &[Tool::Browser, Tool::Poppler, Tool::Zbar];
    on_both_with("from_the_code_on_a_letter_to_the_comparison", needs, from_letter_to_comparison)
}

/// The program serving, ended with the test.
struct Server(Child);

impl Server {
    fn start(var: &Path, database: &str, listen: &str) -> anyhow::Result<Self> {
        let mut command = allervers(var, database);
        let mut child = command.args(["serve", "--listen", listen]).stdout(Stdio::piped()).spawn()?;
        let said = BufReader::new(child.stdout.take().context("stdout")?).lines().next().context("a line")??;
        ensure!(said.contains(listen), "{said}");
        Ok(Self(child))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _reaped = self.0.wait();
    }
}

fn from_letter_to_comparison(database: &TestDatabase) -> anyhow::Result<()> {
    // A port that is free now; the program takes it a moment later.
    let listen = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
    let pack = TestPack::new()?;
    pack.change("https://numerique.exemple.fr", &format!("http://{listen}"))?;
    let refused = pack.run(&database.url, &[])?;
    ensure!(refused.status.code() == Some(1) && said(&refused).contains("--allow-local"), "{}", said(&refused));
    let run = pack.run(&database.url, &["--allow-local"])?;
    ensure!(run.status.success(), "{}", said(&run));
    add_coordinator(&pack, database)?;
    let _server = Server::start(&pack.var(), &database.url, &listen)?;
    let scanned = scan(&pack.out().join("letters/lot-001.pdf"), pack.path().parent().context("a folder")?)?;
    ensure!(scanned.starts_with(&format!("http://{listen}/i/")), "{scanned}");
    let number = scanned.rsplit('/').next().context("a number")?.to_owned();

    in_browser(async |browser| {
        browser.resize(PHONE, 844).await?;
        browser.goto(&scanned).await?;
        ensure!(text(browser, "main").await?.contains("est reconnu"), "{}", text(browser, "main").await?);
        click(browser, "a[href^='/ateliers/tablette-mende']").await?;
        click(browser, "form button.main").await?;
        for (name, value) in [("first_name", "Odile"), ("last_name", "Pagès"), ("phone", "04 65 71 92 48")] {
            on_page(browser, &format!("[name={name}]")).await?.send_keys(value).await?;
        }
        click(browser, "form button.main").await?;
        on_page(browser, "dl.after").await?;
        let confirmed = text(browser, "h1").await?;
        ensure!(browser.current_url().await?.path().starts_with("/inscriptions/"), "{confirmed}");

        browser.resize(DESK, 900).await?;
        log_in(browser, &listen).await?;
        let before = letter_channel(browser, &listen).await?;
        browser.goto(&format!("http://{listen}/accueil?q={number}")).await?;
        ensure!(text(browser, "main").await?.contains("Inscriptions du foyer"), "the desk sees the registration");

        // Weeks go by.
        let store = Store::open(&database.url, crate::support::KEY.into()).await?;
        hold_three_sessions(&store, "tablette-mende").await?;
        browser.goto(&format!("http://{listen}/accueil/presences/tablette-mende?seance=1")).await?;
        let sheet = text(browser, "main").await?;
        ensure!(sheet.contains("Pagès Odile"), "the sheet names her: {sheet}");
        click(browser, "input[name=present]").await?;
        click(browser, "form button.main").await?;
        on_page(browser, "[role=status]").await?;
        let after = letter_channel(browser, &listen).await?;
        ensure!(before == (1, 0) && after == (1, 1), "registered and attended households: {before:?}, then {after:?}");
        Ok(())
    })
}

fn add_coordinator(pack: &TestPack, database: &TestDatabase) -> anyhow::Result<()> {
    let mut add = allervers(&pack.var(), &database.url)
        .args(["user", "add", "claude@exemple.fr", "--role", "coordinator", "--password-stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()?;
    writeln!(add.stdin.take().context("stdin")?, "{PASSWORD}")?;
    ensure!(add.wait()?.success(), "the account");
    Ok(())
}

/// What a phone reads on the first page of a PDF.
fn scan(pdf: &Path, folder: &Path) -> anyhow::Result<String> {
    let stem = folder.join("page");
    let drawn = Command::new("pdftoppm").args(["-r", "200", "-png", "-singlefile"]).arg(pdf).arg(&stem).status()?;
    ensure!(drawn.success(), "pdftoppm");
    let read = Command::new("zbarimg").args(["--quiet", "--raw"]).arg(stem.with_extension("png")).output()?;
    Ok(String::from_utf8(read.stdout)?.trim().to_owned())
}

async fn log_in(browser: &Browser, listen: &str) -> anyhow::Result<()> {
    browser.goto(&format!("http://{listen}/connexion")).await?;
    on_page(browser, "[type=email]").await?.send_keys("claude@exemple.fr").await?;
    on_page(browser, "[type=password]").await?.send_keys(PASSWORD).await?;
    click(browser, "main form button").await?;
    on_page(browser, "form[action='/deconnexion']").await?;
    Ok(())
}

/// Registered and attended households of the letters, as the comparison shows them.
async fn letter_channel(browser: &Browser, listen: &str) -> anyhow::Result<(u32, u32)> {
    browser.goto(&format!("http://{listen}/bureau/essai-2027/canaux")).await?;
    for row in browser.find_all(Locator::Css("table.channels tbody tr")).await? {
        if row.find(Locator::Css("th")).await?.text().await?.starts_with("Courrier") {
            let cells = row.find_all(Locator::Css("td.figure")).await?;
            return Ok((cells[1].text().await?.parse()?, cells[2].text().await?.parse()?));
        }
    }
    anyhow::bail!("no row for letters")
}

async fn click(browser: &Browser, css: &str) -> anyhow::Result<()> {
    Ok(on_page(browser, css).await?.click().await?)
}

async fn text(browser: &Browser, css: &str) -> anyhow::Result<String> {
    Ok(on_page(browser, css).await?.text().await?)
}

/// An element, once the page that a click leads to is there.
async fn on_page(browser: &Browser, css: &str) -> anyhow::Result<Element> {
    browser.wait().for_element(Locator::Css(css)).await.with_context(|| css.to_owned())
}

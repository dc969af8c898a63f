//! `allervers import`, as somebody with a terminal or a script uses it.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use anyhow::{Context, ensure};
use libtest_mimic::Trial;
use tempfile::TempDir;

use crate::support::databases::{TestDatabase, on_both};
use crate::support::pack::{TestPack, allervers, said};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        on_both("a_list_is_imported_on_the_command_line", imported),
        on_both("an_import_without_an_answer_changes_nothing", unanswered),
        on_both("a_mapping_file_says_how_a_list_is_read", mapped),
        on_both("a_list_of_which_many_rows_would_be_refused_stops_the_run", misread),
        on_both("a_protected_list_is_opened_by_its_password", protected),
        on_both("a_killed_import_leaves_nothing_half_in", killed),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A campaign that was run, and a folder for lists and contracts.
struct Desk<'d> {
    pack: TestPack,
    folder: TempDir,
    database: &'d TestDatabase,
}

impl<'d> Desk<'d> {
    fn new(database: &'d TestDatabase) -> anyhow::Result<Self> {
        let pack = TestPack::new()?;
        let run = pack.run(&database.url, &[])?;
        ensure!(run.status.success(), "{}", said(&run));
        let desk = Self { pack, folder: tempfile::tempdir()?, database };
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("campaigns/contract.example.toml");
        std::fs::write(desk.path("contrat.toml"), std::fs::read_to_string(example)?)?;
        Ok(desk)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        Ok(std::fs::write(self.path(name), bytes)?)
    }

    fn command(&self, file: &str, more: &[&str]) -> std::process::Command {
        let mut command = allervers(&self.pack.var(), &self.database.url);
        command
            .args(["import", "essai-2027"])
            .arg(self.path(file))
            .arg("--contract")
            .arg(self.path("contrat.toml"))
            .args(more)
            .stdin(Stdio::null());
        command
    }

    fn import(&self, file: &str, more: &[&str]) -> anyhow::Result<Output> {
        Ok(self.command(file, more).output()?)
    }
}

const LIST: &str = "NIR;Nom;Prénom;Né le;Adresse;CP;Ville\n\
    248014809512385;FABRE;Rose;22/01/1948;3 rue Basse;48000;Mende\n\
    ;BRUN;Jean;31/02/1940;7 rue Haute;48100;Marvejols\n\
    ;;Yvonne;1940;9 rue Haute;48100;Marvejols\n";

fn imported(database: &TestDatabase) -> anyhow::Result<()> {
    let desk = Desk::new(database)?;
    desk.write("carsat.csv", LIST.as_bytes())?;
    let out = desk.path("sort.csv");
    let more = ["--yes", "--outcomes", out.to_str().context("a path")?];
    let done = desk.import("carsat.csv", &more)?;
    let text = said(&done);
    ensure!(done.status.success(), "{text}");
    for wanted in
        ["codage UTF-8", "Nom d’usage", "écartée", "1\u{a0}acceptée, 1\u{a0}corrigée, 1\u{a0}refusée", "Liste acceptée"]
    {
        ensure!(text.contains(wanted), "{wanted}: {text}");
    }
    // What no letter reaches is said in French, and what is not read is named.
    desk.write("sans-rue.csv", LIST.replace("3 rue Basse", "").as_bytes())?;
    let no_street = desk.import("sans-rue.csv", &["--yes"])?;
    ensure!(said(&no_street).contains("sans lettre : ni voie, ni lieu-dit"), "{}", said(&no_street));
    ensure!(text.contains("dernière ligne du fichier : 3, refusée"), "a file that was cut is seen: {text}");
    ensure!(!text.contains("FABRE") && !text.contains("248014809512385"), "people are not shown: {text}");
    let outcomes = std::fs::read_to_string(&out)?;
    ensure!(outcomes.lines().nth(3).is_some_and(|l| l.starts_with("3,refused,")), "{outcomes}");
    std::fs::remove_file(&out)?;
    let again = desk.import("carsat.csv", &more)?;
    ensure!(again.status.success() && said(&again).contains("déjà dans la campagne"), "{}", said(&again));
    ensure!(std::fs::read_to_string(&out)? == outcomes, "what became of the rows can be had again");
    let sample = desk
        .write("autre.csv", LIST.replace("Rose", "Anne").as_bytes())
        .and_then(|()| desk.import("autre.csv", &["--yes", "--sample"]))?;
    ensure!(said(&sample).contains("FABRE | Anne") && !said(&sample).contains("24801"), "{}", said(&sample));
    Ok(())
}

fn unanswered(database: &TestDatabase) -> anyhow::Result<()> {
    let desk = Desk::new(database)?;
    desk.write("carsat.csv", LIST.as_bytes())?;
    let stopped = desk.import("carsat.csv", &[])?;
    ensure!(stopped.status.code() == Some(1) && said(&stopped).contains("--yes"), "{}", said(&stopped));
    let after = desk.import("carsat.csv", &["--yes"])?;
    ensure!(after.status.success() && said(&after).contains("Liste acceptée"), "{}", said(&after));
    for (file, bytes, wanted) in [
        ("faux.csv", &b"%PDF-1.7"[..], "PDF"),
        ("sans.csv", b"Couleur;Taille\nbleu;3\nvert;4\n", "--mapping"),
        ("vide.csv", b"", "est vide"),
    ] {
        desk.write(file, bytes)?;
        let refused = desk.import(file, &["--yes"])?;
        ensure!(refused.status.code() == Some(1) && said(&refused).contains(wanted), "{wanted}: {}", said(&refused));
    }
    desk.write("contrat.toml", b"fund = \"la MSA\"\nrole = \"chef\"\n")?;
    let refused = desk.import("carsat.csv", &["--yes"])?;
    let text = said(&refused);
    ensure!(refused.status.code() == Some(1) && text.contains("contrat.toml, ligne 2"), "{text}");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("campaigns/contract.example.toml");
    let example = std::fs::read_to_string(example)?;
    desk.write("contrat.toml", example.replace("\"2026-11-02\"", "\"J+1\"").as_bytes())?;
    let text = said(&desk.import("carsat.csv", &["--yes"])?);
    ensure!(text.contains("contrat.toml, ligne 23") && text.contains("après aujourd’hui"), "{text}");
    let wrong = allervers(&desk.pack.var(), &desk.database.url).args(["import", "essai-2027"]).output()?;
    ensure!(wrong.status.code() == Some(2), "{}", said(&wrong));
    Ok(())
}

fn misread(database: &TestDatabase) -> anyhow::Result<()> {
    let desk = Desk { pack: TestPack::new()?, folder: tempfile::tempdir()?, database };
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("campaigns/contract.example.toml");
    std::fs::copy(example, desk.path("contrat.toml"))?;
    let nameless = "M.;;;Louis;05/05/1944;;1 rue Basse;;48000;Mende;;;\n".repeat(20);
    let list = format!("{}{nameless}", crate::support::pack::SHORT_LIST);
    desk.pack.write("lists/courte.csv", list.as_bytes())?;
    let stopped = desk.pack.run(&database.url, &[])?;
    let text = said(&stopped);
    ensure!(stopped.status.code() == Some(1), "{text}");
    ensure!(text.contains("plus d’une sur vingt") && text.contains("Commune\u{a0}: Commune"), "{text}");
    ensure!(!desk.pack.out().join("letters/lot-001.pdf").exists(), "a letter");
    // Who has looked at it takes it as it is.
    desk.write("courte.csv", list.as_bytes())?;
    let taken = desk.import("courte.csv", &["--yes"])?;
    ensure!(taken.status.success() && said(&taken).contains("plus d’une ligne sur vingt"), "{}", said(&taken));
    let printed = desk.pack.run(&database.url, &[])?;
    ensure!(printed.status.success() && desk.pack.out().join("letters/lot-001.pdf").exists(), "{}", said(&printed));
    Ok(())
}

fn mapped(database: &TestDatabase) -> anyhow::Result<()> {
    let desk = Desk::new(database)?;
    desk.write("liste.csv", b"AA;BB;CC;DD\nMARTEAU;Zoltan;48000;Mende\nENCLUME;Xerxes;48000;Mende\n")?;
    desk.write("lecture.toml", b"[columns]\nAA = \"usage_name\"\nBB = \"first_name\"\n")?;
    let mapping = desk.path("lecture.toml");
    let more = ["--yes", "--mapping", mapping.to_str().context("a path")?];
    let done = desk.import("liste.csv", &more)?;
    let text = said(&done);
    ensure!(done.status.success(), "{text}");
    // The next list with these columns is read alike, without being told.
    desk.write("suite.csv", b"AA;BB;CC;DD\nTENAILLE;Zoltan;48000;Mende\nRABOT;Xerxes;48000;Mende\n")?;
    let next = desk.import("suite.csv", &["--yes"])?;
    ensure!(next.status.success() && said(&next).contains("Comme la dernière fois"), "{}", said(&next));
    desk.write("lecture.toml", b"encoding = \"klingon\"\n")?;
    let refused = desk.import("liste.csv", &more)?;
    ensure!(refused.status.code() == Some(1) && said(&refused).contains("lecture.toml, ligne 1"), "{}", said(&refused));
    Ok(())
}

fn protected(database: &TestDatabase) -> anyhow::Result<()> {
    let desk = Desk::new(database)?;
    desk.write("protegee.xlsx", include_bytes!("../fixtures/files/protegee.xlsx"))?;
    let asked = desk.import("protegee.xlsx", &["--yes"])?;
    ensure!(asked.status.code() == Some(1) && said(&asked).contains("ALLERVERS_LIST_PASSWORD"), "{}", said(&asked));
    let wrong = desk.command("protegee.xlsx", &["--yes"]).env("ALLERVERS_LIST_PASSWORD", "sesame").output()?;
    ensure!(wrong.status.code() == Some(1) && said(&wrong).contains("Mot de passe refusé"), "{}", said(&wrong));
    let right = desk.command("protegee.xlsx", &["--yes"]).env("ALLERVERS_LIST_PASSWORD", "sésame 2026").output()?;
    ensure!(right.status.success() && said(&right).contains("3\u{a0}lignes"), "{}", said(&right));
    ensure!(!said(&right).contains("sésame"), "{}", said(&right));
    Ok(())
}

fn killed(database: &TestDatabase) -> anyhow::Result<()> {
    let desk = Desk::new(database)?;
    let mut list = Vec::from(&b"Nom;Pr\xc3\xa9nom;N\xc3\xa9 le;Adresse;CP;Ville\n"[..]);
    for person in 0..12_000 {
        writeln!(list, "FABRE{person};Rose;{};{} rue Basse;48000;Mende", 1930 + person % 30, 1 + person % 900)?;
    }
    desk.write("carsat.csv", &list)?;
    for lines in [1, 2] {
        let mut child = desk.command("carsat.csv", &["--yes"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let stdout = BufReader::new(child.stdout.take().context("stdout")?);
        // Killed once it has said what it understood, while the rows go in.
        drop(stdout.lines().take(lines).collect::<Result<Vec<_>, _>>()?);
        child.kill()?;
        child.wait()?;
    }
    let run = desk.pack.run(&database.url, &[])?;
    ensure!(run.status.success() && !said(&run).contains("FABRE"), "{}", said(&run));
    let done = desk.import("carsat.csv", &["--yes"])?;
    ensure!(done.status.success(), "{}", said(&done));
    ensure!(said(&done).contains("12\u{202f}000 acceptées") || said(&done).contains("déjà dans"), "{}", said(&done));
    Ok(())
}

//! A small campaign pack in a folder of its own, and the program run on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, ensure};
use tempfile::TempDir;

/// The real pack that ships with the project.
pub fn lozere() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("campaigns/lozere-2026")
}

/// A pack and a `var` folder, both temporary. The pack is that of Lozère with one short list.
pub struct TestPack {
    folder: TempDir,
}

/// Six people in Mende: a couple, the same woman twice, one too young, one in an EHPAD, one without street.
pub const SHORT_LIST: &str = "Civilité;Nom d'usage;Nom de naissance;Prénom;Date de naissance;Complément;Adresse 1;Adresse 2;Code postal;Commune;Téléphone;Courriel;Décès
Mme;PAGÈS;ROUX;Yvette;12/03/1947;;12 rue des Écoles;;48000;Mende;04 65 71 00 01;;
M.;PAGÈS;PAGÈS;Jean;02/11/1945;;12 rue des Écoles;;48000;Mende;;;
Mme;PAGES;ROUX;YVETTE;12/03/1947;;12 RUE DES ECOLES;;48000;MENDE;;;
M.;VIDAL;VIDAL;Paul;07/07/1949;;3 rue Basse;;48000;Mende;;;
Mme;COMBES;ITIER;Odette;01/01/1990;;5 rue Basse;;48000;Mende;;;
Mme;BRUN;BRUN;Simone;09/09/1938;EHPAD La Colagne;1 allée des Soupirs;;48000;Mende;;;
M.;GRAS;GRAS;Louis;05/05/1944;;;;48000;Mende;;;
";

impl TestPack {
    /// The pack as it should be.
    pub fn new() -> anyhow::Result<Self> {
        let pack = Self { folder: tempfile::tempdir()? };
        std::fs::create_dir_all(pack.path().join("lists"))?;
        std::fs::create_dir_all(pack.path().join("texts"))?;
        std::fs::copy(lozere().join("texts/lettre.md"), pack.path().join("texts/lettre.md"))?;
        pack.write("lists/courte.csv", SHORT_LIST.as_bytes())?;
        let source = std::fs::read_to_string(lozere().join("campaign.toml"))?;
        let (head, _) = source.split_once("[[list]]\nfile = \"lists/msa").context("the pack has a second list")?;
        pack.write("campaign.toml", head.replace("lists/agirc-arrco-lozere.csv", "lists/courte.csv").as_bytes())?;
        Ok(pack)
    }

    /// The pack's folder.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("essai-2027")
    }

    /// Where the program keeps its things.
    pub fn var(&self) -> PathBuf {
        self.folder.path().join("var")
    }

    /// What `run` wrote.
    pub fn out(&self) -> PathBuf {
        self.var().join("out/essai-2027")
    }

    /// Writes a file of the pack.
    pub fn write(&self, path: &str, bytes: &[u8]) -> anyhow::Result<()> {
        Ok(std::fs::write(self.path().join(path), bytes)?)
    }

    /// Replaces a text that stands in `campaign.toml`, where it stands first.
    pub fn change(&self, from: &str, to: &str) -> anyhow::Result<()> {
        let source = std::fs::read_to_string(self.path().join("campaign.toml"))?;
        ensure!(source.contains(from), "the pack has no « {from} »");
        self.write("campaign.toml", source.replacen(from, to, 1).as_bytes())
    }

    /// `allervers COMMAND PACK`.
    pub fn command(&self, database: &str, command: &str, options: &[&str]) -> anyhow::Result<Output> {
        Ok(allervers(&self.var(), database).arg(command).arg(self.path()).args(options).output()?)
    }

    /// Runs the pack.
    pub fn run(&self, database: &str, options: &[&str]) -> anyhow::Result<Output> {
        run(&self.path(), &self.var(), database, options)
    }
}

/// `allervers run PACK`, as a user would.
pub fn run(pack: &Path, var: &Path, database: &str, options: &[&str]) -> anyhow::Result<Output> {
    Ok(allervers(var, database).arg("run").arg(pack).args(options).output()?)
}

/// The program with its global options.
pub fn allervers(var: &Path, database: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_allervers"));
    command.arg("--var").arg(var).arg("--database").arg(database);
    command
}

/// Standard output and error as text.
pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Every file under a folder with its bytes, by relative path.
pub fn files(folder: &Path) -> anyhow::Result<std::collections::BTreeMap<String, Vec<u8>>> {
    let mut found = std::collections::BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).with_context(|| next.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(folder)?.to_string_lossy().into_owned(), std::fs::read(&path)?);
            }
        }
    }
    Ok(found)
}

//! A contract that says something else about matching after its list was read.

use std::collections::BTreeSet;

use anyhow::ensure;
use libtest_mimic::Trial;

use crate::support::databases::{TestDatabase, on_both};
use crate::support::pack::{SHORT_LIST, TestPack, files, lozere, said};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        on_both("a_contract_that_forbids_matching_parts_the_lists_before_printing", before_printing),
        on_both("a_contract_that_forbids_matching_is_refused_after_printing", after_printing),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The short list, and Mrs PAGÈS again in the list of another fund.
fn two_lists() -> anyhow::Result<TestPack> {
    let pack = TestPack::new()?;
    let lines: Vec<&str> = SHORT_LIST.lines().collect();
    pack.write("lists/msa.csv", format!("{}\n{}\n", lines[0], lines[3]).as_bytes())?;
    let source = std::fs::read_to_string(pack.path().join("campaign.toml"))?;
    let list = source.find("[[list]]").map(|at| source[at..].to_owned()).unwrap_or_default();
    let second = list.replace("courte.csv", "msa.csv").replace("l’Agirc-Arrco", "la MSA");
    pack.write("campaign.toml", format!("{source}\n{second}").as_bytes())?;
    Ok(pack)
}

/// Flips `matching` of the second list.
fn forbid(pack: &TestPack) -> anyhow::Result<()> {
    let source = std::fs::read_to_string(pack.path().join("campaign.toml"))?;
    let at = source.rfind("matching = true").unwrap_or_default();
    let changed = format!("{}matching = false{}", &source[..at], &source[at + "matching = true".len()..]);
    pack.write("campaign.toml", changed.as_bytes())
}

/// People and households of a list's outcomes.
fn people(pack: &TestPack, list: &str) -> anyhow::Result<BTreeSet<String>> {
    let out = files(&pack.out())?;
    let mut rows = csv::Reader::from_reader(&out[&format!("outcomes/{list}.csv")][..]);
    let mut found = BTreeSet::new();
    for row in rows.records() {
        let row = row?;
        found.extend([format!("person {}", &row[3]), format!("household {}", &row[4])]);
    }
    Ok(found)
}

fn before_printing(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = two_lists()?;
    let letter = std::fs::read_to_string(lozere().join("texts/lettre.md"))?;
    // A text that no page holds: the lists are in when the run stops.
    pack.write("texts/lettre.md", letter.replace("{{ateliers}}", &"Bonjour à tous. ".repeat(300)).as_bytes())?;
    let stopped = pack.run(&database.url, &[])?;
    ensure!(stopped.status.code() == Some(1) && said(&stopped).contains("une page"), "{}", said(&stopped));
    pack.write("texts/lettre.md", letter.as_bytes())?;
    forbid(&pack)?;
    let done = pack.run(&database.url, &[])?;
    ensure!(done.status.success(), "{}", said(&done));
    let (ours, theirs) = (people(&pack, "courte")?, people(&pack, "msa")?);
    ensure!(!theirs.is_empty() && ours.is_disjoint(&theirs), "no link is left that the contract forbids");
    Ok(())
}

fn after_printing(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = two_lists()?;
    ensure!(pack.run(&database.url, &[])?.status.success(), "the first run");
    ensure!(!people(&pack, "courte")?.is_disjoint(&people(&pack, "msa")?), "Mrs PAGÈS is in both");
    forbid(&pack)?;
    for options in [&[][..], &["--reissue"]] {
        let refused = pack.run(&database.url, options)?;
        let text = said(&refused);
        ensure!(refused.status.code() == Some(1) && text.contains("msa.csv") && text.contains("contrat"), "{text}");
    }
    Ok(())
}

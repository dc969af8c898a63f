//! A print run as the office lives it: the funder's approval first, lots to the post, what comes after.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};
use libtest_mimic::Trial;

use crate::support::Tool;
use crate::support::databases::{TestDatabase, on_both, on_both_with};
use crate::support::pack::{TestPack, allervers, files, said};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        on_both("a_structures_logo_is_printed_once_and_is_no_change_the_second_time", logo_twice),
        on_both_with("no_letter_before_the_funder_approved_its_proof", &[Tool::Poppler], approval),
        on_both("what_is_posted_is_not_printed_again", posted),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const SLUG: &str = "essai-2027";
const APPROVER: &str = "Dominique Exemple, action sociale Agirc-Arrco";

fn letters(pack: &TestPack) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let all = files(&pack.out())?;
    Ok(all.into_iter().filter(|(path, _)| path.starts_with("letters/")).collect())
}

fn logo_twice(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2 1'><path d='M0 0h2v1z' fill='#0e4d47'/></svg>";
    pack.write("logo.svg", svg.as_bytes())?;
    pack.change("[structure]\n", "[structure]\nlogo = \"logo.svg\"\ncolour = \"#4a1942\"\n")?;
    let first = pack.run(&database.url, &[])?;
    ensure!(first.status.success(), "{}", said(&first));
    let again = pack.run(&database.url, &[])?;
    ensure!(said(&again).contains("Tout était déjà fait"), "{}", said(&again));
    // Another logo is another letter; another colour is not.
    let letters_before = letters(&pack)?;
    pack.change("#4a1942", "#123456")?;
    let coloured = pack.run(&database.url, &["--reissue"])?;
    ensure!(coloured.status.success() && letters(&pack)? == letters_before, "{}", said(&coloured));
    pack.write("logo.svg", svg.replace("0e4d47", "a4262c").as_bytes())?;
    let changed = pack.run(&database.url, &[])?;
    ensure!(changed.status.code() == Some(1) && said(&changed).contains("les logos"), "{}", said(&changed));
    Ok(())
}

fn approval(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    pack.change("approved_on = \"J-1\"\n", "")?;
    let first = pack.run(&database.url, &[])?;
    ensure!(first.status.success(), "{}", said(&first));
    ensure!(
        said(&first).contains(APPROVER) && said(&first).contains("Aucune lettre n’est imprimée"),
        "{}",
        said(&first)
    );
    ensure!(letters(&pack)?.is_empty(), "nothing that could be posted");
    let proof = pack.out().join("proof/letters.pdf");
    let text = std::process::Command::new("pdftotext").args(["-layout"]).arg(&proof).arg("-").output()?;
    let text = String::from_utf8(text.stdout)?;
    let pages: Vec<&str> = text.split('\u{c}').filter(|p| !p.trim().is_empty()).collect();
    ensure!((2..=20).contains(&pages.len()), "{} letters in the proof", pages.len());
    ensure!(text.contains("EXEMPLE"), "{text}");
    for of_list in ["PAGÈS", "VIDAL", "12 RUE DES ECOLES"] {
        ensure!(!text.contains(of_list), "a fund reads nobody's name: {of_list}");
    }
    ensure!(files(&pack.out())?.keys().any(|f| f.starts_with("flyers/")), "the rest is made");

    let approve = |by: &str| allervers(&pack.var(), &database.url).args(["approve", SLUG, "--by", by]).output();
    let stranger = approve("Camille Inconnue")?;
    ensure!(stranger.status.code() == Some(1) && said(&stranger).contains(APPROVER), "{}", said(&stranger));
    // A proof that is not there, or shows something else, was approved by nobody.
    let shown = pack.out().join("proof/content.sha256");
    let digest = std::fs::read(&shown)?;
    std::fs::write(&shown, "0000")?;
    let blind = approve("dominique exemple")?;
    ensure!(blind.status.code() == Some(1) && said(&blind).contains("ne montre pas"), "{}", said(&blind));
    std::fs::write(&shown, digest)?;
    ensure!(approve("dominique exemple")?.status.success());

    // Another content is another approval.
    pack.change("seed = 48", "seed = 48\n# la graine ne se lit pas sur une lettre")?;
    pack.change("9 place de l’Exemple", "10 place de l’Exemple")?;
    let changed = pack.run(&database.url, &["--reissue"])?;
    ensure!(changed.status.success() && letters(&pack)?.is_empty(), "{}", said(&changed));
    ensure!(said(&changed).contains(APPROVER), "{}", said(&changed));
    ensure!(approve(APPROVER)?.status.success());
    let printed = pack.run(&database.url, &[])?;
    ensure!(printed.status.success(), "{}", said(&printed));
    let lots = letters(&pack)?;
    ensure!(lots.contains_key("letters/lot-001.pdf") && lots.contains_key("letters/manifest.csv"), "{:?}", lots.keys());
    let again = pack.run(&database.url, &[])?;
    ensure!(said(&again).contains("Tout était déjà fait"), "{}", said(&again));

    // A pack that declares the approval vouches for whatever it says.
    pack.change("approved_by", "approved_on = \"J-1\"\napproved_by")?;
    let again = pack.run(&database.url, &[])?;
    ensure!(said(&again).contains("Tout était déjà fait"), "the declaration changes no letter: {}", said(&again));
    pack.change("5 rue de l’Exemple", "6 rue de l’Exemple")?;
    ensure!(pack.run(&database.url, &["--reissue"])?.status.success());
    ensure!(letters(&pack)?.get("letters/lot-001.pdf") != lots.get("letters/lot-001.pdf"), "printed anew");
    Ok(())
}

fn posted(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    let run = |options: &[&str]| {
        let mut command = allervers(&pack.var(), &database.url);
        command.env("ALLERVERS_LOT_SIZE", "1").arg("run").arg(pack.path()).args(options).output()
    };
    let first = run(&[])?;
    ensure!(first.status.success(), "{}", said(&first));
    let before = letters(&pack)?;
    let rows = |files: &BTreeMap<String, Vec<u8>>| -> anyhow::Result<Vec<String>> {
        let manifest = files.get("letters/manifest.csv").context("the manifest")?;
        Ok(String::from_utf8(manifest.clone())?.lines().skip(1).map(str::to_owned).collect())
    };
    crate::support::block_on(async {
        let store = allervers::store::Store::open(&database.url, crate::support::KEY.into()).await?;
        let campaign = allervers::store::campaign::by_slug(store.read(), SLUG).await?.context("the campaign")?;
        let (scope, now) = (campaign.structure, chrono::Utc::now());
        let (mark, var) = (allervers::service::mark_posted::mark_posted, pack.var());
        let today = allervers::service::local(now).date();
        ensure!(mark(&store, &var, scope, SLUG, 99, Some(today), now).await.is_err(), "no such lot");
        let tomorrow = today + chrono::Days::new(1);
        ensure!(mark(&store, &var, scope, SLUG, 1, Some(tomorrow), now).await.is_err(), "not yet");
        mark(&store, &var, scope, SLUG, 1, Some(today), now).await?;
        let totals = allervers::store::audience::letter_totals(store.read(), campaign.id).await?;
        let lots = allervers::store::letter::lots(store.read(), scope, campaign.id).await?;
        ensure!(totals.reached() == lots[0].letters && totals.reached() > 0, "{totals:?}");
        store.close().await?;
        Ok(())
    })?;
    let unchanged = run(&[])?;
    ensure!(said(&unchanged).contains("Tout était déjà fait"), "{}", said(&unchanged));

    pack.change("9 place de l’Exemple", "10 place de l’Exemple")?;
    let refused = run(&[])?;
    ensure!(refused.status.code() == Some(1), "{}", said(&refused));
    let reissued = run(&["--reissue"])?;
    ensure!(reissued.status.success(), "{}", said(&reissued));
    let after = letters(&pack)?;
    ensure!(after.get("letters/lot-001.pdf") == before.get("letters/lot-001.pdf"), "the posted lot stays as it is");
    let (old, new) = (rows(&before)?, rows(&after)?);
    let of_first = |rows: &[String]| rows.iter().filter(|r| r.starts_with("1,")).cloned().collect::<Vec<_>>();
    ensure!(of_first(&old) == of_first(&new), "and its lines in the manifest");
    let numbers = |rows: &[String]| {
        let mut all: Vec<String> = rows.iter().filter_map(|r| r.split(',').nth(2).map(str::to_owned)).collect();
        all.sort();
        all
    };
    ensure!(numbers(&old) == numbers(&new), "every household has one letter, with its number");
    Ok(())
}

//! What comes after a first print run: a list that tells of deaths, and the second wave.

use allervers::service::mark_posted::Which;
use anyhow::{Context, ensure};
use libtest_mimic::Trial;

use crate::printing::{SLUG, letters, manifest, text_of};
use crate::support::Tool;
use crate::support::databases::{TestDatabase, on_both, on_both_with};
use crate::support::pack::{TestPack, allervers, said};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        on_both_with("who_was_drawn_for_later_is_written_to_after_the_first_are_posted", &[Tool::Poppler], second_wave),
        on_both("a_later_list_takes_letters_out_of_their_lots", told_by_a_list),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn second_wave(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    pack.change("later_percent = 15", "later_percent = 50")?;
    let first = pack.run(&database.url, &[])?;
    ensure!(first.status.success() && manifest(&pack)?.len() == 1, "{}", said(&first));
    let before = letters(&pack)?;
    let today = allervers::service::local(chrono::Utc::now()).date();
    let day = |offset: u64| today + chrono::Days::new(offset);
    let begin = |posting: u64, reply: u64| {
        let mut command = allervers(&pack.var(), &database.url);
        command.args([
            "audience",
            SLUG,
            "--next-wave",
            &day(posting).to_string(),
            "--reply-by",
            &day(reply).to_string(),
        ]);
        command.output()
    };
    let early = begin(2, 4)?;
    ensure!(early.status.code() == Some(1) && said(&early).contains("notés comme postés"), "{}", said(&early));
    let soonest = crate::support::block_on(async {
        let store = allervers::store::Store::open(&database.url, crate::support::KEY.into()).await?;
        let campaign = allervers::store::campaign::by_slug(store.read(), SLUG).await?.context("the campaign")?;
        let (scope, now) = (campaign.structure, chrono::Utc::now());
        allervers::service::mark_posted::mark_posted(&store, &pack.var(), scope, SLUG, Which::Lot(1), Some(today), now)
            .await?;
        store.close().await?;
        campaign.campaign.workshops.iter().map(|w| w.first_day()).min().context("a workshop")
    })?;
    // The letters leave the day before the first workshop begins, and ask for an answer after that.
    let begins = u64::try_from((soonest - today).num_days())?;
    let never = begin(400, 420)?;
    ensure!(never.status.code() == Some(1) && said(&never).contains("Aucun atelier ne commence"), "{}", said(&never));
    let reversed = begin(4, 4)?;
    ensure!(reversed.status.code() == Some(1) && said(&reversed).contains("doit suivre"), "{}", said(&reversed));

    let begun = begin(begins - 1, begins + 1)?;
    ensure!(begun.status.success() && said(&begun).contains("1\u{a0}foyer à qui écrire"), "{}", said(&begun));
    let twice = begin(2, 4)?;
    ensure!(twice.status.code() == Some(1) && said(&twice).contains("Personne n’attend"), "{}", said(&twice));
    let mut print = allervers(&pack.var(), &database.url);
    let print = print.args(["run", SLUG]).output()?;
    ensure!(print.status.success(), "{}", said(&print));
    let after = letters(&pack)?;
    ensure!(after["letters/lot-001.pdf"] == before["letters/lot-001.pdf"], "what is at the post stays");
    let rows = manifest(&pack)?;
    ensure!(rows.len() == 2 && rows[0] != rows[1], "{rows:?}");
    let text = text_of(&pack.out().join("letters/lot-002.pdf"))?;
    let says = |day: chrono::NaiveDate| {
        let date = allervers::domain::calendar::long_date(day).replace('\u{a0}', " ");
        text.replace(['\u{a0}', '\n'], " ").contains(&date)
    };
    ensure!(says(day(begins - 1)), "its own day: {text}");
    ensure!(!says(soonest), "nobody is invited to what begins before they can answer: {text}");
    let name = |file: &str| -> anyhow::Result<bool> { Ok(text_of(&pack.out().join(file))?.contains("VIDAL")) };
    ensure!(name("letters/lot-001.pdf")? != name("letters/lot-002.pdf")?, "each household once");
    Ok(())
}

fn told_by_a_list(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    pack.change("later_percent = 15", "later_percent = 0")?;
    let first = pack.run(&database.url, &[])?;
    ensure!(first.status.success() && manifest(&pack)?.len() == 2, "{}", said(&first));

    // Jean PAGÈS has died, Yvette has not; letters to Paul VIDAL come back.
    let later = pack.path().join("suite.csv");
    std::fs::write(
        &later,
        "Civilité;Nom;Prénom;Date de naissance;Adresse;Code postal;Commune;Décès;NPAI\n\
         M.;PAGÈS;Jean;02/11/1945;12 rue des Écoles;48000;Mende;oui;\n\
         M.;VIDAL;Paul;07/07/1949;3 rue Basse;48000;Mende;;oui\n",
    )?;
    // No approval is waited for.
    let example = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("campaigns/contract.example.toml");
    let example = std::fs::read_to_string(example)?.replace("approved_by = ", "# ");
    let contract = pack.path().join("contrat.toml");
    std::fs::write(&contract, example)?;
    let mut import = allervers(&pack.var(), &database.url);
    import.args(["import", SLUG]).arg(&later).arg("--contract").arg(contract).arg("--yes");
    let import = import.output()?;
    ensure!(import.status.success() && said(&import).contains("dernière ligne du fichier : 2, "), "{}", said(&import));

    let refused = pack.run(&database.url, &[])?;
    let text = said(&refused);
    ensure!(refused.status.code() == Some(1) && text.contains("les listes"), "{text}");
    ensure!(text.contains("décès signalé par une liste"), "{text}");
    ensure!(text.contains("adresse signalée fausse par une liste"), "{text}");

    let anew = pack.run(&database.url, &["--reissue"])?;
    ensure!(anew.status.success() && !said(&anew).contains("par une liste"), "{}", said(&anew));
    ensure!(manifest(&pack)?.len() == 1, "only to the widow: {:?}", manifest(&pack)?);
    let checked = pack.command(&database.url, "check", &[])?;
    ensure!(said(&checked).contains("1 lettre vérifiée"), "{}", said(&checked));
    Ok(())
}

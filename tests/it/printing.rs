//! A print run as the office lives it: the funder's approval first, lots to the post, what comes after.

use std::collections::BTreeMap;

use allervers::service::mark_posted::Which;
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
        on_both_with(
            "only_the_letters_that_changed_are_printed_and_the_others_stay_in_their_lots",
            &[Tool::Poppler],
            changed,
        ),
        on_both("a_lost_manifest_is_written_anew_from_the_database", lost_manifest),
        on_both_with("each_lot_has_a_letter_to_the_coordinator_which_counts_nowhere", &[Tool::Poppler], seed),
        on_both("two_people_of_one_name_approve_each_for_their_fund_a_proof_of_its_own", namesakes),
        on_both("a_disk_that_fills_up_leaves_no_half_of_a_lot", full_disk),
        on_both("what_a_killed_run_left_of_its_lots_is_taken_away", killed),
        on_both_with("names_and_addresses_beyond_the_norm_are_printed_or_named", &[Tool::Poppler], beyond_the_norm),
        on_both("texts_that_cannot_be_printed_stop_the_run_with_the_reason", unprintable),
        on_both_with("a_signature_stands_under_the_letter", &[Tool::Poppler], signature),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The short name of the campaign of every pack.
pub const SLUG: &str = "essai-2027";
const APPROVER: &str = "Dominique Exemple, action sociale Agirc-Arrco";

/// What lies in the folder of letters.
pub fn letters(pack: &TestPack) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
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
    // Another colour and another logo are another letter.
    let letters_before = letters(&pack)?;
    pack.change("#4a1942", "#123456")?;
    let coloured = pack.run(&database.url, &["--reissue"])?;
    ensure!(coloured.status.success() && letters(&pack)? != letters_before, "{}", said(&coloured));
    pack.write("logo.svg", svg.replace("0e4d47", "a4262c").as_bytes())?;
    let changed = pack.run(&database.url, &[])?;
    ensure!(changed.status.code() == Some(1) && said(&changed).contains("les logos"), "{}", said(&changed));
    Ok(())
}

fn approval(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    pack.change("mentions = []\n", &format!("mentions = []\napproved_by = \"{APPROVER}\"\n"))?;
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

    // A day that a pack declares changes no letter, and approves nothing that it does not name.
    pack.change("approved_by", "approved_on = \"J-1\"\napproved_by")?;
    let again = pack.run(&database.url, &[])?;
    ensure!(said(&again).contains("Tout était déjà fait"), "the declaration changes no letter: {}", said(&again));
    pack.change("5 rue de l’Exemple", "6 rue de l’Exemple")?;
    let waiting = pack.run(&database.url, &["--reissue"])?;
    ensure!(said(&waiting).contains("Aucune lettre n’est imprimée"), "{}", said(&waiting));
    let aside = letters(&pack)?;
    ensure!(!aside.contains_key("letters/lot-001.pdf"), "nobody posts it by mistake: {:?}", aside.keys());
    ensure!(aside.get("letters/ne-pas-poster/lot-001.pdf") == lots.get("letters/lot-001.pdf"), "{:?}", aside.keys());
    let next = approve(APPROVER)?;
    ensure!(said(&next).contains(&format!("run {SLUG} --reissue")), "{}", said(&next));
    ensure!(pack.run(&database.url, &["--reissue"])?.status.success());
    ensure!(!letters(&pack)?.keys().any(|path| path.contains("ne-pas-poster")), "what was set aside is gone");
    pack.change("6 rue de l’Exemple", "7 rue de l’Exemple")?;
    let waiting = pack.run(&database.url, &["--reissue"])?;
    ensure!(!letters(&pack)?.contains_key("letters/lot-001.pdf"), "{}", said(&waiting));
    // The line to write bears the digest that stands on the proof.
    let waiting = said(&waiting);
    let line = waiting.lines().find(|l| l.contains("approved_content")).context("the line to write")?.trim();
    let digest = line.split('"').nth(1).context("its digest")?;
    ensure!(text_of(&proof)?.contains(&format!("ÉPREUVE {digest}")), "{line}");
    pack.change("approved_by", &format!("{line}\napproved_by"))?;
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
        let all = async |day| mark(&store, &var, scope, SLUG, Which::Unposted, day, now).await;
        ensure!(all(Some(today - chrono::Days::new(1))).await.is_err(), "not printed yet");
        all(Some(today)).await?;
        let posted = allervers::store::letter::lots(store.read(), scope, campaign.id).await?;
        ensure!(posted.len() > 1 && posted.iter().all(|lot| lot.posted_on == Some(today)), "{posted:?}");
        for lot in posted {
            mark(&store, &var, scope, SLUG, Which::Lot(lot.number), None, now).await?;
        }
        ensure!(mark(&store, &var, scope, SLUG, Which::Lot(99), Some(today), now).await.is_err(), "no such lot");
        let tomorrow = today + chrono::Days::new(1);
        ensure!(mark(&store, &var, scope, SLUG, Which::Lot(1), Some(tomorrow), now).await.is_err(), "not yet");
        mark(&store, &var, scope, SLUG, Which::Lot(1), Some(today), now).await?;
        let totals = allervers::store::audience::letter_totals(store.read(), campaign.id).await?;
        let lots = allervers::store::letter::lots(store.read(), scope, campaign.id).await?;
        ensure!(totals.reached() == lots[0].letters && totals.reached() > 0, "{totals:?}");
        let reprint = allervers::service::preview_making::preview_reprint(&store, &var, &campaign).await?;
        ensure!((reprint.letters, reprint.posted) == (lots[1].letters, lots[0].letters), "{reprint:?}");
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

    // Two lots lie there, whatever their numbers.
    pack.change("5 rue de l’Exemple", "6 rue de l’Exemple")?;
    let changed = run(&["--reissue", "--only-changed"])?;
    let summary: serde_json::Value = serde_json::from_slice(&std::fs::read(pack.out().join("summary.json"))?)?;
    ensure!(changed.status.success() && summary["lots"] == 2, "{summary}: {}", said(&changed));
    ensure!(letters(&pack)?.contains_key("letters/lot-003.pdf"), "{:?}", letters(&pack)?.keys());

    // While an approval is awaited, the lists of what is at the post stay with it.
    pack.change("mentions = []\n", &format!("mentions = []\napproved_by = \"{APPROVER}\"\n"))?;
    pack.change("6 rue de l’Exemple", "7 rue de l’Exemple")?;
    let waiting = run(&["--reissue"])?;
    ensure!(said(&waiting).contains("Aucune lettre n’est imprimée"), "{}", said(&waiting));
    let files: Vec<_> = letters(&pack)?.into_keys().collect();
    let stay = ["count-sheet.csv", "count-sheet.pdf", "lot-001.pdf", "manifest.csv", "ne-pas-poster/lot-003.pdf"];
    ensure!(files == stay.map(|name| format!("letters/{name}")), "{files:?}");
    on_the_page(database, &pack)
}

/// The documents page shows what is at the post, and what must not go there without a way to it.
fn on_the_page(database: &TestDatabase, pack: &TestPack) -> anyhow::Result<()> {
    crate::support::block_on(async {
        let store = allervers::store::Store::open(&database.url, crate::support::KEY.into()).await?;
        let (role, password) = (allervers::domain::user::Role::Coordinator, crate::support::campaign::PASSWORD);
        allervers::service::add_user::add_user(&store, "ici@exemple.fr", role, None, password, chrono::Utc::now())
            .await?;
        let overrides = allervers::config::Overrides { var: Some(pack.var()), ..Default::default() };
        let app = allervers::web::App::new(store.clone(), allervers::config::Config::load(None, overrides)?)?;
        let visitor = crate::support::visitor::Visitor::new(app).logged_in("ici@exemple.fr").await?;
        let page = format!("/bureau/{SLUG}/documents");
        let shown = visitor.get(&page).await?.shows(200, &["Ne pas poster", "Lot 3", "posté le"])?;
        shown.shows(200, &["letters/lot-001.pdf", "letters/manifest.csv"])?.hides(&["letters/lot-003.pdf"])?;
        let remake = visitor.get(&format!("{page}/refaire")).await?;
        remake.shows(200, &["pas encore à la poste", "Ce qui est posté (1\u{a0}lettre)"])?;
        store.close().await?;
        Ok(())
    })
}

/// The lines of the manifest without its head.
/// The lines of the manifest.
pub fn manifest(pack: &TestPack) -> anyhow::Result<Vec<String>> {
    let bytes = letters(pack)?.remove("letters/manifest.csv").context("the manifest")?;
    Ok(String::from_utf8(bytes)?.lines().skip(1).map(str::to_owned).collect())
}

/// What poppler reads of a PDF.
pub fn text_of(file: &std::path::Path) -> anyhow::Result<String> {
    let output = std::process::Command::new("pdftotext").args(["-layout"]).arg(file).arg("-").output()?;
    Ok(String::from_utf8(output.stdout)?.replace(['\u{a0}', '\u{202f}'], " "))
}

/// A second list of a fund, with these rows, under the contract of the first but for what `changes` says.
fn second_list(pack: &TestPack, rows: &str, changes: &[(&str, &str)]) -> anyhow::Result<()> {
    let head = "Civilité;Nom d'usage;Nom de naissance;Prénom;Date de naissance;Complément;Adresse 1;Adresse 2;Code postal;Commune;Téléphone;Courriel;Décès\n";
    pack.write("lists/seconde.csv", format!("{head}{rows}").as_bytes())?;
    let source = std::fs::read_to_string(pack.path().join("campaign.toml"))?;
    let (_, list) = source.split_once("[[list]]").context("the first list")?;
    let mut list = list.replace("lists/courte.csv", "lists/seconde.csv");
    for (from, to) in changes {
        ensure!(list.contains(from), "the contract has no « {from} »");
        list = list.replace(from, to);
    }
    pack.write("campaign.toml", format!("{source}\n[[list]]{list}").as_bytes())
}

fn changed(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    pack.change("later_percent = 15", "later_percent = 0")?;
    let first = pack.run(&database.url, &[])?;
    ensure!(first.status.success(), "{}", said(&first));
    let (before, rows) = (letters(&pack)?, manifest(&pack)?);
    ensure!(rows.len() == 2, "{rows:?}");

    // One household more: it alone is printed, in a lot of its own.
    second_list(&pack, "Mme;ROUVIERE;ROUVIERE;Jeanne;03/03/1944;;4 rue Haute;;48300;Langogne;;;\n", &[])?;
    let more = pack.run(&database.url, &["--reissue", "--only-changed"])?;
    ensure!(more.status.success(), "{}", said(&more));
    let after = letters(&pack)?;
    ensure!(after.get("letters/lot-001.pdf") == before.get("letters/lot-001.pdf"), "the others stay in their lot");
    let lines = manifest(&pack)?;
    ensure!(lines[..2] == rows[..] && lines.len() == 3 && lines[2].starts_with("2,1,"), "{lines:?}");
    let text = text_of(&pack.out().join("letters/lot-002.pdf"))?;
    ensure!(text.contains("ROUVIERE") && !text.contains("VIDAL"), "{text}");
    ensure!(!said(&more).contains("à retirer"), "no copy is void: {}", said(&more));
    let again = pack.run(&database.url, &[])?;
    ensure!(said(&again).contains("Tout était déjà fait"), "{}", said(&again));

    // A wrong address: the copy is to be taken out, the lot stays.
    let vidal = rows.iter().position(|_| true).context("a letter")?;
    let number = rows[vidal].split(',').nth(2).context("its number")?.to_owned();
    crate::support::block_on(async {
        let store = allervers::store::Store::open(&database.url, crate::support::KEY.into()).await?;
        let number = allervers::domain::number::InvitationNumber::parse(&number)?;
        let (invited, scope) =
            allervers::store::household::by_number(store.read(), number).await?.context("the invitation")?;
        let write = store.write(move |tx| {
            Box::pin(async move {
                allervers::store::household::report_wrong_address(tx, scope, invited.household, chrono::Utc::now())
                    .await
            })
        });
        write.await?;
        store.close().await?;
        anyhow::Ok(())
    })?;
    let fewer = pack.run(&database.url, &["--reissue", "--only-changed"])?;
    ensure!(
        fewer.status.success() && said(&fewer).contains("Lot 1, lettre 1 : plus de destinataire"),
        "{}",
        said(&fewer)
    );
    ensure!(letters(&pack)?.get("letters/lot-001.pdf") == before.get("letters/lot-001.pdf"), "it stays as it is");
    let lines = manifest(&pack)?;
    ensure!(lines.len() == 2 && lines[0] == rows[1], "what does not go out is not in the manifest: {lines:?}");

    // Another text is another letter for everybody: new lots, whose numbers no paper has yet.
    let letter = std::fs::read_to_string(pack.path().join("texts/lettre.md"))?;
    pack.write("texts/lettre.md", letter.replace("Vous débutez ?", "Vous commencez ?").as_bytes())?;
    let all = pack.run(&database.url, &["--reissue", "--only-changed"])?;
    ensure!(all.status.success(), "{}", said(&all));
    ensure!(said(&all).contains("Lot 1, lettre 2 : à jour dans le lot 3"), "{}", said(&all));
    let lots: Vec<_> = letters(&pack)?.into_keys().filter(|path| path.ends_with(".pdf")).collect();
    ensure!(
        lots.contains(&"letters/lot-003.pdf".to_owned()) && !lots.contains(&"letters/lot-001.pdf".to_owned()),
        "{lots:?}"
    );
    let numbers =
        |lines: &[String]| lines.iter().filter_map(|l| l.split(',').nth(2).map(str::to_owned)).collect::<Vec<_>>();
    ensure!(numbers(&manifest(&pack)?) == numbers(&lines), "each household has one letter, with its number");

    // All letters anew: nothing is left to take out.
    pack.write("texts/lettre.md", letter.as_bytes())?;
    let whole = pack.run(&database.url, &["--reissue"])?;
    ensure!(whole.status.success() && !said(&whole).contains("à retirer"), "{}", said(&whole));
    ensure!(letters(&pack)?.contains_key("letters/lot-001.pdf"), "lots begin at one again");
    Ok(())
}

fn lost_manifest(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    let run = || {
        let mut command = allervers(&pack.var(), &database.url);
        command.env("ALLERVERS_LOT_SIZE", "1").arg("run").arg(pack.path()).output()
    };
    ensure!(run()?.status.success());
    let before = letters(&pack)?;
    crate::support::block_on(async {
        let store = allervers::store::Store::open(&database.url, crate::support::KEY.into()).await?;
        let campaign = allervers::store::campaign::by_slug(store.read(), SLUG).await?.context("the campaign")?;
        let (scope, now) = (campaign.structure, chrono::Utc::now());
        let today = allervers::service::local(now).date();
        allervers::service::mark_posted::mark_posted(&store, &pack.var(), scope, SLUG, Which::Lot(1), Some(today), now)
            .await?;
        let invited = allervers::store::household::invitations_of_campaign(store.read(), campaign.id).await?;
        let posted = invited.iter().find(|i| i.posted_on.is_some()).context("a posted letter")?.household;
        // Whom it went to is not written to any more: that changes no line about what was posted.
        let write = store.write(move |tx| {
            Box::pin(async move { allervers::store::household::report_wrong_address(tx, scope, posted, now).await })
        });
        write.await?;
        store.close().await?;
        anyhow::Ok(())
    })?;
    for lost in ["manifest.csv", "count-sheet.csv", "count-sheet.pdf"] {
        std::fs::remove_file(pack.out().join("letters").join(lost))?;
    }
    let restored = run()?;
    ensure!(restored.status.success(), "{}", said(&restored));
    ensure!(letters(&pack)? == before, "byte for byte");
    Ok(())
}

fn seed(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    let address = "seed_address = [\"Mme Claude EXEMPLE\", \"9 PLACE DE L EXEMPLE\", \"48000 MENDE\"]";
    pack.change("[campaign]\n", "[campaign]\nseed_address = [\"Mme Claude EXEMPLE\", \"MENDE\"]\n")?;
    let wrong = pack.run(&database.url, &[])?;
    ensure!(wrong.status.code() == Some(1) && said(&wrong).contains("code postal"), "{}", said(&wrong));
    pack.change("seed_address = [\"Mme Claude EXEMPLE\", \"MENDE\"]", address)?;
    let first = pack.run(&database.url, &[])?;
    ensure!(first.status.success(), "{}", said(&first));
    let lines = manifest(&pack)?;
    ensure!(lines.len() == 3 && lines[2] == "1,3,,,1,48000,MENDE", "neither number nor household: {lines:?}");
    let lot = pack.out().join("letters/lot-001.pdf");
    let text = text_of(&lot)?;
    ensure!(text.contains("Mme Claude EXEMPLE") && text.contains("00 00 00 00"), "{text}");
    let summary: serde_json::Value = serde_json::from_slice(&std::fs::read(pack.out().join("summary.json"))?)?;
    ensure!(summary["letters"] == 2 && summary["pages"] == 2, "{summary}");
    ensure!(summary["letters_cost_cents"] == 12_000 + 3 * 177, "three are paid: {summary}");
    crate::support::block_on(async {
        let store = allervers::store::Store::open(&database.url, crate::support::KEY.into()).await?;
        let campaign = allervers::store::campaign::by_slug(store.read(), SLUG).await?.context("the campaign")?;
        let totals = allervers::store::audience::letter_totals(store.read(), campaign.id).await?;
        ensure!(totals.reached() == 2, "{totals:?}");
        let typed = allervers::domain::number::InvitationNumber::parse("00 00 00 00");
        ensure!(typed.is_err(), "nobody's number: {typed:?}");
        store.close().await?;
        anyhow::Ok(())
    })?;

    // It is posted like the others, and a spreadsheet in French reads what that costs.
    let counted = std::fs::read(pack.out().join("letters/count-sheet.csv"))?;
    let counted = String::from_utf8(counted)?;
    let lines: Vec<&str> = counted.trim_start_matches('\u{feff}').lines().collect();
    ensure!(counted.starts_with('\u{feff}') && lines[1] == "Lot 1;48;48000;3;3;10;4,56", "{counted}");
    ensure!(lines.last() == Some(&"Ensemble;;;3;3;;4,56"), "{counted}");
    let sheet = text_of(&pack.out().join("letters/count-sheet.pdf"))?;
    ensure!(sheet.contains("4,56 €") && sheet.contains("ne le remplace pas"), "{sheet}");

    let before = letters(&pack)?;
    let again = pack.run(&database.url, &[])?;
    ensure!(said(&again).contains("Tout était déjà fait"), "{}", said(&again));
    std::fs::remove_file(&lot)?;
    ensure!(pack.run(&database.url, &[])?.status.success() && letters(&pack)? == before, "it is made the same again");
    // Two letters to a lot: one to somebody, one to herself.
    let mut small = allervers(&pack.var(), &database.url);
    let small = small.env("ALLERVERS_LOT_SIZE", "2").args(["run", "--reissue"]).arg(pack.path()).output()?;
    ensure!(small.status.success(), "{}", said(&small));
    std::fs::remove_file(&lot)?;
    let mut small = allervers(&pack.var(), &database.url);
    let small = small.env("ALLERVERS_LOT_SIZE", "2").args(["run", "--reissue"]).arg(pack.path()).output()?;
    ensure!(small.status.success(), "{}", said(&small));
    let lines = manifest(&pack)?;
    let of_lot = |lot: &str| lines.iter().filter(|line| line.starts_with(lot)).count();
    ensure!((of_lot("1,"), of_lot("2,")) == (2, 2), "no lot is over its size: {lines:?}");
    Ok(())
}

fn namesakes(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    pack.change("later_percent = 15", "later_percent = 0")?;
    pack.change("mentions = []\n", &format!("mentions = []\napproved_by = \"{APPROVER}\"\n"))?;
    let row = "Mme;ROUVIERE;ROUVIERE;Jeanne;03/03/1944;;4 rue Haute;;48300;Langogne;;;\n";
    second_list(&pack, row, &[("l’Agirc-Arrco\"", "la MSA\"")])?;
    let first = pack.run(&database.url, &[])?;
    ensure!(first.status.success(), "{}", said(&first));
    let made = files(&pack.out().join("proof"))?;
    ensure!(
        made.contains_key("letters-la-msa.pdf") && made.contains_key("letters-l-agirc-arrco.pdf"),
        "{:?}",
        made.keys()
    );
    let approve = |options: &[&str]| {
        let mut command = allervers(&pack.var(), &database.url);
        command.args(["approve", SLUG, "--by", "Dominique Exemple"]).args(options).output()
    };
    let which = approve(&[])?;
    ensure!(which.status.code() == Some(1) && said(&which).contains("--fund"), "{}", said(&which));
    let one = approve(&["--fund", "MSA"])?;
    ensure!(one.status.success() && said(&one).contains("Il manque celui de"), "{}", said(&one));
    let waiting = pack.run(&database.url, &[])?;
    ensure!(said(&waiting).contains("Aucune lettre n’est imprimée"), "one is not both: {}", said(&waiting));
    let both = approve(&[])?;
    ensure!(both.status.success() && !said(&both).contains("--reissue"), "nothing is printed yet: {}", said(&both));
    ensure!(pack.run(&database.url, &[])?.status.success() && manifest(&pack)?.len() == 3);
    Ok(())
}

/// A lot's unfinished file that the system takes for a disk without room.
fn fill_disk(pack: &TestPack, lot: u32) -> anyhow::Result<()> {
    let folder = pack.out().join("letters");
    std::fs::create_dir_all(&folder)?;
    Ok(std::os::unix::fs::symlink("/dev/full", folder.join(format!(".lot-{lot:03}.pdf.partial")))?)
}

fn full_disk(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    let run = || {
        let mut command = allervers(&pack.var(), &database.url);
        command.env("ALLERVERS_LOT_SIZE", "1").arg("run").arg(pack.path()).output()
    };
    fill_disk(&pack, 2)?;
    let full = run()?;
    ensure!(full.status.code() == Some(1) && said(&full).contains("lot-002.pdf"), "{}", said(&full));
    ensure!(said(&full).contains("le disque est plein"), "{}", said(&full));
    let left = letters(&pack)?;
    ensure!(!left.keys().any(|path| path.contains("lot-002")), "no half of a lot: {:?}", left.keys());
    ensure!(!left.contains_key("letters/manifest.csv"), "and no manifest that names it");
    let made = run()?;
    ensure!(made.status.success() && manifest(&pack)?.len() == 2, "{}", said(&made));
    ensure!(letters(&pack)?.get("letters/lot-001.pdf") == left.get("letters/lot-001.pdf"), "the first is the same");
    Ok(())
}

fn killed(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    // A run over a longer list was killed while it printed: its lots lie there, and nothing is noted of them.
    let folder = pack.out().join("letters");
    std::fs::create_dir_all(&folder)?;
    for left in ["lot-007.pdf", ".lot-008.pdf.partial"] {
        std::fs::write(folder.join(left), b"%PDF-1.7 half")?;
    }
    ensure!(pack.run(&database.url, &[])?.status.success());
    let lots: Vec<_> = letters(&pack)?.into_keys().filter(|path| path.contains("lot-")).collect();
    ensure!(lots == ["letters/lot-001.pdf"], "{lots:?}");
    Ok(())
}

fn beyond_the_norm(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    pack.change("later_percent = 15", "later_percent = 0")?;
    let long = "DE LA TOUR DU PIN CHAMBLY DE LA CHARCE DE MONTMORENCY LAVAL";
    let nine = "\"Chez M. Exemple\nAppartement 3\nEscalier B\nBâtiment C\nRésidence les Tilleuls\n14 rue Basse\nLe Bourg\nBP 3\nCedex\"";
    let rows = format!(
        "Mme;{long};ROUX;Yvonne;12/03/1947;;16 rue Basse;;48000;Mende;;;\nM.;NGUYỄN;NGUYỄN;Văn Đức;02/11/1945;;18 rue Basse;;48000;Mende;;;\nM.;علي;علي;محمد;01/02/1947;;23 rue Basse;;48000;Mende;;;\nMme;NEUF;NEUF;Lina;01/02/1946;;{nine};;48000;Mende;;;\n"
    );
    second_list(&pack, &rows, &[])?;
    let run = pack.run(&database.url, &[])?;
    ensure!(run.status.success(), "{}", said(&run));
    let text = text_of(&pack.out().join("letters/lot-001.pdf"))?;
    ensure!(text.contains("NGUYỄN"), "{text}");
    // A surname is not cut: that letter is left out, and said to be.
    ensure!(!text.contains("DE LA TOUR DU PIN") && said(&run).contains("sans adresse distribuable"), "{}", said(&run));
    ensure!(text.contains("14 RUE BASSE") && manifest(&pack)?.len() == 4, "{text}");
    // Between the name in the window and the postcode no more than four lines.
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let name = lines.iter().position(|line| line.contains("NEUF")).context("the letter to the nine lines")?;
    ensure!(lines[name..name + 6].iter().any(|line| line.ends_with("48000 MENDE")), "{:?}", &lines[name..name + 8]);
    let outcomes = std::fs::read_to_string(pack.out().join("outcomes/seconde.csv"))?;
    ensure!(outcomes.lines().count() == 5, "every row has its outcome: {outcomes}");
    ensure!(outcomes.contains("le nom dépasse 38 caractères"), "{outcomes}");
    ensure!(outcomes.contains("imprimer") && outcomes.contains("(U+0639)"), "its letters are told: {outcomes}");
    Ok(())
}

fn unprintable(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    let letter = std::fs::read_to_string(pack.path().join("texts/lettre.md"))?;
    for (from, to, reason) in
        [("# {{sujet}}", "# 👍 {{sujet}}", "👍"), ("{{ateliers}}", "{{#if gratuit}}{{ateliers}}", "n’est pas fermé")]
    {
        pack.write("texts/lettre.md", letter.replace(from, to).as_bytes())?;
        let refused = pack.run(&database.url, &[])?;
        ensure!(refused.status.code() == Some(1) && said(&refused).contains(reason), "{}", said(&refused));
        ensure!(!pack.out().join("letters").exists(), "nothing is printed");
    }
    pack.write("texts/lettre.md", letter.as_bytes())?;
    ensure!(pack.run(&database.url, &[])?.status.success());
    Ok(())
}

fn signature(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    ensure!(pack.run(&database.url, &[])?.status.success());
    pack.write("signature.svg", b"<p>Claude</p>")?;
    pack.change("[structure]\n", "[structure]\nsignature = \"signature.svg\"\n")?;
    let wrong = pack.run(&database.url, &["--reissue"])?;
    ensure!(wrong.status.code() == Some(1) && said(&wrong).contains("PNG, JPEG ou SVG"), "{}", said(&wrong));
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 3 1'><path d='M0 0h3v1z' fill='#0e4d47'/></svg>";
    pack.write("signature.svg", svg.as_bytes())?;
    let changed = pack.run(&database.url, &[])?;
    ensure!(changed.status.code() == Some(1) && said(&changed).contains("la signature"), "{}", said(&changed));
    let signed = pack.run(&database.url, &["--reissue"])?;
    ensure!(signed.status.success(), "{}", said(&signed));
    let lot = pack.out().join("letters/lot-001.pdf");
    let images = std::process::Command::new("pdfimages").arg("-list").arg(&lot).output()?;
    let images = String::from_utf8(images.stdout)?;
    ensure!(
        images.lines().filter(|l| l.contains(" image ") && l.contains(" rgb ")).count() == 2,
        "one on each letter: {images}"
    );
    let file = std::fs::read(&lot)?;
    let objects = String::from_utf8_lossy(&file).matches("/Subtype /Image").count();
    ensure!((1..=2).contains(&objects), "one picture for all letters: {objects}");
    Ok(())
}

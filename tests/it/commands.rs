//! The command line, as a coordinator uses it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use anyhow::{Context, ensure};
use calamine::Reader;
use libtest_mimic::Trial;
use serde_json::Value;

use allervers::domain::opposition::Channels;
use allervers::domain::retiree::{Birth, Retiree};
use allervers::service::{Store, note_opposition};

use crate::support::block_on;
use crate::support::campaign::empty_campaign;
use crate::support::databases::{TestDatabase, on_both};
use crate::support::pack::{SHORT_LIST, TestPack, allervers, files, lozere, run, said};
use crate::support::trial;

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        on_both("the_lozere_campaign_runs_from_its_lists_to_its_papers", the_lozere_campaign),
        on_both("a_change_of_the_pack_is_shouted_and_changes_nothing", a_change_is_shouted),
        on_both("a_killed_run_goes_on_where_it_was", a_killed_run_goes_on),
        on_both("a_second_list_finds_the_people_of_the_first", a_second_list),
        on_both("what_is_published_cannot_be_taken_back", taken_back),
        on_both("one_unprintable_name_stops_nobody_elses_letter", an_unprintable_name),
        on_both("a_list_can_be_mended_until_letters_are_printed", a_mended_list),
        on_both("a_piece_that_is_dropped_is_taken_away", a_dropped_piece),
        on_both("flyers_do_not_wait_for_the_first_list", without_lists),
        on_both("another_secret_key_is_refused", another_key),
        vec![
            trial("every_mistake_of_a_pack_is_named_with_its_line", &[], mistakes_have_lines),
            trial("a_list_that_cannot_be_read_stores_nothing", &[], unreadable_lists),
            trial("accounts_are_made_and_refused", &[], accounts),
            trial("wrong_use_exits_with_2", &[], wrong_use),
        ],
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn another_key(database: &TestDatabase) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let key = folder.path().join("secret.key");
    let start = || {
        let add = ["user", "add", "x@exemple.fr", "--role", "desk", "--password-stdin"];
        let output = allervers(folder.path(), &database.url).args(add).stdin(Stdio::null()).output();
        output.map(|output| said(&output))
    };
    start()?;
    let first = std::fs::read_to_string(&key)?;
    let bytes: [u8; 32] = hex::decode(first.trim())?.try_into().map_err(|_| anyhow::anyhow!("32 bytes"))?;
    block_on(async {
        let store = Store::open(&database.url, bytes.into()).await?;
        empty_campaign(&store, "essai", "Numérique en Lozère").await?;
        let scope = allervers::store::user::structures(store.read()).await?[0].0;
        let birth = Birth::Year(1939);
        let person = Retiree { usage_name: "MARTIN".into(), first_name: "Odette".into(), birth, ..Retiree::default() };
        note_opposition::of_person(&store, scope, &person, Channels::POST, chrono::Utc::now()).await?;
        anyhow::Ok(store.close().await?)
    })?;
    std::fs::write(&key, format!("{}\n", "5a".repeat(32)))?;
    let refused = start()?;
    ensure!(refused.contains("n’est pas celle de cette base de données"), "{refused}");
    std::fs::remove_file(&key)?;
    let refused = start()?;
    ensure!(refused.contains("n’est plus là") && refused.contains("sauvegarde"), "{refused}");
    ensure!(!key.exists(), "no other key is put in its place");
    let restored = std::fs::File::create(&key)?;
    restored.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    std::io::Write::write_all(&mut &restored, first.as_bytes())?;
    let again = start()?;
    ensure!(!again.contains("clé secrète"), "{again}");
    Ok(())
}

fn summary(out: &std::path::Path) -> anyhow::Result<Value> {
    Ok(serde_json::from_slice(&std::fs::read(out.join("summary.json"))?)?)
}

fn number(value: &Value, pointer: &str) -> anyhow::Result<usize> {
    let number = value.pointer(pointer).and_then(Value::as_u64).with_context(|| format!("no {pointer}"))?;
    Ok(usize::try_from(number)?)
}

/// The records of a CSV file under its header.
fn records(bytes: &[u8], delimiter: u8) -> anyhow::Result<Vec<csv::StringRecord>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(bytes);
    Ok(reader.records().collect::<Result<_, _>>()?)
}

fn the_lozere_campaign(database: &TestDatabase) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let first = run(&lozere(), folder.path(), &database.url, &[])?;
    ensure!(first.status.success(), "{}", said(&first));
    let out = folder.path().join("out/lozere-2026");
    let made = files(&out)?;

    let outcomes = records(&made["outcomes/agirc-arrco-lozere.csv"], b',')?;
    ensure!(outcomes.len() == 4240, "{} outcomes", outcomes.len());
    ensure!((1..).zip(&outcomes).all(|(row, o)| o[0] == format!("{row}")), "rows count from 1 without a gap");
    ensure!(records(&made["outcomes/msa-lozere.csv"], b',')?.len() == 954, "every MSA row has its outcome");
    let refused = outcomes.iter().filter(|o| &o[1] == "refused").count();
    ensure!(records(&made["refused/agirc-arrco-lozere.csv"], b';')?.len() == refused, "refused rows come back");

    let summary = summary(&out)?;
    let manifest = records(&made["letters/manifest.csv"], b',')?;
    ensure!(manifest.len() == number(&summary, "/letters")? && manifest.len() > 1500, "{} letters", manifest.len());
    ensure!(manifest.len() == number(&summary, "/audience/now")?, "everybody selected gets a letter");
    let invitations: BTreeSet<_> = manifest.iter().map(|l| l[2].to_owned()).collect();
    ensure!(invitations.len() == manifest.len(), "numbers are unique");
    let households: BTreeSet<_> = manifest.iter().map(|l| l[3].to_owned()).collect();
    ensure!(households.len() == manifest.len(), "one letter a household");
    let postcodes: Vec<_> = manifest.iter().map(|l| l[5].to_owned()).collect();
    ensure!(postcodes.is_sorted(), "letters stand in postal order");
    let later = number(&summary, "/audience/later")? * 1000 / number(&summary, "/audience/selected")?;
    ensure!((149..=151).contains(&later), "{later} ‰ are written to later");
    for kind in ["flyers", "posters"] {
        let count = made.keys().filter(|path| path.starts_with(kind)).count();
        ensure!(count == 12, "{count} {kind} for three workshops and four outlets");
    }
    ensure!(made.keys().filter(|p| p.starts_with("notices/") && p.ends_with(".txt")).count() == 6, "notices");

    no_nir(&files(folder.path())?)?;

    let second = run(&lozere(), folder.path(), &database.url, &[])?;
    ensure!(second.status.success() && said(&second).contains("Tout était déjà fait"), "{}", said(&second));
    ensure!(files(&out)? == made, "a second run changes not a byte");
    ensure!(!made.keys().any(|path| path.contains("partial")), "nothing half-written");
    Ok(())
}

/// No social security number of the MSA list stands in any file, the database included, with or without its key.
fn no_nir(files: &BTreeMap<String, Vec<u8>>) -> anyhow::Result<()> {
    let mut book = calamine::open_workbook_auto(lozere().join("lists/msa-lozere.xlsx"))?;
    let sheet = book.worksheet_range_at(0).context("a sheet")??;
    let header = sheet.rows().position(|r| r.iter().any(|c| *c == "NIR")).context("a NIR column")?;
    let column = sheet.rows().nth(header).and_then(|r| r.iter().position(|c| *c == "NIR")).context("NIR")?;
    let all: Vec<u8> = files.values().flatten().copied().collect();
    let all = String::from_utf8_lossy(&all).into_owned();
    let digits: String = all.chars().map(|c| if c.is_ascii_digit() { c } else { ' ' }).collect();
    let seen: BTreeSet<&str> = digits.split(' ').filter(|w| w.len() >= 13).map(|w| &w[..13]).collect();
    let mut asked = 0;
    for row in sheet.rows().skip(header + 1) {
        let nir: String = row[column].to_string().chars().filter(char::is_ascii_digit).collect();
        if nir.len() >= 13 {
            asked += 1;
            ensure!(!seen.contains(&nir[..13]), "a social security number was kept");
        }
    }
    ensure!(asked > 900, "the list holds {asked} numbers to look for");
    Ok(())
}

fn a_change_is_shouted(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    let first = pack.run(&database.url, &[])?;
    ensure!(first.status.success(), "{}", said(&first));
    let before = files(&pack.out())?;

    pack.change("price = \"40 €\"", "price = \"45 €\"")?;
    let second = pack.run(&database.url, &[])?;
    let words = said(&second);
    ensure!(second.status.code() == Some(1), "{words}");
    ensure!(words.contains("flyers/demarches-florac-marches.pdf") && words.contains("le prix"), "{words}");
    ensure!(!words.contains("flyers/tablette-mende-marches.pdf"), "what did not change is not named: {words}");
    ensure!(files(&pack.out())? == before, "nothing was changed");

    let third = pack.run(&database.url, &["--reissue"])?;
    ensure!(third.status.success(), "{}", said(&third));
    let after = files(&pack.out())?;
    ensure!(after["flyers/demarches-florac-marches.pdf"] != before["flyers/demarches-florac-marches.pdf"], "made anew");
    ensure!(after["flyers/tablette-mende-marches.pdf"] == before["flyers/tablette-mende-marches.pdf"], "left alone");
    ensure!(after["letters/manifest.csv"] == before["letters/manifest.csv"], "households keep their numbers");
    let fourth = pack.run(&database.url, &[])?;
    ensure!(said(&fourth).contains("Tout était déjà fait"), "{}", said(&fourth));
    Ok(())
}

fn a_killed_run_goes_on(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    std::fs::copy(lozere().join("lists/agirc-arrco-lozere.csv"), pack.path().join("lists/courte.csv"))?;
    let mut running = allervers(&pack.var(), &database.url)
        .arg("run")
        .arg(pack.path())
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()?;
    // The list is in, the letters are being printed.
    let mut lines = BufReader::new(running.stderr.take().context("stderr")?).lines();
    let seen = lines.next().context("a line of progress")??;
    running.kill()?;
    running.wait()?;
    ensure!(seen.starts_with("Lecture de courte.csv"), "{seen}");
    ensure!(!pack.out().join("summary.json").exists(), "the run was not over");

    let again = pack.run(&database.url, &[])?;
    ensure!(again.status.success(), "{}", said(&again));
    let summary = summary(&pack.out())?;
    let rows = number(&summary, "/lists/0/accepted")? + number(&summary, "/lists/0/corrected")?;
    ensure!(number(&summary, "/people")? + number(&summary, "/duplicates")? == rows, "every row is in once");
    let manifest = records(&files(&pack.out())?["letters/manifest.csv"], b',')?;
    ensure!(manifest.len() == number(&summary, "/letters")?, "every letter is there");
    ensure!(!files(&pack.out())?.keys().any(|path| path.contains("partial")), "nothing half-written is left");
    Ok(())
}

fn a_second_list(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    ensure!(pack.run(&database.url, &[])?.status.success(), "the first run");
    let before = summary(&pack.out())?;
    let short = "NOM;PRENOM;DATE_NAISS;ADR_L4;CP;COMMUNE\nPAGES;Yvette;12/03/1947;12 rue des Ecoles;48000;MENDE\nFABRE;Luc;01/02/1950;8 rue Basse;48000;MENDE\n";
    pack.write("lists/msa.csv", short.as_bytes())?;
    let source = std::fs::read_to_string(lozere().join("campaign.toml"))?;
    let (_, second) = source.split_once("file = \"lists/msa-lozere.xlsx\"").context("a second list")?;
    let now = std::fs::read_to_string(pack.path().join("campaign.toml"))?;
    pack.write("campaign.toml", format!("{now}\n[[list]]\nfile = \"lists/msa.csv\"{second}").as_bytes())?;

    let refused = pack.run(&database.url, &[])?;
    ensure!(refused.status.code() == Some(1) && said(&refused).contains("les listes"), "{}", said(&refused));
    let reissued = pack.run(&database.url, &["--reissue"])?;
    ensure!(reissued.status.success(), "{}", said(&reissued));
    let after = summary(&pack.out())?;
    ensure!(number(&after, "/people")? == number(&before, "/people")? + 1, "one of the two was known");
    ensure!(number(&after, "/duplicates")? == number(&before, "/duplicates")? + 1, "the other is a duplicate");
    let outcomes = files(&pack.out())?;
    let first = records(&outcomes["outcomes/courte.csv"], b',')?;
    let second = records(&outcomes["outcomes/msa.csv"], b',')?;
    ensure!(second[0][3] == first[0][3] && second[0][4] == first[0][4], "the same person, the same household");
    ensure!(first[0][4] == first[1][4], "the couple is one household");
    Ok(())
}

fn taken_back(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    ensure!(pack.run(&database.url, &[])?.status.success(), "the first run");
    pack.write("lists/courte.csv", SHORT_LIST.replace("VIDAL", "VIDALE").as_bytes())?;
    let changed = pack.run(&database.url, &["--reissue"])?;
    ensure!(changed.status.code() == Some(1) && said(&changed).contains("courte.csv"), "{}", said(&changed));
    pack.write("lists/courte.csv", SHORT_LIST.as_bytes())?;
    pack.change("slug = \"marches\"", "slug = \"foires\"")?;
    let gone = pack.run(&database.url, &["--reissue"])?;
    ensure!(gone.status.code() == Some(1) && said(&gone).contains("marches"), "{}", said(&gone));
    // Another campaign with the same workshops: their names in addresses are taken, each at its line.
    let other = pack.path().with_file_name("autre-2027");
    std::fs::rename(pack.path(), &other)?;
    let toml = std::fs::read_to_string(other.join("campaign.toml"))?;
    let line = 1 + toml.lines().position(|l| l == "slug = \"tablette-langogne\"").context("the workshop")?;
    let taken = said(&run(&other, &pack.var(), &database.url, &[])?);
    let told = format!(
        "campaign.toml, ligne {line}\u{a0}: un atelier d’une autre campagne s’appelle déjà « tablette-langogne »"
    );
    ensure!(taken.contains(&told), "{told}\n{taken}");
    Ok(())
}

fn an_unprintable_name(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    let arabic = "M.;علي;;محمد;01/02/1947;;23 rue Basse;;48000;Mende;;;\n";
    pack.write("lists/courte.csv", format!("{SHORT_LIST}{arabic}").as_bytes())?;
    let done = pack.run(&database.url, &[])?;
    ensure!(done.status.success(), "{}", said(&done));
    let outcomes = records(&files(&pack.out())?["outcomes/courte.csv"], b',')?;
    let row = outcomes.last().context("the last row")?;
    ensure!(&row[1] == "accepted" && row[2].contains("imprimer"), "{row:?}");
    let manifest = records(&files(&pack.out())?["letters/manifest.csv"], b',')?;
    ensure!(manifest.len() == 2 && manifest.iter().all(|l| l[3] != row[4]), "the others have their letters");
    Ok(())
}

fn a_mended_list(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    let letter = std::fs::read_to_string(lozere().join("texts/lettre.md"))?;
    // A text that no page holds: the lists are in when the run stops.
    let endless = letter.replace("{{ateliers}}", &"Bonjour à tous. ".repeat(300));
    pack.write("texts/lettre.md", endless.as_bytes())?;
    let stopped = pack.run(&database.url, &[])?;
    ensure!(stopped.status.code() == Some(1) && said(&stopped).contains("une page"), "{}", said(&stopped));
    pack.write("texts/lettre.md", letter.as_bytes())?;
    pack.write("lists/courte.csv", SHORT_LIST.replace("VIDAL", "VIDALE").as_bytes())?;
    pack.change("minimum_age = 60\nwithin_km", "minimum_age = 79\nwithin_km")?;
    let done = pack.run(&database.url, &[])?;
    ensure!(done.status.success(), "{}", said(&done));
    let summary = summary(&pack.out())?;
    ensure!(number(&summary, "/lists/0/rows")? == 7 && number(&summary, "/people")? == 6, "the old list is gone");
    ensure!(number(&summary, "/letters")? == 1 && number(&summary, "/audience/too_young")? == 2, "the draw is new");
    let out = files(&pack.out())?;
    ensure!(records(&out["outcomes/courte.csv"], b',')?.len() == 7, "outcomes are of the new list");
    Ok(())
}

fn without_lists(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    let whole = std::fs::read_to_string(pack.path().join("campaign.toml"))?;
    let (head, _) = whole.split_once("[[list]]").context("a list")?;
    pack.write("campaign.toml", head.as_bytes())?;
    let first = pack.run(&database.url, &[])?;
    ensure!(first.status.success() && said(&first).contains("les lettres attendent"), "{}", said(&first));
    let out = files(&pack.out())?;
    ensure!(out.keys().any(|path| path.starts_with("flyers/")), "{:?}", out.keys());
    ensure!(!out.keys().any(|path| path.starts_with("letters/")), "{:?}", out.keys());
    let again = pack.run(&database.url, &[])?;
    ensure!(again.status.success() && said(&again).contains("Tout était déjà fait"), "{}", said(&again));
    // The list comes: letters are printed, and what is there stays.
    pack.write("campaign.toml", whole.as_bytes())?;
    let then = pack.run(&database.url, &[])?;
    let now = files(&pack.out())?;
    ensure!(then.status.success() && now.contains_key("letters/lot-001.pdf"), "{}", said(&then));
    ensure!(
        out.iter().all(|(path, bytes)| path == "summary.json" || now.get(path) == Some(bytes)),
        "nothing else moves"
    );
    Ok(())
}

fn a_dropped_piece(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    ensure!(pack.run(&database.url, &[])?.status.success(), "the first run");
    pack.change("channel = \"flyer\"", "channel = \"flyer\"\npieces = [\"flyer\"]")?;
    let shouted = pack.run(&database.url, &[])?;
    ensure!(shouted.status.code() == Some(1), "{}", said(&shouted));
    ensure!(said(&shouted).contains("posters/tablette-mende-marches.pdf"), "{}", said(&shouted));
    ensure!(pack.out().join("posters/tablette-mende-marches.pdf").exists(), "nothing was changed");
    let reissued = pack.run(&database.url, &["--reissue"])?;
    ensure!(reissued.status.success(), "{}", said(&reissued));
    ensure!(!pack.out().join("posters/tablette-mende-marches.pdf").exists(), "it is gone");
    let quiet = pack.run(&database.url, &[])?;
    ensure!(said(&quiet).contains("Tout était déjà fait"), "{}", said(&quiet));
    // Only one run at a time.
    let lock = std::fs::File::create(pack.var().join("run.lock"))?;
    lock.lock()?;
    let second = pack.run(&database.url, &[])?;
    ensure!(
        second.status.code() == Some(1) && said(&second).contains("Attendez que ce soit fini"),
        "{}",
        said(&second)
    );
    Ok(())
}

fn mistakes_have_lines() -> anyhow::Result<()> {
    // What is changed, to what, and what the message must name.
    let cases: &[(&str, &str, &[&str])] = &[
        ("price = \"gratuit\"\n", "", &["il manque « price »", "[[workshop]] no 1"]),
        ("price = \"gratuit\"", "price = \"pas cher\"", &["pas cher", "montant"]),
        ("venue = \"mende\"\n", "", &["il manque « venue »"]),
        ("venue = \"mende\"", "venue = \"marvejols\"", &["marvejols", "florac, langogne, mende"]),
        ("public_url = \"https://numerique.exemple.fr\"\n", "", &["il manque « public_url »"]),
        ("https://numerique.exemple.fr", "numerique.exemple.fr", &["adresse de site"]),
        ("https://numerique.exemple.fr", "http://localhost:8080", &["--allow-local"]),
        ("https://numerique.exemple.fr", "http://192.168.1.4", &["--allow-local"]),
        ("first_session = \"J+49 vendredi\"", "first_session = \"2020-03-03\"", &["mardi 3\u{a0}mars 2020", "passée"]),
        ("first_session = \"J+49 vendredi\"", "first_session = \"J+10\"", &["avant l’envoi"]),
        ("first_session = \"J+49 vendredi\"", "first_session = \"bientôt\"", &["bientôt", "J+49 mardi"]),
        ("channel = \"flyer\"", "channel = \"pigeon\"", &["pigeon", "panneaupocket"]),
        ("capacity = 10", "capacity = 0", &["de 1 à 500"]),
        ("capacity = 10", "capacite = 10", &["il manque « capacity »"]),
        ("ends = \"16:00\"", "ends = \"13:00\"", &["finir après"]),
        ("postcode = \"48300\"", "postcode = \"48301\"", &["Langogne", "48301"]),
        ("phone = \"04 65 71 00 10\"", "phone = \"0465\"", &["10 chiffres"]),
        ("role = \"controller\"", "role = \"owner\"", &["controller", "processor"]),
        ("purge_on = \"J+210\"", "purge_on = \"J-30\"", &["effacement"]),
        ("lists/courte.csv", "lists/absente.csv", &["absente.csv", "n’existe pas"]),
        ("texts/lettre.md", "texts/autre.md", &["autre.md", "n’existe pas"]),
        ("seed = 48", "seed = = 48", &["ne se lit pas"]),
        ("slug = \"tablette-mende\"", "slug = \"Tablette à Mende\"", &["minuscules"]),
        ("slug = \"tablette-langogne\"", "slug = \"tablette-mende\"", &["déjà pris"]),
    ];
    let folder = tempfile::tempdir()?;
    let database = format!("sqlite:{}?mode=rwc", folder.path().join("unused.sqlite").display());
    for (from, to, expected) in cases {
        let pack = TestPack::new()?;
        pack.change(from, to)?;
        let output = pack.run(&database, &[])?;
        let words = said(&output);
        ensure!(output.status.code() == Some(1), "{from} → {to}: {words}");
        ensure!(words.contains("campaign.toml"), "the file is named: {words}");
        ensure!(words.contains(", ligne ") || to.contains("//"), "the line is named: {words}");
        for part in *expected {
            ensure!(words.contains(part), "{from} → {to}: « {part} » is missing from: {words}");
        }
        ensure!(!pack.out().exists(), "nothing is written");
    }
    // All mistakes at once, in the order of the lines.
    let pack = TestPack::new()?;
    pack.change("price = \"gratuit\"", "price = \"?\"")?;
    pack.change("channel = \"flyer\"", "channel = \"?\"")?;
    pack.change("phone = \"04 65 71 00 10\"", "phone = \"?\"")?;
    let words = said(&pack.run(&database, &[])?);
    let places: Vec<_> = ["« phone »", "« price »", "« channel »"].iter().map(|key| words.find(key)).collect();
    ensure!(places.is_sorted() && places.iter().all(Option::is_some), "{words}");
    // The line is the right one.
    let line = std::fs::read_to_string(pack.path().join("campaign.toml"))?.lines().position(|l| l == "phone = \"?\"");
    let line = line.context("the changed line")? + 1;
    ensure!(words.contains(&format!("campaign.toml, ligne {line}\u{a0}: « phone »")), "{words}");
    // A letter without the source of the data.
    let pack = TestPack::new()?;
    let letter = std::fs::read_to_string(lozere().join("texts/lettre.md"))?;
    pack.write("texts/lettre.md", letter.replace("{{origine}}", "").as_bytes())?;
    let words = said(&pack.run(&database, &[])?);
    ensure!(words.contains("lettre.md") && words.contains("origine"), "{words}");
    pack.write("texts/lettre.md", letter.replace("{{caisses}}", "{{banques}}").as_bytes())?;
    let words = said(&pack.run(&database, &[])?);
    ensure!(words.contains("lettre.md, ligne 5") && words.contains("banques"), "{words}");
    Ok(())
}

fn unreadable_lists() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let database = format!("sqlite:{}?mode=rwc", folder.path().join("unused.sqlite").display());
    let cases: &[(&str, &[u8], &str)] = &[
        ("empty", b"", "courte.csv"),
        ("only a header", b"Nom;Pr\xc3\xa9nom;Code postal;Commune\n", "courte.csv"),
        ("no place", b"Nom;Prenom\nPAGES;Yvette\nVIDAL;Paul\n", "courte.csv"),
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0", "courte.csv"),
        ("half a workbook", b"PK\x03\x04\x14\0\x06\0", "courte.csv"),
    ];
    for (what, bytes, named) in cases {
        let pack = TestPack::new()?;
        pack.write("lists/courte.csv", bytes)?;
        let output = pack.run(&database, &[])?;
        ensure!(output.status.code() == Some(1), "{what}: {}", said(&output));
        ensure!(said(&output).contains(named), "{what}: {}", said(&output));
        ensure!(!pack.out().exists(), "{what}: nothing is written");
        pack.write("lists/courte.csv", SHORT_LIST.as_bytes())?;
        let mended = pack.run(&format!("sqlite:{}?mode=rwc", folder.path().join(what).display()), &[])?;
        ensure!(mended.status.success(), "{what}, mended: {}", said(&mended));
    }
    // The same list twice.
    let pack = TestPack::new()?;
    pack.write("lists/copie.csv", SHORT_LIST.as_bytes())?;
    let source = std::fs::read_to_string(pack.path().join("campaign.toml"))?;
    let (_, list) = source.split_once("[[list]]").context("a list")?;
    pack.write("campaign.toml", format!("{source}\n[[list]]{}", list.replace("courte.csv", "copie.csv")).as_bytes())?;
    let words = said(&pack.run(&database, &[])?);
    ensure!(words.contains("copie.csv") && words.contains("même liste que « courte.csv »"), "{words}");
    Ok(())
}

fn accounts() -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    let database = format!("sqlite:{}?mode=rwc", pack.var().join("a.sqlite").display());
    let add = |options: &[&str]| -> anyhow::Result<std::process::Output> {
        Ok(allervers(&pack.var(), &database).args(["user", "add"]).args(options).output()?)
    };
    let early = add(&["claude@exemple.fr", "--role", "coordinator"])?;
    ensure!(early.status.code() == Some(1) && said(&early).contains("--structure"), "{}", said(&early));
    ensure!(pack.run(&database, &[])?.status.success(), "the run");
    let made = add(&["Claude@Exemple.fr", "--role", "coordinator"])?;
    ensure!(made.status.success() && said(&made).contains("claude@exemple.fr (coordination)"), "{}", said(&made));
    let twice = add(&["claude@exemple.fr", "--role", "desk"])?;
    ensure!(twice.status.code() == Some(1) && said(&twice).contains("existe déjà"), "{}", said(&twice));
    let role = add(&["luc@exemple.fr", "--role", "chef"])?;
    ensure!(role.status.code() == Some(2) && said(&role).contains("coordinator"), "{}", said(&role));
    let mut short = allervers(&pack.var(), &database)
        .args(["user", "add", "luc@exemple.fr", "--role", "desk", "--password-stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    std::io::Write::write_all(&mut short.stdin.take().context("stdin")?, b"court\n")?;
    let short = short.wait_with_output()?;
    ensure!(short.status.code() == Some(1) && said(&short).contains("12 caractères"), "{}", said(&short));
    Ok(())
}

fn wrong_use() -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    let status = |arguments: &[&str]| -> anyhow::Result<Option<i32>> {
        Ok(std::process::Command::new(env!("CARGO_BIN_EXE_allervers")).args(arguments).output()?.status.code())
    };
    ensure!(status(&["run"])? == Some(2), "a missing pack");
    ensure!(status(&["fly"])? == Some(2), "an unknown command");
    let told = |arguments: &[&str]| -> anyhow::Result<String> {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_allervers")).args(arguments).output()?;
        Ok(String::from_utf8([output.stdout, output.stderr].concat())?)
    };
    ensure!(told(&["fly"])?.contains("« fly » n’est pas une commande"), "{}", told(&["fly"])?);
    ensure!(told(&["run"])?.contains("Il manque <DOSSIER>"), "{}", told(&["run"])?);
    let help = told(&["--help"])?;
    ensure!(help.starts_with("Campagnes de courrier") && help.contains("[options] <COMMANDE>"), "{help}");
    ensure!(
        told(&["run", "--vite", "."])?.contains("« --vite » n’est pas une option"),
        "{}",
        told(&["run", "--vite", "."])?
    );
    for asked in [told(&["--help"])?, told(&["run", "--help"])?, told(&[])?, told(&["fly"])?] {
        ensure!(["Usage:", "Commands:", "Print", "error:", "tip:"].iter().all(|e| !asked.contains(e)), "{asked}");
    }
    ensure!(status(&["--help"])? == Some(0), "help that was asked for");
    ensure!(status(&["--database", "mysql://x", "run", "."])? == Some(2), "an unknown database");
    let no_settings = told(&["--config", "/nulle/part.toml", "run", "."])?;
    ensure!(no_settings.contains("Fichier de réglages /nulle/part.toml : n’existe pas"), "{no_settings}");
    pack.write("reglages.toml", b"failures_allowed = \"beaucoup\"\n")?;
    let settings = pack.path().join("reglages.toml");
    let wrong = told(&["--config", settings.to_str().context("a path")?, "run", "."])?;
    ensure!(wrong.contains("« failures_allowed » ne peut pas valoir") && !wrong.contains("invalid"), "{wrong}");
    let port = std::net::TcpListener::bind("127.0.0.1:0")?;
    let busy = allervers(&pack.var(), "sqlite::memory:");
    let busy = { busy }.args(["serve", "--listen", &port.local_addr()?.to_string()]).output()?;
    ensure!(said(&busy).contains("un autre programme l’occupe déjà"), "{}", said(&busy));
    let nowhere = run(&pack.path().join("nulle-part"), &pack.var(), "sqlite::memory:", &[])?;
    ensure!(nowhere.status.code() == Some(1) && said(&nowhere).contains("n’existe pas"), "{}", said(&nowhere));
    Ok(())
}

//! Who does not want to be written to is recognised in the next list, and named nowhere, on both databases.

use allervers::domain::opposition::{Channels, Source};
use allervers::intake::FileContent;
use allervers::service::answer_opposition_doubt::{answer, questions};
use allervers::service::import_list::{commit_list, discard_list};
use allervers::service::opposition_people::{PersonSaid, said};
use allervers::service::progress::Progress;
use allervers::service::{import_oppositions, note_opposition, opposition_totals, withdraw_opposition};
use allervers::store;
use anyhow::{Context, ensure};
use chrono::Utc;
use libtest_mimic::Trial;
use sea_orm::{ConnectionTrait, Statement};

use crate::support::block_on;
use crate::support::databases::{TestDatabase, on_both};
use crate::support::lists::{COLUMNS, Lists};
use crate::support::visitor::Visitor;

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        on_both("an_opposition_by_number_holds_in_the_next_funds_list", it_holds),
        on_both("what_agrees_in_part_is_put_to_a_person", doubts_are_asked),
        on_both("an_opposition_can_be_taken_back", taken_back),
        on_both("an_opposition_taken_back_while_a_list_is_read_closes_nobody", taken_back_meanwhile),
        on_both("an_opposition_that_was_being_noted_when_the_reading_began_holds", noted_meanwhile),
        on_both("an_opposition_closes_the_channels_it_names", by_channel),
        on_both("what_a_funds_list_says_of_oppositions_holds_everywhere_once_it_is_accepted", from_a_list),
        on_both("a_file_of_oppositions_is_shown_before_it_is_noted", from_a_file),
        on_both("no_name_of_who_is_opposed_stays_in_the_database", no_clear_name),
        on_both("another_structure_knows_of_no_opposition", another_structure),
        on_both("the_office_notes_oppositions_and_decides", the_office_pages),
        on_both("a_form_that_names_nobody_says_which_field", a_wrong_form),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Odette Martin and her husband.
const MARTIN: &str = "A1;Mme;MARTIN;PAGÈS;Odette;12/03/1939;4 rue du Faubourg Saint-Gervais;48600;Grandrieu;0466000001;odette@exemple.fr\n\
                      A2;M.;MARTIN;MARTIN;Louis;01/02/1937;4 rue du Faubourg Saint-Gervais;48600;Grandrieu;;\n";

fn person(first: &str, last: &str, birth: &str, street: &str) -> anyhow::Result<allervers::domain::retiree::Retiree> {
    let text = str::to_owned;
    let form = PersonSaid {
        last_name: text(last),
        first_name: text(first),
        birth: text(birth),
        street: text(street),
        postcode: text("48600"),
        town: text("Grandrieu"),
        ..PersonSaid::default()
    };
    said(&form, Utc::now()).map_err(|e| anyhow::anyhow!("{e:?}"))
}

fn it_holds(database: &TestDatabase) -> anyhow::Result<()> {
    let (lists, _campaign) = Lists::in_database(database)?;
    let now = Utc::now();
    lists.take_in("l’Agirc-Arrco", MARTIN, now)?;
    let number = lists.print(&[lists.household("MARTIN")?.id])?.remove(0);
    let (met, _) = block_on(note_opposition::by_number(&lists.store, lists.scope, &number, Channels::POST, now))?;
    ensure!(met.certain == 2, "both of the household, {met:?}");
    ensure!(lists.closed("MARTIN")? == "post", "{}", lists.closed("MARTIN")?);
    let unknown = block_on(note_opposition::by_number(&lists.store, lists.scope, "48271537", Channels::POST, now));
    ensure!(unknown.is_err_and(|e| e.to_string().contains("erreur de frappe")), "a slip is told");

    // The purge takes the names, another fund writes the person in its own way, in another campaign.
    let next = lists.another("lozere-2", "Numérique en Lozère")?;
    ensure!(next.scope == lists.scope, "the same structure");
    lists.forget()?;
    for (surname, row) in [
        ("PAGES", "B1;;PAGES;;ODETTE;12/03/1939;9 place du Foirail;48600;GRANDRIEU;;\n"),
        ("ODETTE", "B2;;Odette;;Martin;12/03/1939;9 place du Foirail;48600;GRANDRIEU;;\n"),
        ("MARTIN", "B3;Mme;MARTIN;;Odette;1939;4 R DU FG ST GERVAIS;48600;GRANDRIEU;;\n"),
    ] {
        let fresh = lists.another(&format!("lozere-{}", surname.to_lowercase()), "Numérique en Lozère")?;
        fresh.take_in("la MSA", row, now)?;
        ensure!(fresh.closed(surname)? == "post", "{surname}: {}", fresh.closed(surname)?);
    }
    next.take_in("la Carsat", "C1;Mme;MARTIN;;Colette;12/04/1940;1 rue Basse;48600;Grandrieu;;\n", now)?;
    ensure!(next.closed("MARTIN")?.is_empty(), "somebody else of that name is written to");
    Ok(())
}

fn from_a_list(database: &TestDatabase) -> anyhow::Result<()> {
    let (lists, _campaign) = Lists::in_database(database)?;
    let now = Utc::now();
    lists.take_in("l’Agirc-Arrco", MARTIN, now)?;
    let next = lists.another("lozere-2", "Numérique en Lozère")?;
    let list = "Nom;Prénom;Date de naissance;Adresse;CP;Commune;Opposition courrier;Opposition mail\n\
                MARTIN;Odette;12/03/1939;9 place du Foirail;48600;Grandrieu;OUI;non\n\
                BRUN;Paul;02/04/1941;1 rue Basse;48600;Grandrieu;;X\n";
    let waiting = next.stage("la MSA", list, now)?;
    block_on(discard_list(&lists.store, waiting))?;
    ensure!(lists.closed("MARTIN")?.is_empty(), "a list that was not accepted says nothing");

    let waiting = next.stage("la MSA", list, now)?;
    block_on(commit_list(&lists.store, lists.scope, waiting, now))?;
    ensure!((next.closed("MARTIN")?, next.closed("BRUN")?) == ("post".to_owned(), "email".to_owned()), "its own");
    ensure!(lists.closed("MARTIN")? == "post", "in the lists before it, {}", lists.closed("MARTIN")?);
    next.forget()?;
    let later = lists.another("lozere-3", "Numérique en Lozère")?;
    later.take_in("la Carsat", "C1;Mme;MARTIN;;ODETTE;12/03/1939;;48600;GRANDRIEU;;\n", now)?;
    ensure!(later.closed("MARTIN")? == "post", "and in those after it, {}", later.closed("MARTIN")?);
    let totals = block_on(opposition_totals(&lists.store, lists.scope))?;
    ensure!((totals.all, totals.post, totals.email) == (2, 1, 1), "one each, {totals:?}");
    Ok(())
}

fn doubts_are_asked(database: &TestDatabase) -> anyhow::Result<()> {
    let (lists, campaign) = Lists::in_database(database)?;
    let now = Utc::now();
    let odette = person("Odette", "Martin", "12/03/1939", "4 rue du Faubourg Saint-Gervais")?;
    block_on(note_opposition::of_person(&lists.store, lists.scope, &odette, Channels::POST, now))?;
    lists.take_in(
        "la MSA",
        "B1;;MARTIN;;Odette;1939;9 place du Foirail;48600;Grandrieu;;\n\
         B2;;MARTIN;;O.;1939;2 chemin du Pré;48600;Grandrieu;;\n\
         B3;;MARTIN;;Odette;05/06/1962;4 rue du Faubourg Saint-Gervais;48600;Grandrieu;;\n",
        now,
    )?;
    let asked = || block_on(questions(&lists.store, lists.scope, None));
    ensure!(asked()?.questions.len() == 3, "{:?}", asked()?);
    ensure!(asked()?.questions.iter().all(|q| q.fund == "la MSA"), "the fund is named");
    let stored = block_on(allervers::store::campaign::by_slug(lists.store.read(), "lozere"))?.context("it")?;
    let drawn = || block_on(allervers::service::draw_audience::draw_audience(&lists.store, &stored, now));
    ensure!(drawn()?.opposed == 3, "nobody is written to before the answer: {:?}", drawn()?);

    let of = |street: &str| -> anyhow::Result<_> {
        let all = asked()?;
        Ok(all.questions.iter().find(|q| q.person.address.line4.contains(street)).context("a question")?.id)
    };
    let (moved, daughter) = (of("FOIRAIL")?, of("GERVAIS")?);
    let elsewhere = allervers::domain::id::StructureId::new();
    ensure!(block_on(answer(&lists.store, elsewhere, moved, true, now)).is_err(), "only who asks may answer");
    block_on(answer(&lists.store, lists.scope, moved, true, now))?;
    block_on(answer(&lists.store, lists.scope, daughter, false, now))?;
    ensure!(block_on(answer(&lists.store, lists.scope, daughter, true, now)).is_err(), "once");
    ensure!(asked()?.questions.len() == 1, "{:?}", asked()?);
    ensure!(drawn()?.opposed == 2, "who is somebody else is written to: {:?}", drawn()?);

    // Both answers are remembered: the next list asks about neither.
    let next = lists.another("lozere-2", "Numérique en Lozère")?;
    next.take_in(
        "la Carsat",
        "C1;;MARTIN;;Odette;1939;9 pl. du Foirail;48600;Grandrieu;;\n\
         C2;;MARTIN;;Odette;05/06/1962;4 rue du Faubourg St-Gervais;48600;Grandrieu;;\n",
        now,
    )?;
    ensure!(asked()?.questions.len() == 1, "{:?}", asked()?);
    ensure!(next.closed("MARTIN")? == "post", "the one who moved is known now");
    drop(campaign);
    Ok(())
}

fn taken_back(database: &TestDatabase) -> anyhow::Result<()> {
    let (lists, _campaign) = Lists::in_database(database)?;
    let now = Utc::now();
    lists.take_in("l’Agirc-Arrco", MARTIN, now)?;
    let household = lists.household("MARTIN")?.id;
    let close = || {
        let noted =
            note_opposition::of_household(&lists.store, lists.scope, household, Channels::ALL, Source::Desk, now);
        block_on(noted)
    };
    close()?;
    ensure!(lists.closed("MARTIN")? == "post email phone", "{}", lists.closed("MARTIN")?);
    close()?;
    let totals = block_on(allervers::service::opposition_totals(&lists.store, lists.scope))?;
    ensure!((totals.all, totals.phone) == (2, 2), "twice is once: {totals:?}");
    let withdrawn = block_on(withdraw_opposition::of_household(&lists.store, lists.scope, household, now))?;
    ensure!(withdrawn == 2 && lists.closed("MARTIN")?.is_empty(), "{withdrawn} {}", lists.closed("MARTIN")?);
    close()?;
    let odette = person("Odette", "Martin", "12/03/1939", "")?;
    ensure!(block_on(withdraw_opposition::of_person(&lists.store, lists.scope, &odette, now))? == 1, "hers");
    ensure!(lists.closed("MARTIN")? == "post email phone", "her husband's stays: {}", lists.closed("MARTIN")?);
    let again = block_on(withdraw_opposition::of_person(&lists.store, lists.scope, &odette, now));
    ensure!(again.is_err_and(|e| e.to_string().contains("Aucune opposition")), "there is none left");
    let louis = person("Louis", "Martin", "01/02/1937", "")?;
    block_on(withdraw_opposition::of_person(&lists.store, lists.scope, &louis, now))?;
    ensure!(lists.closed("MARTIN")?.is_empty(), "{}", lists.closed("MARTIN")?);
    Ok(())
}

/// Does something as soon as a list is being read.
struct Meanwhile<F>(F);

impl<F: Fn() + Send + Sync> Progress for Meanwhile<F> {
    fn begin(&self, _: &str, _: u64) {
        std::thread::scope(|scope| scope.spawn(&self.0).join().expect("what is done meanwhile"));
    }
    fn reach(&self, _: u64) {}
    fn end(&self, _: &str) {}
}

fn taken_back_meanwhile(database: &TestDatabase) -> anyhow::Result<()> {
    let (lists, _campaign) = Lists::in_database(database)?;
    let (store, scope, now) = (&lists.store, lists.scope, Utc::now());
    lists.take_in("l’Agirc-Arrco", MARTIN, now)?;
    let household = lists.household("MARTIN")?.id;
    block_on(note_opposition::of_household(store, scope, household, Channels::ALL, Source::Desk, now))?;
    let closed = lists.another("lozere-2", "Numérique en Lozère")?;
    closed.take_in("la Carsat", MARTIN, now)?;
    ensure!(closed.closed("MARTIN")? == "post email phone", "{}", closed.closed("MARTIN")?);

    let withdraw = || {
        let withdrawn = block_on(withdraw_opposition::of_household(store, scope, household, now));
        assert_eq!(withdrawn.expect("they are taken back"), 2);
    };
    let next = lists.another("lozere-3", "Numérique en Lozère")?;
    let staged = next.stage_watched("la MSA", &format!("{COLUMNS}{MARTIN}"), now, &Meanwhile(withdraw))?;
    block_on(commit_list(store, scope, staged, now))?;
    ensure!(next.closed("MARTIN")?.is_empty(), "{}", next.closed("MARTIN")?);
    ensure!(block_on(opposition_totals(store, scope))?.all == 0, "and nothing is noted anew");
    Ok(())
}

fn noted_meanwhile(database: &TestDatabase) -> anyhow::Result<()> {
    let (lists, _campaign) = Lists::in_database(database)?;
    let (store, scope, now) = (&lists.store, lists.scope, Utc::now());
    lists.take_in("l’Agirc-Arrco", MARTIN, now)?;
    let household = lists.household("MARTIN")?.id;
    let note = || {
        let begun = now - chrono::TimeDelta::minutes(1);
        let noted = note_opposition::of_household(store, scope, household, Channels::ALL, Source::Desk, begun);
        block_on(noted).expect("it is noted");
    };
    let next = lists.another("lozere-2", "Numérique en Lozère")?;
    next.stage_watched("la MSA", &format!("{COLUMNS}{MARTIN}"), now, &Meanwhile(note))?;
    let staged = block_on(store::delivery::in_review(store.read(), next.campaign()))?.context("a list to look at")?;
    let closed = block_on(store::opposition::closed_rows(store.read(), scope, staged.id))?;
    ensure!(closed.len() == 2, "{closed:?}");
    Ok(())
}

fn by_channel(database: &TestDatabase) -> anyhow::Result<()> {
    let (lists, _campaign) = Lists::in_database(database)?;
    let now = Utc::now();
    lists.take_in("l’Agirc-Arrco", MARTIN, now)?;
    let household = lists.household("MARTIN")?.id;
    let phone = Channels { phone: true, ..Channels::default() };
    block_on(note_opposition::of_household(&lists.store, lists.scope, household, phone, Source::Desk, now))?;
    ensure!(lists.closed("MARTIN")? == "phone", "{}", lists.closed("MARTIN")?);
    let next = lists.another("lozere-2", "Numérique en Lozère")?;
    next.take_in("la MSA", "B1;;BRUN;;Luc;1950;1 rue Basse;48000;Mende;04 66 00 00 01;\n", now)?;
    ensure!(next.closed("BRUN")? == "phone", "the number is closed, whoever has it");
    let none =
        note_opposition::of_household(&lists.store, lists.scope, household, Channels::default(), Source::Desk, now);
    ensure!(block_on(none).is_err(), "an opposition closes something");
    Ok(())
}

fn from_a_file(database: &TestDatabase) -> anyhow::Result<()> {
    let (lists, _campaign) = Lists::in_database(database)?;
    let now = Utc::now();
    lists.take_in("l’Agirc-Arrco", MARTIN, now)?;
    let file = "Nom;Prénom;Né le;Adresse;CP;Ville\n\
                martin;odette;12/03/1939;;48600;grandrieu\n\
                ;Jeanne;01/01/1940;1 rue Basse;48000;Mende\n\
                FABRE;Luc;1941;1 rue Basse;99999;Nulle-Part\n\
                BRUN;Ève;;;48000;Mende\n\
                ROUX;Ana;1944;2 rue Haute;48000;Mende\n";
    let read = |bytes: &[u8]| {
        let bytes = bytes.to_vec();
        block_on(import_oppositions::preview(
            &lists.store,
            lists.scope,
            "refus.csv",
            &FileContent::new(bytes),
            Channels::POST,
            Source::File,
            now,
        ))
    };
    let id = read(file.as_bytes())?;
    let preview = block_on(import_oppositions::file(&lists.store, lists.scope, id))?;
    ensure!(preview.oppositions == 2, "{preview:?}");
    ensure!(preview.refused.iter().map(|(row, _)| *row).collect::<Vec<_>>() == [2, 3, 4], "{preview:?}");
    ensure!(lists.closed("MARTIN")?.is_empty(), "nothing holds yet");
    let totals = || block_on(allervers::service::opposition_totals(&lists.store, lists.scope));
    ensure!(totals()?.all == 0, "nor counts");
    let met = block_on(import_oppositions::accept(&lists.store, lists.scope, id, now))?;
    ensure!(met.certain == 1 && lists.closed("MARTIN")? == "post" && totals()?.all == 2, "{met:?}");
    ensure!(block_on(import_oppositions::accept(&lists.store, lists.scope, id, now)).is_err(), "once");

    let again = read(file.as_bytes())?;
    let preview = block_on(import_oppositions::file(&lists.store, lists.scope, again))?;
    ensure!((preview.oppositions, preview.already_noted) == (0, 2) || preview.already_noted == 2, "{preview:?}");
    block_on(import_oppositions::discard(&lists.store, lists.scope, again))?;
    ensure!(block_on(import_oppositions::file(&lists.store, lists.scope, again)).is_err(), "dropped");
    ensure!(totals()?.all == 2, "dropping a file drops nothing else");
    // A name with a day of birth is enough, in a file that has no more and in the form.
    let id = read("Nom;Prénom;Date de naissance\nmartin;louis;01/02/1937\n".as_bytes())?;
    let met = block_on(import_oppositions::accept(&lists.store, lists.scope, id, now))?;
    ensure!(met.certain == 1, "{met:?}");
    let form = PersonSaid {
        last_name: "Malaval".to_owned(),
        first_name: "Thérèse".to_owned(),
        birth: "19/06/1952".to_owned(),
        ..PersonSaid::default()
    };
    ensure!(said(&form, now).is_ok_and(|person| person.address.postcode.is_none()), "{:?}", said(&form, now));
    let form = PersonSaid { birth: "1952".to_owned(), ..form };
    ensure!(said(&form, now).is_err_and(|e| e.message.contains("date de naissance complète")), "a year is not enough");
    for (bytes, said) in
        [(b"%PDF-1.4".as_slice(), "PDF"), (b"".as_slice(), "vide"), (b"a;b\n1;2\n".as_slice(), "colonne")]
    {
        ensure!(read(bytes).is_err_and(|e| e.to_string().contains(said)), "{said}");
    }
    Ok(())
}

fn no_clear_name(database: &TestDatabase) -> anyhow::Result<()> {
    let (lists, _campaign) = Lists::in_database(database)?;
    let now = Utc::now();
    lists.take_in("l’Agirc-Arrco", MARTIN, now)?;
    let household = lists.household("MARTIN")?.id;
    let noted = note_opposition::of_household(&lists.store, lists.scope, household, Channels::ALL, Source::Desk, now);
    block_on(noted)?;
    let file =
        b"Nom;Pr\xc3\xa9nom;Naissance;CP;Ville\nTARTEMPION;Odette;12/03/1939;48600;Grandrieu\nMARTIN;Odette;;x;y\n";
    let content = FileContent::new(file.to_vec());
    let read = import_oppositions::preview(
        &lists.store,
        lists.scope,
        "refus.csv",
        &content,
        Channels::POST,
        Source::Fund,
        now,
    );
    block_on(import_oppositions::accept(&lists.store, lists.scope, block_on(read)?, now))?;
    lists.forget()?;
    let db = lists.store.read();
    let mut dumped = String::new();
    // Every column that is no identifier, no date and no digest.
    for (table, columns) in [
        ("opposition", vec!["source"]),
        ("opposition_key", vec!["kind"]),
        ("opposition_file", vec!["name", "state", "refused"]),
        ("opposition_doubt", vec!["because"]),
    ] {
        let asked = format!("SELECT {} FROM {table}", columns.join(", "));
        for row in block_on(db.query_all_raw(Statement::from_string(db.get_database_backend(), asked)))? {
            for column in &columns {
                dumped.push_str(&format!("{} ", row.try_get::<String>("", column)?));
            }
        }
    }
    let digests = Statement::from_string(db.get_database_backend(), "SELECT digest FROM opposition_key");
    for row in block_on(db.query_all_raw(digests))? {
        ensure!(row.try_get::<Vec<u8>>("", "digest")?.len() == 32, "a digest and nothing else");
    }
    ensure!(dumped.contains("birth_date"), "there is something to look at");
    for clear in [
        "MARTIN",
        "Odette",
        "ODETTE",
        "TARTEMPION",
        "1939",
        "GERVAIS",
        "GRANDRIEU",
        "0466000001",
        "66000001",
        "exemple.fr",
    ] {
        ensure!(!dumped.contains(clear), "{clear} stands in the tables");
    }
    Ok(())
}

fn another_structure(database: &TestDatabase) -> anyhow::Result<()> {
    let (lists, _campaign) = Lists::in_database(database)?;
    let now = Utc::now();
    lists.take_in("l’Agirc-Arrco", MARTIN, now)?;
    let number = lists.print(&[lists.household("MARTIN")?.id])?.remove(0);
    block_on(note_opposition::by_number(&lists.store, lists.scope, &number, Channels::POST, now))?;
    let theirs = lists.another("gard", "Numérique du Gard")?;
    theirs.take_in("la MSA", MARTIN, now)?;
    ensure!(theirs.closed("MARTIN")?.is_empty(), "the opposition was to another structure");
    let totals = block_on(allervers::service::opposition_totals(&theirs.store, theirs.scope))?;
    ensure!(totals.all == 0, "{totals:?}");
    let by_number = note_opposition::by_number(&theirs.store, theirs.scope, &number, Channels::POST, now);
    ensure!(block_on(by_number).is_err(), "its numbers are unknown too");
    let household = lists.household("MARTIN")?.id;
    let taken_back = withdraw_opposition::of_household(&theirs.store, theirs.scope, household, now);
    ensure!(block_on(taken_back).is_err() && lists.closed("MARTIN")? == "post", "nor taken back");
    Ok(())
}

fn the_office_pages(database: &TestDatabase) -> anyhow::Result<()> {
    let (lists, campaign) = Lists::in_database(database)?;
    lists.take_in("la MSA", &MARTIN.replace("12/03/1939", ""), Utc::now())?;
    block_on(async {
        let visitor = Visitor::new(campaign.app()?);
        let office = visitor.logged_in("coordination@exemple.fr").await?;
        for email in ["accueil@exemple.fr", "hub@exemple.fr"] {
            let other = visitor.logged_in(email).await?;
            other.get("/bureau/oppositions").await?.shows(403, &["n’est pas ouverte à votre compte"])?;
        }
        office.get("/bureau/lozere").await?.shows(200, &["href=\"/bureau/oppositions\""])?;
        office.get("/bureau/oppositions").await?.shows(200, &["Personne ne s’est opposé", "Lire le fichier"])?;
        let wrong = [("numero", "48271537"), ("canal", "post"), ("action", "noter")];
        office
            .post("/bureau/oppositions/numero", &wrong)
            .await?
            .shows(422, &["erreur de frappe", "value=\"48271537\""])?;
        let number = campaign.invitation.digits();
        let right = [("numero", number.as_str()), ("canal", "post"), ("action", "noter")];
        let done = office.post("/bureau/oppositions/numero", &right).await?;
        office.get(done.leads_to()?).await?.shows(
            200,
            &[
                "est notée\u{a0}: Yvette et Jean PAGÈS, ",
                "2\u{a0}lignes de vos listes",
                "2\u{a0}personnes se sont opposées",
            ],
        )?;
        let back = [("numero", number.as_str()), ("action", "retirer")];
        let done = office.post("/bureau/oppositions/numero", &back).await?;
        office
            .get(done.leads_to()?)
            .await?
            .shows(200, &["2\u{a0}oppositions sont levées", "Personne ne s’est opposé"])?;

        let odette = [
            ("last_name", "Martin"),
            ("first_name", "Odette"),
            ("birth", "12/03/1939"),
            ("street", "4 rue du Faubourg Saint-Gervais"),
            ("postcode", "48600"),
            ("town", "Grandrieu"),
            ("canal", "post"),
            ("action", "noter"),
        ];
        let done = office.post("/bureau/oppositions/personne", &odette).await?;
        let page = office.get(done.leads_to()?).await?;
        let page = page.shows(
            200,
            &[
                "À décider",
                "Odette MARTIN",
                "naissance inconnue",
                "Liste confiée par la MSA",
                "Est-ce la même personne",
            ],
        )?;
        let hub = visitor.logged_in("hub@exemple.fr").await?;
        hub.get("/bureau/oppositions").await?.shows(403, &[])?.hides(&["MARTIN"])?;
        let doubt = page.text.split("name=\"doute\" value=\"").nth(1).and_then(|t| t.split('"').next());
        let doubt = doubt.context("a doubt")?.to_owned();
        let done = office.post("/bureau/oppositions/doutes", &[("doute", &doubt), ("meme", "oui")]).await?;
        office.get(done.leads_to()?).await?.shows(200, &["nous ne lui écrirons plus"])?.hides(&["À décider"])?;
        office.post("/bureau/oppositions/doutes", &[("doute", &doubt), ("meme", "non")]).await?.shows(404, &[])?;
        office.get("/accueil").await?.shows(200, &[])?;

        let file = "Nom;Prénom;Naissance;CP;Ville\n<b>Roux</b>;Ana;1944;48000;Mende\n;Luc;1944;48000;Mende\n";
        let sent = office.upload_with(
            "/bureau/oppositions/fichier",
            &[("canal", "post")],
            "fichier",
            "refus.csv",
            file.as_bytes(),
        );
        let preview = sent.await?.leads_to()?.to_owned();
        let page = office.get(&preview).await?;
        page.shows(200, &["1\u{a0}opposition à noter", "refus.csv", "<b>Ligne 2</b>", "Aucun nom de famille"])?;
        let other = visitor.logged_in("hub@exemple.fr").await?;
        other.get(&preview).await?.shows(403, &[])?;
        let neither = office.post(&preview, &[("action", "rien")]).await?;
        ensure!(neither.leads_to()? == preview, "the question stands: {neither:?}");
        let done = office.post(&preview, &[("action", "noter")]).await?;
        office.get(done.leads_to()?).await?.shows(200, &["Aucune ligne de vos listes", "2\u{a0}personnes se sont"])?;
        ensure!(office.get(&preview).await?.leads_to()? == "/bureau/oppositions");
        // Longer than any other form may be.
        let row = |n: usize| format!("Roux;Ana{n};1944;{n} rue Haute;48000;Mende\n");
        let long: String =
            std::iter::once("Nom;Prénom;Naissance;Adresse;CP;Ville\n".to_owned()).chain((1..2500).map(row)).collect();
        ensure!(long.len() > 64 * 1024, "{}", long.len());
        let sent = office.upload_with(
            "/bureau/oppositions/fichier",
            &[("canal", "post")],
            "fichier",
            "long.csv",
            long.as_bytes(),
        );
        let preview = sent.await?.leads_to()?.to_owned();
        office.get(&preview).await?.shows(200, &["2499\u{a0}oppositions à noter"])?;
        let done = office.post(&preview, &[("action", "abandonner")]).await?;
        office.get(done.leads_to()?).await?.shows(200, &["rien n’a été noté", "2\u{a0}personnes se sont"])?;
        let sent = office.upload_with(
            "/bureau/oppositions/fichier",
            &[("canal", "post")],
            "fichier",
            "photo.png",
            b"\x89PNG\r\n",
        );
        sent.await?.shows(422, &["n’est pas un tableau"])?;
        let sent = office.upload_with("/bureau/oppositions/fichier", &[("canal", "post")], "fichier", "", b"");
        sent.await?.shows(422, &["Choisissez un fichier"])?;
        Ok(())
    })
}

fn a_wrong_form(database: &TestDatabase) -> anyhow::Result<()> {
    let (_lists, campaign) = Lists::in_database(database)?;
    block_on(async {
        let office = Visitor::new(campaign.app()?).logged_in("coordination@exemple.fr").await?;
        let whole = [
            ("last_name", "Martin"),
            ("first_name", "Odette"),
            ("birth", "1939"),
            ("street", ""),
            ("postcode", "48600"),
            ("town", "Grandrieu"),
            ("canal", "post"),
            ("action", "noter"),
        ];
        for (field, value, said) in [
            ("last_name", "", "Écrivez le nom"),
            ("first_name", "", "Écrivez le prénom"),
            ("birth", "", "Écrivez la naissance"),
            ("birth", "le 30 février", "n’est pas une naissance"),
            ("postcode", "99999", "ne vont pas ensemble"),
            ("canal", "", "Canal inconnu"),
        ] {
            let fields: Vec<_> = whole
                .iter()
                .map(|(name, usual)| {
                    let town = *name == "town" && field == "postcode";
                    (
                        *name,
                        if *name == field {
                            value
                        } else if town {
                            "Nulle-Part"
                        } else {
                            usual
                        },
                    )
                })
                .collect();
            office.post("/bureau/oppositions/personne", &fields).await?.shows(422, &[said])?;
        }
        let none: Vec<_> = whole.iter().copied().filter(|(name, _)| *name != "canal").collect();
        office.post("/bureau/oppositions/personne", &none).await?.shows(422, &["Cochez au moins un canal"])?;
        let back: Vec<_> = none.iter().map(|(n, v)| (*n, if *n == "action" { "retirer" } else { v })).collect();
        office.post("/bureau/oppositions/personne", &back).await?.shows(422, &["Aucune opposition ne porte ce nom"])?;
        Ok(())
    })
}

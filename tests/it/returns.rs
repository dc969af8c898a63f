//! Letters that came back, and what goes back to the fund, on both databases.

use std::io::Cursor;

use allervers::domain::opposition::{Channels, Source};
use allervers::service::note_returns::{note_returns, returns, undo};
use allervers::service::return_to_fund::return_to_fund;
use allervers::service::{note_opposition, report};
use allervers::store::letter::SeedPlace;
use anyhow::{Context, ensure};
use calamine::{Data, Reader, Xlsx};
use chrono::Utc;
use libtest_mimic::Trial;

use crate::support::block_on;
use crate::support::databases::{TestDatabase, on_both};
use crate::support::lists::Lists;
use crate::support::visitor::Visitor;

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        on_both("returned_letters_are_noted_by_their_numbers", by_number),
        on_both("a_fund_gets_back_what_concerns_its_own_list", the_return),
        on_both("the_office_types_numbers_and_takes_one_back", the_page),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const ROWS: &str = "=1+1;Mme;MARTIN;PAGÈS;Odette;12/03/1939;4 rue Haute;48600;Grandrieu;;\n\
                    A2;M.;FABRE;;Luc;01/02/1937;5 rue Haute;48600;Grandrieu;;\n\
                    ;M.;ROUX;;Jean;03/04/1938;6 rue Haute;48600;Grandrieu;;\n\
                    A4;M.;BRUN;;Paul;03/04/1938;7 rue Haute;48600;Grandrieu;;\n";

fn by_number(database: &TestDatabase) -> anyhow::Result<()> {
    let (lists, _campaign) = Lists::in_database(database)?;
    let now = Utc::now();
    lists.take_in("l’Agirc-Arrco", ROWS, now)?;
    let households = ["MARTIN", "FABRE", "ROUX"].map(|name| lists.household(name).map(|h| h.id));
    let households: Vec<_> = households.into_iter().collect::<Result<_, _>>()?;
    let numbers = lists.print(&households)?;
    let typed = |text: &str| block_on(note_returns(&lists.store, lists.scope, &lists.slug, text, now));
    let pairs = |n: &str| format!("{} {} {} {}", &n[..2], &n[2..4], &n[4..6], &n[6..]);
    let done = typed(&format!("{}\n{}; 48271537\nbonjour\n{}", pairs(&numbers[0]), numbers[1], numbers[0]))?;
    ensure!(done.noted.len() == 2, "{done:?}");
    let whys: Vec<&str> = done.refused.iter().map(|(_, why)| why.as_str()).collect();
    ensure!(whys.len() == 3 && whys[0].contains("erreur de frappe") && whys[1].contains("8 chiffres"), "{whys:?}");
    ensure!(whys[2].contains("déjà notée"), "{whys:?}");
    ensure!(lists.household("MARTIN")?.wrong_address.is_some(), "no more letters go there");
    let found = || block_on(returns(&lists.store, lists.scope, &lists.slug));
    ensure!((found()?.returned, found()?.sent, found()?.last.len()) == (2, 3, 2), "{:?}", found()?);
    ensure!(typed(&numbers[0])?.refused.len() == 1, "twice is once");
    block_on(undo(&lists.store, lists.scope, &lists.slug, &numbers[0]))?;
    ensure!(found()?.returned == 1 && lists.household("MARTIN")?.wrong_address.is_none(), "taken back");
    ensure!(typed(" \n ").is_err(), "nothing typed");
    let seed = typed("00 00 00 00")?;
    ensure!(seed.noted.is_empty() && seed.refused[0].1.contains("C’est une lettre témoin"), "{seed:?}");

    let elsewhere = lists.another("gard", "Numérique du Gard")?;
    let theirs = block_on(note_returns(&elsewhere.store, elsewhere.scope, "gard", &numbers[2], now))?;
    ensure!(theirs.noted.is_empty() && theirs.refused[0].1.contains("aucune lettre"), "{theirs:?}");
    let wrong = block_on(note_returns(&elsewhere.store, elsewhere.scope, &lists.slug, &numbers[2], now));
    ensure!(wrong.is_err(), "another structure's campaign");
    let other = lists.another("lozere-2", "Numérique en Lozère")?;
    let there = block_on(note_returns(&other.store, other.scope, "lozere-2", &numbers[2], now))?;
    ensure!(there.refused[0].1.contains("autre campagne"), "{there:?}");
    Ok(())
}

fn the_return(database: &TestDatabase) -> anyhow::Result<()> {
    let (lists, _campaign) = Lists::in_database(database)?;
    let now = Utc::now();
    let agirc = lists.take_in("l’Agirc-Arrco", ROWS, now)?;
    // The MSA knows one of them too, under its own reference.
    let msa = lists.take_in(
        "la MSA",
        "M9;Mme;PAGES;PAGES;ODETTE;12/03/1939;4 r Haute;48600;GRANDRIEU;;\n\
         M8;Mme;VIDAL;;Rose;01/01/1941;8 rue Haute;48600;Grandrieu;;\n",
        now,
    )?;
    let households = ["MARTIN", "FABRE", "ROUX", "BRUN"].map(|name| lists.household(name));
    let [martin, fabre, roux, brun] = households.map(|h| h.ok());
    let (martin, fabre) = (martin.context("MARTIN")?, fabre.context("FABRE")?);
    let (roux, brun) = (roux.context("ROUX")?, brun.context("BRUN")?);
    block_on(note_opposition::of_household(&lists.store, lists.scope, martin.id, Channels::ALL, Source::Desk, now))?;
    let numbers = lists.print(&[fabre.id])?;
    block_on(note_returns(&lists.store, lists.scope, &lists.slug, &numbers[0], now))?;
    block_on(report::death(&lists.store, lists.scope, roux.id, roux.rows[0].person, now))?;
    let rows = |list| -> anyhow::Result<Vec<Vec<String>>> {
        let found = block_on(return_to_fund(&lists.store, lists.scope, &lists.slug, list))?;
        let csv = found.csv()?;
        let csv = csv.strip_prefix(b"\xEF\xBB\xBF").context("the mark of UTF-8")?;
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(csv);
        ensure!(
            reader.headers()?.iter().eq(["Votre référence", "Ligne de votre fichier", "Nature", "Date"]),
            "{:?}",
            reader.headers()
        );
        Ok(reader.records().map(|r| r.map(|r| r.iter().map(str::to_owned).collect())).collect::<Result<_, _>>()?)
    };
    let day = now.with_timezone(&chrono_tz::Europe::Paris).format("%d/%m/%Y").to_string();
    let line = |reference: &str, row: &str, kind: &str| {
        vec![reference.to_owned(), row.to_owned(), kind.to_owned(), day.clone()]
    };
    ensure!(
        rows(agirc)?
            == [
                line("'=1+1", "1", "Opposition au courrier"),
                line("'=1+1", "1", "Opposition aux e-mails"),
                line("'=1+1", "1", "Opposition aux appels"),
                line("A2", "2", "Adresse fausse (NPAI)"),
                line("", "3", "Décès signalé"),
            ],
        "{:?}",
        rows(agirc)?
    );
    let theirs = rows(msa)?;
    ensure!(theirs.len() == 3 && theirs.iter().all(|l| l[0] == "M9"), "its own reference, its own rows: {theirs:?}");
    ensure!(brun.wrong_address.is_none(), "nothing is said of who is well");

    let found = block_on(return_to_fund(&lists.store, lists.scope, &lists.slug, agirc))?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(found.xlsx()?))?;
    let sheet = book.worksheet_range("Retours")?;
    ensure!(sheet.get((1, 0)) == Some(&Data::String("=1+1".to_owned())), "{:?}", sheet.get((1, 0)));
    ensure!(book.worksheet_formula("Retours")?.is_empty(), "no formula");
    let elsewhere = allervers::domain::id::StructureId::new();
    ensure!(block_on(return_to_fund(&lists.store, elsewhere, &lists.slug, agirc)).is_err(), "another structure");
    Ok(())
}

fn the_page(database: &TestDatabase) -> anyhow::Result<()> {
    let (lists, campaign) = Lists::in_database(database)?;
    let agirc = lists.take_in("l’Agirc-Arrco", ROWS, Utc::now())?;
    // The campaign's own letter is at the post, these two are not noted as being there.
    let stored = block_on(allervers::service::find_campaign::find_any_campaign(&lists.store, "lozere"))?;
    let (scope, id, day) = (stored.structure, stored.id, Utc::now().date_naive());
    block_on(lists.store.write::<_, allervers::store::StoreError, _>(move |tx| {
        Box::pin(async move { allervers::store::letter::mark_posted(tx, scope, id, &[3], Some(day)).await })
    }))?;
    let numbers = lists.print(&[lists.household("MARTIN")?.id, lists.household("FABRE")?.id])?;
    let (postcode, town) = ("48600".to_owned(), "GRANDRIEU".to_owned());
    let to_herself = SeedPlace { lot: 9, position: 3, pages: 1, postcode, town };
    block_on(lists.store.write::<_, allervers::store::StoreError, _>(move |tx| {
        let seeds = [to_herself.clone()];
        Box::pin(async move { allervers::store::letter::save_seeds(tx, scope, id, &seeds).await })
    }))?;
    block_on(async {
        let visitor = Visitor::new(campaign.app()?);
        let office = visitor.logged_in("coordination@exemple.fr").await?;
        let path = "/bureau/lozere/retours";
        for email in ["accueil@exemple.fr", "hub@exemple.fr"] {
            visitor.logged_in(email).await?.get(path).await?.shows(403, &[])?;
        }
        office.get("/bureau/lozere").await?.shows(200, &[path])?;
        let lots =
            ["1\u{a0}lettre\u{a0}: posté", "<b>Lot 9</b>, 2\u{a0}lettres et votre lettre témoin\u{a0}: pas encore"];
        office.get("/bureau/lozere/tirage").await?.shows(200, &lots)?;
        office.get(path).await?.shows(200, &["Aucune lettre revenue sur 1 postée", "autofocus"])?;
        office.post(path, &[("numero", "")]).await?.shows(422, &["Tapez le numéro"])?;
        let done = office.post(path, &[("numero", &numbers[0])]).await?;
        office.get(done.leads_to()?).await?.shows(
            200,
            &["1\u{a0}lettre revenue", "Odette MARTIN", "4 RUE HAUTE", "Le lot 9 n’est pas noté comme posté"],
        )?;
        let pasted = format!("{}\n48271537", numbers[1]);
        let page = office.post(path, &[("numeros", &pasted)]).await?;
        page.shows(
            422,
            &["1\u{a0}lettre notée", "À relire", "value=\"48271537\"", "erreur de frappe", "2\u{a0}lettres revenues"],
        )?;
        let done = office.post("/bureau/lozere/retours/annuler", &[("numero", &numbers[0])]).await?;
        office.get(done.leads_to()?).await?.shows(200, &["n’est plus notée", "1\u{a0}lettre revenue"])?;
        let file = office.get(&format!("{path}/{agirc}.csv")).await?;
        ensure!(file.header("content-disposition")?.contains("retours-l-agirc-arrco.csv"), "{file:?}");
        file.shows(200, &["A2;2;Adresse fausse (NPAI);"])?.hides(&["FABRE", "RUE HAUTE"])?;
        office.get(&format!("{path}/{agirc}.xlsx")).await?.shows(200, &[])?;
        office.get(&format!("{path}/{agirc}.exe")).await?.shows(404, &[])?;
        office.get("/bureau/rien/retours").await?.shows(404, &[])?;
        Ok(())
    })
}

//! Mailings without names: the package for the fund, its return sheet, and people who call with a commune's number.

use std::io::{Cursor, Read};

use allervers::domain::blind::{BlindTerms, Count};
use allervers::domain::channel::Channel;
use allervers::domain::commune::{Gazetteer, InseeCode};
use allervers::domain::envelope::Window;
use allervers::domain::id::StructureId;
use allervers::domain::number::InvitationNumber;
use allervers::intake::FileContent;
use allervers::service::compare_channels::compare_channels;
use allervers::service::make_blind_package::make_blind_package;
use allervers::service::prepare_blind_mailing::{NewBlindMailing, blind_mailings, prepare_blind_mailing};
use allervers::service::read_blind_return::read_blind_return;
use anyhow::{Context, ensure};
use calamine::Reader;
use chrono::Utc;
use libtest_mimic::Trial;
use rust_xlsxwriter::{Format, Workbook, Worksheet};
use serde_json::json;

use crate::routes::with;
use crate::support::campaign::TestCampaign;
use crate::support::databases::{TestDatabase, on_both, on_both_with};
use crate::support::{Tool, block_on};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        on_both_with("a_fund_gets_all_it_needs_to_write_and_no_name", &[Tool::Poppler], the_package),
        on_both("what_the_fund_reports_becomes_the_reach_of_letters", the_return),
        on_both("a_wrong_return_sheet_is_refused_row_by_row_and_changes_nothing", wrong_returns),
        on_both("the_office_prepares_a_wave_and_reads_its_return", the_pages),
        on_both("a_communes_number_tells_the_channel_and_nobodys_name", a_communes_number),
        on_both("all_communes_of_the_audience_are_those_that_the_draw_takes", all_communes),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn terms() -> BlindTerms {
    BlindTerms {
        fund: "la Carsat Languedoc-Roussillon".to_owned(),
        purpose: "proposer des ateliers numériques".to_owned(),
        legal_basis: "La Carsat agit dans sa mission d’intérêt public.".to_owned(),
        convention: "convention du 3 novembre 2026".to_owned(),
        dpo: "dpo@carsat.exemple".to_owned(),
        mentions: vec!["Action soutenue par la Carsat.".to_owned()],
    }
}

/// Langogne, Mende and Florac.
const COMMUNES: [&str; 3] = ["48061", "48080", "48095"];

/// Prepares a wave to three communes, and gives the structure with each commune's number.
fn prepared(campaign: &TestCampaign) -> anyhow::Result<(StructureId, Vec<(InseeCode, InvitationNumber)>)> {
    let communes = COMMUNES.iter().map(|c| c.parse().context("a commune")).collect::<anyhow::Result<_>>()?;
    let new = NewBlindMailing { terms: terms(), minimum_age: 60, maximum_age: Some(85), communes };
    let scope = block_on(campaign.workshop("tablette-langogne"))?.structure;
    block_on(prepare_blind_mailing(&campaign.store, scope, "lozere", &new, Utc::now()))?;
    let mailing = block_on(blind_mailings(&campaign.store, scope, "lozere"))?.pop().context("the mailing")?;
    Ok((scope, mailing.mailing.communes))
}

fn all_communes(database: &TestDatabase) -> anyhow::Result<()> {
    let campaign = block_on(TestCampaign::in_database(database))?;
    let scope = block_on(campaign.workshop("tablette-langogne"))?.structure;
    let gazetteer = Gazetteer::embedded();
    let mende = gazetteer.get("48095".parse().context("a code")?).context("Mende")?;
    let epci = mende.epci.context("a community")?;
    block_on(async {
        let found = allervers::store::campaign::by_slug(campaign.store.read(), "lozere").await?.context("it")?;
        let mut changed = found.campaign;
        changed.audience.epcis = [epci].into();
        changed.audience.maximum_population = Some(2000);
        let saved = campaign.store.write(move |tx| {
            let changed = changed.clone();
            Box::pin(async move { allervers::store::campaign::save(tx, &changed).await })
        });
        anyhow::Ok(saved.await?)
    })?;
    let new = NewBlindMailing { terms: terms(), minimum_age: 60, maximum_age: None, communes: vec![] };
    block_on(prepare_blind_mailing(&campaign.store, scope, "lozere", &new, Utc::now()))?;
    let mailing = block_on(blind_mailings(&campaign.store, scope, "lozere"))?.pop().context("the mailing")?;
    let communes: Vec<_> = mailing.mailing.communes.iter().filter_map(|(code, _)| gazetteer.get(*code)).collect();
    ensure!(!communes.is_empty());
    ensure!(communes.iter().all(|c| c.epci == Some(epci) && c.population <= 2000), "{communes:?}");
    Ok(())
}

fn the_package(database: &TestDatabase) -> anyhow::Result<()> {
    let campaign = block_on(TestCampaign::in_database(database))?;
    let (scope, communes) = prepared(&campaign)?;
    let package = block_on(make_blind_package(&campaign.store, Window::default(), scope, "lozere", 1))?;
    ensure!(
        package == block_on(make_blind_package(&campaign.store, Window::default(), scope, "lozere", 1))?,
        "the same bytes every time"
    );
    if let Some(folder) = std::env::var_os("ALLERVERS_TEST_PIECES") {
        std::fs::write(std::path::Path::new(&folder).join("sans-noms.zip"), &package)?;
    }
    let mut zip = zip::ZipArchive::new(Cursor::new(&package))?;
    let mut part = |name: &str| -> anyhow::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        zip.by_name(&format!("lozere-vague-1/{name}"))?.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("lettre.pdf"), part("lettre.pdf")?)?;
    let text = std::process::Command::new("pdftotext")
        .arg("-layout")
        .arg(folder.path().join("lettre.pdf"))
        .arg("-")
        .output()?;
    let text = String::from_utf8(text.stdout)?.replace(['\u{a0}', '\u{202f}'], " ");
    let pages: Vec<_> = text.split('\u{c}').filter(|p| !p.trim().is_empty()).collect();
    ensure!(pages.len() == 3, "a page for each commune:\n{text}");
    for (page, (_, number)) in pages.iter().zip(&communes) {
        ensure!(page.contains(&number.to_string().replace('\u{a0}', " ")), "{number}:\n{page}");
        let said = page.split_whitespace().collect::<Vec<_>>().join(" ");
        for words in ["Prénom NOM", "n’a reçu ni votre nom ni votre adresse", "dpo@carsat.exemple", "Action soutenue"]
        {
            ensure!(said.contains(words), "{words}:\n{said}");
        }
        let lost = "Perdu ? Le nom de votre commune suffit.";
        ensure!(said.contains(lost) && !said.contains("Votre nom suffit"), "nobody here knows a name: {said}");
        ensure!(!said.contains("PAGÈS") && !said.contains("04 65 71 00 10 ou"), "{said}");
    }

    let docx = part("lettre.docx")?;
    let mut document = String::new();
    zip::ZipArchive::new(Cursor::new(docx))?.by_name("word/document.xml")?.read_to_string(&mut document)?;
    let lost = "Le nom de votre commune suffit.";
    ensure!(document.contains(lost) && !document.contains("Votre nom suffit"), "{document}");
    let csv = String::from_utf8(part("communes.csv")?)?;
    ensure!(csv.starts_with('\u{feff}'), "spreadsheets must see UTF-8");
    let mut reader =
        csv::ReaderBuilder::new().delimiter(b';').from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers()?.clone();
    let fields: Vec<&str> = document
        .split("MERGEFIELD ")
        .skip(1)
        .filter_map(|rest| rest.split(' ').next())
        .filter(|field| !field.starts_with("ligne"))
        .collect();
    ensure!(fields.contains(&"code") && fields.contains(&"atelier2_dates"), "{fields:?}");
    ensure!(fields.iter().all(|f| header.iter().any(|h| h == *f)), "every field has its column: {fields:?} {header:?}");
    ensure!((1..=6).all(|line| document.contains(&format!("MERGEFIELD ligne{line} "))), "six lines of address");
    let rows = reader.records().collect::<Result<Vec<_>, _>>()?;
    ensure!(rows.len() == 3 && &rows[1][0] == "48080" && &rows[1][2] == "48300", "{rows:?}");
    ensure!((&rows[1][3], &rows[1][4], &rows[1][5]) == ("60", "85", "1"), "{:?}", rows[1]);
    ensure!(rows[1][6].replace(' ', "") == communes[1].1.digits(), "{:?}", rows[1]);
    ensure!(rows[1].iter().any(|cell| cell.contains("Médiathèque de Langogne")), "{:?}", rows[1]);

    let mut sheet = calamine::Xlsx::new(Cursor::new(part("retour.xlsx")?))?;
    let range = sheet.worksheet_range("Retour")?;
    ensure!(range.height() == 6, "title, help, header, three communes");
    ensure!(String::from_utf8(part("LISEZ-MOI.txt")?)?.contains("La Carsat Languedoc-Roussillon écrit"), "what to do");
    Ok(())
}

/// The fund's sheet, filled in.
fn sheet(fill: impl Fn(&mut Worksheet) -> Result<(), rust_xlsxwriter::XlsxError>) -> anyhow::Result<FileContent> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let head = ["Code INSEE", "Commune", "Code de réponse", "Lettres envoyées", "Lettres revenues (NPAI)"];
    for (column, name) in (0..).zip(head) {
        sheet.write_string(2, column, name)?;
    }
    fill(sheet)?;
    Ok(FileContent::new(book.save_to_buffer()?))
}

fn the_return(database: &TestDatabase) -> anyhow::Result<()> {
    let campaign = block_on(TestCampaign::in_database(database))?;
    let (scope, communes) = prepared(&campaign)?;
    let letters = || -> anyhow::Result<Option<Count>> {
        let found = block_on(compare_channels(&campaign.store, scope, "lozere", Utc::now()))?;
        let row = found.comparison.rows.iter().find(|r| r.channel == Channel::Letter);
        Ok(row.context("letters")?.reach)
    };
    ensure!(letters()?.is_none(), "nobody knows before the fund has told");
    let filled = sheet(|sheet| {
        // Florac and Langogne share one count, Mende's is hidden.
        sheet.write_number(3, 0, 48061)?;
        sheet.write_number(4, 0, 48080)?;
        sheet.write_string(5, 0, "48095")?;
        sheet.write_string(5, 2, communes[2].1.to_string())?;
        sheet.merge_range(3, 3, 4, 3, "", &Format::new())?;
        sheet.write_number(3, 3, 128)?;
        sheet.write_number(3, 4, 2)?;
        sheet.write_string(4, 4, "<5")?;
        sheet.write_string(5, 3, "<5")?;
        sheet.write_string(6, 1, "Total")?;
        sheet.write_number(6, 3, 131)?;
        Ok(())
    })?;
    let read = block_on(read_blind_return(&campaign.store, scope, "lozere", 1, "retour.xlsx", &filled, Utc::now()))?;
    ensure!(read.len() == 2 && read[0].communes.len() == 2, "{read:?}");
    ensure!(read[0].sent == Count::exactly(128) && read[0].returned == Some(Count { low: 3, high: 6 }), "{read:?}");
    ensure!(read[1].returned.is_none(), "a blank cell is no zero: {read:?}");
    let kept = block_on(blind_mailings(&campaign.store, scope, "lozere"))?;
    ensure!(kept[0].returns == read, "{kept:?}");
    // The campaign's own letter, and 128 less 3 to 6, and 1 to 4.
    let reach = letters()?.context("a reach")?;
    ensure!(reach == Count { low: 1 + 122 + 1, high: 1 + 125 + 4 }, "{reach:?}");
    let again = sheet(|sheet| {
        sheet.write_string(3, 0, "48061")?;
        sheet.write_number(3, 3, 0)?;
        // « n.c. » and a dash are no answer, and no mistake.
        sheet.write_string(3, 4, "—")?;
        sheet.write_string(4, 0, "48095")?;
        sheet.write_string(4, 3, "n.c.")?;
        Ok(())
    })?;
    block_on(read_blind_return(&campaign.store, scope, "lozere", 1, "retour.xlsx", &again, Utc::now()))?;
    ensure!(letters()? == Some(Count::exactly(1)), "a second sheet replaces the first");
    let half = sheet(|sheet| {
        // One count of letters for two communes, and what came back of one of them.
        sheet.write_string(3, 0, "48061")?;
        sheet.write_string(4, 0, "48080")?;
        sheet.merge_range(3, 3, 4, 3, "", &Format::new())?;
        sheet.write_number(3, 3, 120)?;
        sheet.write_number(3, 4, 3)?;
        Ok(())
    })?;
    let read = block_on(read_blind_return(&campaign.store, scope, "lozere", 1, "retour.xlsx", &half, Utc::now()))?;
    ensure!(read[0].returned == Some(Count { low: 3, high: 120 }), "three at least: {read:?}");
    ensure!(block_on(blind_mailings(&campaign.store, scope, "lozere"))?[0].returns == read, "and they are kept");
    ensure!(letters()? == Some(Count::exactly(1 + 117)), "of the others nobody said that they came back");
    Ok(())
}

fn wrong_returns(database: &TestDatabase) -> anyhow::Result<()> {
    let campaign = block_on(TestCampaign::in_database(database))?;
    let (scope, communes) = prepared(&campaign)?;
    let refusal = |content: FileContent| -> anyhow::Result<String> {
        let read =
            block_on(read_blind_return(&campaign.store, scope, "lozere", 1, "retour.xlsx", &content, Utc::now()));
        Ok(read.err().context("refused")?.to_string())
    };
    let wrong = sheet(|sheet| {
        for (row, (code, sent, returned)) in (3..).zip([
            ("48061", "douze", ""),
            ("48080", "10", "11"),
            ("48080", "4", ""),
            ("30189", "8", ""),
            ("Mende", "8", ""),
        ]) {
            sheet.write_string(row, 0, code)?;
            sheet.write_string(row, 3, sent)?;
            sheet.write_string(row, 4, returned)?;
        }
        sheet.write_string(8, 0, "48095")?;
        sheet.write_string(8, 2, communes[0].1.to_string())?;
        sheet.write_number(8, 3, 5)?;
        Ok(())
    })?;
    let said = refusal(wrong)?;
    for words in [
        "Ligne 4",
        "« douze »",
        "Ligne 6",
        "déjà plus haut",
        "Ligne 7",
        "n’est pas de cet envoi",
        "Ligne 8",
        "« Mende »",
        "Ligne 9",
        "n’est pas celui de la commune",
        "plus de lettres revenues",
    ] {
        ensure!(said.contains(words), "{words}:\n{said}");
    }
    let named = |line: &str| line.contains("Ligne ") && line.contains(", code ");
    ensure!(said.lines().any(|line| line.contains("plus de lettres revenues") && named(line)), "{said}");
    ensure!(refusal(sheet(|_| Ok(()))?)?.contains("Aucun nombre"), "an empty sheet");
    ensure!(refusal(FileContent::new(b"%PDF-1.4".to_vec()))?.contains("n’est pas un classeur"), "no workbook");
    ensure!(refusal(FileContent::new(vec![0; 6_000_000]))?.contains("trop grand"), "too large");
    let far = sheet(|sheet| sheet.write_string(1_048_575, 16_383, "x").map(|_| ()))?;
    ensure!(refusal(far)?.contains("bien au-delà"), "a sparse sheet");
    let kept = block_on(blind_mailings(&campaign.store, scope, "lozere"))?;
    ensure!(kept[0].returned_at.is_none() && kept[0].returns.is_empty(), "nothing was kept");
    Ok(())
}

fn a_communes_number(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        let scope = campaign.workshop("tablette-langogne").await?.structure;
        let communes = vec!["48080".parse().context("Langogne")?];
        let new = NewBlindMailing { terms: terms(), minimum_age: 60, maximum_age: None, communes };
        prepare_blind_mailing(&campaign.store, scope, "lozere", &new, Utc::now()).await?;
        let mailing = blind_mailings(&campaign.store, scope, "lozere").await?.pop().context("the mailing")?;
        let number = mailing.mailing.communes[0].1;
        let page = visitor.get(&format!("/i/{}", number.digits())).await?.shows(200, &["Débuter avec une tablette"])?;
        ensure!(page.text.find("Langogne") < page.text.find("Mende"), "the nearest first");
        let call = |phone: &str| {
            json!({"workshop": "tablette-langogne", "seats": 1, "first_name": "Odette", "last_name": "Combes",
                   "invitation": number.digits(), "phone": phone})
        };
        visitor.call(&call("")).await?.shows(422, &["ne nous dit pas qui vous êtes"])?;
        visitor.call(&call("04 65 71 00 01")).await?.shows(201, &["confirmed"])?;
        let found = compare_channels(&campaign.store, scope, "lozere", Utc::now()).await?;
        let letters = found.comparison.rows.iter().find(|r| r.channel == Channel::Letter).context("letters")?;
        ensure!(letters.registered == 1, "{letters:?}");
        Ok(())
    })
}

fn the_pages(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        let office = visitor.logged_in("coordination@exemple.fr").await?;
        let path = "/bureau/lozere/sans-noms";
        office.get(path).await?.shows(200, &["Préparer la vague 1", "sans donner les noms"])?;
        let wrong = [("envoi", "oui"), ("fund", "la Carsat"), ("minimum_age", "douze"), ("communes", "48080, 48300")];
        office.post(path, &wrong).await?.shows(
            422,
            &[
                "Écrivez la base légale",
                "un âge entre 40 et 120",
                "Plusieurs communes répondent à « 48300 »",
                "value=\"la Carsat\"",
            ],
        )?;
        let right = [
            ("envoi", "oui"),
            ("fund", "la Carsat <b>"),
            ("purpose", "proposer des ateliers"),
            ("legal_basis", "La Carsat agit dans sa mission d’intérêt public."),
            ("convention", "convention du 3 novembre 2026"),
            ("dpo", "dpo@carsat.exemple"),
            ("minimum_age", "60"),
            ("communes", "Langogne"),
        ];
        visitor.logged_in("hub@exemple.fr").await?.post(path, &right).await?.shows(403, &[])?;
        office.post(path, &right).await?.shows(303, &[])?;
        office
            .get(path)
            .await?
            .shows(200, &["la Carsat &lt;b&gt;", "1\u{a0}commune", "60\u{a0}ans et plus", "vague 2"])?;
        let zip = office.get(&format!("{path}/1/paquet.zip")).await?;
        ensure!(zip.status == 200 && zip.header("content-type")? == "application/zip", "{:?}", zip.headers);
        office.get(&format!("{path}/2/paquet.zip")).await?.shows(404, &[])?;
        let filled = sheet(|sheet| {
            sheet.write_string(3, 0, "48080")?;
            sheet.write_number(3, 3, 128)?;
            sheet.write_string(3, 4, "<5")?;
            Ok(())
        })?;
        office
            .upload(&format!("{path}/1/retour"), "retour", "liste.csv", b"nom;ville")
            .await?
            .shows(422, &["pas un classeur"])?;
        office.upload(&format!("{path}/1/retour"), "retour", "retour.xlsx", &filled.bytes()?).await?.shows(303, &[])?;
        office.get(path).await?.shows(200, &["124 à\u{a0}127", "la caisse cache les petits nombres"])?;
        let elsewhere = visitor.logged_in("accueil@exemple.fr").await?;
        elsewhere.get(path).await?.shows(403, &[])?;
        Ok(())
    })
}

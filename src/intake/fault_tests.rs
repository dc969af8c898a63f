//! What lists say that is not so, and what they say in an unusual place.

use chrono::NaiveDate;
use rust_xlsxwriter::{Format, Workbook};

use super::*;
use crate::domain::address::NotMailable;
use crate::domain::commune::Gazetteer;
use crate::domain::retiree::{Birth, Retiree};

fn list(bytes: impl Into<Vec<u8>>) -> List {
    open("liste", &FileContent::new(bytes.into()), &Choices::default()).unwrap_or_else(|e| panic!("{e}"))
}

fn rows(list: &List) -> Vec<Row> {
    list.rows(Gazetteer::embedded(), NaiveDate::from_ymd_opt(2026, 11, 2).unwrap()).collect()
}

fn person(row: &Row) -> &Retiree {
    match &row.outcome {
        Outcome::Accepted(retiree) | Outcome::Corrected(retiree, _) => retiree,
        Outcome::Refused(refusal) => panic!("{refusal}: {:?}", row.cells),
    }
}

fn people(text: &str) -> Vec<Retiree> {
    rows(&list(text)).iter().map(|row| person(row).clone()).collect()
}

fn said(row: &Row) -> Vec<String> {
    match &row.outcome {
        Outcome::Corrected(_, corrections) => corrections.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

fn street(person: &Retiree) -> &str {
    &person.address.line4
}

#[test]
fn a_placeholder_in_the_column_of_deaths_kills_nobody() {
    for (cell, deceased, corrected) in [
        ("00/00/0000", false, false),
        ("01/01/1900", false, false),
        ("31/12/9999", false, false),
        ("12/03/2027", false, true),
        ("12/03/2024", true, false),
        ("oui", true, false),
        ("", false, false),
    ] {
        let list = list(format!("NOM;PRENOM;ADR;CP;VILLE;DATE DECES\nROUX;Luc;6 rue Haute;48100;MARVEJOLS;{cell}\n"));
        let rows = rows(&list);
        assert_eq!((person(&rows[0]).deceased, !said(&rows[0]).is_empty()), (deceased, corrected), "{cell}");
    }
}

#[test]
fn a_column_by_which_nearly_all_would_be_dead_is_not_believed() {
    let rows = "ROUX;Luc;6 rue Haute;48100;MARVEJOLS;X\n".repeat(30);
    let text = format!("NOM;PRENOM;ADR;CP;VILLE;TOP DECES\n{rows}");
    let list = list(text.as_str());
    assert!(list.facts().remarks[0].contains("TOP DECES"), "{:?}", list.facts().remarks);
    assert!(people(&text).iter().all(|p| !p.deceased));
    // Who knows better is believed.
    let columns = [("TOP DECES".to_owned(), Some(Field::Deceased))].into();
    let choices = Choices { columns, ..Choices::default() };
    let sure = open("liste", &FileContent::new(text.into_bytes()), &choices).unwrap();
    assert!(self::rows(&sure).iter().all(|row| person(row).deceased) && sure.facts().remarks.is_empty());
}

#[test]
fn an_open_quote_breaks_its_own_record_alone() {
    let row = "Mme;PAGES;Rose;12 rue Basse;48000;MENDE\n";
    let good = "Mme;PIC;Rose;\"14 rue Basse\nLe Bourg\";48000;MENDE\n";
    for (before, after) in [(0, 2), (0, 40), (20, 3)] {
        let text = format!(
            "Civilité;Nom;Prénom;Adresse;CP;Ville\n{}Mme;\"OUVERT;Jeanne;2 rue Basse;48000;MENDE\n{good}{}",
            row.repeat(before),
            row.repeat(after)
        );
        let list = list(text.as_str());
        assert_eq!(list.facts().rows as usize, before + after + 2);
        let people = people(&text);
        assert_eq!((people[before].usage_name.as_str(), street(&people[before])), ("OUVERT", "2 RUE BASSE"));
        assert_eq!(
            (street(&people[before + 1]), people[before + 1].address.line5.as_str()),
            ("14 RUE BASSE", "LE BOURG")
        );
        let line = before + 2;
        assert!(list.facts().remarks[0].contains(&format!("ligne {line} ")), "{:?}", list.facts().remarks);
    }
}

#[test]
fn titles_glued_together_and_a_column_of_emails_are_read() {
    let row = "D000;NOMAA;PAUL;1;RUE;BASSE;48000;MENDE;a@exemple.fr\n";
    for title in ["ADRMEL", "ADR2", "ADRESSE"] {
        let text = format!("NUDOSS;NOMUSUEL;PRENOM1;NUMVOI;TYPVOI;LIBVOI;CODPOS;BURDIST;{title}\n{}", row.repeat(3));
        let people = people(&text);
        let lines: Vec<&str> = people[0].address.lines().collect();
        assert_eq!(lines, ["1 RUE BASSE", "48000 MENDE"], "{title}");
        assert_eq!(people[0].email.as_deref(), Some("a@exemple.fr"), "{title}");
        assert_eq!(people[0].fund_reference.as_deref(), Some("D000"));
    }
}

#[test]
fn the_spouse_lends_neither_name_nor_birth() {
    let text = "Nom assuré;Prénom assuré;Nom conjoint;Prénom conjoint;Date naiss conjoint;Adresse;CP;Commune\nVALMALE;Guy;VALMALE;Odile;12/05/1961;12 rue Basse;48000;MENDE\nBRUN;;PONS;Lise;12/05/1942;3 rue Haute;48100;MARVEJOLS\n";
    let people = people(text);
    let named: Vec<_> = people.iter().map(|p| (p.usage_name.as_str(), p.first_name.as_str(), p.birth)).collect();
    assert_eq!(named, [("VALMALE", "Guy", Birth::Unknown), ("BRUN", "", Birth::Unknown)]);
    assert!(people.iter().all(|p| p.birth_name.is_none()));
    let with_nir = "Nom;CP;Ville;Matricule conjoint\nPAGES;48000;Mende;2480148095123\nBRUN;48000;Mende;1390148095123\n";
    assert_eq!(list(with_nir).facts().dropped, ["Matricule conjoint"]);
}

#[test]
fn returned_letters_and_oppositions_of_the_fund_are_seen() {
    let text = "Nom;Prénom;Adresse;CP;Ville;NPAI;Opposition courrier\nVALMALE;Odile;12 rue Basse;48000;MENDE;;\nBRUN;Paul;3 rue Haute;48100;MARVEJOLS;NPAI;\nPONS;Paul;33 rue Haute;48100;MARVEJOLS;non;OUI\n";
    let reasons: Vec<_> = people(text).iter().map(|p| p.address.not_mailable).collect();
    assert_eq!(reasons, [None, Some(NotMailable::KnownWrong), None]);
    assert!(list(text).facts().remarks.is_empty());
    let told: Vec<_> = rows(&list(text)).iter().map(said).collect();
    assert_eq!(told, [vec![], vec![], vec!["Opposition\u{a0}: «\u{a0}OUI\u{a0}», plus de courrier.".to_owned()]]);
    // A column by which nobody could be written to says something else than its name.
    let all = format!("Nom;CP;Ville;Opposition\n{}", "BRUN;48000;MENDE;1\n".repeat(25));
    assert!(list(all).facts().remarks[0].contains("Opposition"));
}

#[test]
fn an_address_that_says_it_is_wrong_is_not_written_to() {
    for street in [
        "15 chemin Neuf (NPAI)",
        "15 chemin Neuf NPAI",
        "15 chemin Neuf - N.P.A.I.",
        "15 chemin Neuf, adresse inconnue",
    ] {
        let people = people(&format!("Nom;Prénom;Adresse;CP;Ville\nBRUN;Luc;{street};48000;MENDE\n"));
        assert_eq!(people[0].address.not_mailable, Some(NotMailable::KnownWrong), "{street}");
        assert_eq!(people[0].address.line4, "15 CHEMIN NEUF", "{street}");
    }
    let people = people("Nom;Prénom;Adresse;CP;Ville\nFABRE †;Luc;14 chemin Neuf;48000;MENDE\n");
    assert_eq!((people[0].usage_name.as_str(), people[0].deceased), ("FABRE", true));
}

#[test]
fn a_nir_cut_over_street_and_postcode_is_taken_out() {
    let text = "Nom;Adresse;CODPOS;Commune\nPAGES;1 39 05 48;095 001 42;MENDE\nBRUN;2 rue Basse;48000;MENDE\n";
    let list = list(text);
    let everything = format!("{:?}", rows(&list));
    assert!(!everything.contains("39 05 48") && !everything.contains("095 001"), "{everything}");
}

#[test]
fn what_was_taken_out_of_a_name_or_an_address_is_said() {
    let text = "Nom;Prénom;Adresse;CP;Ville\n=HYPERLINK(\"http://x.fr\");Luc;1 rue Basse;48000;MENDE\n<script>alert(1)</script>;Luc;<b>12</b> rue Basse;48000;MENDE\nBRUN (ROUX);Luc;3 rue Basse;48000;MENDE\n";
    let rows = rows(&list(text));
    assert!(said(&rows[0])[0].starts_with("«\u{a0}=HYPERLINK("), "{:?}", said(&rows[0]));
    assert_eq!(street(person(&rows[1])), "12 RUE BASSE");
    assert!(said(&rows[1]).iter().any(|s| s.contains("lu «\u{a0}12 rue Basse\u{a0}»")), "{:?}", said(&rows[1]));
    assert!(said(&rows[2]).is_empty(), "{:?}", said(&rows[2]));
    // Nobody is called HYPERLINKHTTPX on an envelope.
    let reasons: Vec<_> = rows.iter().map(|row| person(row).address.not_mailable).collect();
    assert_eq!(reasons, [Some(NotMailable::NoName), Some(NotMailable::NoName), None]);
}

#[test]
fn brackets_in_names_are_understood() {
    let named = |cells: &str| {
        let person = people(&format!("Nom;Prénom;Adresse;CP;Ville\n{cells};1 rue Basse;48000;MENDE\n")).remove(0);
        (person.usage_name, person.birth_name, person.first_name)
    };
    let wanted =
        |usage: &str, birth: Option<&str>, first: &str| (usage.to_owned(), birth.map(str::to_owned), first.to_owned());
    assert_eq!(named("LA BRETECHE (DE);Anne"), wanted("DE LA BRETECHE", None, "Anne"));
    assert_eq!(named("BRETECHE (de la);Anne"), wanted("DE LA BRETECHE", None, "Anne"));
    assert_eq!(named("BRUN;Lise (ép. POURCHERE)"), wanted("POURCHERE", Some("BRUN"), "Lise"));
    assert_eq!(named("POURCHERE;Lise (épouse POURCHERE)"), wanted("POURCHERE", None, "Lise"));
}

#[test]
fn phone_and_email_come_out_of_one_column() {
    let text = "Nom;Prénom;Adresse;CP;Ville;Courriel\nBRUN;A;1 rue Basse;48000;MENDE;0465710001 - odile@exemple.fr\nBRUN;B;1 rue Basse;48000;MENDE;06 12 34 56 78\nBRUN;C;1 rue Basse;48000;MENDE;c@exemple.fr\nBRUN;D;1 rue Basse;48000;MENDE;d@exemple.fr\nBRUN;E;1 rue Basse;48000;MENDE;jean. dupont@exemple.fr\n";
    let rows = rows(&list(text));
    let contact = |at: usize| (person(&rows[at]).phone.as_ref().map(|p| p.e164()), person(&rows[at]).email.as_deref());
    assert_eq!(contact(0), (Some("+33465710001"), Some("odile@exemple.fr")));
    assert_eq!((contact(1), said(&rows[1]).len()), ((Some("+33612345678"), None), 0));
    assert_eq!(contact(2), (None, Some("c@exemple.fr")));
    assert_eq!(contact(4), (None, Some("jean.dupont@exemple.fr")));
    let two = "Nom;Adresse;CP;Ville;Tél\nBRUN;1 rue Basse;48000;MENDE;04 65 71 00 10 / 06 12 34 56 78\nPIC;1 rue Basse;48000;MENDE;04 65 71 00 10\n";
    let rows = self::rows(&list(two));
    assert!(said(&rows[0])[0].contains("seul le premier numéro est gardé"), "{:?}", said(&rows[0]));
    assert!(said(&rows[1]).is_empty());
}

#[test]
fn day_month_and_year_in_three_columns_make_a_birth_and_an_age_makes_none() {
    let day = Birth::Date(NaiveDate::from_ymd_opt(1939, 5, 12).unwrap());
    for (header, cells, birth) in [
        ("JOUR;MOIS;ANNEE", "12;5;1939", day),
        ("Année;Mois;Jour", "1939;05;12", day),
        ("JOUR_NAIS;MOIS_NAIS;AN_NAIS", "12;05;1939", day),
        ("JOUR;MOIS;ANNEE", ";;1939", Birth::Year(1939)),
    ] {
        let people =
            people(&format!("Nom;Prénom;{header};Adresse;CP;Ville\nPIC;Luc;{cells};1 rue Basse;48000;MENDE\n"));
        assert_eq!(people[0].birth, birth, "{header} {cells}");
    }
    for title in ["Age", "Classe d'âge"] {
        let list = list(format!("Nom;Prénom;{title};Adresse;CP;Ville\nPIC;Luc;80-84;1 rue Basse;48000;MENDE\n"));
        assert!(list.facts().remarks[0].contains(title), "{:?}", list.facts().remarks);
    }
}

#[test]
fn an_estate_is_not_called_a_death() {
    let rows = rows(&list("Civilité;Nom;Prénom;Adresse;CP;Ville\nIndivision;FABRE;;1 rue Basse;48000;MENDE\n"));
    assert!(said(&rows[0])[0].starts_with("Succession ou indivision"), "{:?}", said(&rows[0]));
}

#[test]
fn an_address_merged_over_two_rows_is_that_of_both() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0..).zip(["Nom", "Prénom", "Adresse", "CP", "Ville"]) {
        sheet.write(0, column, name).unwrap();
    }
    sheet.write(1, 0, "PAGES").unwrap().write(1, 1, "Jean").unwrap();
    sheet.write(2, 0, "PAGES").unwrap().write(2, 1, "Rose").unwrap();
    for (column, text) in [(2, "12 rue Basse"), (3, "48000"), (4, "MENDE")] {
        sheet.merge_range(1, column, 2, column, text, &Format::new()).unwrap();
    }
    let rows = rows(&list(book.save_to_buffer().unwrap()));
    let lines: Vec<Vec<&str>> = rows.iter().map(|row| person(row).address.lines().collect()).collect();
    assert_eq!(lines, [["12 RUE BASSE", "48000 MENDE"], ["12 RUE BASSE", "48000 MENDE"]]);
}

#[test]
fn a_page_that_a_spreadsheet_opens_is_not_asked_for_again() {
    for bytes in ["<!DOCTYPE html><table>", "\u{feff}<?xml version=\"1.0\"?><Workbook>", "<table><tr>"] {
        let error = open("liste.xls", &FileContent::new(bytes.as_bytes().to_vec()), &Choices::default()).err();
        let error = error.map(|e| e.to_string()).unwrap_or_default();
        assert!(error.contains("enregistrez-le en .xlsx") && !error.contains("caisse"), "{error}");
    }
}

#[test]
fn a_name_with_a_day_of_birth_needs_no_place_where_nobody_is_written_to() {
    let day = NaiveDate::from_ymd_opt(2026, 11, 2).unwrap();
    let text = "Nom;Prénom;Date de naissance\nMALAVAL;Thérèse;19/06/1952\nBRUN;Luc;1952\n";
    let list = open_people("liste", &FileContent::new(text.as_bytes().to_vec())).unwrap();
    let rows: Vec<Row> = list.rows(Gazetteer::embedded(), day).collect();
    assert_eq!(person(&rows[0]).usage_name, "MALAVAL");
    assert!(matches!(rows[1].outcome, Outcome::Refused(Refusal::NoPlace(_))));
}

#[test]
fn who_lives_abroad_or_writes_in_another_script_gets_no_letter_and_is_not_refused() {
    let text = "Nom;Prénom;Adresse;CP;Ville;Pays\nMARTIN;Luc;1 calle Mayor;08001;BARCELONA;ESPAGNE\nBRUN;Ali;١٢ شارع;48000;MENDE;FRANCE\nPIC;Luc;2 rue Basse;48000;MENDE;FRANCE\nROUX;Anne;3 rue Basse;99999;NULLE PART LES OIES;FRANCE\n";
    let rows = rows(&list(text));
    let reason = |at: usize| person(&rows[at]).address.not_mailable;
    assert_eq!(reason(0), Some(NotMailable::UnknownCommune));
    assert_eq!((reason(1), reason(2)), (Some(NotMailable::Unprintable), None));
    assert!(matches!(rows[3].outcome, Outcome::Refused(_)));
}

//! Whole files, each with its kind of trouble.

use chrono::NaiveDate;
use encoding_rs::WINDOWS_1252;
use proptest::prelude::*;

use super::*;
use crate::domain::address::NotMailable;
use crate::domain::commune::Gazetteer;
use crate::domain::retiree::{Birth, Civility, Retiree};

fn opened(file: &str, bytes: &[u8]) -> Result<List, FileError> {
    open(file, &FileContent::new(bytes.to_vec()), &Choices::default())
}

const HEADER: &str = "NIR;Civilité;Nom;Prénom;Né le;Adresse;CP;Commune;Tél;Mail;Décès\n";

fn read(bytes: &[u8]) -> (List, Vec<Row>) {
    let list = opened("liste.csv", bytes).unwrap_or_else(|e| panic!("{e}"));
    let rows = rows(&list);
    (list, rows)
}

fn rows(list: &List) -> Vec<Row> {
    list.rows(Gazetteer::embedded(), NaiveDate::from_ymd_opt(2026, 11, 2).unwrap()).collect()
}

fn retiree(row: &Row) -> &Retiree {
    match &row.outcome {
        Outcome::Accepted(retiree) | Outcome::Corrected(retiree, _) => retiree,
        Outcome::Refused(refusal) => panic!("{refusal}"),
    }
}

fn codes(row: &Row) -> Vec<&'static str> {
    match &row.outcome {
        Outcome::Accepted(_) => Vec::new(),
        Outcome::Corrected(_, corrections) => corrections.iter().map(Correction::code).collect(),
        Outcome::Refused(refusal) => vec![refusal.code()],
    }
}

#[test]
fn a_row_becomes_a_retiree() {
    let text = format!(
        "MSA – extraction\n\n{HEADER}248014809512385;Mme;d'albis;MARIE-CLAUDE;22/01/1948;\"Bât. A – Appt 4\n61 rue Basse\";48000;Mende;465710000;M.Albis@Exemple.fr;\n"
    );
    let (bytes, _, _) = WINDOWS_1252.encode(&text);
    let (list, rows) = read(&bytes);
    assert_eq!(list.facts().encoding.as_deref(), Some("windows-1252"));
    assert_eq!((list.facts().header_row, list.facts().rows), (Some(2), 1), "blank lines are no records");
    let person = retiree(&rows[0]);
    assert_eq!((person.usage_name.as_str(), person.first_name.as_str()), ("D’ALBIS", "Marie-Claude"));
    assert_eq!(person.civility, Some(Civility::Madame));
    assert_eq!(person.birth, Birth::Date(NaiveDate::from_ymd_opt(1948, 1, 22).unwrap()));
    let lines: Vec<&str> = person.address.lines().collect();
    assert_eq!(lines, ["APPT 4", "BAT A", "61 RUE BASSE", "48000 MENDE"]);
    assert_eq!(person.phone.as_ref().map(|p| p.e164()), Some("+33465710000"));
    assert_eq!(person.email.as_deref(), Some("m.albis@exemple.fr"));
    assert_eq!(codes(&rows[0]), Vec::<&str>::new());
}

#[test]
fn a_nir_comes_back_nowhere() {
    let text = format!(
        "{HEADER}248014809512385;Mme;PAGES;Yvette;1948;\"NIR 2 48 01 48 095 123 85\";48000;Mende;248014809512385;;\n;M.;BRUN;Jean;1939;2 rue Basse;48000;Mende;0465710000;;\n;M.;PIC;Jean;1939;2 rue Basse;48000;Mende;0465710000;;\n"
    );
    let (list, rows) = read(text.as_bytes());
    assert_eq!(list.facts().dropped, ["NIR"]);
    assert!(!list.header().contains(&"NIR".to_owned()));
    let everything = format!("{:?} {rows:?}", list.facts());
    assert!(!everything.contains("248014809512385") && !everything.contains("095 123"), "{everything}");
    assert_eq!(codes(&rows[0]), ["nir", "nir"]);
}

#[test]
fn a_nir_column_under_an_innocent_name_is_dropped_too() {
    let (list, _) = read(b"Numero;Nom;CP;Ville\n2480148095123;PAGES;48000;Mende\n1390148095123;BRUN;48000;Mende\n");
    assert_eq!(list.facts().dropped, ["Numero"]);
    assert_eq!(list.kept_rows().next().unwrap(), ["PAGES", "48000", "Mende"]);
}

#[test]
fn a_nir_in_any_cell_is_cut_before_anything_reads_it() {
    for written in [
        "1390548095001",
        "139054809500142",
        "1 39 05 48 095 001 42",
        "1_39_05_48_095_001_42",
        "1.39.05.48.095.001.42",
        "1-39-05-48-095-001/42",
        "1\u{a0}39\u{202f}05 48 095 001",
        "1390548095001,0",
        "N°SS1390548095001",
        "NIR 139054809500199",
        "né en 1939 1390548095001",
        "0466010203 139054809500142",
    ] {
        let header = "Civilité;Nom;Prénom;Né le;Adresse;CP;Commune;Tél;Mail;Décès;N° dossier;Observations\n";
        let whole = ["Mme", "PAGES", "Yvette", "1948", "11 rue Haute", "48000", "Mende", "", "", "", "A12", ""];
        for at in 0..whole.len() {
            let mut cells = whole.map(str::to_owned);
            cells[at] = format!("{} {written}", cells[at]);
            let text =
                format!("{header}{}\nM.;BRUN;Jean;1939;2 rue Basse;48000;Mende;0465710000;;;B7;\n", cells.join(";"));
            let (list, rows) = read(text.as_bytes());
            let cells: Vec<_> = list.kept_rows().collect();
            let everything = format!("{:?} {rows:?} {cells:?}", list.facts());
            let everything: String = everything.chars().filter(char::is_ascii_alphanumeric).collect();
            assert!(!everything.contains("1390548095001"), "{at} {written}: {everything}");
            if whole[at] == "11 rue Haute" && !written.starts_with(['0', 'n', 'N']) {
                assert_eq!(retiree(&rows[0]).address.line4, "11 RUE HAUTE", "{written}");
            }
        }
    }
}

#[test]
fn a_nir_in_the_first_record_is_no_name_of_a_column() {
    for text in ["PAGES;Yvette;1390548095001;Mende\nBRUN;Jean;;Mende\n", "Nom;Ville;1390548095001\nPAGES;Mende;x\n"] {
        let shown = match opened("liste.csv", text.as_bytes()) {
            Ok(list) => format!("{:?} {:?}", list.facts(), rows(&list)),
            Err(error) => error.to_string(),
        };
        assert!(!shown.contains("1390548095001"), "{shown}");
    }
}

#[test]
fn a_couple_in_one_row_is_addressed_as_a_couple() {
    use crate::domain::household::{address_line_1, salutation};
    for (cells, line1) in [
        (";M. et Mme;FABRE;Louis et Rose;;1 rue Basse;48000;Mende;;;", "M. et Mme Louis et Rose FABRE"),
        (";Mme & M.;fabre;LOUIS & ROSE;;1 rue Basse;48000;Mende;;;", "M. et Mme Louis et Rose FABRE"),
        (";M. et Mme;FABRE;;;1 rue Basse;48000;Mende;;;", "M. et Mme FABRE"),
        (";M.;FABRE;Louis et Rose;;1 rue Basse;48000;Mende;;;", "Louis et Rose FABRE"),
    ] {
        let (_, rows) = read(format!("{HEADER}{cells}\n").as_bytes());
        let person = retiree(&rows[0]);
        assert_eq!(address_line_1(&[person]), line1, "{cells}");
        assert_eq!(salutation(&[person]), "Madame, Monsieur,", "{cells}");
    }
}

#[test]
fn the_dead_are_known_wherever_it_is_said() {
    for (cells, name, deceased) in [
        ("Mme;Succession FABRE;Rose;1 rue Basse;48000;Mende;", "FABRE", true),
        ("Succession;FABRE;Rose;1 rue Basse;48000;Mende;", "FABRE", true),
        (";Feu FABRE;Louis;1 rue Basse;48000;Mende;", "FABRE", true),
        (";Hoirie FABRE;;1 rue Basse;48000;Mende;", "FABRE", true),
        (";Indivision FABRE;;1 rue Basse;48000;Mende;", "FABRE", true),
        ("Mme;FABRE (décédée);Rose;1 rue Basse;48000;Mende;", "FABRE", true),
        ("Mme;FABRE;Rose;1 rue Basse;48000;Mende;décédée le 3 mai", "FABRE", true),
        ("Mme;FABRE;Rose;1 rue Basse;48000;Mende;DCD", "FABRE", true),
        ("Mme;FABRE;Rose;1 rue Basse;48000;Mende;décès le 12/03/2026", "FABRE", true),
        ("Mme;FABRE;Rose;1 rue Basse;48000;Mende;mari décédé", "FABRE", false),
        ("Mme;FEU;Rose;1 rue Basse;48000;Mende;", "FEU", false),
    ] {
        let text = format!("Civilité;Nom;Prénom;Adresse;CP;Commune;Observations\n{cells}\n");
        let (_, rows) = read(text.as_bytes());
        let person = retiree(&rows[0]);
        assert_eq!((person.usage_name.as_str(), person.deceased), (name, deceased), "{cells}");
        assert_eq!(codes(&rows[0]).contains(&"deceased"), deceased, "{cells}");
        if let Outcome::Corrected(_, corrections) = &rows[0].outcome {
            assert!(corrections[0].to_string().contains("aucun courrier"), "{}", corrections[0]);
        }
    }
}

#[test]
fn each_fault_is_corrected_or_refused_with_its_reason() {
    for (cells, wanted, outcome) in [
        (";Mme;PAGES;Yvette;31/02/1948;1 rue Basse;48000;Mende;;;", vec!["birth"], "corrected"),
        (";Mme;PAGES;Yvette;;1 rue Basse;48000;Mende;12;;", vec!["phone"], "corrected"),
        (";Mme;PAGES;Yvette;;1 rue Basse;48000;Mende;;a@@b;", vec!["email"], "corrected"),
        (";Mme;PAGES;Yvette;;1 rue Basse;7340;Limony;;;", vec!["postcode_zero"], "corrected"),
        (";Mme;PAGES;Yvette;;1 rue Basse;;Mende;;;", vec!["postcode"], "corrected"),
        (";Mme;PAGES;Yvette;;1 rue Basse;99999;Mende;;;", vec!["postcode"], "corrected"),
        (";Mme;PAGES;Yvette;;1 rue Basse;48200;St-Chely-d'Apchet;;;", vec!["commune_spelling"], "corrected"),
        (";Mme;PAGES;Yvette;;1 rue Basse;48130;Javols;;;", vec!["commune_old_name"], "corrected"),
        (";Mme;PAGES;Yvette;;1 rue Basse;48300 Langogne;;;;", vec![], "accepted"),
        (";Mme;PAGES;Yvette;;1, rue Basse;48000;Mende;;;;;", vec![], "accepted"),
        (";Mme;PAGES;Yvette;;1 rue;Basse;48000;Mende;;;", vec!["cells"], "corrected"),
        (";Mme;;Yvette;;1 rue Basse;48000;Mende;;;", vec!["no_name"], "refused"),
        (";Mme;PAGES;Yvette;;1 rue Basse;;;;;", vec!["no_place"], "refused"),
        (";Mme;PAGES;Yvette;;1 rue Basse;99999;Nulle-Part-les-Oies;;;", vec!["no_place"], "refused"),
    ] {
        // A second row keeps the list's departments known.
        let (_, rows) = read(format!("{HEADER}{cells}\n;M.;BRUN;Jean;1939;2 rue Basse;48000;Mende;;;\n").as_bytes());
        assert_eq!(codes(&rows[0]), wanted, "{cells}");
        let name = match rows[0].outcome {
            Outcome::Accepted(_) => "accepted",
            Outcome::Corrected(..) => "corrected",
            Outcome::Refused(_) => "refused",
        };
        assert_eq!(name, outcome, "{cells}");
    }
}

#[test]
fn what_cannot_be_mailed_is_still_taken() {
    for (cells, reason) in [
        (";Mme;PAGES;Yvette;;;48000;Mende;;;", NotMailable::NoStreet),
        (";Mme;PAGES;Yvette;;1 rue Basse;48000;Strasbourg;;;", NotMailable::DoubtfulCommune),
        (";Mme;PAGES;Yvette;;1 rue Basse;48100;;;;", NotMailable::DoubtfulCommune),
    ] {
        let (_, rows) = read(format!("{HEADER}{cells}\n").as_bytes());
        assert_eq!(retiree(&rows[0]).address.not_mailable, Some(reason), "{cells}");
    }
}

#[test]
fn a_lost_commune_is_borrowed_from_the_same_door() {
    let text = format!(
        "{HEADER};M.;PAGES;Jean;1939;1 rue Basse;48100;;;;\n;Mme;PAGÈS;Yvette;1942;1 rue Basse;48100;MARVEJOLS;;;\n"
    );
    let (_, rows) = read(text.as_bytes());
    assert_eq!(retiree(&rows[0]).address.line6, "48100 MARVEJOLS");
    assert_eq!(codes(&rows[0]), ["commune"]);
    let Outcome::Corrected(_, corrections) = &rows[0].outcome else { panic!("{:?}", rows[0]) };
    assert!(corrections[0].to_string().contains("absente, Marvejols d’après"), "{}", corrections[0]);
}

#[test]
fn rows_are_counted_without_blank_lines() {
    let (_, rows) = read(
        format!("{HEADER}\n;M.;PAGES;Jean;;;48000;Mende;;;\n;;;;;;;;;;\n;M.;BRUN;Jean;;;48000;Mende;;;\n\n\n")
            .as_bytes(),
    );
    assert_eq!(rows.iter().map(|r| r.number).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn columns_are_known_by_their_content_where_names_say_nothing() {
    let text = "a,b,c,d\nPAGES Yvette,\"1 rue Basse\",48000 MENDE,0465710000\nBRUN Jean,\"2 rue Basse\",48100 MARVEJOLS,0465710001\n";
    let (list, rows) = read(text.as_bytes());
    assert_eq!(list.facts().columns[0].1, Some(Field::FullName));
    let person = retiree(&rows[1]);
    assert_eq!((person.usage_name.as_str(), person.first_name.as_str()), ("BRUN", "Jean"));
    assert_eq!(person.address.lines().collect::<Vec<_>>(), ["2 RUE BASSE", "48100 MARVEJOLS"]);
    assert!(person.phone.is_some());
}

#[test]
fn a_maiden_name_is_not_the_only_name_beside_full_names() {
    let body: String = ["Yvette PAGÈS;BRUN", "Xavière CLARAUD;", "Jean BRUN;", "Odile FABRE;ROUX"]
        .iter()
        .map(|names| format!("{names};12 rue Basse;48000;Mende\n"))
        .collect();
    for title in ["Assuré", "Retraité(e)", "Allocataire", "Adhérent", "Bénéficiaire", "Qui", "Nom du bénéficiaire"]
    {
        let (list, rows) = read(format!("{title};Nom de jeune fille;Adresse;CP;Ville\n{body}").as_bytes());
        assert_eq!(list.facts().columns[0].1, Some(Field::FullName), "{title}");
        let names = rows.iter().map(retiree).map(|p| (p.usage_name.as_str(), p.first_name.as_str()));
        assert_eq!(names.collect::<Vec<_>>()[..2], [("PAGÈS", "Yvette"), ("CLARAUD", "Xavière")], "{title}");
        assert_eq!(retiree(&rows[0]).birth_name.as_deref(), Some("BRUN"), "{title}");
    }
    // Alone it is the surname, and a number or a « oui » is no name.
    for (title, cell) in [("Adhérent", "10234"), ("Retraité", "oui"), ("Assuré", "")] {
        let text = format!("{title};Nom de naissance;Prénom;CP;Ville\n{cell};PAGÈS;Yvette;48000;Mende\n");
        let (_, rows) = read(text.as_bytes());
        assert_eq!(
            (&retiree(&rows[0]).usage_name[..], &retiree(&rows[0]).first_name[..]),
            ("PAGÈS", "Yvette"),
            "{title}"
        );
        let (_, rows) = read(text.replace("Nom de naissance", "Nom").as_bytes());
        assert_eq!(
            (&retiree(&rows[0]).usage_name[..], &retiree(&rows[0]).first_name[..]),
            ("PAGÈS", "Yvette"),
            "{title}"
        );
    }
}

#[test]
fn who_has_no_usage_name_has_the_one_of_birth_and_that_corrects_nothing() {
    let text = "Nom d'usage;Nom de naissance;Prénom;CP;Ville\n;PAGÈS;Jean;48000;Mende\nBRUN;PAGÈS;Rose;48000;Mende\n";
    let (_, rows) = read(text.as_bytes());
    assert_eq!(rows.iter().map(codes).collect::<Vec<_>>(), [Vec::<&str>::new(), vec![]]);
    assert_eq!(retiree(&rows[0]).usage_name, "PAGÈS");
    // A full name that is missing is another matter.
    let (_, rows) = read("Nom et prénom;Nom de naissance;CP;Ville\n;PAGÈS;48000;Mende\n".as_bytes());
    assert_eq!(codes(&rows[0]), ["usage_name"]);
}

#[test]
fn surname_and_first_name_that_stand_in_each_others_place_are_told() {
    let right: String = ["FABRE;Nicole", "ROUX;Nicole", "PAGÈS;Nicole", "PAGÈS;Guy", "PAGÈS;Odette"]
        .iter()
        .map(|names| format!("{names};48000;Mende\n"))
        .collect();
    let (_, rows) = read(format!("Nom;Prénom;CP;Ville\n{right}{right}NICOLE;PAGÈS;48000;Mende\n").as_bytes());
    let person = retiree(&rows[10]);
    assert_eq!((person.usage_name.as_str(), person.first_name.as_str()), ("PAGÈS", "Nicole"));
    assert_eq!(rows.iter().filter(|row| codes(row) == ["swapped"]).count(), 1);
}

#[test]
fn an_address_in_pieces_and_one_in_a_single_cell_read_the_same() {
    let pieces = "Nom;N° voie;Indice;Type voie;Libellé voie;CP;Ville\nPAGES;12;bis;RUE;DE L'EGLISE;48000;MENDE\n";
    let single = "Nom;Adresse\nPAGES;12 bis rue de l'Eglise 48000 MENDE\n";
    for text in [pieces, single] {
        let (_, rows) = read(text.as_bytes());
        let lines: Vec<&str> = retiree(&rows[0]).address.lines().collect();
        assert_eq!(lines, ["12 B RUE DE L EGLISE", "48000 MENDE"], "{text}");
    }
}

#[test]
fn a_whole_address_that_lacks_its_town_or_its_postcode_reads_like_separate_columns() {
    let whole = [
        "12 rue Basse, 48100 Marvejols",
        "2 rue Haute - 48000 Mende",
        "3 rue Basse, 48100",
        "4 rue du Lac - MENDE",
        "5 rue du Lac Saint-Roch",
        "6 rue du Lac",
    ];
    let apart =
        ["12 rue Basse;48100;Marvejols", "2 rue Haute;48000;Mende", "3 rue Basse;48100;", "4 rue du Lac;;MENDE"];
    let list = |header: &str, cells: &[&str]| {
        let rows: Vec<String> = cells.iter().zip('A'..).map(|(c, i)| format!("PAGES{i};{c}\n")).collect();
        read(format!("Nom;{header}\n{}", rows.concat()).as_bytes()).1
    };
    let (whole, apart) = (list("Adresse", &whole), list("Adresse;CP;Ville", &apart));
    for (one, other) in whole.iter().zip(&apart) {
        assert_eq!(codes(one), codes(other));
        assert_eq!(retiree(one).address, retiree(other).address);
    }
    assert_eq!(codes(&whole[2]), ["commune_guess"]);
    assert_eq!(retiree(&whole[3]).address.line6, "48000 MENDE");
    assert!(whole[4..].iter().all(|row| codes(row) == ["no_place"]));
}

#[test]
fn a_file_that_is_no_list_says_what_to_do() {
    for (bytes, wanted) in [
        (&b""[..], "est vide"),
        (b" \n ", "est vide"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "une image"),
        (b"<!DOCTYPE html><table>", "page web"),
        (b"PK\x03\x04 mimetype archive", "archive"),
        (b"PK\x03\x04 xl/workbook.xml cut off", "ne s’ouvre pas"),
        (b"Nom;CP;Ville\n", "aucune ligne"),
        (b"Couleur;Taille\nbleu;3\nvert;4\n", "pas de colonne"),
    ] {
        let error = opened("liste.csv", bytes).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(error.contains(wanted), "{wanted}: {error}");
        assert!(error.contains("liste.csv"), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(list) = opened("x", &bytes) {
            rows(&list);
        }
    }

    #[test]
    fn no_cells_make_it_panic(cells in proptest::collection::vec("\\PC{0,40}", 0..40), header in 0..2usize) {
        let header = [HEADER, "nom_prenom;adresse;cp_ville;naissance;telephone\n"][header];
        let body: String = cells.chunks(9).map(|row| row.join(";") + "\n").collect();
        if let Ok(list) = opened("x", format!("{header}{body}").as_bytes()) {
            for row in rows(&list) {
                let accepted = matches!(row.outcome, Outcome::Accepted(_));
                prop_assert_eq!(row.cells.map(|cells| cells.len()), (!accepted).then_some(list.header().len()));
                if let Outcome::Accepted(retiree) = row.outcome {
                    prop_assert!(!retiree.usage_name.is_empty());
                    let mailable = retiree.address.not_mailable.is_none();
                    prop_assert!(!mailable || retiree.address.lines().all(|l| l.chars().count() <= 38));
                }
            }
        }
    }

    #[test]
    fn no_workbook_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), kind in 0..2usize) {
        let magic: &[u8] = [&b"PK\x03\x04xl/"[..], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"][kind];
        let _ = opened("x", &[magic, &bytes].concat()).map(|list| rows(&list).len());
    }
}

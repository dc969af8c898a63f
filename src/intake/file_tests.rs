//! Files as they come: every encoding and delimiter, workbooks of every kind, and what is made to hurt.

use std::io::Write;

use chrono::NaiveDate;
use encoding_rs::{Encoding, ISO_8859_15, MACINTOSH, UTF_8, WINDOWS_1252};
use rust_xlsxwriter::{Format, Workbook};
use zip::write::SimpleFileOptions;

use super::*;
use crate::domain::commune::Gazetteer;
use crate::domain::retiree::{Birth, Retiree};

const XLS: &[u8] = include_bytes!("../../tests/fixtures/files/liste.xls");
const SPARSE_XLS: &[u8] = include_bytes!("../../tests/fixtures/files/clairsemee.xls");
const ODS: &[u8] = include_bytes!("../../tests/fixtures/files/liste.ods");
const REPEATED_ODS: &[u8] = include_bytes!("../../tests/fixtures/files/repetee.ods");
/// Its password is « sésame 2026 ».
const PROTECTED: &[u8] = include_bytes!("../../tests/fixtures/files/protegee.xlsx");

fn opened(bytes: &[u8], choices: &Choices) -> Result<List, FileError> {
    open("liste", &FileContent::new(bytes.to_vec()), choices)
}

fn people(list: &List) -> Vec<Retiree> {
    let rows = list.rows(Gazetteer::embedded(), NaiveDate::from_ymd_opt(2026, 11, 2).unwrap());
    rows.map(|row| match row.outcome {
        Outcome::Accepted(retiree) | Outcome::Corrected(retiree, _) => retiree,
        Outcome::Refused(refusal) => panic!("{refusal}"),
    })
    .collect()
}

fn refused(bytes: &[u8]) -> String {
    opened(bytes, &Choices::default()).err().map(|e| e.to_string()).unwrap_or_default()
}

fn text(delimiter: char) -> String {
    let rows = [
        ["Civilité", "Nom", "Prénom", "Adresse", "Code postal", "Commune"],
        ["Mme", "PAGÈS", "Éliane", "\"12 rue de l'Église\nLe Bourg\"", "48300", "Langogne"],
        ["M.", "LE GALL", "Joël", "3 place du Général", "48100", "Marvejols"],
        ["Mme", "NOËL", "Françoise", "7 impasse des Œillets", "48000", "Mende"],
    ];
    let d = delimiter.to_string();
    rows.iter().map(|row| row.join(&d) + "\r\n").collect()
}

/// CP850 as Python writes it.
fn cp850(text: &str) -> Vec<u8> {
    let byte = |c: char| match c {
        'é' => 0x82,
        'É' => 0x90,
        'È' => 0xd4,
        'ë' => 0x89,
        'Ë' => 0xd3,
        'ç' => 0x87,
        c if c.is_ascii() => c as u8,
        other => panic!("{other}"),
    };
    text.chars().map(byte).collect()
}

#[test]
fn every_encoding_with_every_delimiter_is_read() {
    for delimiter in [';', ',', '\t', '|'] {
        let text = text(delimiter);
        let plain = text.replace('Œ', "OE");
        let encoded = |encoding: &'static Encoding| encoding.encode(&text).0.into_owned();
        let utf16 = |bom: &[u8], bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            bom.iter().copied().chain(text.encode_utf16().flat_map(bytes)).collect()
        };
        for (name, bytes) in [
            ("UTF-8", encoded(UTF_8)),
            ("UTF-8 (BOM)", [b"\xEF\xBB\xBF", &encoded(UTF_8)[..]].concat()),
            ("windows-1252", encoded(WINDOWS_1252)),
            ("ISO-8859-15", encoded(ISO_8859_15)),
            ("macintosh", encoded(MACINTOSH)),
            ("IBM850", cp850(&plain)),
            ("UTF-16LE", utf16(b"\xff\xfe", u16::to_le_bytes)),
            ("UTF-16BE", utf16(b"\xfe\xff", u16::to_be_bytes)),
            ("UTF-16LE", utf16(b"", u16::to_le_bytes)),
            ("UTF-16BE", utf16(b"", u16::to_be_bytes)),
        ] {
            let list = opened(&bytes, &Choices::default()).unwrap_or_else(|e| panic!("{name} {delimiter:?}: {e}"));
            assert_eq!(list.facts().encoding.as_deref(), Some(name), "{delimiter:?}");
            let people = people(&list);
            let names: Vec<_> = people.iter().map(|p| (p.usage_name.as_str(), p.first_name.as_str())).collect();
            let wanted = [("PAGÈS", "Éliane"), ("LE GALL", "Joël"), ("NOËL", "Françoise")];
            assert_eq!(names, wanted, "{name} {delimiter:?}");
            assert_eq!(people[0].address.line6, "48300 LANGOGNE", "{name} {delimiter:?}");
        }
    }
}

#[test]
fn who_knows_better_says_encoding_delimiter_header_and_columns() {
    let bytes = WINDOWS_1252.encode(&text(';')).0.into_owned();
    let choices = Choices { encoding: Some(Charset::Macintosh), ..Choices::default() };
    let list = opened(&bytes, &choices).unwrap();
    assert_eq!(list.facts().encoding.as_deref(), Some("macintosh"));
    assert_ne!(people(&list)[1].first_name, "Joël");
    let choices = Choices { delimiter: Some(Delimiter::Bar), ..Choices::default() };
    let look = look("liste", &FileContent::new(bytes.clone()), &choices, 5).unwrap();
    assert_eq!(look.facts.columns.len(), 1);
    assert!(look.problem.is_some(), "a single column is no list, but can be looked at");
    let columns = [("Nom".to_owned(), Some(Field::BirthName)), ("Prénom".to_owned(), None)].into();
    let list = opened(&bytes, &Choices { columns, ..Choices::default() }).unwrap();
    assert_eq!(list.facts().columns[1].1, Some(Field::BirthName));
    assert_eq!(people(&list)[0].first_name, "");
    let list = opened(&bytes, &Choices { header_row: Some(0), ..Choices::default() });
    assert!(list.is_ok_and(|l| l.facts().rows == 4 && l.facts().header_row.is_none()));
}

#[test]
fn a_nir_stays_dropped_whatever_is_chosen_and_is_in_no_sample() {
    let bytes = b"Numero;Nom;CP;Ville;Note\n2480148095123;PAGES;48000;Mende;x\n1390148095124;PIC;48000;Mende;y\n1390148095123;BRUN;48000;Mende;1390148095123\n";
    let columns = [("Numero".to_owned(), Some(Field::Reference))].into();
    let look = look("liste", &FileContent::new(bytes.to_vec()), &Choices { columns, ..Choices::default() }, 5).unwrap();
    assert_eq!(look.facts.dropped, ["Numero"]);
    assert!(!format!("{look:?}").contains("48095123"), "{look:?}");
    assert_eq!((look.first.len(), look.last.map(|l| l[0].clone())), (3, Some("BRUN".to_owned())));
}

/// A workbook with a title, dates as dates and as numbers, numbers as text and text as numbers.
fn workbook() -> Workbook {
    let mut book = Workbook::new();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    book.add_worksheet().set_name("Lisez-moi").unwrap().write(0, 0, "Extraction").unwrap();
    let sheet = book.add_worksheet().set_name("Liste").unwrap();
    sheet.write(0, 0, "Retraités du département").unwrap();
    for (column, name) in
        ["NIR", "NOM", "PRENOM", "DT_NAIS", "ADRESSE", "CODPOS", "VILLE", "TEL_DOM"].iter().enumerate()
    {
        sheet.write(2, column as u16, *name).unwrap();
    }
    for (row, postcode) in [(3, "48000"), (4, "7340")] {
        sheet.write(row, 0, 139_054_809_500_142_i64).unwrap();
        sheet.write(row, 1, "FABRE").unwrap().write(row, 2, "Louis").unwrap();
        sheet.write(row, 4, "3 rue Basse").unwrap().write(row, 5, postcode).unwrap();
        sheet.write(row, 6, if row == 3 { "MENDE" } else { "LIMONY" }).unwrap();
        sheet.write(row, 7, 465_710_001).unwrap();
    }
    sheet.write_with_format(3, 3, rust_xlsxwriter::ExcelDateTime::from_ymd(1941, 3, 12).unwrap(), &day).unwrap();
    sheet.write(4, 3, 15_047).unwrap();
    let last = book.add_worksheet().set_name("Autre liste").unwrap();
    for (row, cells) in [["NOM", "CP", "VILLE"], ["BRUN", "48100", "MARVEJOLS"]].iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            last.write(row as u32, column as u16, *cell).unwrap();
        }
    }
    book
}

#[test]
fn workbooks_of_every_kind_say_the_same() {
    let xlsx = workbook().save_to_buffer().unwrap();
    let born = Birth::Date(NaiveDate::from_ymd_opt(1941, 3, 12).unwrap());
    for (bytes, format) in [(&xlsx[..], "xlsx"), (XLS, "xls"), (ODS, "ods")] {
        let list = opened(bytes, &Choices::default()).unwrap_or_else(|e| panic!("{format}: {e}"));
        let facts = list.facts();
        assert_eq!((facts.format.as_str(), facts.sheet.as_deref()), (format, Some("Liste")));
        assert_eq!(facts.sheets[0], "Lisez-moi");
        assert_eq!(facts.dropped, ["NIR"]);
        let people = people(&list);
        assert_eq!((people[0].usage_name.as_str(), people[0].birth), ("FABRE", born), "{format}");
        assert_eq!(people[0].phone.as_ref().map(|p| p.e164()), Some("+33465710001"), "{format}");
        let lines: Vec<_> = people.iter().map(|p| p.address.line6.as_str()).collect();
        assert_eq!((lines[0], lines[lines.len() - 1]), ("48000 MENDE", "07340 LIMONY"), "{format}");
    }
}

#[test]
fn sheets_of_the_same_columns_are_one_list() {
    let mut book = Workbook::new();
    let mut add = |name: &str, header: [&str; 3], people: &[&str], hidden: bool| {
        let sheet = book.add_worksheet().set_name(name).unwrap().set_hidden(hidden);
        for (row, cells) in std::iter::once(header).chain(people.iter().map(|p| [*p, "48000", "MENDE"])).enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                sheet.write(row as u32, column as u16, *cell).unwrap();
            }
        }
    };
    let columns = ["NOM", "CP", "VILLE"];
    add("Nord", columns, &["FABRE", "ROUX"], false);
    add("Codes", ["CODE", "LIBELLE", "RANG"], &["A", "B", "C", "D", "E"], false);
    add("Sud", columns, &["BRUN"], false);
    add("Ancien", columns, &["PIC", "PAGES", "MOULIN"], true);
    let bytes = book.save_to_buffer().unwrap();
    let list = opened(&bytes, &Choices::default()).unwrap();
    assert_eq!((list.facts().sheet.as_deref(), list.facts().rows), (Some("Nord + Sud"), 3));
    let names: Vec<_> = people(&list).into_iter().map(|p| p.usage_name).collect();
    assert_eq!(names, ["FABRE", "ROUX", "BRUN"]);
    let alone = Choices { sheet: Some("Ancien".to_owned()), ..Choices::default() };
    assert_eq!(people(&opened(&bytes, &alone).unwrap()).len(), 3);
}

#[test]
fn hidden_rows_are_told() {
    let told = |bytes: &[u8]| opened(bytes, &Choices::default()).unwrap().facts().remarks.join(" ");
    assert!(told(&workbook().save_to_buffer().unwrap()).is_empty() && told(XLS).is_empty() && told(ODS).is_empty());
    let mut book = workbook();
    book.worksheet_from_name("Liste").unwrap().set_row_hidden(4).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    assert!(told(&bytes).starts_with("Lignes cachées du classeur (par un filtre ou à la main)\u{a0}: 1."));
    assert_eq!(people(&opened(&bytes, &Choices::default()).unwrap()).len(), 2);
}

#[test]
fn another_sheet_can_be_chosen() {
    let xlsx = workbook().save_to_buffer().unwrap();
    let sheet = |name: &str| Choices { sheet: Some(name.to_owned()), ..Choices::default() };
    assert_eq!(people(&opened(&xlsx, &sheet("Autre liste")).unwrap())[0].usage_name, "BRUN");
    let error = opened(&xlsx, &sheet("Feuil9")).err().map(|e| e.to_string()).unwrap_or_default();
    assert!(error.contains("Feuil9") && error.contains("Lisez-moi, Liste, Autre liste"), "{error}");
}

#[test]
fn a_protected_workbook_asks_for_its_password() {
    let with = |password: Option<&str>| {
        opened(PROTECTED, &Choices { password: password.map(|p| Password(p.to_owned())), ..Choices::default() })
    };
    assert!(matches!(with(None).err(), Some(FileError::AsksPassword { .. })));
    let wrong = with(Some("sesame")).err().map(|e| e.to_string()).unwrap_or_default();
    assert!(wrong.contains("Mot de passe refusé") && !wrong.contains("sesame"), "{wrong}");
    let list = with(Some("sésame 2026")).unwrap();
    assert_eq!((list.facts().rows, list.facts().dropped.len()), (3, 1));
    assert_eq!(people(&list)[2].address.line6, "07340 LIMONY");
}

/// A part of an archive: its name, and what writes it.
type Part<'a> = (&'a str, &'a dyn Fn(&mut dyn Write));

/// An xlsx file with these parts beside what makes it one.
fn archive(parts: &[Part<'_>]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let head = "<?xml version=\"1.0\"?>";
    let rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let small = [
        (
            "_rels/.rels",
            format!(
                "{head}<Relationships><Relationship Id=\"r0\" Type=\"{rel}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        ("[Content_Types].xml", format!("{head}<Types/>")),
        (
            "xl/workbook.xml",
            format!(
                "{head}<workbook xmlns:r=\"{rel}\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "{head}<Relationships><Relationship Id=\"r1\" Type=\"{rel}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
    ];
    for (name, body) in small {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(body.as_bytes()).unwrap();
    }
    for (name, write) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        write(&mut zip);
    }
    zip.finish().unwrap().into_inner()
}

fn sheet(rows: &str) -> String {
    format!("<?xml version=\"1.0\"?><worksheet><sheetData>{rows}</sheetData></worksheet>")
}

#[test]
fn a_sparse_sheet_takes_no_more_than_what_it_says() {
    let cell = |place: &str, text: &str| format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let head: String = [("A1", "NOM"), ("B1", "CP"), ("C1", "VILLE")].map(|(p, t)| cell(p, t)).concat();
    let far = |place: &str| {
        let row = place.trim_start_matches(|c: char| c.is_ascii_alphabetic()).to_owned();
        let rows = format!("<row r=\"1\">{head}</row><row r=\"{row}\">{}</row>", cell(place, "PAGES"));
        let body = sheet(&rows);
        archive(&[("xl/worksheets/sheet1.xml", &|out: &mut dyn Write| out.write_all(body.as_bytes()).unwrap())])
    };
    // A million blank rows in between are blank rows.
    assert_eq!(opened(&far("A1048576"), &Choices::default()).map(|l| l.facts().rows), Ok(1));
    assert!(refused(&far("XFD1048576")).contains("colonne 16384"));
    assert!(refused(SPARSE_XLS).contains("très loin"), "{}", refused(SPARSE_XLS));
    assert!(refused(REPEATED_ODS).contains("plus de cellules"), "{}", refused(REPEATED_ODS));
}

#[test]
fn what_is_made_to_burst_is_refused_before_it_does() {
    let megabyte = vec![b' '; 1 << 20];
    let blanks = |out: &mut dyn Write| (0..64).for_each(|_| out.write_all(&megabyte).unwrap());
    let rows = "<row><c><v>1</v></c></row>".repeat(40_000);
    let many = |out: &mut dyn Write| (0..100).for_each(|_| out.write_all(rows.as_bytes()).unwrap());
    let body = sheet("");
    let fine = |out: &mut dyn Write| out.write_all(body.as_bytes()).unwrap();
    for parts in [
        [("xl/worksheets/sheet1.xml", &blanks as &dyn Fn(&mut dyn Write)), ("xl/styles.xml", &fine)],
        [("xl/worksheets/sheet1.xml", &many), ("xl/styles.xml", &fine)],
        [("xl/worksheets/sheet1.xml", &fine), ("xl/sharedStrings.xml", &blanks)],
        [("xl/worksheets/sheet1.xml", &fine), ("xl/media/picture.png", &many)],
    ] {
        let said = refused(&archive(&parts));
        assert!(said.contains("démesuré"), "{} {said}", parts[0].0);
    }
}

/// Bytes that are nowhere.
struct Hole(u64, &'static [u8]);

impl ReadAt for Hole {
    fn read_at(&self, buffer: &mut [u8], at: u64) -> std::io::Result<usize> {
        let rest = self.0.saturating_sub(at).min(buffer.len() as u64) as usize;
        buffer[..rest].fill(0);
        for (to, from) in buffer[..rest].iter_mut().zip(self.1.iter().skip(usize::try_from(at).unwrap_or(usize::MAX))) {
            *to = *from;
        }
        Ok(rest)
    }

    fn size(&self) -> u64 {
        self.0
    }
}

#[test]
fn two_gigabytes_are_refused_without_being_held() {
    const TWO: u64 = 2_200_000_000;
    for (head, said) in [
        (&b"Nom;CP;Ville\nPAGES;48000;Mende\n"[..], "deux milliards"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "abîmé"),
        (b"PK\x03\x04 xl/workbook.xml", "coupé"),
    ] {
        let content = FileContent::new(Hole(TWO, head));
        let error = open("grosse.csv", &content, &Choices::default()).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(error.contains(said) && error.contains("grosse.csv"), "{said}: {error}");
    }
}

#[test]
fn extracts_of_many_funds_are_understood() {
    let born = Birth::Date(NaiveDate::from_ymd_opt(1948, 1, 22).unwrap());
    for (name, list) in [
        (
            "shouting, in pieces",
            "CODE_CAISSE;NIA;QUALITE;NOM_PATRO;NOM_MARITAL;PRENOM_1;DT_NAIS;NUM_VOIE;BTQ;TYP_VOIE;LIBELLE_VOIE;CODPOS;BUREAU_DISTRIBUTEUR;TEL_DOM;MATRICULE\n\
             48;;MME;PAGES;FABRE;ROSE;22011948;3;;RUE;BASSE;48000;MENDE;0465710001;M7\n",
        ),
        (
            "two cells for all",
            "N° allocataire;Nom et prénom;Date de naissance;Adresse;CP Ville;Téléphone\n\
             M7;FABRE Rose;22/01/1948;3 rue Basse;48000 MENDE;04 65 71 00 01\n\
             M8;BRUN Jean;12/03/1941;7 rue Haute;48100 MARVEJOLS;\n",
        ),
        (
            "the whole address in one cell",
            "REF;CIV;NOM;PRENOM;DNAIS;ADRESSE_COMPLETE;TEL\nM7;MME;FABRE;Rose;22/01/1948;3 rue Basse 48000 MENDE;0465710001\n",
        ),
        (
            "abbreviations under a title",
            "EXTRACTION RNVP - CONFIDENTIEL\n\nN_ALLOCATAIRE;CIV;NOM JF;NOM_USAGE;PREN;DATNAI;CPLT_ADR;ADR_L4;ADR_L5;CP;ACHEMINEMENT;TELDOM\n\
             M7;2;PAGES;FABRE;ROSE;19480122;;3 RUE BASSE;;48000;MENDE;465710001\n",
        ),
        (
            "English",
            "member_id,title,last name,maiden name,first name,date of birth,address_line_1,postcode,city,phone number\n\
             M7,Mrs,FABRE,PAGES,Rose,1948-01-22,3 rue Basse,48000,Mende,+33 4 65 71 00 01\n",
        ),
        (
            "camel case",
            "numDossier;sexe;nomUsage;nomNaissance;prenom;dateNaissance;adresse1;adresse2;codePostal;commune;telephone\n\
             M7;F;FABRE;PAGES;Rose;22/01/1948;;3 rue Basse;48000;Mende;0465710001\n",
        ),
        (
            "long words",
            "Identifiant du bénéficiaire;Civilité du bénéficiaire;Nom de l'assuré;Prénom de l'assuré;Né(e) le;Adresse postale;Code postal;Bureau distributeur;N° de tél.\n\
             M7;Madame;FABRE;Rose;22 janvier 1948;3 rue Basse;48000;MENDE;04.65.71.00.01\n",
        ),
        (
            "lines of the norm",
            "MATRICULE|NOM_PRENOM|DT_NAISS|RNVP_L2|RNVP_L3|RNVP_L4|RNVP_L5|RNVP_L6|TEL_PORT\n\
             M7|FABRE ROSE|22/01/1948|||3 RUE BASSE||48000 MENDE|0465710001\nM8|BRUN JEAN|12/03/1941|||7 RUE HAUTE||48100 MARVEJOLS|\n",
        ),
        (
            "no header at all",
            "M7;Mme;FABRE;Rose;22/01/1948;3 rue Basse;48000;MENDE;0465710001\nM8;M.;BRUN;Jean;12/03/1941;7 rue Haute;48100;MARVEJOLS;0465710002\n",
        ),
    ] {
        let list = opened(list.as_bytes(), &Choices::default()).unwrap_or_else(|e| panic!("{name}: {e}"));
        let first = people(&list).swap_remove(0);
        let found = list.facts();
        assert_eq!((first.usage_name.as_str(), first.first_name.as_str()), ("FABRE", "Rose"), "{name} {found:?}");
        assert_eq!(first.birth, born, "{name} {found:?}");
        let lines: Vec<_> = first.address.lines().collect();
        assert_eq!(lines, ["3 RUE BASSE", "48000 MENDE"], "{name} {found:?}");
        assert_eq!(first.phone.as_ref().map(|p| p.e164()), Some("+33465710001"), "{name} {found:?}");
        if found.header_row.is_some() {
            assert_eq!(first.fund_reference.as_deref(), Some("M7"), "{name} {found:?}");
        }
    }
}

//! What comes out of the press, measured by independent readers.
//!
//! With `ALLERVERS_TEST_PIECES=folder` the pieces are also left in that folder, to be looked at.

use std::path::{Path, PathBuf};
use std::process::Command;

use allervers::document::flyer::{self, Credits, Edition, FlyerFacts};
use allervers::document::letter::{LetterFacts, LetterTemplate, Manner, Outcome, Recipient, Source, print};
use allervers::document::{PrintError, Reason};
use allervers::domain::contract::{Contract, Role};
use allervers::domain::edition::Paper;
use allervers::domain::envelope::Window;
use allervers::domain::number::{InvitationNumber, Reference};
use allervers::domain::phone::Phone;
use allervers::domain::price::{Cents, Price};
use allervers::domain::structure::Structure;
use allervers::domain::workshop::{Session, Venue, Workshop};
use anyhow::{Context, ensure};
use chrono::{NaiveDate, TimeDelta};
use libtest_mimic::Trial;

use crate::support::{Tool, trial};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    use Tool::{Poppler, Qpdf, Zbar};
    vec![
        trial("documents: the pieces can be looked at", &[], pieces_can_be_looked_at),
        trial("documents: only the address shows in the window", &[Poppler], only_the_address_shows_in_the_window),
        trial(
            "documents: a letter keeps its margins and its page",
            &[Poppler],
            a_letter_keeps_its_margins_and_its_page,
        ),
        trial("documents: type is as large as promised", &[Poppler], type_is_as_large_as_promised),
        trial(
            "documents: fold marks are where the sheet is folded",
            &[Poppler],
            fold_marks_are_where_the_sheet_is_folded,
        ),
        trial("documents: fonts are embedded", &[Poppler], fonts_are_embedded),
        trial("documents: text comes out with its accents", &[Poppler], text_comes_out_with_its_accents),
        trial("documents: files are sound", &[Qpdf], files_are_sound),
        trial("documents: codes lead where they say", &[Poppler, Zbar], codes_lead_where_they_say),
        trial(
            "documents: the code is large enough to be read by a hand that shakes",
            &[Poppler],
            the_code_is_large_enough,
        ),
        trial("documents: the same input gives the same bytes", &[], the_same_input_gives_the_same_bytes),
        trial("documents: hundreds of letters come in order", &[Poppler, Qpdf], hundreds_of_letters_come_in_order),
        trial("documents: two funds and long names still fit", &[Poppler], two_funds_and_long_names_still_fit),
        trial("documents: long topics, venues and prices fit", &[Poppler], long_topics_venues_and_prices_fit),
        trial("documents: what cannot be printed says why", &[], what_cannot_be_printed_says_which_and_why),
    ]
}

pub const TEMPLATE: &str = include_str!("../../campaigns/lozere-2026/texts/lettre.md");
pub const URL: &str = "https://numerique.exemple.fr";

pub fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2027, month, day).unwrap()
}

fn workshop(town: &str, venue: &str, first: NaiveDate, hour: u32, cents: u64) -> Workshop {
    let starts = first.and_hms_opt(hour, 0, 0).unwrap();
    let session = |week: i64| {
        let starts = starts + TimeDelta::days(7 * week);
        Session { starts, ends: starts + TimeDelta::hours(2), venue: None }
    };
    Workshop {
        slug: town.to_lowercase(),
        topic: "Débuter avec une tablette".into(),
        short_topic: "Tablette".into(),
        summary: "Écrire à ses proches, faire ses démarches, éviter les arnaques. Nous prêtons une tablette pendant les séances.".into(),
        minimum_age: 55,
        price: Price(Cents(cents)),
        capacity: 8,
        venue: Venue {
            slug: String::new(),
            name: venue.into(),
            street: "9 place de l'Exemple".into(),
            directions: "parking devant".into(),
            postcode: "48300".parse().unwrap(),
            town: town.into(),
            commune: "48080".parse().unwrap(),
        },
        sessions: (0..8).map(session).collect(),
        support: "avec le soutien de l'Agirc-Arrco et de la commune".into(),
        funder: None,
    }
}

pub fn langogne() -> Workshop {
    workshop("Langogne", "Médiathèque de Langogne", day(2, 2), 14, 0)
}

pub fn grandrieu() -> Workshop {
    workshop("Grandrieu", "Salle des fêtes de Grandrieu", day(2, 4), 10, 4000)
}

pub fn structure() -> Structure {
    Structure {
        name: "Numérique en Lozère".into(),
        street: "3 place de l'Exemple".into(),
        postcode: "48000".parse().unwrap(),
        town: "Mende".into(),
        phone: Phone::parse("04 65 71 00 10").unwrap(),
        hours: "du lundi au vendredi, de 9 h à 17 h".into(),
        data_email: "donnees@exemple.fr".into(),
        signatory: "Claude Exemple, coordination de Numérique en Lozère".into(),
        colour: None,
        logo: None,
        signature: None,
    }
}

pub fn contract(fund: &str) -> Contract {
    Contract {
        fund: fund.into(),
        role: Role::Controller,
        purpose: "proposer des ateliers de prévention près de chez vous".into(),
        legal_basis: "Base légale : mission d'intérêt public (article 6.1.e du RGPD)".into(),
        convention: "convention du 2 novembre 2026".into(),
        dpo: "dpo@exemple.fr".into(),
        received_on: NaiveDate::from_ymd_opt(2026, 11, 10).unwrap(),
        purge_on: day(6, 30),
        matching: true,
        mentions: vec![],
        approved_by: "Camille Exemple".into(),
        approved_on: None,
        approved_content: None,
    }
}

const INVITATION: &str = "48271536";

pub fn invitation() -> InvitationNumber {
    (0..10).find_map(|last| InvitationNumber::parse(&format!("{}{last}", &INVITATION[..7])).ok()).unwrap()
}

pub fn recipient<'a>(address: &[&str], workshops: &[&'a Workshop], contracts: &[&'a Contract]) -> Recipient<'a> {
    let invitation = invitation();
    Recipient {
        address: address.iter().map(|l| (*l).to_owned()).collect(),
        salutation: "Madame, Monsieur,",
        invitation,
        url: format!("{URL}/i/{}", invitation.digits()),
        workshops: workshops.to_vec(),
        source: Source::Lists(contracts.to_vec()),
    }
}

pub const PAGES: [&str; 4] =
    ["Mme et M. Yvette et Jean PAGÈS", "RESIDENCE LES TILLEULS", "12 RUE DES ECOLES", "48300 LANGOGNE"];

pub fn print_all<'a>(recipients: impl IntoIterator<Item = Recipient<'a>>) -> Result<Vec<u8>, PrintError> {
    print_by(TEMPLATE, Manner::default(), recipients).map(|(bytes, _)| bytes)
}

pub fn print_by<'a>(
    template: &str,
    manner: Manner,
    recipients: impl IntoIterator<Item = Recipient<'a>>,
) -> Result<(Vec<u8>, Vec<Outcome>), PrintError> {
    let structure = structure();
    let structure: &'static Structure = Box::leak(Box::new(structure));
    let (posting_day, reply_by, window) = (day(1, 11), day(1, 26), Window::default());
    let facts = LetterFacts { structure, posting_day, reply_by, public_url: URL, funders: &[], window };
    let template = LetterTemplate::parse("lettre.md", template).unwrap();
    let mut out = Vec::new();
    let recipients: Vec<_> = recipients.into_iter().collect();
    let outcomes = print(&template, &facts, manner, recipients.into_iter(), &mut out)?;
    Ok((out, outcomes))
}

fn letter() -> Vec<u8> {
    let (fund, near, far) = (contract("l’Agirc-Arrco"), langogne(), grandrieu());
    print_all([recipient(&PAGES, &[&near, &far], &[&fund])]).unwrap()
}

const LONG_ADDRESS: [&str; 6] = [
    "M. et Mme Marie-Antoinette CHALDORAC",
    "APPARTEMENT 12 ESCALIER B 3EME ETAGE",
    "RESIDENCE LES JARDINS DE LA MARGERIDE",
    "1234 B AVENUE DU MARECHAL DE TASSIGNY",
    "LIEU DIT LES MONTAGNES DU GEVAUDAN",
    "48200 ST CHELY D APCHER CEDEX 12",
];

fn long_letter() -> Vec<u8> {
    let (funds, near, far) = long_facts();
    print_all([recipient(&LONG_ADDRESS, &[&near, &far], &[&funds[0], &funds[1]])]).unwrap()
}

/// Three workshops with two topics.
fn full_letter() -> Vec<u8> {
    let (near, mut second, third) =
        (langogne(), grandrieu(), workshop("Mende", "Maison de quartier de Fontanilles", day(2, 5), 9, 0));
    second.topic = "Faire ses démarches en ligne".into();
    let funds = long_facts().0;
    print_all([recipient(&PAGES, &[&near, &second, &third], &[&funds[0], &funds[1]])]).unwrap()
}

fn long_facts() -> ([Contract; 2], Workshop, Workshop) {
    let mut msa = contract("la MSA");
    msa.convention = "convention du 15 octobre 2026".into();
    msa.purge_on = day(7, 31);
    let near = workshop(
        "Saint-Chély-d’Apcher",
        "Salle polyvalente Raymond-Fages de Saint-Chély-d’Apcher",
        day(9, 22),
        14,
        4000,
    );
    let far = workshop(
        "Le Malzieu-Ville",
        "Maison France services du Malzieu-Ville et de la Margeride",
        day(9, 23),
        10,
        12050,
    );
    ([contract("l’Agirc-Arrco"), msa], near, far)
}

pub fn flyer_facts<'a>(workshop: &'a Workshop, structure: &'a Structure) -> FlyerFacts<'a> {
    let reference = (0..10).find_map(|last| Reference::parse(&format!("214{last}")).ok()).unwrap();
    let credits = Box::leak(Box::new(Credits::default()));
    FlyerFacts { workshop, structure, reference, url: format!("{URL}/r/{reference}"), credits }
}

fn flyer(facts: &FlyerFacts) -> Result<Vec<u8>, Reason> {
    flyer::flyer(facts, Edition::plain(Paper::A5))
}

fn poster(facts: &FlyerFacts) -> Result<Vec<u8>, Reason> {
    flyer::flyer(facts, Edition::plain(Paper::A4))
}

pub fn long_workshop() -> Workshop {
    let mut long = long_facts().1;
    long.topic = "Faire ses démarches en ligne et protéger ses données privées".into();
    long
}

/// The file in a folder of its own, which goes when the folder goes.
pub fn file(name: &str, bytes: &[u8]) -> anyhow::Result<(tempfile::TempDir, PathBuf)> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join(name);
    std::fs::write(&path, bytes)?;
    Ok((folder, path))
}

pub fn run(program: &str, arguments: &[&str], path: &Path) -> anyhow::Result<String> {
    let output = Command::new(program).args(arguments).arg(path).output()?;
    ensure!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

pub fn text_of(bytes: &[u8]) -> anyhow::Result<String> {
    let (_folder, path) = file("piece.pdf", bytes)?;
    let output = Command::new("pdftotext").args(["-layout"]).arg(&path).arg("-").output()?;
    ensure!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

/// A word as poppler sees it, in millimetres from the upper left corner.
#[derive(Debug)]
pub struct Seen {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
    pub text: String,
}

pub fn words(bytes: &[u8]) -> anyhow::Result<Vec<Seen>> {
    let (_folder, path) = file("piece.pdf", bytes)?;
    let output = Command::new("pdftotext").arg("-bbox").arg(&path).arg("-").output()?;
    let html = String::from_utf8(output.stdout)?;
    html.lines()
        .filter(|l| l.trim_start().starts_with("<word"))
        .map(|line| {
            let value = |name: &str| -> anyhow::Result<f64> {
                let after = line.split(&format!("{name}=\"")).nth(1).context("attribute")?;
                Ok(after.split('"').next().context("value")?.parse::<f64>()? * 25.4 / 72.0)
            };
            let text = line.split('>').nth(1).and_then(|t| t.split('<').next()).unwrap_or_default().to_owned();
            Ok(Seen { left: value("xMin")?, top: value("yMin")?, right: value("xMax")?, bottom: value("yMax")?, text })
        })
        .collect()
}

fn pieces_can_be_looked_at() -> anyhow::Result<()> {
    let Some(folder) = std::env::var_os("ALLERVERS_TEST_PIECES") else { return Ok(()) };
    let (structure, plain, paid, long) = (structure(), langogne(), grandrieu(), long_workshop());
    for (name, bytes) in [
        ("letter", letter()),
        ("letter-long", long_letter()),
        ("letter-full", full_letter()),
        ("flyer", flyer(&flyer_facts(&plain, &structure))?),
        ("flyer-paid", flyer(&flyer_facts(&paid, &structure))?),
        ("flyer-long", flyer(&flyer_facts(&long, &structure))?),
        ("poster", poster(&flyer_facts(&plain, &structure))?),
        ("poster-long", poster(&flyer_facts(&long, &structure))?),
    ] {
        std::fs::write(Path::new(&folder).join(format!("{name}.pdf")), bytes)?;
    }
    Ok(())
}

fn only_the_address_shows_in_the_window() -> anyhow::Result<()> {
    for (bytes, address) in [(letter(), &PAGES[..]), (long_letter(), &LONG_ADDRESS)] {
        let mut shown = Vec::new();
        for word in words(&bytes)? {
            let in_zone = word.right > 100.0 && word.left < 200.0 && word.bottom > 35.0 && word.top < 90.0;
            if in_zone {
                let in_window = word.left > 109.9 && word.right < 190.1 && word.top > 54.9 && word.bottom < 80.1;
                ensure!(in_window, "{word:?}");
                shown.push(word.text);
            }
        }
        ensure!(shown.join(" ") == address.join(" "), "{shown:?}");
    }
    Ok(())
}

fn a_letter_keeps_its_margins_and_its_page() -> anyhow::Result<()> {
    for bytes in [letter(), long_letter(), full_letter()] {
        for word in words(&bytes)? {
            ensure!(word.left >= 19.5 && word.right <= 190.5 && word.top >= 12.0 && word.bottom <= 289.0, "{word:?}");
        }
        ensure!(text_of(&bytes)?.matches('\u{c}').count() == 1, "one page");
    }
    Ok(())
}

/// The sizes of type that poppler reports, for the lines that contain a text.
fn sizes_of(bytes: &[u8], text: &str) -> anyhow::Result<Vec<f64>> {
    let (_folder, path) = file("piece.pdf", bytes)?;
    // Sizes come in whole pixels of the zoom, and three is the largest that poppler takes.
    let xml = run("pdftohtml", &["-xml", "-i", "-stdout", "-zoom", "3"], &path)?;
    let attribute = |line: &str, name: &str| -> Option<String> {
        Some(line.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?.to_owned())
    };
    let sizes = xml.lines().filter(|l| l.contains("<text") && l.contains(text)).filter_map(|l| {
        let font = attribute(l, "font")?;
        let spec = xml.lines().find(|s| s.contains("<fontspec") && attribute(s, "id").as_deref() == Some(&font))?;
        attribute(spec, "size")?.parse::<f64>().ok()
    });
    Ok(sizes.map(|s| s / 3.0).collect())
}

fn type_is_as_large_as_promised() -> anyhow::Result<()> {
    let workshop = langogne();
    let structure = structure();
    let facts = flyer_facts(&workshop, &structure);
    for (bytes, text, least, most) in [
        (letter(), "Madame, Monsieur", 13.8, 14.2),
        (letter(), "PAGÈS", 9.0, 10.7),
        (letter(), "vient votre adresse", 9.3, 9.7),
        (long_letter(), "Madame, Monsieur", 13.8, 14.2),
        (long_letter(), "CHALDORAC", 8.9, 10.7),
        (flyer(&facts)?, "mardi", 16.5, 23.1),
        // A poster is read from afar: 24 points for what matters, and 14 for the rest.
        (poster(&facts)?, "mardi", 24.0, 33.5),
        (poster(&facts)?, "Médiathèque", 24.0, 33.5),
        (poster(&facts)?, "parking", 14.0, 22.0),
        (flyer(&facts)?, "parking", 14.0, 15.1),
    ] {
        let sizes = sizes_of(&bytes, text)?;
        ensure!(sizes.iter().any(|s| (least..=most).contains(s)), "{text}: {sizes:?}");
    }
    Ok(())
}

/// A page as grey pixels, 10 to a millimetre (254 dpi).
pub fn pixels(bytes: &[u8]) -> anyhow::Result<(usize, Vec<u8>)> {
    let (_folder, path) = file("piece.pdf", bytes)?;
    let output = Command::new("pdftoppm").args(["-r", "254", "-gray", "-singlefile"]).arg(&path).output()?;
    let mut rest = output.stdout.as_slice();
    let mut header = Vec::new();
    while header.len() < 4 {
        let end = rest.iter().position(u8::is_ascii_whitespace).context("a PGM header")?;
        header.push(std::str::from_utf8(&rest[..end])?.to_owned());
        rest = &rest[end + 1..];
    }
    Ok((header[1].parse()?, rest.to_vec()))
}

fn fold_marks_are_where_the_sheet_is_folded() -> anyhow::Result<()> {
    let (width, grey) = pixels(&letter())?;
    let dark = |x_mm: f64| -> Vec<usize> {
        let x = (x_mm * 10.0) as usize;
        (0..grey.len() / width).filter(|y| grey[y * width + x] < 200).collect()
    };
    let rows = dark(6.0);
    ensure!(rows.iter().all(|y| y.abs_diff(990) <= 3 || y.abs_diff(1980) <= 3) && rows.len() >= 2, "{rows:?}");
    ensure!(dark(2.5).is_empty() && dark(10.0).is_empty(), "the marks reach from 3.5 to 8.5 mm");
    Ok(())
}

fn fonts_are_embedded() -> anyhow::Result<()> {
    let workshop = langogne();
    let structure = structure();
    for bytes in [letter(), flyer(&flyer_facts(&workshop, &structure))?] {
        let (_folder, path) = file("piece.pdf", &bytes)?;
        let fonts = run("pdffonts", &[], &path)?;
        let lines: Vec<&str> = fonts.lines().skip(2).collect();
        ensure!(lines.len() >= 2, "{fonts}");
        for line in lines {
            let columns: Vec<&str> = line.split_whitespace().collect();
            ensure!(line.starts_with("PublicSans-") && columns.contains(&"Identity-H"), "{line}");
            let yes = columns.iter().filter(|c| **c == "yes").count();
            ensure!(yes == 2, "embedded and with its letters: {line}");
        }
    }
    Ok(())
}

fn text_comes_out_with_its_accents() -> anyhow::Result<()> {
    let fund = contract("l’Agirc-Arrco");
    let mut near = langogne();
    near.venue.name = "Mairie « Œuvre d'Été » à Langogne".into();
    let text = text_of(&print_all([recipient(&["Mme Éloïse ŒUVRARD-ÇANAŸ", "48300 LANGOGNE"], &[&near], &[&fund])])?)?;
    let plain = text.replace(['\u{a0}', '\u{202f}'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
    for expected in [
        "Mme Éloïse ŒUVRARD-ÇANAŸ",
        "« Œuvre d’Été »",
        "Avec l’Agirc-Arrco, notre association vous invite",
        "téléphonez avant le mardi 26 janvier :",
        "04 65 71 00 10",
        "8 mardis, de 14 h à 16 h,",
        "Perdu ? Votre nom suffit.",
        "D’où vient votre adresse ? L’Agirc-Arrco (convention du 2 novembre 2026)",
        "cnil.fr",
    ] {
        ensure!(plain.contains(expected), "{expected} in\n{plain}");
    }
    let structure = structure();
    for bytes in [flyer(&flyer_facts(&near, &structure))?, poster(&flyer_facts(&near, &structure))?] {
        let text = text_of(&bytes)?;
        let plain = text.replace(['\u{a0}', '\u{202f}'], " ");
        for expected in ["Écrire à ses proches", "mardi 2 février 2027", "14 h à 16 h", "Réf. 214"] {
            ensure!(plain.contains(expected), "{expected} in\n{plain}");
        }
    }
    Ok(())
}

fn files_are_sound() -> anyhow::Result<()> {
    let workshop = grandrieu();
    let structure = structure();
    let facts = flyer_facts(&workshop, &structure);
    for bytes in [letter(), long_letter(), flyer(&facts)?, poster(&facts)?] {
        let (_folder, path) = file("piece.pdf", &bytes)?;
        let report = run("qpdf", &["--check"], &path)?;
        ensure!(report.contains("No syntax or stream encoding errors"), "{report}");
        let document = String::from_utf8(bytes).err().map(|e| String::from_utf8_lossy(e.as_bytes()).into_owned());
        ensure!(document.is_some_and(|d| d.contains("/Lang") && d.contains("/Title")), "language and title are said");
    }
    Ok(())
}

fn codes_lead_where_they_say() -> anyhow::Result<()> {
    let workshop = langogne();
    let structure = structure();
    let facts = flyer_facts(&workshop, &structure);
    for (bytes, url) in [
        (letter(), format!("{URL}/i/{}", invitation().digits())),
        (flyer(&facts)?, facts.url.clone()),
        (poster(&facts)?, facts.url.clone()),
    ] {
        let (folder, path) = file("piece.pdf", &bytes)?;
        let picture = folder.path().join("page");
        let arguments = ["-r", "150", "-png", "-singlefile"];
        ensure!(Command::new("pdftoppm").args(arguments).arg(&path).arg(&picture).status()?.success());
        let read = run("zbarimg", &["-q", "--raw"], &picture.with_extension("png"))?;
        ensure!(read.trim() == url, "{read} instead of {url}");
    }
    Ok(())
}

fn the_code_is_large_enough() -> anyhow::Result<()> {
    for bytes in [letter(), long_letter()] {
        let (width, grey) = pixels(&bytes)?;
        // The code is the tallest thing without a light row between 154 and 186 mm.
        let dark = |y: usize| (1540..1860).any(|x| grey[y * width + x] < 100);
        let (mut tallest, mut run) = (0, 0);
        for y in 0..grey.len() / width {
            run = if dark(y) { run + 1 } else { 0 };
            tallest = tallest.max(run);
        }
        ensure!((250..280).contains(&tallest), "{} mm", tallest as f64 / 10.0);
    }
    Ok(())
}

fn the_same_input_gives_the_same_bytes() -> anyhow::Result<()> {
    let workshop = langogne();
    let structure = structure();
    let facts = flyer_facts(&workshop, &structure);
    ensure!(letter() == letter());
    ensure!(flyer(&facts)? == flyer(&facts)?);
    ensure!(poster(&facts)? == poster(&facts)?);
    let other = FlyerFacts { url: format!("{URL}/r/2151"), ..facts.clone() };
    ensure!(flyer(&facts)? != flyer(&other)?);
    Ok(())
}

fn hundreds_of_letters_come_in_order() -> anyhow::Result<()> {
    let (fund, msa, near, far) = (contract("l’Agirc-Arrco"), contract("la MSA"), langogne(), grandrieu());
    let recipients = (0..320_u64).map(|i| {
        let name = format!("Mme Jeanne PERSONNE{i:03}");
        let invitation = InvitationNumber::draw(i * 7919, 0);
        let mut one = recipient(&[&name, "12 RUE DES ECOLES", "48300 LANGOGNE"], &[&near], &[&fund]);
        one.url = format!("{URL}/i/{}", invitation.digits());
        one.invitation = invitation;
        if i % 3 == 0 {
            one.workshops = vec![&far, &near];
        }
        if i % 2 == 0 {
            one.source = Source::Lists(vec![&fund, &msa]);
        }
        one
    });
    let bytes = print_all(recipients)?;
    let (_folder, path) = file("letters.pdf", &bytes)?;
    ensure!(run("qpdf", &["--show-npages"], &path)?.trim() == "320");
    ensure!(run("qpdf", &["--check"], &path)?.contains("No syntax"));
    let text = text_of(&bytes)?;
    for (i, page) in text.split('\u{c}').take(320).enumerate() {
        let number = InvitationNumber::draw(i as u64 * 7919, 0).to_string().replace('\u{a0}', " ");
        let page = page.replace('\u{a0}', " ");
        ensure!(page.contains(&format!("PERSONNE{i:03}")) && page.contains(&number), "page {i}:\n{page}");
        ensure!(page.matches("Grandrieu").count() > 0 || i % 3 != 0, "page {i}");
        ensure!(page.contains("la MSA") == (i % 2 == 0), "page {i}");
    }
    Ok(())
}

fn two_funds_and_long_names_still_fit() -> anyhow::Result<()> {
    let text = text_of(&long_letter())?.replace('\u{a0}', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    for expected in [
        "Avec l’Agirc-Arrco et la MSA,",
        "Raymond-Fages",
        "120,50 €",
        "convention du 15 octobre 2026",
        "31 juillet 2027",
    ] {
        ensure!(text.contains(expected), "{expected} in {text}");
    }
    Ok(())
}

fn long_topics_venues_and_prices_fit() -> anyhow::Result<()> {
    let (long, structure) = (long_workshop(), structure());
    let facts = flyer_facts(&long, &structure);
    for (bytes, width, height, margin) in [(flyer(&facts)?, 148.0, 210.0, 10.5), (poster(&facts)?, 210.0, 297.0, 14.0)]
    {
        for word in words(&bytes)? {
            ensure!(word.left >= 4.0 && word.right <= width - 4.0 && word.bottom < height, "{word:?}");
            ensure!(word.top > height * 0.8 || (word.left >= margin && word.right <= width - margin + 1.5), "{word:?}");
        }
        let text = text_of(&bytes)?;
        ensure!(text.contains("données privées"), "{text}");
    }
    Ok(())
}

fn what_cannot_be_printed_says_which_and_why() -> anyhow::Result<()> {
    let (fund, near) = (contract("l’Agirc-Arrco"), langogne());
    for (address, reason) in [
        (vec!["Mme محمد", "48300 LANGOGNE"], "« م » (U+0645)"),
        (vec!["M. Jean 👍", "48300 LANGOGNE"], "👍"),
        (vec!["Mme WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW", "48300 LANGOGNE"], "pas assez de place pour l’adresse"),
        (
            vec!["Mme BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB", "48300 LANGOGNE"],
            "dépasse 38 caractères",
        ),
        (vec![], "il manque l’adresse"),
    ] {
        // The run goes on without it.
        let recipients = (0..5).map(|i| recipient(if i % 2 == 0 { &PAGES } else { &address }, &[&near], &[&fund]));
        let (bytes, outcomes) = print_by(TEMPLATE, Manner::default(), recipients)?;
        ensure!(text_of(&bytes)?.matches('\u{c}').count() == 3, "the others are printed");
        let message = outcomes[1].as_ref().unwrap_err().to_string();
        ensure!(message.replace('\u{a0}', " ").contains(reason), "{message}");
        ensure!(outcomes.iter().map(Result::is_ok).eq([true, false, true, false, true]));
    }
    let mut without = recipient(&PAGES, &[], &[&fund]);
    ensure!(print_all([without]).unwrap_err().to_string().contains("l’atelier"));
    without = recipient(&PAGES, &[&near], &[]);
    ensure!(print_all([without]).unwrap_err().to_string().contains("contrat"));
    ensure!(print_all([]).is_err(), "no letter is no file");
    Ok(())
}

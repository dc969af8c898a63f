//! What sheets and pieces owe to those who read them: who pays, figures that add up, dates that stay whole.

use allervers::document::flyer::{Credits, Edition, FlyerFacts, LANDSCAPE, PORTRAIT, draw, draw_screen};
use allervers::document::frame::{Frame, Item, Mark, Role};
use allervers::document::proof::{Page, SMALLEST_PT, faults, heard, plain};
use allervers::document::shape::Shaper;
use allervers::document::sheet::{self, CountLine, Sheet, SheetFacts, Window};
use allervers::domain::edition::{Design, Paper};
use allervers::domain::envelope::Window as EnvelopeWindow;
use allervers::domain::number::Reference;
use allervers::domain::partner::Partner;
use allervers::domain::price::Cents;
use allervers::domain::workshop::Workshop;
use anyhow::{Context, ensure};
use libtest_mimic::Trial;

use crate::documents::{URL, day, flyer_facts, grandrieu, langogne, long_workshop, structure, text_of};
use crate::print::{MENTION, SUPPORT, credits};
use crate::support::{Tool, trial};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    use Tool::Poppler;
    vec![
        trial("sheets: the foot says who pays and what they demand", &[], the_foot_says_who_pays),
        trial("sheets: a picture shrinks before it refuses a mention", &[], a_picture_shrinks_before_it_refuses),
        trial("sheets: a programme has a workshop a row, in two columns", &[], a_programme_has_two_columns),
        trial("sheets: a count begins with its sums", &[Poppler], a_count_begins_with_its_sums),
        trial("sheets: a stand has room to write, and its references", &[], a_stand_has_room_to_write),
        trial("sheets: an attendance sheet stays on its page", &[], an_attendance_sheet_stays_on_its_page),
        trial("sheets: partners are told apart", &[], partners_are_told_apart),
        trial("sheets: names of windows do not lie on each other", &[Poppler], names_of_windows_stand_apart),
        trial("sheets: the date is one picture", &[], the_date_is_one_picture),
        trial("sheets: no line breaks within a day or a place", &[], no_line_breaks_within_a_day),
        trial("sheets: small print stays readable in a pocket", &[], small_print_stays_readable),
    ]
}

fn facts<'a>(structure: &'a allervers::domain::structure::Structure, credits: &'a Credits) -> SheetFacts<'a> {
    SheetFacts { structure, credits, support: SUPPORT, public_url: URL }
}

fn said(sheet: &Sheet) -> String {
    sheet.pages.iter().map(|page| plain(&heard(page))).collect::<Vec<_>>().join("\n")
}

/// Each with a reference of its own.
fn offered(workshops: &[Workshop]) -> Vec<(&Workshop, Option<Reference>)> {
    workshops.iter().zip(0..).map(|(workshop, at)| (workshop, Some(Reference::draw(at)))).collect()
}

fn many(count: usize) -> Vec<Workshop> {
    (0..count).map(|at| if at % 2 == 0 { langogne() } else { grandrieu() }).collect()
}

fn the_foot_says_who_pays() -> anyhow::Result<()> {
    let (structure, credits, workshop) = (structure(), credits(), langogne());
    let facts = facts(&structure, &credits);
    let partner = partner("France services", Some("04 66 69 00 00"));
    for (name, sheet) in [
        ("sign-up", sheet::sign_up(&facts, &[(&workshop, None)], "Marché", 90)?),
        ("attendance", sheet::attendance(&facts, &workshop, &[])?),
        ("calls", sheet::calls(&facts, &workshop, &workshop.sessions[0], &[])?),
        ("satisfaction", sheet::satisfaction(&facts, &workshop)?),
        ("partners", sheet::partners(&facts, &[partner])?),
        ("programme", sheet::programme(&facts, "Lozère, hiver", &offered(&many(12)))?),
    ] {
        for page in &sheet.pages {
            let texts: Vec<_> = page.items.iter().filter_map(text).collect();
            let whole = texts.iter().map(|(said, _)| said.as_str()).collect::<Vec<_>>().join(" ");
            for owed in [SUPPORT, MENTION] {
                ensure!(plain(&whole).contains(&plain(owed)), "{name}: « {owed} » in {whole}");
            }
        }
    }
    Ok(())
}

/// What stands there, and how large.
fn text(item: &Item) -> Option<(String, f64)> {
    let Mark::Text(run) = &item.mark else { return None };
    let words = run.words.iter().map(|w| w.glyphs.iter().map(|g| g.letter).collect::<String>());
    Some((words.collect::<Vec<_>>().join(" "), run.size_pt))
}

/// The sentence that a département's convention demands, as long as they are.
const LONG_MENTION: &str = "Cette action est financée par la Conférence des financeurs de la prévention de la perte \
    d’autonomie de la Lozère, avec le concours de la Caisse nationale de solidarité pour l’autonomie (CNSA) et du \
    Conseil départemental.";

fn a_picture_shrinks_before_it_refuses() -> anyhow::Result<()> {
    let structure = structure();
    let two = credits().funders.iter().cloned().chain([("la MSA".to_owned(), crate::print::logo())]).collect();
    let credits = Credits { funders: two, mentions: vec![LONG_MENTION.to_owned()], ..credits() };
    for workshop in [langogne(), grandrieu(), long_workshop()] {
        let facts = FlyerFacts { credits: &credits, ..flyer_facts(&workshop, &structure) };
        for size in [PORTRAIT, LANDSCAPE] {
            let frame = draw_screen(&mut Shaper::default(), &facts, size)
                .map_err(|why| anyhow::anyhow!("{}, {size:?}: {why}", workshop.topic))?;
            let page = Page { layers: &[&frame], paper_pt: size.size(), margin_pt: 0.0, window: None };
            let found = faults(&Shaper::default(), page);
            ensure!(found.is_empty(), "{size:?}: {found:?}");
            ensure!(heard(&frame).contains(&plain(LONG_MENTION)), "{size:?}: {}", heard(&frame));
            if let Some(folder) = std::env::var_os("ALLERVERS_TEST_PIECES") {
                let name = format!("mention-{}-{}.png", workshop.slug, size.width);
                let png = allervers::document::flyer::screen(&facts, size)?;
                std::fs::write(std::path::Path::new(&folder).join(name), png)?;
            }
        }
    }
    // Nothing is cut: what does not fit at the smallest is refused, and says what.
    let endless = Credits { mentions: vec![LONG_MENTION.repeat(5)], ..credits };
    let (workshop, size) = (langogne(), LANDSCAPE);
    let facts = FlyerFacts { credits: &endless, ..flyer_facts(&workshop, &structure) };
    let refusal = draw_screen(&mut Shaper::default(), &facts, size).err().context("too much")?.to_string();
    ensure!(refusal.contains("le pied de page"), "{refusal}");
    Ok(())
}

fn a_programme_has_two_columns() -> anyhow::Result<()> {
    let (structure, credits) = (structure(), credits());
    let facts = facts(&structure, &credits);
    // Some of these topics need a line more in bold than in the regular face.
    for words in 1..30 {
        let mut workshop = langogne();
        workshop.topic = "tablette ".repeat(words).trim().to_owned();
        let Ok(programme) = sheet::programme(&facts, "Lozère, hiver", &[(&workshop, None)]) else { continue };
        let items = &programme.pages[0].items;
        let baselines: Vec<_> = items.iter().filter_map(in_first_row).collect();
        let (top, bottom) = baselines.iter().fold((f64::MAX, 0.0), |(a, b), y| (f64::min(a, *y), f64::max(b, *y)));
        let through = items.iter().any(|item| match item.mark {
            Mark::Rect { y_pt, height_pt, .. } => height_pt < 1.0 && top < y_pt && y_pt < bottom,
            _ => false,
        });
        ensure!(!baselines.is_empty() && !through, "{words} words: the rule runs through text");
    }
    for count in [1, 3, 6, 12] {
        let programme = sheet::programme(&facts, "Lozère, hiver", &offered(&many(count)))?;
        let said = said(&programme);
        ensure!(said.matches("Débuter avec une tablette").count() == count, "{count}: {said}");
        ensure!(said.matches("Réf. ").count() == count, "an outlet’s own references: {said}");
        ensure!(programme.pages.len() == count.div_ceil(7), "{count} workshops on {} pages", programme.pages.len());
        // Two texts begin on the first row's first line: when, and what at which price.
        let lines = lines(&programme.pages[0]);
        let first = lines.iter().find(|line| line.iter().any(|(_, said)| said.contains("mardi"))).context("a row")?;
        ensure!(first.len() == 2 && first[1].1.contains("Gratuit"), "{first:?}");
        // Few workshops leave room for what people do there.
        ensure!(said.contains("éviter les arnaques") == (count <= 3), "{count}: {said}");
        if let Some(folder) = std::env::var_os("ALLERVERS_TEST_PIECES") {
            std::fs::write(std::path::Path::new(&folder).join(format!("programme-{count}.pdf")), programme.pdf()?)?;
        }
    }
    Ok(())
}

/// The baseline of a text in a table's first row.
fn in_first_row(item: &Item) -> Option<f64> {
    match (&item.mark, item.role) {
        (Mark::Text(run), Role::Cell(cell)) if cell.row == 1 => Some(run.y_pt),
        _ => None,
    }
}

/// The texts of a page by line, each with where it begins.
fn lines(page: &Frame) -> Vec<Vec<(f64, String)>> {
    let mut lines: Vec<(f64, Vec<(f64, String)>)> = Vec::new();
    for item in &page.items {
        let (Mark::Text(run), Some((said, _))) = (&item.mark, text(item)) else { continue };
        match lines.iter_mut().find(|(y_pt, _)| (*y_pt - run.y_pt).abs() < 0.5) {
            Some((_, line)) => line.push((run.x_pt, said.replace('\u{a0}', " "))),
            None => lines.push((run.y_pt, vec![(run.x_pt, said.replace('\u{a0}', " "))])),
        }
    }
    lines.into_iter().map(|(_, line)| line).collect()
}

fn a_count_begins_with_its_sums() -> anyhow::Result<()> {
    let (structure, credits) = (structure(), Credits::default());
    let facts = SheetFacts { support: "", ..facts(&structure, &credits) };
    let line = |label: &str, postcode: &str, letters: u64| CountLine {
        label: label.into(),
        department: "48".into(),
        postcode: postcode.into(),
        letters,
        sheets: letters,
        grams: (!postcode.is_empty()).then_some(10),
        postage: Some(Cents(152 * letters)),
    };
    let mut counted: Vec<_> = (0..40).map(|at| line("Lot 1", &format!("48{:03}", at * 10), 30)).collect();
    counted.extend([line("Lot 1, ensemble", "", 1200), line("Département 48", "", 1200), line("Ensemble", "", 1200)]);
    let pdf = sheet::count_sheet(&facts, "Lozère, hiver", day(1, 11), &counted)?;
    let text = text_of(&pdf)?.replace(['\u{a0}', '\u{202f}'], " ");
    let pages: Vec<_> = text.split('\u{c}').collect();
    let at = |what: &str| pages[0].find(what).with_context(|| format!("« {what} » on page 1: {}", pages[0]));
    let (all, lot, part) = (at("Ensemble")?, at("Lot 1, ensemble")?, at("48000")?);
    ensure!(all < lot && lot < part, "the sums first, all of them before a lot's: {text}");
    ensure!(pages[0].contains("1 824,00 €"), "1,200 letters at 1.52 €: {}", pages[0]);
    ensure!(pages[0].contains("45,60 €"), "30 letters at 1.52 €: {}", pages[0]);
    ensure!(!pages[1].contains("nsemble") && pages[1].contains("48390"), "{}", pages[1]);
    Ok(())
}

fn a_stand_has_room_to_write() -> anyhow::Result<()> {
    let (structure, credits) = (structure(), credits());
    let facts = facts(&structure, &credits);
    let workshops = many(12);
    for count in [1, 3, 12] {
        let offered = offered(&workshops[..count]);
        let sheet = sheet::sign_up(&facts, &offered, "Marché de Langogne", 90)?;
        if let Some(folder) = std::env::var_os("ALLERVERS_TEST_PIECES") {
            std::fs::write(std::path::Path::new(&folder).join(format!("stand-{count}.pdf")), sheet.pdf()?)?;
        }
        // What is offered, and room for six at least; with twelve workshops the table goes on over a page.
        ensure!(sheet.pages.len() == if count > 6 { 2 } else { 1 }, "{count} workshops: {} pages", sheet.pages.len());
        let rules = |page: &Frame| page.items.iter().filter(|i| matches!(i.mark, Mark::Rule { .. })).count();
        ensure!(sheet.pages.last().is_some_and(|page| rules(page) >= 6), "room to write");
        let said = said(&sheet);
        for (letter, (_, reference)) in ('A'..).zip(offered) {
            let reference = reference.context("a reference")?;
            ensure!(said.contains(&format!("{letter}. Débuter")), "{letter} in {said}");
            ensure!(said.contains(&format!("Réf. {reference}.")), "{reference} in {said}");
        }
        ensure!(said.contains("jusqu’à 90 jours après la dernière séance"), "{said}");
    }
    Ok(())
}

fn an_attendance_sheet_stays_on_its_page() -> anyhow::Result<()> {
    let (structure, credits, mut workshop) = (structure(), credits(), langogne());
    let facts = facts(&structure, &credits);
    workshop.capacity = 12;
    let names: Vec<_> = (1..=12).map(|i| format!("VANDENBERGHE{i} Marie-Antoinette")).collect();
    let sheet = sheet::attendance(&facts, &workshop, &names)?;
    if let Some(folder) = std::env::var_os("ALLERVERS_TEST_PIECES") {
        std::fs::write(std::path::Path::new(&folder).join("attendance-12.pdf"), sheet.pdf()?)?;
    }
    ensure!(sheet.pages.len() == 1, "{} pages", sheet.pages.len());
    let said = said(&sheet);
    ensure!(names.iter().all(|name| said.contains(&plain(name))), "{said}");
    for owed in ["9 place de l’Exemple, 48300 Langogne", "2027", "14 h à 16 h", "Signature de l’intervenant"] {
        ensure!(said.contains(owed), "{owed} in {said}");
    }
    // Each day stands whole on a line, under its weekday.
    let lines = lines(&sheet.pages[0]);
    let heads = lines.iter().find(|line| line.iter().any(|(_, said)| said == "23 mars")).context("the last day")?;
    ensure!(heads.len() == 8 && heads[0].1 == "2 février", "{heads:?}");
    let sixteen = Workshop { sessions: (0..2).flat_map(|_| workshop.sessions.clone()).collect(), ..workshop.clone() };
    ensure!(sheet::attendance(&facts, &sixteen, &names)?.pages.len() == 2, "eight sessions a page");
    Ok(())
}

fn partner(name: &str, phone: Option<&str>) -> Partner {
    Partner {
        name: name.into(),
        help: "aide aux démarches en ligne, sans rendez-vous".into(),
        place: "2 rue de l'Exemple, Langogne".into(),
        phone: phone.and_then(|phone| allervers::domain::phone::Phone::parse(phone).ok()),
        hours: "le matin".into(),
    }
}

fn partners_are_told_apart() -> anyhow::Result<()> {
    let (structure, credits) = (structure(), credits());
    let facts = facts(&structure, &credits);
    let partners =
        [partner("France services de Langogne", Some("04 66 69 00 00")), partner("Médiathèque de Grandrieu", None)];
    let sheet = sheet::partners(&facts, &partners)?;
    let said = said(&sheet);
    for owed in
        ["France services de Langogne", "Aide aux démarches", "04 66 69 00 00", "Pas de téléphone : allez sur place"]
    {
        ensure!(said.contains(owed), "{owed} in {said}");
    }
    ensure!(said.contains("04 65 71 00 10") && sheet.pages[0].items.iter().any(|i| matches!(i.mark, Mark::Qr { .. })));
    ensure!(sheet::partners(&facts, &[]).err().context("nobody")?.to_string().contains("partenaire"));
    Ok(())
}

fn names_of_windows_stand_apart() -> anyhow::Result<()> {
    let window =
        |name: &str, height_mm| Window { name: name.into(), x_mm: 100.0, y_mm: 45.0, width_mm: 100.0, height_mm };
    let windows = [window("Fenêtre à droite", 35.0), window("Grande fenêtre", 35.0), window("Fenêtre basse", 45.0)];
    let pdf = sheet::calibration(EnvelopeWindow::default().address, &windows)?;
    let words = crate::documents::words(&pdf)?;
    let mut tops = Vec::new();
    for name in ["droite", "Grande", "basse"] {
        let label =
            words.iter().find(|w| w.text == name && w.top < 99.0).with_context(|| format!("{name}: {words:?}"))?;
        tops.push((label.top, label.bottom));
    }
    tops.sort_by(|a, b| a.0.total_cmp(&b.0));
    ensure!(tops.windows(2).all(|pair| pair[1].0 >= pair[0].1 - 0.5), "names below each other: {tops:?}");
    ensure!(text_of(&pdf)?.contains("de 110 à 190 mm"), "the address’s place in words");
    Ok(())
}

fn the_date_is_one_picture() -> anyhow::Result<()> {
    let (structure, credits, workshop) = (structure(), credits(), langogne());
    let facts = FlyerFacts { credits: &credits, ..flyer_facts(&workshop, &structure) };
    for paper in Paper::ALL {
        let edition = Edition { design: Design::Date, ..Edition::plain(*paper) };
        let drawn = draw(&mut Shaper::default(), &facts, edition)?;
        let texts: Vec<_> = drawn.frame.items.iter().filter_map(text).collect();
        let size = |said: &str| texts.iter().find(|(text, _)| text.replace('\u{a0}', " ") == said).map(|(_, pt)| *pt);
        let date = size("2 février").with_context(|| format!("{paper:?}: {texts:?}"))?;
        ensure!(texts.iter().all(|(_, pt)| *pt <= date), "{paper:?}: nothing is larger than the date");
        let lines = lines(&drawn.frame);
        let weekday = lines.iter().find(|line| line.iter().any(|(_, said)| said == "mardi")).context("the weekday")?;
        ensure!(
            weekday.len() == 2 && weekday[1].1 == "2027",
            "{paper:?}: the year ends the weekday’s line: {weekday:?}"
        );
        ensure!(size("de 14 h à 16 h").is_some(), "{paper:?}: the hours stand alone: {texts:?}");
    }
    Ok(())
}

fn no_line_breaks_within_a_day() -> anyhow::Result<()> {
    let (structure, credits, mut workshop) = (structure(), credits(), langogne());
    workshop.venue.directions = "parking devant, plain-pied".into();
    let facts = FlyerFacts { credits: &credits, ..flyer_facts(&workshop, &structure) };
    for design in Design::ALL {
        for paper in Paper::ALL {
            let edition = Edition { design: *design, ..Edition::plain(*paper) };
            // A pocket has no room for logos beside so much.
            let none = Credits::default();
            let credits = if *paper == Paper::A6 { &none } else { &credits };
            let drawn = draw(&mut Shaper::default(), &FlyerFacts { credits, ..facts.clone() }, edition)?;
            let texts: Vec<_> = drawn.frame.items.iter().filter_map(text).map(|(said, _)| plain(&said)).collect();
            let alone = |said: &str| texts.iter().any(|text| text == said);
            // On one line with the place, or on its own.
            let directions = texts.iter().find(|text| text.contains("parking")).context("the directions")?;
            let whole = directions.ends_with("parking devant, plain-pied");
            ensure!(
                whole && (alone("9 place de l’Exemple") || directions.starts_with("9 place")),
                "{edition:?}: {texts:?}"
            );
            ensure!(!paper.is_poster() || alone("mardi 2 février"), "{edition:?}: a tab says the day whole: {texts:?}");
            ensure!(texts.iter().any(|text| text.contains("chaque mardi")), "{edition:?}: {texts:?}");
        }
    }
    Ok(())
}

fn small_print_stays_readable() -> anyhow::Result<()> {
    let (structure, credits) = (structure(), credits());
    for workshop in [langogne(), grandrieu()] {
        let facts = FlyerFacts { credits: &credits, ..flyer_facts(&workshop, &structure) };
        for design in Design::ALL {
            let edition = Edition { design: *design, ..Edition::plain(Paper::A6) };
            let drawn = draw(&mut Shaper::default(), &facts, edition)?;
            let texts: Vec<_> = drawn.frame.items.iter().filter_map(text).collect();
            let small: Vec<_> = texts.iter().filter(|(_, pt)| *pt < SMALLEST_PT).collect();
            ensure!(small.is_empty() && SMALLEST_PT >= 8.0, "{design:?}: {small:?}");
        }
    }
    Ok(())
}

//! Flyers and posters in every paper, design and finish, sheets and forms: seen and heard by independent readers.
//!
//! With `ALLERVERS_TEST_PIECES=folder` the pieces are also left in that folder, to be looked at.

use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use allervers::document::flyer::{Credits, Edition, FlyerFacts, LANDSCAPE, PORTRAIT, draw, draw_screen, flyer, screen};
use allervers::document::frame::Frame;
use allervers::document::picture::Picture;
use allervers::document::proof::{PRINTABLE_PT, Page, faults};
use allervers::document::shape::Shaper;
use allervers::document::sheet::{self, Call, Sheet, SheetFacts, Window};
use allervers::domain::colour::Colour;
use allervers::domain::edition::{Design, Finish, Paper};
use allervers::domain::envelope::Window as EnvelopeWindow;
use allervers::domain::logo::Logo;
use allervers::domain::partner::Partner;
use allervers::domain::phone::Phone;
use anyhow::{Context, ensure};
use libtest_mimic::Trial;

use crate::documents::{URL, file, flyer_facts, langogne, long_workshop, pixels, run, structure, text_of, words};
use crate::support::{Tool, trial};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    use Tool::{PdfUa, Poppler, Qpdf, Zbar};
    vec![
        trial("print: papers can be looked at", &[], papers_can_be_looked_at),
        trial("print: every design says everything on every paper", &[Poppler], every_design_says_everything),
        trial("print: the proof finds no fault in any design, paper and sheet", &[], the_proof_finds_no_fault),
        trial("print: nothing leaves the paper", &[Poppler], nothing_leaves_the_paper),
        trial("print: a copier gets no colour and no dark ground", &[Poppler], a_copier_gets_no_colour),
        trial("print: two A5 or four A6 stand on a sheet", &[Poppler, Zbar], several_stand_on_a_sheet),
        trial("print: a print shop gets three millimetres more", &[Poppler], a_print_shop_gets_three_millimetres_more),
        trial("print: logos and mentions of funders are printed", &[Poppler], logos_and_mentions_are_printed),
        trial("print: pieces can be heard", &[Poppler], pieces_can_be_heard),
        trial("print: pieces keep the rules of accessible PDF", &[PdfUa], pieces_keep_the_rules),
        trial("print: files are sound", &[Qpdf], files_are_sound),
        trial("print: a flyer on a screen has its size and its bytes", &[], a_screen_has_its_size),
        trial(
            "print: a funded poster with tabs gives up sentences first",
            &[],
            a_funded_poster_with_tabs_gives_up_sentences_first,
        ),
        trial("print: a long table goes on with its head", &[Poppler], a_long_table_goes_on),
        trial("print: what is too much for a paper is refused", &[], what_is_too_much_is_refused),
    ]
}

/// A logo of a red and a transparent half.
pub fn logo() -> Rc<Picture> {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 90 30'><rect width='60' height='30' rx='6' fill='#c8102e'/></svg>";
    Picture::of(&Logo::read(svg.as_bytes()).unwrap()).unwrap()
}

pub const MENTION: &str = "Action financée par la conférence des financeurs de la Lozère.";

pub const SUPPORT: &str = "avec le soutien de l’Agirc-Arrco et de la commune de Langogne";

pub fn credits() -> Credits {
    let funders = vec![("la Carsat".to_owned(), logo())];
    Credits { structure: Some(logo()), funders, mentions: vec![MENTION.to_owned()] }
}

fn editions() -> Vec<Edition> {
    let all = Design::ALL.iter().flat_map(|design| Paper::ALL.iter().map(move |paper| (*design, *paper)));
    all.map(|(design, paper)| Edition { design, ..Edition::plain(paper) }).collect()
}

fn laid_out() -> Vec<(&'static str, Sheet)> {
    let (structure, workshop, credits) = (structure(), langogne(), credits());
    let facts = SheetFacts { structure: &structure, credits: &credits, support: SUPPORT, public_url: URL };
    let reference = flyer_facts(&workshop, &structure).reference;
    let names: Vec<_> = (1..=8).map(|i| format!("EXEMPLE{i} Prénom")).collect();
    let partner = Partner {
        name: "France services de Langogne".into(),
        help: "aide aux démarches en ligne, sans rendez-vous".into(),
        place: "2 rue de l'Exemple, Langogne".into(),
        phone: Phone::parse("04 66 69 00 00").ok(),
        hours: "le matin".into(),
    };
    vec![
        ("sign-up", sheet::sign_up(&facts, &[(&workshop, Some(reference))], "Marché de Langogne", 90).unwrap()),
        ("attendance", sheet::attendance(&facts, &workshop, &names).unwrap()),
        ("calls", sheet::calls(&facts, &workshop, &workshop.sessions[0], &people(40)).unwrap()),
        ("satisfaction", sheet::satisfaction(&facts, &workshop).unwrap()),
        ("partners", sheet::partners(&facts, &[partner]).unwrap()),
        (
            "programme",
            sheet::programme(&facts, "Lozère, hiver", &[(&workshop, None), (&long_workshop(), None)]).unwrap(),
        ),
    ]
}

fn sheets() -> Vec<(&'static str, Vec<u8>)> {
    let window = Window { name: "DL".into(), x_mm: 100.0, y_mm: 45.0, width_mm: 100.0, height_mm: 35.0 };
    let sheets = laid_out().into_iter().map(|(name, sheet)| (name, sheet.pdf().unwrap()));
    sheets.chain([("calibration", sheet::calibration(EnvelopeWindow::default().address, &[window]).unwrap())]).collect()
}

fn people(count: usize) -> Vec<Call> {
    let call = |i| Call { names: format!("EXEMPLE{i} Prénom"), reach: "06 12 34 56 78".into(), note: String::new() };
    (1..=count).map(call).collect()
}

fn papers_can_be_looked_at() -> anyhow::Result<()> {
    let Some(folder) = std::env::var_os("ALLERVERS_TEST_PIECES") else { return Ok(()) };
    let (mut structure, workshop, credits) = (structure(), langogne(), credits());
    structure.colour = Colour::parse_deep("#4a1942").ok();
    let facts = FlyerFacts { credits: &credits, ..flyer_facts(&workshop, &structure) };
    for edition in editions() {
        for finish in Finish::ALL.iter().filter(|f| !f.is_imposed() || !edition.paper.is_poster()) {
            let name = format!("{}-{}-{}.pdf", edition.design.code(), edition.paper.code(), finish.code());
            let edition = Edition { finish: *finish, ..edition };
            std::fs::write(Path::new(&folder).join(name), flyer(&facts, edition)?)?;
        }
    }
    for (name, size) in [("portrait.png", PORTRAIT), ("landscape.png", LANDSCAPE)] {
        std::fs::write(Path::new(&folder).join(name), screen(&facts, size)?)?;
    }
    for (name, bytes) in sheets() {
        std::fs::write(Path::new(&folder).join(format!("sheet-{name}.pdf")), bytes)?;
    }
    Ok(())
}

fn every_design_says_everything() -> anyhow::Result<()> {
    let (structure, workshop) = (structure(), langogne());
    let facts = flyer_facts(&workshop, &structure);
    for edition in editions() {
        let (_folder, path) = file("piece.pdf", &flyer(&facts, edition)?)?;
        let text = run("pdfinfo", &["-struct-text"], &path)?.replace(['\u{a0}', '\u{202f}', '\n', '"'], " ");
        let words: Vec<_> = text.split_whitespace().collect();
        let reference = facts.reference.to_string();
        for expected in
            ["Débuter", "tablette", "Gratuit", "2", "février", "2027", "14", "16", "Médiathèque", "parking", "04", "71"]
        {
            ensure!(
                words.contains(&expected) || words.contains(&format!("{expected},").as_str()),
                "{edition:?}: {expected} in {text}"
            );
        }
        ensure!(text.contains(&reference), "{edition:?}: the reference");
    }
    Ok(())
}

fn the_proof_finds_no_fault() -> anyhow::Result<()> {
    let (structure, credits) = (structure(), credits());
    let mut shaper = Shaper::default();
    let judge = |frame: &Frame, paper_pt, margin_pt| {
        faults(&Shaper::default(), Page { layers: &[frame], paper_pt, margin_pt, window: None })
    };
    for workshop in [langogne(), long_workshop()] {
        let facts = FlyerFacts { credits: &credits, ..flyer_facts(&workshop, &structure) };
        for edition in editions() {
            for finish in [Finish::Plain, Finish::Copier] {
                let drawn = match draw(&mut shaper, &facts, Edition { finish, ..edition }) {
                    Ok(drawn) => drawn,
                    // The longest texts are too much for some.
                    Err(_) if workshop.slug == long_workshop().slug => continue,
                    Err(why) => anyhow::bail!("{edition:?}: {why}"),
                };
                let found = judge(&drawn.frame, drawn.size_pt, PRINTABLE_PT);
                ensure!(found.is_empty(), "{edition:?}: {found:?}");
            }
        }
        for size in [PORTRAIT, LANDSCAPE] {
            let found = judge(&draw_screen(&mut shaper, &facts, size)?, size.size(), 0.0);
            ensure!(found.is_empty(), "{size:?}: {found:?}");
        }
    }
    for (name, sheet) in laid_out() {
        for page in &sheet.pages {
            let found = judge(page, sheet.size_pt, PRINTABLE_PT);
            ensure!(found.is_empty(), "{name}: {found:?}");
        }
    }
    Ok(())
}

fn nothing_leaves_the_paper() -> anyhow::Result<()> {
    let (structure, credits, workshop) = (structure(), credits(), langogne());
    let facts = FlyerFacts { credits: &credits, ..flyer_facts(&workshop, &structure) };
    for edition in editions() {
        let (width, height) = edition.paper.size_mm();
        for word in words(&flyer(&facts, edition)?)? {
            let inside =
                word.left >= 4.0 && word.right <= width - 4.0 && word.top >= 4.0 && word.bottom <= height - 3.0;
            ensure!(inside, "{edition:?}: {word:?}");
        }
    }
    Ok(())
}

fn a_copier_gets_no_colour() -> anyhow::Result<()> {
    let (structure, credits, workshop) = (structure(), credits(), langogne());
    let facts = FlyerFacts { credits: &credits, ..flyer_facts(&workshop, &structure) };
    for design in Design::ALL {
        let edition = Edition { design: *design, finish: Finish::Copier, ..Edition::plain(Paper::A5) };
        let (_folder, path) = file("piece.pdf", &flyer(&facts, edition)?)?;
        let output = Command::new("pdftoppm").args(["-r", "50", "-singlefile"]).arg(&path).output()?;
        let pixels = &output.stdout[output.stdout.len() - 291 * 413 * 3..];
        let coloured = pixels.chunks_exact(3).filter(|p| p[0].abs_diff(p[1]) > 24 || p[1].abs_diff(p[2]) > 24).count();
        let dark = pixels.chunks_exact(3).filter(|p| p[0] < 100).count();
        ensure!(coloured == 0, "{design:?}: {coloured} coloured");
        ensure!(dark * 5 < 291 * 413, "{design:?}: {dark} dark");
    }
    Ok(())
}

fn several_stand_on_a_sheet() -> anyhow::Result<()> {
    let (structure, workshop) = (structure(), langogne());
    let facts = flyer_facts(&workshop, &structure);
    for (paper, count, size) in [(Paper::A5, 2, "841.89 x 595.276"), (Paper::A6, 4, "595.276 x 841.89")] {
        let bytes = flyer(&facts, Edition { finish: Finish::Imposed, ..Edition::plain(paper) })?;
        let (folder, path) = file("piece.pdf", &bytes)?;
        let info = run("pdfinfo", &[], &path)?;
        ensure!(info.contains(size), "{info}");
        ensure!(text_of(&bytes)?.matches("Médiathèque").count() == count, "{count} of {paper:?}");
        let picture = folder.path().join("sheet");
        run("pdftoppm", &["-r", "200", "-png", "-singlefile", path.to_str().context("path")?], &picture)?;
        let codes = run("zbarimg", &["-q", "--raw"], &picture.with_extension("png"))?;
        ensure!(codes.lines().filter(|l| **l == facts.url).count() == count, "{codes}");
    }
    let black = flyer(&facts, Edition { finish: Finish::ImposedCopier, ..Edition::plain(Paper::A5) })?;
    let (width, grey) = pixels(&black)?;
    ensure!(text_of(&black)?.matches("Médiathèque").count() == 2 && grey[40 * width + 40] > 250, "two, without ground");
    let poster = Edition { finish: Finish::Imposed, ..Edition::plain(Paper::A4) };
    ensure!(flyer(&facts, poster).unwrap_err().to_string().contains("A6"));
    Ok(())
}

fn a_print_shop_gets_three_millimetres_more() -> anyhow::Result<()> {
    let (structure, workshop) = (structure(), langogne());
    let facts = flyer_facts(&workshop, &structure);
    let bytes = flyer(&facts, Edition { finish: Finish::PrintShop, ..Edition::plain(Paper::A5) })?;
    let (_folder, path) = file("piece.pdf", &bytes)?;
    let info = run("pdfinfo", &["-box"], &path)?;
    let numbers = |name: &str| -> Vec<f64> {
        let line = info.lines().find(|l| l.starts_with(name)).unwrap_or_default();
        line.split_whitespace().filter_map(|n| n.parse().ok()).collect()
    };
    let (paper, cut) = (numbers("MediaBox"), numbers("TrimBox"));
    ensure!((paper[2] - 154.0 * 72.0 / 25.4).abs() < 0.1, "{info}");
    ensure!((cut[0] - 8.504).abs() < 0.01 && (cut[2] - cut[0] - 148.0 * 72.0 / 25.4).abs() < 0.1, "{info}");
    let (width, grey) = pixels(&bytes)?;
    ensure!(grey[5 * width + 5] < 120, "the ground reaches the edge");
    Ok(())
}

fn logos_and_mentions_are_printed() -> anyhow::Result<()> {
    let (structure, credits, workshop) = (structure(), credits(), langogne());
    let facts = FlyerFacts { credits: &credits, ..flyer_facts(&workshop, &structure) };
    for edition in editions() {
        let bytes = flyer(&facts, edition)?;
        let (_folder, path) = file("piece.pdf", &bytes)?;
        let images = run("pdfimages", &["-list"], &path)?;
        let drawn = images.lines().filter(|l| l.split_whitespace().nth(2) == Some("image")).count();
        ensure!(drawn == 2, "both logos, {edition:?}: {images}");
        let text = text_of(&bytes)?.split_whitespace().collect::<Vec<_>>().join(" ");
        ensure!(text.contains(MENTION), "{edition:?}: {text}");
    }
    let once = flyer(&facts, Edition::plain(Paper::A5))?;
    let objects = String::from_utf8_lossy(&once).matches("/Subtype /Image").count();
    ensure!(objects == 2, "one picture and what shines through it, though it stands there twice: {objects}");
    Ok(())
}

fn pieces_can_be_heard() -> anyhow::Result<()> {
    let (structure, credits, workshop) = (structure(), credits(), langogne());
    let facts = FlyerFacts { credits: &credits, ..flyer_facts(&workshop, &structure) };
    for edition in editions() {
        let (_folder, path) = file("piece.pdf", &flyer(&facts, edition)?)?;
        let heard = run("pdfinfo", &["-struct-text"], &path)?;
        for tag in ["Document", "H1", "P (block)", "Figure"] {
            ensure!(heard.contains(tag), "{edition:?}: {tag} in {heard}");
        }
        ensure!(heard.matches("Inscription").count() <= 1, "tabs are not heard ten times: {heard}");
        let date = heard.find("février").context("the date is heard")?;
        let phone = heard.find("téléphone").context("the phone is heard")?;
        ensure!(date < phone, "first when, then how: {heard}");
        let info = run("pdfinfo", &[], &path)?;
        ensure!(info.contains("Tagged:          yes") && info.contains("Débuter avec une tablette"), "{info}");
        let alternatives = run("pdfinfo", &["-struct"], &path)?;
        ensure!(alternatives.contains("Figure"), "{alternatives}");
    }
    for (name, bytes) in sheets() {
        let (_folder, path) = file("piece.pdf", &bytes)?;
        let heard = run("pdfinfo", &["-struct-text"], &path)?;
        ensure!(heard.contains("H1"), "{name}: {heard}");
        if ["sign-up", "attendance", "calls", "programme"].contains(&name) {
            ensure!(
                heard.contains("Table") && heard.contains("TH") && (name == "sign-up" || heard.contains("TD")),
                "{name}: {heard}"
            );
        }
    }
    Ok(())
}

fn pieces_keep_the_rules() -> anyhow::Result<()> {
    let (structure, credits, workshop) = (structure(), credits(), langogne());
    let facts = FlyerFacts { credits: &credits, ..flyer_facts(&workshop, &structure) };
    let flyers = editions().into_iter().map(|e| Ok((format!("{e:?}"), flyer(&facts, e)?)));
    let sheets = sheets().into_iter().map(|(name, bytes)| Ok((name.to_owned(), bytes)));
    for piece in flyers.chain(sheets) {
        let (name, bytes): (String, Vec<u8>) =
            piece.map_err(|e: allervers::document::Reason| anyhow::anyhow!("{e}"))?;
        let (_folder, path) = file("piece.pdf", &bytes)?;
        let verdict = run("pdfua", &["check"], &path)?;
        ensure!(verdict.contains("errors=0 warnings=0"), "{name}: {verdict}");
    }
    Ok(())
}

fn files_are_sound() -> anyhow::Result<()> {
    let (structure, credits, workshop) = (structure(), credits(), langogne());
    let facts = FlyerFacts { credits: &credits, ..flyer_facts(&workshop, &structure) };
    let mut all = vec![flyer(&facts, Edition::plain(Paper::A3))?];
    all.push(flyer(&facts, Edition { finish: Finish::Imposed, ..Edition::plain(Paper::A6) })?);
    all.extend(sheets().into_iter().map(|(_, bytes)| bytes));
    for bytes in all {
        let (_folder, path) = file("piece.pdf", &bytes)?;
        let verdict = run("qpdf", &["--check"], &path)?;
        ensure!(verdict.contains("No syntax or stream encoding errors"), "{verdict}");
    }
    Ok(())
}

fn a_screen_has_its_size() -> anyhow::Result<()> {
    let (structure, workshop) = (structure(), langogne());
    let facts = flyer_facts(&workshop, &structure);
    for (size, width, height) in [(PORTRAIT, 1080, 1350), (LANDSCAPE, 1200, 630)] {
        let png = screen(&facts, size)?;
        let number = |at: usize| u32::from_be_bytes([png[at], png[at + 1], png[at + 2], png[at + 3]]);
        ensure!((number(16), number(20)) == (width, height));
        ensure!(png == screen(&facts, size)?, "the same bytes again");
    }
    Ok(())
}

fn a_funded_poster_with_tabs_gives_up_sentences_first() -> anyhow::Result<()> {
    let (structure, credits, mut workshop) = (structure(), credits(), langogne());
    workshop.topic = "Mes démarches en ligne, pas à pas et sans stress".into();
    workshop.venue.name = "Maison des services au public de Saint-Chély-d’Apcher".into();
    workshop.summary = "Impôts, retraite, santé : chacun avance à son rythme. Nous prêtons une tablette.".repeat(4);
    workshop.summary = workshop.summary.replace(".I", ". I");
    let facts = FlyerFacts { credits: &credits, ..flyer_facts(&workshop, &structure) };
    let poster = draw(&mut Shaper::default(), &facts, Edition::plain(Paper::A4))?;
    ensure!(!poster.left_out.is_empty(), "there is no room for all of it");
    ensure!(workshop.summary.ends_with(&poster.left_out), "{}", poster.left_out);
    let pocket = draw(&mut Shaper::default(), &facts, Edition::plain(Paper::A6))?;
    ensure!(pocket.left_out == workshop.summary, "{}", pocket.left_out);
    workshop.venue.directions = "au fond de la cour à droite, entrée par le parking de la mairie ".repeat(2);
    let credits = Credits { mentions: vec![MENTION.repeat(2); 4], ..credits };
    let facts = FlyerFacts { credits: &credits, ..flyer_facts(&workshop, &structure) };
    let refusal = flyer(&facts, Edition::plain(Paper::A4)).unwrap_err().to_string();
    ensure!(refusal.contains("tabs = false"), "{refusal}");
    Ok(())
}

fn a_long_table_goes_on() -> anyhow::Result<()> {
    let (structure, workshop) = (structure(), langogne());
    let credits = Credits::default();
    let facts = SheetFacts { structure: &structure, credits: &credits, support: SUPPORT, public_url: URL };
    let bytes = sheet::calls(&facts, &workshop, &workshop.sessions[0], &people(60))?.pdf()?;
    let text = text_of(&bytes)?.replace('\u{a0}', " ");
    let pages = text.matches('\u{c}').count();
    ensure!(pages >= 3, "{pages} pages");
    ensure!(text.matches("Téléphone").count() == pages, "the head stands on every page");
    ensure!(text.contains(&format!("page 2 sur {pages}")), "{text}");
    ensure!((1..=60).all(|i| text.contains(&format!("EXEMPLE{i} "))), "nobody is left out");
    Ok(())
}

fn what_is_too_much_is_refused() -> anyhow::Result<()> {
    let (structure, mut workshop) = (structure(), langogne());
    workshop.topic = "Apprendre tranquillement à se servir d’une tablette pour écrire à sa famille ".repeat(4);
    let facts = flyer_facts(&workshop, &structure);
    for edition in editions() {
        let refusal = flyer(&facts, edition).unwrap_err().to_string();
        ensure!(refusal.contains("Apprendre tranquillement") && refusal.contains("Raccourcissez"), "{refusal}");
    }
    ensure!(screen(&facts, PORTRAIT).is_err());
    let missing = |change: fn(&mut allervers::domain::workshop::Workshop)| {
        let mut without = langogne();
        change(&mut without);
        flyer(&flyer_facts(&without, &structure), Edition::plain(Paper::A4)).unwrap_err().to_string()
    };
    ensure!(missing(|w| w.topic = " ".into()).contains("le sujet"));
    ensure!(missing(|w| w.venue.street.clear()).contains("l’adresse du lieu"));
    ensure!(missing(|w| w.sessions.clear()).contains("la date"));
    let mut emoji = langogne();
    emoji.topic = "Bravo 👍".into();
    let refusal = flyer(&flyer_facts(&emoji, &structure), Edition::plain(Paper::A5)).unwrap_err().to_string();
    ensure!(refusal.contains("👍") && refusal.contains("U+1F44D"), "{refusal}");
    Ok(())
}

//! Bulk letters: several pages, both sides, proofs, threads, and what cannot be printed, measured by independent readers.

use allervers::document::letter::{self, LetterFacts, LetterTemplate, Manner, Source, print};
use allervers::document::proof::{PRINTABLE_PT, Page, faults};
use allervers::document::shape::Shaper;
use allervers::domain::envelope::{Area, Window};
use allervers::domain::funder::Funder;
use allervers::domain::logo::Logo;
use anyhow::ensure;
use libtest_mimic::Trial;

use crate::documents::{
    PAGES, TEMPLATE, URL, contract, day, file, grandrieu, invitation, langogne, print_all, print_by, recipient, run,
    structure, text_of, words,
};
use crate::support::{Tool, trial};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    use Tool::{Poppler, Qpdf};
    vec![
        trial("letters: a long letter has numbered pages", &[Poppler, Qpdf], a_long_letter_has_numbered_pages),
        trial("letters: on both sides each begins on a front", &[Poppler], each_letter_begins_on_a_front),
        trial("letters: every page of a proof is marked", &[Poppler], every_page_of_a_proof_is_marked),
        trial("letters: the bytes do not depend on the threads", &[], the_bytes_do_not_depend_on_the_threads),
        trial("letters: one without end is refused", &[], a_letter_without_end_is_refused),
        trial("letters: what a funder wants said is said once", &[Poppler], what_a_funder_wants_said_is_said),
        trial("letters: logos stand above the window, once in the file", &[Poppler], logos_stand_above_the_window),
        trial("letters: the address stands where the settings have the window", &[Poppler], the_window_is_a_setting),
        trial("letters: names are never read as Markdown or fields", &[Poppler], names_are_never_markup),
        trial("letters: a full disk is said as the system says it", &[], a_full_disk_is_said),
    ]
}

/// A letter of two pages, the second beginning with a heading.
fn long_template() -> String {
    let more = "Une phrase de plus, pour que cette lettre ait deux pages et que la seconde soit lue aussi.";
    let paragraphs = format!("{more} {more} {more}\n\n").repeat(4);
    TEMPLATE.replace("{{reponse}}", &format!("{paragraphs}# Comment venir ?\n\n{{{{reponse}}}}"))
}

fn a_long_letter_has_numbered_pages() -> anyhow::Result<()> {
    let (fund, near, far) = (contract("l’Agirc-Arrco"), langogne(), grandrieu());
    let recipients = (0..3).map(|_| recipient(&PAGES, &[&near, &far], &[&fund]));
    let (bytes, outcomes) = print_by(&long_template(), Manner::default(), recipients)?;
    ensure!(outcomes.iter().all(|o| o.as_ref().is_ok_and(|made| made.pages == 2)), "{outcomes:?}");
    let text = text_of(&bytes)?.replace('\u{a0}', " ");
    let pages: Vec<&str> = text.split('\u{c}').take(6).collect();
    ensure!(pages.len() == 6);
    for pair in pages.chunks(2) {
        ensure!(pair[0].contains("page 1 sur 2") && pair[1].contains("page 2 sur 2"), "{text}");
        ensure!(pair[0].contains("PAGÈS") && !pair[1].contains("PAGÈS"), "the address is in the window only");
        ensure!(
            pair[1].contains("Comment venir") && pair[1].contains(&invitation().to_string().replace('\u{a0}', " "))
        );
    }
    for word in words(&bytes)? {
        ensure!(word.left >= 19.5 && word.right <= 190.5 && word.top >= 12.0 && word.bottom <= 289.0, "{word:?}");
    }
    let (_folder, path) = file("piece.pdf", &bytes)?;
    ensure!(run("qpdf", &["--check"], &path)?.contains("No syntax"));
    Ok(())
}

fn each_letter_begins_on_a_front() -> anyhow::Result<()> {
    let (fund, near) = (contract("l’Agirc-Arrco"), langogne());
    let manner = Manner { two_sided: true, ..Manner::default() };
    let recipients = (0..3).map(|_| recipient(&PAGES, &[&near], &[&fund]));
    let (bytes, outcomes) = print_by(TEMPLATE, manner, recipients)?;
    ensure!(
        outcomes.iter().all(|o| o.as_ref().is_ok_and(|made| made.pages == 1)),
        "a blank back is no page of the letter"
    );
    let text = text_of(&bytes)?;
    let pages: Vec<&str> = text.split('\u{c}').take(6).collect();
    ensure!(pages.len() == 6);
    for (at, page) in pages.iter().enumerate() {
        ensure!(page.contains("PAGÈS") == (at % 2 == 0) && page.trim().is_empty() == (at % 2 == 1), "page {at}");
    }
    Ok(())
}

fn every_page_of_a_proof_is_marked() -> anyhow::Result<()> {
    let (fund, near) = (contract("l’Agirc-Arrco"), langogne());
    for template in [TEMPLATE, &long_template()] {
        for (proof, marked) in [(Some("39be9e6414c9"), true), (None, false)] {
            let manner = Manner { proof, two_sided: false, threads: 1 };
            let (bytes, _) = print_by(template, manner, [recipient(&PAGES, &[&near], &[&fund])])?;
            let text = text_of(&bytes)?;
            for page in text.split('\u{c}').filter(|p| !p.trim().is_empty()) {
                ensure!(page.contains("ÉPREUVE") == marked && page.contains("39be9e6414c9") == marked, "{page}");
            }
        }
    }
    Ok(())
}

fn the_bytes_do_not_depend_on_the_threads() -> anyhow::Result<()> {
    let (fund, msa, near, far) = (contract("l’Agirc-Arrco"), contract("la MSA"), langogne(), grandrieu());
    let print = |threads: usize| {
        let recipients = (0..500_u64).map(|i| {
            let name = format!("Mme Jeanne PERSONNE{i:03}");
            let mut one = recipient(&[&name, "12 RUE DES ECOLES", "48300 LANGOGNE"], &[&near], &[&fund]);
            one.workshops = if i % 3 == 0 { vec![&far, &near] } else { vec![&near, &far] };
            one.salutation = ["Madame,", "Madame, Monsieur,"][i as usize % 2];
            if i % 7 == 0 {
                one.source = Source::Lists(vec![&fund, &msa]);
            }
            if i % 50 == 3 {
                one.address[0] = "Mme محمد".to_owned();
            }
            one
        });
        print_by(TEMPLATE, Manner { threads, ..Manner::default() }, recipients).map(|(bytes, _)| bytes)
    };
    let one = print(1)?;
    for threads in [2, 3, 8] {
        ensure!(print(threads)? == one, "{threads} threads");
    }
    Ok(())
}

fn a_letter_without_end_is_refused() -> anyhow::Result<()> {
    let (fund, near) = (contract("l’Agirc-Arrco"), langogne());
    let endless =
        TEMPLATE.replace("{{ateliers}}", &format!("{}{{{{ateliers}}}}", "Encore un paragraphe.\n\n".repeat(400)));
    let refused =
        print_by(&endless, Manner::default(), [recipient(&PAGES, &[&near], &[&fund])]).unwrap_err().to_string();
    ensure!(refused.contains("10 pages"), "{refused}");
    Ok(())
}

fn what_a_funder_wants_said_is_said() -> anyhow::Result<()> {
    let funder = Funder {
        slug: "cfppa".into(),
        name: "la conférence des financeurs".into(),
        minimum_age: 60,
        home_only: true,
        mentions: vec!["Action financée par la conférence des financeurs".into()],
        logo: None,
    };
    let (structure, fund) = (structure(), contract("l’Agirc-Arrco"));
    let (mut near, mut far) = (langogne(), grandrieu());
    (near.funder, far.funder) = (Some("cfppa".into()), Some("cfppa".into()));
    let (funders, template) = ([funder], LetterTemplate::parse("lettre.md", TEMPLATE)?);
    let (posting_day, reply_by) = (day(1, 11), day(1, 26));
    let facts = LetterFacts {
        structure: &structure,
        posting_day,
        reply_by,
        public_url: URL,
        funders: &funders,
        window: Window::default(),
    };
    let mut bytes = Vec::new();
    let recipients = [recipient(&PAGES, &[&near, &far], &[&fund])];
    print(&template, &facts, Manner::default(), recipients.into_iter(), &mut bytes)?;
    ensure!(text_of(&bytes)?.matches("Action financée par la conférence des financeurs.").count() == 1);
    Ok(())
}

fn logos_stand_above_the_window() -> anyhow::Result<()> {
    let svg = |colour: &str| {
        let drawing = format!("<path d='M0 0h90v30h-90z' fill='{colour}'/>");
        Logo::read(format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 90 30'>{drawing}</svg>").as_bytes())
    };
    let (mut structure, fund, near) = (structure(), contract("l’Agirc-Arrco"), langogne());
    structure.logo = Some(svg("#c8102e")?);
    let name = "la Carsat".to_owned();
    let funder = Funder {
        slug: "carsat".into(),
        name,
        minimum_age: 55,
        home_only: false,
        mentions: vec![],
        logo: Some(svg("#003366")?),
    };
    let (funders, template) = ([funder], LetterTemplate::parse("lettre.md", TEMPLATE)?);
    let (posting_day, reply_by) = (day(1, 11), day(1, 26));
    let facts = LetterFacts {
        structure: &structure,
        posting_day,
        reply_by,
        public_url: URL,
        funders: &funders,
        window: Window::default(),
    };
    let mut bytes = Vec::new();
    let recipients = (0..3).map(|_| recipient(&PAGES, &[&near], &[&fund]));
    print(&template, &facts, Manner::default(), recipients, &mut bytes)?;
    ensure!(String::from_utf8_lossy(&bytes).matches("/Subtype /Image").count() == 2, "each logo once in the file");
    let pages = letter::pages(&template, &facts, &recipient(&PAGES, &[&near], &[&fund]))?;
    let window = Some(Window::default());
    let page = Page { layers: &[&pages[0]], paper_pt: letter::PAPER_PT, margin_pt: PRINTABLE_PT, window };
    let found = faults(&Shaper::default(), page);
    ensure!(found.is_empty(), "{found:?}");
    let (_folder, path) = file("piece.pdf", &bytes)?;
    let images = run("pdfimages", &["-list"], &path)?;
    ensure!(images.lines().filter(|l| l.contains("image")).count() >= 2, "{images}");
    Ok(())
}

fn the_window_is_a_setting() -> anyhow::Result<()> {
    let (structure, fund, near) = (structure(), contract("l’Agirc-Arrco"), langogne());
    let template = LetterTemplate::parse("lettre.md", TEMPLATE)?;
    let window = Window {
        address: Area { x_mm: 116.0, y_mm: 64.0, width_mm: 80.0, height_mm: 25.0 },
        clear: Area { x_mm: 106.0, y_mm: 44.0, width_mm: 100.0, height_mm: 55.0 },
    };
    let (posting_day, reply_by) = (day(1, 11), day(1, 26));
    let facts = LetterFacts { structure: &structure, posting_day, reply_by, public_url: URL, funders: &[], window };
    let one = || recipient(&PAGES, &[&near], &[&fund]);
    let mut bytes = Vec::new();
    print(&template, &facts, Manner::default(), [one()].into_iter(), &mut bytes)?;
    let inside = |left: f64, top: f64| (106.0..206.0).contains(&left) && (44.0..99.0).contains(&top);
    let shown: Vec<_> = words(&bytes)?.into_iter().filter(|word| inside(word.left, word.top)).collect();
    ensure!(shown.iter().all(|w| w.left >= 115.9 && w.top >= 63.0 && w.bottom <= 90.0), "{shown:?}");
    ensure!(!shown.is_empty(), "the address");
    let pages = letter::pages(&template, &facts, &one())?;
    let judged = |window| {
        let (layers, window) = (&[&pages[0]][..], Some(window));
        faults(&Shaper::default(), Page { layers, paper_pt: letter::PAPER_PT, margin_pt: PRINTABLE_PT, window })
    };
    ensure!(judged(window).is_empty(), "{:?}", judged(window));
    let other = Area { x_mm: 120.0, ..window.address };
    ensure!(!judged(Window { address: other, ..window }).is_empty(), "the proof looks at the same window");
    Ok(())
}

/// A disk with room for so many bytes.
struct Disk(usize);

impl std::io::Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if bytes.len() > self.0 {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        self.0 -= bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn a_full_disk_is_said() -> anyhow::Result<()> {
    let (structure, fund, near) = (structure(), contract("l’Agirc-Arrco"), langogne());
    let template = LetterTemplate::parse("lettre.md", TEMPLATE)?;
    let (posting_day, reply_by) = (day(1, 11), day(1, 26));
    let facts = LetterFacts {
        structure: &structure,
        posting_day,
        reply_by,
        public_url: URL,
        funders: &[],
        window: Window::default(),
    };
    for threads in [1, 4] {
        let recipients = (0..1_000_000).map(|_| recipient(&PAGES, &[&near], &[&fund]));
        let manner = Manner { threads, ..Manner::default() };
        let full = print(&template, &facts, manner, recipients, &mut Disk(400_000)).unwrap_err();
        let allervers::document::Reason::Write(why) = full.reason else { anyhow::bail!("{full}") };
        ensure!(why.kind() == std::io::ErrorKind::StorageFull);
    }
    Ok(())
}

fn names_are_never_markup() -> anyhow::Result<()> {
    let (fund, mut near) = (contract("l’Agirc-Arrco"), langogne());
    near.venue.name = "Salle **A** {{origine}} de Langogne".into();
    let mut one = recipient(&["Mme # **X** {{droits}} <b>", "48300 LANGOGNE"], &[&near], &[&fund]);
    one.salutation = "Madame *Étoile* {{numero}},";
    let text = text_of(&print_all([one])?)?;
    for expected in ["Mme # **X** {{droits}} <b>", "Madame *Étoile* {{numero}},", "{{origine}}"] {
        ensure!(text.contains(expected), "{expected} in\n{text}");
    }
    Ok(())
}

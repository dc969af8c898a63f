//! What is wrong with the letters themselves: addresses, pages, codes.

use super::{Finding, pictures};
use crate::document::export;
use crate::document::frame::{Frame, Mark};
use crate::document::letter::{self, Recipient};
use crate::document::proof::{Fault, PRINTABLE_PT, Page, codes, faults};
use crate::document::shape::Shaper;
use crate::document::{is_printable, lacking_letters};
use crate::domain::address::PostalAddress;
use crate::domain::campaign::Campaign;
use crate::domain::envelope::Window;
use crate::service::outputs::{self, Letter, letter_facts};
use crate::service::preview_letter;

/// A letter of the contact sheet.
#[derive(Debug)]
pub struct Extreme {
    /// Its number, or what stands for one, and why it is shown: « Lettre 57 03 52 44, le nom le plus long ».
    pub title: String,
    /// Its pages as PNG.
    pub pages: Vec<Vec<u8>>,
}

/// Pixels a point of the contact sheet.
const SCALE: f32 = 1.1;
/// Pixels a point at which a code is read back: an office printer's 300 dpi.
const PRINT: f32 = 300.0 / 72.0;
/// Letters on the contact sheet.
const SHOWN: usize = 12;
/// Addresses that are named one by one.
const NAMED: usize = 20;

/// Looks at letters. Gives how many letters there are, and the extreme ones as pictures where they are wanted.
pub fn look(
    campaign: &Campaign,
    window: Window,
    letters: Vec<Letter>,
    pictures: bool,
    found: &mut Vec<Finding>,
) -> (usize, Vec<Extreme>) {
    let count = letters.len();
    addresses(&letters, found);
    let place = format!("Lettre, {}", campaign.letter.file_name);
    let template = match letter::LetterTemplate::parse(&campaign.letter.file_name, &campaign.letter.source) {
        Ok(template) => template,
        Err(error) => {
            let line = error.line.map(|l| format!("ligne {l}\u{a0}: ")).unwrap_or_default();
            found.push(Finding::error(place, format!("{line}{}", error.message)));
            return (count, Vec::new());
        }
    };
    found.extend(template.missing().into_iter().map(|why| Finding::error(&place, why.to_owned())));
    pictures::look(campaign, &template, found);
    let facts = letter_facts(campaign, window);
    let mut extremes = Vec::new();
    let mut judge = |title: String, why: &str, recipient: &Recipient| match letter::pages(&template, &facts, recipient)
    {
        // The press leaves a letter out whose own words cannot be printed, and prints the others.
        Err(error) if error.invitation.is_some() => {
            found.push(Finding::warning(title, format!("Elle sera laissée de côté : {}.", error.reason)));
        }
        Err(error) => found.push(Finding::error(title, format!("{}.", error.reason))),
        Ok(pages) => {
            for (number, page) in (1..).zip(&pages) {
                let of_page = if pages.len() > 1 { format!("{title}, page {number}") } else { title.clone() };
                let window = (number == 1).then_some(window);
                let faults = faults_of(page, letter::PAPER_PT, PRINTABLE_PT, window);
                found.extend(faults.into_iter().map(|why| Finding::error(&of_page, why)));
            }
            let coded = pages.iter().flat_map(|p| &p.items).any(|item| matches!(item.mark, Mark::Qr { .. }));
            if coded && extremes.is_empty() && !pages.iter().any(|page| reads_back(page, &recipient.url)) {
                let why = "Le code QR n’a pas pu être relu à la taille de l’impression.".to_owned();
                found.push(Finding::error(&title, why));
            }
            let painted = pages.iter().filter(|_| pictures && extremes.len() < SHOWN);
            let painted = painted.filter_map(|page| export::png(page, letter::PAPER_PT, SCALE).ok()).collect();
            let title = [title.as_str(), why].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(", ");
            extremes.push(Extreme { title, pages: painted });
        }
    };
    let chosen = outputs::extremes(letters.iter().collect());
    for (letter, why) in &chosen {
        judge(format!("Lettre {}", letter.number), &why.join(", "), &outputs::recipient(letter, campaign));
    }
    if chosen.is_empty() && !campaign.workshops.is_empty() {
        let unsigned = preview_letter::unsigned(campaign);
        judge("Lettre d’exemple".to_owned(), "", &preview_letter::example(campaign, &unsigned));
    }
    extremes.truncate(SHOWN);
    (count, extremes)
}

/// What NF Z10-011 and the window ask of each address (field notes, section 1).
fn addresses(letters: &[Letter], found: &mut Vec<Finding>) {
    let mut wrong = 0;
    for letter in letters {
        let lines: Vec<&str> = std::iter::once(letter.address_line_1.as_str()).chain(letter.address.lines()).collect();
        let Some(why) = wrong_address(&lines) else { continue };
        wrong += 1;
        if wrong <= NAMED {
            found.push(Finding::warning(format!("Lettre {}", letter.number), why));
        }
    }
    if wrong > NAMED {
        let more = wrong - NAMED;
        found.push(Finding::warning("Adresses", format!("{more} autres adresses ont un défaut de ce genre.")));
    }
}

/// Why an address does not follow the norm.
fn wrong_address(lines: &[&str]) -> Option<String> {
    if lines.len() > 6 {
        return Some(format!("L’adresse a {} lignes, la norme en veut 6 au plus.", lines.len()));
    }
    if let Some(long) = lines.iter().find(|line| line.chars().count() > PostalAddress::MAX_CHARS) {
        return Some(format!(
            "La ligne « {long} » a plus de 38 caractères : cette lettre sera laissée de côté et nommée."
        ));
    }
    if let Some(line) = lines.iter().find(|line| !is_printable(line)) {
        return Some(format!(
            "« {line} » ne peut pas être imprimée, la police n’a pas {} : cette lettre sera laissée de côté et nommée.",
            lacking_letters(line)
        ));
    }
    let last = lines.last().copied().unwrap_or_default();
    let (postcode, town) = last.split_once(' ').unwrap_or((last, ""));
    if postcode.len() != 5 || !postcode.bytes().all(|b| b.is_ascii_digit()) || town.is_empty() {
        return Some(format!("La dernière ligne, « {last} », n’est pas un code postal et une commune."));
    }
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == ' ';
    let marked = lines.iter().skip(1).find(|line| !line.chars().all(plain));
    marked.map(|line| format!("La ligne « {line} » a autre chose que des capitales, des chiffres et des espaces."))
}

/// The faults of a page, in French. `margin_pt` stays white, and in `window` stands only the address.
pub fn faults_of(frame: &Frame, paper_pt: (f64, f64), margin_pt: f64, window: Option<Window>) -> Vec<String> {
    let page = Page { layers: &[frame], paper_pt, margin_pt, window };
    let told = |fault| match fault {
        Fault::InWindow(what) => {
            format!("« {what} » se verrait dans la fenêtre de l’enveloppe, où seule l’adresse doit être.")
        }
        Fault::BesideWindow(what) => format!("La ligne d’adresse « {what} » sort de la fenêtre de l’enveloppe."),
        Fault::NearEdge(what) => format!("« {what} » est trop près du bord, l’imprimante le couperait."),
        Fault::Overlap(one, other) => format!("« {one} » et « {other} » se chevauchent. Raccourcissez ces textes."),
        Fault::SmallText(what, pt) => {
            format!(
                "« {what} » est écrit trop petit ({pt} points). Raccourcissez ce texte, ou choisissez un plus grand format."
            )
        }
        Fault::LastHeading(what) => format!("Le titre « {what} » est seul au bas de la page."),
        Fault::SmallCode(mm) => {
            format!("Le code QR est trop petit : des carrés de {mm:.2} mm. Raccourcissez l’adresse publique.")
        }
    };
    faults(&Shaper::default(), page).into_iter().map(told).collect()
}

/// Whether a code of this page leads there, read from it as a printer would print it, and as a copier would copy that: in
/// black and white, without grey.
pub fn reads_back(frame: &Frame, url: &str) -> bool {
    codes(frame).any(|plate| {
        let (from_pt, size_pt) =
            ((plate.left_pt, plate.top_pt), (plate.right_pt - plate.left_pt, plate.bottom_pt - plate.top_pt));
        let Ok((width, grey)) = export::grey(frame, from_pt, size_pt, PRINT) else { return false };
        let copied: Vec<u8> = grey.iter().map(|light| if *light < 128 { 0 } else { 255 }).collect();
        [grey, copied].iter().all(|picture| reads(width, picture, url))
    })
}

fn reads(width: usize, grey: &[u8], url: &str) -> bool {
    let height = grey.len() / width.max(1);
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| grey[y * width + x]);
    image.detect_grids().iter().any(|grid| grid.decode().is_ok_and(|(_, content)| content == url))
}

//! How flyers and posters are made, and who else helps nearby: of a pack or a form.

use super::Section;
use crate::domain::Invalid;
use crate::domain::edition::{Design, Editions, Finish, Paper};
use crate::domain::partner::Partner;
use crate::domain::phone::Phone;

/// `[documents]`; what it does not say is as usual.
pub fn editions(section: &mut Section<'_>) -> Option<Editions> {
    let usual = Editions::default();
    let design = chosen(section, "design", usual.design, str::parse::<Design>)?;
    let flyer = chosen(section, "flyer", usual.flyer, |code| one_of(code, &[Paper::A6, Paper::A5]))?;
    let poster = chosen(section, "poster", usual.poster, |code| one_of(code, &[Paper::A4, Paper::A3]))?;
    // A box that is not ticked is not sent.
    let said = section.has("tabs") || section.is_form();
    let tabs = if said { section.yes_or_no("tabs")? } else { usual.tabs };
    let mut also = Vec::new();
    if let Some((line, codes)) = section.optional_texts("also") {
        for code in codes.iter().filter(|c| !c.is_empty()) {
            let finish = section.understood(line, "also", code.parse::<Finish>())?;
            if finish != Finish::Plain && !also.contains(&finish) {
                also.push(finish);
            }
        }
    }
    also.sort_unstable();
    Some(Editions { design, flyer, poster, tabs, also })
}

/// `[[partner]]`.
pub fn partner(section: &mut Section<'_>) -> Option<Partner> {
    let name = section.text("name", "France services de Langogne");
    let help = section.text("help", "aide aux démarches en ligne, sans rendez-vous");
    let place = section.optional_text("place");
    let phone_given = section.has("phone");
    let phone = section.optional_parsed("phone", Phone::parse);
    let hours = section.optional_text("hours");
    if phone_given && phone.is_none() {
        return None;
    }
    Some(Partner { name: name?, help: help?, place, phone, hours })
}

fn chosen<T>(
    section: &mut Section<'_>,
    key: &str,
    usual: T,
    read: impl FnOnce(&str) -> Result<T, Invalid>,
) -> Option<T> {
    if section.has(key) { section.optional_parsed(key, read) } else { Some(usual) }
}

fn one_of(code: &str, papers: &[Paper]) -> Result<Paper, Invalid> {
    let paper = code.parse::<Paper>().ok().filter(|p| papers.contains(p));
    paper.ok_or_else(|| {
        let known = papers.iter().map(|p| p.code()).collect::<Vec<_>>().join(" ou ");
        Invalid::new(format!("« {code} » n’est pas possible ici : écrivez {known}."))
    })
}

//! Communes as somebody types them into a form.

use std::collections::BTreeSet;

use crate::domain::Invalid;
use crate::domain::campaign::Campaign;
use crate::domain::commune::{Found, Gazetteer, InseeCode, Postcode};

/// Communes by name or code, with commas, semicolons or line breaks between them; codes also with blanks. And what is none.
pub fn read(written: &str, campaign: &Campaign) -> (BTreeSet<InseeCode>, Vec<Invalid>) {
    let (mut found, mut mistakes) = (BTreeSet::new(), Vec::new());
    let is_code = |word: &str| word.parse::<InseeCode>().is_ok();
    for part in written.split([',', ';', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
        let codes = part.split_whitespace().all(is_code);
        let each: Vec<&str> = if codes { part.split_whitespace().collect() } else { vec![part] };
        for written in each {
            match commune(written, campaign) {
                Ok(code) => drop(found.insert(code)),
                Err(mistake) => mistakes.push(mistake),
            }
        }
    }
    (found, mistakes)
}

/// « Mende », « 48095 », « Mende (48095) », « 48000 Mende », or « 48000 » where it is the
/// postcode of one commune alone. A name that several communes bear means the one in the
/// department of a workshop.
fn commune(written: &str, campaign: &Campaign) -> Result<InseeCode, Invalid> {
    let gazetteer = Gazetteer::embedded();
    let code = written.rsplit_once('(').map_or(written, |(_, rest)| rest.trim_end_matches(')')).trim();
    if let Some(known) = code.parse().ok().filter(|code| gazetteer.get(*code).is_some()) {
        return Ok(known);
    }
    let (postcode, name) = match written.split_once(' ') {
        Some((first, rest)) if first.parse::<Postcode>().is_ok() => (first.parse().ok(), rest),
        None if written.parse::<Postcode>().is_ok() => (written.parse().ok(), ""),
        _ => (None, written),
    };
    let departments: Vec<String> = campaign
        .workshops
        .iter()
        .filter_map(|w| gazetteer.get(w.venue.commune).map(|c| c.department.clone()))
        .collect();
    match gazetteer.find_near(postcode, name, &departments) {
        Found::Exact(place) | Found::Corrected(place, _) => Ok(place.commune.code),
        Found::Ambiguous(several) => {
            let some =
                several.iter().take(4).map(|c| format!("{} ({})", c.name, c.code)).collect::<Vec<_>>().join(", ");
            Err(Invalid::new(format!(
                "Plusieurs communes répondent à « {written} »\u{a0}: écrivez par exemple {some}."
            )))
        }
        Found::NotFound => Err(Invalid::new(format!(
            "Aucune commune ne s’appelle « {written} »\u{a0}: vérifiez l’orthographe, ou donnez son code INSEE."
        ))),
    }
}

/// The communes as they are read again: « Mende (48095), Langogne (48080) ».
pub fn named(communes: &BTreeSet<InseeCode>) -> String {
    let name = |code: &InseeCode| match Gazetteer::embedded().get(*code) {
        Some(commune) => format!("{} ({code})", commune.name),
        None => code.to_string(),
    };
    communes.iter().map(name).collect::<Vec<_>>().join(", ")
}

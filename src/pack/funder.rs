//! A funder, of a pack or a form.

use std::collections::BTreeSet;

use super::sections::unique_slug;
use super::{NamedFile, Section};
use crate::domain::funder::Funder;

/// A funder of a pack, with the file of its logo.
pub fn in_pack(mut section: Section<'_>, slugs: &mut BTreeSet<String>) -> Option<(Funder, Option<NamedFile>)> {
    let slug = unique_slug(&mut section, slugs, "carsat");
    let funder = funder(&mut section, slug);
    let logo = picture(&mut section, "logo", "logos/carsat.png");
    section.finish();
    Some((funder?, logo))
}

/// The file of a picture, where one is named under this key.
pub fn picture(section: &mut Section<'_>, key: &str, example: &str) -> Option<NamedFile> {
    if !section.has(key) {
        return None;
    }
    section.text_at(key, example).map(|(line, path)| NamedFile { path, line })
}

/// A funder with this short name, without its logo.
pub fn funder(section: &mut Section<'_>, slug: Option<String>) -> Option<Funder> {
    let name = section.text("name", "la Carsat");
    let age_given = section.has("minimum_age");
    let minimum_age = section.optional_number("minimum_age", 0..=110);
    let home_only = section.optional_yes_or_no("home_only");
    let mentions = section.optional_texts("mentions").map(|(_, texts)| texts).unwrap_or_default();
    if age_given && minimum_age.is_none() {
        return None;
    }
    Some(Funder {
        slug: slug?,
        name: name?,
        minimum_age: u8::try_from(minimum_age.unwrap_or(0)).ok()?,
        home_only: home_only?,
        mentions: mentions.into_iter().filter(|m| !m.is_empty()).collect(),
        logo: None,
    })
}

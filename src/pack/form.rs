//! Forms, read by the rules of a pack: the same value is refused with the same words.

use std::collections::BTreeMap;

use super::course::{self, Places, TellBy};
use super::reader::{Mistakes, Section};
use super::{CampaignFacts, Context, edition, funder, outlet, sections};
use crate::domain::Invalid;
use crate::domain::campaign::Campaign;
use crate::domain::channel::Outlet;
use crate::domain::edition::Editions;
use crate::domain::funder::Funder;
use crate::domain::partner::Partner;
use crate::domain::slug;
use crate::domain::structure::Structure;
use crate::domain::workshop::{Venue, Workshop};

/// Names and texts of a form, as [`Section::form`] understands them.
pub type FormFields = [(String, String)];

/// What is wrong with a field of a form.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FieldMistake {
    /// The field's name.
    pub field: String,
    /// What is wrong and what is expected, in French.
    pub message: String,
}

/// What a form's reading comes to.
type Read<T> = Result<T, Vec<FieldMistake>>;

/// A campaign's own facts.
pub fn read_facts(fields: &FormFields, context: &Context<'_>) -> Read<CampaignFacts> {
    read(fields, |section| sections::facts(section, context))
}

/// A structure.
pub fn read_structure(fields: &FormFields) -> Read<Structure> {
    let mistakes = Mistakes::of_form();
    let read = sections::structure(Section::form(fields, &mistakes));
    outcome(read, mistakes)
}

/// A place of a campaign. `taken` knows the short names of the others.
pub fn read_venue(fields: &FormFields, context: &Context<'_>, taken: &dyn Fn(&str) -> bool) -> Read<Venue> {
    read(fields, |section| {
        let slug = free_slug(section, "mediatheque-langogne", taken);
        course::venue(section, slug, context)
    })
}

/// A funder, without its logo.
pub fn read_funder(fields: &FormFields, taken: &dyn Fn(&str) -> bool) -> Read<Funder> {
    read(fields, |section| {
        let slug = free_slug(section, "carsat", taken);
        funder::funder(section, slug)
    })
}

/// An outlet.
pub fn read_outlet(fields: &FormFields, taken: &dyn Fn(&str) -> bool) -> Read<Outlet> {
    read(fields, |section| {
        let slug = free_slug(section, "mairie-langogne", taken);
        outlet::outlet(section, slug)
    })
}

/// How flyers and posters are made.
pub fn read_editions(fields: &FormFields) -> Read<Editions> {
    read(fields, edition::editions)
}

/// A partner. `taken` knows the names of the others.
pub fn read_partner(fields: &FormFields, taken: &dyn Fn(&str) -> bool) -> Read<Partner> {
    read(fields, |section| {
        let partner = edition::partner(section)?;
        if taken(&partner.name) {
            section.refuse(0, "name", "ce partenaire figure déjà dans la liste : modifiez-le, ou distinguez-les.");
            return None;
        }
        Some(partner)
    })
}

/// A workshop of this campaign. `tell_by` is left out where its first day was settled before.
pub fn read_workshop(
    fields: &FormFields,
    campaign: &Campaign,
    tell_by: Option<TellBy>,
    taken: &dyn Fn(&str) -> bool,
) -> Read<Workshop> {
    let venues: BTreeMap<_, _> = campaign.venues.iter().map(|v| (v.slug.clone(), v.clone())).collect();
    let places = Places {
        venues: &venues,
        venues_known: true,
        funders: &campaign.funders,
        funders_known: true,
        tell_by,
        anchor: campaign.anchor,
    };
    read(fields, |section| {
        let slug = free_slug(section, "tablette-langogne", taken);
        course::workshop(section, slug, &places)
    })
}

fn read<T>(fields: &FormFields, read: impl FnOnce(&mut Section<'_>) -> Option<T>) -> Read<T> {
    let mistakes = Mistakes::of_form();
    let read = read(&mut Section::form(fields, &mistakes));
    outcome(read, mistakes)
}

fn outcome<T>(read: Option<T>, mistakes: Mistakes<'_>) -> Read<T> {
    match (read, mistakes.into_sorted()) {
        (Some(read), none) if none.is_empty() => Ok(read),
        (_, mistakes) => Err(mistakes.into_iter().map(|m| FieldMistake { field: m.key, message: m.message }).collect()),
    }
}

fn free_slug(section: &mut Section<'_>, example: &str, taken: &dyn Fn(&str) -> bool) -> Option<String> {
    section.parsed("slug", example, |text| {
        let slug = slug::parse(text)?;
        if taken(&slug) {
            return Err(Invalid::new(format!("« {slug} » est déjà pris, choisissez-en un autre.")));
        }
        Ok(slug)
    })
}

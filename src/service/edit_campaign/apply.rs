//! What an edit makes of a campaign, or what is wrong with it.

use super::{Around, Edit, EditError, FieldMistake, Kind, LogoEdit, Usage};
use crate::document::letter::LetterTemplate;
use crate::domain::campaign::{Campaign, LetterText, too_early};
use crate::domain::slug;
use crate::domain::workshop::{Venue, Workshop};
use crate::pack::{self, Context, TellBy};
use crate::service::read_pack::commune;
use crate::service::{Error, Result};
use crate::store::{self, campaign::StoredCampaign};

type Applied = std::result::Result<(Campaign, Vec<Step>), EditError>;

/// What the database must be told beside the new definition.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// A thing has another short name.
    Rename(Kind, String, String),
    /// A thing goes.
    Delete(Kind, String),
}

/// The campaign after an edit, and the steps that lead there.
pub fn apply(stored: &StoredCampaign, usage: &Usage, edit: &Edit, around: &Around) -> Applied {
    let campaign = stored.campaign.clone();
    match edit {
        Edit::Facts { fields } => facts(campaign, usage, fields, around),
        Edit::Letter(text) => letter(campaign, text),
        Edit::Editions { fields } => {
            let editions = pack::read_editions(fields).map_err(EditError::Fields)?;
            Ok((Campaign { editions, ..campaign }, vec![]))
        }
        Edit::Remove { kind, slug } => remove(campaign, usage, *kind, slug),
        Edit::Put { kind, old, fields, logo } => {
            let fields = named(*kind, &campaign, usage, fields);
            let old = old.as_deref();
            match kind {
                Kind::Workshop => workshop(campaign, usage, old, &fields, around),
                Kind::Venue => venue(campaign, old, &fields, around),
                Kind::Funder => funder(campaign, old, &fields, logo),
                Kind::Outlet => outlet(campaign, usage, old, &fields),
                Kind::Partner => partner(campaign, old, &fields),
            }
        }
    }
}

fn facts(mut campaign: Campaign, usage: &Usage, fields: &[(String, String)], around: &Around) -> Applied {
    let facts = pack::read_facts(fields, &context(&campaign, around)).map_err(EditError::Fields)?;
    if usage.has_lists && facts.seed != campaign.seed {
        let message = format!(
            "La graine fixe le tirage des foyers dès que leur liste est lue : elle ne change plus. Remettez {}.",
            campaign.seed
        );
        return Err(EditError::Fields(vec![mistake("seed", message)]));
    }
    let moved = (facts.posting_day, facts.reply_by) != (campaign.posting_day, campaign.reply_by);
    // A workshop that only the first wave was invited to stays out of the second one's days.
    let ahead = campaign.offered().filter(|w| w.first_day() > around.today);
    let early = ahead.filter_map(|w| Some((w, too_early(w.first_day(), facts.posting_day, facts.reply_by)?)));
    let early: Vec<_> =
        early.map(|(w, why)| mistake("reply_by", format!("« {} » : {why}", w.slug))).filter(|_| moved).collect();
    if !early.is_empty() {
        return Err(EditError::Fields(early));
    }
    campaign.name = facts.name;
    campaign.public_url = facts.public_url;
    campaign.seed = facts.seed;
    campaign.posting_day = facts.posting_day;
    campaign.reply_by = facts.reply_by;
    campaign.seed_address = facts.seed_address;
    Ok((campaign, vec![]))
}

fn letter(mut campaign: Campaign, text: &str) -> Applied {
    // Browsers send other line ends, and blanks at the end are no change of a letter that may be printed already.
    let source = match text.replace("\r\n", "\n").trim() {
        same if same == campaign.letter.source.trim() => return Ok((campaign, vec![])),
        changed => format!("{changed}\n"),
    };
    LetterTemplate::parse(&campaign.letter.file_name, &source).map_err(|error| {
        let line = error.line.map(|line| format!("ligne {line}\u{a0}: ")).unwrap_or_default();
        EditError::Fields(vec![mistake("letter", format!("{line}{}", error.message))])
    })?;
    campaign.letter = LetterText { source, ..campaign.letter };
    Ok((campaign, vec![]))
}

fn workshop(
    mut campaign: Campaign,
    usage: &Usage,
    old: Option<&str>,
    fields: &[(String, String)],
    around: &Around,
) -> Applied {
    let before = old.and_then(|slug| campaign.workshops.iter().position(|w| w.slug == slug));
    let taken = |slug: &str| usage.workshop_slugs.contains(slug) && Some(slug) != old;
    let read = |tell_by| pack::read_workshop(fields, &campaign, tell_by, &taken).map_err(EditError::Fields);
    let tell_by = TellBy { today: around.today, posting_day: campaign.posting_day, reply_by: campaign.reply_by };
    let new = match before.map(|at| &campaign.workshops[at]) {
        // A first day that was settled before may be past by now.
        Some(before) => match read(None)? {
            same if same.first_day() == before.first_day() => same,
            _ => read(Some(tell_by))?,
        },
        None => read(Some(tell_by))?,
    };
    if let Some(before) = before.map(|at| &campaign.workshops[at]) {
        keeps_its_word(before, &new, usage)?;
    }
    let steps = renamed(Kind::Workshop, old, &new.slug);
    put(&mut campaign.workshops, before, new);
    campaign.workshops.sort_by(|a, b| (a.first().starts, &a.slug).cmp(&(b.first().starts, &b.slug)));
    Ok((campaign, steps))
}

/// What is on paper or has people in it keeps its address, its sessions and the seats that are taken.
fn keeps_its_word(before: &Workshop, new: &Workshop, usage: &Usage) -> std::result::Result<(), EditError> {
    if !usage.holds_workshop(&before.slug) {
        return Ok(());
    }
    let mut mistakes = Vec::new();
    if new.slug != before.slug {
        mistakes.push(in_use("slug", &before.slug));
    }
    if new.sessions.len() < before.sessions.len() {
        let message = format!("Une séance annoncée ne se retire pas : gardez-en {}.", before.sessions.len());
        mistakes.push(mistake("session", message));
    }
    let taken = usage.registered.get(&before.slug).copied().unwrap_or(0);
    if u32::from(new.capacity) < taken {
        let message = format!("{taken} places sont déjà prises : gardez-en au moins autant.");
        mistakes.push(mistake("capacity", message));
    }
    if mistakes.is_empty() { Ok(()) } else { Err(EditError::Fields(mistakes)) }
}

fn venue(mut campaign: Campaign, old: Option<&str>, fields: &[(String, String)], around: &Around) -> Applied {
    let before = old.and_then(|slug| campaign.venues.iter().position(|v| v.slug == slug));
    let taken = |slug: &str| Some(slug) != old && campaign.venues.iter().any(|v| v.slug == slug);
    let new = pack::read_venue(fields, &context(&campaign, around), &taken).map_err(EditError::Fields)?;
    let others = campaign.venues.iter().filter(|v| Some(v.slug.as_str()) != old);
    if others.clone().any(|v| v.name == new.name && v.commune == new.commune) {
        let message = "Un autre lieu de cette commune porte déjà ce nom : distinguez-les.".to_owned();
        return Err(EditError::Fields(vec![mistake("name", message)]));
    }
    let moved = |venue: &mut Venue| {
        if Some(venue.slug.as_str()) == old {
            venue.clone_from(&new);
        }
    };
    for workshop in &mut campaign.workshops {
        moved(&mut workshop.venue);
        workshop.sessions.iter_mut().filter_map(|s| s.venue.as_mut()).for_each(moved);
    }
    if let Some(old) = old {
        let others = campaign.other_audiences.iter_mut().map(|other| &mut other.audience);
        others.chain([&mut campaign.audience]).for_each(|audience| audience.rename_venue(old, &new.slug));
    }
    let steps = renamed(Kind::Venue, old, &new.slug);
    put(&mut campaign.venues, before, new);
    campaign.venues.sort_by(|a, b| a.slug.cmp(&b.slug));
    Ok((campaign, steps))
}

fn funder(mut campaign: Campaign, old: Option<&str>, fields: &[(String, String)], logo: &LogoEdit) -> Applied {
    let before = old.and_then(|slug| campaign.funders.iter().position(|f| f.slug == slug));
    let taken = |slug: &str| Some(slug) != old && campaign.funders.iter().any(|f| f.slug == slug);
    let mut new = pack::read_funder(fields, &taken).map_err(EditError::Fields)?;
    let paid = |w: &&Workshop| old.is_some() && w.funder.as_deref() == old;
    if let Some(young) = campaign.workshops.iter().filter(paid).find(|w| w.minimum_age < new.minimum_age) {
        let message = format!(
            "L’atelier « {} » invite dès {} ans : relevez d’abord son âge minimum.",
            young.slug, young.minimum_age
        );
        return Err(EditError::Fields(vec![mistake("minimum_age", message)]));
    }
    new.logo = logo.over(before.and_then(|at| campaign.funders[at].logo.clone()));
    for workshop in campaign.workshops.iter_mut().filter(|w| paid(&&**w)) {
        workshop.funder = Some(new.slug.clone());
    }
    let steps = renamed(Kind::Funder, old, &new.slug);
    put(&mut campaign.funders, before, new);
    campaign.funders.sort_by(|a, b| a.slug.cmp(&b.slug));
    Ok((campaign, steps))
}

fn outlet(mut campaign: Campaign, usage: &Usage, old: Option<&str>, fields: &[(String, String)]) -> Applied {
    let before = old.and_then(|slug| campaign.outlets.iter().position(|o| o.slug == slug));
    let taken = |slug: &str| Some(slug) != old && campaign.outlets.iter().any(|o| o.slug == slug);
    let mut new = pack::read_outlet(fields, &taken).map_err(EditError::Fields)?;
    if old.is_none() && new.pieces.is_empty() {
        new.pieces = pack::usual_pieces(new.channel);
    }
    if let Some(old) = old.filter(|old| new.slug != **old && usage.printed_outlets.contains(*old)) {
        return Err(EditError::Fields(vec![in_use("slug", old)]));
    }
    let steps = renamed(Kind::Outlet, old, &new.slug);
    put(&mut campaign.outlets, before, new);
    Ok((campaign, steps))
}

fn partner(mut campaign: Campaign, old: Option<&str>, fields: &[(String, String)]) -> Applied {
    let before = old.and_then(|name| campaign.partners.iter().position(|p| p.name == name));
    let taken = |name: &str| Some(name) != old && campaign.partners.iter().any(|p| p.name == name);
    let new = pack::read_partner(fields, &taken).map_err(EditError::Fields)?;
    put(&mut campaign.partners, before, new);
    Ok((campaign, vec![]))
}

fn remove(mut campaign: Campaign, usage: &Usage, kind: Kind, slug: &str) -> Applied {
    let refused = |why: String| Err(EditError::Other(Error::Refused(why)));
    match kind {
        Kind::Workshop if usage.registered.contains_key(slug) => {
            return refused("Des personnes se sont inscrites à cet atelier : il ne se supprime plus.".to_owned());
        }
        Kind::Workshop if usage.printed_workshops.contains(slug) => {
            return refused("Des documents déjà faits annoncent cet atelier : il ne se supprime plus.".to_owned());
        }
        Kind::Outlet if usage.printed_outlets.contains(slug) => {
            return refused("Ce relais a déjà ses documents : il ne se supprime plus.".to_owned());
        }
        Kind::Venue => {
            let here = |w: &&Workshop| w.sessions.iter().any(|s| w.venue_of(s).slug == slug);
            if let Some(workshop) = campaign.workshops.iter().find(here) {
                let topic = &workshop.topic;
                return refused(format!("« {topic} » a lieu ici : donnez-lui d’abord un autre lieu."));
            }
            if let Some((name, _)) = campaign.audiences().find(|(_, audience)| audience.assigned.contains_key(slug)) {
                return refused(format!(
                    "Le public « {name} » rattache des communes à ce lieu : retirez d’abord ce rattachement."
                ));
            }
        }
        Kind::Funder => {
            if let Some(workshop) = campaign.workshops.iter().find(|w| w.funder.as_deref() == Some(slug)) {
                let topic = &workshop.topic;
                return refused(format!(
                    "Ce financeur paie « {topic} » : donnez d’abord un autre financeur à l’atelier."
                ));
            }
        }
        Kind::Workshop | Kind::Outlet | Kind::Partner => {}
    }
    match kind {
        Kind::Workshop => campaign.workshops.retain(|w| w.slug != slug),
        Kind::Venue => campaign.venues.retain(|v| v.slug != slug),
        Kind::Funder => campaign.funders.retain(|f| f.slug != slug),
        Kind::Outlet => campaign.outlets.retain(|o| o.slug != slug),
        Kind::Partner => campaign.partners.retain(|p| p.name != slug),
    }
    Ok((campaign, vec![Step::Delete(kind, slug.to_owned())]))
}

/// The fields with a short name made from the name, where none was typed.
fn named(kind: Kind, campaign: &Campaign, usage: &Usage, fields: &[(String, String)]) -> Vec<(String, String)> {
    let get = |name: &str| fields.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.trim());
    let mut all = fields.to_vec();
    if !get("slug").is_empty() || kind == Kind::Partner {
        return all;
    }
    all.retain(|(name, _)| name != "slug");
    let name = match kind {
        Kind::Workshop => {
            let town = campaign.venues.iter().find(|v| v.slug == get("venue")).map_or("", |v| v.town.as_str());
            format!("{} {town}", get("short_topic"))
        }
        Kind::Venue | Kind::Funder | Kind::Outlet | Kind::Partner => get("name").to_owned(),
    };
    let taken = |slug: &str| match kind {
        Kind::Workshop => usage.workshop_slugs.contains(slug),
        Kind::Venue => campaign.venues.iter().any(|v| v.slug == slug),
        Kind::Funder => campaign.funder(slug).is_some(),
        Kind::Outlet => campaign.outlets.iter().any(|o| o.slug == slug),
        Kind::Partner => false,
    };
    all.push(("slug".to_owned(), slug::from_name(&name, taken)));
    all
}

fn context<'a>(campaign: &Campaign, around: &'a Around) -> Context<'a> {
    Context { anchor: campaign.anchor, draft: true, public_url: around.public_url.as_deref(), commune: &commune }
}

fn put<T>(all: &mut Vec<T>, at: Option<usize>, new: T) {
    match at {
        Some(at) => all[at] = new,
        None => all.push(new),
    }
}

fn renamed(kind: Kind, old: Option<&str>, new: &str) -> Vec<Step> {
    old.filter(|old| *old != new).map(|old| Step::Rename(kind, old.to_owned(), new.to_owned())).into_iter().collect()
}

fn in_use(field: &str, slug: &str) -> FieldMistake {
    mistake(field, format!("« {slug} » est déjà sur des documents ou des inscriptions : il ne change plus."))
}

fn mistake(field: &str, message: String) -> FieldMistake {
    FieldMistake { field: field.to_owned(), message }
}

impl Step {
    /// Does it.
    pub async fn run(self, tx: &store::Tx, stored: &StoredCampaign) -> Result<()> {
        let workshop = |slug: &str| {
            let at = stored.campaign.workshops.iter().position(|w| w.slug == slug);
            let id = at.and_then(|at| stored.workshop_ids.get(at)).copied();
            id.ok_or_else(|| Error::Internal(format!("workshop {slug} is gone")))
        };
        match self {
            Self::Rename(Kind::Workshop, old, new) => store::workshop::rename(tx, workshop(&old)?, &new).await?,
            Self::Rename(Kind::Venue, old, new) => store::venue::rename(tx, stored.id, &old, &new).await?,
            Self::Rename(Kind::Funder, old, new) => store::funder::rename(tx, stored.id, &old, &new).await?,
            Self::Rename(Kind::Outlet, old, new) => store::outlet::rename(tx, stored.id, &old, &new).await?,
            Self::Delete(Kind::Workshop, slug) => store::workshop::delete(tx, workshop(&slug)?).await?,
            Self::Delete(Kind::Venue, slug) => store::venue::delete(tx, stored.id, &slug).await?,
            Self::Delete(Kind::Funder, slug) => store::funder::delete(tx, stored.id, &slug).await?,
            // Partners stand in the campaign's own row.
            Self::Rename(Kind::Partner, ..) | Self::Delete(Kind::Partner, _) => {}
            Self::Delete(Kind::Outlet, slug) => store::outlet::delete(tx, stored.id, &slug).await?,
        }
        Ok(())
    }
}

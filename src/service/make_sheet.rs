//! Make a sheet of a workshop or of a campaign, on the spot. Nothing of it is kept: some of them name people.

use super::find_household::registrations_at;
use super::mark_attendance::{self, Registration};
use super::outputs::{self, Logos, References};
use super::{Error, Result, Store, find_campaign};
use crate::document::flyer::{Edition, FlyerFacts, Screen, flyer, screen};
use crate::document::sheet::{self, Call, Sheet, SheetFacts};
use crate::domain::campaign::Campaign;
use crate::domain::id::StructureId;
use crate::domain::number::Reference;
use crate::domain::registration::Status;
use crate::domain::workshop::Workshop;
use crate::store;
use crate::store::campaign::StoredCampaign;

/// A sheet that names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blank<'a> {
    /// Where people write themselves, for the stand of an outlet.
    SignUp {
        /// The outlet's short name.
        outlet: &'a str,
        /// For how many days what they write is kept.
        kept_days: u32,
    },
    /// What people thought of a workshop.
    Satisfaction {
        /// The workshop's short name.
        workshop: &'a str,
    },
    /// Who else helps nearby.
    Partners,
    /// Every workshop of the campaign.
    Programme {
        /// The short name of the outlet that hands it out, whose references it carries; empty for none.
        outlet: &'a str,
    },
}

/// What is made of a flyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copy {
    /// A PDF.
    Paper(Edition),
    /// A PNG.
    Screen(Screen),
}

/// A sheet that names nobody, as a PDF.
pub async fn blank(store: &Store, scope: StructureId, campaign: &str, what: Blank<'_>) -> Result<Vec<u8>> {
    let stored = find_campaign::find_campaign(store, scope, campaign).await?;
    let make = || {
        let (campaign, references) = (&stored.campaign, outputs::references(&stored));
        lay_out(campaign, &references, &Logos::of(campaign)?, what)?.pdf().map_err(refused)
    };
    aside(make)
}

/// Lays out and paints without keeping from their answers those who wait on the same thread.
fn aside<T>(make: impl FnOnce() -> T) -> T {
    match tokio::runtime::Handle::try_current().map(|h| h.runtime_flavor()) {
        Ok(tokio::runtime::RuntimeFlavor::MultiThread) => tokio::task::block_in_place(make),
        // A runtime of one thread has nobody to hand its work to.
        _ => make(),
    }
}

/// Lays out a sheet that names nobody.
pub(super) fn lay_out(
    campaign: &Campaign,
    references: &References<'_>,
    logos: &Logos<'_>,
    what: Blank<'_>,
) -> Result<Sheet> {
    let workshop = match what {
        Blank::Satisfaction { workshop } => Some(workshop_of(campaign, workshop)?),
        _ => None,
    };
    let credits = workshop.map_or_else(|| logos.all_credits(), |w| logos.credits(w));
    let mut supports: Vec<&str> = Vec::new();
    for workshop in campaign.workshops.iter().filter(|w| workshop.is_none_or(|one| one.slug == w.slug)) {
        if !supports.contains(&workshop.support.as_str()) {
            supports.push(&workshop.support);
        }
    }
    supports.retain(|support| !support.is_empty());
    let support = supports.join(", ");
    let facts = SheetFacts {
        structure: &campaign.structure,
        credits: &credits,
        support: &support,
        public_url: &campaign.public_url,
    };
    let named = |outlet: &str| campaign.outlets.iter().find(|o| o.slug == outlet).ok_or_else(|| no_outlet(outlet));
    let referred = |outlet: &str| -> Vec<_> {
        let reference = |w: &Workshop| references.get(&(w.slug.as_str(), outlet)).copied();
        campaign.workshops.iter().map(|w| (w, reference(w))).collect()
    };
    let made = match what {
        Blank::SignUp { outlet, kept_days } => {
            sheet::sign_up(&facts, &referred(outlet), &named(outlet)?.name, kept_days)
        }
        Blank::Satisfaction { workshop } => sheet::satisfaction(&facts, workshop_of(campaign, workshop)?),
        Blank::Partners => sheet::partners(&facts, &campaign.partners),
        Blank::Programme { outlet } => {
            if !outlet.is_empty() {
                named(outlet)?;
            }
            sheet::programme(&facts, &campaign.name, &referred(outlet))
        }
    };
    made.map_err(refused)
}

/// The attendance sheet of a workshop, with the people who have a seat.
pub async fn attendance(store: &Store, scope: StructureId, workshop: &str) -> Result<Vec<u8>> {
    let (stored, workshop, seated) = seated(store, scope, workshop).await?;
    let names: Vec<_> = seated.iter().flat_map(|r| names(r).collect::<Vec<_>>()).collect();
    with_facts(&stored.campaign, &workshop, |facts| sheet::attendance(facts, &workshop, &names))
}

/// The call list of a session (by its position, from 0): who has a seat, then who waits.
pub async fn calls(store: &Store, scope: StructureId, workshop: &str, session: usize) -> Result<Vec<u8>> {
    let (stored, workshop, seated) = seated(store, scope, workshop).await?;
    let held = workshop.sessions.get(session);
    let held = held.ok_or_else(|| Error::NotFound(format!("L’atelier n’a pas de séance no {}.", session + 1)))?;
    let at = stored.campaign.workshops.iter().position(|w| w.slug == workshop.slug);
    let mut people: Vec<_> = seated.iter().map(|r| call(r, String::new())).collect();
    if let Some(id) = at.and_then(|at| stored.workshop_ids.get(at)) {
        let all = registrations_at(store, scope, *id).await?;
        let waiting = all.iter().filter(|r| r.status == Status::Waiting);
        people.extend((1..).zip(waiting).map(|(place, r)| call(r, format!("liste d’attente, {place}"))));
    }
    with_facts(&stored.campaign, &workshop, |facts| sheet::calls(facts, &workshop, held, &people))
}

/// A copy of a workshop's flyer or poster for an outlet, in whatever form is wanted.
pub async fn copy(
    store: &Store,
    scope: StructureId,
    campaign: &str,
    workshop: &str,
    outlet: &str,
    copy: Copy,
) -> Result<Vec<u8>> {
    let stored = find_campaign::find_campaign(store, scope, campaign).await?;
    let campaign = &stored.campaign;
    let workshop = workshop_of(campaign, workshop)?;
    let reference = reference(&stored, &workshop.slug, outlet)?;
    aside(|| {
        let credits = Logos::of(campaign)?.credits(workshop);
        let url = format!("{}/r/{reference}", campaign.public_url);
        let facts = FlyerFacts { workshop, structure: &campaign.structure, reference, url, credits: &credits };
        match copy {
            Copy::Paper(edition) => flyer(&facts, edition),
            Copy::Screen(size) => screen(&facts, size),
        }
        .map_err(refused)
    })
}

/// The people of a registration, surname first. A companion may have been registered without a name.
pub fn names(registration: &Registration) -> impl Iterator<Item = String> {
    let written = |p: &mark_attendance::Participant| format!("{} {}", p.last_name, p.first_name).trim().to_owned();
    let first = registration.participants.first().map(written).unwrap_or_default();
    registration.participants.iter().map(move |p| match written(p) {
        name if name.is_empty() => format!("avec {first}"),
        name => name,
    })
}

/// How to reach them: the phone, or else the e-mail.
pub fn reach(registration: &Registration) -> String {
    let phone = registration.phone.as_ref().map(ToString::to_string);
    phone.or_else(|| registration.email.clone()).unwrap_or_default()
}

fn call(registration: &Registration, note: String) -> Call {
    Call { names: names(registration).collect::<Vec<_>>().join(" et "), reach: reach(registration), note }
}

async fn seated(
    store: &Store,
    scope: StructureId,
    workshop: &str,
) -> Result<(StoredCampaign, Workshop, Vec<Registration>)> {
    let sheet = mark_attendance::sheet(store, scope, workshop).await?;
    let campaign = store::campaign::by_id(store.read(), scope, sheet.workshop.campaign).await?;
    let campaign = campaign.ok_or_else(|| Error::Internal("a workshop without campaign".to_owned()))?;
    Ok((campaign, sheet.workshop.workshop, sheet.seated))
}

fn with_facts(
    campaign: &Campaign,
    workshop: &Workshop,
    make: impl FnOnce(&SheetFacts) -> std::result::Result<Sheet, crate::document::Reason>,
) -> Result<Vec<u8>> {
    aside(|| {
        let credits = Logos::of(campaign)?.credits(workshop);
        let facts = SheetFacts {
            structure: &campaign.structure,
            credits: &credits,
            support: &workshop.support,
            public_url: &campaign.public_url,
        };
        make(&facts).and_then(|sheet| sheet.pdf()).map_err(refused)
    })
}

fn workshop_of<'c>(campaign: &'c Campaign, slug: &str) -> Result<&'c Workshop> {
    let found = campaign.workshops.iter().find(|w| w.slug == slug);
    found.ok_or_else(|| Error::NotFound(format!("Aucun atelier ne s’appelle « {slug} ».")))
}

fn reference(stored: &StoredCampaign, workshop: &str, outlet: &str) -> Result<Reference> {
    if !stored.campaign.outlets.iter().any(|o| o.slug == outlet) {
        return Err(no_outlet(outlet));
    }
    outputs::references(stored).get(&(workshop, outlet)).copied().ok_or_else(|| {
        Error::Refused(
            "Ce relais n’a pas encore de référence pour cet atelier : fabriquez d’abord les documents de la campagne."
                .to_owned(),
        )
    })
}

fn no_outlet(slug: &str) -> Error {
    Error::NotFound(format!("Aucun relais ne s’appelle « {slug} »."))
}

fn refused(why: crate::document::Reason) -> Error {
    Error::Refused(format!("Ce document ne peut pas être fait\u{a0}: {why}"))
}

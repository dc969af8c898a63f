//! Flyers, posters and notices: one copy for each workshop and outlet, with its own reference.

use std::collections::HashMap;

use super::credits::Logos;
use super::files::Folder;
use super::plan::{Make, Plan, piece_files, pieces};
use crate::document::flyer::{FlyerFacts, PORTRAIT, flyer, screen, screen_fits};
use crate::domain::campaign::Campaign;
use crate::domain::channel::Outlet;
use crate::domain::number::Reference;
use crate::domain::workshop::Workshop;
use crate::media::panneaupocket;
use crate::service::progress::Progress;
use crate::service::{Error, Result};
use crate::store::campaign::StoredCampaign;
use crate::store::output::Issued;

/// Makes every piece that is not issued yet, or whose file is gone.
pub fn make_pieces(
    campaign: &StoredCampaign,
    plan: &Plan,
    issued: &[Issued],
    folder: &mut Folder,
    progress: &dyn Progress,
) -> Result<Vec<Issued>> {
    let definition = &campaign.campaign;
    let references = references(campaign);
    let mut wanted: Vec<_> = pieces(definition).collect();
    let mut made = Vec::new();
    wanted.retain(|(workshop, outlet, piece)| {
        let files = piece_files(definition, workshop, outlet, *piece);
        !files.iter().all(|(path, _)| is_current(path, plan, issued, folder))
    });
    if wanted.is_empty() {
        return Ok(made);
    }
    let logos = Logos::of(definition)?;
    progress.begin("Flyers, affiches et annonces", wanted.len() as u64);
    for (done, (workshop, outlet, piece)) in (1..).zip(&wanted) {
        let reference = references
            .get(&(workshop.slug.as_str(), outlet.slug.as_str()))
            .ok_or_else(|| Error::Internal(format!("{} {} has no reference", workshop.slug, outlet.slug)))?;
        for (path, make) in piece_files(definition, workshop, outlet, *piece) {
            let bytes = contents(definition, &logos, workshop, outlet, make, Some(*reference))?;
            let sha256 = folder.write_bytes(&path, &bytes)?;
            let facts = plan.facts(&path).unwrap_or_default();
            made.push(Issued { path, sha256, facts });
        }
        progress.reach(done);
    }
    progress.end(&format!("{} documents", wanted.len()));
    Ok(made)
}

/// Makes every piece and throws it away: what cannot be made is known before anything is stored.
pub fn try_pieces(campaign: &Campaign) -> Result<()> {
    match refused_pieces(campaign).into_iter().next() {
        Some(why) => Err(Error::Refused(why)),
        None => Ok(()),
    }
}

/// Why pieces cannot be made, one sentence each.
pub fn refused_pieces(campaign: &Campaign) -> Vec<String> {
    let logos = match Logos::of(campaign) {
        Ok(logos) => logos,
        Err(why) => return vec![why.to_string()],
    };
    let files = pieces(campaign).flat_map(|(workshop, outlet, piece)| {
        let files = piece_files(campaign, workshop, outlet, piece).into_iter();
        files.map(move |(_, make)| (workshop, outlet, make))
    });
    let made = files.map(|(workshop, outlet, make)| contents(campaign, &logos, workshop, outlet, make, None));
    made.filter_map(|made| made.err().map(|why| why.to_string())).collect()
}

/// Whether a file was issued from the same facts and is still there.
fn is_current(path: &str, plan: &Plan, issued: &[Issued], folder: &Folder) -> bool {
    issued.iter().any(|i| i.path == path && plan.agrees_with(i) && folder.holds(i))
}

fn references(campaign: &StoredCampaign) -> HashMap<(&str, &str), Reference> {
    let definition = &campaign.campaign;
    let outlets = || definition.outlets.iter().zip(&campaign.outlet_ids);
    definition
        .workshops
        .iter()
        .zip(&campaign.workshop_ids)
        .flat_map(|(workshop, workshop_id)| {
            outlets().filter_map(move |(outlet, outlet_id)| {
                let reference = campaign.references.get(&(*outlet_id, *workshop_id))?;
                Some(((workshop.slug.as_str(), outlet.slug.as_str()), *reference))
            })
        })
        .collect()
}

/// The bytes of a file; without a reference it is only tried, and a picture is not painted.
fn contents(
    campaign: &Campaign,
    logos: &Logos<'_>,
    workshop: &Workshop,
    outlet: &Outlet,
    make: Make,
    reference: Option<Reference>,
) -> Result<Vec<u8>> {
    let trial = reference.is_none();
    let reference = reference.unwrap_or_else(|| Reference::draw(0));
    let refused = |why: String| {
        let name = match make {
            Make::Print(edition) if edition.paper.is_poster() => "L’affiche",
            Make::Print(_) => "Le flyer",
            Make::Text | Make::Dates => "L’annonce",
            Make::Picture => "L’image de l’annonce",
        };
        Error::Refused(format!("{name} de l’atelier « {} » pour « {} »\u{a0}: {why}", workshop.slug, outlet.name))
    };
    let credits = logos.credits(workshop);
    let url = format!("{}/r/{reference}", campaign.public_url);
    let facts = FlyerFacts { workshop, structure: &campaign.structure, reference, url, credits: &credits };
    let notice = || {
        let (structure, url) = (&campaign.structure, &campaign.public_url);
        panneaupocket::notice(workshop, structure, reference, url, campaign.posting_day)
            .map_err(|e| refused(e.to_string()))
    };
    match make {
        Make::Print(edition) => flyer(&facts, edition).map_err(|e| refused(e.to_string())),
        Make::Picture if trial => screen_fits(&facts, PORTRAIT).map(|()| vec![]).map_err(|e| refused(e.to_string())),
        Make::Picture => screen(&facts, PORTRAIT).map_err(|e| refused(e.to_string())),
        Make::Text => Ok(notice()?.to_text().into_bytes()),
        Make::Dates => Ok(notice()?.to_toml().into_bytes()),
    }
}

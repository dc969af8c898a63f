//! Flyers, posters and notices: one copy for each workshop and outlet, with its own reference.

use std::collections::HashMap;

use super::files::Folder;
use super::plan::{Plan, piece_paths, pieces};
use crate::document::flyer::{FlyerFacts, flyer, poster};
use crate::domain::campaign::Campaign;
use crate::domain::channel::{Outlet, Piece};
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
        !piece_paths(workshop, outlet, *piece).iter().all(|path| is_current(path, plan, issued, folder))
    });
    if wanted.is_empty() {
        return Ok(made);
    }
    progress.begin("Flyers, affiches et annonces", wanted.len() as u64);
    for (done, (workshop, outlet, piece)) in (1..).zip(&wanted) {
        let paths = piece_paths(workshop, outlet, *piece);
        let reference = references
            .get(&(workshop.slug.as_str(), outlet.slug.as_str()))
            .ok_or_else(|| Error::Internal(format!("{} {} has no reference", workshop.slug, outlet.slug)))?;
        let contents = contents(definition, workshop, outlet, *piece, *reference)?;
        for (path, bytes) in paths.into_iter().zip(contents) {
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
    for (workshop, outlet, piece) in pieces(campaign) {
        contents(campaign, workshop, outlet, piece, Reference::draw(0))?;
    }
    Ok(())
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

/// The bytes of each file of a piece.
fn contents(
    campaign: &Campaign,
    workshop: &Workshop,
    outlet: &Outlet,
    piece: Piece,
    reference: Reference,
) -> Result<Vec<Vec<u8>>> {
    let url = format!("{}/r/{reference}", campaign.public_url);
    let facts = FlyerFacts { workshop, structure: &campaign.structure, reference, url };
    let refused = |why: String| {
        let name = match piece {
            Piece::Flyer => "Le flyer",
            Piece::Poster => "L’affiche",
            Piece::Notice => "L’annonce",
        };
        Error::Refused(format!("{name} de l’atelier « {} » pour « {} »\u{a0}: {why}", workshop.slug, outlet.name))
    };
    match piece {
        Piece::Flyer => Ok(vec![flyer(&facts).map_err(|e| refused(e.to_string()))?]),
        Piece::Poster => Ok(vec![poster(&facts).map_err(|e| refused(e.to_string()))?]),
        Piece::Notice => {
            let notice = panneaupocket::notice(
                workshop,
                &campaign.structure,
                reference,
                &campaign.public_url,
                campaign.posting_day,
            )
            .map_err(|e| refused(e.to_string()))?;
            Ok(vec![notice.to_text().into_bytes(), notice.to_toml().into_bytes()])
        }
    }
}

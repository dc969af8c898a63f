//! Flyers, posters and notices: one copy for each workshop and outlet, with its own reference.

use std::collections::HashMap;
use std::rc::Rc;

use super::credits::Logos;
use super::files::Folder;
use super::plan::{Make, Plan, piece_files, pieces};
use crate::document::Reason;
use crate::document::flyer::{Artwork, Edition, FlyerFacts, Screen, draw, draw_screen};
use crate::document::frame::Frame;
use crate::document::{export, shape::Shaper};
use crate::domain::campaign::Campaign;
use crate::domain::channel::Outlet;
use crate::domain::edition::Finish;
use crate::domain::number::Reference;
use crate::domain::price::counted;
use crate::domain::workshop::Workshop;
use crate::media::panneaupocket;
use crate::service::progress::Progress;
use crate::service::{Error, Result};
use crate::store::campaign::StoredCampaign;
use crate::store::output::Issued;

/// The references of outlets, by the short names of workshop and outlet.
pub type References<'c> = HashMap<(&'c str, &'c str), Reference>;

/// A piece as it will be made.
#[derive(Debug)]
pub enum Drawn {
    /// A flyer or poster, and for which machine.
    Print(Rc<Artwork>, Finish),
    /// The picture of a notice, whose points are pixels.
    Picture(Frame, Screen),
    /// A notice's text.
    Text(String),
    /// A notice's dates.
    Dates(String),
}

/// A piece of the campaign, drawn for whoever judges it.
pub struct DrawnPiece<'a> {
    /// « Le flyer de l’atelier « x » ».
    pub name: String,
    /// What it says.
    pub facts: &'a FlyerFacts<'a>,
    /// Where it is given out.
    pub outlet: &'a Outlet,
    /// What it became, or why it cannot be made.
    pub drawn: std::result::Result<&'a Drawn, String>,
}

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
    let mut studio = Studio::of(definition)?;
    progress.begin("Flyers, affiches et annonces", wanted.len() as u64);
    for (done, (workshop, outlet, piece)) in (1..).zip(&wanted) {
        let reference = references
            .get(&(workshop.slug.as_str(), outlet.slug.as_str()))
            .ok_or_else(|| Error::Internal(format!("{} {} has no reference", workshop.slug, outlet.slug)))?;
        let files = piece_files(definition, workshop, outlet, *piece);
        studio.draw_each(workshop, outlet, *reference, files, &mut |path, piece| {
            let refused = |why: &str| Error::Refused(format!("{} pour « {} »\u{a0}: {why}", piece.name, outlet.name));
            let drawn = piece.drawn.map_err(|why| refused(&why))?;
            let bytes = drawn.bytes().map_err(|why| refused(&why.to_string()))?;
            let sha256 = folder.write_bytes(&path, &bytes)?;
            let facts = plan.facts(&path).unwrap_or_default();
            made.push(Issued { path, sha256, facts });
            Ok(())
        })?;
        progress.reach(done);
    }
    progress.end(&counted(made.len() as u64, "fichier"));
    Ok(made)
}

/// Draws every piece and throws it away: what cannot be made is known before anything is stored.
pub fn try_pieces(campaign: &Campaign) -> Result<()> {
    draw_pieces(campaign, &References::new(), &mut |piece| match piece.drawn {
        Ok(_) => Ok(()),
        Err(why) => Err(Error::Refused(format!("{} pour « {} »\u{a0}: {why}", piece.name, piece.outlet.name))),
    })
}

/// Draws every piece that is made, for `judge` to look at. Where an outlet has no reference yet, another stands for it.
pub fn draw_pieces(
    campaign: &Campaign,
    references: &References<'_>,
    judge: &mut dyn FnMut(DrawnPiece<'_>) -> Result<()>,
) -> Result<()> {
    let mut studio = Studio::of(campaign)?;
    for (workshop, outlet, piece) in pieces(campaign) {
        let known = references.get(&(workshop.slug.as_str(), outlet.slug.as_str()));
        let reference = known.copied().unwrap_or_else(|| Reference::draw(0));
        let files = piece_files(campaign, workshop, outlet, piece);
        studio.draw_each(workshop, outlet, reference, files, &mut |_, piece| judge(piece))?;
    }
    Ok(())
}

/// Draws the piece of one file, for `look` to look at; nothing where the campaign has no such piece.
pub fn draw_piece(
    campaign: &StoredCampaign,
    path: &str,
    look: &mut dyn FnMut(DrawnPiece<'_>) -> Result<()>,
) -> Result<()> {
    let definition = &campaign.campaign;
    let references = references(campaign);
    for (workshop, outlet, piece) in pieces(definition) {
        let Some(reference) = references.get(&(workshop.slug.as_str(), outlet.slug.as_str())) else { continue };
        let mut files = piece_files(definition, workshop, outlet, piece);
        files.retain(|(file, _)| file == path);
        if !files.is_empty() {
            return Studio::of(definition)?.draw_each(workshop, outlet, *reference, files, &mut |_, piece| look(piece));
        }
    }
    Ok(())
}

/// Whether a piece is to be made that nobody has seen: one that was never issued, or that says something else now.
pub fn has_new_pieces(campaign: &Campaign, plan: &Plan, issued: &[Issued]) -> bool {
    let files = pieces(campaign).flat_map(|(workshop, outlet, piece)| piece_files(campaign, workshop, outlet, piece));
    files.into_iter().any(|(path, _)| !issued.iter().any(|i| i.path == path && plan.agrees_with(i)))
}

/// The references of a campaign.
pub fn references(campaign: &StoredCampaign) -> References<'_> {
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

/// Whether a file was issued from the same facts and is still there.
fn is_current(path: &str, plan: &Plan, issued: &[Issued], folder: &Folder) -> bool {
    issued.iter().any(|i| i.path == path && plan.agrees_with(i) && folder.holds(i))
}

/// Where the pieces of a campaign are drawn: logos are decoded once, and words shaped once, for all of them.
struct Studio<'c> {
    campaign: &'c Campaign,
    logos: Logos<'c>,
    shaper: Shaper,
}

impl<'c> Studio<'c> {
    fn of(campaign: &'c Campaign) -> Result<Self> {
        Ok(Self { campaign, logos: Logos::of(campaign)?, shaper: Shaper::default() })
    }

    /// Draws the files of a piece; files that differ only in how they are cut share a drawing.
    fn draw_each(
        &mut self,
        workshop: &Workshop,
        outlet: &Outlet,
        reference: Reference,
        files: Vec<(String, Make)>,
        take: &mut dyn FnMut(String, DrawnPiece<'_>) -> Result<()>,
    ) -> Result<()> {
        let credits = self.logos.credits(workshop);
        let Campaign { structure, public_url, posting_day, .. } = self.campaign;
        let url = format!("{public_url}/r/{reference}");
        let facts = FlyerFacts { workshop, structure, reference, url, credits: &credits };
        let notice =
            || panneaupocket::notice(workshop, structure, &credits.mentions, reference, public_url, *posting_day);
        let mut drawings: Vec<(Edition, Rc<Artwork>)> = Vec::new();
        for (path, make) in files {
            let drawn = match make {
                Make::Print(edition) => {
                    let alike = drawings.iter().find(|(other, _)| edition.is_drawn_as(*other));
                    let artwork = match alike {
                        Some((_, artwork)) => Ok(Rc::clone(artwork)),
                        None => draw(&mut self.shaper, &facts, edition).map(Rc::new).map_err(|why| why.to_string()),
                    };
                    if let Ok(artwork) = &artwork {
                        drawings.push((edition, Rc::clone(artwork)));
                    }
                    artwork.map(|artwork| Drawn::Print(artwork, edition.finish))
                }
                Make::Picture(screen) => draw_screen(&mut self.shaper, &facts, screen)
                    .map(|frame| Drawn::Picture(frame, screen))
                    .map_err(|why| why.to_string()),
                Make::Text => notice().map(|n| Drawn::Text(n.to_text())).map_err(|why| why.to_string()),
                Make::Dates => notice().map(|n| Drawn::Dates(n.to_toml())).map_err(|why| why.to_string()),
            };
            let kind = match make {
                Make::Print(edition) if edition.paper.is_poster() => "L’affiche",
                Make::Print(_) => "Le flyer",
                Make::Text | Make::Dates => "L’annonce",
                Make::Picture(_) => "L’image de l’annonce",
            };
            let name = format!("{kind} de l’atelier « {} »", workshop.slug);
            take(path, DrawnPiece { name, facts: &facts, outlet, drawn: drawn.as_ref().map_err(Clone::clone) })?;
        }
        Ok(())
    }
}

impl Drawn {
    /// The file's bytes.
    fn bytes(&self) -> std::result::Result<Vec<u8>, Reason> {
        match self {
            Self::Print(artwork, finish) => artwork.pdf(*finish),
            Self::Picture(frame, screen) => Ok(export::png(frame, screen.size(), 1.0)?),
            Self::Text(text) | Self::Dates(text) => Ok(text.clone().into_bytes()),
        }
    }
}

//! The first page of an issued document as a small picture, made when it is asked for.

use super::list_documents::list_documents;
use super::outputs::{self, Drawn, Plan, letter_facts};
use super::{Error, Result, Store};
use crate::config::Config;
use crate::document::export;
use crate::document::frame::Frame;
use crate::document::letter;
use crate::domain::id::StructureId;

/// Pixels from edge to edge of a picture, the longer way: twice what pages show it at, for dense screens.
const LONGEST: f64 = 420.0;

/// The first page of a lot, a flyer, a poster or a notice's picture as PNG: what was issued, so nothing is shown once the campaign
/// says something else.
pub async fn preview_document(
    store: &Store,
    config: &Config,
    scope: StructureId,
    slug: &str,
    path: &str,
) -> Result<Vec<u8>> {
    let none = || Error::NotFound("Ce document n’a pas d’image : téléchargez-le.".to_owned());
    let (campaign, issued) = list_documents(store, scope, slug).await?;
    let output = issued.iter().find(|i| i.path == path).ok_or_else(none)?;
    if !Plan::of(&campaign.campaign).agrees_with(output) {
        return Err(none());
    }
    let letter = match outputs::lot_of(path) {
        Some(lot) => Some(outputs::first_of_lot(store, &campaign, lot).await?.ok_or_else(none)?),
        None => None,
    };
    let (window, path) = (config.window, path.to_owned());
    // Drawing keeps a thread busy: not one of those that answer requests.
    let drawn = tokio::task::spawn_blocking(move || {
        let definition = &campaign.campaign;
        if let Some(letter) = letter {
            let template = outputs::template(definition)?;
            let facts = letter_facts(definition, window);
            let pages = letter::pages(&template, &facts, &outputs::recipient(&letter, definition));
            let pages = pages.map_err(|e| Error::Refused(e.reason.to_string()))?;
            return pages.first().map(|page| small(page, letter::PAPER_PT)).transpose();
        }
        let mut picture = None;
        outputs::draw_piece(&campaign, &path, &mut |piece| {
            picture = match piece.drawn.map_err(Error::Refused)? {
                Drawn::Print(artwork, _) => Some(small(&artwork.frame, artwork.size_pt)?),
                Drawn::Picture(frame, screen) => Some(small(frame, screen.size())?),
                Drawn::Text(_) | Drawn::Dates(_) => None,
            };
            Ok(())
        })?;
        Ok(picture)
    });
    drawn.await.map_err(|e| Error::Internal(e.to_string()))??.ok_or_else(none)
}

fn small(frame: &Frame, size_pt: (f64, f64)) -> Result<Vec<u8>> {
    let pixels = LONGEST / size_pt.0.max(size_pt.1);
    export::png(frame, size_pt, pixels as f32).map_err(|e| Error::Internal(e.to_string()))
}

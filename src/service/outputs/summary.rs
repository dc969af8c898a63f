//! The figures of a run.

use std::collections::HashSet;

use chrono::NaiveDate;
use serde::Serialize;

use super::plan::{LETTERS, pieces};
use crate::audience::Counts;
use crate::domain::channel::Piece;
use crate::domain::id::{HouseholdId, RetireeId};
use crate::domain::price::Cents;
use crate::service::draw_audience;
use crate::service::{Error, Result, Store};
use crate::store;
use crate::store::campaign::StoredCampaign;

/// Every figure of the summary table, as `summary.json` holds them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// The campaign's slug.
    pub campaign: String,
    /// Its name.
    pub name: String,
    /// The day of the first run.
    pub anchor: NaiveDate,
    /// The day letters are posted.
    pub posting_day: NaiveDate,
    /// Until when people are asked to call.
    pub reply_by: NaiveDate,
    /// The workshops.
    pub workshops: Vec<WorkshopSummary>,
    /// The lists.
    pub lists: Vec<ListSummary>,
    /// People, each counted once over all lists.
    pub people: u64,
    /// Rows that name somebody who was named before.
    pub duplicates: u64,
    /// Households, each counted once over all lists.
    pub households: u64,
    /// What became of the households.
    pub audience: Counts,
    /// Letters printed.
    pub letters: u64,
    /// Lots they lie in.
    pub lots: u64,
    /// Pages of all letters.
    pub pages: u64,
    /// The files of the letters, each with the SHA-256 of its bytes.
    pub letter_files: Vec<LetterFile>,
    /// What the letters cost, those to the coordinator herself among them, in cents.
    pub letters_cost_cents: Cents,
    /// Flyers made.
    pub flyers: u64,
    /// Posters made.
    pub posters: u64,
    /// Notices made.
    pub notices: u64,
}

/// A file of the letters in the summary.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LetterFile {
    /// Its path in the campaign's folder.
    pub path: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// A workshop in the summary.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WorkshopSummary {
    /// Its slug.
    pub slug: String,
    /// The day of the first session.
    pub first_day: NaiveDate,
    /// Its sessions.
    pub sessions: usize,
    /// Its seats.
    pub capacity: u16,
}

/// A list in the summary.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ListSummary {
    /// The file.
    pub file: String,
    /// Its rows.
    pub rows: u32,
    /// Taken as they were.
    pub accepted: u32,
    /// Taken after a correction.
    pub corrected: u32,
    /// Not taken.
    pub refused: u32,
    /// Rows taken to whose address no letter can be sent.
    pub not_mailable: u64,
    /// Columns that held social security numbers and were dropped.
    pub dropped_columns: Vec<String>,
}

/// Counts what a campaign holds and issued.
pub async fn summarise(store: &Store, campaign: &StoredCampaign) -> Result<Summary> {
    let db = store.read();
    let definition = &campaign.campaign;
    let (mut people, mut households, mut rows) = (HashSet::<RetireeId>::new(), HashSet::<HouseholdId>::new(), 0);
    let mut lists = Vec::new();
    for delivery in store::delivery::of_campaign(db, campaign.id).await? {
        let listed = store::listed::retirees(db, delivery.id).await?;
        rows += listed.len() as u64;
        people.extend(listed.iter().map(|r| r.same_as.unwrap_or(r.id)));
        households.extend(listed.iter().map(|r| r.household));
        let not_mailable = listed.iter().filter(|r| r.retiree.address.not_mailable.is_some()).count();
        let counts = delivery.counts;
        lists.push(ListSummary {
            rows: counts.accepted + counts.corrected + counts.refused,
            accepted: counts.accepted,
            corrected: counts.corrected,
            refused: counts.refused,
            not_mailable: not_mailable as u64,
            dropped_columns: delivery.reading.dropped,
            file: delivery.list.file_name,
        });
    }
    let audience = store::audience::of_campaign(db, campaign.id).await?;
    let audience = audience.ok_or_else(|| Error::Internal("the audience is not drawn".to_owned()))?;
    let totals = store::audience::letter_totals(db, campaign.id).await?;
    let seeds = store::letter::seeds(db, campaign.structure, campaign.id).await?.len() as u64;
    let issued = store::output::of_campaign(db, campaign.id).await?.into_iter();
    let letter_files = issued.filter(|i| i.path.starts_with(LETTERS));
    let made = |piece: Piece| pieces(definition).filter(|(_, _, p)| *p == piece).count() as u64;
    let workshop = |w: &crate::domain::workshop::Workshop| WorkshopSummary {
        slug: w.slug.clone(),
        first_day: w.first_day(),
        sessions: w.sessions.len(),
        capacity: w.capacity,
    };
    Ok(Summary {
        campaign: definition.slug.clone(),
        name: definition.name.clone(),
        anchor: definition.anchor,
        posting_day: definition.posting_day,
        reply_by: definition.reply_by,
        workshops: definition.workshops.iter().map(workshop).collect(),
        lists,
        duplicates: rows - people.len() as u64,
        people: people.len() as u64,
        households: households.len() as u64,
        audience: draw_audience::counts(&audience)?,
        letters: totals.letters,
        lots: totals.lots,
        pages: totals.pages,
        letter_files: letter_files.map(|i| LetterFile { path: i.path, sha256: i.sha256 }).collect(),
        letters_cost_cents: definition.letters_cost(totals.letters + seeds),
        flyers: made(Piece::Flyer),
        posters: made(Piece::Poster),
        notices: made(Piece::Notice),
    })
}

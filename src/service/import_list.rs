//! Take a list in: every row ends accepted, corrected or refused; people and households are found within the list and in
//! those that came before. The rows go in by chunks into a delivery that nothing sees until it is whole.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::progress::Progress;
use super::{Error, Result, Store, profile};
use crate::document;
use crate::domain::address::NotMailable;
use crate::domain::campaign::List;
use crate::domain::commune::Gazetteer;
use crate::domain::id::{CampaignId, DeliveryId, HouseholdId, RetireeId, StructureId};
use crate::domain::retiree::Retiree;
use crate::identity;
use crate::intake::{self, Choices, FileContent, Outcome};
use crate::store;
use crate::store::delivery::{Chunk, ImportRow, ListedRetiree, NewHousehold, RowCounts};

/// People a chunk carries into the database in one transaction, so that registrations wait for none of it.
const CHUNK: usize = 2000;

/// Where a list goes.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The structure.
    pub scope: StructureId,
    /// The campaign.
    pub campaign: CampaignId,
    /// Fixes every draw of the campaign.
    pub seed: u64,
}

/// Takes a list in without anybody looking at it first. The same file a second time changes nothing and gives `None`.
pub async fn import_list(
    store: &Store,
    target: Target,
    list: &List,
    content: &FileContent,
    now: DateTime<Utc>,
    progress: &dyn Progress,
) -> Result<Option<RowCounts>> {
    let earlier = store::delivery::of_campaign(store.read(), target.campaign).await?;
    if earlier.iter().any(|d| d.list.sha256 == list.sha256) {
        return Ok(None);
    }
    // A run that was killed just before its commit.
    let whole = store::delivery::in_review(store.read(), target.campaign).await?;
    if let Some(whole) = whole.filter(|d| d.list.sha256 == list.sha256) {
        commit_list(store, whole.id).await?;
        return Ok(Some(whole.counts));
    }
    let staged = stage_list(store, target, list, content, &Choices::default(), now, progress).await?;
    commit_list(store, staged.delivery).await?;
    Ok(Some(staged.counts))
}

/// A list that is whole in the database and counts for nothing yet.
#[derive(Debug, Clone, Copy)]
pub struct Staged {
    /// The delivery.
    pub delivery: DeliveryId,
    /// How many of its rows ended how.
    pub counts: RowCounts,
}

/// Reads a list into the database, where it waits for [`commit_list`] or [`discard_list`]. What an interrupted one left is
/// taken out first. Refused while another list of the campaign waits, and for the same file a second time.
pub async fn stage_list(
    store: &Store,
    target: Target,
    list: &List,
    content: &FileContent,
    choices: &Choices,
    now: DateTime<Utc>,
    progress: &dyn Progress,
) -> Result<Staged> {
    let earlier = store::delivery::of_campaign(store.read(), target.campaign).await?;
    if let Some(twin) = earlier.iter().find(|d| d.list.sha256 == list.sha256) {
        return Err(Error::Refused(format!(
            "Ce fichier est déjà dans la campagne, sous le nom « {} » : rien n’a été importé.",
            twin.list.file_name
        )));
    }
    if let Some(waiting) = store::delivery::in_review(store.read(), target.campaign).await? {
        return Err(Error::Refused(format!(
            "La liste « {} » attend d’être vérifiée : acceptez-la ou écartez-la dans le bureau, puis recommencez.",
            waiting.list.file_name
        )));
    }
    let mut known = Vec::new();
    // A list held as processor, or whose contract forbids it, is matched with nothing but itself.
    if list.contract.matching {
        for delivery in earlier.iter().filter(|d| d.list.contract.matching) {
            known.extend(store::delivery::retirees(store.read(), delivery.id).await?);
        }
    }
    let opened = intake::open(&list.file_name, content, choices)
        .map_err(|e| Error::Refused(format!("{}\u{a0}: {e}", list.file_name)))?;
    progress.begin(&format!("Lecture de {}", list.file_name), opened.facts().rows.into());
    let read = read(&opened, list, progress);
    let record = ListRecord { reading: opened.facts(), header: opened.header(), dropped: &opened.facts().dropped };
    let facts = serde_json::to_string(&record).map_err(|e| Error::Internal(e.to_string()))?;
    let counts = read.counts;
    let chunks = place(read, &known, list, target.seed);
    let delivery = {
        let (list, facts) = (list.clone(), facts);
        store
            .write(move |tx| {
                let (list, facts) = (list.clone(), facts.clone());
                Box::pin(async move {
                    Ok::<_, Error>(store::delivery::stage(tx, target.scope, target.campaign, &list, facts, now).await?)
                })
            })
            .await?
    };
    let purge_on = list.contract.purge_on;
    for chunk in chunks {
        let chunk = std::sync::Arc::new(chunk);
        store
            .write(move |tx| {
                let chunk = chunk.clone();
                Box::pin(async move {
                    let (scope, campaign) = (target.scope, target.campaign);
                    Ok::<_, Error>(store::delivery::add(tx, scope, campaign, delivery, purge_on, &chunk).await?)
                })
            })
            .await?;
    }
    store
        .write(move |tx| Box::pin(async move { Ok::<_, Error>(store::delivery::finish(tx, delivery, counts).await?) }))
        .await?;
    progress.end(&format!(
        "{} lignes acceptées, {} corrigées, {} refusées",
        counts.accepted, counts.corrected, counts.refused
    ));
    Ok(Staged { delivery, counts })
}

/// Makes a staged list part of its campaign.
pub async fn commit_list(store: &Store, delivery: DeliveryId) -> Result<()> {
    let done = store
        .write(move |tx| Box::pin(async move { Ok::<_, Error>(store::delivery::commit(tx, delivery).await?) }))
        .await?;
    if !done {
        return Err(Error::Refused("Cette liste a déjà été acceptée ou écartée.".to_owned()));
    }
    profile::take_up(store, delivery).await
}

/// Takes a staged list out again, as if it had never come.
pub async fn discard_list(store: &Store, delivery: DeliveryId) -> Result<()> {
    store.write(move |tx| Box::pin(async move { Ok::<_, Error>(store::delivery::remove(tx, delivery).await?) })).await
}

/// What a delivery remembers of how its file was read; [`store::delivery::Reading`] reads it back.
#[derive(serde::Serialize)]
struct ListRecord<'a> {
    reading: &'a intake::ListFacts,
    header: &'a [String],
    dropped: &'a [String],
}

struct Read {
    people: Vec<(u32, Retiree)>,
    rows: Vec<ImportRow>,
    counts: RowCounts,
}

fn read(opened: &intake::List, list: &List, progress: &dyn Progress) -> Read {
    let mut read = Read { people: Vec::new(), rows: Vec::new(), counts: RowCounts::default() };
    for row in opened.rows(Gazetteer::embedded(), list.contract.received_on) {
        if row.number.is_multiple_of(256) {
            progress.reach(row.number.into());
        }
        let kept = |outcome: &str, reason: String, cells| ImportRow {
            row: row.number,
            outcome: outcome.to_owned(),
            reason,
            cells,
        };
        match row.outcome {
            Outcome::Accepted(retiree) => {
                read.counts.accepted += 1;
                read.people.push((row.number, printable(retiree)));
            }
            Outcome::Corrected(retiree, corrections) => {
                read.counts.corrected += 1;
                let reason = corrections.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
                read.rows.push(kept("corrected", reason, row.cells));
                read.people.push((row.number, printable(retiree)));
            }
            Outcome::Refused(refusal) => {
                read.counts.refused += 1;
                read.rows.push(kept("refused", refusal.to_string(), row.cells));
            }
        }
    }
    read
}

/// A person whose name or address the press has no letters for gets no letter, and stops nobody else's.
fn printable(mut retiree: Retiree) -> Retiree {
    let names = [retiree.usage_name.as_str(), &retiree.first_name];
    let printable = names.into_iter().chain(retiree.address.lines()).all(document::is_printable);
    if !printable && retiree.address.not_mailable.is_none() {
        retiree.address.not_mailable = Some(NotMailable::Unprintable);
    }
    retiree
}

/// Gives every person their place: the person and the household they belong to, known or new. Earlier links are never
/// changed by a later list.
fn place(read: Read, known: &[ListedRetiree], list: &List, seed: u64) -> Vec<Chunk> {
    let everybody: Vec<&Retiree> = known.iter().map(|k| &k.retiree).chain(read.people.iter().map(|(_, r)| r)).collect();
    let found = identity::resolve(&everybody);
    let mut ids: Vec<(RetireeId, HouseholdId)> =
        known.iter().map(|k| (k.same_as.unwrap_or(k.id), k.household)).collect();
    let mut households: HashMap<u32, HouseholdId> = HashMap::new();
    let mut chunks = vec![Chunk::default()];
    for (at, (row, retiree)) in (known.len()..).zip(read.people) {
        if chunks.last().is_some_and(|c| c.retirees.len() == CHUNK) {
            chunks.push(Chunk::default());
        }
        // The vector starts with one chunk and never shrinks.
        let Some(chunk) = chunks.last_mut() else { break };
        let id = RetireeId::new();
        let first = found.person[at] as usize;
        let same_as = (first != at).then(|| ids[first].0);
        let head = found.household[at];
        let household = match (same_as, ids.get(head as usize)) {
            (Some(_), _) => ids[first].1,
            (None, Some((_, household))) => *household,
            (None, None) => *households.entry(head).or_insert_with(|| {
                let household = HouseholdId::new();
                chunk.households.push(NewHousehold { id: household, draw_order: draw_order(seed, &list.sha256, row) });
                household
            }),
        };
        ids.push((same_as.unwrap_or(id), household));
        chunk.retirees.push(ListedRetiree { id, row, same_as, household, search_name: search_name(&retiree), retiree });
    }
    if let Some(first) = chunks.first_mut() {
        first.rows = read.rows;
    }
    chunks
}

/// A household's place in chance order: the same for the same seed, file and row, whatever the identifiers.
fn draw_order(seed: u64, file_sha256: &str, row: u32) -> String {
    let digest = Sha256::digest(format!("{seed}/{file_sha256}/{row}"));
    hex::encode(&digest[..8])
}

/// What the desk's search looks in: every name and the commune, each word after a blank.
fn search_name(retiree: &Retiree) -> String {
    let town = retiree.address.commune.and_then(|code| Gazetteer::embedded().get(code)).map_or("", |c| c.name.as_str());
    let birth_name = retiree.birth_name.as_deref().unwrap_or_default();
    let names = format!("{} {birth_name} {} {town}", retiree.usage_name, retiree.first_name);
    format!(" {} ", identity::search_key(&names))
}

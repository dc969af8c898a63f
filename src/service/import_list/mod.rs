//! Take a list in: every row ends accepted, corrected or refused; people and households are found within the list and in
//! those that came before. The rows go in by chunks into a delivery that nothing sees until it is whole.

mod places;
mod rows;
mod spill;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

pub(super) use places::DrawOrder;
use places::Placing;
use rows::{Known, Read, read};

use super::progress::Progress;
use super::{Error, Result, Store, oppositions, review_pairs, secret_key, to_the_end};
use crate::domain::campaign::List;
use crate::domain::doubt::{Answer, DoubtKind};
use crate::domain::id::{CampaignId, DeliveryId, RetireeId, StructureId};
use crate::domain::price::{counted, group_thousands};
use crate::identity::{Answers, Doubt, Opposed, People, SecretKey};
use crate::intake::{self, Choices, Field, FileContent};
use crate::store;
use crate::store::delivery::RowCounts;
use crate::store::doubt::{NewDoubt, PairKey};
use crate::store::opposition::Which;

/// People a chunk carries into the database in one transaction, so that registrations wait for none of it.
const CHUNK: usize = 4000;

/// An opposition is dated by when somebody began to note it, and holds from when all of its file is noted: no longer after.
const NOTING: TimeDelta = TimeDelta::minutes(10);

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

/// Takes a list in without anybody looking at it first. The same file a second time changes nothing and gives `None`. A list of
/// which many rows would be refused is not taken in: somebody must look at it.
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
    let whole = store::delivery::in_review(store.read(), target.campaign).await?;
    if let Some(whole) = whole.filter(|d| d.list.sha256 == list.sha256) {
        if whole.list.contract == list.contract {
            // A run that was killed just before its commit.
            worth_taking(store, list, content, whole.id, whole.counts).await?;
            commit_list(store, target.scope, whole.id, now).await?;
            return Ok(Some(whole.counts));
        }
        if whole.list.by_hand {
            return Err(Error::Refused(format!(
                "La liste « {} » attend d’être vérifiée dans le bureau, sous un autre contrat que celui du dossier : acceptez-la ou écartez-la d’abord, puis relancez.",
                whole.list.file_name
            )));
        }
        // Its links were made under other terms: it is read anew.
        review_pairs::take_back_all(store, target.scope, whole.id).await?;
        discard_list(store, whole.id).await?;
    }
    let staged = stage_list(store, target, list, content, &Choices::default(), now, progress).await?;
    worth_taking(store, list, content, staged.delivery, staged.counts).await?;
    commit_list(store, target.scope, staged.delivery, now).await?;
    Ok(Some(staged.counts))
}

/// Takes a staged list out again of which many rows would be refused, and says how its columns were read: letters in a wrong
/// name are worse than none. One that somebody gave in the office stays there.
async fn worth_taking(
    store: &Store,
    list: &List,
    content: &FileContent,
    delivery: DeliveryId,
    counts: RowCounts,
) -> Result<()> {
    if !counts.refuse_many() {
        return Ok(());
    }
    if !list.by_hand {
        discard_list(store, delivery).await?;
    }
    let (name, content) = (list.file_name.clone(), content.clone());
    let looked = tokio::task::spawn_blocking(move || intake::look(&name, &content, &Choices::default(), 0)).await;
    let facts = looked.map_err(|e| Error::Internal(e.to_string()))?.map_err(|e| Error::Refused(e.to_string()))?.facts;
    let column = |(name, field): &(String, Option<Field>)| {
        format!("  {name}\u{a0}: {}", field.map_or("rien n’en est lu", Field::label))
    };
    Err(Error::Refused(format!(
        "«\u{a0}{}\u{a0}»\u{a0}: {} sur {} seraient refusées, plus d’une sur vingt. Rien n’en est pris, rien n’est imprimé. Ses colonnes ont été lues ainsi\u{a0}:\n{}\nUn titre de colonne a sans doute été mal compris. Donnez la liste dans le bureau, ou par «\u{a0}allervers import\u{a0}» avec --mapping, en disant ce que contient chaque colonne\u{202f}; si elle est bien ainsi, acceptez-la au même endroit. Puis relancez.",
        list.file_name,
        counted(counts.refused.into(), "ligne"),
        group_thousands(counts.rows().into()),
        facts.columns.iter().map(column).collect::<Vec<_>>().join("\n"),
    )))
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
    let _alone = Alone::at(target.campaign)?;
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
    sweep(store, target.campaign).await?;
    let mut known = Known::default();
    // A list held as processor, or whose contract forbids it, is matched with nothing but itself.
    for delivery in earlier.iter().filter(|d| list.contract.allows_matching_with(&d.list.contract)) {
        known.load(store, delivery.id).await?;
    }
    known.people.end_of_earlier_lists();
    let remembered = store::doubt::remembered(store.read(), target.scope).await?;
    let book = oppositions::book(store, target.scope, Which::Noted).await?;
    let reached = Arc::new(AtomicU64::new(0));
    let reading = {
        let (list, content, choices, reached) = (list.clone(), content.clone(), choices.clone(), reached.clone());
        let key = store.key().clone();
        // Hours of other people's requests pass while a large list is read.
        tokio::task::spawn_blocking(move || {
            let read = read(&list, &content, &choices, known, &book, &reached)?;
            let answers = Remembered { key, list: &list, answers: remembered, people: &read.known.people };
            let found = read.known.people.resolve(&answers);
            let doubts = found.doubts.iter().map(|d| (d.clone(), answers.key(d.one, d.other))).collect();
            Ok::<_, Error>((read, found, doubts))
        })
    };
    progress.begin(&format!("Lecture de {}", list.file_name), 0);
    let (Read { facts, known, rows, person_rows, opposed, met, counts }, found, doubts) =
        watched(reading, &reached, progress).await?;
    let delivery = {
        let list = list.clone();
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
    let before = known.rows.len();
    // One chunk is made, down to its statements, while the one before it goes in.
    let (sender, mut chunks) = tokio::sync::mpsc::channel(2);
    let placing = {
        let (order, store) = (DrawOrder::of_list(target.seed, &list.sha256), store.clone());
        tokio::task::spawn_blocking(move || {
            Placing::new(known, &found, order).place(rows, &person_rows, |chunk| {
                let prepared = chunk.prepare(store.read(), target.scope, target.campaign, delivery, purge_on)?;
                Ok(sender.blocking_send(prepared).is_ok())
            })
        })
    };
    while let Some(chunk) = chunks.recv().await {
        store.bring_in(chunk).await?;
    }
    let ids = placing.await.map_err(|e| Error::Internal(e.to_string()))??;
    // What was noted may have been withdrawn or answered while the list was read.
    let met: Vec<RetireeId> = met.into_iter().map(|at| ids[before + at]).collect();
    let mut opposed: Vec<(RetireeId, Opposed)> = opposed
        .into_iter()
        .map(|(at, channels)| (ids[before + at], Opposed { channels, ..Opposed::default() }))
        .collect();
    opposed.extend(oppositions::still_met(store, target.scope, &met).await?);
    let last = if counts.accepted + counts.corrected > 0 { ids.last().copied() } else { None };
    let doubts: Vec<NewDoubt> = doubts_of(doubts, &ids);
    for part in doubts.chunks(CHUNK) {
        let part: Arc<[NewDoubt]> = part.into();
        store
            .write(move |tx| {
                let part = part.clone();
                Box::pin(async move {
                    Ok::<_, Error>(store::doubt::add(tx, target.scope, delivery, purge_on, &part, now).await?)
                })
            })
            .await?;
    }
    review_pairs::answer_as_before(store, target.scope, delivery, now).await?;
    oppositions::mark(store, target.scope, opposed, now).await?;
    // Somebody may have called since, or given a file that was still being noted when the reading began.
    let since = oppositions::book(store, target.scope, Which::Since(now - NOTING)).await?;
    oppositions::apply(store, target.scope, &since, None, now).await?;
    let whole = store
        .write(move |tx| {
            Box::pin(async move { Ok::<_, Error>(store::delivery::finish(tx, delivery, counts, last).await?) })
        })
        .await?;
    if !whole {
        return Err(Error::Refused(
            "Une autre lecture de liste pour cette campagne a interrompu celle-ci : rien n’a été pris. Donnez la liste à nouveau.".to_owned(),
        ));
    }
    progress.end(&format!(
        "{}, {}, {}, {}",
        counted(u64::from(counts.accepted + counts.corrected + counts.refused), "ligne"),
        counted(counts.accepted.into(), "acceptée"),
        counted(counts.corrected.into(), "corrigée"),
        counted(counts.refused.into(), "refusée")
    ));
    Ok(Staged { delivery, counts })
}

/// Campaigns into which a list is being read by this process.
static READING: LazyLock<Mutex<HashSet<CampaignId>>> = LazyLock::new(Mutex::default);

/// One reading at a time in a campaign: two would each be compared with older lists alone, and take the other for a leftover.
struct Alone(CampaignId);

impl Alone {
    fn at(campaign: CampaignId) -> Result<Self> {
        if READING.lock().unwrap_or_else(PoisonError::into_inner).insert(campaign) {
            return Ok(Self(campaign));
        }
        Err(Error::Refused(
            "Une autre liste est en cours de lecture pour cette campagne. Attendez qu’elle soit lue, puis recommencez."
                .to_owned(),
        ))
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        READING.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}

/// Makes a staged list part of its campaign. What it says itself of oppositions then holds everywhere, like any other.
pub async fn commit_list(store: &Store, scope: StructureId, delivery: DeliveryId, now: DateTime<Utc>) -> Result<()> {
    let told = oppositions::told_by_list(store, scope, delivery).await?;
    let (some, mark) = (!told.is_empty(), secret_key::mark(store));
    store
        .write(move |tx| {
            let told = told.clone();
            Box::pin(async move {
                if !store::delivery::commit(tx, delivery).await? {
                    return Err(Error::Refused(NO_LONGER.to_owned()));
                }
                if some {
                    store::key_check::save(tx, mark).await?;
                }
                Ok::<_, Error>(store::opposition::insert(tx, scope, &told, now).await?)
            })
        })
        .await?;
    if some {
        let since = oppositions::book(store, scope, Which::Since(now)).await?;
        oppositions::apply(store, scope, &since, None, now).await?;
    }
    Ok(())
}

/// Takes a staged list out again, as if it had never come. A list that was accepted stays.
pub async fn discard_list(store: &Store, delivery: DeliveryId) -> Result<()> {
    let given_up = store
        .write(move |tx| Box::pin(async move { Ok::<_, Error>(store::delivery::give_up(tx, delivery).await?) }))
        .await?;
    if !given_up {
        return Err(Error::Refused(NO_LONGER.to_owned()));
    }
    let store = store.clone();
    to_the_end(async move { take_out(&store, delivery).await }).await
}

const NO_LONGER: &str = "Cette liste a déjà été acceptée ou écartée.";

/// Takes out what an unfinished or given up delivery brought, in transactions that nobody has to wait for.
async fn take_out(store: &Store, delivery: DeliveryId) -> Result<()> {
    let part = || async move {
        let part = store.write(move |tx| {
            Box::pin(async move { Ok::<_, Error>(store::delivery::remove_part(tx, delivery).await?) })
        });
        part.await
    };
    while part().await? {}
    Ok(())
}

/// Takes out whatever deliveries of a campaign were never made whole.
pub(super) async fn sweep(store: &Store, campaign: CampaignId) -> Result<()> {
    for leftover in store::delivery::leftovers(store.read(), campaign).await? {
        take_out(store, leftover).await?;
    }
    Ok(())
}

/// Tells how far a reading has come until it is done.
async fn watched<T>(
    mut reading: tokio::task::JoinHandle<Result<T>>,
    reached: &AtomicU64,
    progress: &dyn Progress,
) -> Result<T> {
    loop {
        match tokio::time::timeout(Duration::from_millis(100), &mut reading).await {
            Ok(done) => return done.map_err(|e| Error::Internal(e.to_string()))?,
            Err(_) => progress.reach(reached.load(Ordering::Relaxed)),
        }
    }
}

/// What was answered about pairs of these people before.
struct Remembered<'p> {
    key: SecretKey,
    list: &'p List,
    answers: HashMap<(DoubtKind, PairKey), Answer>,
    people: &'p People,
}

impl Remembered<'_> {
    fn key(&self, one: u32, other: u32) -> PairKey {
        let digest =
            |row| review_pairs::digest(&self.key, &self.list.contract, &self.list.sha256, &self.people.signature(row));
        PairKey::new(&digest(one), &digest(other))
    }
}

impl Answers for Remembered<'_> {
    fn of(&self, kind: DoubtKind, one: u32, other: u32) -> Option<Answer> {
        if self.answers.is_empty() { None } else { self.answers.get(&(kind, self.key(one, other))).copied() }
    }
}

fn doubts_of(doubts: Vec<(Doubt, PairKey)>, ids: &[RetireeId]) -> Vec<NewDoubt> {
    let new = doubts.into_iter().map(|(doubt, key)| NewDoubt {
        kind: doubt.kind,
        one: ids[doubt.one as usize],
        other: ids[doubt.other as usize],
        reason: doubt.reason,
        key,
        remembered: doubt.answer,
    });
    new.collect()
}

//! Take a list in: every row ends accepted, corrected or refused; people and households are found within the list and in
//! those that came before. The rows go in by chunks into a delivery that nothing sees until it is whole.

use std::collections::{HashMap, HashSet};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::progress::Progress;
use super::spill::{Spill, SpilledRow};
use super::{Error, Result, Store, oppositions, review_pairs, to_the_end};
use crate::document;
use crate::domain::address::NotMailable;
use crate::domain::campaign::List;
use crate::domain::commune::Gazetteer;
use crate::domain::doubt::{Answer, DoubtKind};
use crate::domain::id::{CampaignId, DeliveryId, HouseholdId, RetireeId, StructureId};
use crate::domain::retiree::Retiree;
use crate::identity::{self, Answers, Doubt, Draft, People, Resolution, SecretKey};
use crate::intake::{self, Choices, FileContent, Outcome};
use crate::store;
use crate::store::delivery::RowCounts;
use crate::store::doubt::{NewDoubt, PairKey};
use crate::store::listed::{Chunk, ImportRow, ListedRetiree, NewHousehold};
use crate::store::opposition::Which;

/// People a chunk carries into the database in one transaction, so that registrations wait for none of it.
const CHUNK: usize = 4000;

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
    let whole = store::delivery::in_review(store.read(), target.campaign).await?;
    if let Some(whole) = whole.filter(|d| d.list.sha256 == list.sha256) {
        if whole.list.contract == list.contract {
            // A run that was killed just before its commit.
            commit_list(store, whole.id).await?;
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
    let reached = Arc::new(AtomicU64::new(0));
    let reading = {
        let (list, content, choices, reached) = (list.clone(), content.clone(), choices.clone(), reached.clone());
        let key = store.key().clone();
        // Hours of other people's requests pass while a large list is read.
        tokio::task::spawn_blocking(move || {
            let read = read(&list, &content, &choices, known, &reached)?;
            let answers = Remembered { key, list: &list, answers: remembered, people: &read.known.people };
            let found = read.known.people.resolve(&answers);
            let doubts = found.doubts.iter().map(|d| (d.clone(), answers.key(d.one, d.other))).collect();
            Ok::<_, Error>((read, found, doubts))
        })
    };
    progress.begin(&format!("Lecture de {}", list.file_name), 0);
    let (read, found, doubts) = watched(reading, &reached, progress).await?;
    let (counts, facts) = (read.counts, read.facts.clone());
    let book = oppositions::book(store, target.scope, Which::Noted).await?;
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
    // One chunk is made, down to its statements, while the one before it goes in.
    let (sender, mut chunks) = tokio::sync::mpsc::channel(2);
    let placing = {
        let (seed, sha256, store) = (target.seed, list.sha256.clone(), store.clone());
        tokio::task::spawn_blocking(move || {
            let mut opposed = Vec::new();
            let ids = place(read, &found, seed, &sha256, |chunk| {
                let people = chunk.retirees.iter();
                opposed.extend(people.filter_map(|listed| Some((listed.id, book.check(&listed.retiree)?))));
                let (scope, campaign) = (target.scope, target.campaign);
                let prepared = store::listed::prepare(store.read(), scope, campaign, delivery, purge_on, chunk)?;
                Ok(sender.blocking_send(prepared).is_ok())
            })?;
            Ok::<_, Error>((ids, opposed))
        })
    };
    while let Some(chunk) = chunks.recv().await {
        store.bring_in(chunk).await?;
    }
    let (ids, opposed) = placing.await.map_err(|e| Error::Internal(e.to_string()))??;
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
    // Somebody may have called while the rows went in.
    let since = oppositions::book(store, target.scope, Which::Since(now)).await?;
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
        "{} lignes acceptées, {} corrigées, {} refusées",
        counts.accepted, counts.corrected, counts.refused
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

/// Makes a staged list part of its campaign.
pub async fn commit_list(store: &Store, delivery: DeliveryId) -> Result<()> {
    let done = store
        .write(move |tx| Box::pin(async move { Ok::<_, Error>(store::delivery::commit(tx, delivery).await?) }))
        .await?;
    if !done {
        return Err(Error::Refused(NO_LONGER.to_owned()));
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

/// What a delivery remembers of how its file was read; [`store::delivery::Reading`] reads it back.
#[derive(serde::Serialize)]
struct ListRecord<'a> {
    reading: &'a intake::ListFacts,
    header: &'a [String],
    dropped: &'a [String],
}

/// The people of earlier lists, then those of this one.
#[derive(Default)]
struct Known {
    people: People,
    /// Each row's person and household.
    ids: Vec<(RetireeId, HouseholdId)>,
    /// The rows themselves.
    rows: Vec<RetireeId>,
}

impl Known {
    /// Adds the people of an earlier list, a few at a time.
    async fn load(&mut self, store: &Store, delivery: DeliveryId) -> Result<()> {
        let mut after = None;
        loop {
            let some = store::listed::retirees_after(store.read(), delivery, after, CHUNK as u64).await?;
            let Some(last) = some.last() else { return Ok(()) };
            after = Some(last.id);
            for listed in &some {
                self.people.push(&listed.retiree);
                self.ids.push((listed.same_as.unwrap_or(listed.id), listed.household));
                self.rows.push(listed.id);
            }
        }
    }
}

/// A list whose rows are read and normalised.
struct Read {
    facts: String,
    known: Known,
    rows: Spill,
    /// Which of the rows is each new person's, from 0.
    person_rows: Vec<u32>,
    counts: RowCounts,
}

fn read(list: &List, content: &FileContent, choices: &Choices, mut known: Known, reached: &AtomicU64) -> Result<Read> {
    let opened = intake::open(&list.file_name, content, choices)
        .map_err(|e| Error::Refused(format!("{}\u{a0}: {e}", list.file_name)))?;
    let record = ListRecord { reading: opened.facts(), header: opened.header(), dropped: &opened.facts().dropped };
    let facts = serde_json::to_string(&record).map_err(|e| Error::Internal(e.to_string()))?;
    let mut counts = RowCounts::default();
    let on_disk = |source| Error::File { path: std::env::temp_dir(), source };
    let mut rows = Spill::new().map_err(on_disk)?;
    let (mut failed, mut person_rows) = (None, Vec::new());
    // The threads that normalise bring a row into the form in which it waits; one after the other only become known here.
    let make = |row: intake::Row| {
        let row = spilled_row(row);
        (row.number, row.to_bytes(), row.kept.is_some(), row.person.as_ref().map(|(retiree, _)| Draft::of(retiree)))
    };
    opened.each_row(Gazetteer::embedded(), list.contract.received_on, make, |(number, bytes, kept, person)| {
        reached.store(number.into(), Ordering::Relaxed);
        *match (&person, kept) {
            (None, _) => &mut counts.refused,
            (Some(_), true) => &mut counts.corrected,
            (Some(_), false) => &mut counts.accepted,
        } += 1;
        if let Some(person) = person {
            known.people.add(person);
            person_rows.push(number - 1);
        }
        if failed.is_none() {
            failed = bytes.and_then(|bytes| rows.push(&bytes)).err();
        }
    });
    failed.map_or(Ok(()), |error| Err(on_disk(error)))?;
    Ok(Read { facts, known, rows, person_rows, counts })
}

fn spilled_row(row: intake::Row) -> SpilledRow {
    let (retiree, kept) = match row.outcome {
        Outcome::Accepted(retiree) => (Some(retiree), None),
        Outcome::Corrected(retiree, corrections) => {
            let reason = corrections.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
            (Some(retiree), Some(("corrected".to_owned(), reason, row.cells)))
        }
        Outcome::Refused(refusal) => (None, Some(("refused".to_owned(), refusal.to_string(), row.cells))),
    };
    let person = retiree.map(printable).map(|retiree| {
        let search_name = search_name(&retiree);
        (retiree, search_name)
    });
    SpilledRow { number: row.number, person, kept }
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

/// A person whose name or address the press has no letters for gets no letter, and stops nobody else's.
fn printable(mut retiree: Retiree) -> Retiree {
    let names = [retiree.usage_name.as_str(), &retiree.first_name];
    let printable = names.into_iter().chain(retiree.address.lines()).all(|t| t.is_ascii() || document::is_printable(t));
    if !printable && retiree.address.not_mailable.is_none() {
        retiree.address.not_mailable = Some(NotMailable::Unprintable);
    }
    retiree
}

/// The households of earlier lists in which two people live already: a third would not be named on the letter.
fn full_households(known: &[(RetireeId, HouseholdId)]) -> HashSet<HouseholdId> {
    let mut first: HashMap<HouseholdId, RetireeId> = HashMap::new();
    let others = known.iter().filter(|(person, household)| *first.entry(*household).or_insert(*person) != *person);
    others.map(|(_, household)| *household).collect()
}

/// Who comes after whom among the new people of a new household, in the order of the rows.
struct Housemates {
    /// So many people are of earlier lists.
    before: usize,
    next: Vec<Option<NonZeroU32>>,
}

impl Housemates {
    fn of(found: &Resolution, before: usize) -> Self {
        let new = &found.household[before..];
        let mut next = vec![None; new.len()];
        let mut last: Vec<u32> = vec![0; new.len()];
        for (at, head) in (0u32..).zip(new) {
            let Some(head) = (*head as usize).checked_sub(before) else { continue };
            if head != at as usize {
                next[last[head] as usize] = NonZeroU32::new(at);
            }
            last[head] = at;
        }
        Self { before, next }
    }

    /// The next of the household after this one.
    fn after(&self, at: usize) -> Option<usize> {
        self.next[at - self.before].map(|next| next.get() as usize + self.before)
    }

    /// Does this one come after another?
    fn follows(&self, found: &Resolution, at: usize) -> bool {
        let head = found.household[at] as usize;
        head >= self.before && head != at
    }
}

/// Gives every person their place: the person and the household they belong to, known or new. Earlier links are never
/// changed by a later list. The people of a new household go one after the other, so that what the database keeps in the
/// order of households grows at its end alone. Chunks go to `send` until it says that nobody wants more; gives the identifiers
/// of all rows.
fn place(
    read: Read,
    found: &Resolution,
    seed: u64,
    sha256: &str,
    mut send: impl FnMut(Chunk) -> Result<bool>,
) -> Result<Vec<RetireeId>> {
    let on_disk = |source| Error::File { path: std::env::temp_dir(), source };
    let before = read.known.ids.len();
    let full = full_households(&read.known.ids);
    // A known row stands for its person; a new one is nobody until it is placed.
    let nobody = (RetireeId(uuid::Uuid::nil()), HouseholdId(uuid::Uuid::nil()));
    let mut places = read.known.ids;
    let mut rows = read.known.rows;
    places.resize(found.person.len(), nobody);
    rows.resize(found.person.len(), nobody.0);
    let housemates = Housemates::of(found, before);
    let mut spilled = read.rows.into_rows().map_err(on_disk)?;
    let mut chunk = Chunk::default();
    let mut at = before;
    while let Some(next) = spilled.next() {
        let SpilledRow { number, person, kept } = next.map_err(on_disk)?;
        if let Some((outcome, reason, cells)) = kept {
            chunk.rows.push(ImportRow { row: number, outcome, reason, cells });
        }
        if let Some(person) = person {
            let mut next = (!housemates.follows(found, at)).then_some((at, number, person));
            while let Some((at, number, (retiree, search_name))) = next {
                let id = RetireeId::new();
                let (first, head) = (found.person[at] as usize, found.household[at] as usize);
                let same_as = (first != at).then(|| places[first].0);
                let household = match (same_as, places[head].1) {
                    (Some(_), _) => places[first].1,
                    (None, household) if head != at && !full.contains(&household) => household,
                    (None, _) => {
                        let household = HouseholdId::new();
                        let draw_order = draw_order(seed, sha256, number);
                        chunk.households.push(NewHousehold { id: household, draw_order });
                        household
                    }
                };
                places[at] = (same_as.unwrap_or(id), household);
                rows[at] = id;
                chunk.retirees.push(ListedRetiree { id, row: number, same_as, household, search_name, retiree });
                next = match housemates.after(at) {
                    Some(at) => {
                        let row = spilled.at(read.person_rows[at - before] as usize).map_err(on_disk)?;
                        row.person.map(|person| (at, row.number, person))
                    }
                    None => None,
                };
            }
            at += 1;
        }
        if chunk.retirees.len().max(chunk.rows.len()) >= CHUNK && !send(std::mem::take(&mut chunk))? {
            break;
        }
    }
    send(chunk)?;
    Ok(rows)
}

/// A household's place in chance order: the same for the same seed, file and row, whatever the identifiers.
pub(super) fn draw_order(seed: u64, file_sha256: &str, row: u32) -> String {
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

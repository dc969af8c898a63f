//! Put pairs that are uncertain before a coordinator, side by side, and do what she says. Every answer is remembered under
//! keyed digests, and can be taken back.

use chrono::{DateTime, Utc};

use super::{Error, Result, Store};
use crate::domain::contract::Contract;
use crate::domain::doubt::{Answer, DoubtKind};
use crate::domain::id::{DeliveryId, DoubtId, RetireeId, StructureId, UserId};
use crate::domain::retiree::Retiree;
use crate::identity::{self, SecretKey};
use crate::store;
use crate::store::Tx;
use crate::store::doubt::{Doubt, Moved, NewDoubt, PairKey, Place};
use moves::{facts, link, split, take_back};

mod moves;

/// Two rows side by side.
#[derive(Debug, Clone)]
pub struct PairView {
    /// The pair.
    pub id: DoubtId,
    /// What is in doubt: one person, or one household.
    pub kind: DoubtKind,
    /// Why, as a French phrase: « même nom, même adresse, nés le 12/03/1941 et le 21/03/1941 ».
    pub reason: String,
    /// The earlier row.
    pub one: PairRow,
    /// The later row, of the list that brought the doubt.
    pub other: PairRow,
    /// What was answered, by whom (nobody where an earlier answer was remembered) and when.
    pub answer: Option<(Answer, Option<UserId>, DateTime<Utc>)>,
}

/// One of two rows.
#[derive(Debug, Clone)]
pub struct PairRow {
    /// The row's identifier, for [`undo_link`].
    pub id: RetireeId,
    /// The list it is in.
    pub file_name: String,
    /// Its number in the list, from 1.
    pub row: u32,
    /// The person as the row names them.
    pub retiree: Retiree,
}

/// The pairs of a list that wait for an answer, in order; the first 200, since answering brings the next.
pub async fn open_pairs(store: &Store, scope: StructureId, delivery: DeliveryId) -> Result<Vec<PairView>> {
    views(store, scope, store::doubt::of_delivery(store.read(), scope, delivery, false, SHOWN).await?).await
}

/// The pairs of a list that have an answer; the first 200.
pub async fn answered_pairs(store: &Store, scope: StructureId, delivery: DeliveryId) -> Result<Vec<PairView>> {
    views(store, scope, store::doubt::of_delivery(store.read(), scope, delivery, true, SHOWN).await?).await
}

/// How many pairs of a list wait for an answer.
pub async fn count_open(store: &Store, scope: StructureId, delivery: DeliveryId) -> Result<u64> {
    Ok(store::doubt::count(store.read(), scope, delivery, false).await?)
}

/// Notes what the coordinator says of a pair and does it: the same links the two rows (one person) or joins the two
/// households (two adults at most); different leaves them apart. A second answer takes the place of the first. Refused, with
/// the reason, where letters or invitations stand in the way.
pub async fn answer_pair(
    store: &Store,
    scope: StructureId,
    user: UserId,
    pair: DoubtId,
    answer: Answer,
    now: DateTime<Utc>,
) -> Result<()> {
    store
        .write(move |tx| {
            Box::pin(async move {
                let doubt = found(tx, scope, pair).await?;
                if doubt.answer.is_some_and(|(given, ..)| given == answer) {
                    return Ok(());
                }
                take_back(tx, scope, &doubt).await?;
                let moved = match answer {
                    Answer::Same => link(tx, scope, &doubt).await?,
                    Answer::Different => split(tx, scope, doubt.kind, doubt.one, doubt.other).await?,
                };
                store::doubt::place(tx, scope, &to(&moved)).await?;
                store::doubt::note(tx, scope, pair, Some((answer, Some(user), now)), &moved).await?;
                Ok(store::doubt::remember(tx, scope, doubt.kind, &doubt.key, answer, user, now).await?)
            })
        })
        .await
}

/// Takes an answer back: the rows stand where they stood, the pair is open again, and nothing is remembered. Refused once a
/// letter was printed that follows from the answer.
pub async fn undo_answer(store: &Store, scope: StructureId, pair: DoubtId) -> Result<()> {
    store
        .write(move |tx| {
            Box::pin(async move {
                let doubt = found(tx, scope, pair).await?;
                take_back(tx, scope, &doubt).await?;
                store::doubt::note(tx, scope, pair, None, &[]).await?;
                Ok(store::doubt::forget(tx, scope, doubt.kind, &doubt.key).await?)
            })
        })
        .await
}

/// Does with the pairs of a new list what was said of them in an earlier one, by the same rules, so that it can be taken back
/// like any answer. What the rules forbid here is asked again.
pub(super) async fn answer_as_before(
    store: &Store,
    scope: StructureId,
    delivery: DeliveryId,
    now: DateTime<Utc>,
) -> Result<()> {
    let answered = store::doubt::of_delivery(store.read(), scope, delivery, true, u64::from(u32::MAX)).await?;
    let same = |doubt: &Doubt| doubt.answer.is_some_and(|(answer, ..)| answer == Answer::Same);
    for pair in answered.iter().filter(|doubt| same(doubt)).map(|doubt| doubt.id) {
        let done = store
            .write(move |tx| {
                Box::pin(async move {
                    let moved = link(tx, scope, &found(tx, scope, pair).await?).await?;
                    store::doubt::place(tx, scope, &to(&moved)).await?;
                    Ok(store::doubt::note(tx, scope, pair, Some((Answer::Same, None, now)), &moved).await?)
                })
            })
            .await;
        if let Err(Error::Refused(_)) = done {
            store
                .write(move |tx| {
                    Box::pin(async move { Ok::<_, Error>(store::doubt::note(tx, scope, pair, None, &[]).await?) })
                })
                .await?;
        } else {
            done?;
        }
    }
    Ok(())
}

/// Puts everybody back whom the answers about a list have moved, the last answer first. What was answered stays remembered.
pub async fn take_back_all(store: &Store, scope: StructureId, delivery: DeliveryId) -> Result<()> {
    loop {
        let mut answered = store::doubt::of_delivery(store.read(), scope, delivery, true, SHOWN).await?;
        if answered.is_empty() {
            return Ok(());
        }
        answered.sort_by_key(|doubt| std::cmp::Reverse(doubt.answer.map(|(_, _, at)| at)));
        for pair in answered.into_iter().map(|doubt| doubt.id) {
            store
                .write(move |tx| {
                    Box::pin(async move {
                        take_back(tx, scope, &found(tx, scope, pair).await?).await?;
                        Ok::<_, Error>(store::doubt::note(tx, scope, pair, None, &[]).await?)
                    })
                })
                .await?;
        }
    }
}

/// Undoes a link that the program made: the row is a person of its own again ([`DoubtKind::Person`]), or its person lives in
/// a household of their own ([`DoubtKind::Household`]). Remembered like an answer, and shown among the answered pairs.
pub async fn undo_link(
    store: &Store,
    scope: StructureId,
    user: UserId,
    kind: DoubtKind,
    row: RetireeId,
    now: DateTime<Utc>,
) -> Result<DoubtId> {
    let key = store.key().clone();
    store
        .write(move |tx| {
            let key = key.clone();
            Box::pin(async move {
                let unlinked = store::doubt::rows(tx, scope, &[row]).await?.pop();
                let unlinked = unlinked.ok_or_else(|| Error::NotFound("Cette ligne n’existe pas.".to_owned()))?;
                let together = match kind {
                    DoubtKind::Person => store::doubt::rows(tx, scope, &[unlinked.person()]).await?,
                    DoubtKind::Household => {
                        store::doubt::rows_of_households(tx, scope, &[unlinked.place.household]).await?
                    }
                };
                let partner = together.into_iter().find(|r| match kind {
                    DoubtKind::Person => r.id != unlinked.id,
                    DoubtKind::Household => r.person() != unlinked.person(),
                });
                let Some(partner) = partner else {
                    return Err(Error::Refused("Cette ligne n’est liée à aucune autre.".to_owned()));
                };
                let moved = split(tx, scope, kind, partner.id, unlinked.id).await?;
                let (_, list) = facts(tx, scope, unlinked.delivery).await?;
                let new = NewDoubt {
                    kind,
                    one: partner.id,
                    other: unlinked.id,
                    reason: "liées par le logiciel, séparées à la main".to_owned(),
                    key: pair_key(&key, &list.contract, &list.sha256, &partner.retiree, &unlinked.retiree),
                    remembered: None,
                };
                let id = store::doubt::insert(tx, scope, unlinked.delivery, list.contract.purge_on, &new).await?;
                store::doubt::place(tx, scope, &to(&moved)).await?;
                store::doubt::note(tx, scope, id, Some((Answer::Different, Some(user), now)), &moved).await?;
                store::doubt::remember(tx, scope, kind, &new.key, Answer::Different, user, now).await?;
                Ok(id)
            })
        })
        .await
}

/// What a pair is recognised by. A list that may be matched with itself alone recognises its pairs in no other list.
pub(super) fn pair_key(key: &SecretKey, contract: &Contract, sha256: &str, one: &Retiree, other: &Retiree) -> PairKey {
    let digest = |r: &Retiree| digest(key, contract, sha256, &identity::signature(r));
    PairKey::new(&digest(one), &digest(other))
}

/// The keyed digest of an identity, as [`pair_key`] takes it.
pub(super) fn digest(key: &SecretKey, contract: &Contract, sha256: &str, signature: &str) -> [u8; 32] {
    if contract.matching { key.digest("pair", signature) } else { key.digest(&format!("pair/{sha256}"), signature) }
}

/// A page shows no more, and nobody answers more at a time.
const SHOWN: u64 = 200;

async fn views(store: &Store, scope: StructureId, doubts: Vec<Doubt>) -> Result<Vec<PairView>> {
    let ids: Vec<RetireeId> = doubts.iter().flat_map(|d| [d.one, d.other]).collect();
    let rows = store::doubt::rows(store.read(), scope, &ids).await?;
    let lists: Vec<DeliveryId> = rows.iter().map(|r| r.delivery).collect();
    let names = store::doubt::file_names(store.read(), scope, &lists).await?;
    let row = |id: RetireeId| -> Option<PairRow> {
        let row = rows.iter().find(|r| r.id == id)?;
        let file_name = names.get(&row.delivery).cloned().unwrap_or_default();
        Some(PairRow { id, file_name, row: row.row, retiree: row.retiree.clone() })
    };
    // A row that was erased in the meantime leaves nothing to decide.
    let views = doubts.into_iter().filter_map(|d| {
        let (one, other) = (row(d.one)?, row(d.other)?);
        Some(PairView { id: d.id, kind: d.kind, reason: d.reason, one, other, answer: d.answer })
    });
    Ok(views.collect())
}

async fn found(tx: &Tx, scope: StructureId, pair: DoubtId) -> Result<Doubt> {
    let doubt = store::doubt::by_id(tx, scope, pair).await?;
    doubt.ok_or_else(|| Error::NotFound("Cette paire n’existe plus.".to_owned()))
}

fn to(moved: &[Moved]) -> Vec<(RetireeId, Place)> {
    moved.iter().map(|m| (m.row, m.to)).collect()
}

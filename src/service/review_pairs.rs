//! Put pairs that are uncertain before a coordinator, side by side, and do what she says. Every answer is remembered under
//! keyed digests, and can be taken back.

use chrono::{DateTime, Utc};

use super::import_list::draw_order;
use super::{Error, Result, Store};
use crate::domain::contract::Contract;
use crate::domain::doubt::{Answer, DoubtKind};
use crate::domain::id::{DeliveryId, DoubtId, HouseholdId, RetireeId, StructureId, UserId};
use crate::domain::retiree::Retiree;
use crate::identity::{self, SecretKey};
use crate::store;
use crate::store::Tx;
use crate::store::doubt::{Doubt, Moved, NewDoubt, PairKey, Place, PlacedRow};

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
                store::doubt::note(tx, scope, pair, Some((answer, user, now)), &moved).await?;
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
                    answer: None,
                };
                let id = store::doubt::insert(tx, scope, unlinked.delivery, list.contract.purge_on, &new).await?;
                store::doubt::place(tx, scope, &to(&moved)).await?;
                store::doubt::note(tx, scope, id, Some((Answer::Different, user, now)), &moved).await?;
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

async fn facts(
    tx: &Tx,
    scope: StructureId,
    list: DeliveryId,
) -> Result<(crate::domain::id::CampaignId, crate::domain::campaign::List)> {
    let facts = store::doubt::list_facts(tx, scope, list).await?;
    facts.ok_or_else(|| Error::NotFound("Cette liste n’existe plus.".to_owned()))
}

/// Puts the rows that an answer moved back, unless they were moved again or a letter went out since.
async fn take_back(tx: &Tx, scope: StructureId, doubt: &Doubt) -> Result<()> {
    let (Some((_, _, at)), [_, ..]) = (doubt.answer, &doubt.moved[..]) else { return Ok(()) };
    let ids: Vec<RetireeId> = doubt.moved.iter().map(|m| m.row).collect();
    let now = store::doubt::rows(tx, scope, &ids).await?;
    let untouched = |m: &Moved| now.iter().any(|r| r.id == m.row && r.place == m.to);
    if !doubt.moved.iter().all(untouched) {
        return Err(Error::Refused(
            "Une autre réponse a porté depuis sur les mêmes personnes : annulez d’abord celle-là.".to_owned(),
        ));
    }
    let households: Vec<HouseholdId> = doubt.moved.iter().flat_map(|m| [m.from.household, m.to.household]).collect();
    if store::doubt::printed(tx, scope, &households, Some(at)).await? {
        return Err(Error::Refused(
            "La lettre de ce foyer a été imprimée depuis : cette réponse ne peut plus être annulée.".to_owned(),
        ));
    }
    let back: Vec<_> = doubt.moved.iter().map(|m| (m.row, m.from)).collect();
    Ok(store::doubt::place(tx, scope, &back).await?)
}

fn to(moved: &[Moved]) -> Vec<(RetireeId, Place)> {
    moved.iter().map(|m| (m.row, m.to)).collect()
}

/// The rows that move when a pair is the same.
async fn link(tx: &Tx, scope: StructureId, doubt: &Doubt) -> Result<Vec<Moved>> {
    let pair = store::doubt::rows(tx, scope, &[doubt.one, doubt.other]).await?;
    let [a, b] = &pair[..] else { return Err(Error::NotFound("L’une des deux lignes n’existe plus.".to_owned())) };
    let (first, second) = (a.person().min(b.person()), a.person().max(b.person()));
    let (ours, theirs) = if a.person() == first { (a.place, b.place) } else { (b.place, a.place) };
    let homes = [ours.household, theirs.household];
    let all = store::doubt::rows_of_households(tx, scope, &homes).await?;
    let one_person = doubt.kind == DoubtKind::Person;
    let person = |r: &PlacedRow| if one_person && r.person() == second { first } else { r.person() };
    let mut people: Vec<RetireeId> = all.iter().map(person).collect();
    people.sort_unstable();
    people.dedup();
    let fits = people.len() <= 2;
    if !fits && !one_person {
        return Err(Error::Refused(
            "Un foyer réunit deux adultes au plus : ces deux foyers en font davantage.".to_owned(),
        ));
    }
    let survivor = if fits { survivor(tx, scope, homes).await? } else { homes[0] };
    let to = |r: &PlacedRow| {
        let joins = one_person && r.person() == second;
        Place {
            same_as: if joins { Some(first) } else { r.place.same_as },
            // With a partner on each side, only the person moves.
            household: if fits || joins { survivor } else { r.place.household },
        }
    };
    Ok(all.iter().map(|r| Moved { row: r.id, from: r.place, to: to(r) }).filter(|m| m.from != m.to).collect())
}

/// The household that stays of two: the one that was invited or has registered. The other leaves the audience.
async fn survivor(tx: &Tx, scope: StructureId, [ours, theirs]: [HouseholdId; 2]) -> Result<HouseholdId> {
    if ours == theirs {
        return Ok(ours);
    }
    let engaged = store::doubt::engaged(tx, scope, &[ours, theirs]).await?;
    let (stays, goes) = match engaged[..] {
        [] => (ours, theirs),
        [only] => (only, if only == ours { theirs } else { ours }),
        _ => {
            return Err(Error::Refused(
                "Ces deux foyers ont déjà chacun leur invitation ou leur inscription : ils restent séparés.".to_owned(),
            ));
        }
    };
    store::doubt::leave_audiences(tx, scope, goes).await?;
    Ok(stays)
}

/// The rows that move when `other` is not the person of `one`, or does not live with them.
async fn split(tx: &Tx, scope: StructureId, kind: DoubtKind, one: RetireeId, other: RetireeId) -> Result<Vec<Moved>> {
    let pair = store::doubt::rows(tx, scope, &[one, other]).await?;
    let (Some(stays), Some(leaves)) = (pair.iter().find(|r| r.id == one), pair.iter().find(|r| r.id == other)) else {
        return Err(Error::NotFound("L’une des deux lignes n’existe plus.".to_owned()));
    };
    let rows = match kind {
        DoubtKind::Person if stays.person() != leaves.person() => return Ok(Vec::new()),
        DoubtKind::Household if stays.place.household != leaves.place.household => return Ok(Vec::new()),
        // The first row of a person stays; the later one leaves.
        DoubtKind::Person => vec![if leaves.place.same_as.is_some() { leaves.clone() } else { stays.clone() }],
        DoubtKind::Household => {
            let all = store::doubt::rows_of_households(tx, scope, &[leaves.place.household]).await?;
            all.into_iter().filter(|r| r.person() == leaves.person()).collect()
        }
    };
    if store::doubt::printed(tx, scope, &[stays.place.household], None).await? {
        return Err(Error::Refused(
            "La lettre de ce foyer est déjà imprimée : il ne peut plus être séparé.".to_owned(),
        ));
    }
    let Some(row) = rows.first() else { return Ok(Vec::new()) };
    let (campaign, list) = facts(tx, scope, row.delivery).await?;
    let seed = store::campaign::by_id(tx, scope, campaign).await?.map_or(0, |c| c.campaign.seed);
    let order = draw_order(seed, &list.sha256, row.row);
    let purge_on = list.contract.purge_on;
    let household = store::doubt::found_household(tx, scope, campaign, row.delivery, order, purge_on).await?;
    let to =
        |r: &PlacedRow| Place { same_as: if kind == DoubtKind::Person { None } else { r.place.same_as }, household };
    Ok(rows.iter().map(|r| Moved { row: r.id, from: r.place, to: to(r) }).collect())
}

//! Say whether a row of a list is the person who is opposed. The answer is remembered: the same row asks no more.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::oppositions::{apply, book, near, sealer};
use super::{Error, Result, Store};
use crate::domain::id::{DeliveryId, OppositionDoubtId, OppositionId, RetireeId, StructureId};
use crate::domain::retiree::Retiree;
use crate::identity::{KeyKind, Opposed};
pub use crate::store::opposition::Noted;
use crate::store::{self, opposition::Which};

/// A question for the coordinator.
#[derive(Debug, Clone)]
pub struct Question {
    /// The doubt.
    pub id: OppositionDoubtId,
    /// The fund whose list holds the row.
    pub fund: String,
    /// What the row says.
    pub person: Retiree,
    /// The opposition.
    pub opposition: Noted,
    /// What agrees.
    pub because: KeyKind,
}

/// Doubts that are looked at for one page of questions.
const PAGE: u64 = 50;

/// A page of questions.
#[derive(Debug, Clone)]
pub struct Questions {
    /// The questions.
    pub questions: Vec<Question>,
    /// After which doubt the next page begins, where there is one.
    pub next: Option<OppositionDoubtId>,
}

/// What waits to be answered after one doubt, or from the first on, the oldest first; the rows of one person ask once a page.
pub async fn questions(store: &Store, scope: StructureId, after: Option<OppositionDoubtId>) -> Result<Questions> {
    let db = store.read();
    let mut open = store::opposition::doubts_after(db, scope, None, after, PAGE + 1).await?;
    let more = open.len() as u64 > PAGE;
    open.truncate(PAGE as usize);
    let next = open.last().map(|last| last.id).filter(|_| more);
    let ids: Vec<RetireeId> = open.iter().map(|d| d.row).collect();
    let rows: HashMap<_, _> =
        store::opposition::rows_by_ids(db, scope, &ids).await?.into_iter().map(|r| (r.id, r)).collect();
    let lists: Vec<DeliveryId> = rows.values().map(|r| r.delivery).collect();
    let lists: HashMap<_, _> =
        store::delivery::by_ids(db, scope, &lists).await?.into_iter().map(|d| (d.id, d)).collect();
    let ids: Vec<OppositionId> = open.iter().map(|d| d.opposition).collect();
    let noted: HashMap<_, _> =
        store::opposition::noted(db, scope, &ids).await?.into_iter().map(|o| (o.id, o)).collect();
    let mut asked = std::collections::HashSet::new();
    let questions = open.iter().filter_map(|doubt| {
        let row = rows.get(&doubt.row)?;
        let list = lists.get(&row.delivery)?;
        let opposition = *noted.get(&doubt.opposition)?;
        asked.insert((doubt.opposition, row.person)).then(|| Question {
            id: doubt.id,
            fund: list.list.contract.fund.clone(),
            person: row.retiree.clone(),
            opposition,
            because: doubt.because,
        })
    });
    Ok(Questions { questions: questions.collect(), next })
}

/// Yes, it is the same person: they are not written to, and their row's digests join the opposition. No: they are
/// written to again.
pub async fn answer(
    store: &Store,
    scope: StructureId,
    doubt: OppositionDoubtId,
    same: bool,
    now: DateTime<Utc>,
) -> Result<()> {
    let doubt = store::opposition::doubt(store.read(), scope, doubt).await?;
    let doubt = doubt.ok_or_else(|| Error::NotFound("Cette question a déjà sa réponse.".to_owned()))?;
    let row = store::opposition::rows_by_ids(store.read(), scope, &[doubt.row]).await?.pop();
    let row = row.ok_or_else(|| Error::NotFound("Cette ligne n’est plus dans les listes.".to_owned()))?;
    let rows = store::opposition::rows_of(store.read(), scope, &[row.person]).await?;
    let ids: Vec<RetireeId> = rows.iter().map(|r| r.id).collect();
    let noted = store::opposition::noted(store.read(), scope, &[doubt.opposition]).await?.pop();
    let channels = noted.map(|o| o.channels).unwrap_or_default();
    let sealer = sealer(store, scope);
    let mut keys = Vec::new();
    for row in &rows {
        let mut of_row = if same { sealer.keys(&row.retiree, channels) } else { Vec::new() };
        of_row.push(sealer.answered(&row.retiree, same));
        keys.extend(of_row.into_iter().map(|key| (doubt.opposition, key)));
    }
    keys.sort_unstable();
    keys.dedup();
    store
        .write(move |tx| {
            let (keys, ids) = (keys.clone(), ids.clone());
            Box::pin(async move {
                store::opposition::add_keys(tx, scope, &keys).await?;
                store::opposition::close_doubts(tx, scope, doubt.opposition, &ids).await?;
                let closed =
                    Opposed { channels: if same { channels } else { Default::default() }, ..Opposed::default() };
                let closed: Vec<_> = ids.iter().map(|id| (*id, closed.clone())).collect();
                Ok::<_, Error>(store::opposition::mark(tx, scope, &closed, now).await?)
            })
        })
        .await?;
    settle(store, scope, doubt.opposition).await?;
    if same {
        let known = book(store, scope, Which::These(&[doubt.opposition])).await?;
        apply(store, scope, &known, Some(&near(rows.iter().map(|r| &r.retiree))), now).await?;
    }
    Ok(())
}

/// Closes the other questions about an opposition that the answer has answered too.
async fn settle(store: &Store, scope: StructureId, opposition: OppositionId) -> Result<()> {
    let known = book(store, scope, Which::These(&[opposition])).await?;
    let mut after = None;
    loop {
        let open = store::opposition::doubts_after(store.read(), scope, Some(opposition), after, PAGE).await?;
        let Some(last) = open.last() else { return Ok(()) };
        after = Some(last.id);
        let ids: Vec<RetireeId> = open.iter().map(|doubt| doubt.row).collect();
        let rows = store::opposition::rows_by_ids(store.read(), scope, &ids).await?;
        let answered = rows.iter().filter(|row| known.check(&row.retiree).is_none_or(|found| found.doubts.is_empty()));
        let answered: Vec<RetireeId> = answered.map(|row| row.id).collect();
        store
            .write(move |tx| {
                let answered = answered.clone();
                Box::pin(async move {
                    Ok::<_, Error>(store::opposition::close_doubts(tx, scope, opposition, &answered).await?)
                })
            })
            .await?;
    }
}

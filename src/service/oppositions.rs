//! What the verbs about oppositions share: the book that rows are checked against, and the walk over the rows.

use chrono::{DateTime, Utc};

use super::{Error, Result, Store};
use crate::domain::id::{DeliveryId, OppositionId, RetireeId, StructureId};
use crate::domain::opposition::Source;
use crate::domain::retiree::{Birth, Retiree};
use crate::identity::{Opposed, OppositionBook, Sealer};
use crate::store;
use crate::store::opposition::{Near, NewOpposition, Totals, Which};

/// Rows that are held at once.
const PAGE: u64 = 2000;

/// What oppositions met in the lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Met {
    /// Rows of whom it is certain.
    pub certain: usize,
    /// Rows of whom somebody must decide.
    pub doubtful: usize,
}

/// How many oppositions of a structure hold.
pub async fn opposition_totals(store: &Store, scope: StructureId) -> Result<Totals> {
    Ok(store::opposition::totals(store.read(), scope).await?)
}

/// The oppositions that a list itself tells of: its rows are closed, and nothing that is noted accounts for it.
pub async fn told_by_list(store: &Store, scope: StructureId, delivery: DeliveryId) -> Result<Vec<NewOpposition>> {
    let closed = store::opposition::closed_rows(store.read(), scope, delivery).await?;
    if closed.is_empty() {
        return Ok(Vec::new());
    }
    let (sealer, noted) = (sealer(store, scope), book(store, scope, Which::Noted).await?);
    let told = closed.into_iter().filter_map(|(retiree, channels)| {
        let known = noted.check(&retiree).is_some_and(|found| found.channels.covers(channels));
        let mut keys = if known { Vec::new() } else { sealer.keys(&retiree, channels) };
        if keys.is_empty() {
            return None;
        }
        // Nobody need be asked whether the row itself is of this person.
        keys.push(sealer.answered(&retiree, true));
        Some(NewOpposition { id: OppositionId::new(), channels, source: Source::Fund, file: None, keys })
    });
    Ok(told.collect())
}

/// Makes the digests of a structure.
pub fn sealer(store: &Store, scope: StructureId) -> Sealer {
    Sealer::new(store.key(), scope)
}

/// The oppositions of a structure, ready to check rows.
pub async fn book(store: &Store, scope: StructureId, which: Which<'_>) -> Result<OppositionBook> {
    Ok(OppositionBook::new(sealer(store, scope), store::opposition::known(store.read(), scope, which).await?))
}

/// The rows of a structure that the book meets, among all or among those near some people.
pub async fn rows_met(
    store: &Store,
    scope: StructureId,
    book: &OppositionBook,
    near: Option<&Near>,
) -> Result<Vec<(RetireeId, Opposed)>> {
    let mut met = Vec::new();
    let mut after = RetireeId(uuid::Uuid::nil());
    while !book.is_empty() {
        let rows = store::opposition::rows(store.read(), scope, near, after, PAGE).await?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        met.extend(rows.iter().filter_map(|row| Some((row.id, book.check(&row.retiree)?))));
    }
    Ok(met)
}

/// Which of these rows the oppositions of a structure meet as they stand now.
pub async fn still_met(store: &Store, scope: StructureId, rows: &[RetireeId]) -> Result<Vec<(RetireeId, Opposed)>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let book = book(store, scope, Which::Noted).await?;
    let rows = store::opposition::rows_by_ids(store.read(), scope, rows).await?;
    Ok(rows.iter().filter_map(|row| Some((row.id, book.check(&row.retiree)?))).collect())
}

/// Marks the rows that the book meets.
pub async fn apply(
    store: &Store,
    scope: StructureId,
    book: &OppositionBook,
    near: Option<&Near>,
    now: DateTime<Utc>,
) -> Result<Met> {
    let found = rows_met(store, scope, book, near).await?;
    let met = Met {
        certain: found.iter().filter(|(_, o)| !o.channels.is_none()).count(),
        doubtful: found.iter().filter(|(_, o)| !o.doubts.is_empty()).count(),
    };
    mark(store, scope, found, now).await?;
    Ok(met)
}

/// Marks every row that any opposition of the structure meets. Before letters are drawn and printed: what was noted holds even
/// where something was cut off between noting and marking.
pub async fn apply_all(store: &Store, scope: StructureId, now: DateTime<Utc>) -> Result<Met> {
    apply(store, scope, &book(store, scope, Which::Noted).await?, None, now).await
}

/// Writes on rows what the oppositions say about them.
pub async fn mark(
    store: &Store,
    scope: StructureId,
    found: Vec<(RetireeId, Opposed)>,
    now: DateTime<Utc>,
) -> Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let found = std::sync::Arc::new(found);
    store
        .write(move |tx| {
            let found = found.clone();
            Box::pin(async move { Ok::<_, Error>(store::opposition::mark(tx, scope, &found, now).await?) })
        })
        .await
}

/// What a row must have in common with one of these people to be met by their oppositions.
pub fn near<'p>(people: impl IntoIterator<Item = &'p Retiree>) -> Near {
    let mut near = Near::default();
    for person in people {
        if let Birth::Date(day) = person.birth {
            near.births.push(day);
        }
        near.postcodes.extend(person.address.postcode);
        near.communes.extend(person.address.commune);
        near.emails.extend(person.email.clone());
        near.phones.extend(person.phone.as_ref().map(|phone| phone.e164().to_owned()));
    }
    near
}

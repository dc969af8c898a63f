//! Note that somebody does not want to be written to, called or mailed: a household at the desk, the holder of a number, or
//! somebody by name and address. It holds in every list of the structure, now and later.

use chrono::{DateTime, Utc};

use super::oppositions::{Met, apply, book, near, sealer};
use super::report::{no_such_household, not_of_household};
use super::{Error, Result, Store, find_household, secret_key};
use crate::domain::id::{HouseholdId, OppositionId, RetireeId, StructureId};
use crate::domain::opposition::{Channels, Source};
use crate::domain::retiree::Retiree;
use crate::identity::Opposed;
use crate::store;
use crate::store::household::HouseholdRows;
use crate::store::opposition::{NewOpposition, Which};

/// Everybody in a household closes these channels.
pub async fn of_household(
    store: &Store,
    scope: StructureId,
    household: HouseholdId,
    channels: Channels,
    source: Source,
    now: DateTime<Utc>,
) -> Result<Met> {
    some_channel(channels)?;
    let people = people_of(store, scope, household).await?;
    let marked = people.iter().map(|(person, _)| *person).collect();
    note(store, scope, people.into_iter().map(|(_, rows)| rows).collect(), marked, channels, source, now).await
}

/// One of the people in a household closes these channels.
pub async fn of_member(
    store: &Store,
    scope: StructureId,
    household: HouseholdId,
    person: RetireeId,
    channels: Channels,
    source: Source,
    now: DateTime<Utc>,
) -> Result<Met> {
    some_channel(channels)?;
    let mut people = people_of(store, scope, household).await?;
    people.retain(|(found, _)| *found == person);
    let (_, rows) = people.pop().ok_or_else(not_of_household)?;
    note(store, scope, vec![rows], vec![person], channels, source, now).await
}

async fn people_of(
    store: &Store,
    scope: StructureId,
    household: HouseholdId,
) -> Result<Vec<(RetireeId, Vec<Retiree>)>> {
    let found = store::household::by_ids(store.read(), scope, &[household]).await?.pop();
    Ok(rows_by_person(&found.ok_or_else(no_such_household)?))
}

/// The household that holds this number closes these channels. Gives which one it is too.
pub async fn by_number(
    store: &Store,
    scope: StructureId,
    typed: &str,
    channels: Channels,
    now: DateTime<Utc>,
) -> Result<(Met, HouseholdId)> {
    let household = find_household::of_number(store, scope, typed).await?;
    Ok((of_household(store, scope, household, channels, Source::Letter, now).await?, household))
}

/// Somebody, whether a list knows them or not, closes these channels.
pub async fn of_person(
    store: &Store,
    scope: StructureId,
    person: &Retiree,
    channels: Channels,
    now: DateTime<Utc>,
) -> Result<Met> {
    some_channel(channels)?;
    note(store, scope, vec![vec![person.clone()]], Vec::new(), channels, Source::Letter, now).await
}

/// The rows of each person of a household.
pub fn rows_by_person(household: &HouseholdRows) -> Vec<(RetireeId, Vec<Retiree>)> {
    let mut people: Vec<(RetireeId, Vec<Retiree>)> = Vec::new();
    for row in &household.rows {
        match people.iter_mut().find(|(person, _)| *person == row.person) {
            Some((_, rows)) => rows.push(row.retiree.clone()),
            None => people.push((row.person, vec![row.retiree.clone()])),
        }
    }
    people
}

/// Keeps an opposition for each person, unless one that says as much is there, and marks every row that it meets. All
/// rows of the people in `marked` are marked whatever they look like.
async fn note(
    store: &Store,
    scope: StructureId,
    people: Vec<Vec<Retiree>>,
    marked: Vec<RetireeId>,
    channels: Channels,
    source: Source,
    now: DateTime<Utc>,
) -> Result<Met> {
    let sealer = sealer(store, scope);
    let before = book(store, scope, Which::Noted).await?;
    let is_noted = |rows: &Vec<Retiree>| {
        rows.iter()
            .all(|row| before.check(row).is_some_and(|found| !found.by.is_empty() && found.channels.covers(channels)))
    };
    let new: Vec<NewOpposition> = people
        .iter()
        .filter(|rows| !is_noted(rows))
        .map(|rows| {
            let mut keys: Vec<_> = rows.iter().flat_map(|row| sealer.keys(row, channels)).collect();
            keys.sort_unstable();
            keys.dedup();
            NewOpposition { id: OppositionId::new(), channels, source, file: None, keys }
        })
        .collect();
    let mark = secret_key::mark(store);
    store
        .write(move |tx| {
            let (new, marked) = (new.clone(), marked.clone());
            Box::pin(async move {
                store::key_check::save(tx, mark).await?;
                store::opposition::insert(tx, scope, &new, now).await?;
                let rows = store::opposition::rows_of(tx, scope, &marked).await?;
                let closed = || Opposed { channels, ..Opposed::default() };
                let rows: Vec<_> = rows.iter().map(|row| (row.id, closed())).collect();
                Ok::<_, Error>(store::opposition::mark(tx, scope, &rows, now).await?)
            })
        })
        .await?;
    // All that is noted, not the new ones alone: a second try mends what a first one left unmarked.
    let noted = book(store, scope, Which::Noted).await?;
    apply(store, scope, &noted, Some(&near(people.iter().flatten())), now).await
}

fn some_channel(channels: Channels) -> Result<()> {
    if channels.is_none() {
        return Err(Error::Refused("Cochez au moins un canal : courrier, e-mail ou téléphone.".to_owned()));
    }
    Ok(())
}

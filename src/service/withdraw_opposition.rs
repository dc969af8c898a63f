//! Take an opposition back, because the person asks for it: they may be written to again.

use chrono::{DateTime, Utc};

use super::note_opposition::rows_by_person;
use super::oppositions::{apply, book, near, rows_met};
use super::report::no_such_household;
use super::{Error, Result, Store, find_household, to_the_end};
use crate::domain::id::{HouseholdId, OppositionId, RetireeId, StructureId};
use crate::domain::retiree::Retiree;
use crate::store::{self, opposition::Which};

/// Everybody in a household may be written to again.
pub async fn of_household(
    store: &Store,
    scope: StructureId,
    household: HouseholdId,
    now: DateTime<Utc>,
) -> Result<usize> {
    let found =
        store::household::by_ids(store.read(), scope, &[household]).await?.pop().ok_or_else(no_such_household)?;
    let people = rows_by_person(&found);
    let marked: Vec<RetireeId> = people.iter().map(|(person, _)| *person).collect();
    let rows: Vec<Retiree> = people.into_iter().flat_map(|(_, rows)| rows).collect();
    withdraw(store, scope, &rows, &marked, now).await
}

/// The household that holds this number may be written to again.
pub async fn by_number(store: &Store, scope: StructureId, typed: &str, now: DateTime<Utc>) -> Result<usize> {
    let household = find_household::of_number(store, scope, typed).await?;
    of_household(store, scope, household, now).await
}

/// Somebody may be written to again. Refused where no opposition is certain to be theirs.
pub async fn of_person(store: &Store, scope: StructureId, person: &Retiree, now: DateTime<Utc>) -> Result<usize> {
    let withdrawn = withdraw(store, scope, std::slice::from_ref(person), &[], now).await?;
    if withdrawn == 0 {
        return Err(Error::Refused(
            "Aucune opposition ne porte ce nom avec cette naissance, ni avec cette adresse et cette année. Écrivez la date de naissance entière, et le nom comme la personne l’avait donné.".to_owned(),
        ));
    }
    Ok(withdrawn)
}

/// How many oppositions were taken back.
async fn withdraw(
    store: &Store,
    scope: StructureId,
    people: &[Retiree],
    marked: &[RetireeId],
    now: DateTime<Utc>,
) -> Result<usize> {
    let all = book(store, scope, Which::Noted).await?;
    let mut theirs: Vec<OppositionId> = people.iter().filter_map(|p| all.check(p)).flat_map(|found| found.by).collect();
    theirs.sort_unstable();
    theirs.dedup();
    let near = near(people);
    // What only these oppositions closed is opened again; what others say of the same rows is marked anew below.
    let mut opened: Vec<RetireeId> =
        store::opposition::rows_of(store.read(), scope, marked).await?.iter().map(|row| row.id).collect();
    let known = book(store, scope, Which::These(&theirs)).await?;
    opened.extend(rows_met(store, scope, &known, Some(&near)).await?.into_iter().map(|(row, _)| row));
    let count = theirs.len();
    let store = store.clone();
    // What is opened must be closed again where other oppositions say so.
    to_the_end(async move {
        store
            .write(move |tx| {
                let (theirs, opened) = (theirs.clone(), opened.clone());
                Box::pin(async move {
                    store::opposition::delete(tx, scope, &theirs).await?;
                    Ok::<_, Error>(store::opposition::unmark(tx, scope, &opened).await?)
                })
            })
            .await?;
        let left = book(&store, scope, Which::Noted).await?;
        apply(&store, scope, &left, Some(&near), now).await
    })
    .await?;
    Ok(count)
}

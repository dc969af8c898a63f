//! Note what a caller reports about a household: a death, an opposition, a wrong address. Each can be said twice without
//! harm.

use chrono::{DateTime, Utc};

use super::{Error, Result, profile};
use crate::domain::id::{HouseholdId, RetireeId, StructureId};
use crate::store::household::Report;
use crate::store::{self, Store};

/// Somebody has died. Letters go to the survivor, or no more.
pub async fn death(
    store: &Store,
    scope: StructureId,
    household: HouseholdId,
    person: RetireeId,
    now: DateTime<Utc>,
) -> Result<()> {
    note(store, scope, household, Some(person), Report::Death, now).await
}

/// The household does not want to be written to any more.
pub async fn opposition(store: &Store, scope: StructureId, household: HouseholdId, now: DateTime<Utc>) -> Result<()> {
    note(store, scope, household, None, Report::Opposition, now).await
}

/// Letters do not reach the household: no more are printed for it, and the one it was sent counts as returned.
pub async fn wrong_address(
    store: &Store,
    scope: StructureId,
    household: HouseholdId,
    now: DateTime<Utc>,
) -> Result<()> {
    store
        .write(move |tx| {
            Box::pin(async move {
                let found = store::household::by_ids(tx, scope, &[household]).await?.pop();
                let found = found.ok_or_else(|| Error::NotFound("Ce foyer n’existe pas.".to_owned()))?;
                store::household::report_wrong_address(tx, scope, household, now).await?;
                for invitation in store::household::invitations(tx, scope, &[household]).await? {
                    store::household::report_returned(tx, scope, invitation.invitation, now).await?;
                }
                Ok(profile::refresh(tx, scope, found.campaign, household).await?)
            })
        })
        .await
}

async fn note(
    store: &Store,
    scope: StructureId,
    household: HouseholdId,
    person: Option<RetireeId>,
    what: Report,
    now: DateTime<Utc>,
) -> Result<()> {
    store
        .write(move |tx| {
            Box::pin(async move {
                let found = store::household::by_ids(tx, scope, &[household]).await?.pop();
                let found = found.ok_or_else(|| Error::NotFound("Ce foyer n’existe pas.".to_owned()))?;
                let people: Vec<_> =
                    found.rows.iter().map(|r| r.person).filter(|p| person.is_none_or(|wanted| wanted == *p)).collect();
                if people.is_empty() {
                    return Err(Error::NotFound("Cette personne n’est pas de ce foyer.".to_owned()));
                }
                store::household::report(tx, scope, &people, what, now).await?;
                Ok(profile::refresh(tx, scope, found.campaign, household).await?)
            })
        })
        .await
}

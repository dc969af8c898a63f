//! Note what a caller reports about a household: a death, a wrong address. Each can be said twice without harm.

use chrono::{DateTime, Utc};

use super::{Error, Result};
use crate::domain::id::{HouseholdId, RetireeId, StructureId};
use crate::store::{self, Store};

/// Somebody has died. Letters go to the survivor, or no more.
pub async fn death(
    store: &Store,
    scope: StructureId,
    household: HouseholdId,
    person: RetireeId,
    now: DateTime<Utc>,
) -> Result<()> {
    store
        .write(move |tx| {
            Box::pin(async move {
                let found = store::household::by_ids(tx, scope, &[household]).await?.pop();
                let found = found.ok_or_else(no_such_household)?;
                if !found.rows.iter().any(|row| row.person == person) {
                    return Err(not_of_household());
                }
                Ok(store::household::report_death(tx, scope, &[person], now).await?)
            })
        })
        .await
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
                if store::household::by_ids(tx, scope, &[household]).await?.is_empty() {
                    return Err(no_such_household());
                }
                store::household::report_wrong_address(tx, scope, household, now).await?;
                for invitation in store::household::invitations(tx, scope, &[household]).await? {
                    store::household::report_returned(tx, scope, invitation.invitation, now).await?;
                }
                Ok(())
            })
        })
        .await
}

/// What is said of somebody who lives elsewhere.
pub(super) fn not_of_household() -> Error {
    Error::NotFound("Cette personne n’est pas de ce foyer.".to_owned())
}

/// What is said of an identifier that leads nowhere.
pub fn no_such_household() -> Error {
    Error::NotFound("Ce foyer n’existe pas.".to_owned())
}

//! Cancel a registration. Its seats go at once to who waits first.

use super::register::promote;
use super::{Error, Result, Store};
use crate::domain::id::{RegistrationId, StructureId};
use crate::domain::registration::Status;
use crate::store;
use crate::store::registration::Registration;

/// Cancels a registration at a workshop of this structure; a second time changes nothing. Gives the registrations that
/// have their seats now, to be called.
pub async fn cancel(store: &Store, scope: StructureId, id: RegistrationId) -> Result<Vec<Registration>> {
    store
        .write(move |tx| {
            Box::pin(async move {
                let gone = || Error::NotFound("Cette inscription n’existe pas.".to_owned());
                let registration = store::registration::by_id(tx, id).await?.ok_or_else(gone)?;
                let workshop = store::workshop::by_id(tx, registration.workshop).await?;
                let workshop = workshop.filter(|w| w.structure == scope).ok_or_else(gone)?;
                let capacity = store::workshop::lock(tx, workshop.id).await?;
                store::registration::set_status(tx, id, Status::Cancelled).await?;
                Ok(promote(tx, workshop.id, capacity).await?)
            })
        })
        .await
}

//! Find a registration for its confirmation.

use super::Result;
use crate::domain::id::{RegistrationId, StructureId};
use crate::domain::registration::Status;
use crate::domain::workshop::Workshop;
use crate::store::{self, Store};

pub use crate::store::registration::Registration;

/// A registration with its workshop. What it says of people is for the desk only.
#[derive(Debug, Clone)]
pub struct Confirmation {
    /// The registration.
    pub registration: Registration,
    /// The structure that holds the workshop.
    pub structure: StructureId,
    /// The workshop.
    pub workshop: Workshop,
    /// The place in the waiting list, from 1, where it waits.
    pub position: Option<u32>,
}

/// The registration with this identifier.
pub async fn by_id(store: &Store, id: RegistrationId) -> Result<Option<Confirmation>> {
    let Some(registration) = store::registration::by_id(store.read(), id).await? else { return Ok(None) };
    let Some(workshop) = store::workshop::by_id(store.read(), registration.workshop).await? else { return Ok(None) };
    let position = match registration.status {
        Status::Waiting => Some(store::registration::waiting_position(store.read(), &registration).await?),
        Status::Confirmed | Status::Cancelled => None,
    };
    Ok(Some(Confirmation { registration, structure: workshop.structure, workshop: workshop.workshop, position }))
}

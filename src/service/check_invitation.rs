//! Check an invitation number without learning anything about who holds it.

use super::Result;
use crate::domain::id::StructureId;
use crate::domain::number::InvitationNumber;
use crate::store::{self, Store};

/// The structure whose letter carries this number; nothing where no letter does.
pub async fn issued_by(store: &Store, number: InvitationNumber) -> Result<Option<StructureId>> {
    if let Some((_, scope)) = store::household::by_number(store.read(), number).await? {
        return Ok(Some(scope));
    }
    Ok(store::blind::by_number(store.read(), number).await?.map(|commune| commune.structure))
}

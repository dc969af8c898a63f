//! Find whom a page names and whom people are asked to call.

use super::Result;
use crate::domain::id::StructureId;
use crate::domain::structure::Structure;
use crate::store::{self, Store};

/// The structure with this identifier; nothing where it has only its name yet.
pub async fn by_id(store: &Store, id: StructureId) -> Result<Option<Structure>> {
    Ok(store::structure::by_id(store.read(), id).await?)
}

/// The structure of this installation, where it holds a single one: whom a page names that belongs to no workshop.
pub async fn only_one(store: &Store) -> Result<Option<Structure>> {
    match store::user::structures(store.read()).await?.as_slice() {
        [(id, _)] => by_id(store, *id).await,
        _ => Ok(None),
    }
}

//! Say who the structure is, as letters and pages name it.

use super::edit_campaign::{EditError, FieldMistake, LogoEdit};
use super::{Store, find_structure};
use crate::domain::id::StructureId;
use crate::domain::structure::Structure;
use crate::pack;
use crate::store;

/// What was typed is read by the rules of a pack and stored.
pub async fn edit_structure(
    store: &Store,
    scope: StructureId,
    fields: &[(String, String)],
    logo: LogoEdit,
    signature: LogoEdit,
) -> Result<Structure, EditError> {
    let mut read = pack::read_structure(fields).map_err(EditError::Fields)?;
    let before = find_structure::by_id(store, scope).await?;
    let (old_logo, old_signature) = before.map(|s| (s.logo, s.signature)).unwrap_or_default();
    read.logo = logo.over(old_logo);
    read.signature = signature.over(old_signature);
    store
        .write(move |tx| {
            let read = read.clone();
            Box::pin(async move {
                if store::structure::is_taken(tx, scope, &read.name).await? {
                    let message = "Une autre structure porte déjà ce nom.".to_owned();
                    return Err(EditError::Fields(vec![FieldMistake { field: "name".to_owned(), message }]));
                }
                store::structure::update(tx, scope, &read).await?;
                Ok(read)
            })
        })
        .await
}

/// The structure; nothing where it has only its name yet.
pub async fn structure(store: &Store, scope: StructureId) -> super::Result<Option<Structure>> {
    find_structure::by_id(store, scope).await
}

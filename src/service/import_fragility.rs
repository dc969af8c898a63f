//! Take in a file of fragility by commune; it replaces the one before.

use std::sync::Arc;

use super::{Error, Result, Store};
use crate::audience::{FragilityFile, read_fragility};
use crate::domain::commune::Gazetteer;
use crate::domain::id::StructureId;
use crate::store;

/// Reads the file and keeps what it says. Rows with a mistake are left out and told; a file with none that is right
/// changes nothing.
pub async fn import_fragility(store: &Store, scope: StructureId, bytes: &[u8]) -> Result<FragilityFile> {
    let file = read_fragility(bytes, Gazetteer::embedded()).map_err(|e| Error::Refused(e.to_string()))?;
    if file.communes.is_empty() {
        let first = file.mistakes.first().map(|(row, why)| format!(" Ligne {row}, {why}")).unwrap_or_default();
        return Err(Error::Refused(format!("Aucune ligne de ce fichier ne peut être prise.{first}")));
    }
    let communes = Arc::new(file.communes.clone());
    store
        .write::<_, Error, _>(move |tx| {
            let communes = communes.clone();
            Box::pin(async move { Ok(store::fragility::replace(tx, scope, &communes).await?) })
        })
        .await?;
    Ok(file)
}

/// Of how many communes the structure has imported something.
pub async fn imported(store: &Store, scope: StructureId) -> Result<u64> {
    Ok(store::fragility::count(store.read(), scope).await?)
}

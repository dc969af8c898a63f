//! Which secret key the database's digests were made with: a digest of nothing in particular tells.

use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;

use super::entity::key_check;
use super::{Connection, Result, Tx};
use crate::identity::Digest;

/// What the one digest is for.
const PURPOSE: &str = "secret.key";

/// The digest of the key, once anything was made with it.
pub async fn stored(db: &impl Connection) -> Result<Option<Vec<u8>>> {
    Ok(key_check::Entity::find_by_id(PURPOSE.to_owned()).one(db).await?.map(|row| row.digest))
}

/// Notes the digest of the key; the first one stays.
pub async fn save(tx: &Tx, digest: Digest) -> Result<()> {
    let row = key_check::ActiveModel { purpose: Set(PURPOSE.to_owned()), digest: Set(digest.to_vec()) };
    key_check::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(tx).await?;
    Ok(())
}

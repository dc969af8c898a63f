//! How the lists of a fund are read, remembered by the columns that they have.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::entity::{Owned, list_mapping};
use super::{Connection, Result, Tx, stored};
use crate::domain::id::StructureId;
use crate::intake::Choices;

/// What was chosen for a list with these columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapping {
    /// The fund whose list it was.
    pub fund: String,
    /// A digest of its columns.
    pub header_sha256: String,
    /// Their names.
    pub columns: Vec<String>,
    /// How it was read.
    pub choices: Choices,
    /// When.
    pub saved_at: DateTime<Utc>,
}

/// All that a structure chose for lists, the latest first.
pub async fn of_structure(db: &impl Connection, scope: StructureId) -> Result<Vec<Mapping>> {
    let rows = list_mapping::Entity::of(scope).order_by_desc(list_mapping::Column::SavedAt).all(db).await?;
    let read = |row: list_mapping::Model| {
        Ok(Mapping {
            fund: row.fund,
            header_sha256: row.header_sha256,
            columns: stored("list_mapping.columns", serde_json::from_str(&row.columns))?,
            choices: stored("list_mapping.choices", serde_json::from_str(&row.choices))?,
            saved_at: row.saved_at,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Remembers choices in the place of those before.
pub async fn save(tx: &Tx, scope: StructureId, mapping: &Mapping) -> Result<()> {
    list_mapping::Entity::delete_many()
        .filter(list_mapping::Column::StructureId.eq(scope.0))
        .filter(list_mapping::Column::Fund.eq(&mapping.fund))
        .filter(list_mapping::Column::HeaderSha256.eq(&mapping.header_sha256))
        .exec(tx)
        .await?;
    let row = list_mapping::ActiveModel {
        id: Set(Uuid::now_v7()),
        structure_id: Set(scope.0),
        fund: Set(mapping.fund.clone()),
        header_sha256: Set(mapping.header_sha256.clone()),
        choices: Set(stored("list_mapping.choices", serde_json::to_string(&mapping.choices))?),
        columns: Set(stored("list_mapping.columns", serde_json::to_string(&mapping.columns))?),
        saved_at: Set(mapping.saved_at),
    };
    row.insert(tx).await?;
    Ok(())
}

/// Forgets what was chosen for lists with these columns, of whatever fund.
pub async fn forget(tx: &Tx, scope: StructureId, header_sha256: &str) -> Result<()> {
    list_mapping::Entity::delete_many()
        .filter(list_mapping::Column::StructureId.eq(scope.0))
        .filter(list_mapping::Column::HeaderSha256.eq(header_sha256))
        .exec(tx)
        .await?;
    Ok(())
}

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
    /// How it was read.
    pub choices: Choices,
    /// When.
    pub saved_at: DateTime<Utc>,
}

/// The latest choices for a list with these columns, of whatever fund of the structure.
pub async fn by_header(db: &impl Connection, scope: StructureId, header_sha256: &str) -> Result<Option<Mapping>> {
    let row = list_mapping::Entity::of(scope)
        .filter(list_mapping::Column::HeaderSha256.eq(header_sha256))
        .order_by_desc(list_mapping::Column::SavedAt)
        .one(db)
        .await?;
    row.map(|row| {
        Ok(Mapping {
            fund: row.fund,
            choices: stored("list_mapping.choices", serde_json::from_str(&row.choices))?,
            saved_at: row.saved_at,
        })
    })
    .transpose()
}

/// Remembers choices in the place of those before.
pub async fn save(tx: &Tx, scope: StructureId, header_sha256: &str, mapping: &Mapping) -> Result<()> {
    list_mapping::Entity::delete_many()
        .filter(list_mapping::Column::StructureId.eq(scope.0))
        .filter(list_mapping::Column::Fund.eq(&mapping.fund))
        .filter(list_mapping::Column::HeaderSha256.eq(header_sha256))
        .exec(tx)
        .await?;
    let row = list_mapping::ActiveModel {
        id: Set(Uuid::now_v7()),
        structure_id: Set(scope.0),
        fund: Set(mapping.fund.clone()),
        header_sha256: Set(header_sha256.to_owned()),
        choices: Set(stored("list_mapping.choices", serde_json::to_string(&mapping.choices))?),
        saved_at: Set(mapping.saved_at),
    };
    row.insert(tx).await?;
    Ok(())
}

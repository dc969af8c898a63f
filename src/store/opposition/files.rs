//! The files that oppositions came in.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::{NOTED, Which, select};
use crate::domain::id::{OppositionFileId, StructureId};
use crate::store::entity::{Owned, opposition, opposition_file};
use crate::store::{Connection, Result, StoreError, Tx, stored};

/// Read, and waiting for the coordinator to say yes.
const PREVIEW: &str = "preview";

/// A file of oppositions that was read.
#[derive(Debug, Clone)]
pub struct UploadedFile {
    /// Its identifier.
    pub id: OppositionFileId,
    /// Its name.
    pub name: String,
    /// Its oppositions hold.
    pub noted: bool,
    /// Its oppositions.
    pub oppositions: u64,
    /// Rows whose people had been noted before.
    pub already_noted: u32,
    /// Rows that could not be read: their number from 1, and why.
    pub refused: Vec<(u32, String)>,
}

/// Keeps a file's name and the rows that could not be read; its oppositions do not hold yet. Files that were read before
/// and never noted go.
pub async fn insert_file(tx: &Tx, scope: StructureId, file: &UploadedFile, now: DateTime<Utc>) -> Result<()> {
    let waiting = opposition_file::Entity::of(scope).filter(opposition_file::Column::State.eq(PREVIEW)).all(tx).await?;
    for old in waiting {
        discard_file(tx, scope, OppositionFileId(old.id)).await?;
    }
    let row = opposition_file::ActiveModel {
        id: Set(file.id.0),
        structure_id: Set(scope.0),
        name: Set(file.name.clone()),
        state: Set(PREVIEW.to_owned()),
        already_noted: Set(file.already_noted.cast_signed()),
        refused: Set(serde_json::to_string(&file.refused).map_err(|e| StoreError::Stored(e.to_string()))?),
        uploaded_at: Set(now),
    };
    row.insert(tx).await?;
    Ok(())
}

/// A file of this structure.
pub async fn file(db: &impl Connection, scope: StructureId, id: OppositionFileId) -> Result<Option<UploadedFile>> {
    let found = opposition_file::Entity::of(scope).filter(opposition_file::Column::Id.eq(id.0)).one(db).await?;
    let Some(row) = found else { return Ok(None) };
    Ok(Some(UploadedFile {
        id,
        name: row.name,
        noted: row.state == NOTED,
        oppositions: select(scope, Which::OfFile(id)).count(db).await?,
        already_noted: row.already_noted.cast_unsigned(),
        refused: stored("opposition_file.refused", serde_json::from_str(&row.refused))?,
    }))
}

/// Makes a file's oppositions hold, from now on. Gives whether they did not hold before.
pub async fn accept_file(tx: &Tx, scope: StructureId, id: OppositionFileId, now: DateTime<Utc>) -> Result<bool> {
    let done = opposition_file::Entity::update_many()
        .col_expr(opposition_file::Column::State, Expr::value(NOTED))
        .filter(opposition_file::Column::StructureId.eq(scope.0))
        .filter(opposition_file::Column::Id.eq(id.0))
        .filter(opposition_file::Column::State.eq(PREVIEW))
        .exec(tx)
        .await?;
    opposition::Entity::update_many()
        .col_expr(opposition::Column::NotedAt, Expr::value(now))
        .filter(opposition::Column::FileId.eq(id.0))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Takes out a file whose oppositions do not hold.
pub async fn discard_file(tx: &Tx, scope: StructureId, id: OppositionFileId) -> Result<()> {
    let waiting = opposition_file::Entity::of(scope)
        .filter(opposition_file::Column::Id.eq(id.0))
        .filter(opposition_file::Column::State.eq(PREVIEW));
    if waiting.one(tx).await?.is_some() {
        opposition::Entity::delete_many().filter(opposition::Column::FileId.eq(id.0)).exec(tx).await?;
        opposition_file::Entity::delete_by_id(id.0).exec(tx).await?;
    }
    Ok(())
}

//! Rows that may be of somebody who is opposed, until somebody says so.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::domain::id::{OppositionDoubtId, OppositionId, RetireeId, StructureId};
use crate::identity::KeyKind;
use crate::store::entity::{Owned, opposition_doubt, retiree};
use crate::store::{Connection, Result, Tx, profile, stored};

/// A row that may be somebody who is opposed.
#[derive(Debug, Clone)]
pub struct OpenDoubt {
    /// Its identifier.
    pub id: OppositionDoubtId,
    /// The opposition.
    pub opposition: OppositionId,
    /// The row.
    pub row: RetireeId,
    /// What agrees.
    pub because: KeyKind,
}

/// The open doubts of a structure, or about one opposition, that come after one, the oldest first; at most `limit`.
pub async fn doubts_after(
    db: &impl Connection,
    scope: StructureId,
    about: Option<OppositionId>,
    after: Option<OppositionDoubtId>,
    limit: u64,
) -> Result<Vec<OpenDoubt>> {
    let mut open = opposition_doubt::Entity::of(scope).order_by_asc(opposition_doubt::Column::Id).limit(limit);
    if let Some(about) = about {
        open = open.filter(opposition_doubt::Column::OppositionId.eq(about.0));
    }
    if let Some(after) = after {
        open = open.filter(opposition_doubt::Column::Id.gt(after.0));
    }
    open.all(db).await?.into_iter().map(doubt_of).collect()
}

/// An open doubt of a structure.
pub async fn doubt(db: &impl Connection, scope: StructureId, id: OppositionDoubtId) -> Result<Option<OpenDoubt>> {
    let open = opposition_doubt::Entity::of(scope).filter(opposition_doubt::Column::Id.eq(id.0));
    open.one(db).await?.map(doubt_of).transpose()
}

/// Closes the doubts between an opposition and these rows.
pub async fn close_doubts(tx: &Tx, scope: StructureId, opposition: OppositionId, rows: &[RetireeId]) -> Result<()> {
    opposition_doubt::Entity::delete_many()
        .filter(opposition_doubt::Column::StructureId.eq(scope.0))
        .filter(opposition_doubt::Column::OppositionId.eq(opposition.0))
        .filter(opposition_doubt::Column::RetireeId.is_in(rows.iter().map(|r| r.0)))
        .exec(tx)
        .await?;
    settle(tx, scope).await
}

/// Rows about which nothing is asked any more may be written to again.
pub(super) async fn settle(tx: &Tx, scope: StructureId) -> Result<()> {
    use retiree::Column as C;
    let mut open = opposition_doubt::Entity::of(scope).select_only().column(opposition_doubt::Column::RetireeId);
    let settled = Condition::all()
        .add(C::OppositionDoubtAt.is_not_null())
        .add(C::Id.not_in_subquery(QuerySelect::query(&mut open).take()));
    profile::rows_changed(tx, scope, settled.clone()).await?;
    retiree::Entity::update_many()
        .col_expr(C::OppositionDoubtAt, Expr::value(None::<DateTime<Utc>>))
        .filter(C::StructureId.eq(scope.0))
        .filter(settled)
        .exec(tx)
        .await?;
    Ok(())
}

fn doubt_of(row: opposition_doubt::Model) -> Result<OpenDoubt> {
    Ok(OpenDoubt {
        id: OppositionDoubtId(row.id),
        opposition: OppositionId(row.opposition_id),
        row: RetireeId(row.retiree_id),
        because: stored("opposition_doubt.because", KeyKind::from_code(&row.because).ok_or(""))?,
    })
}

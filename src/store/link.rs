//! What the program joined by itself: rows about one person, people of one household.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect};

use super::entity::{Owned, doubt, retiree};
use super::household::named;
use super::{Connection, Result};
use crate::domain::doubt::{Answer, DoubtKind};
use crate::domain::id::{DeliveryId, HouseholdId, RetireeId, StructureId};

/// A row and what it was joined to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joined {
    /// The row.
    pub row: RetireeId,
    /// The first row of its person, where it is not that itself.
    pub same_as: Option<RetireeId>,
    /// Its household.
    pub household: HouseholdId,
}

/// Rows of a list that were joined to an earlier row, as one person or as one household, in their order; those after `after` in
/// whose names every one of `words` begins a word, at most `limit`.
pub async fn joined(
    db: &impl Connection,
    scope: StructureId,
    list: DeliveryId,
    kind: DoubtKind,
    words: &[&str],
    after: Option<RetireeId>,
    limit: u64,
) -> Result<Vec<Joined>> {
    let is_joined = match kind {
        DoubtKind::Person => Condition::all().add(retiree::Column::SameAs.is_not_null()),
        // Of two people the later one was joined to the other.
        DoubtKind::Household => {
            let partner = Alias::new("partner");
            let of = |column| Expr::col((partner.clone(), column));
            let ours = |column| Expr::col((retiree::Entity, column));
            let earlier = Query::select()
                .expr(Expr::value(1))
                .from_as(retiree::Entity, partner.clone())
                .and_where(of(retiree::Column::HouseholdId).equals((retiree::Entity, retiree::Column::HouseholdId)))
                .and_where(of(retiree::Column::SameAs).is_null())
                .and_where(of(retiree::Column::Id).lt(ours(retiree::Column::Id)))
                .take();
            Condition::all().add(retiree::Column::SameAs.is_null()).add(Expr::exists(earlier))
        }
    };
    let mut rows = retiree::Entity::of(scope)
        .filter(retiree::Column::DeliveryId.eq(list.0))
        .filter(is_joined)
        .filter(named(words));
    if let Some(after) = after {
        rows = rows.filter(retiree::Column::Id.gt(after.0));
    }
    let rows: Vec<(uuid::Uuid, Option<uuid::Uuid>, uuid::Uuid)> = rows
        .order_by_asc(retiree::Column::Id)
        .limit(limit)
        .select_only()
        .columns([retiree::Column::Id, retiree::Column::SameAs, retiree::Column::HouseholdId])
        .into_tuple()
        .all(db)
        .await?;
    let joined = |(row, same_as, household): (_, Option<_>, _)| Joined {
        row: RetireeId(row),
        same_as: same_as.map(RetireeId),
        household: HouseholdId(household),
    };
    Ok(rows.into_iter().map(joined).collect())
}

/// Which of these rows somebody said are the same as another.
pub async fn answered(
    db: &impl Connection,
    scope: StructureId,
    kind: DoubtKind,
    rows: &[RetireeId],
) -> Result<Vec<RetireeId>> {
    let found: Vec<uuid::Uuid> = doubt::Entity::of(scope)
        .filter(doubt::Column::Kind.eq(kind.code()))
        .filter(doubt::Column::Answer.eq(Answer::Same.code()))
        .filter(doubt::Column::Other.is_in(rows.iter().map(|r| r.0)))
        .select_only()
        .column(doubt::Column::Other)
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().map(RetireeId).collect())
}

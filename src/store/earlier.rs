//! Households that a structure met in an earlier campaign. A household belongs to one campaign; a person is known again by
//! names and commune (`retiree.search_name`) and a year of birth that does not differ, in lists whose contracts permit
//! matching.

use std::collections::HashSet;

use sea_orm::sea_query::{Alias, Cond, Expr, ExprTrait, Func, JoinType, Query, SelectStatement};
use sea_orm::{ColumnTrait, FromQueryResult, QueryFilter};

use super::delivery::CURRENT;
use super::entity::{Owned, attendance, delivery, invitation, participant, registration, retiree};
use super::{Connection, Result, stored};
use crate::domain::contract::Contract;
use crate::domain::id::{CampaignId, HouseholdId, StructureId};

/// What happened in an earlier campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Met {
    /// The household was invited.
    Invited,
    /// Somebody of it came to a session.
    Attended,
}

#[derive(FromQueryResult)]
struct Found {
    household_id: uuid::Uuid,
}

/// The households of a campaign to which this happened in another campaign of the same structure.
pub async fn met(
    db: &impl Connection,
    scope: StructureId,
    campaign: CampaignId,
    what: Met,
) -> Result<HashSet<HouseholdId>> {
    let (mut here, mut elsewhere) = (Vec::new(), Vec::new());
    for row in delivery::Entity::of(scope).filter(delivery::Column::State.eq(CURRENT)).all(db).await? {
        let contract: Contract = stored("delivery.contract", serde_json::from_str(&row.contract))?;
        if contract.matching {
            if row.campaign_id == campaign.0 { here.push(row.id) } else { elsewhere.push(row.id) }
        }
    }
    if here.is_empty() || elsewhere.is_empty() {
        return Ok(HashSet::new());
    }
    let (now, before) = (Alias::new("now_listed"), Alias::new("listed_before"));
    let of_now = |column: retiree::Column| Expr::col((now.clone(), column));
    let of_before = |column: retiree::Column| Expr::col((before.clone(), column));
    let year = retiree::Column::BirthYear;
    let met = match what {
        Met::Invited => invited(scope),
        Met::Attended => attended(scope),
    };
    let query = Query::select()
        .distinct()
        .column((now.clone(), retiree::Column::HouseholdId))
        .from_as(retiree::Entity, before.clone())
        .join_as(
            JoinType::InnerJoin,
            retiree::Entity,
            now.clone(),
            Cond::all()
                .add(of_now(retiree::Column::StructureId).equals((before.clone(), retiree::Column::StructureId)))
                .add(of_now(retiree::Column::SearchName).equals((before.clone(), retiree::Column::SearchName))),
        )
        .and_where(of_before(retiree::Column::StructureId).eq(scope.0))
        .and_where(of_before(retiree::Column::HouseholdId).in_subquery(met))
        .and_where(of_before(retiree::Column::DeliveryId).is_in(elsewhere))
        .and_where(of_now(retiree::Column::DeliveryId).is_in(here))
        .cond_where(
            Cond::any()
                .add(of_now(year).is_null())
                .add(of_before(year).is_null())
                .add(of_now(year).equals((before.clone(), year))),
        )
        .take();
    let rows = Found::find_by_statement(db.get_database_backend().build(&query)).all(db).await?;
    Ok(rows.into_iter().map(|row| HouseholdId(row.household_id)).collect())
}

/// Households with an invitation.
fn invited(scope: StructureId) -> SelectStatement {
    Query::select()
        .column(invitation::Column::HouseholdId)
        .from(invitation::Entity)
        .and_where(Expr::col(invitation::Column::StructureId).eq(scope.0))
        .take()
}

/// Households of which somebody came: the one the desk found, or the one whose number was used.
fn attended(scope: StructureId) -> SelectStatement {
    let found = Expr::col((registration::Entity, registration::Column::HouseholdId));
    let numbered = Expr::col((invitation::Entity, invitation::Column::HouseholdId));
    Query::select()
        .expr(Func::coalesce([found, numbered]))
        .from(attendance::Entity)
        .inner_join(
            participant::Entity,
            Expr::col((participant::Entity, participant::Column::Id))
                .equals((attendance::Entity, attendance::Column::ParticipantId)),
        )
        .inner_join(
            registration::Entity,
            Expr::col((registration::Entity, registration::Column::Id))
                .equals((participant::Entity, participant::Column::RegistrationId)),
        )
        .left_join(
            invitation::Entity,
            Expr::col((invitation::Entity, invitation::Column::Id))
                .equals((registration::Entity, registration::Column::InvitationId)),
        )
        .and_where(Expr::col((attendance::Entity, attendance::Column::StructureId)).eq(scope.0))
        .and_where(Expr::col((attendance::Entity, attendance::Column::Present)).eq(true))
        .take()
}

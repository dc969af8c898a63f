//! Outlets.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::entity::{Owned, outlet, reference};
use super::{Result, Tx, stored};
use crate::domain::channel::Outlet;
use crate::domain::id::{CampaignId, OutletId, StructureId};
use crate::domain::price::Cents;

/// Gives an outlet another short name.
pub async fn rename(tx: &Tx, campaign: CampaignId, old: &str, new: &str) -> Result<()> {
    outlet::Entity::update_many()
        .col_expr(outlet::Column::Slug, Expr::value(new))
        .filter(outlet::Column::CampaignId.eq(campaign.0))
        .filter(outlet::Column::Slug.eq(old))
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes an outlet out with its references, which stand on no paper.
pub async fn delete(tx: &Tx, campaign: CampaignId, slug: &str) -> Result<()> {
    let ids: Vec<uuid::Uuid> = outlet::Entity::find()
        .filter(outlet::Column::CampaignId.eq(campaign.0))
        .filter(outlet::Column::Slug.eq(slug))
        .select_only()
        .column(outlet::Column::Id)
        .into_tuple()
        .all(tx)
        .await?;
    reference::Entity::delete_many().filter(reference::Column::OutletId.is_in(ids.clone())).exec(tx).await?;
    outlet::Entity::delete_many().filter(outlet::Column::Id.is_in(ids)).exec(tx).await?;
    Ok(())
}

/// Writes an outlet: new, or over the one with the same short name.
pub(super) async fn save(
    tx: &Tx,
    scope: StructureId,
    campaign: CampaignId,
    position: usize,
    new: &Outlet,
) -> Result<()> {
    let existing = outlet::Entity::of(scope)
        .filter(outlet::Column::CampaignId.eq(campaign.0))
        .filter(outlet::Column::Slug.eq(&new.slug))
        .one(tx)
        .await?;
    let row = outlet::ActiveModel {
        id: Set(existing.as_ref().map_or_else(|| OutletId::new().0, |o| o.id)),
        structure_id: Set(scope.0),
        campaign_id: Set(campaign.0),
        position: Set(position.try_into().unwrap_or(i32::MAX)),
        slug: Set(new.slug.clone()),
        name: Set(new.name.clone()),
        channel: Set(new.channel.code().to_owned()),
        cost_cents: Set(new.cost.0.cast_signed()),
        cost_per_piece_cents: Set(new.cost_per_piece.0.cast_signed()),
        reach: Set(new.reach.map(u64::cast_signed)),
        pieces: Set(new.pieces.iter().map(|p| p.code()).collect::<Vec<_>>().join(" ")),
    };
    if existing.is_some() {
        row.update(tx).await?
    } else {
        row.insert(tx).await?
    };
    Ok(())
}

/// An outlet as the database holds it.
pub(super) fn outlet_of(row: outlet::Model) -> Result<Outlet> {
    Ok(Outlet {
        slug: row.slug,
        name: row.name,
        channel: stored("outlet.channel", row.channel.parse())?,
        cost: Cents(row.cost_cents.cast_unsigned()),
        cost_per_piece: Cents(row.cost_per_piece_cents.cast_unsigned()),
        reach: row.reach.map(i64::cast_unsigned),
        pieces: row.pieces.split_whitespace().map(|p| stored("outlet.pieces", p.parse())).collect::<Result<_>>()?,
    })
}

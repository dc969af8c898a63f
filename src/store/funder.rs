//! Funders with their logos.

use std::collections::HashMap;

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::entity::{Owned, funder};
use super::{Connection, Result, StoreError, Tx, stored};
use crate::domain::funder::Funder;
use crate::domain::id::{CampaignId, StructureId};
use crate::domain::logo::Logo;

/// The funders of a campaign, by short name.
pub async fn of_campaign(db: &impl Connection, campaign: CampaignId) -> Result<Vec<Funder>> {
    let rows = funder::Entity::find()
        .filter(funder::Column::CampaignId.eq(campaign.0))
        .order_by_asc(funder::Column::Slug)
        .all(db)
        .await?;
    let mut funders: Vec<_> = rows.into_iter().map(funder_of).collect::<Result<_>>()?;
    // A database sorts texts by rules of its own.
    funders.sort_by(|a, b| a.slug.cmp(&b.slug));
    Ok(funders)
}

/// The short names of funders with these identifiers.
pub(super) async fn slugs(db: &impl Connection, ids: impl IntoIterator<Item = Uuid>) -> Result<HashMap<Uuid, String>> {
    let ids: Vec<_> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = funder::Entity::find().filter(funder::Column::Id.is_in(ids)).all(db).await?;
    Ok(rows.into_iter().map(|f| (f.id, f.slug)).collect())
}

/// The identifier of a campaign's funder.
pub(super) async fn id_of(
    db: &impl Connection,
    scope: StructureId,
    campaign: CampaignId,
    slug: &str,
) -> Result<Option<Uuid>> {
    Ok(find(db, scope, campaign, slug).await?.map(|f| f.id))
}

/// Writes a funder: new, or over the one with the same short name.
pub async fn save(tx: &Tx, scope: StructureId, campaign: CampaignId, new: &Funder) -> Result<()> {
    let existing = find(tx, scope, campaign, &new.slug).await?;
    let mentions = serde_json::to_string(&new.mentions).map_err(|e| StoreError::Stored(e.to_string()))?;
    let row = funder::ActiveModel {
        id: Set(existing.as_ref().map_or_else(Uuid::now_v7, |f| f.id)),
        structure_id: Set(scope.0),
        campaign_id: Set(campaign.0),
        slug: Set(new.slug.clone()),
        name: Set(new.name.clone()),
        minimum_age: Set(new.minimum_age.into()),
        home_only: Set(new.home_only),
        mentions: Set(mentions),
        logo: Set(new.logo.as_ref().map(|l| l.bytes().to_vec())),
    };
    if existing.is_some() {
        row.update(tx).await?
    } else {
        row.insert(tx).await?
    };
    Ok(())
}

/// Gives a funder another short name.
pub async fn rename(tx: &Tx, campaign: CampaignId, old: &str, new: &str) -> Result<()> {
    funder::Entity::update_many()
        .col_expr(funder::Column::Slug, Expr::value(new))
        .filter(funder::Column::CampaignId.eq(campaign.0))
        .filter(funder::Column::Slug.eq(old))
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes a funder out, whom no workshop names any more.
pub async fn delete(tx: &Tx, campaign: CampaignId, slug: &str) -> Result<()> {
    funder::Entity::delete_many()
        .filter(funder::Column::CampaignId.eq(campaign.0))
        .filter(funder::Column::Slug.eq(slug))
        .exec(tx)
        .await?;
    Ok(())
}

async fn find(
    db: &impl Connection,
    scope: StructureId,
    campaign: CampaignId,
    slug: &str,
) -> Result<Option<funder::Model>> {
    let found = funder::Entity::of(scope)
        .filter(funder::Column::CampaignId.eq(campaign.0))
        .filter(funder::Column::Slug.eq(slug))
        .one(db)
        .await?;
    Ok(found)
}

fn funder_of(row: funder::Model) -> Result<Funder> {
    Ok(Funder {
        slug: row.slug,
        name: row.name,
        minimum_age: stored("funder.minimum_age", row.minimum_age.try_into())?,
        home_only: row.home_only,
        mentions: stored("funder.mentions", serde_json::from_str(&row.mentions))?,
        logo: row.logo.map(|bytes| stored("funder.logo", Logo::read(&bytes))).transpose()?,
    })
}

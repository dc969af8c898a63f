//! A campaign's audiences: saved under a name, one of them chosen.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::entity::{Owned, saved_audience};
use super::{Connection, Result, StoreError, Tx, stored};
use crate::domain::audience::Audience;
use crate::domain::id::{CampaignId, SavedAudienceId, StructureId};

/// The audience that a campaign's file defines.
pub const OF_PACK: &str = "Public du dossier";

/// An audience under its name.
#[derive(Debug, Clone)]
pub struct SavedAudience {
    /// Its identifier.
    pub id: SavedAudienceId,
    /// Its name, unique in the campaign.
    pub name: String,
    /// What it is.
    pub audience: Audience,
    /// Letters are drawn from it.
    pub chosen: bool,
}

/// The audiences of a campaign, by name.
pub async fn of_campaign(db: &impl Connection, scope: StructureId, campaign: CampaignId) -> Result<Vec<SavedAudience>> {
    let rows = saved_audience::Entity::of(scope)
        .filter(saved_audience::Column::CampaignId.eq(campaign.0))
        .order_by_asc(saved_audience::Column::Name)
        .all(db)
        .await?;
    rows.into_iter().map(saved).collect()
}

/// The audience from which a campaign's letters are drawn.
pub async fn chosen(db: &impl Connection, campaign: CampaignId) -> Result<Audience> {
    let row = saved_audience::Entity::find()
        .filter(saved_audience::Column::CampaignId.eq(campaign.0))
        .filter(saved_audience::Column::Chosen.eq(true))
        .one(db)
        .await?;
    let row = row.ok_or_else(|| StoreError::Stored("the campaign has no chosen audience".to_owned()))?;
    Ok(saved(row)?.audience)
}

/// Saves an audience under a name: new, or over the one of that name. Choosing stays as it is.
pub async fn save(
    tx: &Tx,
    scope: StructureId,
    campaign: CampaignId,
    name: &str,
    audience: &Audience,
    now: DateTime<Utc>,
) -> Result<SavedAudienceId> {
    let definition = serde_json::to_string(audience).map_err(|e| StoreError::Stored(e.to_string()))?;
    let existing = saved_audience::Entity::of(scope)
        .filter(saved_audience::Column::CampaignId.eq(campaign.0))
        .filter(saved_audience::Column::Name.eq(name))
        .one(tx)
        .await?;
    let id = existing.as_ref().map_or_else(SavedAudienceId::new, |row| SavedAudienceId(row.id));
    let row = saved_audience::ActiveModel {
        id: Set(id.0),
        structure_id: Set(scope.0),
        campaign_id: Set(campaign.0),
        name: Set(name.to_owned()),
        definition: Set(definition),
        chosen: Set(existing.as_ref().is_some_and(|row| row.chosen)),
        saved_at: Set(now),
    };
    if existing.is_some() {
        row.update(tx).await?
    } else {
        row.insert(tx).await?
    };
    Ok(id)
}

/// Gives an audience another name, which none of the campaign has.
pub async fn rename(tx: &Tx, scope: StructureId, id: SavedAudienceId, name: &str) -> Result<()> {
    saved_audience::Entity::update_many()
        .col_expr(saved_audience::Column::Name, Expr::value(name))
        .filter(saved_audience::Column::StructureId.eq(scope.0))
        .filter(saved_audience::Column::Id.eq(id.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes an audience away, unless it is the chosen one.
pub async fn delete(tx: &Tx, scope: StructureId, id: SavedAudienceId) -> Result<()> {
    saved_audience::Entity::delete_many()
        .filter(saved_audience::Column::StructureId.eq(scope.0))
        .filter(saved_audience::Column::Id.eq(id.0))
        .filter(saved_audience::Column::Chosen.eq(false))
        .exec(tx)
        .await?;
    Ok(())
}

/// Makes this audience the one from which letters are drawn.
pub async fn choose(tx: &Tx, campaign: CampaignId, id: SavedAudienceId) -> Result<()> {
    saved_audience::Entity::update_many()
        .col_expr(saved_audience::Column::Chosen, ExprTrait::eq(Expr::col(saved_audience::Column::Id), id.0))
        .filter(saved_audience::Column::CampaignId.eq(campaign.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Makes this definition the chosen one. One that is saved already is chosen under its name; another is saved as the
/// audience of the campaign's file, and what the coordinator saved stays.
pub async fn choose_definition(tx: &Tx, scope: StructureId, campaign: CampaignId, audience: &Audience) -> Result<()> {
    let known = of_campaign(tx, scope, campaign).await?;
    let mut same: Vec<_> = known.iter().filter(|saved| saved.audience == *audience).collect();
    same.sort_by_key(|saved| !saved.chosen);
    let id = match same.first() {
        Some(saved) if saved.chosen => return Ok(()),
        Some(saved) => saved.id,
        None => save(tx, scope, campaign, OF_PACK, audience, DateTime::UNIX_EPOCH).await?,
    };
    choose(tx, campaign, id).await
}

fn saved(row: saved_audience::Model) -> Result<SavedAudience> {
    Ok(SavedAudience {
        id: SavedAudienceId(row.id),
        name: row.name,
        audience: stored("saved_audience.definition", serde_json::from_str(&row.definition))?,
        chosen: row.chosen,
    })
}

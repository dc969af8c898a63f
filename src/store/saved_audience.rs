//! A campaign's audiences: saved under a name, one of them chosen.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};

use super::entity::{Owned, saved_audience};
use super::{Connection, Result, StoreError, Tx, stored};
use crate::domain::audience::Audience;
use crate::domain::id::{CampaignId, SavedAudienceId, StructureId};

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

/// The audiences of a campaign, by name: in the order of its characters, whatever the database sorts by.
pub async fn of_campaign(db: &impl Connection, scope: StructureId, campaign: CampaignId) -> Result<Vec<SavedAudience>> {
    let rows =
        saved_audience::Entity::of(scope).filter(saved_audience::Column::CampaignId.eq(campaign.0)).all(db).await?;
    let mut audiences: Vec<_> = rows.into_iter().map(saved).collect::<Result<_>>()?;
    audiences.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(audiences)
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

/// Saves these audiences, each under its name, and makes the first the chosen one. Others that the campaign has stay.
pub async fn save_all<'a>(
    tx: &Tx,
    scope: StructureId,
    campaign: CampaignId,
    audiences: impl Iterator<Item = (&'a str, &'a Audience)>,
) -> Result<()> {
    let known = of_campaign(tx, scope, campaign).await?;
    for (position, (name, audience)) in audiences.enumerate() {
        let same = known.iter().find(|saved| saved.name == name);
        let id = match same {
            Some(saved) if saved.audience == *audience => saved.id,
            _ => save(tx, scope, campaign, name, audience, DateTime::UNIX_EPOCH).await?,
        };
        if position == 0 && !same.is_some_and(|saved| saved.chosen) {
            choose(tx, campaign, id).await?;
        }
    }
    Ok(())
}

fn saved(row: saved_audience::Model) -> Result<SavedAudience> {
    Ok(SavedAudience {
        id: SavedAudienceId(row.id),
        name: row.name,
        audience: stored("saved_audience.definition", serde_json::from_str(&row.definition))?,
        chosen: row.chosen,
    })
}

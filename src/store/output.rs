//! What was issued: every file that left, with its bytes' hash and the facts it was made from.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::entity::issued_output;
use super::{Connection, Result, Tx};
use crate::domain::id::{CampaignId, StructureId};

/// An issued file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Its path in the campaign's folder, with `/`.
    pub path: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// What it was made from, as JSON.
    pub facts: String,
}

/// What a campaign issued, by path.
pub async fn of_campaign(db: &impl Connection, campaign: CampaignId) -> Result<Vec<Issued>> {
    let rows = issued_output::Entity::find()
        .filter(issued_output::Column::CampaignId.eq(campaign.0))
        .order_by_asc(issued_output::Column::Path)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|o| Issued { path: o.path, sha256: o.sha256, facts: o.facts }).collect())
}

/// Notes files as issued, over earlier ones with the same path.
pub async fn save(
    tx: &Tx,
    scope: StructureId,
    campaign: CampaignId,
    issued: &[Issued],
    now: DateTime<Utc>,
) -> Result<()> {
    for output in issued {
        issued_output::Entity::delete_many()
            .filter(issued_output::Column::CampaignId.eq(campaign.0))
            .filter(issued_output::Column::Path.eq(&output.path))
            .exec(tx)
            .await?;
        let row = issued_output::ActiveModel {
            id: Set(uuid::Uuid::now_v7()),
            structure_id: Set(scope.0),
            campaign_id: Set(campaign.0),
            path: Set(output.path.clone()),
            sha256: Set(output.sha256.clone()),
            facts: Set(output.facts.clone()),
            issued_at: Set(now),
        };
        row.insert(tx).await?;
    }
    Ok(())
}

/// Forgets files that are no longer issued.
pub async fn forget(tx: &Tx, campaign: CampaignId, paths: &[String]) -> Result<()> {
    issued_output::Entity::delete_many()
        .filter(issued_output::Column::CampaignId.eq(campaign.0))
        .filter(issued_output::Column::Path.is_in(paths))
        .exec(tx)
        .await?;
    Ok(())
}

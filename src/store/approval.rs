//! Approvals of proofs: who said yes to which content, and when.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::entity::{Owned, proof_approval};
use super::{Connection, Result, Tx};
use crate::domain::id::{CampaignId, StructureId};

/// Somebody's yes to a content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Who, as the contract names them.
    pub by: String,
    /// For which fund; empty where it was noted before two people could have one name.
    pub fund: String,
    /// SHA-256 of the content, in hexadecimal.
    pub sha256: String,
    /// The day they said so.
    pub on: NaiveDate,
    /// A pack says so, for content that it vouches for.
    pub declared: bool,
    /// When it was noted.
    pub noted_at: DateTime<Utc>,
}

/// The approvals of a campaign's proofs, the earliest first.
pub async fn of_campaign(db: &impl Connection, scope: StructureId, campaign: CampaignId) -> Result<Vec<Approval>> {
    let rows = proof_approval::Entity::of(scope)
        .filter(proof_approval::Column::CampaignId.eq(campaign.0))
        .order_by_asc(proof_approval::Column::NotedAt)
        .all(db)
        .await?;
    let approval = |row: proof_approval::Model| Approval {
        by: row.approved_by,
        fund: row.fund,
        sha256: row.sha256,
        on: row.approved_on,
        declared: row.declared,
        noted_at: row.noted_at,
    };
    Ok(rows.into_iter().map(approval).collect())
}

/// Notes an approval that is not noted yet.
pub async fn insert(tx: &Tx, scope: StructureId, campaign: CampaignId, approval: &Approval) -> Result<()> {
    let row = proof_approval::ActiveModel {
        id: Set(uuid::Uuid::now_v7()),
        structure_id: Set(scope.0),
        campaign_id: Set(campaign.0),
        approved_by: Set(approval.by.clone()),
        fund: Set(approval.fund.clone()),
        sha256: Set(approval.sha256.clone()),
        approved_on: Set(approval.on),
        declared: Set(approval.declared),
        noted_at: Set(approval.noted_at),
    };
    proof_approval::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

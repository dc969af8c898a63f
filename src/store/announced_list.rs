//! Lists that a pack announced with their contracts, and that may not be there yet.

use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::entity::announced_list;
use super::{Connection, Result, StoreError, Tx, stored};
use crate::domain::contract::Contract;
use crate::domain::id::{CampaignId, StructureId};

/// The lists that a campaign announces, in order: file names and contracts.
pub async fn of_campaign(db: &impl Connection, campaign: CampaignId) -> Result<Vec<(String, Contract)>> {
    let rows = announced_list::Entity::find()
        .filter(announced_list::Column::CampaignId.eq(campaign.0))
        .order_by_asc(announced_list::Column::Position)
        .all(db)
        .await?;
    let read = |row: announced_list::Model| {
        Ok((row.file_name, stored("announced_list.contract", serde_json::from_str(&row.contract))?))
    };
    rows.into_iter().map(read).collect()
}

/// Writes the lists that a new campaign announces.
pub async fn insert(tx: &Tx, scope: StructureId, campaign: CampaignId, lists: &[(String, Contract)]) -> Result<()> {
    for (position, (file_name, contract)) in (0..).zip(lists) {
        let contract = serde_json::to_string(contract).map_err(|e| StoreError::Stored(e.to_string()))?;
        let row = announced_list::ActiveModel {
            campaign_id: Set(campaign.0),
            position: Set(position),
            structure_id: Set(scope.0),
            file_name: Set(file_name.clone()),
            contract: Set(contract),
        };
        announced_list::Entity::insert(row).exec_without_returning(tx).await?;
    }
    Ok(())
}

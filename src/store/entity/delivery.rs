//! The table `delivery`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub structure_id: Uuid,
    pub campaign_id: Uuid,
    pub position: i32,
    pub file_name: String,
    pub sha256: String,
    pub state: String,
    #[sea_orm(column_type = "Text")]
    pub contract: String,
    #[sea_orm(column_type = "Text")]
    pub facts: String,
    pub accepted: i32,
    pub corrected: i32,
    pub refused: i32,
    pub purge_on: Date,
    pub received_at: DateTimeUtc,
    pub by_hand: bool,
    pub last_retiree_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

super::owned!();

//! The table `campaign`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "campaign")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub structure_id: Uuid,
    pub slug: String,
    pub name: String,
    pub public_url: String,
    pub seed: i64,
    pub anchor: Date,
    pub posting_day: Date,
    pub reply_by: Date,
    pub letter_file: String,
    #[sea_orm(column_type = "Text")]
    pub letter_source: String,
    pub pack_sha256: Option<String>,
    pub taken_sha256: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub editions: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub partners: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub seed_address: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

super::owned!();

//! The table `funder`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "funder")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub structure_id: Uuid,
    pub campaign_id: Uuid,
    pub slug: String,
    pub name: String,
    pub minimum_age: i16,
    pub home_only: bool,
    #[sea_orm(column_type = "Text")]
    pub mentions: String,
    pub logo: Option<Vec<u8>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

super::owned!();

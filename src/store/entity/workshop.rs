//! The table `workshop`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "workshop")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub structure_id: Uuid,
    pub campaign_id: Uuid,
    pub slug: String,
    pub topic: String,
    pub short_topic: String,
    pub summary: String,
    pub minimum_age: i16,
    pub price_cents: i64,
    pub capacity: i32,
    pub support: String,
    pub funder_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

super::owned!();

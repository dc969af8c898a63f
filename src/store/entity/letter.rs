//! The table `letter`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "letter")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub invitation_id: Uuid,
    pub structure_id: Uuid,
    pub campaign_id: Uuid,
    pub lot: i32,
    pub position: i32,
    pub pages: i32,
    pub printed_at: DateTimeUtc,
    pub returned_at: Option<DateTimeUtc>,
    pub posted_on: Option<Date>,
    pub content: Option<String>,
    pub postcode: Option<String>,
    pub commune: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

super::owned!();

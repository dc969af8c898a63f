//! The table `registration`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "registration")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub structure_id: Uuid,
    pub workshop_id: Uuid,
    pub arrival: i32,
    pub status: String,
    pub seats: i32,
    pub entry_mode: String,
    pub person_key: String,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub invitation_id: Option<Uuid>,
    pub reference: Option<i64>,
    pub heard_from: Option<String>,
    pub household_id: Option<Uuid>,
    pub blind_code: Option<i64>,
    pub created_at: DateTimeUtc,
    pub purge_on: Date,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

super::owned!();

//! The table `structure`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "structure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub street: String,
    pub postcode: String,
    pub town: String,
    pub phone: String,
    pub hours: String,
    pub data_email: String,
    pub signatory: String,
    pub colour: Option<String>,
    pub logo: Option<Vec<u8>>,
    pub signature: Option<Vec<u8>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

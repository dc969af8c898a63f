//! The table `fragility`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "fragility")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub structure_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub commune: String,
    pub overall: Option<f64>,
    pub broadband: Option<f64>,
    pub mobile: Option<f64>,
    pub poverty: Option<f64>,
    pub aged: Option<f64>,
    pub diplomas: Option<f64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

super::owned!();

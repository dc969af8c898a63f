//! The table `retiree`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "retiree")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub structure_id: Uuid,
    pub campaign_id: Uuid,
    pub delivery_id: Uuid,
    pub row: i32,
    pub same_as: Option<Uuid>,
    pub household_id: Uuid,
    pub civility: Option<String>,
    pub usage_name: String,
    pub birth_name: Option<String>,
    pub first_name: String,
    pub birth_date: Option<Date>,
    pub birth_year: Option<i32>,
    pub deceased: bool,
    #[sea_orm(column_type = "Text")]
    pub address: String,
    pub postcode: Option<String>,
    pub commune: Option<String>,
    pub institution: bool,
    pub not_mailable: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub fund_reference: Option<String>,
    pub search_name: String,
    pub death_reported_at: Option<DateTimeUtc>,
    pub opposed_post_at: Option<DateTimeUtc>,
    pub opposed_email_at: Option<DateTimeUtc>,
    pub opposed_phone_at: Option<DateTimeUtc>,
    pub opposition_doubt_at: Option<DateTimeUtc>,
    pub purge_on: Date,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

super::owned!();

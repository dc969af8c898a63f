//! Which columns a fund's list had, so that one with a column more is recognised.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

crate::step!(up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = Table::alter().table("list_mapping").add_column(text("columns").default("[]")).take();
    manager.alter_table(columns).await
}

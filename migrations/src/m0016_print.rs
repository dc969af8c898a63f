//! What print asks of a campaign: the structure's colour and logo, how flyers and posters are made, and who else helps nearby.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

crate::step!(up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for (table, column) in [
        ("structure", string_null("colour")),
        ("structure", binary_null("logo")),
        ("campaign", text_null("editions")),
        ("campaign", text_null("partners")),
    ] {
        manager.alter_table(Table::alter().table(table).add_column(column).take()).await?;
    }
    Ok(())
}

//! Lists come in household by household, so that every index grows at its end: none in the order of the rows is left, which
//! each chunk of a long list wrote anew all over. And an address is one thing, its lines one under the other.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::index;

crate::step!(up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    manager.alter_table(Table::alter().table("delivery").add_column(uuid_null("last_retiree_id")).take()).await?;
    db.execute_unprepared(
        r#"UPDATE "delivery" SET "last_retiree_id" = (SELECT "id" FROM "retiree"
           WHERE "retiree"."delivery_id" = "delivery"."id" ORDER BY "row" DESC LIMIT 1)"#,
    )
    .await?;
    manager.create_index(index("retiree", &["delivery_id", "id"], false)).await?;
    manager.drop_index(Index::drop().name("ix_retiree_delivery_id_row").table("retiree").to_owned()).await?;

    let mut address = text("address");
    manager.alter_table(Table::alter().table("retiree").add_column(address.default("")).take()).await?;
    db.execute_unprepared(
        r#"UPDATE "retiree" SET "address" = "line2" || '
' || "line3" || '
' || "line4" || '
' || "line5" || '
' || "line6""#,
    )
    .await?;
    for line in ["line2", "line3", "line4", "line5", "line6"] {
        manager.alter_table(Table::alter().table("retiree").drop_column(line).take()).await?;
    }
    Ok(())
}

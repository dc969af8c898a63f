//! Oppositions as keyed digests, the doubts they raise, and for each person what they are opposed to.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::{index, owned};

crate::step!(up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let retiree = || Table::alter().table("retiree").take();
    manager.alter_table(retiree().rename_column("opposed_at", "opposed_post_at").take()).await?;
    for column in ["opposed_email_at", "opposed_phone_at", "opposition_doubt_at"] {
        manager.alter_table(retiree().add_column(timestamp_with_time_zone_null(column)).take()).await?;
    }

    let file = owned(
        "opposition_file",
        &mut [
            pk_uuid("id"),
            string("name"),
            string("state"),
            integer("already_noted"),
            text("refused"),
            timestamp_with_time_zone("uploaded_at"),
        ],
        &[],
    );
    manager.create_table(file).await?;

    let opposition = owned(
        "opposition",
        &mut [
            pk_uuid("id"),
            uuid_null("file_id"),
            boolean("post"),
            boolean("email"),
            boolean("phone"),
            string("source"),
            timestamp_with_time_zone("noted_at"),
        ],
        &[("file_id", "opposition_file")],
    );
    manager.create_table(opposition).await?;
    manager.create_index(index("opposition", &["structure_id"], false)).await?;

    let key = owned("opposition_key", &mut [uuid("opposition_id"), string("kind"), binary_len("digest", 32)], &[])
        .foreign_key(&mut dependent("opposition_key", "opposition_id", "opposition"))
        .primary_key(Index::create().col("opposition_id").col("kind").col("digest"))
        .take();
    manager.create_table(key).await?;

    // A doubt goes with the row that raised it: what is purged or taken out leaves none behind.
    let doubt = owned(
        "opposition_doubt",
        &mut [
            pk_uuid("id"),
            uuid("opposition_id"),
            uuid("retiree_id"),
            string("because"),
            timestamp_with_time_zone("found_at"),
        ],
        &[],
    )
    .foreign_key(&mut dependent("opposition_doubt", "opposition_id", "opposition"))
    .foreign_key(&mut dependent("opposition_doubt", "retiree_id", "retiree"))
    .take();
    manager.create_table(doubt).await?;
    manager.create_index(index("opposition_doubt", &["opposition_id", "retiree_id"], true)).await?;
    manager.create_index(index("opposition_doubt", &["retiree_id"], false)).await?;

    // The one table that belongs to no structure: there is one key for all.
    let check =
        Table::create().table("key_check").col(string("purpose").primary_key()).col(binary_len("digest", 32)).take();
    manager.create_table(check).await
}

/// A key to a row without which this one is nothing.
fn dependent(table: &'static str, column: &'static str, target: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(target, "id").on_delete(ForeignKeyAction::Cascade).take()
}

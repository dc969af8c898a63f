//! Lists that somebody gives by hand, and how a fund's lists are read, remembered from one to the next.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::{index, owned};

crate::step!(up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let by_hand = Table::alter().table("delivery").add_column(boolean("by_hand").default(false)).take();
    manager.alter_table(by_hand).await?;

    let list_mapping = owned(
        "list_mapping",
        &mut [
            pk_uuid("id"),
            string("fund"),
            string("header_sha256"),
            text("choices"),
            timestamp_with_time_zone("saved_at"),
        ],
        &[],
    );
    manager.create_table(list_mapping).await?;
    manager.create_index(index("list_mapping", &["structure_id", "fund", "header_sha256"], true)).await
}

//! Pairs of rows that a coordinator decides upon, her answers, and the indexes that large lists need.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::{index, owned};

crate::step!(up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let doubt = owned(
        "doubt",
        &mut [
            pk_uuid("id"),
            uuid("delivery_id"),
            string("kind"),
            uuid("one"),
            uuid("other"),
            text("reason"),
            // Keyed digests of both identities, the smaller first.
            string("low_digest"),
            string("high_digest"),
            string_null("answer"),
            uuid_null("answered_by"),
            timestamp_with_time_zone_null("answered_at"),
            // Where the rows stood before the answer moved them and after, as JSON.
            text_null("moved"),
            date("purge_on"),
        ],
        &[("delivery_id", "delivery")],
    );
    manager.create_table(doubt).await?;
    manager.create_index(index("doubt", &["delivery_id", "answer"], false)).await?;

    // Outlives the people: it names nobody.
    let answer = owned(
        "answer",
        &mut [
            string("kind"),
            string("low_digest"),
            string("high_digest"),
            string("answer"),
            uuid_null("answered_by"),
            timestamp_with_time_zone("answered_at"),
        ],
        &[],
    )
    .primary_key(Index::create().col("structure_id").col("kind").col("low_digest").col("high_digest"))
    .take();
    manager.create_table(answer).await?;

    // A search looks for words inside, which no index of whole texts serves; keeping it sorted was dear.
    manager.drop_index(Index::drop().name("ix_retiree_structure_id_search_name").table("retiree").to_owned()).await?;
    // Whoever takes a row out asks who refers to it: without these, each time a look through the whole table.
    let mut duplicates = index("retiree", &["same_as"], false);
    manager.create_index(duplicates.and_where(Expr::col("same_as").is_not_null()).take()).await?;
    manager.create_index(index("household", &["delivery_id"], false)).await?;
    manager.create_index(index("audience_member", &["household_id"], false)).await?;
    let mut registered = index("registration", &["household_id"], false);
    manager.create_index(registered.and_where(Expr::col("household_id").is_not_null()).take()).await
}

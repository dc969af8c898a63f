//! Mailings without names: the fund writes itself, and each commune has its own number.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::{index, owned};

crate::step!(up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mailing = owned(
        "blind_mailing",
        &mut [
            pk_uuid("id"),
            uuid("campaign_id"),
            integer("wave"),
            text("terms"),
            small_integer("minimum_age"),
            small_integer_null("maximum_age"),
            timestamp_with_time_zone("created_at"),
            timestamp_with_time_zone_null("returned_at"),
        ],
        &[("campaign_id", "campaign")],
    );
    manager.create_table(mailing).await?;
    manager.create_index(index("blind_mailing", &["campaign_id", "wave"], true)).await?;

    let code = owned(
        "blind_code",
        &mut [big_integer("number").primary_key().take(), uuid("mailing_id"), string("commune")],
        &[("mailing_id", "blind_mailing")],
    );
    manager.create_table(code).await?;
    manager.create_index(index("blind_code", &["mailing_id", "commune"], true)).await?;

    let reach = owned(
        "blind_reach",
        &mut [
            uuid("mailing_id"),
            integer("position"),
            text("communes"),
            big_integer("sent_low"),
            big_integer("sent_high"),
            big_integer("returned_low"),
            big_integer("returned_high"),
        ],
        &[("mailing_id", "blind_mailing")],
    )
    .primary_key(Index::create().col("mailing_id").col("position"))
    .take();
    manager.create_table(reach).await?;

    let code_used = Table::alter().table("registration").add_column(big_integer_null("blind_code")).take();
    manager.alter_table(code_used).await
}

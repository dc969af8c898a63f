//! Whom a campaign writes to, and what it printed.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::{index, owned};

crate::step!(up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let audience = owned(
        "audience",
        &mut [
            pk_uuid("id"),
            uuid("campaign_id").unique_key().take(),
            text("definition"),
            text("counts"),
            timestamp_with_time_zone("drawn_at"),
        ],
        &[("campaign_id", "campaign")],
    );
    manager.create_table(audience).await?;

    let audience_member = owned(
        "audience_member",
        &mut [uuid("audience_id"), uuid("household_id"), string("wave")],
        &[("audience_id", "audience"), ("household_id", "household")],
    )
    .primary_key(Index::create().col("audience_id").col("household_id"))
    .take();
    manager.create_table(audience_member).await?;

    let invitation = owned(
        "invitation",
        &mut [
            pk_uuid("id"),
            uuid("household_id"),
            string("wave"),
            big_integer("number").unique_key().take(),
            timestamp_with_time_zone("created_at"),
        ],
        &[("household_id", "household")],
    );
    manager.create_table(invitation).await?;
    manager.create_index(index("invitation", &["household_id", "wave"], true)).await?;

    let letter = owned(
        "letter",
        &mut [
            uuid("invitation_id").primary_key().take(),
            uuid("campaign_id"),
            integer("lot"),
            integer("position"),
            integer("pages"),
            timestamp_with_time_zone("printed_at"),
            timestamp_with_time_zone_null("returned_at"),
        ],
        &[("invitation_id", "invitation"), ("campaign_id", "campaign")],
    );
    manager.create_table(letter).await?;
    manager.create_index(index("letter", &["campaign_id", "lot", "position"], true)).await?;

    let issued_output = owned(
        "issued_output",
        &mut [
            pk_uuid("id"),
            uuid("campaign_id"),
            string("path"),
            string("sha256"),
            text("facts"),
            timestamp_with_time_zone("issued_at"),
        ],
        &[("campaign_id", "campaign")],
    );
    manager.create_table(issued_output).await?;
    manager.create_index(index("issued_output", &["campaign_id", "path"], true)).await
}

//! Campaigns with their workshops, places, outlets and references.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::{index, owned};

crate::step!(up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let campaign = owned(
        "campaign",
        &mut [
            pk_uuid("id"),
            string("slug").unique_key().take(),
            string("name"),
            string("public_url"),
            big_integer("seed"),
            date("anchor"),
            date("posting_day"),
            date("reply_by"),
            small_integer("minimum_age"),
            double("within_km"),
            double("later_share"),
            string("letter_file"),
            text("letter_source"),
        ],
        &[],
    );
    manager.create_table(campaign).await?;

    let venue = owned(
        "venue",
        &mut [
            pk_uuid("id"),
            uuid("campaign_id"),
            string("name"),
            string("street"),
            string("directions"),
            string("postcode"),
            string("town"),
            string("commune"),
        ],
        &[("campaign_id", "campaign")],
    );
    manager.create_table(venue).await?;
    manager.create_index(index("venue", &["campaign_id", "name", "commune"], true)).await?;

    let workshop = owned(
        "workshop",
        &mut [
            pk_uuid("id"),
            uuid("campaign_id"),
            string("slug").unique_key().take(),
            string("topic"),
            string("short_topic"),
            string("summary"),
            small_integer("minimum_age"),
            big_integer("price_cents"),
            integer("capacity"),
            string("support"),
        ],
        &[("campaign_id", "campaign")],
    );
    manager.create_table(workshop).await?;
    manager.create_index(index("workshop", &["campaign_id"], false)).await?;

    let session_date = owned(
        "session_date",
        &mut [
            pk_uuid("id"),
            uuid("workshop_id"),
            integer("position"),
            uuid("venue_id"),
            date_time("starts_at"),
            date_time("ends_at"),
        ],
        &[("workshop_id", "workshop"), ("venue_id", "venue")],
    );
    manager.create_table(session_date).await?;
    manager.create_index(index("session_date", &["workshop_id", "position"], true)).await?;

    let outlet = owned(
        "outlet",
        &mut [
            pk_uuid("id"),
            uuid("campaign_id"),
            integer("position"),
            string("slug"),
            string("name"),
            string("channel"),
            big_integer("cost_cents"),
            big_integer("cost_per_piece_cents"),
            big_integer_null("reach"),
            string("pieces"),
        ],
        &[("campaign_id", "campaign")],
    );
    manager.create_table(outlet).await?;
    manager.create_index(index("outlet", &["campaign_id", "slug"], true)).await?;

    let reference = owned(
        "reference",
        &mut [big_integer("number").primary_key().take(), uuid("outlet_id"), uuid("workshop_id")],
        &[("outlet_id", "outlet"), ("workshop_id", "workshop")],
    );
    manager.create_table(reference).await?;
    manager.create_index(index("reference", &["outlet_id", "workshop_id"], true)).await
}

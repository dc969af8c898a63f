//! Audiences saved under a name, what the filter needs to know of households, and fragility by commune.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::{index, owned};

crate::step!(up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let saved = owned(
        "saved_audience",
        &mut [
            pk_uuid("id"),
            uuid("campaign_id"),
            string("name"),
            text("definition"),
            boolean("chosen"),
            timestamp_with_time_zone("saved_at"),
        ],
        &[("campaign_id", "campaign")],
    );
    manager.create_table(saved).await?;
    manager.create_index(index("saved_audience", &["campaign_id", "name"], true)).await?;
    keep_audiences(manager).await?;
    for column in ["minimum_age", "within_km", "later_share"] {
        manager.alter_table(Table::alter().table("campaign").drop_column(column).take()).await?;
    }

    // Households by pages of some hundreds, each page one value; the first of them is the page's key.
    let page = owned(
        "profile_page",
        &mut [uuid("campaign_id"), uuid("first_household"), blob("facts")],
        &[("campaign_id", "campaign")],
    )
    .primary_key(Index::create().col("campaign_id").col("first_household"))
    .take();
    manager.create_table(page).await?;
    let list = owned(
        "profile_list",
        &mut [uuid("delivery_id").primary_key().take(), uuid("campaign_id")],
        &[("delivery_id", "delivery"), ("campaign_id", "campaign")],
    );
    manager.create_table(list).await?;
    // Households whose facts have changed since they were written.
    let stale = owned(
        "profile_stale",
        &mut [uuid("household_id").primary_key().take(), uuid("campaign_id")],
        &[("campaign_id", "campaign")],
    );
    manager.create_table(stale).await?;
    manager.create_index(index("profile_stale", &["campaign_id"], false)).await?;
    manager.create_index(index("household", &["campaign_id", "id"], false)).await?;
    manager.drop_index(Index::drop().name("ix_household_campaign_id").table("household").to_owned()).await?;

    let fragility = owned(
        "fragility",
        &mut [
            string("commune"),
            double_null("overall"),
            double_null("broadband"),
            double_null("mobile"),
            double_null("poverty"),
            double_null("aged"),
            double_null("diplomas"),
        ],
        &[],
    )
    .primary_key(Index::create().col("structure_id").col("commune"))
    .take();
    manager.create_table(fragility).await
}

/// Every campaign keeps the audience it had, as its chosen one; one a campaign, so the campaign's identifier serves.
async fn keep_audiences(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let copy = "INSERT INTO saved_audience (structure_id, id, campaign_id, name, definition, chosen, saved_at)
        SELECT structure_id, id, id, 'Public du dossier',
            '{\"minimum_age\":' || minimum_age || ',\"within_km\":' || within_km || ',\"later_share\":' || later_share || '}',
            TRUE, CURRENT_TIMESTAMP
        FROM campaign";
    manager.get_connection().execute_unprepared(copy).await.map(|_| ())
}

//! Lists as funds delivered them, and the people and households in them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::{index, owned};

crate::step!(up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let delivery = owned(
        "delivery",
        &mut [
            pk_uuid("id"),
            uuid("campaign_id"),
            integer("position"),
            string("file_name"),
            string("sha256"),
            string("state"),
            text("contract"),
            text("facts"),
            integer("accepted"),
            integer("corrected"),
            integer("refused"),
            date("purge_on"),
            timestamp_with_time_zone("received_at"),
        ],
        &[("campaign_id", "campaign")],
    );
    manager.create_table(delivery).await?;
    manager.create_index(index("delivery", &["campaign_id", "sha256"], true)).await?;

    let import_row = owned(
        "import_row",
        &mut [uuid("delivery_id"), integer("row"), string("outcome"), text("reason"), text("cells"), date("purge_on")],
        &[("delivery_id", "delivery")],
    )
    .primary_key(Index::create().col("delivery_id").col("row"))
    .take();
    manager.create_table(import_row).await?;

    let household = owned(
        "household",
        &mut [
            pk_uuid("id"),
            uuid("campaign_id"),
            uuid("delivery_id"),
            string("draw_order"),
            timestamp_with_time_zone_null("wrong_address_at"),
            date("purge_on"),
        ],
        &[("campaign_id", "campaign"), ("delivery_id", "delivery")],
    );
    manager.create_table(household).await?;
    manager.create_index(index("household", &["campaign_id"], false)).await?;

    let retiree = owned(
        "retiree",
        &mut [
            pk_uuid("id"),
            uuid("campaign_id"),
            uuid("delivery_id"),
            integer("row"),
            uuid_null("same_as"),
            uuid("household_id"),
            string_null("civility"),
            string("usage_name"),
            string_null("birth_name"),
            string("first_name"),
            date_null("birth_date"),
            integer_null("birth_year"),
            boolean("deceased"),
            string("line2"),
            string("line3"),
            string("line4"),
            string("line5"),
            string("line6"),
            string_null("postcode"),
            string_null("commune"),
            boolean("institution"),
            string_null("not_mailable"),
            string_null("phone"),
            string_null("email"),
            string_null("fund_reference"),
            string("search_name"),
            timestamp_with_time_zone_null("death_reported_at"),
            timestamp_with_time_zone_null("opposed_at"),
            date("purge_on"),
        ],
        &[
            ("campaign_id", "campaign"),
            ("delivery_id", "delivery"),
            ("household_id", "household"),
            ("same_as", "retiree"),
        ],
    );
    manager.create_table(retiree).await?;
    manager.create_index(index("retiree", &["delivery_id", "row"], true)).await?;
    manager.create_index(index("retiree", &["household_id"], false)).await?;
    manager.create_index(index("retiree", &["structure_id", "search_name"], false)).await?;
    manager.create_index(index("retiree", &["structure_id", "commune"], false)).await
}

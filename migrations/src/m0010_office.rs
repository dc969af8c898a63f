//! What a coordinator edits in the browser: funders with their logos, places with names of their own, lists that a pack
//! announces before they are there.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::{index, owned};

crate::step!(up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let funder = owned(
        "funder",
        &mut [
            pk_uuid("id"),
            uuid("campaign_id"),
            string("slug"),
            string("name"),
            small_integer("minimum_age"),
            boolean("home_only"),
            text("mentions"),
            binary_null("logo"),
        ],
        &[("campaign_id", "campaign")],
    );
    manager.create_table(funder).await?;
    manager.create_index(index("funder", &["campaign_id", "slug"], true)).await?;

    let announced_list = owned(
        "announced_list",
        &mut [uuid("campaign_id"), integer("position"), string("file_name"), text("contract")],
        &[("campaign_id", "campaign")],
    )
    .primary_key(Index::create().col("campaign_id").col("position"))
    .take();
    manager.create_table(announced_list).await?;

    let venue = Table::alter().table("venue").add_column(string("slug").default("")).take();
    manager.alter_table(venue).await?;
    let workshop = Table::alter().table("workshop").add_column(uuid_null("funder_id")).take();
    manager.alter_table(workshop).await
}

//! What a printed letter says and where it goes, so that only what changed is printed again and a lost manifest is written anew;
//! copies that were printed and must not go out; the letters to the coordinator herself.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::owned;

crate::step!(up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for (table, column) in [
        ("letter", string_null("content")),
        ("letter", string_null("postcode")),
        ("letter", string_null("commune")),
        ("campaign", text_null("seed_address")),
    ] {
        manager.alter_table(Table::alter().table(table).add_column(column).take()).await?;
    }
    // Where letters went that are printed already: as their household's first row says.
    for column in ["postcode", "commune"] {
        let first = format!(
            "UPDATE letter SET {column} = (SELECT retiree.{column} FROM retiree JOIN invitation ON invitation.household_id = retiree.household_id WHERE invitation.id = letter.invitation_id AND retiree.{column} IS NOT NULL ORDER BY retiree.delivery_id, retiree.\"row\" LIMIT 1)"
        );
        manager.get_connection().execute_unprepared(&first).await?;
    }

    let void = owned(
        "void_letter",
        &mut [
            uuid("campaign_id"),
            integer("lot"),
            integer("position"),
            integer_null("new_lot"),
            integer_null("new_position"),
        ],
        &[("campaign_id", "campaign")],
    )
    .primary_key(Index::create().col("campaign_id").col("lot").col("position"))
    .to_owned();
    manager.create_table(void).await?;

    let seed = owned(
        "seed_letter",
        &mut [
            uuid("campaign_id"),
            integer("lot"),
            integer("position"),
            integer("pages"),
            string("postcode"),
            string("town"),
        ],
        &[("campaign_id", "campaign")],
    )
    .primary_key(Index::create().col("campaign_id").col("lot"))
    .to_owned();
    manager.create_table(seed).await
}

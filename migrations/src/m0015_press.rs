//! What becomes of letters after they are printed, and who approved their proof.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::{index, owned};

crate::step!(up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let posted = Table::alter().table("letter").add_column(date_null("posted_on")).to_owned();
    manager.alter_table(posted).await?;

    let approval = owned(
        "proof_approval",
        &mut [
            pk_uuid("id"),
            uuid("campaign_id"),
            string("approved_by"),
            string("sha256"),
            date("approved_on"),
            boolean("declared"),
            timestamp_with_time_zone("noted_at"),
        ],
        &[("campaign_id", "campaign")],
    );
    manager.create_table(approval).await?;
    manager.create_index(index("proof_approval", &["campaign_id", "sha256", "approved_by"], true)).await
}

//! The picture of a signature, and for which fund somebody approved a proof: two people may have one name.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::index;

crate::step!(up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let signature = Table::alter().table("structure").add_column(binary_null("signature")).to_owned();
    manager.alter_table(signature).await?;
    let fund = Table::alter().table("proof_approval").add_column(string("fund").default("")).to_owned();
    manager.alter_table(fund).await?;
    let before =
        Index::drop().name("ix_proof_approval_campaign_id_sha256_approved_by").table("proof_approval").to_owned();
    manager.drop_index(before).await?;
    manager.create_index(index("proof_approval", &["campaign_id", "sha256", "approved_by", "fund"], true)).await
}

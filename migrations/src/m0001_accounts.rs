//! Structures, users and their sessions.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::{index, owned};

crate::step!(up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let structure = Table::create()
        .table("structure")
        .col(pk_uuid("id"))
        .col(string("name").unique_key())
        .col(string("street"))
        .col(string("postcode"))
        .col(string("town"))
        .col(string("phone"))
        .col(string("hours"))
        .col(string("data_email"))
        .col(string("signatory"))
        .take();
    manager.create_table(structure).await?;

    let user = owned(
        "user",
        &mut [
            pk_uuid("id"),
            string("email").unique_key().take(),
            string("role"),
            string("password_hash"),
            timestamp_with_time_zone("created_at"),
        ],
        &[],
    );
    manager.create_table(user).await?;

    let session = owned(
        "session",
        &mut [string("token_hash").primary_key().take(), uuid("user_id"), timestamp_with_time_zone("expires_at")],
        &[("user_id", "user")],
    );
    manager.create_table(session).await?;
    manager.create_index(index("session", &["user_id"], false)).await
}

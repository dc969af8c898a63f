//! What large lists can do without.

use sea_orm_migration::prelude::*;

crate::step!(up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // Communes are asked of `profile_page`; no query looks for people by theirs. In a list in no order every row of a chunk
    // falls on another page of this index, and each page was written to the log again with every chunk.
    manager.drop_index(Index::drop().name("ix_retiree_structure_id_commune").table("retiree").to_owned()).await
}

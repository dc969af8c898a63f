//! Printed letters by lot, when a lot was posted, the copies in it that must not go out, and its letter to the coordinator.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::entity::{Owned, letter, seed_letter, void_letter};
use super::{Connection, Result, Tx};
use crate::domain::id::{CampaignId, InvitationId, StructureId};

/// A printed lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// Its number, from 1.
    pub number: u32,
    /// Its letters to households.
    pub letters: u64,
    /// Its last letter, besides, goes to the coordinator herself.
    pub seed: bool,
    /// Letters of it that came back.
    pub returned: u64,
    /// When it was printed.
    pub printed_at: DateTime<Utc>,
    /// The day it was posted, where that is noted.
    pub posted_on: Option<NaiveDate>,
}

/// A copy that was printed, lies in its lot and must not go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VoidLetter {
    /// Its lot.
    pub lot: u32,
    /// Its position.
    pub position: u32,
    /// Lot and position of the letter that goes out in its place, where one does.
    pub replaced_by: Option<(u32, u32)>,
}

/// A lot's letter to the coordinator herself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedPlace {
    /// The lot.
    pub lot: u32,
    /// Its position, the last.
    pub position: u32,
    /// Its pages.
    pub pages: u32,
    /// Where it goes.
    pub postcode: String,
    /// The same, as the address says it.
    pub town: String,
}

/// Rows an INSERT carries.
const CHUNK: usize = 2000;

/// The void copies of a campaign, in order.
pub async fn voids(db: &impl Connection, scope: StructureId, campaign: CampaignId) -> Result<Vec<VoidLetter>> {
    let rows = void_letter::Entity::of(scope)
        .filter(void_letter::Column::CampaignId.eq(campaign.0))
        .order_by_asc(void_letter::Column::Lot)
        .order_by_asc(void_letter::Column::Position)
        .all(db)
        .await?;
    let void = |row: void_letter::Model| VoidLetter {
        lot: row.lot.cast_unsigned(),
        position: row.position.cast_unsigned(),
        replaced_by: row.new_lot.zip(row.new_position).map(|(lot, at)| (lot.cast_unsigned(), at.cast_unsigned())),
    };
    Ok(rows.into_iter().map(void).collect())
}

/// Replaces the void copies of a campaign.
pub async fn save_voids(tx: &Tx, scope: StructureId, campaign: CampaignId, voids: &[VoidLetter]) -> Result<()> {
    void_letter::Entity::delete_many()
        .filter(void_letter::Column::StructureId.eq(scope.0))
        .filter(void_letter::Column::CampaignId.eq(campaign.0))
        .exec(tx)
        .await?;
    for chunk in voids.chunks(CHUNK) {
        let rows = chunk.iter().map(|void| void_letter::ActiveModel {
            structure_id: Set(scope.0),
            campaign_id: Set(campaign.0),
            lot: Set(void.lot.cast_signed()),
            position: Set(void.position.cast_signed()),
            new_lot: Set(void.replaced_by.map(|(lot, _)| lot.cast_signed())),
            new_position: Set(void.replaced_by.map(|(_, position)| position.cast_signed())),
        });
        void_letter::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// The letters of a campaign's lots to the coordinator herself, in order.
pub async fn seeds(db: &impl Connection, scope: StructureId, campaign: CampaignId) -> Result<Vec<SeedPlace>> {
    let rows = seed_letter::Entity::of(scope)
        .filter(seed_letter::Column::CampaignId.eq(campaign.0))
        .order_by_asc(seed_letter::Column::Lot)
        .all(db)
        .await?;
    let seed = |row: seed_letter::Model| SeedPlace {
        lot: row.lot.cast_unsigned(),
        position: row.position.cast_unsigned(),
        pages: row.pages.cast_unsigned(),
        postcode: row.postcode,
        town: row.town,
    };
    Ok(rows.into_iter().map(seed).collect())
}

/// Replaces them.
pub async fn save_seeds(tx: &Tx, scope: StructureId, campaign: CampaignId, seeds: &[SeedPlace]) -> Result<()> {
    seed_letter::Entity::delete_many()
        .filter(seed_letter::Column::StructureId.eq(scope.0))
        .filter(seed_letter::Column::CampaignId.eq(campaign.0))
        .exec(tx)
        .await?;
    for chunk in seeds.chunks(CHUNK) {
        let rows = chunk.iter().map(|seed| seed_letter::ActiveModel {
            structure_id: Set(scope.0),
            campaign_id: Set(campaign.0),
            lot: Set(seed.lot.cast_signed()),
            position: Set(seed.position.cast_signed()),
            pages: Set(seed.pages.cast_signed()),
            postcode: Set(seed.postcode.clone()),
            town: Set(seed.town.clone()),
        });
        seed_letter::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// The printed lots of a campaign, in order.
pub async fn lots(db: &impl Connection, scope: StructureId, campaign: CampaignId) -> Result<Vec<Lot>> {
    type Row = (i32, i64, i64, DateTime<Utc>, Option<NaiveDate>);
    let rows: Vec<Row> = letter::Entity::of(scope)
        .filter(letter::Column::CampaignId.eq(campaign.0))
        .select_only()
        .column(letter::Column::Lot)
        .column_as(letter::Column::InvitationId.count(), "letters")
        .column_as(letter::Column::ReturnedAt.count(), "returned")
        .column_as(letter::Column::PrintedAt.min(), "printed_at")
        .column_as(letter::Column::PostedOn.min(), "posted_on")
        .group_by(letter::Column::Lot)
        .order_by_asc(letter::Column::Lot)
        .into_tuple()
        .all(db)
        .await?;
    let seeds = seeds(db, scope, campaign).await?;
    let lot = |(number, letters, returned, printed_at, posted_on): Row| Lot {
        number: number.cast_unsigned(),
        letters: letters.cast_unsigned(),
        seed: seeds.iter().any(|seed| seed.lot == number.cast_unsigned()),
        returned: returned.cast_unsigned(),
        printed_at,
        posted_on,
    };
    Ok(rows.into_iter().map(lot).collect())
}

/// The invitations of a lot's first letters, at most so many.
pub async fn first_of_lot(
    db: &impl Connection,
    scope: StructureId,
    campaign: CampaignId,
    lot: u32,
    limit: u64,
) -> Result<Vec<InvitationId>> {
    let rows: Vec<uuid::Uuid> = letter::Entity::of(scope)
        .filter(letter::Column::CampaignId.eq(campaign.0))
        .filter(letter::Column::Lot.eq(lot.cast_signed()))
        .order_by_asc(letter::Column::Position)
        .limit(limit)
        .select_only()
        .column(letter::Column::InvitationId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(InvitationId).collect())
}

/// Notes the day these lots were posted; nothing takes the note back.
pub async fn mark_posted(
    tx: &Tx,
    scope: StructureId,
    campaign: CampaignId,
    lots: &[u32],
    day: Option<NaiveDate>,
) -> Result<()> {
    letter::Entity::update_many()
        .col_expr(letter::Column::PostedOn, Expr::value(day))
        .filter(letter::Column::StructureId.eq(scope.0))
        .filter(letter::Column::CampaignId.eq(campaign.0))
        .filter(letter::Column::Lot.is_in(lots.iter().map(|lot| lot.cast_signed())))
        .exec(tx)
        .await?;
    Ok(())
}

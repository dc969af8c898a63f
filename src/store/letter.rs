//! Printed letters by lot, and when a lot was posted.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::entity::{Owned, letter};
use super::{Connection, Result, Tx};
use crate::domain::id::{CampaignId, StructureId};

/// A printed lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// Its number, from 1.
    pub number: u32,
    /// Its letters.
    pub letters: u64,
    /// Letters of it that came back.
    pub returned: u64,
    /// When it was printed.
    pub printed_at: DateTime<Utc>,
    /// The day it was posted, where that is noted.
    pub posted_on: Option<NaiveDate>,
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
    let lot = |(number, letters, returned, printed_at, posted_on): Row| Lot {
        number: number.cast_unsigned(),
        letters: letters.cast_unsigned(),
        returned: returned.cast_unsigned(),
        printed_at,
        posted_on,
    };
    Ok(rows.into_iter().map(lot).collect())
}

/// Notes the day a lot was posted; nothing takes the note back.
pub async fn mark_posted(
    tx: &Tx,
    scope: StructureId,
    campaign: CampaignId,
    lot: u32,
    day: Option<NaiveDate>,
) -> Result<()> {
    letter::Entity::update_many()
        .col_expr(letter::Column::PostedOn, Expr::value(day))
        .filter(letter::Column::StructureId.eq(scope.0))
        .filter(letter::Column::CampaignId.eq(campaign.0))
        .filter(letter::Column::Lot.eq(lot.cast_signed()))
        .exec(tx)
        .await?;
    Ok(())
}

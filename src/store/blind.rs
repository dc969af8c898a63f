//! Mailings without names, their numbers and what the fund reported of them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::entity::{Owned, blind_code, blind_mailing, blind_reach};
use super::{Connection, Result, StoreError, Tx, stored};
use crate::domain::blind::{BlindMailing, BlindReturn, Count};
use crate::domain::commune::InseeCode;
use crate::domain::id::{BlindMailingId, CampaignId, StructureId};
use crate::domain::number::InvitationNumber;

/// Rows an INSERT carries.
const CHUNK: usize = 2000;

/// A mailing as it is kept.
#[derive(Debug, Clone)]
pub struct StoredBlindMailing {
    /// Its identifier.
    pub id: BlindMailingId,
    /// What was agreed.
    pub mailing: BlindMailing,
    /// When it was prepared.
    pub created_at: DateTime<Utc>,
    /// When the fund's return sheet was read.
    pub returned_at: Option<DateTime<Utc>>,
    /// What the sheet says; empty until then.
    pub returns: Vec<BlindReturn>,
}

/// The commune and the structure that a number stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommuneNumber {
    /// The structure that invites.
    pub structure: StructureId,
    /// The mailing.
    pub mailing: BlindMailingId,
    /// The commune whose letters carry it.
    pub commune: InseeCode,
}

/// The mailings of a campaign, by wave.
pub async fn of_campaign(
    db: &impl Connection,
    scope: StructureId,
    campaign: CampaignId,
) -> Result<Vec<StoredBlindMailing>> {
    let rows = blind_mailing::Entity::of(scope)
        .filter(blind_mailing::Column::CampaignId.eq(campaign.0))
        .order_by_asc(blind_mailing::Column::Wave)
        .all(db)
        .await?;
    let ids: Vec<_> = rows.iter().map(|r| r.id).collect();
    let mut communes: HashMap<uuid::Uuid, Vec<(InseeCode, InvitationNumber)>> = HashMap::new();
    let codes = blind_code::Entity::find()
        .filter(blind_code::Column::MailingId.is_in(ids.iter().copied()))
        .order_by_asc(blind_code::Column::Commune)
        .all(db)
        .await?;
    for code in codes {
        communes
            .entry(code.mailing_id)
            .or_default()
            .push((stored("blind_code.commune", code.commune.parse())?, number_of(code.number)?));
    }
    let mut returns: HashMap<uuid::Uuid, Vec<BlindReturn>> = HashMap::new();
    let reaches = blind_reach::Entity::find()
        .filter(blind_reach::Column::MailingId.is_in(ids))
        .order_by_asc(blind_reach::Column::Position)
        .all(db)
        .await?;
    for reach in reaches {
        let together = reach.communes.split(' ').map(|c| stored("blind_reach.communes", c.parse()));
        let sent = Count { low: reach.sent_low.cast_unsigned(), high: reach.sent_high.cast_unsigned() };
        let returned = Count { low: reach.returned_low.cast_unsigned(), high: reach.returned_high.cast_unsigned() };
        returns.entry(reach.mailing_id).or_default().push(BlindReturn {
            communes: together.collect::<Result<_>>()?,
            sent,
            returned: Some(returned).filter(|returned| sent.high == 0 || *returned != anything(sent)),
        });
    }
    rows.into_iter()
        .map(|row| {
            Ok(StoredBlindMailing {
                id: BlindMailingId(row.id),
                created_at: row.created_at,
                returned_at: row.returned_at,
                returns: returns.remove(&row.id).unwrap_or_default(),
                mailing: BlindMailing {
                    wave: stored("blind_mailing.wave", row.wave.try_into())?,
                    terms: stored("blind_mailing.terms", serde_json::from_str(&row.terms))?,
                    minimum_age: stored("blind_mailing.minimum_age", row.minimum_age.try_into())?,
                    maximum_age: row
                        .maximum_age
                        .map(|age| stored("blind_mailing.maximum_age", age.try_into()))
                        .transpose()?,
                    communes: communes.remove(&row.id).unwrap_or_default(),
                },
            })
        })
        .collect()
}

/// Adds a mailing. Its numbers are free, which the caller has looked up in the same transaction.
pub async fn insert(
    tx: &Tx,
    scope: StructureId,
    campaign: CampaignId,
    new: &BlindMailing,
    now: DateTime<Utc>,
) -> Result<BlindMailingId> {
    let id = BlindMailingId::new();
    let row = blind_mailing::ActiveModel {
        id: Set(id.0),
        structure_id: Set(scope.0),
        campaign_id: Set(campaign.0),
        wave: Set(new.wave.into()),
        terms: Set(serde_json::to_string(&new.terms).map_err(|e| StoreError::Stored(e.to_string()))?),
        minimum_age: Set(new.minimum_age.into()),
        maximum_age: Set(new.maximum_age.map(Into::into)),
        created_at: Set(now),
        returned_at: Set(None),
    };
    row.insert(tx).await?;
    for chunk in new.communes.chunks(CHUNK) {
        let rows = chunk.iter().map(|(commune, number)| blind_code::ActiveModel {
            number: Set(number.value().cast_signed()),
            structure_id: Set(scope.0),
            mailing_id: Set(id.0),
            commune: Set(String::from(*commune)),
        });
        blind_code::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(id)
}

/// Replaces what the fund reported of a mailing.
pub async fn save_returns(
    tx: &Tx,
    scope: StructureId,
    mailing: BlindMailingId,
    returns: &[BlindReturn],
    now: DateTime<Utc>,
) -> Result<()> {
    blind_reach::Entity::delete_many().filter(blind_reach::Column::MailingId.eq(mailing.0)).exec(tx).await?;
    let rows: Vec<_> = (1..)
        .zip(returns)
        .map(|(position, r)| (position, r, r.returned.unwrap_or(anything(r.sent))))
        .map(|(position, r, returned)| blind_reach::ActiveModel {
            mailing_id: Set(mailing.0),
            position: Set(position),
            structure_id: Set(scope.0),
            communes: Set(r.communes.iter().map(|c| String::from(*c)).collect::<Vec<_>>().join(" ")),
            sent_low: Set(r.sent.low.cast_signed()),
            sent_high: Set(r.sent.high.cast_signed()),
            returned_low: Set(returned.low.cast_signed()),
            returned_high: Set(returned.high.cast_signed()),
        })
        .collect();
    for chunk in rows.chunks(CHUNK) {
        blind_reach::Entity::insert_many(chunk.to_vec()).exec_without_returning(tx).await?;
    }
    blind_mailing::Entity::update_many()
        .col_expr(blind_mailing::Column::ReturnedAt, Expr::value(now))
        .filter(blind_mailing::Column::Id.eq(mailing.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// What a number stands for, whatever its structure: it is known to whoever holds the letter.
pub async fn by_number(db: &impl Connection, number: InvitationNumber) -> Result<Option<CommuneNumber>> {
    let found = blind_code::Entity::find_by_id(number.value().cast_signed()).one(db).await?;
    found
        .map(|code| {
            Ok(CommuneNumber {
                structure: StructureId(code.structure_id),
                mailing: BlindMailingId(code.mailing_id),
                commune: stored("blind_code.commune", code.commune.parse())?,
            })
        })
        .transpose()
}

/// What may have come back of so many where nobody said: how a missing answer is kept.
fn anything(sent: Count) -> Count {
    Count { low: 0, high: sent.high }
}

fn number_of(value: i64) -> Result<InvitationNumber> {
    stored("blind_code.number", InvitationNumber::try_from(value.cast_unsigned()))
}

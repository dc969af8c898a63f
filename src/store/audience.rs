//! Whom a campaign writes to, with the invitations that follow.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};

use super::entity::{Owned, audience, audience_member, blind_code, household, invitation, letter};
use super::insert::{Cell, Insert};
use super::{Connection, Result, Tx, stored};
use crate::domain::commune::{InseeCode, Postcode};
use crate::domain::id::{CampaignId, HouseholdId, InvitationId, StructureId};
use crate::domain::number::InvitationNumber;

/// Written to now.
const NOW: &str = "now";
/// Drawn to be written to later.
const LATER: &str = "later";
/// Rows an INSERT carries.
const CHUNK: usize = 2000;

/// A drawn audience.
#[derive(Debug, Clone, Default)]
pub struct StoredAudience {
    /// What it was drawn from, as JSON.
    pub definition: String,
    /// The counts of the draw, as JSON.
    pub counts: String,
    /// Households written to now.
    pub now: Vec<HouseholdId>,
    /// Households written to later.
    pub later: Vec<HouseholdId>,
}

/// A draw without its households.
#[derive(Debug, Clone)]
pub struct LastDraw {
    /// What it was drawn from, as JSON.
    pub definition: String,
    /// Its counts, as JSON.
    pub counts: String,
    /// When.
    pub drawn_at: DateTime<Utc>,
}

/// A letter's place in a print lot.
#[derive(Debug, Clone)]
pub struct LetterPlace {
    /// The invitation it carries.
    pub invitation: InvitationId,
    /// The lot, from 1.
    pub lot: u32,
    /// Its position in the lot, from 1.
    pub position: u32,
    /// Its pages.
    pub pages: u32,
    /// What they show.
    pub content: Option<String>,
    /// Where it goes.
    pub postcode: Option<Postcode>,
    /// The same, as a commune.
    pub commune: Option<InseeCode>,
    /// It was printed before and stays where it is.
    pub kept: bool,
}

/// How many households a campaign writes to now and later, once its audience is drawn.
pub async fn drawn(db: &impl Connection, campaign: CampaignId) -> Result<Option<(u64, u64)>> {
    let Some(row) = audience::Entity::find().filter(audience::Column::CampaignId.eq(campaign.0)).one(db).await? else {
        return Ok(None);
    };
    let counts: serde_json::Value = stored("audience.counts", serde_json::from_str(&row.counts))?;
    let count = |wave: &str| counts[wave].as_u64().unwrap_or(0);
    Ok(Some((count("now"), count("later"))))
}

/// The audience of a campaign, once drawn.
pub async fn of_campaign(db: &impl Connection, campaign: CampaignId) -> Result<Option<StoredAudience>> {
    let row = audience::Entity::find().filter(audience::Column::CampaignId.eq(campaign.0)).one(db).await?;
    let Some(row) = row else { return Ok(None) };
    let members =
        audience_member::Entity::find().filter(audience_member::Column::AudienceId.eq(row.id)).all(db).await?;
    let (now, later): (Vec<_>, Vec<_>) = members.into_iter().partition(|m| m.wave == NOW);
    let ids = |members: Vec<audience_member::Model>| members.into_iter().map(|m| HouseholdId(m.household_id)).collect();
    Ok(Some(StoredAudience { definition: row.definition, counts: row.counts, now: ids(now), later: ids(later) }))
}

/// When the audience of a campaign was drawn, from what and with which counts, without its households.
pub async fn last_draw(db: &impl Connection, campaign: CampaignId) -> Result<Option<LastDraw>> {
    let row = audience::Entity::find().filter(audience::Column::CampaignId.eq(campaign.0)).one(db).await?;
    Ok(row.map(|row| LastDraw { definition: row.definition, counts: row.counts, drawn_at: row.drawn_at }))
}

/// Replaces the audience of a campaign.
pub async fn save(
    tx: &Tx,
    scope: StructureId,
    campaign: CampaignId,
    drawn: &StoredAudience,
    now: DateTime<Utc>,
) -> Result<()> {
    if let Some(old) = audience::Entity::find().filter(audience::Column::CampaignId.eq(campaign.0)).one(tx).await? {
        audience_member::Entity::delete_many().filter(audience_member::Column::AudienceId.eq(old.id)).exec(tx).await?;
        audience::Entity::delete_by_id(old.id).exec(tx).await?;
    }
    let id = uuid::Uuid::now_v7();
    let row = audience::ActiveModel {
        id: Set(id),
        structure_id: Set(scope.0),
        campaign_id: Set(campaign.0),
        definition: Set(drawn.definition.clone()),
        counts: Set(drawn.counts.clone()),
        drawn_at: Set(now),
    };
    row.insert(tx).await?;
    let waves = drawn.now.iter().map(|h| (h, NOW)).chain(drawn.later.iter().map(|h| (h, LATER)));
    let members = Insert {
        table: "audience_member",
        shared: vec![("audience_id", Cell::id(id)), ("structure_id", Cell::id(scope.0))],
        columns: &["household_id", "wave"],
    };
    members.rows(tx, waves.flat_map(|(household, wave)| [Cell::id(household.0), Cell::text(wave)])).await
}

/// Counts who was drawn for later among those written to now; `counts` are the draw's from then on, as JSON.
pub async fn bring_forward(tx: &Tx, campaign: CampaignId, counts: String) -> Result<()> {
    let Some(drawn) = audience::Entity::find().filter(audience::Column::CampaignId.eq(campaign.0)).one(tx).await?
    else {
        return Ok(());
    };
    audience_member::Entity::update_many()
        .col_expr(audience_member::Column::Wave, Expr::value(NOW))
        .filter(audience_member::Column::AudienceId.eq(drawn.id))
        .filter(audience_member::Column::Wave.eq(LATER))
        .exec(tx)
        .await?;
    audience::Entity::update_many()
        .col_expr(audience::Column::Counts, Expr::value(counts))
        .filter(audience::Column::Id.eq(drawn.id))
        .exec(tx)
        .await?;
    Ok(())
}

/// The households of a campaign that have an invitation.
pub async fn invited(db: &impl Connection, scope: StructureId, campaign: CampaignId) -> Result<HashSet<HouseholdId>> {
    // Asked for each invitation: a campaign can have a million households and few letters.
    let of_campaign = Query::select()
        .expr(Expr::val(1))
        .from(household::Entity)
        .and_where(
            Expr::col((household::Entity, household::Column::Id))
                .equals((invitation::Entity, invitation::Column::HouseholdId)),
        )
        .and_where(ExprTrait::eq(Expr::col((household::Entity, household::Column::CampaignId)), campaign.0))
        .take();
    let households: Vec<uuid::Uuid> = invitation::Entity::of(scope)
        .filter(Expr::exists(of_campaign))
        .select_only()
        .column(invitation::Column::HouseholdId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(households.into_iter().map(HouseholdId).collect())
}

/// Notes that the draws of these campaigns no longer stand, but where letters are printed from them: what they were drawn from
/// has changed, and the next run draws anew.
pub(super) async fn draw_again(tx: &Tx, campaigns: &BTreeSet<uuid::Uuid>) -> Result<()> {
    for campaign in campaigns {
        let printed = letter::Entity::find().filter(letter::Column::CampaignId.eq(*campaign)).limit(1).one(tx).await?;
        if printed.is_none() {
            audience::Entity::update_many()
                .col_expr(audience::Column::Definition, Expr::value(""))
                .filter(audience::Column::CampaignId.eq(*campaign))
                .exec(tx)
                .await?;
        }
    }
    Ok(())
}

/// How many invitation numbers are in use in this installation, those of communes included.
pub async fn numbers_in_use(db: &impl Connection) -> Result<u64> {
    Ok(invitation::Entity::find().count(db).await? + blind_code::Entity::find().count(db).await?)
}

/// Which of these numbers are taken.
pub async fn taken(db: &impl Connection, numbers: &[InvitationNumber]) -> Result<HashSet<InvitationNumber>> {
    let mut taken = HashSet::new();
    for chunk in numbers.chunks(CHUNK) {
        let wanted = invitation::Column::Number.is_in(chunk.iter().map(|n| n.value().cast_signed()));
        let rows: Vec<i64> = invitation::Entity::find()
            .filter(wanted)
            .select_only()
            .column(invitation::Column::Number)
            .into_tuple()
            .all(db)
            .await?;
        let of_communes: Vec<i64> = blind_code::Entity::find()
            .filter(blind_code::Column::Number.is_in(chunk.iter().map(|n| n.value().cast_signed())))
            .select_only()
            .column(blind_code::Column::Number)
            .into_tuple()
            .all(db)
            .await?;
        for number in rows.into_iter().chain(of_communes) {
            taken.insert(stored("invitation.number", InvitationNumber::try_from(number.cast_unsigned()))?);
        }
    }
    Ok(taken)
}

/// Which letters an invitation comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wave {
    /// The first: who was not drawn for later.
    First,
    /// The second: who was.
    Second,
}

/// Invites households.
pub async fn invite(
    tx: &Tx,
    scope: StructureId,
    wave: Wave,
    invitations: &[(HouseholdId, InvitationNumber)],
    now: DateTime<Utc>,
) -> Result<()> {
    let wave = match wave {
        Wave::First => NOW,
        Wave::Second => LATER,
    };
    let rows = Insert {
        table: "invitation",
        shared: vec![
            ("structure_id", Cell::id(scope.0)),
            ("wave", Cell::text(wave)),
            ("created_at", Cell::Instant(now)),
        ],
        columns: &["id", "household_id", "number"],
    };
    let values = |(household, number): &(HouseholdId, InvitationNumber)| {
        let number = Cell::Long(number.value().cast_signed());
        [Cell::id(InvitationId::new().0), Cell::id(household.0), number]
    };
    rows.rows(tx, invitations.iter().flat_map(values)).await
}

/// How many households the second wave invites, as long as no letter of it is printed.
pub async fn second_wave_unprinted(db: &impl Connection, campaign: CampaignId) -> Result<u64> {
    let of_campaign = Query::select()
        .column(household::Column::Id)
        .from(household::Entity)
        .and_where(ExprTrait::eq(Expr::col(household::Column::CampaignId), campaign.0))
        .take();
    let second = invitation::Entity::find()
        .filter(invitation::Column::Wave.eq(LATER))
        .filter(invitation::Column::HouseholdId.in_subquery(of_campaign));
    let printed = Query::select()
        .column(letter::Column::InvitationId)
        .from(letter::Entity)
        .and_where(ExprTrait::eq(Expr::col(letter::Column::CampaignId), campaign.0))
        .take();
    let invited = second.clone().count(db).await?;
    if invited == 0 {
        return Ok(0);
    }
    let written = second.filter(invitation::Column::Id.in_subquery(printed)).limit(1).one(db).await?;
    Ok(if written.is_some() { 0 } else { invited })
}

/// Replaces the letters of a campaign by those of a new print run, but for those that were posted. A letter that came back
/// stays marked.
pub async fn save_letters(
    tx: &Tx,
    scope: StructureId,
    campaign: CampaignId,
    letters: &[LetterPlace],
    now: DateTime<Utc>,
) -> Result<()> {
    let unposted = letter::Column::CampaignId.eq(campaign.0).and(letter::Column::PostedOn.is_null());
    let old = letter::Entity::find().filter(unposted.clone()).all(tx).await?;
    let old: HashMap<_, _> = old.into_iter().map(|l| (l.invitation_id, l)).collect();
    let printed_at = |l: &LetterPlace| old.get(&l.invitation.0).filter(|_| l.kept).map_or(now, |l| l.printed_at);
    letter::Entity::delete_many().filter(unposted).exec(tx).await?;
    for chunk in letters.chunks(CHUNK) {
        let rows = chunk.iter().map(|l| letter::ActiveModel {
            invitation_id: Set(l.invitation.0),
            structure_id: Set(scope.0),
            campaign_id: Set(campaign.0),
            lot: Set(l.lot.cast_signed()),
            position: Set(l.position.cast_signed()),
            pages: Set(l.pages.cast_signed()),
            printed_at: Set(printed_at(l)),
            returned_at: Set(old.get(&l.invitation.0).and_then(|l| l.returned_at)),
            posted_on: Set(None),
            content: Set(l.content.clone()),
            postcode: Set(l.postcode.map(String::from)),
            commune: Set(l.commune.map(|c| c.to_string())),
        });
        letter::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// What a campaign printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LetterTotals {
    /// Letters.
    pub letters: u64,
    /// Letters that came back.
    pub returned: u64,
    /// Letters noted as posted, and those of them that came back.
    pub posted: (u64, u64),
    /// Lots.
    pub lots: u64,
    /// Pages.
    pub pages: u64,
}

impl LetterTotals {
    /// Households that letters reached: posted less returned where posting is noted, else printed less returned.
    pub fn reached(&self) -> u64 {
        let (sent, returned) = if self.posted.0 > 0 { self.posted } else { (self.letters, self.returned) };
        sent.saturating_sub(returned)
    }
}

/// What a campaign printed, and what came back.
pub async fn letter_totals(db: &impl Connection, campaign: CampaignId) -> Result<LetterTotals> {
    let of_campaign = || letter::Entity::find().filter(letter::Column::CampaignId.eq(campaign.0));
    let totals: Option<(i64, Option<i64>)> = of_campaign()
        .select_only()
        .column_as(Expr::col(letter::Column::Lot).count_distinct(), "lots")
        .column_as(letter::Column::Pages.sum(), "pages")
        .into_tuple()
        .one(db)
        .await?;
    let (lots, pages) = totals.unwrap_or_default();
    Ok(LetterTotals {
        letters: of_campaign().count(db).await?,
        returned: of_campaign().filter(letter::Column::ReturnedAt.is_not_null()).count(db).await?,
        posted: (
            of_campaign().filter(letter::Column::PostedOn.is_not_null()).count(db).await?,
            of_campaign()
                .filter(letter::Column::PostedOn.is_not_null())
                .filter(letter::Column::ReturnedAt.is_not_null())
                .count(db)
                .await?,
        ),
        lots: lots.cast_unsigned(),
        pages: pages.unwrap_or(0).cast_unsigned(),
    })
}

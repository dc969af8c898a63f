//! Households and the people in them, as rows of the lists that are in.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, Func, LikeExpr};
use sea_orm::{ColumnTrait, Condition, EntityTrait, ExprTrait, Order, QueryFilter, QueryOrder, QuerySelect};

use super::delivery::CURRENT;
use super::entity::{Owned, delivery, household, invitation, letter, retiree};
use super::{Connection, Result, Tx, profile, stored};
use crate::domain::address::{NotMailable, PostalAddress};
use crate::domain::commune::{InseeCode, Postcode};
use crate::domain::id::{CampaignId, DeliveryId, HouseholdId, InvitationId, RetireeId, StructureId};
use crate::domain::number::InvitationNumber;
use crate::domain::phone::Phone;
use crate::domain::retiree::{Birth, Civility, Retiree};

/// A household with every row that names somebody in it.
#[derive(Debug, Clone)]
pub struct HouseholdRows {
    /// Its identifier.
    pub id: HouseholdId,
    /// The campaign whose lists brought it.
    pub campaign: CampaignId,
    /// Where it stands when households are put in chance order.
    pub draw_order: String,
    /// When the desk was told that letters do not reach it.
    pub wrong_address: Option<DateTime<Utc>>,
    /// Its rows, in the order of the lists.
    pub rows: Vec<PersonRow>,
}

/// One row about a person.
#[derive(Debug, Clone)]
pub struct PersonRow {
    /// Its number in its list, from 1.
    pub row: u32,
    /// The person: their first row's identifier.
    pub person: RetireeId,
    /// The list it came with.
    pub delivery: DeliveryId,
    /// What it says.
    pub retiree: Retiree,
    /// When the desk was told that they have died.
    pub death_reported: Option<DateTime<Utc>>,
    /// When it was noted that they want no letters.
    pub opposed_post: Option<DateTime<Utc>>,
    /// When it was noted that they want no e-mails.
    pub opposed_email: Option<DateTime<Utc>>,
    /// When it was noted that they want no calls.
    pub opposed_phone: Option<DateTime<Utc>>,
    /// Since when somebody must say whether they are one who is opposed; no letter until then.
    pub opposition_doubt: Option<DateTime<Utc>>,
}

/// A household's invitation and its letter.
#[derive(Debug, Clone)]
pub struct Invited {
    /// The invitation.
    pub invitation: InvitationId,
    /// Its number.
    pub number: InvitationNumber,
    /// The household.
    pub household: HouseholdId,
    /// Lot and position of the letter, once printed.
    pub letter: Option<(u32, u32)>,
    /// When it was printed.
    pub printed_at: Option<DateTime<Utc>>,
    /// Its pages.
    pub pages: u32,
    /// What they show.
    pub content: Option<String>,
    /// Where it went when it was printed.
    pub postcode: Option<Postcode>,
    /// The same, as a commune.
    pub commune: Option<InseeCode>,
    /// The day it was posted, where that is noted.
    pub posted_on: Option<NaiveDate>,
    /// The letter came back.
    pub returned: bool,
}

/// All households of a campaign in chance order.
pub async fn of_campaign(db: &impl Connection, campaign: CampaignId) -> Result<Vec<HouseholdRows>> {
    let households = household::Entity::find().filter(household::Column::CampaignId.eq(campaign.0)).all(db).await?;
    let rows = retiree::Entity::find().filter(retiree::Column::CampaignId.eq(campaign.0));
    with_rows(households, in_order(current(rows)).all(db).await?)
}

/// These households of a structure, in chance order.
pub async fn by_ids(db: &impl Connection, scope: StructureId, ids: &[HouseholdId]) -> Result<Vec<HouseholdRows>> {
    let households = household::Entity::of(scope).filter(household::Column::Id.is_in(ids.iter().map(|h| h.0)));
    let rows = retiree::Entity::of(scope).filter(retiree::Column::HouseholdId.is_in(ids.iter().map(|h| h.0)));
    with_rows(households.all(db).await?, in_order(current(rows)).all(db).await?)
}

/// The households of a campaign that have a letter in a lot that is not posted, and of which a death, an opposition or a wrong
/// address was noted, whenever; or a death or a wrong address stands in one of these lists.
pub async fn reported_with_letters(
    db: &impl Connection,
    scope: StructureId,
    campaign: CampaignId,
    lists: &BTreeSet<DeliveryId>,
) -> Result<Vec<HouseholdId>> {
    let mut letters = letter::Entity::of(scope)
        .filter(letter::Column::CampaignId.eq(campaign.0))
        .filter(letter::Column::PostedOn.is_null())
        .select_only()
        .column(letter::Column::InvitationId);
    let letters = QuerySelect::query(&mut letters).take();
    let mut printed = invitation::Entity::of(scope)
        .filter(invitation::Column::Id.in_subquery(letters))
        .select_only()
        .column(invitation::Column::HouseholdId);
    let printed = QuerySelect::query(&mut printed).take();
    let listed = Condition::all().add(retiree::Column::DeliveryId.is_in(lists.iter().map(|list| list.0))).add(
        Condition::any()
            .add(retiree::Column::Deceased.eq(true))
            .add(retiree::Column::NotMailable.eq(NotMailable::KnownWrong.code())),
    );
    let told = Condition::any()
        .add(listed)
        .add(retiree::Column::OpposedPostAt.is_not_null())
        .add(retiree::Column::OppositionDoubtAt.is_not_null())
        .add(retiree::Column::DeathReportedAt.is_not_null());
    let mut people = retiree::Entity::of(scope)
        .filter(retiree::Column::CampaignId.eq(campaign.0))
        .filter(told)
        .select_only()
        .column(retiree::Column::HouseholdId);
    let told = household::Column::Id.in_subquery(QuerySelect::query(&mut people).take());
    let ids: Vec<uuid::Uuid> = household::Entity::of(scope)
        .filter(household::Column::Id.in_subquery(printed))
        .filter(Condition::any().add(told).add(household::Column::WrongAddressAt.is_not_null()))
        .select_only()
        .column(household::Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(HouseholdId).collect())
}

/// The invitation with this number, whatever its structure: a number is known to whoever holds the letter.
pub async fn by_number(db: &impl Connection, number: InvitationNumber) -> Result<Option<(Invited, StructureId)>> {
    let row =
        invitation::Entity::find().filter(invitation::Column::Number.eq(number.value().cast_signed())).one(db).await?;
    let Some(row) = row else { return Ok(None) };
    let scope = StructureId(row.structure_id);
    let letters = letter::Entity::find_by_id(row.id).all(db).await?;
    Ok(invited(vec![row], letters)?.pop().map(|i| (i, scope)))
}

/// The invitations of these households.
pub async fn invitations(db: &impl Connection, scope: StructureId, households: &[HouseholdId]) -> Result<Vec<Invited>> {
    let of_them = invitation::Column::HouseholdId.is_in(households.iter().map(|h| h.0));
    let rows = invitation::Entity::of(scope).filter(of_them).all(db).await?;
    let letters = letter::Column::InvitationId.is_in(rows.iter().map(|i| i.id));
    let letters = letter::Entity::of(scope).filter(letters).all(db).await?;
    invited(rows, letters)
}

/// All invitations of a campaign.
pub async fn invitations_of_campaign(db: &impl Connection, campaign: CampaignId) -> Result<Vec<Invited>> {
    let mut households = household::Entity::find()
        .filter(household::Column::CampaignId.eq(campaign.0))
        .select_only()
        .column(household::Column::Id);
    let of_them = invitation::Column::HouseholdId.in_subquery(QuerySelect::query(&mut households).take());
    let rows = invitation::Entity::find().filter(of_them).all(db).await?;
    let letters = letter::Entity::find().filter(letter::Column::CampaignId.eq(campaign.0)).all(db).await?;
    invited(rows, letters)
}

/// The households of these invitations.
pub async fn of_invitations(
    db: &impl Connection,
    invitations: &[InvitationId],
) -> Result<HashMap<InvitationId, HouseholdId>> {
    let rows: Vec<(uuid::Uuid, uuid::Uuid)> = invitation::Entity::find()
        .filter(invitation::Column::Id.is_in(invitations.iter().map(|i| i.0)))
        .select_only()
        .columns([invitation::Column::Id, invitation::Column::HouseholdId])
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(id, household)| (InvitationId(id), HouseholdId(household))).collect())
}

/// Households of a structure in which every one of `words` (as [`crate::identity::search_key`] writes them) begins a
/// word of one person's names or commune; at most `limit`, those first whose surname begins with the first word.
pub async fn search(db: &impl Connection, scope: StructureId, words: &[&str], limit: u64) -> Result<Vec<HouseholdId>> {
    let all = named(words);
    let surname = words.first().map(|word| format!(" {word}%")).unwrap_or_default();
    matching(db, scope, all, &surname, limit).await
}

/// Rows in whose names or commune every one of `words` begins a word.
pub(super) fn named(words: &[&str]) -> Condition {
    words.iter().fold(Condition::all(), |all, word| {
        let pattern = LikeExpr::new(format!("% {}%", word.replace(['%', '_', '\\'], "")));
        all.add(Expr::col((retiree::Entity, retiree::Column::SearchName)).like(pattern))
    })
}

/// Households of a structure with this phone number.
pub async fn by_phone(db: &impl Connection, scope: StructureId, phone: &Phone, limit: u64) -> Result<Vec<HouseholdId>> {
    matching(db, scope, Condition::all().add(retiree::Column::Phone.eq(phone.e164())), "", limit).await
}

/// Notes that these people have died, on every row that names them, once: a second report changes nothing.
pub async fn report_death(tx: &Tx, scope: StructureId, people: &[RetireeId], now: DateTime<Utc>) -> Result<()> {
    let ids = || people.iter().map(|p| p.0);
    retiree::Entity::update_many()
        .col_expr(retiree::Column::DeathReportedAt, Expr::value(now))
        .filter(retiree::Column::StructureId.eq(scope.0))
        .filter(retiree::Column::DeathReportedAt.is_null())
        .filter(retiree::Column::Id.is_in(ids()).or(retiree::Column::SameAs.is_in(ids())))
        .exec(tx)
        .await?;
    profile::rows_changed(tx, scope, Condition::all().add(retiree::Column::Id.is_in(ids()))).await
}

/// Notes that letters do not reach a household, once.
pub async fn report_wrong_address(
    tx: &Tx,
    scope: StructureId,
    household: HouseholdId,
    now: DateTime<Utc>,
) -> Result<()> {
    household::Entity::update_many()
        .col_expr(household::Column::WrongAddressAt, Expr::value(now))
        .filter(household::Column::StructureId.eq(scope.0))
        .filter(household::Column::Id.eq(household.0))
        .filter(household::Column::WrongAddressAt.is_null())
        .exec(tx)
        .await?;
    profile::household_changed(tx, scope, household).await
}

/// Notes that a letter came back, once.
pub async fn report_returned(tx: &Tx, scope: StructureId, invitation: InvitationId, now: DateTime<Utc>) -> Result<()> {
    letter::Entity::update_many()
        .col_expr(letter::Column::ReturnedAt, Expr::value(now))
        .filter(letter::Column::StructureId.eq(scope.0))
        .filter(letter::Column::InvitationId.eq(invitation.0))
        .filter(letter::Column::ReturnedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// A letter that came back.
#[derive(Debug, Clone, Copy)]
pub struct ReturnedLetter {
    /// The number it carries.
    pub number: InvitationNumber,
    /// The household it was sent to.
    pub household: HouseholdId,
    /// When that was noted.
    pub returned_at: DateTime<Utc>,
}

/// The letters of a campaign that came back, the last one first; at most `limit`.
pub async fn returned_letters(
    db: &impl Connection,
    scope: StructureId,
    campaign: CampaignId,
    limit: u64,
) -> Result<Vec<ReturnedLetter>> {
    let letters = letter::Entity::of(scope)
        .filter(letter::Column::CampaignId.eq(campaign.0))
        .filter(letter::Column::ReturnedAt.is_not_null())
        .order_by_desc(letter::Column::ReturnedAt)
        .order_by_desc(letter::Column::Lot)
        .order_by_desc(letter::Column::Position)
        .limit(limit)
        .all(db)
        .await?;
    let ids = letters.iter().map(|l| l.invitation_id);
    let invitations = invitation::Entity::of(scope).filter(invitation::Column::Id.is_in(ids)).all(db).await?;
    let invitations: HashMap<_, _> = invitations.into_iter().map(|i| (i.id, i)).collect();
    let returned = letters.into_iter().filter_map(|l| Some((invitations.get(&l.invitation_id)?, l.returned_at?)));
    returned
        .map(|(invitation, returned_at)| {
            let number = InvitationNumber::try_from(invitation.number.cast_unsigned());
            Ok(ReturnedLetter {
                number: stored("invitation.number", number)?,
                household: HouseholdId(invitation.household_id),
                returned_at,
            })
        })
        .collect()
}

/// Notes that a letter has not come back after all, and that letters reach its household.
pub async fn take_back_return(
    tx: &Tx,
    scope: StructureId,
    invitation: InvitationId,
    household: HouseholdId,
) -> Result<()> {
    let never = || Expr::value(None::<DateTime<Utc>>);
    letter::Entity::update_many()
        .col_expr(letter::Column::ReturnedAt, never())
        .filter(letter::Column::StructureId.eq(scope.0))
        .filter(letter::Column::InvitationId.eq(invitation.0))
        .exec(tx)
        .await?;
    household::Entity::update_many()
        .col_expr(household::Column::WrongAddressAt, never())
        .filter(household::Column::StructureId.eq(scope.0))
        .filter(household::Column::Id.eq(household.0))
        .exec(tx)
        .await?;
    profile::household_changed(tx, scope, household).await
}

/// The person in a stored row.
pub(super) fn retiree_of(row: retiree::Model) -> Result<Retiree> {
    Ok(Retiree {
        civility: row.civility.as_deref().and_then(Civility::from_code),
        usage_name: row.usage_name,
        birth_name: row.birth_name,
        first_name: row.first_name,
        birth: match (row.birth_date, row.birth_year) {
            (Some(date), _) => Birth::Date(date),
            (None, Some(year)) => Birth::Year(year),
            (None, None) => Birth::Unknown,
        },
        deceased: row.deceased,
        address: PostalAddress {
            postcode: row.postcode.map(|p| stored("retiree.postcode", p.parse())).transpose()?,
            commune: row.commune.map(|c| stored("retiree.commune", c.parse())).transpose()?,
            institution: row.institution,
            not_mailable: row.not_mailable.as_deref().and_then(NotMailable::from_code),
            ..lines_of(&row.address)
        },
        phone: row.phone.map(|p| stored("retiree.phone", Phone::parse(&p))).transpose()?,
        email: row.email,
        fund_reference: row.fund_reference,
    })
}

/// The lines 2 to 6 of an address as `retiree.address` holds them: one under the other, blank ones too.
pub(super) fn address_column(address: &PostalAddress) -> String {
    [&address.line2, &address.line3, &address.line4, &address.line5, &address.line6].map(String::as_str).join("\n")
}

/// An address of which nothing is known but the lines in `retiree.address`.
pub(super) fn lines_of(column: &str) -> PostalAddress {
    let mut lines = column.split('\n').map(str::to_owned);
    let mut line = || lines.next().unwrap_or_default();
    let (line2, line3, line4, line5, line6) = (line(), line(), line(), line(), line());
    PostalAddress { line2, line3, line4, line5, line6, ..PostalAddress::default() }
}

/// Only rows of deliveries that are in.
fn current(rows: sea_orm::Select<retiree::Entity>) -> sea_orm::Select<retiree::Entity> {
    let mut in_force =
        delivery::Entity::find().filter(delivery::Column::State.eq(CURRENT)).select_only().column(delivery::Column::Id);
    rows.filter(retiree::Column::DeliveryId.in_subquery(QuerySelect::query(&mut in_force).take()))
}

/// Rows in the order of the lists: deliveries of a campaign are made one after the other, so their identifiers sort.
fn in_order(rows: sea_orm::Select<retiree::Entity>) -> sea_orm::Select<retiree::Entity> {
    rows.order_by_asc(retiree::Column::DeliveryId).order_by_asc(retiree::Column::Row)
}

/// Households of which a row says `what`, first those of whom somebody's surname in use fits the pattern `surname`, then by
/// name.
async fn matching(
    db: &impl Connection,
    scope: StructureId,
    what: Condition,
    surname: &str,
    limit: u64,
) -> Result<Vec<HouseholdId>> {
    let rows: Vec<uuid::Uuid> = current(retiree::Entity::of(scope))
        .filter(what)
        .select_only()
        .column(retiree::Column::HouseholdId)
        .group_by(retiree::Column::HouseholdId)
        .order_by(Func::min(Expr::case(retiree::Column::SearchName.like(surname), 0).finally(1)), Order::Asc)
        .order_by_asc(retiree::Column::SearchName.min())
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(HouseholdId).collect())
}

fn with_rows(households: Vec<household::Model>, rows: Vec<retiree::Model>) -> Result<Vec<HouseholdRows>> {
    let mut by_household: HashMap<uuid::Uuid, Vec<PersonRow>> = HashMap::with_capacity(households.len());
    for row in rows {
        let of = by_household.entry(row.household_id).or_default();
        of.push(PersonRow {
            row: row.row.cast_unsigned(),
            person: RetireeId(row.same_as.unwrap_or(row.id)),
            delivery: DeliveryId(row.delivery_id),
            death_reported: row.death_reported_at,
            opposed_post: row.opposed_post_at,
            opposed_email: row.opposed_email_at,
            opposed_phone: row.opposed_phone_at,
            opposition_doubt: row.opposition_doubt_at,
            retiree: retiree_of(row)?,
        });
    }
    let mut all: Vec<_> = households
        .into_iter()
        .filter_map(|h| {
            let rows = by_household.remove(&h.id)?;
            Some(HouseholdRows {
                id: HouseholdId(h.id),
                campaign: CampaignId(h.campaign_id),
                draw_order: h.draw_order,
                wrong_address: h.wrong_address_at,
                rows,
            })
        })
        .collect();
    all.sort_by(|a, b| a.draw_order.cmp(&b.draw_order));
    Ok(all)
}

fn invited(rows: Vec<invitation::Model>, letters: Vec<letter::Model>) -> Result<Vec<Invited>> {
    let letters: HashMap<_, _> = letters.into_iter().map(|l| (l.invitation_id, l)).collect();
    rows.into_iter()
        .map(|i| {
            let letter = letters.get(&i.id);
            Ok(Invited {
                invitation: InvitationId(i.id),
                number: stored("invitation.number", InvitationNumber::try_from(i.number.cast_unsigned()))?,
                household: HouseholdId(i.household_id),
                letter: letter.map(|l| (l.lot.cast_unsigned(), l.position.cast_unsigned())),
                printed_at: letter.map(|l| l.printed_at),
                pages: letter.map_or(0, |l| l.pages.cast_unsigned()),
                content: letter.and_then(|l| l.content.clone()),
                postcode: letter
                    .and_then(|l| l.postcode.as_ref())
                    .map(|p| stored("letter.postcode", p.parse()))
                    .transpose()?,
                commune: letter
                    .and_then(|l| l.commune.as_ref())
                    .map(|c| stored("letter.commune", c.parse()))
                    .transpose()?,
                posted_on: letter.and_then(|l| l.posted_on),
                returned: letter.is_some_and(|l| l.returned_at.is_some()),
            })
        })
        .collect()
}

//! Workshops with their sessions and places.

use std::collections::HashMap;

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::entity::{Owned, attendance, reference, session_date, venue, workshop};
use super::{Connection, Result, StoreError, Tx, funder as funders, locks_rows, stored, venue as venues};
use crate::domain::id::{CampaignId, SessionId, StructureId, WorkshopId};
use crate::domain::price::{Cents, Price};
use crate::domain::workshop::{Session, Workshop};

/// A workshop with its identifiers.
#[derive(Debug, Clone)]
pub struct StoredWorkshop {
    /// Its identifier.
    pub id: WorkshopId,
    /// The structure that holds it.
    pub structure: StructureId,
    /// The campaign it belongs to.
    pub campaign: CampaignId,
    /// Identifiers of `workshop.sessions`, in the same order.
    pub session_ids: Vec<SessionId>,
    /// What it is.
    pub workshop: Workshop,
}

/// All workshops of this installation, by first session: the public list knows no structures.
pub async fn all(db: &impl Connection) -> Result<Vec<StoredWorkshop>> {
    complete(db, workshop::Entity::find().all(db).await?).await
}

/// The workshops of a campaign, by first session.
pub async fn of_campaign(db: &impl Connection, campaign: CampaignId) -> Result<Vec<StoredWorkshop>> {
    let rows = workshop::Entity::find().filter(workshop::Column::CampaignId.eq(campaign.0)).all(db).await?;
    complete(db, rows).await
}

/// The workshops of a structure, by first session.
pub async fn of_structure(db: &impl Connection, scope: StructureId) -> Result<Vec<StoredWorkshop>> {
    complete(db, workshop::Entity::of(scope).all(db).await?).await
}

/// The slugs of all workshops of this installation, which share their addresses.
pub async fn slugs(db: &impl Connection) -> Result<Vec<String>> {
    let slugs = workshop::Entity::find().select_only().column(workshop::Column::Slug).into_tuple();
    Ok(slugs.all(db).await?)
}

/// The workshop with this slug.
pub async fn by_slug(db: &impl Connection, slug: &str) -> Result<Option<StoredWorkshop>> {
    let rows = workshop::Entity::find().filter(workshop::Column::Slug.eq(slug)).all(db).await?;
    Ok(complete(db, rows).await?.pop())
}

/// The workshop with this identifier.
pub async fn by_id(db: &impl Connection, id: WorkshopId) -> Result<Option<StoredWorkshop>> {
    let rows = workshop::Entity::find_by_id(id.0).all(db).await?;
    Ok(complete(db, rows).await?.pop())
}

/// Locks a workshop until the transaction ends, so that its seats are counted and taken by one registration at a time.
/// On SQLite the transaction is the only writer already. Gives the seats there are in all.
pub async fn lock(tx: &Tx, id: WorkshopId) -> Result<u16> {
    let row = workshop::Entity::find_by_id(id.0);
    let row = if locks_rows(tx) { row.lock_exclusive().one(tx).await? } else { row.one(tx).await? };
    let row = row.ok_or_else(|| StoreError::Stored("workshop is gone".to_owned()))?;
    stored("workshop.capacity", row.capacity.try_into())
}

/// Writes a workshop: new, or over the one with the same slug in the same campaign. Sessions are matched by position; more
/// sessions than before are added, and those too many are taken away unless attendance was marked.
pub async fn save(tx: &Tx, scope: StructureId, campaign: CampaignId, new: &Workshop) -> Result<()> {
    let existing = workshop::Entity::of(scope)
        .filter(workshop::Column::CampaignId.eq(campaign.0))
        .filter(workshop::Column::Slug.eq(&new.slug))
        .one(tx)
        .await?;
    let id = existing.as_ref().map_or_else(WorkshopId::new, |w| WorkshopId(w.id));
    let funder = match &new.funder {
        Some(slug) => funders::id_of(tx, scope, campaign, slug).await?,
        None => None,
    };
    let row = workshop::ActiveModel {
        id: Set(id.0),
        structure_id: Set(scope.0),
        campaign_id: Set(campaign.0),
        slug: Set(new.slug.clone()),
        topic: Set(new.topic.clone()),
        short_topic: Set(new.short_topic.clone()),
        summary: Set(new.summary.clone()),
        minimum_age: Set(new.minimum_age.into()),
        price_cents: Set(new.price.0.0.cast_signed()),
        capacity: Set(new.capacity.into()),
        support: Set(new.support.clone()),
        funder_id: Set(funder),
    };
    if existing.is_some() {
        row.update(tx).await?
    } else {
        row.insert(tx).await?
    };
    let venue_id = venues::save(tx, scope, campaign, &new.venue).await?;
    let known: HashMap<i32, _> = session_date::Entity::find()
        .filter(session_date::Column::WorkshopId.eq(id.0))
        .all(tx)
        .await?
        .into_iter()
        .map(|s| (s.position, s.id))
        .collect();
    for (position, session) in (0..).zip(&new.sessions) {
        let venue_id = match &session.venue {
            Some(elsewhere) => venues::save(tx, scope, campaign, elsewhere).await?,
            None => venue_id,
        };
        let row = session_date::ActiveModel {
            id: Set(known.get(&position).copied().unwrap_or_else(|| SessionId::new().0)),
            structure_id: Set(scope.0),
            workshop_id: Set(id.0),
            position: Set(position),
            venue_id: Set(venue_id),
            starts_at: Set(session.starts),
            ends_at: Set(session.ends),
        };
        if known.contains_key(&position) {
            row.update(tx).await?
        } else {
            row.insert(tx).await?
        };
    }
    let last = new.sessions.len();
    for (_, id) in known.into_iter().filter(|(position, _)| usize::try_from(*position).is_ok_and(|p| p >= last)) {
        let marked = attendance::Entity::find().filter(attendance::Column::SessionId.eq(id)).one(tx).await?;
        if marked.is_none() {
            session_date::Entity::delete_by_id(id).exec(tx).await?;
        }
    }
    Ok(())
}

/// Gives a workshop another short name.
pub async fn rename(tx: &Tx, id: WorkshopId, new: &str) -> Result<()> {
    workshop::Entity::update_many()
        .col_expr(workshop::Column::Slug, Expr::value(new))
        .filter(workshop::Column::Id.eq(id.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes a workshop out, for which nobody is registered, with its sessions and references.
pub async fn delete(tx: &Tx, id: WorkshopId) -> Result<()> {
    reference::Entity::delete_many().filter(reference::Column::WorkshopId.eq(id.0)).exec(tx).await?;
    session_date::Entity::delete_many().filter(session_date::Column::WorkshopId.eq(id.0)).exec(tx).await?;
    workshop::Entity::delete_by_id(id.0).exec(tx).await?;
    Ok(())
}

/// Completes workshop rows with sessions and places, and sorts them by first session. The place of the first session
/// stands for the workshop.
async fn complete(db: &impl Connection, rows: Vec<workshop::Model>) -> Result<Vec<StoredWorkshop>> {
    let mut sessions: HashMap<_, Vec<session_date::Model>> = HashMap::new();
    let of_rows = session_date::Column::WorkshopId.is_in(rows.iter().map(|w| w.id));
    for s in session_date::Entity::find().filter(of_rows).order_by_asc(session_date::Column::Position).all(db).await? {
        sessions.entry(s.workshop_id).or_default().push(s);
    }
    let used = venue::Column::Id.is_in(sessions.values().flatten().map(|s| s.venue_id));
    let venues: HashMap<_, _> =
        venue::Entity::find().filter(used).all(db).await?.into_iter().map(|v| (v.id, v)).collect();
    let funders = funders::slugs(db, rows.iter().filter_map(|w| w.funder_id)).await?;
    let mut all = rows
        .into_iter()
        .map(|w| {
            let sessions = sessions.remove(&w.id).unwrap_or_default();
            let funder = w.funder_id.and_then(|id| funders.get(&id)).cloned();
            workshop_of(w, funder, &venues, &sessions)
        })
        .collect::<Result<Vec<_>>>()?;
    all.sort_by(|a, b| {
        (a.workshop.first().starts, &a.workshop.slug).cmp(&(b.workshop.first().starts, &b.workshop.slug))
    });
    Ok(all)
}

fn workshop_of(
    row: workshop::Model,
    funder: Option<String>,
    known: &HashMap<uuid::Uuid, venue::Model>,
    sessions: &[session_date::Model],
) -> Result<StoredWorkshop> {
    let missing = || StoreError::Stored("workshop without session".to_owned());
    let place = |s: &session_date::Model| known.get(&s.venue_id).ok_or_else(missing).and_then(venues::venue_of);
    let home = sessions.first().ok_or_else(missing)?.venue_id;
    let session = |s: &session_date::Model| {
        let elsewhere = if s.venue_id == home { None } else { Some(place(s)?) };
        Ok(Session { starts: s.starts_at, ends: s.ends_at, venue: elsewhere })
    };
    Ok(StoredWorkshop {
        id: WorkshopId(row.id),
        structure: StructureId(row.structure_id),
        campaign: CampaignId(row.campaign_id),
        session_ids: sessions.iter().map(|s| SessionId(s.id)).collect(),
        workshop: Workshop {
            slug: row.slug,
            topic: row.topic,
            short_topic: row.short_topic,
            summary: row.summary,
            minimum_age: stored("workshop.minimum_age", row.minimum_age.try_into())?,
            price: Price(Cents(row.price_cents.cast_unsigned())),
            capacity: stored("workshop.capacity", row.capacity.try_into())?,
            venue: place(&sessions[0])?,
            sessions: sessions.iter().map(session).collect::<Result<_>>()?,
            support: row.support,
            funder,
        },
    })
}

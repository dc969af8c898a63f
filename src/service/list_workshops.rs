//! List workshops with the seats that are left, near a place or not.

use chrono::{DateTime, Utc};

use super::{Result, local};
use crate::domain::commune::{Commune, Gazetteer, InseeCode};
use crate::domain::distance;
use crate::domain::id::{CampaignId, StructureId, WorkshopId};
use crate::domain::number::{InvitationNumber, Reference};
use crate::domain::workshop::Workshop;
use crate::identity;
use crate::store::workshop::StoredWorkshop;
use crate::store::{self, Connection, Store};

/// Communes looked at for a name or its beginning, the most populous first: there are some 200 called Saint-Martin-….
const MOST_NAMESAKES: usize = 400;

/// A workshop as anybody may see it.
#[derive(Debug, Clone)]
pub struct WorkshopSeats {
    /// Its identifier.
    pub id: WorkshopId,
    /// The structure that holds it.
    pub structure: StructureId,
    /// What it is.
    pub workshop: Workshop,
    /// Seats that are free.
    pub seats_left: u32,
    /// Seats that a newcomer can take: free, and nobody waits who could take them.
    pub open_seats: u32,
    /// Registrations that wait.
    pub waiting: u32,
    /// The first session has begun.
    pub begun: bool,
}

/// The workshops of this installation that have not begun, by first session.
pub async fn upcoming(store: &Store, now: DateTime<Utc>) -> Result<Vec<WorkshopSeats>> {
    let all = with_seats(store.read(), store::workshop::all(store.read()).await?, now).await?;
    Ok(all.into_iter().filter(|w| !w.begun).collect())
}

/// The workshops of a structure, begun or not, by first session.
pub async fn of_structure(store: &Store, scope: StructureId, now: DateTime<Utc>) -> Result<Vec<WorkshopSeats>> {
    with_seats(store.read(), store::workshop::of_structure(store.read(), scope).await?, now).await
}

/// The workshops of a campaign, begun or not, by first session.
pub async fn of_campaign(store: &Store, campaign: CampaignId, now: DateTime<Utc>) -> Result<Vec<WorkshopSeats>> {
    with_seats(store.read(), store::workshop::of_campaign(store.read(), campaign).await?, now).await
}

/// The workshop with this slug.
pub async fn by_slug(store: &Store, slug: &str, now: DateTime<Utc>) -> Result<Option<WorkshopSeats>> {
    let found = store::workshop::by_slug(store.read(), slug).await?;
    Ok(with_seats(store.read(), found.into_iter().collect(), now).await?.pop())
}

/// The workshop with this identifier.
pub async fn by_id(store: &Store, id: WorkshopId, now: DateTime<Utc>) -> Result<Option<WorkshopSeats>> {
    let found = store::workshop::by_id(store.read(), id).await?;
    Ok(with_seats(store.read(), found.into_iter().collect(), now).await?.pop())
}

/// The workshop that an outlet's reference stands for.
pub async fn by_reference(store: &Store, reference: Reference, now: DateTime<Utc>) -> Result<Option<WorkshopSeats>> {
    match store::campaign::by_reference(store.read(), reference).await? {
        Some((_, workshop)) => by_id(store, workshop, now).await,
        None => Ok(None),
    }
}

/// The workshops open to whoever holds this invitation number, nearest to the household first; nothing where nobody has
/// the number. Neither who nor how many live there can be told from the answer.
pub async fn for_invitation(
    store: &Store,
    number: InvitationNumber,
    now: DateTime<Utc>,
) -> Result<Option<Vec<WorkshopSeats>>> {
    let db = store.read();
    let (scope, commune) = match store::household::by_number(db, number).await? {
        Some((invited, scope)) => {
            let household = store::household::by_ids(db, scope, &[invited.household]).await?.pop();
            (scope, household.and_then(|h| h.rows.iter().find_map(|r| r.retiree.address.commune)))
        }
        None => match store::blind::by_number(db, number).await? {
            Some(of) => (of.structure, Some(of.commune)),
            None => return Ok(None),
        },
    };
    let mut workshops = of_structure(store, scope, now).await?;
    workshops.retain(|w| !w.begun);
    if let Some(commune) = commune {
        nearest_first(&mut workshops, commune);
    }
    Ok(Some(workshops))
}

/// Sorts workshops by how far their commune is from `commune`, as the crow flies; the order of equals is kept. Distances
/// only rank: none is ever shown.
pub fn nearest_first(workshops: &mut [WorkshopSeats], commune: InseeCode) {
    let gazetteer = Gazetteer::embedded();
    let centroid = |code: InseeCode| gazetteer.get(code).and_then(|c| c.centroid);
    let Some(from) = centroid(commune) else { return };
    workshops.sort_by(|a, b| {
        let km = |w: &WorkshopSeats| centroid(w.workshop.venue.commune).map_or(f64::MAX, |to| distance::km(from, to));
        km(a).total_cmp(&km(b))
    });
}

/// The commune a person typed the name or postcode of. Where several fit, one that is called exactly so, and then the
/// nearest to a workshop: « Saint-Martin » is seldom at the other end of the country.
pub fn commune_of(typed: &str, workshops: &[WorkshopSeats]) -> Option<&'static Commune> {
    let gazetteer = Gazetteer::embedded();
    let venues: Vec<_> =
        workshops.iter().filter_map(|w| gazetteer.get(w.workshop.venue.commune)).filter_map(|c| c.centroid).collect();
    let km = |commune: &Commune| {
        let from = commune.centroid?;
        venues.iter().map(|venue| distance::km(from, *venue)).reduce(f64::min)
    };
    let key = identity::search_key(typed.trim());
    gazetteer.search(typed.trim(), MOST_NAMESAKES).into_iter().min_by(|a, b| {
        let rank = |c: &Commune| (identity::search_key(&c.name) != key, km(c).unwrap_or(f64::MAX));
        let ((a_differs, a_km), (b_differs, b_km)) = (rank(a), rank(b));
        a_differs.cmp(&b_differs).then(a_km.total_cmp(&b_km))
    })
}

async fn with_seats(
    db: &impl Connection,
    workshops: Vec<StoredWorkshop>,
    now: DateTime<Utc>,
) -> Result<Vec<WorkshopSeats>> {
    let ids: Vec<_> = workshops.iter().map(|w| w.id).collect();
    let seats = store::registration::seats(db, &ids).await?;
    let now = local(now);
    Ok(workshops
        .into_iter()
        .map(|w| {
            let taken = seats.get(&w.id).copied().unwrap_or_default();
            WorkshopSeats {
                id: w.id,
                structure: w.structure,
                seats_left: taken.left(w.workshop.capacity),
                open_seats: taken.open(w.workshop.capacity),
                waiting: taken.waiting_registrations,
                begun: w.workshop.first().starts <= now,
                workshop: w.workshop,
            }
        })
        .collect())
}

//! Registrations and the seats they take.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};

use super::entity::{Owned, participant, registration};
use super::{Connection, Result, Tx, stored};
use crate::domain::channel::Channel;
use crate::domain::id::{HouseholdId, InvitationId, ParticipantId, RegistrationId, StructureId, WorkshopId};
use crate::domain::number::{InvitationNumber, Reference};
use crate::domain::phone::Phone;
use crate::domain::registration::{EntryMode, Status};

/// Identifiers a query names at once, under SQLite's 32,766 variables.
const CHUNK: usize = 10_000;

/// A registration as it is kept. The number used, the source declared and the household found stay apart.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Its identifier.
    pub id: RegistrationId,
    /// The workshop.
    pub workshop: WorkshopId,
    /// Its place in the order of arrival at the workshop, from 1.
    pub arrival: u32,
    /// Seated or waiting.
    pub status: Status,
    /// How it came in.
    pub entry: EntryMode,
    /// The person who registered, written so that the same person is recognised.
    pub person_key: String,
    /// Their phone.
    pub phone: Option<Phone>,
    /// Their e-mail.
    pub email: Option<String>,
    /// The invitation whose number was used.
    pub invitation: Option<InvitationId>,
    /// The number of a mailing without names that was used.
    pub blind_code: Option<InvitationNumber>,
    /// The outlet's reference that was used.
    pub reference: Option<Reference>,
    /// What the person answered to « Comment avez-vous connu l’atelier ? ».
    pub heard_from: Option<Channel>,
    /// The household the desk found by name.
    pub household: Option<HouseholdId>,
    /// Who takes the seats: one or two people.
    pub participants: Vec<Participant>,
}

/// Somebody who takes a seat.
#[derive(Debug, Clone)]
pub struct Participant {
    /// The identifier.
    pub id: ParticipantId,
    /// The first name.
    pub first_name: String,
    /// The surname.
    pub last_name: String,
}

impl Registration {
    /// Seats it takes or waits for.
    pub fn seats(&self) -> u32 {
        self.participants.len().try_into().unwrap_or(u32::MAX)
    }
}

/// Seats taken and people waiting, at one workshop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seats {
    /// Seats of confirmed registrations.
    pub taken: u32,
    /// Seats that waiting registrations want.
    pub waiting: u32,
    /// Waiting registrations.
    pub waiting_registrations: u32,
    /// The fewest seats that a waiting registration wants.
    pub smallest_waiting: Option<u32>,
}

impl Seats {
    /// Seats that are free, of `capacity`.
    pub fn left(&self, capacity: u16) -> u32 {
        u32::from(capacity).saturating_sub(self.taken)
    }

    /// Seats that a newcomer can take, of `capacity`. A free seat goes first to who waits for it: newcomers pass only
    /// those who wait for more seats than there are.
    pub fn open(&self, capacity: u16) -> u32 {
        let left = self.left(capacity);
        if self.smallest_waiting.is_none_or(|least| least > left) { left } else { 0 }
    }
}

/// Seats taken and waiting at these workshops; those without registrations are left out.
pub async fn seats(db: &impl Connection, workshops: &[WorkshopId]) -> Result<HashMap<WorkshopId, Seats>> {
    let rows: Vec<(uuid::Uuid, String, i32)> = registration::Entity::find()
        .filter(registration::Column::WorkshopId.is_in(workshops.iter().map(|w| w.0)))
        .select_only()
        .columns([registration::Column::WorkshopId, registration::Column::Status, registration::Column::Seats])
        .into_tuple()
        .all(db)
        .await?;
    let mut all: HashMap<WorkshopId, Seats> = HashMap::new();
    for (workshop, status, wanted) in rows {
        let seats = all.entry(WorkshopId(workshop)).or_default();
        let wanted = wanted.cast_unsigned();
        match stored("registration.status", status.parse::<Status>())? {
            Status::Confirmed => seats.taken += wanted,
            Status::Waiting => {
                seats.waiting += wanted;
                seats.waiting_registrations += 1;
                seats.smallest_waiting = Some(seats.smallest_waiting.map_or(wanted, |least| Ord::min(least, wanted)));
            }
            Status::Cancelled => {}
        }
    }
    Ok(all)
}

/// The arrival of the last registration at a workshop; 0 where there is none.
pub async fn last_arrival(db: &impl Connection, workshop: WorkshopId) -> Result<u32> {
    let last: Option<i32> = registration::Entity::find()
        .filter(registration::Column::WorkshopId.eq(workshop.0))
        .select_only()
        .column(registration::Column::Arrival)
        .order_by_desc(registration::Column::Arrival)
        .into_tuple()
        .one(db)
        .await?;
    Ok(last.map_or(0, i32::cast_unsigned))
}

/// Everybody who is registered at a workshop, seated or waiting, in order of arrival.
pub async fn at_workshop(db: &impl Connection, workshop: WorkshopId) -> Result<Vec<Registration>> {
    let rows = registration::Entity::find()
        .filter(registration::Column::WorkshopId.eq(workshop.0))
        .filter(registration::Column::Status.ne(Status::Cancelled.code()))
        .order_by_asc(registration::Column::Arrival)
        .all(db)
        .await?;
    with_participants(db, rows).await
}

/// Registrations of a structure made under a name in which every one of `words` (as
/// [`crate::identity::search_key`] writes them) begins a word, or with this phone; the newest first, at most `limit`.
pub async fn search(
    db: &impl Connection,
    scope: StructureId,
    words: &[&str],
    phone: Option<&Phone>,
    limit: u64,
) -> Result<Vec<Registration>> {
    let mut wanted = Condition::all().add(registration::Column::Status.ne(Status::Cancelled.code()));
    match phone {
        Some(phone) => wanted = wanted.add(registration::Column::Phone.eq(phone.e164())),
        None => {
            for word in words {
                let word = word.replace(['%', '_', '\\'], "");
                let begins = Condition::any()
                    .add(registration::Column::PersonKey.like(format!("{word}%")))
                    .add(registration::Column::PersonKey.like(format!("% {word}%")));
                wanted = wanted.add(begins);
            }
        }
    }
    let rows = registration::Entity::of(scope)
        .filter(wanted)
        .order_by_desc(registration::Column::CreatedAt)
        .limit(limit)
        .all(db)
        .await?;
    with_participants(db, rows).await
}

/// Gives a registration another status.
pub async fn set_status(tx: &Tx, id: RegistrationId, status: Status) -> Result<()> {
    registration::Entity::update_many()
        .col_expr(registration::Column::Status, Expr::value(status.code()))
        .filter(registration::Column::Id.eq(id.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Adds a registration.
pub async fn insert(
    tx: &Tx,
    scope: StructureId,
    new: &Registration,
    purge_on: NaiveDate,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = registration::ActiveModel {
        id: Set(new.id.0),
        structure_id: Set(scope.0),
        workshop_id: Set(new.workshop.0),
        arrival: Set(new.arrival.cast_signed()),
        status: Set(new.status.code().to_owned()),
        seats: Set(new.seats().cast_signed()),
        entry_mode: Set(new.entry.code().to_owned()),
        person_key: Set(new.person_key.clone()),
        phone: Set(new.phone.as_ref().map(|p| p.e164().to_owned())),
        email: Set(new.email.clone()),
        invitation_id: Set(new.invitation.map(|i| i.0)),
        reference: Set(new.reference.map(|r| r.value().cast_signed())),
        heard_from: Set(new.heard_from.map(|c| c.code().to_owned())),
        household_id: Set(new.household.map(|h| h.0)),
        blind_code: Set(new.blind_code.map(|n| n.value().cast_signed())),
        created_at: Set(now),
        purge_on: Set(purge_on),
    };
    row.insert(tx).await?;
    for (position, person) in (1..).zip(&new.participants) {
        let row = participant::ActiveModel {
            id: Set(person.id.0),
            structure_id: Set(scope.0),
            registration_id: Set(new.id.0),
            position: Set(position),
            first_name: Set(person.first_name.clone()),
            last_name: Set(person.last_name.clone()),
            purge_on: Set(purge_on),
        };
        row.insert(tx).await?;
    }
    Ok(())
}

/// The registration with this identifier.
pub async fn by_id(db: &impl Connection, id: RegistrationId) -> Result<Option<Registration>> {
    let rows = registration::Entity::find_by_id(id.0).all(db).await?;
    Ok(with_participants(db, rows).await?.pop())
}

/// The registrations at these workshops of a structure, in order of arrival.
pub async fn of_workshops(
    db: &impl Connection,
    scope: StructureId,
    workshops: &[WorkshopId],
) -> Result<Vec<Registration>> {
    let rows = registration::Entity::of(scope)
        .filter(registration::Column::WorkshopId.is_in(workshops.iter().map(|w| w.0)))
        .order_by_asc(registration::Column::Arrival)
        .all(db)
        .await?;
    with_participants(db, rows).await
}

/// The registrations of a household, by number or by name, in order of arrival, without the cancelled ones.
pub async fn of_household(
    db: &impl Connection,
    scope: StructureId,
    household: HouseholdId,
    invitations: &[InvitationId],
) -> Result<Vec<Registration>> {
    let theirs = registration::Column::HouseholdId
        .eq(household.0)
        .or(registration::Column::InvitationId.is_in(invitations.iter().map(|i| i.0)));
    let rows = registration::Entity::of(scope)
        .filter(theirs)
        .filter(registration::Column::Status.ne(Status::Cancelled.code()))
        .order_by_asc(registration::Column::CreatedAt)
        .all(db)
        .await?;
    with_participants(db, rows).await
}

/// The place in the waiting list, from 1, of a registration that waits.
pub async fn waiting_position(db: &impl Connection, waiting: &Registration) -> Result<u32> {
    let before: Vec<i32> = registration::Entity::find()
        .filter(registration::Column::WorkshopId.eq(waiting.workshop.0))
        .filter(registration::Column::Status.eq(Status::Waiting.code()))
        .filter(registration::Column::Arrival.lt(waiting.arrival.cast_signed()))
        .select_only()
        .column(registration::Column::Arrival)
        .into_tuple()
        .all(db)
        .await?;
    Ok(u32::try_from(before.len()).unwrap_or(u32::MAX) + 1)
}

async fn with_participants(db: &impl Connection, rows: Vec<registration::Model>) -> Result<Vec<Registration>> {
    let mut people: HashMap<uuid::Uuid, Vec<Participant>> = HashMap::new();
    for chunk in rows.chunks(CHUNK) {
        let of_rows = participant::Column::RegistrationId.is_in(chunk.iter().map(|r| r.id));
        for p in participant::Entity::find().filter(of_rows).order_by_asc(participant::Column::Position).all(db).await?
        {
            let person = Participant { id: ParticipantId(p.id), first_name: p.first_name, last_name: p.last_name };
            people.entry(p.registration_id).or_default().push(person);
        }
    }
    rows.into_iter()
        .map(|r| {
            let reference = r.reference.map(|n| Reference::try_from(n.cast_unsigned()));
            let blind_code = r.blind_code.map(|n| InvitationNumber::try_from(n.cast_unsigned()));
            Ok(Registration {
                id: RegistrationId(r.id),
                workshop: WorkshopId(r.workshop_id),
                arrival: r.arrival.cast_unsigned(),
                status: stored("registration.status", r.status.parse())?,
                entry: stored("registration.entry_mode", r.entry_mode.parse())?,
                person_key: r.person_key,
                phone: r.phone.map(|p| stored("registration.phone", Phone::parse(&p))).transpose()?,
                email: r.email,
                invitation: r.invitation_id.map(InvitationId),
                blind_code: stored("registration.blind_code", blind_code.transpose())?,
                reference: stored("registration.reference", reference.transpose())?,
                heard_from: r.heard_from.map(|c| stored("registration.heard_from", c.parse())).transpose()?,
                household: r.household_id.map(HouseholdId),
                participants: people.remove(&r.id).unwrap_or_default(),
            })
        })
        .collect()
}

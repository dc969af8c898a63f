//! Register one or two people for a workshop: seats are counted and taken in one transaction.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Error, local};
use crate::domain::Invalid;
use crate::domain::channel::Channel;
use crate::domain::id::{HouseholdId, ParticipantId, RegistrationId, WorkshopId};
use crate::domain::number::{InvitationNumber, Reference};
use crate::domain::phone::Phone;
use crate::domain::registration::{EntryMode, Status};
use crate::identity;
use crate::store::registration::{Participant, Registration};
use crate::store::tx::TxError;
use crate::store::workshop::StoredWorkshop;
use crate::store::{self, Store, StoreError, Tx};

/// Seats a registration may take: oneself and somebody close.
pub const MOST_SEATS: usize = 2;
/// Characters a name may have.
const NAME_CHARS: usize = 80;

/// What somebody asks for, as they typed it. Blank texts count as not given.
#[derive(Debug, Clone)]
pub struct Request {
    /// How it comes in.
    pub entry: EntryMode,
    /// First name and surname of those who come: one or two. The second may be nameless.
    pub people: Vec<(String, String)>,
    /// A phone number.
    pub phone: String,
    /// An e-mail address.
    pub email: String,
    /// An invitation number.
    pub invitation: String,
    /// An outlet's reference.
    pub reference: String,
    /// The answer to « Comment avez-vous connu l’atelier ? », as a channel's code.
    pub heard_from: String,
    /// The household that the desk found by name.
    pub household: Option<HouseholdId>,
    /// They agree to wait where there are not enough seats.
    pub may_wait: bool,
    /// Days the registration is kept after the last session.
    pub kept_days: u32,
}

/// A registration that is on disk.
#[derive(Debug, Clone)]
pub struct Registered {
    /// The registration.
    pub registration: Registration,
    /// It was made now; otherwise the same person was registered already, and this is the first registration.
    pub new: bool,
    /// The place in the waiting list, from 1.
    pub position: Option<u32>,
}

/// A field that cannot be taken as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name in forms and in the API.
    pub field: &'static str,
    /// What is wrong and what to do, in French.
    pub message: String,
}

/// Why a registration was not made. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// Fields to mend.
    #[error("fields")]
    Fields(Vec<FieldError>),
    /// The number is well formed but nobody has it.
    #[error("unknown invitation")]
    UnknownInvitation,
    /// No such workshop.
    #[error("unknown workshop")]
    UnknownWorkshop,
    /// The workshop has begun.
    #[error("the workshop has begun")]
    Begun,
    /// Not enough seats, and the people did not agree to wait.
    #[error("full")]
    Full {
        /// Seats that are free.
        seats_left: u32,
    },
    /// Something else.
    #[error(transparent)]
    Other(#[from] Error),
}

impl From<StoreError> for RegisterError {
    fn from(error: StoreError) -> Self {
        Self::Other(error.into())
    }
}

impl TxError for RegisterError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Other(error) => error.store_error(),
            _ => None,
        }
    }
}

/// Registers people for a workshop. The registration is on disk when this returns.
pub async fn register(
    store: &Store,
    workshop: &StoredWorkshop,
    request: &Request,
    now: DateTime<Utc>,
) -> Result<Registered, RegisterError> {
    let closes = match request.entry {
        EntryMode::Phone => workshop.workshop.sessions.last().map(|s| s.ends),
        EntryMode::Web | EntryMode::Api => Some(workshop.workshop.first().starts),
    };
    if closes.is_none_or(|closes| closes <= local(now)) {
        return Err(RegisterError::Begun);
    }
    let mut wanted = read(request, workshop)?;
    if !request.invitation.trim().is_empty() {
        // `read` has checked the digits.
        let number = InvitationNumber::parse(&request.invitation).map_err(|_| RegisterError::UnknownInvitation)?;
        let scope = if let Some((invited, scope)) = store::household::by_number(store.read(), number).await? {
            wanted.invitation = Some(invited.invitation);
            scope
        } else {
            let commune = store::blind::by_number(store.read(), number).await?;
            wanted.blind_code = Some(number);
            commune.ok_or(RegisterError::UnknownInvitation)?.structure
        };
        if scope != workshop.structure {
            return Err(RegisterError::UnknownInvitation);
        }
        // Everybody in the commune has this number: it does not say whom to call.
        if wanted.blind_code.is_some() && wanted.phone.is_none() && wanted.email.is_none() {
            return Err(one_field("phone", "Laissez un numéro de téléphone ou une adresse électronique : le numéro de cette lettre ne nous dit pas qui vous êtes.".to_owned()));
        }
    }
    if let Some(reference) = wanted.reference
        && !is_ours(store, workshop, reference).await?
    {
        return Err(one_field(
            "reference",
            format!("Aucun document ne porte la référence {reference}. Relisez-la, ou laissez ce champ vide."),
        ));
    }
    let last_day = workshop.workshop.sessions.last().map_or(workshop.workshop.first_day(), |s| s.ends.date());
    let purge_on = last_day + TimeDelta::days(request.kept_days.into());
    let (workshop, may_wait) = (workshop.clone(), request.may_wait);
    store
        .write(move |tx| {
            let (workshop, mut wanted) = (workshop.clone(), wanted.clone());
            Box::pin(async move {
                let capacity = store::workshop::lock(tx, workshop.id).await?;
                if let Some(first) = same_person(tx, &wanted).await? {
                    return registered(tx, first, false).await;
                }
                let seats = store::registration::seats(tx, &[workshop.id]).await?;
                let open = seats.get(&workshop.id).copied().unwrap_or_default().open(capacity);
                wanted.status = match wanted.seats() <= open {
                    true => Status::Confirmed,
                    false if may_wait => Status::Waiting,
                    false => return Err(RegisterError::Full { seats_left: open }),
                };
                wanted.arrival = store::registration::last_arrival(tx, workshop.id).await? + 1;
                store::registration::insert(tx, workshop.structure, &wanted, purge_on, now).await?;
                registered(tx, wanted, true).await
            })
        })
        .await
}

/// The same for a workshop by its identifier.
pub async fn register_at(
    store: &Store,
    workshop: WorkshopId,
    request: &Request,
    now: DateTime<Utc>,
) -> Result<Registered, RegisterError> {
    let found = store::workshop::by_id(store.read(), workshop).await?.ok_or(RegisterError::UnknownWorkshop)?;
    register(store, &found, request, now).await
}

/// Gives seats that have become free to who waits, in the order of arrival; who waits for more seats than there are is
/// passed by. The workshop is locked already. Gives the registrations that have their seats now.
pub(super) async fn promote(tx: &Tx, workshop: WorkshopId, capacity: u16) -> Result<Vec<Registration>, StoreError> {
    let seats = store::registration::seats(tx, &[workshop]).await?;
    let mut left = seats.get(&workshop).copied().unwrap_or_default().left(capacity);
    let mut seated = Vec::new();
    for waiting in store::registration::at_workshop(tx, workshop).await? {
        if waiting.status == Status::Waiting && waiting.seats() <= left {
            left -= waiting.seats();
            store::registration::set_status(tx, waiting.id, Status::Confirmed).await?;
            seated.push(waiting);
        }
    }
    Ok(seated)
}

/// The registration at the same workshop that already holds one of these people: the same name, and the same phone,
/// e-mail or household, whether the household is known by its number or by the desk's search.
async fn same_person(tx: &Tx, new: &Registration) -> Result<Option<Registration>, StoreError> {
    let there = store::registration::at_workshop(tx, new.workshop).await?;
    let invitations: Vec<_> = there.iter().chain([new]).filter_map(|r| r.invitation).collect();
    let households = store::household::of_invitations(tx, &invitations).await?;
    let household = |r: &Registration| r.household.or_else(|| households.get(&r.invitation?).copied());
    let both = |one: Option<&str>, other: Option<&str>| one.is_some() && one == other;
    let names = people_keys(&new.participants);
    Ok(there.into_iter().find(|old| {
        let contact = both(old.phone.as_ref().map(Phone::e164), new.phone.as_ref().map(Phone::e164))
            || both(old.email.as_deref(), new.email.as_deref())
            || (household(old).is_some() && household(old) == household(new));
        contact && people_keys(&old.participants).iter().any(|key| names.contains(key))
    }))
}

/// The people of a registration, written so that the same person is recognised; the nameless are left out.
fn people_keys(people: &[Participant]) -> Vec<String> {
    let named = people.iter().filter(|p| !p.last_name.is_empty());
    named.map(|p| person_key(&p.first_name, &p.last_name)).collect()
}

fn person_key(first_name: &str, last_name: &str) -> String {
    identity::search_key(&format!("{last_name} {first_name}"))
}

async fn registered(tx: &Tx, registration: Registration, new: bool) -> Result<Registered, RegisterError> {
    let position = match registration.status {
        Status::Waiting => Some(store::registration::waiting_position(tx, &registration).await?),
        Status::Confirmed | Status::Cancelled => None,
    };
    Ok(Registered { registration, new, position })
}

/// Whether a reference stands on paper of the workshop's own campaign.
async fn is_ours(store: &Store, workshop: &StoredWorkshop, reference: Reference) -> Result<bool, StoreError> {
    let Some((_, named)) = store::campaign::by_reference(store.read(), reference).await? else { return Ok(false) };
    let named = store::workshop::by_id(store.read(), named).await?;
    Ok(named.is_some_and(|w| w.campaign == workshop.campaign))
}

/// The request as a registration, or every field that must be mended.
fn read(request: &Request, workshop: &StoredWorkshop) -> Result<Registration, RegisterError> {
    let mut errors = Vec::new();
    let mut wrong = |field, message: String| errors.push(FieldError { field, message });
    if request.people.is_empty() || request.people.len() > MOST_SEATS {
        wrong("seats", "Une inscription compte une ou deux personnes. Pour un groupe, appelez-nous.".to_owned());
    }
    let names: Vec<_> = request.people.iter().map(|(first, last)| (tidy(first), tidy(last))).collect();
    for (at, (first, last)) in names.iter().enumerate() {
        let fields =
            if at == 0 { ["first_name", "last_name"] } else { ["companion_first_name", "companion_last_name"] };
        for (field, (label, name)) in fields.into_iter().zip([("prénom", first), ("nom", last)]) {
            if at == 0 && name.is_empty() {
                wrong(field, format!("Écrivez le {label} de la personne qui vient."));
            } else if name.chars().count() > NAME_CHARS || name.chars().any(char::is_control) {
                wrong(field, format!("Ce {label} est trop long ou ne se lit pas : {NAME_CHARS} lettres au plus."));
            }
        }
    }
    let phone = given(&request.phone).map(Phone::parse).transpose().unwrap_or_else(|Invalid(m)| {
        wrong("phone", m);
        None
    });
    let email = given(&request.email).map(str::to_lowercase);
    if email.as_deref().is_some_and(|email| !plausible_email(email)) {
        wrong("email", "Cette adresse électronique est incomplète : écrivez par exemple prenom@exemple.fr.".to_owned());
    }
    if let Some(Err(Invalid(message))) = given(&request.invitation).map(InvitationNumber::parse) {
        wrong("invitation", message);
    }
    let reference = given(&request.reference).map(Reference::parse).transpose().unwrap_or_else(|Invalid(m)| {
        wrong("reference", m);
        None
    });
    let heard_from = given(&request.heard_from).map(str::parse::<Channel>).transpose().unwrap_or_else(|Invalid(m)| {
        wrong("heard_from", m);
        None
    });
    let reachable = [&request.phone, &request.email, &request.invitation].iter().any(|text| given(text).is_some());
    if !reachable && request.household.is_none() {
        wrong("phone", "Écrivez un numéro de téléphone, une adresse électronique ou le numéro de la lettre : sans cela, nous ne pourrions pas vous prévenir d’un changement.".to_owned());
    }
    if !errors.is_empty() {
        return Err(RegisterError::Fields(errors));
    }
    let (first, last) = &names[0];
    Ok(Registration {
        id: RegistrationId::new(),
        workshop: workshop.id,
        arrival: 0,
        status: Status::Waiting,
        entry: request.entry,
        person_key: person_key(first, last),
        phone,
        email,
        invitation: None,
        blind_code: None,
        reference,
        heard_from,
        household: request.household,
        participants: names
            .into_iter()
            .map(|(first_name, last_name)| Participant { id: ParticipantId::new(), first_name, last_name })
            .collect(),
    })
}

fn one_field(field: &'static str, message: String) -> RegisterError {
    RegisterError::Fields(vec![FieldError { field, message }])
}

/// The text without outer blanks, unless there is nothing else.
fn given(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|t| !t.is_empty())
}

fn tidy(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn plausible_email(email: &str) -> bool {
    let parts = email.split_once('@');
    parts.is_some_and(|(who, host)| {
        !who.is_empty()
            && host.split('.').count() > 1
            && host.split('.').all(|label| !label.is_empty())
            && !email.contains(|c: char| c.is_whitespace() || c.is_control() || c == ',')
            && !host.contains('@')
            && email.len() <= 254
    })
}

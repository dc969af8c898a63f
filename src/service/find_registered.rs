//! Find people who are registered, by name or phone: also those whom no list knows. Desk only.

use super::{Result, Store};
use crate::domain::id::StructureId;
use crate::domain::phone::Phone;
use crate::domain::workshop::Workshop;
use crate::identity;
use crate::store;
use crate::store::registration::Registration;

/// Registrations a search shows.
const MOST_FOUND: u64 = 10;

/// A registration and its workshop.
#[derive(Debug, Clone)]
pub struct Found {
    /// The registration.
    pub registration: Registration,
    /// The workshop.
    pub workshop: Workshop,
}

/// Finds registrations by what was typed into the desk's one field; none where it is neither a name nor a phone.
pub async fn find_registered(store: &Store, scope: StructureId, typed: &str) -> Result<Vec<Found>> {
    let phone = Phone::parse(typed).ok();
    let key = identity::search_key(typed);
    let words: Vec<_> = key.split_whitespace().collect();
    if phone.is_none() && (words.is_empty() || !typed.chars().any(char::is_alphabetic)) {
        return Ok(Vec::new());
    }
    let registrations = store::registration::search(store.read(), scope, &words, phone.as_ref(), MOST_FOUND).await?;
    let mut found = Vec::new();
    for registration in registrations {
        if let Some(workshop) = store::workshop::by_id(store.read(), registration.workshop).await? {
            found.push(Found { registration, workshop: workshop.workshop });
        }
    }
    Ok(found)
}

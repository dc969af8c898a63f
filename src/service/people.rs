//! Who lives in a household, and where a letter reaches them: the rows of the lists as people.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::domain::address::{NotMailable, PostalAddress};
use crate::domain::id::RetireeId;
use crate::domain::opposition::Channels;
use crate::domain::retiree::{Civility, Retiree};
use crate::identity;
use crate::store::household::{HouseholdRows, PersonRow};

/// A person of a household: all rows about them as one record, with what the desk was told.
#[derive(Debug, Clone)]
pub struct Person {
    /// The person.
    pub id: RetireeId,
    /// What the lists say.
    pub retiree: Retiree,
    /// They have died, says a list or a caller.
    pub deceased: bool,
    /// What they have closed.
    pub opposed: Channels,
    /// Somebody must still say whether they are one who is opposed.
    pub in_doubt: bool,
}

impl Person {
    /// May no letter go to them: they want none, or it is not known yet?
    pub fn gets_no_letter(&self) -> bool {
        self.opposed.post || self.in_doubt
    }
}

/// The people of a household in the order in which a letter names them, and in that of the lists. Where any list says that
/// letters come back from an address, none is sent there, whatever the others say.
pub fn people(household: &HouseholdRows) -> Vec<Person> {
    let mut order: Vec<RetireeId> = Vec::new();
    let mut rows: HashMap<RetireeId, Vec<&PersonRow>> = HashMap::new();
    for row in &household.rows {
        let of_person = rows.entry(row.person).or_insert_with(|| {
            order.push(row.person);
            Vec::new()
        });
        of_person.push(row);
    }
    let mut people: Vec<Person> = order
        .into_iter()
        .map(|id| {
            let rows = &rows[&id];
            let said: Vec<_> = rows.iter().map(|row| with_known_fault(household, &row.retiree)).collect();
            let retiree = identity::merge(&said.iter().map(AsRef::as_ref).collect::<Vec<_>>());
            Person {
                id,
                deceased: retiree.deceased || rows.iter().any(|row| row.death_reported.is_some()),
                opposed: Channels {
                    post: rows.iter().any(|row| row.opposed_post.is_some()),
                    email: rows.iter().any(|row| row.opposed_email.is_some()),
                    phone: rows.iter().any(|row| row.opposed_phone.is_some()),
                },
                in_doubt: rows.iter().any(|row| row.opposition_doubt.is_some()),
                retiree,
            }
        })
        .collect();
    people.sort_by_key(|person| person.retiree.civility != Some(Civility::Madame));
    people
}

/// Whether a list says that letters to this household come back from this address.
pub fn is_known_wrong(household: &HouseholdRows, address: &PostalAddress) -> bool {
    household.rows.iter().map(|row| &row.retiree.address).any(|other| {
        other.not_mailable == Some(NotMailable::KnownWrong)
            && (&other.line4, &other.line5, &other.line6) == (&address.line4, &address.line5, &address.line6)
    })
}

fn with_known_fault<'r>(household: &HouseholdRows, retiree: &'r Retiree) -> Cow<'r, Retiree> {
    let mut said = Cow::Borrowed(retiree);
    if retiree.address.not_mailable.is_none() && is_known_wrong(household, &retiree.address) {
        said.to_mut().address.not_mailable = Some(NotMailable::KnownWrong);
    }
    said
}

/// Those who are alive.
pub fn living(people: &[Person]) -> Vec<&Retiree> {
    people.iter().filter(|p| !p.deceased).map(|p| &p.retiree).collect()
}

/// Where a letter reaches a household: the first address of the living to which one can be sent, or their first.
pub fn delivery_address<'a>(living: &[&'a Retiree]) -> Option<&'a PostalAddress> {
    let addresses = || living.iter().map(|retiree| &retiree.address);
    addresses().find(|address| address.not_mailable.is_none()).or_else(|| addresses().next())
}

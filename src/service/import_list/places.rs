//! Who of a list belongs where: persons and households, known or new.

use std::collections::{HashMap, HashSet};
use std::num::NonZeroU32;

use sha2::{Digest, Sha256};

use super::CHUNK;
use super::rows::Known;
use super::spill::{Spill, SpilledRow};
use crate::domain::commune::Gazetteer;
use crate::domain::id::{HouseholdId, RetireeId};
use crate::identity::{self, Resolution};
use crate::service::{Error, Result};
use crate::store::listed::{Chunk, PersonColumns, RowPlace};

/// The households of earlier lists in which two people live already: a third would not be named on the letter.
fn full_households(known: &[(RetireeId, HouseholdId)]) -> HashSet<HouseholdId> {
    let mut first: HashMap<HouseholdId, RetireeId> = HashMap::new();
    let others = known.iter().filter(|(person, household)| *first.entry(*household).or_insert(*person) != *person);
    others.map(|(_, household)| *household).collect()
}

/// Who comes after whom among the new people of a new household, in the order of the rows.
struct Housemates {
    /// So many people are of earlier lists.
    before: usize,
    next: Vec<Option<NonZeroU32>>,
}

impl Housemates {
    fn of(found: &Resolution, before: usize) -> Self {
        let new = &found.household[before..];
        let mut next = vec![None; new.len()];
        let mut last: Vec<u32> = vec![0; new.len()];
        for (at, head) in (0u32..).zip(new) {
            let Some(head) = (*head as usize).checked_sub(before) else { continue };
            if head != at as usize {
                next[last[head] as usize] = NonZeroU32::new(at);
            }
            last[head] = at;
        }
        Self { before, next }
    }

    /// The next of the household after this one.
    fn after(&self, at: usize) -> Option<usize> {
        self.next[at - self.before].map(|next| next.get() as usize + self.before)
    }

    /// Does this one come after another?
    fn follows(&self, found: &Resolution, at: usize) -> bool {
        let head = found.household[at] as usize;
        head >= self.before && head != at
    }
}

/// Gives every person of a list their place: the person and the household they belong to, known or new. Earlier links are
/// never changed by a later list.
pub struct Placing<'p> {
    found: &'p Resolution,
    /// How many people are of earlier lists.
    before: usize,
    full: HashSet<HouseholdId>,
    housemates: Housemates,
    order: DrawOrder,
    /// Each row's person and household.
    places: Vec<(RetireeId, HouseholdId)>,
    /// The rows themselves.
    rows: Vec<RetireeId>,
    chunk: Chunk,
}

impl<'p> Placing<'p> {
    /// `known` are the people of earlier lists, `order` is of this one.
    pub fn new(known: Known, found: &'p Resolution, order: DrawOrder) -> Self {
        let before = known.ids.len();
        let full = full_households(&known.ids);
        // A known row stands for its person; a new one is nobody until it is placed.
        let nobody = (RetireeId(uuid::Uuid::nil()), HouseholdId(uuid::Uuid::nil()));
        let (mut places, mut rows) = (known.ids, known.rows);
        places.resize(found.person.len(), nobody);
        rows.resize(found.person.len(), nobody.0);
        let housemates = Housemates::of(found, before);
        Self { found, before, full, housemates, order, places, rows, chunk: Chunk::default() }
    }

    /// Places the people of the list and gives the identifiers of all rows, those of earlier lists first. The people of a new
    /// household go one after the other, so that what the database keeps in the order of households grows at its end alone.
    /// Chunks go to `send`, which empties them, until it says that nobody wants more. `person_rows` says which of the rows is
    /// each person's.
    pub fn place(
        mut self,
        rows: Spill,
        person_rows: &[u32],
        mut send: impl FnMut(&mut Chunk) -> Result<bool>,
    ) -> Result<Vec<RetireeId>> {
        let on_disk = |source| Error::File { path: std::env::temp_dir(), source };
        let mut spilled = rows.into_rows().map_err(on_disk)?;
        let mut at = self.before;
        while let Some(row) = spilled.next().map_err(on_disk)? {
            if let Some(kept) = &row.kept {
                self.chunk.row(row.number, kept);
            }
            if row.person.is_some() {
                if !self.housemates.follows(self.found, at) {
                    self.settle(at, &row);
                    let mut next = self.housemates.after(at);
                    while let Some(housemate) = next {
                        let row = spilled.at(person_rows[housemate - self.before] as usize).map_err(on_disk)?;
                        self.settle(housemate, &row);
                        next = self.housemates.after(housemate);
                    }
                }
                at += 1;
            }
            if self.chunk.rows() >= CHUNK && !send(&mut self.chunk)? {
                break;
            }
        }
        send(&mut self.chunk)?;
        Ok(self.rows)
    }

    /// Places one of the rows.
    fn settle(&mut self, at: usize, row: &SpilledRow) {
        let Some(person) = &row.person else { return };
        let id = RetireeId::new();
        let (first, head) = (self.found.person[at] as usize, self.found.household[at] as usize);
        let same_as = (first != at).then(|| self.places[first].0);
        let household = match (same_as, self.places[head].1) {
            (Some(_), _) => self.places[first].1,
            (None, household) if head != at && !self.full.contains(&household) => household,
            (None, _) => {
                let household = HouseholdId::new();
                self.chunk.household(household, &self.order.of_row(row.number));
                household
            }
        };
        self.places[at] = (same_as.unwrap_or(id), household);
        self.rows[at] = id;
        self.chunk.person(RowPlace { id, row: row.number, same_as, household }, person, &search_name(person));
    }
}

/// What the desk's search looks in: every name and the commune, each word after a blank. It is made here, where nobody waits
/// for it: the database is slower than this thread.
fn search_name(person: &PersonColumns) -> String {
    let town = person.commune.and_then(|code| Gazetteer::embedded().get(code.parse().ok()?));
    let (birth_name, town) = (person.birth_name.unwrap_or_default(), town.map_or("", |town| town.name.as_str()));
    let names = [person.usage_name, birth_name, person.first_name, town].join(" ");
    [" ", &identity::search_key(&names), " "].concat()
}

/// Households' places in chance order: the same for the same seed, file and row, whatever the identifiers.
pub struct DrawOrder(Sha256);

impl DrawOrder {
    /// Those of a list.
    pub fn of_list(seed: u64, file_sha256: &str) -> Self {
        Self(Sha256::new_with_prefix(format!("{seed}/{file_sha256}/")))
    }

    /// That of the household that a row, from 1, brings.
    pub fn of_row(&self, row: u32) -> String {
        let digest = self.0.clone().chain_update(row.to_string()).finalize();
        hex::encode(&digest[..8])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_chance_never_changes() {
        let order = DrawOrder::of_list(48, &"ab".repeat(32));
        assert_eq!(order.of_row(7), "0969161ceaf20aad");
    }
}

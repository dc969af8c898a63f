//! Who of a list belongs where: persons and households, known or new.

use std::collections::{HashMap, HashSet};
use std::num::NonZeroU32;

use sha2::{Digest, Sha256};

use super::CHUNK;
use super::rows::Read;
use super::spill::SpilledRow;
use crate::domain::id::{HouseholdId, RetireeId};
use crate::domain::opposition::Channels;
use crate::identity::Resolution;
use crate::service::{Error, Result};
use crate::store::listed::{Chunk, ImportRow, ListedRetiree, NewHousehold};

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

/// What is known once everybody has their place.
pub struct Placed {
    /// The identifiers of all rows, those of earlier lists first.
    pub rows: Vec<RetireeId>,
    /// The rows that say themselves what they want closed.
    pub opposed: Vec<(RetireeId, Channels)>,
}

/// Gives every person their place: the person and the household they belong to, known or new. Earlier links are never
/// changed by a later list. The people of a new household go one after the other, so that what the database keeps in the
/// order of households grows at its end alone. Chunks go to `send` until it says that nobody wants more.
pub fn place(
    read: Read,
    found: &Resolution,
    seed: u64,
    sha256: &str,
    mut send: impl FnMut(Chunk) -> Result<bool>,
) -> Result<Placed> {
    let on_disk = |source| Error::File { path: std::env::temp_dir(), source };
    let before = read.known.ids.len();
    let full = full_households(&read.known.ids);
    // A known row stands for its person; a new one is nobody until it is placed.
    let nobody = (RetireeId(uuid::Uuid::nil()), HouseholdId(uuid::Uuid::nil()));
    let mut places = read.known.ids;
    let mut rows = read.known.rows;
    places.resize(found.person.len(), nobody);
    rows.resize(found.person.len(), nobody.0);
    let housemates = Housemates::of(found, before);
    let mut spilled = read.rows.into_rows().map_err(on_disk)?;
    let mut chunk = Chunk::default();
    let mut opposing = Vec::new();
    let mut at = before;
    while let Some(next) = spilled.next() {
        let SpilledRow { number, person, opposed, kept } = next.map_err(on_disk)?;
        if let Some((outcome, reason, cells)) = kept {
            chunk.rows.push(ImportRow { row: number, outcome, reason, cells });
        }
        if let Some(person) = person {
            let mut next = (!housemates.follows(found, at)).then_some((at, number, opposed, person));
            while let Some((at, number, opposed, (retiree, search_name))) = next {
                let id = RetireeId::new();
                if !opposed.is_none() {
                    opposing.push((id, opposed));
                }
                let (first, head) = (found.person[at] as usize, found.household[at] as usize);
                let same_as = (first != at).then(|| places[first].0);
                let household = match (same_as, places[head].1) {
                    (Some(_), _) => places[first].1,
                    (None, household) if head != at && !full.contains(&household) => household,
                    (None, _) => {
                        let household = HouseholdId::new();
                        let draw_order = draw_order(seed, sha256, number);
                        chunk.households.push(NewHousehold { id: household, draw_order });
                        household
                    }
                };
                places[at] = (same_as.unwrap_or(id), household);
                rows[at] = id;
                chunk.retirees.push(ListedRetiree { id, row: number, same_as, household, search_name, retiree });
                next = match housemates.after(at) {
                    Some(at) => {
                        let row = spilled.at(read.person_rows[at - before] as usize).map_err(on_disk)?;
                        row.person.map(|person| (at, row.number, row.opposed, person))
                    }
                    None => None,
                };
            }
            at += 1;
        }
        if chunk.retirees.len().max(chunk.rows.len()) >= CHUNK && !send(std::mem::take(&mut chunk))? {
            break;
        }
    }
    send(chunk)?;
    Ok(Placed { rows, opposed: opposing })
}

/// A household's place in chance order: the same for the same seed, file and row, whatever the identifiers.
pub fn draw_order(seed: u64, file_sha256: &str, row: u32) -> String {
    let digest = Sha256::digest(format!("{seed}/{file_sha256}/{row}"));
    hex::encode(&digest[..8])
}

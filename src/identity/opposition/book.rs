//! The oppositions of a structure, loaded once and asked about row after row.

use std::collections::{HashMap, HashSet};

use super::super::secret::Digest;
use super::{Key, KeyKind, Names, Sealer, Traits};
use crate::domain::id::OppositionId;
use crate::domain::opposition::Channels;
use crate::domain::retiree::Retiree;

/// An opposition as it is kept.
#[derive(Debug, Clone)]
pub struct Known {
    /// Its identifier.
    pub id: OppositionId,
    /// What it closes.
    pub channels: Channels,
    /// Its digests.
    pub keys: Vec<Key>,
}

/// What the oppositions say about a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Opposed {
    /// What is closed for certain.
    pub channels: Channels,
    /// The oppositions that say so about this person.
    pub by: Vec<OppositionId>,
    /// Oppositions that may be this person's: for somebody to decide, and no letter until then.
    pub doubts: Vec<OppositionDoubt>,
}

/// An opposition that may be this person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OppositionDoubt {
    /// The opposition.
    pub opposition: OppositionId,
    /// What agrees.
    pub because: KeyKind,
}

/// The oppositions of a structure, ready to check many rows.
#[derive(Debug)]
pub struct OppositionBook {
    sealer: Sealer,
    known: Vec<(OppositionId, Channels)>,
    /// The tags of all names.
    names: HashSet<Digest>,
    by_digest: HashMap<Digest, Vec<(u32, KeyKind)>>,
    /// Somebody opposed is only known by the first letter of the first name.
    abbreviates: bool,
    by_email: bool,
    by_phone: bool,
}

impl OppositionBook {
    /// The oppositions of a structure.
    pub fn new(sealer: Sealer, oppositions: Vec<Known>) -> Self {
        let mut by_digest: HashMap<Digest, Vec<(u32, KeyKind)>> = HashMap::new();
        let mut known = Vec::with_capacity(oppositions.len());
        let mut names = HashSet::new();
        let mut has = [false; KeyKind::ALL.len()];
        for (at, opposition) in (0u32..).zip(oppositions) {
            known.push((opposition.id, opposition.channels));
            for key in opposition.keys {
                has[key.kind as usize] = true;
                if key.kind == KeyKind::Name {
                    names.insert(key.digest);
                } else {
                    by_digest.entry(key.digest).or_default().push((at, key.kind));
                }
            }
        }
        let has = |kind: KeyKind| has[kind as usize];
        let (abbreviates, by_email, by_phone) = (has(KeyKind::Abbreviated), has(KeyKind::Email), has(KeyKind::Phone));
        Self { sealer, known, names, by_digest, abbreviates, by_email, by_phone }
    }

    /// Is nobody opposed?
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// What the oppositions say about this person; nothing for nearly everybody. Certain are the name with the day of
    /// birth, and the name with the address and the year of birth.
    pub fn check(&self, person: &Retiree) -> Option<Opposed> {
        if self.is_empty() {
            return None;
        }
        let names = Names::of(person);
        let initials = names.abbreviated || self.abbreviates;
        let mut is_known = false;
        self.sealer.tags(&names, initials, |tag| is_known |= self.names.contains(&tag));
        let mut hits: Vec<(u32, KeyKind)> = Vec::new();
        let mut look = |kind: KeyKind, digest: Digest| {
            let met = self.by_digest.get(&digest).into_iter().flatten();
            // Two full first names that begin with the same letter are two people.
            hits.extend(met.filter(|(_, theirs)| !(kind == KeyKind::Initial && *theirs == KeyKind::Initial)));
        };
        if is_known {
            self.sealer.named(&names, &Traits::of(person), initials, &mut look);
        }
        if let Some(digest) = self.sealer.email(person).filter(|_| self.by_email) {
            look(KeyKind::Email, digest);
        }
        if let Some(digest) = self.sealer.phone(person).filter(|_| self.by_phone) {
            look(KeyKind::Phone, digest);
        }
        if hits.is_empty() { None } else { self.judge(person, hits) }
    }

    fn judge(&self, person: &Retiree, mut hits: Vec<(u32, KeyKind)>) -> Option<Opposed> {
        hits.sort_unstable();
        hits.dedup();
        let mut answers: Option<&[(u32, KeyKind)]> = None;
        let mut answered = |at, kind| {
            let of_row = || self.by_digest.get(&self.sealer.whole(person)).map(Vec::as_slice).unwrap_or_default();
            answers.get_or_insert_with(of_row).contains(&(at, kind))
        };
        let mut found = Opposed::default();
        let mut partial: Vec<(u32, KeyKind)> = Vec::new();
        for of_one in hits.chunk_by(|a, b| a.0 == b.0) {
            let has = |kind| of_one.iter().any(|(_, k)| *k == kind);
            let at = of_one[0].0;
            let (id, closes) = self.known[at as usize];
            // The address or the number itself is closed, whoever has it.
            found.channels.email |= has(KeyKind::Email);
            found.channels.phone |= has(KeyKind::Phone);
            let certain = has(KeyKind::BirthDate) || has(KeyKind::Address) && has(KeyKind::YearAndPostcode);
            let partly = of_one.iter().find(|(_, kind)| kind.is_partial());
            if certain || partly.is_some() && answered(at, KeyKind::SamePerson) {
                found.channels = found.channels.and(closes);
                found.by.push(id);
            } else if let Some(partly) = partly.filter(|_| !answered(at, KeyKind::SomebodyElse)) {
                partial.push(*partly);
            }
        }
        for (at, because) in partial {
            let (opposition, closes) = self.known[at as usize];
            if !found.channels.covers(closes) {
                found.doubts.push(OppositionDoubt { opposition, because });
            }
        }
        (found != Opposed::default()).then_some(found)
    }
}

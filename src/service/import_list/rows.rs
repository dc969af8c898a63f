//! The rows of a list: read, normalised, and put aside until it is known who is who.

use std::sync::atomic::{AtomicU64, Ordering};

use super::CHUNK;
use super::spill::{Spill, SpilledRow};
use crate::document;
use crate::domain::address::{NotMailable, PostalAddress};
use crate::domain::campaign::List;
use crate::domain::commune::Gazetteer;
use crate::domain::id::{DeliveryId, HouseholdId, RetireeId};
use crate::domain::opposition::Channels;
use crate::domain::retiree::Retiree;
use crate::identity::{Draft, OppositionBook, People};
use crate::intake::{self, Choices, Correction, FileContent, Outcome};
use crate::service::{Error, Result, Store};
use crate::store;
use crate::store::delivery::RowCounts;
use crate::store::listed::{KeptRow, PersonColumns};

/// What a delivery remembers of how its file was read; [`store::delivery::Reading`] reads it back.
#[derive(serde::Serialize)]
struct ListRecord<'a> {
    reading: &'a intake::ListFacts,
    header: &'a [String],
    dropped: &'a [String],
}

/// The people of earlier lists, then those of this one.
#[derive(Default)]
pub struct Known {
    pub people: People,
    /// Each row's person and household.
    pub ids: Vec<(RetireeId, HouseholdId)>,
    /// The rows themselves.
    pub rows: Vec<RetireeId>,
}

impl Known {
    /// Adds the people of an earlier list, a few at a time.
    pub async fn load(&mut self, store: &Store, delivery: DeliveryId) -> Result<()> {
        let mut after = None;
        loop {
            let some = store::listed::retirees_after(store.read(), delivery, after, CHUNK as u64).await?;
            let Some(last) = some.last() else { return Ok(()) };
            after = Some(last.id);
            for listed in &some {
                self.people.push(&listed.retiree);
                self.ids.push((listed.same_as.unwrap_or(listed.id), listed.household));
                self.rows.push(listed.id);
            }
        }
    }
}

/// A list whose rows are read and normalised.
pub struct Read {
    pub facts: String,
    pub known: Known,
    pub rows: Spill,
    /// Which of the rows is each new person's, from 0.
    pub person_rows: Vec<u32>,
    /// The new people, from 0, whose row says itself what they want closed.
    pub opposed: Vec<(usize, Channels)>,
    /// Those whom something that was noted before may mean.
    pub met: Vec<usize>,
    pub counts: RowCounts,
}

/// Reads the rows, and makes them known to `known` one after the other; `reached` follows. `book` holds what was noted of
/// oppositions.
pub fn read(
    list: &List,
    content: &FileContent,
    choices: &Choices,
    mut known: Known,
    book: &OppositionBook,
    reached: &AtomicU64,
) -> Result<Read> {
    let opened = intake::open(&list.file_name, content, choices)
        .map_err(|e| Error::Refused(format!("{}\u{a0}: {e}", list.file_name)))?;
    let record = ListRecord { reading: opened.facts(), header: opened.header(), dropped: &opened.facts().dropped };
    let facts = serde_json::to_string(&record).map_err(|e| Error::Internal(e.to_string()))?;
    let mut counts = RowCounts::default();
    let on_disk = |source| Error::File { path: std::env::temp_dir(), source };
    let mut rows = Spill::new().map_err(on_disk)?;
    let (mut failed, mut person_rows, mut opposed, mut met) = (None, Vec::new(), Vec::new(), Vec::new());
    opened.each_row(
        Gazetteer::embedded(),
        list.contract.received_on,
        |row| waiting(row, book),
        |row| {
            reached.store(row.number.into(), Ordering::Relaxed);
            *match (&row.person, row.kept) {
                (None, _) => &mut counts.refused,
                (Some(_), true) => &mut counts.corrected,
                (Some(_), false) => &mut counts.accepted,
            } += 1;
            if let Some(person) = row.person {
                opposed.extend(row.opposed.map(|channels| (person_rows.len(), channels)));
                met.extend(row.is_met.then_some(person_rows.len()));
                known.people.add(person);
                person_rows.push(row.number - 1);
            }
            if failed.is_none() {
                failed = row.bytes.and_then(|bytes| rows.push(&bytes)).err();
            }
        },
    );
    failed.map_or(Ok(()), |error| Err(on_disk(error)))?;
    Ok(Read { facts, known, rows, person_rows, opposed, met, counts })
}

/// A row that waits until it is known who is who.
struct Waiting {
    number: u32,
    /// The row in the form in which it waits.
    bytes: std::io::Result<Vec<u8>>,
    /// Was it corrected or refused?
    kept: bool,
    /// Unless it was refused.
    person: Option<Draft>,
    /// What it says itself of what the person wants closed.
    opposed: Option<Channels>,
    /// May something that was noted before mean this person?
    is_met: bool,
}

/// All of it that one row is enough for: several threads do this.
fn waiting(row: intake::Row, book: &OppositionBook) -> Waiting {
    let mut opposed = None;
    let (retiree, kept) = match row.outcome {
        Outcome::Accepted(retiree) => (Some(retiree), None),
        Outcome::Corrected(retiree, corrections) => {
            opposed = corrections.iter().find_map(opposition_of);
            let reason = corrections.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
            (Some(retiree), Some(("corrected", reason)))
        }
        Outcome::Refused(refusal) => (None, Some(("refused", refusal.to_string()))),
    };
    let kept = kept.map(|(outcome, reason)| KeptRow {
        outcome,
        reason: reason.into(),
        cells: serde_json::Value::from(row.cells.unwrap_or_default()).to_string().into(),
    });
    let retiree = retiree.map(printable);
    let spilled = SpilledRow { number: row.number, person: retiree.as_ref().map(PersonColumns::of), kept };
    Waiting {
        number: row.number,
        bytes: spilled.to_bytes(),
        kept: spilled.kept.is_some(),
        person: retiree.as_ref().map(Draft::of),
        opposed,
        is_met: retiree.as_ref().is_some_and(|retiree| book.check(retiree).is_some()),
    }
}

fn opposition_of(correction: &Correction) -> Option<Channels> {
    if let Correction::Opposition(_, closed) = correction { Some(*closed) } else { None }
}

/// A person whose name or address the press has no letters for, or whose surname fills more than a line, gets no letter, and
/// stops nobody else's.
fn printable(mut retiree: Retiree) -> Retiree {
    if retiree.address.not_mailable.is_some() {
        return retiree;
    }
    let names = [retiree.usage_name.as_str(), &retiree.first_name];
    let printable = names.into_iter().chain(retiree.address.lines()).all(|t| t.is_ascii() || document::is_printable(t));
    retiree.address.not_mailable = if !printable {
        Some(NotMailable::Unprintable)
    } else if retiree.usage_name.chars().count() > PostalAddress::MAX_CHARS {
        Some(NotMailable::NameTooLong)
    } else {
        None
    };
    retiree
}

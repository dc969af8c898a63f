//! Are these the same person, the same household? Record linkage without a database: blocks of rows that share a key,
//! evidence for and against, and groups that no member contradicts. Deterministic and close to linear in the rows.

mod bearers;
mod births;
mod blocks;
mod doubts;
mod features;
mod flat;
mod frequency;
mod hash;
mod households;
mod merge;
mod names;
mod opposition;
mod persons;
mod secret;
mod similarity;

pub use features::Draft;
pub use hash::Hashed;
pub use merge::merge;
pub use opposition::{Key, KeyKind, Known, Opposed, OppositionBook, OppositionDoubt, Sealer};
pub use secret::{Digest, SecretKey};

use crate::domain::address::capitals;
use crate::domain::doubt::{Answer, DoubtKind};
use crate::domain::retiree::Retiree;
use features::{Features, Words};

/// Rows to be compared, in as few bytes as that takes.
#[derive(Debug, Default)]
pub struct People {
    rows: Vec<Features>,
    words: Words,
    /// So many rows are of earlier lists.
    earlier: usize,
}

/// For each row the index of its person's first row, and of its household's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// The first row of the same person.
    pub person: Vec<u32>,
    /// The first row of the same household; all rows of one person share it.
    pub household: Vec<u32>,
    /// Pairs that are neither clearly the same nor clearly different, those first of which something was said before.
    /// None of two rows of earlier lists: those were put with their list.
    pub doubts: Vec<Doubt>,
}

/// Two rows that somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// One person, or one household?
    pub kind: DoubtKind,
    /// The earlier row.
    pub one: u32,
    /// The later row.
    pub other: u32,
    /// Why, in French.
    pub reason: String,
    /// What was said of them before.
    pub answer: Option<Answer>,
}

/// What was said before of two rows.
pub trait Answers {
    /// The answer, if there is one.
    fn of(&self, kind: DoubtKind, one: u32, other: u32) -> Option<Answer>;
}

/// Nobody said anything.
#[derive(Debug, Clone, Copy)]
pub struct NoAnswers;

impl Answers for NoAnswers {
    fn of(&self, _: DoubtKind, _: u32, _: u32) -> Option<Answer> {
        None
    }
}

/// Nobody looks at more pairs than this share of the rows: the strongest are put.
const MOST_DOUBTS: usize = 50;
/// Of a short list so many may be asked.
const FEWEST_ASKED: usize = 20;

impl People {
    /// Adds a row.
    pub fn push(&mut self, person: &Retiree) {
        self.add(Draft::of(person));
    }

    /// Adds a row that another thread has made ready.
    pub fn add(&mut self, row: Draft) {
        self.rows.push(row.among(&mut self.words));
    }

    /// The rows so far are of earlier lists: what is in doubt among them was put with those.
    pub fn end_of_earlier_lists(&mut self) {
        self.earlier = self.rows.len();
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What a row says of who it is, as [`signature`] says it.
    pub fn signature(&self, row: u32) -> String {
        self.row(row).signature(&self.words)
    }

    /// Who is who among these rows, whichever lists they come from. Whom somebody told apart stays apart; whom somebody
    /// called the same is given as such among the doubts, and not joined.
    pub fn resolve(&self, answers: &impl Answers) -> Resolution {
        let persons = persons::group(self, answers);
        let households = households::group(self, &persons, answers);
        let of_person = persons.doubts.iter().map(|(i, j, found)| (DoubtKind::Person, *i, *j, Some(found)));
        let of_household = households.doubts.iter().map(|(i, j)| (DoubtKind::Household, *i, *j, None));
        let new = of_person.chain(of_household).filter(|(_, i, j, _)| !self.are_earlier(*i, *j));
        let (answered, open): (Vec<_>, Vec<_>) = new
            .map(|(kind, i, j, found)| (answers.of(kind, i, j), kind, i.min(j), i.max(j), found))
            .partition(|(answer, ..)| answer.is_some());
        let most = ((self.rows.len() - self.earlier) / MOST_DOUBTS).max(FEWEST_ASKED);
        let doubts =
            answered.into_iter().chain(open.into_iter().take(most)).map(|(answer, kind, one, other, found)| {
                let reason = match found {
                    Some(found) => doubts::of_person(self, one, other, found),
                    None => doubts::of_household(self, one, other),
                };
                Doubt { kind, one, other, reason, answer }
            });
        Resolution { doubts: doubts.collect(), person: persons.first, household: households.first }
    }

    /// Are both rows of earlier lists?
    fn are_earlier(&self, i: u32, j: u32) -> bool {
        (i.max(j) as usize) < self.earlier
    }

    fn row(&self, i: u32) -> &Features {
        &self.rows[i as usize]
    }
}

impl<'r> FromIterator<&'r Retiree> for People {
    fn from_iter<I: IntoIterator<Item = &'r Retiree>>(rows: I) -> Self {
        let mut people = Self::default();
        rows.into_iter().for_each(|r| people.push(r));
        people
    }
}

/// What a row says of who it is, as one line: names, birth and address in forms that do not depend on how they are written.
/// Digests of it recognise the same row in another list.
pub fn signature(person: &Retiree) -> String {
    People::from_iter([person]).signature(0)
}

/// A name without accents, case and punctuation, to search by and to compare: « Pagès-d’Albis » → « PAGES D ALBIS ».
pub fn search_key(name: &str) -> String {
    capitals(name)
}

#[cfg(test)]
mod tests;

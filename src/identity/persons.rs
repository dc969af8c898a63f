//! Rows of the same person.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::blocks::{both, by_two, crowd, gathered, pairs};
use super::features::{Features, Symbol};
use super::frequency::Frequency;
use super::hash::hash;
use super::similarity::{Evidence, SAME_PERSON, contradict, evidence};
use super::{Answers, People};
use crate::domain::doubt::{Answer, DoubtKind};
use crate::domain::retiree::Birth;

/// Which rows are one person, and which may be.
pub struct Persons {
    /// For each row the first row of its person.
    pub first: Vec<u32>,
    /// Pairs that somebody should look at, the strongest first.
    pub doubts: Vec<(u32, u32, Evidence)>,
    /// How many rows share each row's door.
    pub crowds: Vec<u32>,
}

/// A pair of rows with what speaks for it, in the order in which pairs join.
type Edge = (Reverse<i32>, u32, u32);

/// For each row the first row of the same person. The strongest evidence joins first, and no group holds two rows that
/// contradict each other or were told apart.
pub fn group(people: &People, answers: &impl Answers) -> Persons {
    let rows = &people.rows;
    let (crowds, frequency) = both(|| crowd(rows.len(), rows.iter().map(door_key)), || Frequency::of(rows));
    let seen = |i: u32, j: u32| {
        let (a, b) = (i as usize, j as usize);
        evidence(&people.words, &rows[a], &rows[b], crowds[a].max(crowds[b]), &frequency)
    };
    let look = |(kind, within): (Kind, Kind)| {
        let (mut edges, mut perhaps): (Vec<Edge>, Vec<Edge>) = Default::default();
        pairs(
            keyed(rows, kind),
            |i, add| within(&rows[i as usize], add),
            |i, j| {
                let Some(found) = seen(i, j) else { return };
                if found.is_doubtful() {
                    perhaps.push((Reverse(found.weight()), i, j));
                } else if found.weight() >= SAME_PERSON {
                    edges.push((Reverse(found.weight()), i, j));
                }
            },
        );
        (edges, perhaps)
    };
    // The longest first; whoever is first, the order of the pairs settles what follows.
    let kinds: [(Kind, Kind); 6] = [
        (door_and_place, year_or_first_name),
        (name_and_place, nothing),
        (name_and_year, nothing),
        (day_and_place, nothing),
        (day_and_first_name, nothing),
        (contacts, nothing),
    ];
    let (edges, mut perhaps) = gathered(by_two(kinds, look));
    let mut torn = torn(people, &edges);
    torn.extend(near_namesakes(people, &edges));
    let (torn, edges): (Vec<_>, Vec<_>) = edges.into_iter().partition(|edge| torn.contains(edge));
    perhaps.extend(torn);
    let mut groups = Groups::new(rows.len());
    let said = |i, j| answers.of(DoubtKind::Person, i, j);
    for (_, i, j) in &edges {
        let apart = |a, b| said(a, b) == Some(Answer::Different);
        groups.join(*i, *j, |a, b| contradict(&people.words, &rows[a as usize], &rows[b as usize]) || apart(a, b));
    }
    // What speaks for one person and was not joined, because something else or somebody spoke against it, is in doubt.
    perhaps.extend(edges.into_iter().filter(|(_, i, j)| groups.first[*i as usize] != groups.first[*j as usize]));
    // Two people are asked about once, however many rows they have: with the list that brought the first pair, and where
    // something was said already about that pair.
    perhaps.sort_by_cached_key(|(weight, i, j)| (!people.are_earlier(*i, *j), said(*i, *j).is_none(), *weight, *i, *j));
    let mut asked = HashSet::new();
    let doubts = perhaps
        .into_iter()
        .filter(|(_, i, j)| {
            let (a, b) = (groups.first[*i as usize], groups.first[*j as usize]);
            a != b && asked.insert((a.min(b), a.max(b)))
        })
        .filter_map(|(_, i, j)| Some((i, j, seen(i, j)?)));
    let doubts = doubts.collect();
    Persons { doubts, first: groups.first, crowds }
}

/// The pairs of a row without a date of birth that fits a father and his son of one name alike: which of them it is, nobody
/// but a person tells.
fn torn(people: &People, edges: &[Edge]) -> HashSet<Edge> {
    let undated = |i: u32| people.row(i).birth == Birth::Unknown;
    let mut by_row: Vec<(u32, u32, Edge)> = Vec::new();
    for edge in edges {
        let (_, i, j) = *edge;
        by_row.extend(
            [(i, j), (j, i)]
                .into_iter()
                .filter(|(row, other)| undated(*row) && !undated(*other))
                .map(|(row, other)| (row, other, *edge)),
        );
    }
    by_row.sort_unstable();
    let mut torn = HashSet::new();
    for block in by_row.chunk_by(|a, b| a.0 == b.0).filter(|block| block.len() > 1) {
        let strongest = block.iter().map(|(.., edge)| edge.0).min();
        let best: Vec<_> = block.iter().filter(|(.., edge)| Some(edge.0) == strongest).collect();
        let rivals = |a: u32, b: u32| contradict(&people.words, people.row(a), people.row(b));
        if best.iter().any(|(_, a, _)| best.iter().any(|(_, b, _)| rivals(*a, *b))) {
            torn.extend(best.iter().map(|(.., edge)| *edge));
        }
    }
    torn
}

/// The pairs that a slip in the name joins without a door, where one of the two has such pairs at several doors: « ROUXA », « ROUXB »,
/// « ROUXC » are names, and no writings of one.
fn near_namesakes(people: &People, edges: &[Edge]) -> Vec<Edge> {
    let door = |i: u32| people.row(i).door.map(|door| door.key);
    let slipped = |i: u32, j: u32| {
        let (a, b) = (people.row(i), people.row(j));
        let share = a.surnames().any(|name| b.surnames().any(|other| name == other));
        !(share && a.first == b.first) && (door(i) != door(j) || door(i).is_none())
    };
    let slips: Vec<Edge> = edges.iter().filter(|(_, i, j)| slipped(*i, *j)).copied().collect();
    let mut met: Vec<(u32, Option<u64>)> =
        slips.iter().flat_map(|(_, i, j)| [(*i, door(*j)), (*j, door(*i))]).collect();
    met.sort_unstable();
    met.dedup();
    let many = met.chunk_by(|a, b| a.0 == b.0).filter(|doors| doors.len() >= SEVERAL_DOORS);
    let rows: HashSet<u32> = many.map(|doors| doors[0].0).collect();
    slips.into_iter().filter(|(_, i, j)| rows.contains(i) || rows.contains(j)).collect()
}

/// Nobody is in lists at so many doors under so many writings.
const SEVERAL_DOORS: usize = 3;

/// Groups of rows, each known by its first row.
struct Groups {
    first: Vec<u32>,
    members: std::collections::HashMap<u32, Vec<u32>>,
}

impl Groups {
    fn new(rows: usize) -> Self {
        Self { first: (0..rows as u32).collect(), members: std::collections::HashMap::new() }
    }

    fn join(&mut self, i: u32, j: u32, against: impl Fn(u32, u32) -> bool) {
        let (a, b) = (self.first[i as usize], self.first[j as usize]);
        if a == b {
            return;
        }
        let (first, other) = (a.min(b), a.max(b));
        let of = |it: &Self, g: u32| it.members.get(&g).cloned().unwrap_or_else(|| vec![g]);
        let (mut all, more) = (of(self, first), of(self, other));
        if all.iter().any(|x| more.iter().any(|y| against(*x, *y))) {
            return;
        }
        for row in &more {
            self.first[*row as usize] = first;
        }
        all.extend(more);
        self.members.remove(&other);
        self.members.insert(first, all);
    }
}

fn door_key(row: &Features) -> Option<u64> {
    row.door.map(|d| hash((d.key, row.places().next())))
}

/// Gives the keys of a row to a function.
type Kind = fn(&Features, &mut dyn FnMut(u64));

fn keyed(rows: &[Features], kind: Kind) -> Vec<(u64, u32)> {
    // A commune and a postcode each: growing on the way would copy tens of megabytes again and again.
    let mut keyed = Vec::with_capacity(2 * rows.len());
    for (i, row) in (0u32..).zip(rows) {
        kind(row, &mut |key| keyed.push((key, i)));
    }
    keyed
}

/// Surname and first name in either order, so that swapped names meet.
fn unordered(surname: Symbol, first: Symbol) -> u64 {
    hash(if surname < first { (surname, first) } else { (first, surname) })
}

fn name_and_year(row: &Features, add: &mut dyn FnMut(u64)) {
    let Some(year) = row.birth.year() else { return };
    for surname in row.surnames() {
        add(hash((unordered(surname, row.first), year)));
    }
}

fn name_and_place(row: &Features, add: &mut dyn FnMut(u64)) {
    for place in row.places() {
        for surname in row.surnames() {
            add(hash((unordered(surname, row.first), place)));
        }
    }
}

fn door_and_place(row: &Features, add: &mut dyn FnMut(u64)) {
    let Some(door) = row.door else { return };
    for place in row.places() {
        add(hash((door.key, place)));
    }
}

/// Who of the many in a large building may be one person.
fn year_or_first_name(row: &Features, add: &mut dyn FnMut(u64)) {
    if let Some(year) = row.birth.year() {
        add(hash(year));
    }
    add(hash(row.first));
}

fn nothing(_: &Features, _: &mut dyn FnMut(u64)) {}

fn contacts(row: &Features, add: &mut dyn FnMut(u64)) {
    for contact in [row.phone, row.email].into_iter().flatten() {
        add(contact.get());
    }
}

fn day_and_place(row: &Features, add: &mut dyn FnMut(u64)) {
    if let Birth::Date(day) = row.birth {
        for place in row.places() {
            add(hash((day, place)));
        }
    }
}

fn day_and_first_name(row: &Features, add: &mut dyn FnMut(u64)) {
    if let Birth::Date(day) = row.birth {
        add(hash((day, row.first)));
    }
}

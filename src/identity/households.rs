//! People of the same household: two adults at most, less than 25 years apart, who share a door and a surname.

use super::blocks::{both, pairs};
use super::features::{Features, Symbol, flat};
use super::hash::hash;
use super::similarity::{are_half, near_word};
use super::{Answers, People};
use crate::domain::doubt::{Answer, DoubtKind};
use crate::domain::retiree::{Birth, Civility};

/// Who lives with whom, and who may.
pub struct Households {
    /// For each row the first row of its household.
    pub first: Vec<u32>,
    /// First rows of two people who may be a household, the strongest first.
    pub doubts: Vec<(u32, u32)>,
}

/// How strongly two people belong together, the lowest first.
type Rank = (u8, i32);
/// Two people by their first rows, in the order in which they join.
type Tie = (Rank, u32, u32);

/// For each row the first row of its household, from the first row of its person.
pub fn group(people: &People, person: &[u32], answers: &impl Answers) -> Households {
    let index = Index::of(person);
    let look = |keyed: Vec<(u64, u32)>| {
        let (mut bonds, mut perhaps): (Vec<Tie>, Vec<Tie>) = Default::default();
        let names = |i: u32, add: &mut dyn FnMut(u64)| index.surnames(people, i).for_each(|name| add(hash(name)));
        pairs(keyed, names, |i, j| match bond(people, index.rows(i), index.rows(j)) {
            Bond::Household(rank) => bonds.push((rank, index.first(i), index.first(j))),
            Bond::Perhaps(rank) => perhaps.push((rank, index.first(i), index.first(j))),
            Bond::None => {}
        });
        (bonds, perhaps)
    };
    let at_numbers = |half: u64| {
        let mut keyed = index.keyed(people, at_a_number);
        keyed.retain(|(key, _)| key % 2 == half);
        look(keyed)
    };
    // Where strangers share the door, only people of one name meet.
    let at_places = || (at_numbers(1), look(index.keyed(people, name_at_a_place)), without_door(people, &index));
    let ((mut bonds, mut perhaps), (numbers, places, lost)) = both(|| at_numbers(0), at_places);
    for (more, more_perhaps) in [numbers, places, (lost, Vec::new())] {
        bonds.extend(more);
        perhaps.extend(more_perhaps);
    }
    for list in [&mut bonds, &mut perhaps] {
        list.sort_unstable();
        list.dedup();
    }
    let said = |a, b, answer| answers.of(DoubtKind::Household, a, b) == Some(answer);
    let mut partner: Vec<u32> = (0..person.len() as u32).collect();
    let mut join = |a: u32, b: u32| {
        if partner[a as usize] == a && partner[b as usize] == b {
            (partner[a as usize], partner[b as usize]) = (b, a);
        }
    };
    let (apart, bonds): (Vec<_>, Vec<_>) = bonds.into_iter().partition(|(_, a, b)| said(*a, *b, Answer::Different));
    bonds.iter().for_each(|(_, a, b)| join(*a, *b));
    perhaps.extend(apart);
    let first = person.iter().map(|first| (*first).min(partner[*first as usize])).collect();
    let alone = |p: u32| partner[p as usize] == p;
    let doubts = perhaps.into_iter().filter(|(_, a, b)| alone(*a) && alone(*b)).map(|(_, a, b)| (a, b)).collect();
    Households { first, doubts }
}

/// The numbers in streets at which a person lives: misspelt surnames meet there too.
fn at_a_number(row: &Features, _: &[Symbol], add: &mut dyn FnMut(u64)) {
    if let Some(door) = row.door.filter(|d| d.numbered) {
        row.places().for_each(|place| add(hash((door.key, place))));
    }
}

/// The other homes of a person, by each of their surnames: a place, an institution, the hamlet behind a street.
fn name_at_a_place(row: &Features, names: &[Symbol], add: &mut dyn FnMut(u64)) {
    let Some(door) = row.door else { return };
    for key in [Some(door.key).filter(|_| !door.is_private()), row.hamlet].into_iter().flatten() {
        for place in row.places() {
            names.iter().for_each(|name| add(hash((key, place, name))));
        }
    }
}

/// A man and a woman of one surname, of whom one has lost the address: a couple where hardly anybody else in the commune has
/// that name.
fn without_door(people: &People, index: &Index) -> Vec<Tie> {
    let mut keyed = Vec::new();
    for i in 0..index.len() {
        let row = &people.rows[index.first(i) as usize];
        keyed.extend(row.commune.map(|c| (hash((row.usage, c.as_str())), i)));
    }
    keyed.sort_unstable();
    let mut bonds = Vec::new();
    for block in keyed.chunk_by(|a, b| a.0 == b.0).filter(|b| (2..=RARE).contains(&b.len())) {
        let person = |i: u32| Person { people, rows: index.rows(i) };
        let lost = |i: u32| person(i).rows().all(|r| r.door.is_none());
        let gap = |i: u32, j: u32| {
            let gap = person(i).birth().year().zip(person(j).birth().year()).map(|(x, y)| (x - y).abs());
            gap.filter(|gap| *gap < CLOSE && are_couple(&person(i), &person(j)))
        };
        for (_, i) in block.iter().filter(|(_, i)| lost(*i)) {
            let mut partners = block.iter().filter(|(_, j)| !lost(*j)).filter_map(|(_, j)| Some((*j, gap(*i, *j)?)));
            // Where two could be meant, nobody is.
            if let (Some((j, gap)), None) = (partners.next(), partners.next()) {
                let (a, b) = (index.first(*i), index.first(j));
                bonds.push(((WEAKEST, gap), a.min(b), a.max(b)));
            }
        }
    }
    bonds
}

/// So few people of one surname in a commune are a family rather than namesakes.
const RARE: usize = 4;
/// After every bond that a door makes.
const WEAKEST: u8 = 20;

fn are_couple(a: &Person, b: &Person) -> bool {
    a.civility().zip(b.civility()).is_some_and(|(x, y)| x != y)
}

/// Adults of one household are less than this many years apart; more is a parent and a child.
const GENERATION: i32 = 25;
/// So many years apart two of one name are rather a father and his son.
const PARENT: i32 = 16;
/// Where the door says little, the ages must be closer.
const CLOSE: i32 = 18;

/// People with all their rows.
struct Index {
    rows: Vec<u32>,
    starts: Vec<u32>,
}

impl Index {
    fn of(person: &[u32]) -> Self {
        let mut rows: Vec<u32> = (0..person.len() as u32).collect();
        rows.sort_by_key(|r| person[*r as usize]);
        let begins = |at: &u32| {
            let of = |i: u32| person[rows[i as usize] as usize];
            *at == 0 || of(*at) != of(*at - 1)
        };
        let starts = (0..rows.len() as u32).filter(begins).collect();
        Self { rows, starts }
    }

    fn len(&self) -> u32 {
        self.starts.len() as u32
    }

    fn rows(&self, i: u32) -> &[u32] {
        let start = self.starts[i as usize] as usize;
        let end = self.starts.get(i as usize + 1).map_or(self.rows.len(), |e| *e as usize);
        &self.rows[start..end]
    }

    fn first(&self, i: u32) -> u32 {
        self.rows(i)[0]
    }

    /// The surnames that any row of a person has.
    fn surnames<'p>(&'p self, people: &'p People, i: u32) -> impl Iterator<Item = Symbol> + 'p {
        self.rows(i).iter().flat_map(|row| people.row(*row).surnames())
    }

    /// Each person under the keys that `of_row` gives for each of their rows and all their surnames.
    fn keyed(&self, people: &People, of_row: fn(&Features, &[Symbol], &mut dyn FnMut(u64))) -> Vec<(u64, u32)> {
        let mut keyed = Vec::with_capacity(people.len());
        for i in 0..self.len() {
            let names: Vec<Symbol> = self.surnames(people, i).collect();
            self.rows(i).iter().for_each(|row| of_row(people.row(*row), &names, &mut |key| keyed.push((key, i))));
        }
        keyed
    }
}

/// How two people belong together.
enum Bond {
    Household(Rank),
    /// Somebody should look.
    Perhaps(Rank),
    None,
}

/// All that the rows of one person say.
struct Person<'p> {
    people: &'p People,
    rows: &'p [u32],
}

impl<'p> Person<'p> {
    fn rows(&self) -> impl Iterator<Item = &'p Features> + Clone + use<'p> {
        let people = self.people;
        self.rows.iter().map(|r| &people.rows[*r as usize])
    }

    fn civility(&self) -> Option<Civility> {
        self.rows().find_map(|r| r.civility)
    }

    fn birth(&self) -> Birth {
        let best = self.rows().map(|r| r.birth);
        let day = best.clone().find(|b| matches!(b, Birth::Date(_)));
        day.or_else(|| best.clone().find(|b| matches!(b, Birth::Year(_)))).unwrap_or_default()
    }

    fn usage(&self) -> impl Iterator<Item = Symbol> + use<'p> {
        self.rows().map(|r| r.usage).filter(|n| n.is_some())
    }

    fn names(&self) -> impl Iterator<Item = Symbol> + use<'p> {
        self.rows().flat_map(Features::surnames)
    }
}

/// Two rows with the same door in the same place, or the same lieu-dit where one leaves out the street. Gives whether they
/// share a number.
fn share_home(a: &Features, b: &Features) -> Option<bool> {
    let (x, y) = (a.door?, b.door?);
    let hamlet = || a.hamlet == Some(y.key) || b.hamlet == Some(x.key);
    if !a.may_share_place(b) {
        None
    } else if x.key == y.key {
        Some(x.is_private())
    } else {
        hamlet().then_some(false)
    }
}

fn bond(people: &People, a: &[u32], b: &[u32]) -> Bond {
    let (a, b) = (Person { people, rows: a }, Person { people, rows: b });
    let gap = a.birth().year().zip(b.birth().year()).map(|(x, y)| (x - y).abs());
    if gap.is_some_and(|gap| gap >= GENERATION) {
        return Bond::None;
    }
    let homes = || a.rows().flat_map(|x| b.rows().filter_map(move |y| Some((x, y, share_home(x, y)?))));
    let Some(numbered) = homes().map(|(.., numbered)| numbered).max() else { return Bond::None };
    let shared = || homes().map(|(x, y, _)| (x, y));
    let flats = |x: &Features, y: &Features| (flat(&people.words, x.flat), flat(&people.words, y.flat));
    let one_flat = |x: &Features, y: &Features| {
        x.flat == y.flat || {
            let (one, other) = flats(x, y);
            one.agrees(&other)
        }
    };
    let told_apart = |x: &Features, y: &Features| {
        x.flat != y.flat && x.flat.is_some() && y.flat.is_some() && {
            let (one, other) = flats(x, y);
            one.contradicts(&other)
        }
    };
    let same_flat = shared().any(|(x, y)| x.flat.is_some() && one_flat(x, y));
    if !same_flat && shared().any(|(x, y)| told_apart(x, y)) {
        return Bond::None;
    }
    let couple = are_couple(&a, &b);
    let same_usage = a.usage().any(|x| b.usage().any(|y| x == y));
    let same_name = || a.names().any(|x| b.names().any(|y| x == y));
    let text = |s| people.words.text(s);
    let near_name = || a.usage().any(|x| b.usage().any(|y| near(text(x), text(y))));
    // A row whose names are in each other's cells.
    let swapped = || {
        let first = |p: &Person, q: &Person| p.rows().any(|r| r.first.is_some() && q.usage().any(|u| u == r.first));
        first(&a, &b) || first(&b, &a)
    };
    let flats_agree = || shared().all(|(x, y)| one_flat(x, y));
    let name_rank = if same_usage {
        0
    } else if numbered && same_name() {
        1
    } else if numbered && couple && flats_agree() && (near_name() || swapped()) {
        2
    } else if numbered && near_name() {
        return Bond::Perhaps((5, gap.unwrap_or(GENERATION)));
    } else {
        return Bond::None;
    };
    let same_first = || a.rows().any(|x| x.first.is_some() && b.rows().any(|y| x.first == y.first));
    let father_and_son = !couple && gap.is_some_and(|gap| gap >= PARENT) && same_first();
    let rank = (name_rank * 4 + u8::from(!numbered) * 2 + u8::from(!couple), gap.unwrap_or(GENERATION));
    match gap {
        _ if father_and_son => Bond::Perhaps(rank),
        Some(_) if numbered => Bond::Household(rank),
        Some(gap) if couple && gap < CLOSE => Bond::Household(rank),
        // Without an age only a man and a woman of one name at one number are taken for a couple.
        None if couple && numbered => Bond::Household(rank),
        _ if couple || numbered => Bond::Perhaps(rank),
        _ => Bond::None,
    }
}

fn near(a: &str, b: &str) -> bool {
    are_half(a, b) || near_word(a, b)
}

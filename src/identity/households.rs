//! People of the same household: two adults at most, less than 25 years apart, who share a door and a surname.

use std::collections::{HashMap, HashSet};

use super::bearers::Bearers;
use super::blocks::{both, by_two, gathered, pairs};
use super::features::{Features, Symbol, Words, flat};
use super::flat::Flat;
use super::hash::{Hashed, hash};
use super::names::are_half;
use super::persons::Persons;
use super::{Answers, People};
use crate::domain::doubt::{Answer, DoubtKind};
use crate::domain::retiree::{Birth, Civility};
use crate::domain::slip::near_word;

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
/// Those who are a household, and those who may be.
type Ties = (Vec<Tie>, Vec<Tie>);

/// For each row the first row of its household, from those who are one person.
pub fn group(people: &People, persons: &Persons, answers: &impl Answers) -> Households {
    let person = &persons.first;
    let (index, bearers) = both(|| Index::of(person), || Bearers::of(people));
    let flats: HashSet<Symbol, Hashed> = people.rows.iter().map(|row| row.flat).collect();
    let flats = flats.into_iter().map(|symbol| (symbol, flat(&people.words, symbol)));
    let known = Known { people, bearers, crowds: &persons.crowds, flats: flats.collect() };
    let look = |keyed: Vec<(u64, u32)>| -> Ties {
        let (mut bonds, mut perhaps) = Ties::default();
        let names = |i: u32, add: &mut dyn FnMut(u64)| index.surnames(people, i).for_each(|name| add(hash(name)));
        pairs(keyed, names, |i, j| match bond(&known, index.rows(i), index.rows(j)) {
            Bond::Household(rank) => bonds.push((rank, index.first(i), index.first(j))),
            Bond::Perhaps(rank) => perhaps.push((rank, index.first(i), index.first(j))),
            Bond::None => {}
        });
        (bonds, perhaps)
    };
    // Where strangers share the door, only people of one name meet.
    let tasks: [&(dyn Fn() -> Ties + Sync); 5] = [
        &|| look(index.keyed(people, at_a_number, |key| key % 2 == 0)),
        &|| look(index.keyed(people, at_a_number, |key| key % 2 == 1)),
        &|| look(index.keyed(people, name_near_a_number, |_| true)),
        &|| look(index.keyed_by_name(people, at_a_place)),
        &|| (without_door(&known, &index), Vec::new()),
    ];
    let (bonds, mut perhaps) = gathered(by_two(tasks, |task| task()));
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

/// What all pairs are judged by.
struct Known<'p> {
    people: &'p People,
    bearers: Bearers,
    /// How many rows share each row's door.
    crowds: &'p [u32],
    /// Which flat, which building, by what the rows say of it.
    flats: HashMap<Symbol, Flat, Hashed>,
}

impl Known<'_> {
    fn flats(&self, x: &Features, y: &Features) -> Option<(&Flat, &Flat)> {
        self.flats.get(&x.flat).zip(self.flats.get(&y.flat))
    }
}

/// The numbers in streets at which a person lives: misspelt surnames meet there too.
fn at_a_number(row: &Features, add: &mut dyn FnMut(u64)) {
    if let Some(door) = row.door.filter(|d| d.numbered) {
        row.places().for_each(|place| add(hash((door.key, place))));
    }
}

/// The other homes of a person: a place, an institution, the hamlet behind a street.
fn at_a_place(row: &Features, add: &mut dyn FnMut(u64)) {
    let Some(door) = row.door else { return };
    for key in [Some(door.key).filter(|_| !door.is_private()), row.hamlet].into_iter().flatten() {
        row.places().for_each(|place| add(hash((key, place))));
    }
}

/// The number in a street whose name has slipped, by the surname in use.
fn name_near_a_number(row: &Features, add: &mut dyn FnMut(u64)) {
    let (Some(door), Some(place)) = (row.door.filter(|d| d.is_private()), row.places().next()) else { return };
    door.ends.into_iter().for_each(|end| add(hash((end, place, row.usage))));
}

/// A man and a woman of one surname, of whom one has lost the address: a couple where hardly anybody else in the commune has
/// that name.
fn without_door(known: &Known<'_>, index: &Index) -> Vec<Tie> {
    let mut keyed = Vec::new();
    for i in 0..index.len() {
        let row = &known.people.rows[index.first(i) as usize];
        keyed.extend(row.commune.map(|c| (hash((row.usage, c.as_str())), i)));
    }
    keyed.sort_unstable();
    let mut bonds = Vec::new();
    for block in keyed.chunk_by(|a, b| a.0 == b.0).filter(|b| (2..=RARE).contains(&b.len())) {
        let person = |i: u32| Person { known, rows: index.rows(i) };
        let lost = |i: u32| person(i).rows().all(|r| r.door.is_none());
        let gap = |i: u32, j: u32| {
            let gap = person(i).birth().year().zip(person(j).birth().year()).map(|(x, y)| (x - y).abs());
            gap.filter(|gap| *gap < CLOSE && are_couple(&person(i), &person(j)) && !live_apart(&person(i), &person(j)))
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

/// Have they no postcode in common? A commune may have several, and be large.
fn live_apart(a: &Person<'_>, b: &Person<'_>) -> bool {
    let postcodes = |person: &Person<'_>| person.rows().filter_map(|row| row.postcode).collect::<Vec<_>>();
    let (one, other) = (postcodes(a), postcodes(b));
    !one.is_empty() && !other.is_empty() && !one.iter().any(|postcode| other.contains(postcode))
}

/// So few people of one surname in a commune are a family rather than namesakes.
const RARE: usize = 4;
/// After every bond that a door makes.
const AFTER_DOORS: u8 = 20;
/// After those too.
const WEAKEST: u8 = 21;

fn are_couple(a: &Person<'_>, b: &Person<'_>) -> bool {
    a.civility().zip(b.civility()).is_some_and(|(x, y)| x != y)
}

/// Adults of one household are less than this many years apart; more is a parent and a child.
const GENERATION: i32 = 25;
/// So many years apart two of one name are rather a father and his son.
const PARENT: i32 = 16;
/// Behind a door that more rows share, two of one name and not a couple may be strangers.
const CROWD: u32 = 12;
/// Where the door says little, the ages must be closer.
const CLOSE: i32 = 18;

/// Gives the keys of a person's row to a function.
type OfRow = fn(&Features, &mut dyn FnMut(u64));

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

    /// Each person under the keys that `of_row` gives for each of their rows, as far as they are to be kept.
    fn keyed(&self, people: &People, of_row: OfRow, keep: impl Fn(u64) -> bool) -> Vec<(u64, u32)> {
        let mut keyed = Vec::with_capacity(people.len());
        for i in 0..self.len() {
            let mut add = |key| keyed.extend(keep(key).then_some((key, i)));
            self.rows(i).iter().for_each(|row| of_row(people.row(*row), &mut add));
        }
        keyed
    }

    /// Each person under these keys with each of their surnames, halves of double ones included.
    fn keyed_by_name(&self, people: &People, of_row: OfRow) -> Vec<(u64, u32)> {
        let homes = self.keyed(people, of_row, |_| true);
        let mut keyed = Vec::with_capacity(homes.len());
        for (home, i) in homes {
            for name in self.surnames(people, i) {
                let names = [name].into_iter().chain(halves(&people.words, name));
                keyed.extend(names.map(|name| (hash((home, name)), i)));
            }
        }
        keyed
    }
}

/// The halves of a double name that somebody else has alone.
fn halves(words: &Words, name: Symbol) -> impl Iterator<Item = Symbol> {
    let text = words.text(name);
    let (front, back) = (text.split_once(' ').map(|(front, _)| front), text.rsplit_once(' ').map(|(_, back)| back));
    [front, back].into_iter().flatten().filter_map(|half| words.known(half))
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
    known: &'p Known<'p>,
    rows: &'p [u32],
}

impl<'p> Person<'p> {
    fn rows(&self) -> impl Iterator<Item = &'p Features> + Clone + use<'p> {
        let people = self.known.people;
        self.rows.iter().map(|r| &people.rows[*r as usize])
    }

    /// Their title, or else what their first name tells.
    fn civility(&self) -> Option<Civility> {
        let written = self.rows().find_map(|r| r.civility);
        written.or_else(|| self.rows().find_map(|r| self.known.bearers.civility(r)))
    }

    /// Do they go by another name than at birth?
    fn is_married(&self) -> bool {
        self.rows().any(|row| row.birth_name.is_some() && row.birth_name != row.usage)
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

    /// Do many share a door with them?
    fn is_in_a_crowd(&self) -> bool {
        self.rows.iter().any(|row| self.known.crowds[*row as usize] > CROWD)
    }
}

/// What two rows share, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Home {
    /// A number in streets that are called nearly the same.
    NearNumber,
    /// A lieu-dit, a street without number, an institution, or the lieu-dit where one leaves out the street.
    Place,
    /// A number in a street.
    Number,
}

fn shared_home(a: &Features, b: &Features) -> Option<Home> {
    let (x, y) = (a.door?, b.door?);
    let hamlet = || a.hamlet == Some(y.key) || b.hamlet == Some(x.key);
    if !a.may_share_place(b) {
        None
    } else if x.key == y.key {
        Some(if x.is_private() { Home::Number } else { Home::Place })
    } else if hamlet() {
        Some(Home::Place)
    } else {
        x.is_near(y).then_some(Home::NearNumber)
    }
}

fn bond(known: &Known<'_>, a: &[u32], b: &[u32]) -> Bond {
    let words = &known.people.words;
    let (a, b) = (Person { known, rows: a }, Person { known, rows: b });
    let gap = a.birth().year().zip(b.birth().year()).map(|(x, y)| (x - y).abs());
    if gap.is_some_and(|gap| gap >= GENERATION) {
        return Bond::None;
    }
    let homes = || a.rows().flat_map(|x| b.rows().filter_map(move |y| Some((x, y, shared_home(x, y)?))));
    let Some(home) = homes().map(|(.., home)| home).max() else { return Bond::None };
    let shared = || homes().map(|(x, y, _)| (x, y));
    let one_flat = |x: &Features, y: &Features| {
        x.flat == y.flat || known.flats(x, y).is_some_and(|(one, other)| one.agrees(other))
    };
    let told_apart = |x: &Features, y: &Features| {
        x.flat != y.flat && known.flats(x, y).is_some_and(|(one, other)| one.contradicts(other))
    };
    let same_flat = shared().any(|(x, y)| x.flat.is_some() && one_flat(x, y));
    if !same_flat && shared().any(|(x, y)| told_apart(x, y)) {
        return Bond::None;
    }
    let (couple, one_sex) = match (a.civility(), b.civility()) {
        (Some(x), Some(y)) => (x != y, x == y),
        // « Dominique » beside a woman who took the name.
        _ => (a.is_married() || b.is_married(), false),
    };
    let same_usage = a.usage().any(|x| b.usage().any(|y| x == y));
    if home == Home::NearNumber {
        let close = gap.filter(|gap| couple && same_usage && *gap < CLOSE);
        return close.map_or(Bond::None, |gap| Bond::Household((AFTER_DOORS, gap)));
    }
    let numbered = home == Home::Number;
    let same_name = || a.names().any(|x| b.names().any(|y| x == y));
    let any_usage =
        |alike: fn(&str, &str) -> bool| a.usage().any(|x| b.usage().any(|y| alike(words.text(x), words.text(y))));
    // A row whose names are in each other's cells.
    let swapped = || {
        let first =
            |p: &Person<'_>, q: &Person<'_>| p.rows().any(|r| r.first.is_some() && q.usage().any(|u| u == r.first));
        first(&a, &b) || first(&b, &a)
    };
    let flats_agree = || shared().all(|(x, y)| one_flat(x, y));
    let name_rank = if same_usage {
        0
    } else if numbered && same_name() || (couple || numbered && !one_sex) && any_usage(are_half) && flats_agree() {
        1
    } else if numbered && couple && flats_agree() && (any_usage(near) || swapped()) {
        2
    } else if numbered && any_usage(near) {
        return Bond::Perhaps((5, gap.unwrap_or(GENERATION)));
    } else {
        return Bond::None;
    };
    let same_first = || a.rows().any(|x| x.first.is_some() && b.rows().any(|y| x.first == y.first));
    let father_and_son = !couple && gap.is_some_and(|gap| gap >= PARENT) && same_first();
    let rank = (name_rank * 4 + u8::from(!numbered) * 2 + u8::from(!couple), gap.unwrap_or(GENERATION));
    match gap {
        _ if father_and_son || !couple && a.is_in_a_crowd() && b.is_in_a_crowd() => Bond::Perhaps(rank),
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

//! Pairs worth a look: rows that share a key. What keeps linkage close to linear.

use std::sync::{Mutex, PoisonError};

use super::hash::hash;

/// Calls `look` with each pair `i < j` of rows that share a key, maybe more than once. A key that very many rows share says
/// little: each is only paired with the next few, and with those with which it also shares a key that `within` gives.
pub fn pairs(keyed: Vec<(u64, u32)>, within: impl Fn(u32, &mut dyn FnMut(u64)), mut look: impl FnMut(u32, u32)) {
    let mut finer = Vec::new();
    each_block(keyed, &mut look, |key, i| within(i, &mut |inner| finer.push((hash((key, inner)), i))));
    each_block(finer, &mut look, |_, _| {});
}

fn each_block(mut keyed: Vec<(u64, u32)>, look: &mut impl FnMut(u32, u32), mut crowded: impl FnMut(u64, u32)) {
    keyed.sort_unstable();
    keyed.dedup();
    for block in keyed.chunk_by(|a, b| a.0 == b.0) {
        let whole = block.len() <= WHOLE_BLOCK;
        let reach = if whole { block.len() } else { REACH_IN_LARGE_BLOCK };
        for (at, (_, i)) in block.iter().enumerate() {
            for (_, j) in block.iter().skip(at + 1).take(reach) {
                look(*i, *j);
            }
        }
        if !whole {
            block.iter().for_each(|(key, i)| crowded(*key, *i));
        }
    }
}

/// Does two things at once.
pub fn both<A: Send, B>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    std::thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        (one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), other)
    })
}

/// Does all of these tasks, two at a time, and gives what comes of them in any order.
pub fn by_two<T: Send, R: Send>(
    tasks: impl IntoIterator<Item = T, IntoIter: Send>,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let tasks = Mutex::new(tasks.into_iter());
    let next = || tasks.lock().unwrap_or_else(PoisonError::into_inner).next();
    let worker = || std::iter::from_fn(next).map(&work).collect::<Vec<R>>();
    let (mut done, others) = both(worker, worker);
    done.extend(others);
    done
}

/// All that several tasks found, of two kinds: in order, and each thing once.
pub fn gathered<T: Ord>(found: Vec<(Vec<T>, Vec<T>)>) -> (Vec<T>, Vec<T>) {
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for (some, more) in found {
        ones.extend(some);
        others.extend(more);
    }
    for list in [&mut ones, &mut others] {
        list.sort_unstable();
        list.dedup();
    }
    (ones, others)
}

/// How many rows share each row's key; 0 for a row without one.
pub fn crowd(rows: usize, keys: impl Iterator<Item = Option<u64>>) -> Vec<u32> {
    let mut keyed: Vec<(u64, u32)> = keys.zip(0u32..).filter_map(|(key, i)| Some((key?, i))).collect();
    keyed.sort_unstable();
    let mut crowds = vec![0; rows];
    for block in keyed.chunk_by(|a, b| a.0 == b.0) {
        for (_, i) in block {
            crowds[*i as usize] = block.len() as u32;
        }
    }
    crowds
}

const WHOLE_BLOCK: usize = 80;
const REACH_IN_LARGE_BLOCK: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_share_a_key_and_large_blocks_stay_cheap() {
        let mut seen = Vec::new();
        pairs(vec![(1, 0), (2, 1), (1, 2), (1, 0), (1, 5)], |_, _| {}, |i, j| seen.push((i, j)));
        assert_eq!(seen, [(0, 2), (0, 5), (2, 5)]);
        let mut count = 0;
        pairs((0..10_000).map(|i| (7, i)).collect(), |_, _| {}, |_, _| count += 1);
        assert!(count <= 10_000 * REACH_IN_LARGE_BLOCK);
    }

    #[test]
    fn those_who_share_a_finer_key_meet_in_a_large_block_too() {
        let far_apart = (0, 9_999);
        let finer = |i: u32, add: &mut dyn FnMut(u64)| add(if i == far_apart.1 { 0 } else { i.into() });
        let meet = |rows: u32| {
            let mut met = false;
            pairs((0..rows).map(|i| (7, i)).collect(), finer, |i, j| met |= (i, j) == far_apart);
            met
        };
        assert!(meet(10_000) && !meet(9_999));
    }

    #[test]
    fn every_task_is_done_once() {
        let mut done = by_two(0..100u32, |n| n * 2);
        done.sort_unstable();
        assert!(done.into_iter().eq((0..100).map(|n| n * 2)));
    }

    #[test]
    fn a_crowd_is_counted() {
        assert_eq!(crowd(4, [Some(7), None, Some(9), Some(7)].into_iter()), [2, 0, 1, 2]);
    }
}

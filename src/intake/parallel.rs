//! Work on the items of a long list by several threads at once, with the results in the order of the items.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::mpsc::sync_channel;

/// Items that a thread takes at once.
const BATCH: usize = 1024;
/// Threads that work: the machines this runs on have few cores.
const WORKERS: usize = 2;
/// Batches that may wait for a slow one before them.
const AHEAD: usize = 8;

/// Calls `take` with what a worker makes of each item, in the items' order. `worker` makes the function of one thread,
/// which may remember things of its own.
pub fn in_order<T, R, W>(items: impl Iterator<Item = T> + Send, worker: impl Fn() -> W + Sync, mut take: impl FnMut(R))
where
    T: Send,
    R: Send,
    W: FnMut(T) -> R,
{
    let source = Mutex::new((0u64, items));
    let (sender, done) = sync_channel::<(u64, Vec<R>)>(AHEAD);
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            let (sender, source, worker) = (sender.clone(), &source, &worker);
            scope.spawn(move || {
                let mut work = worker();
                loop {
                    let (number, batch) = {
                        // A thread that panicked takes the whole list down with it.
                        let Ok(mut source) = source.lock() else { return };
                        let batch: Vec<T> = source.1.by_ref().take(BATCH).collect();
                        source.0 += 1;
                        (source.0, batch)
                    };
                    if batch.is_empty() || sender.send((number, batch.into_iter().map(&mut work).collect())).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let (mut next, mut early) = (1, BTreeMap::new());
        for (number, batch) in done {
            early.insert(number, batch);
            while let Some(batch) = early.remove(&next) {
                batch.into_iter().for_each(&mut take);
                next += 1;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_stays_whoever_is_faster() {
        let mut seen = Vec::new();
        let slow = |n: u64| (0..n % 97).fold(n, |a, b| std::hint::black_box(a ^ b ^ b));
        in_order(0..10_000u64, || |n| (n, slow(n)), |(n, _)| seen.push(n));
        assert!(seen.into_iter().eq(0..10_000));
    }
}

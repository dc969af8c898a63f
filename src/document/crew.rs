//! Work on the items of a long run by several threads at once, with the results in the order of the items.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::mpsc::sync_channel;

/// Items that a thread takes at once.
const BATCH: usize = 32;
/// Batches that may wait for a slow one before them.
const AHEAD: usize = 4;

/// Calls `take` with what a worker makes of each item, in the items' order, until it fails. `worker` makes the function of
/// one thread, which may remember things of its own.
pub fn in_order<T, R, W, E>(
    threads: usize,
    items: impl Iterator<Item = T> + Send,
    worker: impl Fn() -> W + Sync,
    mut take: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E>
where
    T: Send,
    R: Send,
    W: FnMut(T) -> R,
{
    let source = Mutex::new((0u64, items.fuse()));
    let (sender, done) = sync_channel::<(u64, Vec<R>)>(AHEAD);
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            let (sender, source, worker) = (sender.clone(), &source, &worker);
            scope.spawn(move || {
                let mut work = worker();
                loop {
                    let (number, batch) = {
                        // A thread that panicked takes the whole run down with it.
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
        // When this fails, the receiver goes, and the threads end at their next batch.
        let done = done;
        let (mut waiting, mut next) = (BTreeMap::new(), 1);
        for (number, batch) in &done {
            waiting.insert(number, batch);
            while let Some(batch) = waiting.remove(&next) {
                batch.into_iter().try_for_each(&mut take)?;
                next += 1;
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items_whatever_the_threads() {
        for threads in [0, 1, 2, 5] {
            let mut got = Vec::new();
            let slow =
                |i: u32| (0..if i.is_multiple_of(97) { 40_000 } else { 1 }).fold(i, |a, _| std::hint::black_box(a));
            in_order(
                threads,
                0..1000,
                || slow,
                |i| {
                    got.push(i);
                    Ok::<_, ()>(())
                },
            )
            .unwrap();
            assert_eq!(got, (0..1000).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_first_failure_ends_the_work() {
        let mut taken = 0;
        let failed = in_order(
            2,
            0..,
            || |i: u64| i,
            |i| {
                taken += 1;
                if i == 500 { Err("full") } else { Ok(()) }
            },
        );
        assert_eq!((failed, taken), (Err("full"), 501));
    }
}

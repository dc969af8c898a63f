//! Work on the items of a long run by several threads at once, with the results in the order of the items.

use std::collections::BTreeMap;
use std::sync::mpsc::channel;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Items that a thread takes at once.
const BATCH: usize = 32;
/// Batches that a thread may be ahead of the slowest: what waits for its turn must not grow with the run.
const AHEAD: u64 = 4;

/// What the threads share.
struct Source<I> {
    items: I,
    /// Batches handed out.
    given: u64,
    /// Batches whose results were taken.
    taken: u64,
    ended: bool,
}

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
    let threads = threads.max(1);
    let most = AHEAD * threads as u64;
    let source = Mutex::new(Source { items: items.fuse(), given: 0, taken: 0, ended: false });
    let turn = Condvar::new();
    let (sender, done) = channel::<(u64, Vec<R>)>();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (sender, source, turn, worker) = (sender.clone(), &source, &turn, &worker);
            scope.spawn(move || {
                // However this thread ends, none may wait for it for ever.
                let _end = End { source, turn };
                let mut work = worker();
                loop {
                    let (number, batch) = {
                        let wait = |s: &mut Source<_>| !s.ended && s.given - s.taken >= most;
                        let waited = turn.wait_while(lock(source), wait);
                        let mut source = waited.unwrap_or_else(PoisonError::into_inner);
                        if source.ended {
                            return;
                        }
                        let batch: Vec<T> = source.items.by_ref().take(BATCH).collect();
                        let number = source.given;
                        source.given += 1;
                        (number, batch)
                    };
                    if batch.is_empty() || sender.send((number, batch.into_iter().map(&mut work).collect())).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let _end = End { source: &source, turn: &turn };
        let (mut waiting, mut next) = (BTreeMap::new(), 0);
        for (number, batch) in done {
            waiting.insert(number, batch);
            while let Some(batch) = waiting.remove(&next) {
                batch.into_iter().try_for_each(&mut take)?;
                next += 1;
                lock(&source).taken = next;
                turn.notify_all();
            }
        }
        Ok(())
    })
}

/// Ends the work of all threads when one of them ends: there is nothing left, the results are no longer taken, or it
/// panicked, and the panic goes on when the threads are joined.
struct End<'s, I> {
    source: &'s Mutex<Source<I>>,
    turn: &'s Condvar,
}

impl<I> Drop for End<'_, I> {
    fn drop(&mut self) {
        lock(self.source).ended = true;
        self.turn.notify_all();
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
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

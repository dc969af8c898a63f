//! Who guesses must wait: counts failures (wrong invitation numbers, wrong passwords) by address, and nothing else.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a failure counts.
const WINDOW: Duration = Duration::from_secs(10 * 60);
/// Addresses after which those without a recent failure are forgotten.
const SWEEP_FROM: usize = 4096;

/// Recent failures by address.
pub struct Throttle {
    allowed: usize,
    failures: Mutex<HashMap<IpAddr, VecDeque<Instant>>>,
}

/// How long an address must wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(pub Duration);

impl Throttle {
    /// Lets each address fail `allowed` times within ten minutes.
    pub fn new(allowed: u32) -> Self {
        Self { allowed: allowed.try_into().unwrap_or(usize::MAX), failures: Mutex::default() }
    }

    /// May this address try again?
    pub fn check(&self, address: IpAddr, now: Instant) -> Result<(), Wait> {
        let mut failures = self.lock();
        let Some(recent) = failures.get_mut(&network(address)) else { return Ok(()) };
        forget(recent, now);
        match recent.front() {
            Some(oldest) if recent.len() >= self.allowed => Err(Wait(WINDOW - now.duration_since(*oldest))),
            _ => Ok(()),
        }
    }

    /// Counts a failure.
    pub fn failed(&self, address: IpAddr, now: Instant) {
        let mut failures = self.lock();
        if failures.len() >= SWEEP_FROM {
            failures.retain(|_, recent| {
                forget(recent, now);
                !recent.is_empty()
            });
        }
        let recent = failures.entry(network(address)).or_default();
        recent.push_back(now);
        // More than what is allowed changes nothing but memory.
        while recent.len() > self.allowed.max(1) {
            recent.pop_front();
        }
    }

    /// Takes the last failure back: it was counted before a slow check that then succeeded.
    pub fn succeeded(&self, address: IpAddr) {
        if let Some(recent) = self.lock().get_mut(&network(address)) {
            recent.pop_back();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, VecDeque<Instant>>> {
        // A panic elsewhere cannot leave a count half written.
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One subscriber has a whole IPv6 /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
        v4 => v4,
    }
}

fn forget(recent: &mut VecDeque<Instant>, now: Instant) {
    while recent.front().is_some_and(|at| now.duration_since(*at) >= WINDOW) {
        recent.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_count_for_ten_minutes_and_for_one_address() {
        let throttle = Throttle::new(2);
        let [guesser, neighbour] = ["192.0.2.1", "192.0.2.2"].map(|a| a.parse().unwrap());
        let start = Instant::now();
        let after = |secs| start + Duration::from_secs(secs);
        throttle.failed(guesser, start);
        assert_eq!(throttle.check(guesser, start), Ok(()));
        throttle.failed(guesser, after(60));
        assert_eq!(throttle.check(guesser, after(100)), Err(Wait(Duration::from_secs(500))));
        assert_eq!(throttle.check(neighbour, after(100)), Ok(()));
        assert_eq!(throttle.check(guesser, after(600)), Ok(()));
    }

    #[test]
    fn an_ipv6_subscriber_is_one_address() {
        let throttle = Throttle::new(1);
        let now = Instant::now();
        throttle.failed("2001:db8::1".parse().unwrap(), now);
        assert!(throttle.check("2001:db8::2".parse().unwrap(), now).is_err());
        assert!(throttle.check("2001:db8:0:1::1".parse().unwrap(), now).is_ok());
        throttle.failed("::ffff:192.0.2.1".parse().unwrap(), now);
        assert!(throttle.check("192.0.2.1".parse().unwrap(), now).is_err());
    }
}

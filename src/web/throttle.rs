//! Who guesses must wait: counts failures (wrong invitation numbers, wrong passwords) by where they come from, and
//! nothing else.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a failure counts.
const WINDOW: Duration = Duration::from_secs(10 * 60);
/// Keys after which those without a recent failure are forgotten.
const SWEEP_FROM: usize = 4096;

/// Failures an address may have with all e-mails together, for each that it may have with one: somebody who tries one
/// password on many accounts must wait too, while a whole office that logs in at nine does not.
const ACCOUNTS: u32 = 10;

/// What is counted.
pub struct Failures {
    /// Wrong invitation numbers, by address.
    pub numbers: Throttle<IpAddr>,
    /// Failed logins, by address and account.
    pub logins: Throttle<(IpAddr, Account)>,
    /// Failed logins, by address.
    pub any_login: Throttle<IpAddr>,
}

/// The hash of an e-mail, whatever its length.
pub type Account = [u8; 32];

impl Failures {
    /// Lets each fail `allowed` times within ten minutes.
    pub fn new(allowed: u32) -> Self {
        Self {
            numbers: Throttle::new(allowed),
            logins: Throttle::new(allowed),
            any_login: Throttle::new(allowed.saturating_mul(ACCOUNTS)),
        }
    }
}

/// Recent failures, each kind in a throttle of its own: who mistypes a number is not kept from logging in.
pub struct Throttle<K> {
    allowed: usize,
    failures: Mutex<HashMap<K, VecDeque<Instant>>>,
}

/// How long one must wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(pub Duration);

impl<K: Eq + Hash> Throttle<K> {
    /// Lets each key fail `allowed` times within ten minutes.
    pub fn new(allowed: u32) -> Self {
        Self { allowed: allowed.try_into().unwrap_or(usize::MAX), failures: Mutex::default() }
    }

    /// May this key try again?
    pub fn check(&self, key: &K, now: Instant) -> Result<(), Wait> {
        let mut failures = self.lock();
        let Some(recent) = failures.get_mut(key) else { return Ok(()) };
        forget(recent, now);
        match recent.front() {
            Some(oldest) if recent.len() >= self.allowed => Err(Wait(WINDOW - now.duration_since(*oldest))),
            _ => Ok(()),
        }
    }

    /// Counts a failure.
    pub fn failed(&self, key: K, now: Instant) {
        let mut failures = self.lock();
        if failures.len() >= SWEEP_FROM {
            failures.retain(|_, recent| {
                forget(recent, now);
                !recent.is_empty()
            });
        }
        let recent = failures.entry(key).or_default();
        recent.push_back(now);
        // More than what is allowed changes nothing but memory.
        while recent.len() > self.allowed.max(1) {
            recent.pop_front();
        }
    }

    /// Takes the failure of this moment back: it was counted before a slow check that then succeeded.
    pub fn succeeded(&self, key: &K, counted: Instant) {
        if let Some(recent) = self.lock().get_mut(key)
            && let Some(at) = recent.iter().rposition(|at| *at == counted)
        {
            recent.remove(at);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, VecDeque<Instant>>> {
        // A panic elsewhere cannot leave a count half written.
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What stands for an address: one subscriber has a whole IPv6 /64.
pub fn network(address: IpAddr) -> IpAddr {
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
    fn failures_count_for_ten_minutes_and_for_one_key() {
        let throttle = Throttle::new(2);
        let [guesser, neighbour] = ["guesser", "neighbour"];
        let start = Instant::now();
        let after = |secs| start + Duration::from_secs(secs);
        throttle.failed(guesser, start);
        assert_eq!(throttle.check(&guesser, start), Ok(()));
        throttle.failed(guesser, after(60));
        assert_eq!(throttle.check(&guesser, after(100)), Err(Wait(Duration::from_secs(500))));
        assert_eq!(throttle.check(&neighbour, after(100)), Ok(()));
        assert_eq!(throttle.check(&guesser, after(600)), Ok(()));
    }

    #[test]
    fn a_success_gives_back_its_own_failure() {
        let throttle = Throttle::new(2);
        let start = Instant::now();
        let after = |secs| start + Duration::from_secs(secs);
        for secs in [0, 300] {
            throttle.failed("key", after(secs));
        }
        throttle.succeeded(&"key", start);
        assert_eq!(throttle.check(&"key", after(301)), Ok(()));
        throttle.failed("key", after(302));
        assert_eq!(throttle.check(&"key", after(302)), Err(Wait(Duration::from_secs(598))));
    }

    #[test]
    fn an_ipv6_subscriber_is_one_address() {
        let of = |address: &str| network(address.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::2"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }
}

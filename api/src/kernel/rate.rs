//! How often somebody may ask, counted by address or by client, on the product's own clock.

use std::collections::BTreeMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::ops::Add;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::{Clock as GovernorClock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use super::clock::{Clock, Millis};
use super::id::{Client, Id};
use super::limit;
use super::problem::Problem;

/// Counters of a running server.
pub struct Rates {
    sign_in: Counter<IpAddr>,
    token: Counter<IpAddr>,
    api: Counter<Id<Client>>,
}

type Counter<K> = RateLimiter<K, DefaultKeyedStateStore<K>, Ticks, NoOpMiddleware<Tick>>;

/// Most keys remembered before those that have rested are forgotten.
const KEYS_MAX: usize = 10_000;

impl Rates {
    /// Counters that allow `sign_ins_per_minute` tries of a password from one address.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, sign_ins_per_minute: NonZeroU32) -> Self {
        let ticks = Ticks(clock);
        Self {
            sign_in: counter(Quota::per_minute(sign_ins_per_minute), &ticks),
            token: counter(per_second(limit::TOKENS_PER_SECOND, limit::TOKENS_BURST), &ticks),
            api: counter(per_second(limit::API_PER_SECOND, limit::API_BURST), &ticks),
        }
    }

    /// Counts a try of a password or one-time code from this address.
    ///
    /// # Errors
    /// `rate-limited`.
    pub fn sign_in(&self, address: IpAddr) -> Result<(), Problem> {
        count(&self.sign_in, &network(address))
    }

    /// Counts a request for an access token from this address.
    ///
    /// # Errors
    /// `rate-limited`.
    pub fn token(&self, address: IpAddr) -> Result<(), Problem> {
        count(&self.token, &network(address))
    }

    /// Counts an API request of this client.
    ///
    /// # Errors
    /// `rate-limited`.
    pub fn api(&self, client: Id<Client>) -> Result<(), Problem> {
        count(&self.api, &client)
    }
}

fn per_second(rate: NonZeroU32, burst: NonZeroU32) -> Quota {
    Quota::per_second(rate).allow_burst(burst)
}

fn counter<K: Hash + Eq + Clone>(quota: Quota, ticks: &Ticks) -> Counter<K> {
    RateLimiter::new(quota, DefaultKeyedStateStore::default(), ticks.clone())
}

fn count<K: Hash + Eq + Clone>(counter: &Counter<K>, key: &K) -> Result<(), Problem> {
    if counter.len() > KEYS_MAX {
        counter.retain_recent();
    }
    counter
        .check_key(key)
        .map_err(|_| Problem::new("rate-limited", 429))
}

/// The network an address stands for: one household or office holds a whole /64 of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        },
    }
}

/// The product's clock as the counters read it.
#[derive(Clone)]
struct Ticks(Arc<dyn Clock>);

/// Nanoseconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Tick(u64);

impl GovernorClock for Ticks {
    type Instant = Tick;

    fn now(&self) -> Tick {
        let ms = u64::try_from(self.0.now().get()).unwrap_or(0);
        Tick(ms.saturating_mul(1_000_000))
    }
}

impl Add<Nanos> for Tick {
    type Output = Self;

    fn add(self, other: Nanos) -> Self {
        Self(self.0.saturating_add(other.as_u64()))
    }
}

impl Reference for Tick {
    fn duration_since(&self, earlier: Self) -> Nanos {
        Duration::from_nanos(self.0.saturating_sub(earlier.0)).into()
    }

    fn saturating_sub(&self, duration: Nanos) -> Self {
        Self(self.0.saturating_sub(duration.as_u64()))
    }
}

/// When something was last done, by name: for what may be done again only after a while.
#[derive(Debug, Default)]
pub struct Spaced(Mutex<BTreeMap<String, Millis>>);

impl Spaced {
    /// Whether it may be done again; if so, it counts as done now.
    pub fn is_due(&self, name: &str, every_ms: i64, now: Millis) -> bool {
        let mut done = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = done
            .get(name)
            .is_none_or(|last| now.get() - last.get() >= every_ms);
        if due {
            done.insert(name.to_owned(), now);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::clock::{Millis, TestClock};

    #[test]
    fn an_address_may_try_again_after_a_while_and_others_are_not_held_up() {
        let clock = Arc::new(TestClock::at(Millis::new(1_772_413_200_000)));
        let ticking: Arc<dyn Clock> = clock.clone();
        let rates = Rates::new(ticking, NonZeroU32::new(3).unwrap());
        let (here, there): (IpAddr, IpAddr) = ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        for _ in 0..3 {
            assert_eq!(rates.sign_in(here), Ok(()));
        }
        assert_eq!(rates.sign_in(here).map_err(|p| p.status), Err(429));
        assert_eq!(rates.sign_in(there), Ok(()));
        clock.advance_ms(20_000);
        assert_eq!(rates.sign_in(here), Ok(()));
        assert_eq!(rates.sign_in(here).map_err(|p| p.code), Err("rate-limited"));
    }

    #[test]
    fn a_network_of_version_6_counts_as_one() {
        let same = |a: &str, b: &str| network(a.parse().unwrap()) == network(b.parse().unwrap());
        assert!(same("2001:db8:0:1::1", "2001:db8:0:1:ffff::2"));
        assert!(!same("2001:db8:0:1::1", "2001:db8:0:2::1"));
        assert!(same("::ffff:10.0.0.1", "10.0.0.1"));
    }
}

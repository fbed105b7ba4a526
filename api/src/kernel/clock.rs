//! The one place where the system clock is read.

use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Serialize};

use super::date::CivilDate;

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(i64);

/// Hours east of Greenwich of the zone in which days are counted (UTC+8, the whole country).
const ZONE_HOURS: i64 = 8;
const DAY_MS: i64 = 86_400_000;

impl Millis {
    /// From milliseconds since the epoch.
    #[must_use]
    pub fn new(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub fn get(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This instant moved by `ms` milliseconds, saturating.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// The civil day in UTC+8.
    #[must_use]
    pub fn day(self) -> CivilDate {
        let local = self.0.saturating_add(ZONE_HOURS * 3_600_000);
        CivilDate::from_epoch_days(local.div_euclid(DAY_MS))
    }

    /// `2026-11-24T03:00:00.000Z`: always UTC, always three decimals.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let day = CivilDate::from_epoch_days(self.0.div_euclid(DAY_MS));
        let (h, m, s, ms) = parts(self.0.rem_euclid(DAY_MS));
        format!("{day}T{h:02}:{m:02}:{s:02}.{ms:03}Z")
    }

    /// Hour and minute in UTC+8, `14:05`.
    #[must_use]
    pub fn local_time(self) -> String {
        let local = self.0.saturating_add(ZONE_HOURS * 3_600_000);
        let (h, m, _, _) = parts(local.rem_euclid(DAY_MS));
        format!("{h:02}:{m:02}")
    }
}

fn parts(ms_of_day: i64) -> (i64, i64, i64, i64) {
    let s = ms_of_day / 1000;
    (s / 3600, s / 60 % 60, s % 60, ms_of_day % 1000)
}

/// Where instants come from.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Millis;
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Millis {
        Millis(jiff::Timestamp::now().as_millisecond())
    }
}

/// The machine's clock, moved by whole days: a street whose lists are of another year can be tried out as on that day.
#[derive(Debug)]
pub struct MovedClock {
    days: i64,
}

impl MovedClock {
    /// Shows `today` as the present day; the time of day is the machine's.
    #[must_use]
    pub fn showing(today: CivilDate) -> Self {
        let days = today.epoch_days() - SystemClock.now().day().epoch_days();
        Self { days }
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Millis {
        SystemClock.now().plus_ms(self.days.saturating_mul(DAY_MS))
    }
}

/// A clock that stands still until a test moves it.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    /// Stands at `at`.
    #[must_use]
    pub fn at(at: Millis) -> Self {
        Self(AtomicI64::new(at.0))
    }

    /// Moves on by `ms` (back, if negative).
    pub fn advance_ms(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Millis {
        Millis(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_clock_shows_the_day_asked_for() {
        let day: CivilDate = "2026-03-02".parse().unwrap();
        assert_eq!(MovedClock::showing(day).now().day(), day);
    }

    #[test]
    fn instants_are_written_in_utc_and_days_counted_in_utc_plus_8() {
        let at = Millis::new(1_795_489_200_000);
        assert_eq!(at.rfc3339(), "2026-11-24T03:00:00.000Z");
        assert_eq!(at.day().to_string(), "2026-11-24");
        assert_eq!(at.local_time(), "11:00");
        assert_eq!(Millis::new(1_795_536_000_000).day().to_string(), "2026-11-25");
    }
}

//! Typed ids: UUID version 7, one type per thing.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// The id of a `T`; `T` is a marker and is never built.
pub struct Id<T>(Uuid, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// Wraps a stored id. Only stores and parsers of outside text call this.
    #[must_use]
    pub fn from_uuid(id: Uuid) -> Self {
        Self(id, PhantomData)
    }

    /// The bare UUID, for the database.
    #[must_use]
    pub fn uuid(self) -> Uuid {
        self.0
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> std::hash::Hash for Id<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<T> FromStr for Id<T> {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        Uuid::try_parse(text).map(Self::from_uuid)
    }
}
impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::from_uuid)
    }
}

/// Marker: a street or a district that keeps its own records (租户).
#[derive(Debug)]
pub enum Tenant {}
/// Marker: a community, unit, street or district office as a party to agreements (当事方).
#[derive(Debug)]
pub enum Party {}
/// Marker: a person with a login.
#[derive(Debug)]
pub enum Person {}
/// Marker: an API client.
#[derive(Debug)]
pub enum Client {}

/// Where new ids and random bytes come from.
pub trait Ids: Send + Sync {
    /// A new UUID version 7.
    fn uuid(&self) -> Uuid;
    /// Fills `bytes` from a cryptographically secure source.
    fn fill(&self, bytes: &mut [u8]);
}

/// The machine's random source.
#[derive(Debug, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    #[expect(clippy::disallowed_methods, reason = "this is the one home of new ids")]
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }

    #[expect(
        clippy::expect_used,
        reason = "without a random source no key or session may be made: stop"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}

/// Ids that count up from a seed, for tests and for the demo street.
#[derive(Debug)]
pub struct SeededIds {
    seed: u64,
    next: AtomicU64,
}

impl SeededIds {
    /// Counts from 1 in the series `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            next: AtomicU64::new(1),
        }
    }

    fn step(&self) -> u64 {
        self.next.fetch_add(1, Ordering::SeqCst)
    }
}

impl Ids for SeededIds {
    fn uuid(&self) -> Uuid {
        let n = self.step();
        let low = (self.seed << 40) ^ n;
        Uuid::from_u64_pair(
            0x0193_0000_0000_7000 + ((n >> 32) & 0xfff),
            0x8000_0000_0000_0000 | low,
        )
    }

    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.seed ^ self.step().wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for byte in bytes {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            *byte = state.to_be_bytes()[0];
        }
    }
}

//! `gongjian-plan/1`: sorted, canonical, immutable. Fields are declared in canonical order, as its bytes are written.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::{Mode, canonical};

/// The format every plan names.
pub const FORMAT: &str = "gongjian-plan/1";

/// A plan. Made by the engine or by anybody; `check` judges it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The agreements, sorted by members.
    pub agreements: Vec<Agreement>,
    /// Units that become bases, sorted.
    pub bases: Vec<String>,
    /// [`FORMAT`].
    pub format: String,
    /// SHA-256 of the instance, hexadecimal.
    pub instance_sha256: String,
    /// SHA-256 of the plan this one changes, hexadecimal.
    pub parent: Option<String>,
    /// Whether nothing better exists.
    pub status: Status,
    /// Who ended the search before its work limit.
    pub stopped_by: Option<StoppedBy>,
    /// Its value, µ.
    pub value_micro: i64,
}

/// How good a plan is known to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The solver found nothing better and says there is nothing.
    Optimal,
    /// It keeps every rule.
    Feasible,
}

/// Who ended a search early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoppedBy {
    /// The caller, through [`crate::control::Control`].
    Caller,
}

/// An agreement (共建协议) proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// Its members' ids, sorted.
    pub members: Vec<String>,
    /// Base if the unit becomes a base, else project.
    pub mode: Mode,
    /// Its services, sorted by offer and need.
    pub services: Vec<Service>,
}

/// A service taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The need met.
    pub need: String,
    /// The offer used.
    pub offer: String,
    /// How much.
    pub quantity: i64,
}

/// By offer, then need.
impl Ord for Service {
    fn cmp(&self, other: &Self) -> Ordering {
        let ids = self
            .offer
            .cmp(&other.offer)
            .then_with(|| self.need.cmp(&other.need));
        ids.then(self.quantity.cmp(&other.quantity))
    }
}

impl PartialOrd for Service {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Document {
    /// The canonical bytes (RFC 8785).
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        canonical::bytes(self)
    }

    /// SHA-256 of the canonical bytes, hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> String {
        hex(&Sha256::digest(self.to_bytes()))
    }
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

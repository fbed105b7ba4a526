//! Commitments: what is logged in place of a person's data, so that erasing the data leaves every proof valid.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use uuid::Uuid;

use crate::kernel::strict_json;
use crate::log::hash::Hash32;

/// HMAC-SHA256 under 32 random salt bytes over scope, place and value. `scope` is the agreement, or for other
/// facts the party, the value stands in; `pointer` the JSON Pointer of its place. `None` if the value cannot be
/// written canonically.
#[must_use]
pub fn commit(salt: &[u8; 32], scope: Uuid, pointer: &str, value: &Value) -> Option<Hash32> {
    let value = strict_json::canonical(value).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(salt).ok()?;
    mac.update(format!("gongjian.commit/1\n{scope}\n{pointer}\n").as_bytes());
    mac.update(&value);
    Some(Hash32::new(mac.finalize().into_bytes().into()))
}

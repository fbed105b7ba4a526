//! SHA-256 values and their spellings.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::b64;

/// A SHA-256 value; written `sha256:` and b64u in JSON.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash32([u8; 32]);

const PREFIX: &str = "sha256:";

impl Hash32 {
    /// Wraps stored bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The hash of these parts, one after the other.
    #[must_use]
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part);
        }
        Self(hash.finalize().into())
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// From exactly 32 bytes.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Lower-case hexadecimal.
    #[must_use]
    pub fn hex(&self) -> String {
        use std::fmt::Write as _;
        self.0.iter().fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// b64 with padding, as in notes and proofs.
    #[must_use]
    pub fn b64(&self) -> String {
        b64::encode(&self.0)
    }

    /// b64u without padding, as in digests and chain values.
    #[must_use]
    pub fn b64u(&self) -> String {
        b64::encode_url(&self.0)
    }

    /// Reads b64 with padding.
    #[must_use]
    pub fn from_b64(text: &str) -> Option<Self> {
        Self::from_slice(&b64::decode(text)?)
    }

    /// Reads b64u without padding.
    #[must_use]
    pub fn from_b64u(text: &str) -> Option<Self> {
        Self::from_slice(&b64::decode_url(text)?)
    }

    /// Reads `sha256:` and b64u.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_b64u(text.strip_prefix(PREFIX)?)
    }
}

impl fmt::Display for Hash32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.b64u())
    }
}

impl fmt::Debug for Hash32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Hash32 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash32 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not sha256: and 43 signs of b64u"))
    }
}

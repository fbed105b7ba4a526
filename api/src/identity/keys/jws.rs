//! Signatures as JWS General JSON (RFC 7515 §7.2.1): one payload, one protected header per signer, no
//! unprotected header for browser and system keys.

use serde::{Deserialize, Serialize};

use super::jwk::{Alg, PublicKey};
use crate::kernel::strict_json;
use crate::log::b64;
use crate::log::hash::Hash32;

/// The `typ` of every signature.
pub const TYP: &str = "gongjian-sig+jws";
/// Largest protected header, bytes before encoding.
pub const HEADER_BYTES: usize = 4 << 10;
/// Seconds a signature may be valid ahead of its receipt.
pub const EXP_AHEAD_S: i64 = 15 * 60;
/// Seconds by which clocks may differ.
pub const SKEW_S: i64 = 60;

/// What a signer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// Agree to a version.
    Accept,
    /// Put another version in its place.
    Counter,
    /// Say no.
    Decline,
    /// Bear witness to another party's act.
    Witness,
    /// Propose a change of an agreement in force.
    Amend,
    /// Propose the end of an agreement in force.
    Terminate,
    /// Show possession of a key.
    Enrol,
    /// Stand for another's key.
    Vouch,
}

impl Intent {
    const ALL: [Self; 8] = [
        Self::Accept,
        Self::Counter,
        Self::Decline,
        Self::Witness,
        Self::Amend,
        Self::Terminate,
        Self::Enrol,
        Self::Vouch,
    ];

    /// The wire form.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Counter => "counter",
            Self::Decline => "decline",
            Self::Witness => "witness",
            Self::Amend => "amend",
            Self::Terminate => "terminate",
            Self::Enrol => "enrol",
            Self::Vouch => "vouch",
        }
    }

    /// Reads the wire form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|intent| intent.code() == code)
    }

    /// Whether the intent is about an agreement and so names a party and the signatures before it.
    #[must_use]
    pub fn is_for_agreement(self) -> bool {
        !matches!(self, Self::Enrol | Self::Vouch)
    }
}

/// A checkpoint the signer was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// The log.
    pub origin: String,
    /// Its size then.
    pub size: u64,
    /// Its root then, b64.
    pub root: String,
}

/// The signatures a signer had seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prior {
    /// How many.
    pub n: u64,
    /// The chain value over them, b64u.
    pub hash: String,
}

/// A protected header that follows the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Named by the message, compared with the enrolled key's.
    pub alg: Alg,
    /// Thumbprint of the enrolled key.
    pub kid: String,
    /// What the signer means.
    pub intent: Intent,
    /// The party signed for; only for agreements.
    pub party: Option<String>,
    /// What the signer had seen; only for agreements.
    pub prior: Option<Prior>,
    /// The checkpoint shown.
    pub seen: Seen,
    /// 16 random bytes, b64u.
    pub nonce: String,
    /// Seconds since the epoch.
    pub exp: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    alg: String,
    crit: Vec<String>,
    exp: i64,
    intent: String,
    kid: String,
    nonce: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    party: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prior: Option<Prior>,
    seen: Seen,
    typ: String,
}

const CRIT_AGREEMENT: [&str; 6] = ["exp", "intent", "nonce", "party", "prior", "seen"];
const CRIT_KEY: [&str; 4] = ["exp", "intent", "nonce", "seen"];

impl Header {
    /// Reads the `protected` member of a signature: canonical JSON with exactly the members, `crit` and `typ`
    /// that the rules ask for. Anything else — another algorithm, an embedded key — is `None`.
    #[must_use]
    pub fn parse(protected: &str) -> Option<Self> {
        if protected.len() > HEADER_BYTES * 2 {
            return None;
        }
        let bytes = b64::decode_url(protected)?;
        let value = strict_json::parse_canonical(&bytes, HEADER_BYTES).ok()?;
        let wire: Wire = serde_json::from_value(value).ok()?;
        let header = Self {
            alg: Alg::from_code(&wire.alg)?,
            intent: Intent::from_code(&wire.intent)?,
            kid: wire.kid,
            party: wire.party,
            prior: wire.prior,
            seen: wire.seen,
            nonce: wire.nonce,
            exp: wire.exp,
        };
        let shaped = header.intent.is_for_agreement() == header.party.is_some()
            && header.party.is_some() == header.prior.is_some()
            && b64::decode_url(&header.nonce).is_some_and(|n| n.len() == 16)
            && Hash32::from_b64(&header.seen.root).is_some()
            && Hash32::from_b64u(&header.kid).is_some()
            && header
                .prior
                .as_ref()
                .is_none_or(|p| Hash32::from_b64u(&p.hash).is_some());
        // Writing it again settles canonical form, `crit`, `typ` and the absence of anything else.
        (shaped && header.to_bytes() == bytes).then_some(header)
    }

    /// The canonical bytes a signer's `protected` member encodes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let crit: &[&str] = if self.intent.is_for_agreement() {
            &CRIT_AGREEMENT
        } else {
            &CRIT_KEY
        };
        let wire = Wire {
            alg: self.alg.code().to_owned(),
            crit: crit.iter().map(|c| (*c).to_owned()).collect(),
            exp: self.exp,
            intent: self.intent.code().to_owned(),
            kid: self.kid.clone(),
            nonce: self.nonce.clone(),
            party: self.party.clone(),
            prior: self.prior.clone(),
            seen: self.seen.clone(),
            typ: TYP.to_owned(),
        };
        strict_json::canonical(&wire).unwrap_or_default()
    }

    /// The `protected` member.
    #[must_use]
    pub fn protected(&self) -> String {
        b64::encode_url(&self.to_bytes())
    }
}

/// One signature of a JWS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignatureEntry {
    /// The protected header, b64u.
    pub protected: String,
    /// The signature, b64u.
    pub signature: String,
}

/// A payload with its signatures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jws {
    /// The payload, b64u.
    pub payload: String,
    /// The signatures in their order.
    pub signatures: Vec<SignatureEntry>,
}

impl SignatureEntry {
    /// Whether `key` made this signature over `payload` (the bytes themselves).
    #[must_use]
    pub fn verifies(&self, key: &PublicKey, payload: &[u8]) -> bool {
        let input = signing_input(&self.protected, payload);
        b64::decode_url(&self.signature).is_some_and(|signature| key.verifies(input.as_bytes(), &signature))
    }

    /// SHA-256 over `protected "." payload "." signature` as sent: the signature's name in the log.
    #[must_use]
    pub fn digest(&self, payload: &[u8]) -> Hash32 {
        let input = signing_input(&self.protected, payload);
        Hash32::of_parts(&[input.as_bytes(), b".", self.signature.as_bytes()])
    }
}

/// What is signed: `protected "." payload`, both b64u.
#[must_use]
pub fn signing_input(protected: &str, payload: &[u8]) -> String {
    format!("{protected}.{}", b64::encode_url(payload))
}

/// Where `exp` stands to the moment of receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// Neither passed nor too far ahead.
    Good,
    /// Passed.
    Passed,
    /// Further ahead than allowed.
    TooFar,
}

/// Judges `exp` (seconds) at `now` (seconds), allowing for clocks that differ.
#[must_use]
pub fn expiry(exp: i64, now: i64) -> Expiry {
    if exp <= now.saturating_sub(SKEW_S) {
        Expiry::Passed
    } else if exp > now.saturating_add(EXP_AHEAD_S + SKEW_S) {
        Expiry::TooFar
    } else {
        Expiry::Good
    }
}

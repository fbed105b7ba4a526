//! Public keys as JWK, their checks and thumbprints.

use ed25519_dalek::VerifyingKey as EdKey;
use p256::ecdsa::VerifyingKey as EcKey;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kernel::strict_json;
use crate::log::b64;
use crate::log::hash::Hash32;

/// How a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Alg {
    /// ECDSA over P-256 with SHA-256, r‖s.
    Es256,
    /// Ed25519 (RFC 9864).
    Ed25519,
}

impl Alg {
    /// The wire form.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Ed25519 => "Ed25519",
        }
    }

    /// Reads the wire form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Es256, Self::Ed25519]
            .into_iter()
            .find(|alg| alg.code() == code)
    }
}

/// A public key that is a point of its curve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    jwk: Jwk,
    point: Point,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Point {
    P256(Box<EcKey>),
    Ed25519(Box<EdKey>),
}

/// The members of a JWK, and no others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Jwk {
    crv: String,
    kty: String,
    x: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    y: Option<String>,
}

impl PublicKey {
    /// Reads a JWK; `None` for another curve, further members (a private part above all), or no point.
    #[must_use]
    pub fn from_jwk(value: &Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(value.clone()).ok()?;
        let point = match (jwk.kty.as_str(), jwk.crv.as_str(), &jwk.y) {
            ("EC", "P-256", Some(y)) => {
                let (x, y) = (coordinate(&jwk.x)?, coordinate(y)?);
                let sec1 = [&[4], x.as_slice(), &y].concat();
                Point::P256(Box::new(EcKey::from_sec1_bytes(&sec1).ok()?))
            }
            ("OKP", "Ed25519", None) => {
                let key = EdKey::from_bytes(&coordinate(&jwk.x)?).ok()?;
                if key.is_weak() {
                    return None;
                }
                Point::Ed25519(Box::new(key))
            }
            _ => return None,
        };
        Some(Self { jwk, point })
    }

    /// The JWK: required members only.
    #[must_use]
    pub fn to_jwk(&self) -> Value {
        serde_json::to_value(&self.jwk).unwrap_or_default()
    }

    /// The key's thumbprint (RFC 7638), b64u: its `kid`.
    #[must_use]
    pub fn kid(&self) -> String {
        let bytes = strict_json::canonical(&self.jwk).unwrap_or_default();
        Hash32::of(&bytes).b64u()
    }

    /// How the key signs.
    #[must_use]
    pub fn alg(&self) -> Alg {
        match self.point {
            Point::P256(_) => Alg::Es256,
            Point::Ed25519(_) => Alg::Ed25519,
        }
    }

    /// Whether `signature` (64 bytes) is this key's over `message`.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.point {
            Point::P256(key) => {
                use p256::ecdsa::signature::Verifier as _;
                p256::ecdsa::Signature::from_slice(signature).is_ok_and(|s| key.verify(message, &s).is_ok())
            }
            Point::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|s| key.verify_strict(message, &s).is_ok()),
        }
    }

    /// The thumbprint in eight groups of four signs, to be compared by eye.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.kid())
    }
}

/// A thumbprint in eight groups of four hexadecimal signs: its first 16 bytes.
#[must_use]
pub fn fingerprint(kid: &str) -> String {
    let hex = Hash32::from_b64u(kid).map(|h| h.hex()).unwrap_or_default();
    let signs: Vec<char> = hex.chars().take(32).collect();
    let groups: Vec<String> = signs.chunks(4).map(|c| c.iter().collect()).collect();
    groups.join(" ")
}

fn coordinate(text: &str) -> Option<[u8; 32]> {
    b64::decode_url(text)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_thumbprint_is_that_of_rfc_8037_a_3() {
        let jwk = json!({"crv": "Ed25519", "kty": "OKP", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
        let key = PublicKey::from_jwk(&jwk).unwrap();
        assert_eq!(key.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        assert_eq!(key.fingerprint(), "90fa cafe a9b1 5566 9854 0f70 c011 7a22");
        assert_eq!(key.to_jwk(), jwk);
    }

    #[test]
    fn private_parts_other_curves_and_points_off_the_curve_are_refused() {
        let x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
        let y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
        assert!(PublicKey::from_jwk(&json!({"crv": "P-256", "kty": "EC", "x": x, "y": y})).is_some());
        for bad in [
            json!({"crv": "P-256", "kty": "EC", "x": x, "y": y, "d": x}),
            json!({"crv": "P-256", "kty": "EC", "x": x, "y": x}),
            json!({"crv": "P-256", "kty": "EC", "x": x}),
            json!({"crv": "P-384", "kty": "EC", "x": x, "y": y}),
            json!({"crv": "Ed25519", "kty": "OKP", "x": "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}),
            json!({"kty": "oct", "k": "AAAA"}),
            json!(null),
        ] {
            assert_eq!(PublicKey::from_jwk(&bad), None, "{bad}");
        }
    }
}

//! Signed tokens in compact form (RFC 7515 §7.1, RFC 7519): read with suspicion, written with our own key.
//! Which algorithm counts is decided by the key, never by the token.

use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde::Deserialize;
use serde_json::Value;

use crate::identity::keys::jwk::{Alg, PublicKey};
use crate::kernel::limit;
use crate::kernel::problem::Problem;
use crate::kernel::strict_json;
use crate::log::b64;

/// A token whose signature is still to be judged.
pub(super) struct Compact {
    pub(super) header: Header,
    pub(super) claims: Value,
    input: String,
    signature: Vec<u8>,
}

/// The only header members a token may have: none that brings a key along, none that changes the rules.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    pub(super) alg: String,
    #[serde(default)]
    pub(super) kid: Option<String>,
    #[serde(default)]
    pub(super) typ: Option<String>,
}

impl Compact {
    /// Reads a token; `None` for anything that is not one.
    pub(super) fn parse(token: &str) -> Option<Self> {
        if token.len() > limit::TOKEN_BYTES {
            return None;
        }
        let mut parts = token.split('.');
        let (head, body, signature) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let json = |part: &str| strict_json::parse_up_to(&b64::decode_url(part)?, limit::TOKEN_BYTES).ok();
        Some(Self {
            header: serde_json::from_value(json(head)?).ok()?,
            claims: json(body).filter(Value::is_object)?,
            input: format!("{head}.{body}"),
            signature: b64::decode_url(signature)?,
        })
    }

    /// Whether `key` signed this token by its own algorithm.
    pub(super) fn verifies(&self, key: &PublicKey) -> bool {
        let named = match key.alg() {
            Alg::Es256 => self.header.alg == "ES256",
            Alg::Ed25519 => self.header.alg == "Ed25519" || self.header.alg == "EdDSA",
        };
        named && key.verifies(self.input.as_bytes(), &self.signature)
    }

    /// A text among the claims.
    pub(super) fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim)?.as_str()
    }

    /// An instant among the claims, seconds.
    pub(super) fn seconds(&self, claim: &str) -> Option<i64> {
        self.claims.get(claim)?.as_i64()
    }
}

/// The server's own key for tokens.
pub(super) struct TokenKey {
    secret: SigningKey,
    /// Its public half.
    pub(super) public: PublicKey,
}

impl TokenKey {
    /// The key of this secret scalar.
    pub(super) fn new(scalar: &[u8; 32]) -> Result<Self, Problem> {
        let secret = SigningKey::from_slice(scalar).map_err(|error| Problem::internal(error.to_string()))?;
        let point = secret.verifying_key().to_sec1_point(false);
        let (x, y) = point
            .as_bytes()
            .get(1..)
            .unwrap_or_default()
            .split_at_checked(32)
            .unwrap_or_default();
        let jwk = serde_json::json!({
            "kty": "EC", "crv": "P-256", "x": b64::encode_url(x), "y": b64::encode_url(y),
        });
        let public =
            PublicKey::from_jwk(&jwk).ok_or_else(|| Problem::internal("the token key has no public half"))?;
        Ok(Self { secret, public })
    }

    /// A signed token of this type with these claims.
    pub(super) fn sign(&self, typ: &str, claims: &Value) -> Result<String, Problem> {
        let header = serde_json::json!({ "alg": "ES256", "kid": self.public.kid(), "typ": typ });
        let input = format!(
            "{}.{}",
            b64::encode_url(header.to_string().as_bytes()),
            b64::encode_url(claims.to_string().as_bytes())
        );
        let signature: Signature = self
            .secret
            .try_sign(input.as_bytes())
            .map_err(|error| Problem::internal(error.to_string()))?;
        Ok(format!("{input}.{}", b64::encode_url(&signature.to_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_token_reads_back_and_no_changed_one_does() {
        let key = TokenKey::new(&[7; 32]).unwrap();
        let other = TokenKey::new(&[8; 32]).unwrap();
        let token = key.sign("at+jwt", &json!({"sub": "c1", "exp": 5})).unwrap();
        let read = Compact::parse(&token).unwrap();
        assert!(read.verifies(&key.public) && !read.verifies(&other.public));
        assert_eq!((read.text("sub"), read.seconds("exp")), (Some("c1"), Some(5)));
        let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
        parts[1] = b64::encode_url(br#"{"sub":"c2","exp":5}"#);
        assert!(!Compact::parse(&parts.join(".")).unwrap().verifies(&key.public));
    }

    #[test]
    fn headers_that_bring_a_key_or_another_algorithm_are_refused() {
        let key = TokenKey::new(&[7; 32]).unwrap();
        let token = key.sign("JWT", &json!({"sub": "c1"})).unwrap();
        let rest = token.split_once('.').unwrap().1;
        let with = |header: Value| format!("{}.{rest}", b64::encode_url(header.to_string().as_bytes()));
        for header in [
            json!({"alg": "ES256", "jwk": key.public.to_jwk()}),
            json!({"alg": "ES256", "jku": "https://example.org/keys"}),
            json!({"alg": "ES256", "crit": ["b64"], "b64": false}),
            json!({"typ": "JWT"}),
        ] {
            assert!(Compact::parse(&with(header.clone())).is_none(), "{header}");
        }
        for alg in ["none", "HS256", "EdDSA", "es256"] {
            let read = Compact::parse(&with(json!({ "alg": alg }))).unwrap();
            assert!(!read.verifies(&key.public), "{alg}");
        }
        for text in ["", "a.b", "a.b.c.d", "..", &"x".repeat(limit::TOKEN_BYTES + 1)] {
            assert!(Compact::parse(text).is_none());
        }
    }
}

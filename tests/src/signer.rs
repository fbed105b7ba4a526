//! A signer's browser key, as the browser would hold it.

use std::sync::atomic::{AtomicU32, Ordering};

use gongjian_api::identity::keys::jwk::PublicKey;
use gongjian_api::identity::keys::jws::{Header, SignatureEntry, signing_input};
use gongjian_api::log::b64;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};

/// An ES256 key pair.
pub struct SoftKey {
    secret: SigningKey,
    nonces: AtomicU32,
}

impl SoftKey {
    /// The key of a small number: the same each time.
    #[must_use]
    pub fn new(n: u8) -> Self {
        let mut bytes = [1; 32];
        bytes[31] = n;
        Self {
            secret: SigningKey::from_slice(&bytes).unwrap(),
            nonces: AtomicU32::new(1),
        }
    }

    /// The same key in another hand, whose nonces begin where the first never comes.
    #[must_use]
    pub fn later(n: u8) -> Self {
        Self {
            nonces: AtomicU32::new(1 << 16),
            ..Self::new(n)
        }
    }

    /// The public JWK.
    #[must_use]
    pub fn jwk(&self) -> Value {
        let point = self.secret.verifying_key().to_sec1_point(false);
        let bytes = point.as_bytes();
        json!({
            "crv": "P-256", "kty": "EC",
            "x": b64::encode_url(&bytes[1..33]), "y": b64::encode_url(&bytes[33..65]),
        })
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey::from_jwk(&self.jwk()).unwrap()
    }

    /// The thumbprint.
    #[must_use]
    pub fn kid(&self) -> String {
        self.public().kid()
    }

    /// A nonce never given before by this key.
    #[must_use]
    pub fn nonce(&self) -> String {
        let n = self.nonces.fetch_add(1, Ordering::SeqCst);
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&n.to_be_bytes());
        bytes[4..].copy_from_slice(&self.kid().as_bytes()[..12]);
        b64::encode_url(&bytes)
    }

    /// Signs a payload under a header.
    #[must_use]
    pub fn sign(&self, header: &Header, payload: &[u8]) -> SignatureEntry {
        self.sign_raw(&header.protected(), payload)
    }

    /// Signs a payload under a header as the server hands it out, without nonce.
    #[must_use]
    pub fn sign_value(&self, mut header: Value, payload: &[u8]) -> SignatureEntry {
        header["nonce"] = self.nonce().into();
        let bytes = gongjian_api::kernel::strict_json::canonical(&header).unwrap();
        self.sign_raw(&b64::encode_url(&bytes), payload)
    }

    /// Signs a payload under an encoded header.
    #[must_use]
    pub fn sign_raw(&self, protected: &str, payload: &[u8]) -> SignatureEntry {
        let signature: Signature = self.secret.sign(signing_input(protected, payload).as_bytes());
        SignatureEntry {
            protected: protected.to_owned(),
            signature: b64::encode_url(&signature.to_bytes()),
        }
    }
}

//! What a connected system is: its public keys and what it may do.

use serde_json::Value;

use crate::identity::keys::jwk::PublicKey;
use crate::identity::role::Act;
use crate::kernel::id::{Client, Id, Party, Tenant};
use crate::kernel::limit;
use crate::kernel::problem::Fault;
use crate::kernel::strict_json;
use crate::kernel::text::Text;

/// A connected system (系统集成方) as pages and the API see it.
#[derive(Debug, Clone)]
pub struct ClientView {
    /// Its id.
    pub id: Id<Client>,
    /// The tenant it is bound to.
    pub tenant: Id<Tenant>,
    /// The name it gives itself in tokens.
    pub cid: String,
    /// Its name for people.
    pub name: String,
    /// The party it is bound to; without one it sees the whole street.
    pub party: Option<Id<Party>>,
    /// Its public keys.
    pub keys: ClientKeys,
    /// What it may do.
    pub acts: Vec<Act>,
    /// Whether it may still get tokens and use them.
    pub active: bool,
    /// For optimistic changes.
    pub rev: i32,
}

/// Name of a system.
pub type ClientName = Text<1, 80>;

/// One to five public keys, each with the name tokens call it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientKeys(Vec<(String, PublicKey)>);

/// Members that say what a key is for and do not change it.
const BESIDE: [&str; 4] = ["kid", "alg", "use", "key_ops"];
/// Members that only a secret key has.
const SECRET: [&str; 7] = ["d", "k", "p", "q", "dp", "dq", "qi"];

impl ClientKeys {
    /// Reads a JWK set, or a single key, as a person pastes it.
    ///
    /// # Errors
    /// Every fault, as faults of the form field `jwks`.
    pub fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        let fault = |code| vec![Fault::field("jwks", code)];
        if text.trim().is_empty() {
            return Err(fault("required"));
        }
        let value = strict_json::parse(text.trim().as_bytes()).map_err(|_| fault("jwks-not-json"))?;
        let many = match value.get("keys") {
            Some(Value::Array(keys)) => keys.clone(),
            Some(_) => return Err(fault("jwks-not-json")),
            None => vec![value],
        };
        if many.is_empty() || many.len() > limit::CLIENT_KEYS {
            let most = limit::CLIENT_KEYS.to_string();
            return Err(vec![Fault::field("jwks", "jwks-count").arg("max", most)]);
        }
        let mut keys: Vec<(String, PublicKey)> = Vec::with_capacity(many.len());
        let mut faults = Vec::new();
        for (place, jwk) in many.iter().enumerate() {
            let number = (place + 1).to_string();
            match one(jwk) {
                Ok((kid, _)) if keys.iter().any(|(known, _)| *known == kid) => {
                    faults.push(Fault::field("jwks", "jwks-twice").arg("number", number));
                }
                Ok(key) => keys.push(key),
                Err(code) => faults.push(Fault::field("jwks", code).arg("number", number)),
            }
        }
        if faults.is_empty() {
            Ok(Self(keys))
        } else {
            Err(faults)
        }
    }

    /// Reads the stored form; keys that cannot be read are left out.
    pub(super) fn stored(text: &str) -> Self {
        let value: Value = serde_json::from_str(text).unwrap_or_default();
        let keys = value.get("keys").and_then(Value::as_array);
        Self(
            keys.into_iter()
                .flatten()
                .filter_map(|jwk| one(jwk).ok())
                .collect(),
        )
    }

    /// The stored form: a JWK set with the members that make the keys, and their names.
    #[must_use]
    pub fn to_jwks(&self) -> Value {
        let keys = self.0.iter().map(|(kid, key)| {
            let mut jwk = key.to_jwk();
            jwk["kid"] = kid.clone().into();
            jwk
        });
        serde_json::json!({ "keys": keys.collect::<Vec<_>>() })
    }

    /// The keys a token may be signed by: the one it names, or all if it names none.
    pub(super) fn named<'a>(&'a self, kid: Option<&'a str>) -> impl Iterator<Item = &'a PublicKey> {
        self.0
            .iter()
            .filter(move |(name, _)| kid.is_none_or(|kid| kid == name))
            .map(|(_, key)| key)
    }

    /// Each key's name, algorithm and fingerprint, for people.
    pub fn shown(&self) -> impl Iterator<Item = (&str, &'static str, String)> {
        self.0
            .iter()
            .map(|(kid, key)| (kid.as_str(), key.alg().code(), key.fingerprint()))
    }
}

fn one(jwk: &Value) -> Result<(String, PublicKey), &'static str> {
    let members = jwk.as_object().ok_or("jwks-not-json")?;
    if SECRET.iter().any(|name| members.contains_key(*name)) {
        return Err("jwks-secret");
    }
    let mut bare = members.clone();
    bare.retain(|name, _| !BESIDE.contains(&name.as_str()));
    let key = PublicKey::from_jwk(&Value::Object(bare)).ok_or("jwks-kind")?;
    let named = members.get("alg").and_then(Value::as_str);
    if named.is_some_and(|alg| alg != key.alg().code() && alg != "EdDSA") {
        return Err("jwks-kind");
    }
    let kid = match members.get("kid") {
        None => key.kid(),
        Some(Value::String(kid)) if (1..=100).contains(&kid.len()) => kid.clone(),
        Some(_) => return Err("jwks-kid"),
    };
    Ok((kid, key))
}

/// The scopes of a request or a form, in the order of the offer; anything else is a fault.
///
/// # Errors
/// The first text that is not a scope on offer.
pub(super) fn acts<'a>(scopes: impl IntoIterator<Item = &'a str>) -> Result<Vec<Act>, &'a str> {
    let mut asked = Vec::new();
    for scope in scopes {
        let act = Act::from_scope(scope).filter(|act| Act::FOR_CLIENTS.contains(act));
        asked.push(act.ok_or(scope)?);
    }
    Ok(Act::FOR_CLIENTS
        .into_iter()
        .filter(|act| asked.contains(act))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

    fn codes(text: &str) -> Vec<&'static str> {
        ClientKeys::parse(text)
            .unwrap_err()
            .iter()
            .map(|f| f.code)
            .collect()
    }

    #[test]
    fn a_set_or_a_single_key_is_read_and_kept() {
        let key = format!(r#"{{"kty":"EC","crv":"P-256","x":"{X}","y":"{Y}","use":"sig","kid":"a1"}}"#);
        let set = ClientKeys::parse(&format!(r#"{{"keys":[{key}]}}"#)).unwrap();
        assert_eq!(ClientKeys::parse(&key).unwrap(), set);
        assert_eq!(ClientKeys::stored(&set.to_jwks().to_string()), set);
        assert_eq!(set.named(Some("a1")).count(), 1);
        assert_eq!(set.named(Some("a2")).count(), 0);
        assert_eq!(set.named(None).count(), 1);
    }

    #[test]
    fn each_kind_of_bad_key_is_told_apart() {
        let key = format!(r#"{{"kty":"EC","crv":"P-256","x":"{X}","y":"{Y}"}}"#);
        assert_eq!(codes(""), ["required"]);
        assert_eq!(codes("-----BEGIN PUBLIC KEY-----"), ["jwks-not-json"]);
        assert_eq!(codes(r#"{"keys":[]}"#), ["jwks-count"]);
        assert_eq!(codes(&format!(r#"{{"keys":[{key},{key}]}}"#)), ["jwks-twice"]);
        let secret = key.replace("\"y\"", &format!("\"d\":\"{X}\",\"y\""));
        assert_eq!(codes(&secret), ["jwks-secret"]);
        assert_eq!(codes(&key.replace("P-256", "P-384")), ["jwks-kind"]);
        assert_eq!(codes(r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#), ["jwks-kind"]);
        let both = format!(r#"{{"keys":[{secret},{}]}}"#, key.replace("EC", "RSA"));
        assert_eq!(codes(&both), ["jwks-secret", "jwks-kind"]);
    }

    #[test]
    fn scopes_are_those_on_offer() {
        assert_eq!(
            acts(["log:read", "agreements:read"]),
            Ok(vec![Act::ReadAgreements, Act::ReadLog])
        );
        assert_eq!(acts(["agreements:sign"]), Err("agreements:sign"));
        assert_eq!(acts(["everything"]), Err("everything"));
    }
}

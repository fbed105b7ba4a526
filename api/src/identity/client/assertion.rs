//! A system's own word that it is itself: a signed assertion (RFC 7523), good once and for five minutes.

use super::domain::{ClientKeys, ClientView};
use super::jwt::Compact;

/// Furthest ahead that an assertion may expire, seconds.
const AHEAD_S: i64 = 300;
/// How far clocks may differ, seconds.
pub(super) const SKEW_S: i64 = 60;

/// An assertion that is still to be judged.
pub(super) struct Assertion {
    /// Whose it says it is.
    pub(super) cid: String,
    /// Its own name, good once.
    pub(super) jti: String,
    /// Until when, seconds.
    pub(super) exp: i64,
    token: Compact,
}

/// Why an assertion does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AssertionFault {
    /// It is no assertion of the required form.
    Form,
    /// No active system of this name signed it.
    Client,
    /// It is meant for somebody else.
    Audience,
    /// It has expired, or expires too far ahead.
    Time,
    /// It was used before.
    Used,
}

impl AssertionFault {
    /// Words under `fault-<code>`.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Form => "assertion-form",
            Self::Client => "assertion-client",
            Self::Audience => "assertion-audience",
            Self::Time => "assertion-time",
            Self::Used => "assertion-used",
        }
    }
}

impl Assertion {
    /// Reads an assertion: issuer and subject are the same system, `jti` and `exp` are there.
    pub(super) fn parse(text: &str) -> Result<Self, AssertionFault> {
        let token = Compact::parse(text).ok_or(AssertionFault::Form)?;
        let typ = token.header.typ.as_deref().unwrap_or("JWT");
        let own = ["jwt", "client-authentication+jwt"].contains(&typ.to_ascii_lowercase().as_str());
        let (cid, jti) = (token.text("iss"), token.text("jti"));
        match (cid, jti, token.seconds("exp")) {
            (Some(cid), Some(jti), Some(exp))
                if own && token.text("sub") == Some(cid) && (1..=128).contains(&jti.len()) =>
            {
                Ok(Self {
                    cid: cid.to_owned(),
                    jti: jti.to_owned(),
                    exp,
                    token,
                })
            }
            _ => Err(AssertionFault::Form),
        }
    }

    /// Whether the system made it, for us, for now.
    pub(super) fn judge(
        &self,
        client: Option<&ClientView>,
        issuer: &str,
        now_s: i64,
    ) -> Result<(), AssertionFault> {
        let keys = client.filter(|client| client.active).map(|client| &client.keys);
        if !keys.is_some_and(|keys| self.signed_by(keys)) {
            return Err(AssertionFault::Client);
        }
        if self.token.text("aud") != Some(issuer) {
            return Err(AssertionFault::Audience);
        }
        let begun = |claim: &str| {
            let value = self.token.claims.get(claim);
            value.is_none()
                || self
                    .token
                    .seconds(claim)
                    .is_some_and(|at| at <= now_s.saturating_add(SKEW_S))
        };
        let in_time = self.exp > now_s.saturating_sub(SKEW_S)
            && self.exp <= now_s.saturating_add(AHEAD_S + SKEW_S)
            && begun("nbf")
            && begun("iat");
        if in_time {
            Ok(())
        } else {
            Err(AssertionFault::Time)
        }
    }

    fn signed_by(&self, keys: &ClientKeys) -> bool {
        keys.named(self.token.header.kid.as_deref())
            .any(|key| self.token.verifies(key))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::super::jwt::TokenKey;
    use super::*;
    use crate::kernel::id::Id;

    const ISSUER: &str = "https://gongjian.example";
    const NOW: i64 = 1_772_413_200;

    fn client(key: &TokenKey) -> ClientView {
        ClientView {
            id: Id::from_uuid(Uuid::nil()),
            tenant: Id::from_uuid(Uuid::nil()),
            cid: "gj-a".to_owned(),
            name: "OA".to_owned(),
            party: None,
            keys: ClientKeys::parse(&key.public.to_jwk().to_string()).unwrap(),
            acts: Vec::new(),
            active: true,
            rev: 1,
        }
    }

    fn judged(change: impl Fn(&mut Value)) -> Result<(), AssertionFault> {
        let key = TokenKey::new(&[7; 32]).unwrap();
        let mut claims =
            json!({"iss": "gj-a", "sub": "gj-a", "aud": ISSUER, "jti": "1", "iat": NOW, "exp": NOW + 300});
        change(&mut claims);
        let token = key.sign("JWT", &claims).unwrap();
        Assertion::parse(&token)?.judge(Some(&client(&key)), ISSUER, NOW)
    }

    #[test]
    fn a_good_assertion_counts() {
        assert_eq!(judged(|_| ()), Ok(()));
    }

    #[test]
    fn clocks_may_differ_by_a_minute() {
        for (exp, expected) in [
            (NOW - 59, Ok(())),
            (NOW - 60, Err(AssertionFault::Time)),
            (NOW + 360, Ok(())),
            (NOW + 361, Err(AssertionFault::Time)),
        ] {
            assert_eq!(
                judged(|claims| claims["exp"] = exp.into()),
                expected,
                "{}",
                exp - NOW
            );
        }
        assert_eq!(
            judged(|claims| claims["nbf"] = (NOW + 61).into()),
            Err(AssertionFault::Time)
        );
        assert_eq!(
            judged(|claims| claims["iat"] = "now".into()),
            Err(AssertionFault::Time)
        );
    }

    #[test]
    fn the_audience_is_the_issuer_alone() {
        for aud in [
            json!([ISSUER]),
            json!(format!("{ISSUER}/oauth/token")),
            json!(null),
            json!(""),
        ] {
            assert_eq!(
                judged(|claims| claims["aud"] = aud.clone()),
                Err(AssertionFault::Audience),
                "{aud}"
            );
        }
    }

    #[test]
    fn missing_and_differing_claims_are_no_assertion() {
        for (claim, value) in [
            ("sub", json!("gj-b")),
            ("jti", json!(null)),
            ("jti", json!("")),
            ("exp", json!("soon")),
            ("iss", json!(7)),
        ] {
            assert_eq!(
                judged(|claims| claims[claim] = value.clone()),
                Err(AssertionFault::Form),
                "{claim}"
            );
        }
    }

    #[test]
    fn other_keys_and_systems_that_were_ended_do_not_count() {
        let (key, other) = (TokenKey::new(&[7; 32]).unwrap(), TokenKey::new(&[8; 32]).unwrap());
        let claims = json!({"iss": "gj-a", "sub": "gj-a", "aud": ISSUER, "jti": "1", "exp": NOW + 9});
        let assertion = Assertion::parse(&key.sign("JWT", &claims).unwrap()).unwrap();
        let ended = ClientView {
            active: false,
            ..client(&key)
        };
        for known in [None, Some(&client(&other)), Some(&ended)] {
            assert_eq!(assertion.judge(known, ISSUER, NOW), Err(AssertionFault::Client));
        }
        let access = key.sign("at+jwt", &claims).unwrap();
        assert_eq!(
            Assertion::parse(&access).map(|a| a.cid),
            Err(AssertionFault::Form)
        );
    }
}

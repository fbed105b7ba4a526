//! Enrolling a signing key: the signer shows possession, a cadre stands for it, both over one fact.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::jwk::PublicKey;
use super::jws::{Header, Intent, Jws};
use crate::kernel::date::CivilDate;
use crate::kernel::limit;
use crate::kernel::strict_json;
use crate::log::b64;
use crate::log::hash::Hash32;

/// The schema of the fact.
pub const SCHEMA: &str = "gongjian.enrolment/1";
/// Longest validity of a key, months.
pub const VALID_MONTHS: i32 = 24;

/// What both sign: whose key it is and how that was found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentFact {
    /// How the key signs, `ES256`.
    pub alg: String,
    /// Hash of the stamped authorisation letter's scan, `sha256:…`, or null if it was only seen.
    pub evidence: Option<Hash32>,
    /// The public key.
    pub jwk: Value,
    /// Its thumbprint.
    pub kid: String,
    /// How the person was met, `in_person`.
    pub method: String,
    /// The party the key signs for.
    pub party: Uuid,
    /// [`SCHEMA`].
    pub schema: String,
    /// Commitment to the person, and their title.
    pub signer: SignerClaim,
    /// The tenant.
    pub tenant: Uuid,
    /// First day of validity.
    pub valid_from: CivilDate,
    /// Last day of validity.
    pub valid_until: CivilDate,
}

/// Who signs, without naming them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignerClaim {
    /// Commitment to name and phone (b64u), opened only to those who may know.
    pub commitment: String,
    /// Title in the organisation.
    pub title: String,
}

/// Why an enrolment was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnrolFault {
    /// The fact is not canonical, or a member is missing or wrong.
    #[error("the fact is not a canonical enrolment")]
    Fact,
    /// Its key is no key, or not the one named.
    #[error("the key is not the one named")]
    Key,
    /// Validity is empty or longer than allowed.
    #[error("the validity is empty or longer than {VALID_MONTHS} months")]
    Validity,
    /// The signature by the key itself is missing or wrong.
    #[error("the key's own signature does not hold")]
    Possession,
    /// The signature by the cadre is missing or wrong.
    #[error("the cadre's signature does not hold")]
    Vouching,
}

impl EnrolmentFact {
    /// The canonical bytes.
    ///
    /// # Errors
    /// [`EnrolFault::Fact`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, EnrolFault> {
        strict_json::canonical(self).map_err(|_| EnrolFault::Fact)
    }

    /// Reads canonical bytes; also gives the key, which is the one the fact names.
    ///
    /// # Errors
    /// [`EnrolFault::Fact`], [`EnrolFault::Key`], [`EnrolFault::Validity`].
    pub fn parse(bytes: &[u8]) -> Result<(Self, PublicKey), EnrolFault> {
        let value =
            strict_json::parse_canonical(bytes, limit::DOCUMENT_BYTES).map_err(|_| EnrolFault::Fact)?;
        let fact: Self = serde_json::from_value(value).map_err(|_| EnrolFault::Fact)?;
        if fact.schema != SCHEMA || Hash32::from_b64u(&fact.signer.commitment).is_none() {
            return Err(EnrolFault::Fact);
        }
        let key = PublicKey::from_jwk(&fact.jwk).ok_or(EnrolFault::Key)?;
        if key.kid() != fact.kid || key.alg().code() != fact.alg {
            return Err(EnrolFault::Key);
        }
        let last = fact.valid_from.plus_months(VALID_MONTHS);
        if fact.valid_until < fact.valid_from || fact.valid_until >= last {
            return Err(EnrolFault::Validity);
        }
        Ok((fact, key))
    }
}

/// A proven enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// The fact.
    pub fact: EnrolmentFact,
    /// Hash of its bytes.
    pub hash: Hash32,
    /// The enrolled key.
    pub key: PublicKey,
    /// The signer's header.
    pub enrol: Header,
    /// The cadre's header, once vouched.
    pub vouch: Option<Header>,
    /// Digests of the signatures, as the leaf names them.
    pub digests: Vec<Hash32>,
}

/// Checks the signer's half: the fact and the proof of possession. `exp` is for the caller to judge.
///
/// # Errors
/// Any [`EnrolFault`] but [`EnrolFault::Vouching`].
pub fn check_possession(jws: &Jws) -> Result<Enrolment, EnrolFault> {
    let payload = b64::decode_url(&jws.payload).ok_or(EnrolFault::Fact)?;
    let (fact, key) = EnrolmentFact::parse(&payload)?;
    let entry = jws.signatures.first().ok_or(EnrolFault::Possession)?;
    let enrol = Header::parse(&entry.protected).ok_or(EnrolFault::Possession)?;
    let fits = enrol.intent == Intent::Enrol && enrol.kid == fact.kid && enrol.alg == key.alg();
    if !fits || !entry.verifies(&key, &payload) {
        return Err(EnrolFault::Possession);
    }
    Ok(Enrolment {
        hash: Hash32::of(&payload),
        digests: vec![entry.digest(&payload)],
        fact,
        key,
        enrol,
        vouch: None,
    })
}

/// Checks a whole enrolment, the second signature being by the key that `cadre` finds under its thumbprint.
///
/// # Errors
/// Any [`EnrolFault`].
pub fn check(jws: &Jws, cadre: impl Fn(&str) -> Option<PublicKey>) -> Result<Enrolment, EnrolFault> {
    let mut enrolment = check_possession(jws)?;
    let payload = b64::decode_url(&jws.payload).ok_or(EnrolFault::Fact)?;
    let [_, entry] = jws.signatures.as_slice() else {
        return Err(EnrolFault::Vouching);
    };
    let vouch = Header::parse(&entry.protected).ok_or(EnrolFault::Vouching)?;
    let key = cadre(&vouch.kid).ok_or(EnrolFault::Vouching)?;
    let fits = vouch.intent == Intent::Vouch
        && vouch.kid != enrolment.fact.kid
        && vouch.alg == key.alg()
        && vouch.nonce != enrolment.enrol.nonce;
    if !fits || !entry.verifies(&key, &payload) {
        return Err(EnrolFault::Vouching);
    }
    enrolment.digests.push(entry.digest(&payload));
    enrolment.vouch = Some(vouch);
    Ok(enrolment)
}

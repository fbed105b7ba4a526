//! The checks of a signature that need no write lock: header, key, algorithm, time, crypto, new text; in this
//! order, the first failure answers.

use uuid::Uuid;

use crate::agreements::domain::document::{Document, DocumentFault};
use crate::agreements::domain::rules;
use crate::identity::keys::jwk::PublicKey;
use crate::identity::keys::jws::{Expiry, Header, Intent, SignatureEntry, expiry};
use crate::kernel::clock::Millis;
use crate::kernel::date::CivilDate;
use crate::log::hash::Hash32;

/// An enrolled key as it stands at the moment of receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolledKey {
    /// The key.
    pub key: PublicKey,
    /// The party it signs for.
    pub party: Uuid,
    /// First day of validity.
    pub valid_from: CivilDate,
    /// Last day of validity.
    pub valid_until: CivilDate,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// What a signature is judged against.
#[derive(Debug, Clone, Copy)]
pub struct Against<'a> {
    /// The intent of the route it came by.
    pub route: Intent,
    /// The version answered, as stored.
    pub current: &'a Document,
    /// Its bytes.
    pub current_bytes: &'a [u8],
    /// The new version's bytes, for those acts that bring one.
    pub payload: Option<&'a [u8]>,
    /// The key enrolled under the header's `kid`.
    pub key: Option<&'a EnrolledKey>,
    /// The moment of receipt.
    pub now: Millis,
}

/// A signature that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Its header.
    pub header: Header,
    /// Ref of the party signed for.
    pub party: String,
    /// The signature's digest.
    pub digest: Hash32,
    /// The new version, for those acts that bring one.
    pub document: Option<Document>,
}

/// Why a signature was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignFault {
    /// Header, algorithm, time ahead or signature wrong.
    Invalid,
    /// The intent is not the route's.
    IntentNotAllowed,
    /// No such key.
    CredentialUnknown,
    /// The key was revoked, or is outside its validity.
    CredentialRevoked,
    /// The key is not of the party named.
    SignerNotAllowed,
    /// `exp` has passed.
    Expired,
    /// The new text is no version document.
    Document(DocumentFault),
}

/// Judges a signature.
///
/// # Errors
/// The first [`SignFault`] in the order of checks.
pub fn judge(entry: &SignatureEntry, against: &Against<'_>) -> Result<Receipt, SignFault> {
    let header = Header::parse(&entry.protected).ok_or(SignFault::Invalid)?;
    if header.intent != against.route {
        return Err(SignFault::IntentNotAllowed);
    }
    let enrolled = against.key.ok_or(SignFault::CredentialUnknown)?;
    let today = against.now.day();
    if enrolled.revoked || today < enrolled.valid_from || today > enrolled.valid_until {
        return Err(SignFault::CredentialRevoked);
    }
    let party = header.party.clone().ok_or(SignFault::Invalid)?;
    if against.current.party(&party).map(|p| p.id) != Some(enrolled.party) {
        return Err(SignFault::SignerNotAllowed);
    }
    if header.alg != enrolled.key.alg() || header.kid != enrolled.key.kid() {
        return Err(SignFault::Invalid);
    }
    match expiry(header.exp, against.now.seconds()) {
        Expiry::Good => {}
        Expiry::Passed => return Err(SignFault::Expired),
        Expiry::TooFar => return Err(SignFault::Invalid),
    }
    let payload = match (against.route, against.payload) {
        (Intent::Counter | Intent::Amend | Intent::Terminate, Some(payload)) => payload,
        (Intent::Counter | Intent::Amend | Intent::Terminate, None) | (_, Some(_)) => {
            return Err(SignFault::Invalid);
        }
        (_, None) => against.current_bytes,
    };
    if !entry.verifies(&enrolled.key, payload) {
        return Err(SignFault::Invalid);
    }
    let document = match against.payload {
        // What follows the version in force is judged by where the agreement stands, not by it alone.
        Some(payload) if against.route != Intent::Counter => {
            Some(Document::parse(payload).map_err(SignFault::Document)?)
        }
        Some(payload) => Some(next_version(payload, against).map_err(SignFault::Document)?),
        None => None,
    };
    Ok(Receipt {
        digest: entry.digest(payload),
        header,
        party,
        document,
    })
}

fn next_version(payload: &[u8], against: &Against<'_>) -> Result<Document, DocumentFault> {
    let document = Document::parse(payload)?;
    let faults = rules::chain_faults(&document, against.current, Hash32::of(against.current_bytes));
    if faults.is_empty() {
        Ok(document)
    } else {
        Err(DocumentFault::Invalid(faults))
    }
}

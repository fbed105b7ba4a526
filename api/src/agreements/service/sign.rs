//! Every act of a party by its signature: one signature, one leaf, one transaction.

use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::later;
use crate::agreements::domain::document::Document;
use crate::agreements::domain::ending::binds_alone;
use crate::agreements::domain::rules;
use crate::agreements::domain::state::{Act, Ending, Signed, Standing, chain_start};
use crate::agreements::entity::{agreement, agreement_version, signature};
use crate::agreements::error::AgreementError;
use crate::agreements::sign::receipt::{Against, EnrolledKey, Receipt, SignFault, judge};
use crate::agreements::standing::{self, Change};
use crate::agreements::{owed, query, store};
use crate::app::App;
use crate::identity::credential::query::{self as credentials, KeyState, Purpose};
use crate::identity::keys::jws::{Header, Intent, SignatureEntry};
use crate::kernel::actor::{Actor, Who};
use crate::kernel::scope::Scope;
use crate::kernel::tx::Tx;
use crate::log;
use crate::log::hash::Hash32;
use crate::log::leaf::{LeafActor, LeafDraft, Subject};

/// By how many percent a counter-offer may differ from what the meeting adopted.
pub(in crate::agreements) const MANDATE_PERCENT: u32 = 20;

/// A signature as handed in.
#[derive(Debug, Clone)]
pub struct Submission {
    /// What the route means.
    pub route: Intent,
    /// The version signed; for a new one its number.
    pub version: u32,
    /// Header and signature.
    pub entry: SignatureEntry,
    /// The new version's bytes, for those acts that bring one.
    pub payload: Option<Vec<u8>>,
}

/// A signature that holds by all that needs no lock.
#[derive(Debug, Clone)]
pub struct Checked {
    agreement: Uuid,
    submission: Submission,
    receipt: Receipt,
    /// The version answered.
    answered: Document,
}

/// What the signer gets back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignReceipt {
    /// Place among the agreement's signatures.
    pub seq: u64,
    /// The signature's digest, b64u.
    pub digest: String,
    /// The chain value after it, b64u.
    pub chain: String,
    /// The leaf that tells of it.
    pub leaf: LeafReceipt,
    /// Where the agreement stands now.
    pub agreement: StandingReceipt,
}

/// A leaf's place and hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeafReceipt {
    /// Its index.
    pub index: u64,
    /// Its hash, hexadecimal.
    pub hash: String,
}

/// Where an agreement stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StandingReceipt {
    /// Its state.
    pub state: &'static str,
    /// The version on the table.
    pub version: u32,
    /// Refs of the parties bound.
    pub bound: Vec<String>,
    /// Refs of those still to sign.
    pub missing: Vec<String>,
    /// First day in force, once all have signed.
    pub in_force_on: Option<String>,
    /// The version of a signed agreement that waits for signatures.
    pub pending: Option<u32>,
    /// Last day, once notice was given or an end was signed by all.
    pub ends_on: Option<String>,
}

/// Judges a signature against what the database holds, before any lock is taken.
///
/// # Errors
/// [`AgreementError`], the first in the order of checks.
pub async fn check(
    app: &App,
    actor: &Actor,
    agreement: Uuid,
    submission: Submission,
) -> Result<Checked, AgreementError> {
    let db = app.db.reader();
    if !query::is_visible(db, actor.scope, agreement).await? {
        return Err(AgreementError::NotFound);
    }
    let standing = query::standing(db, actor.scope, agreement).await?;
    let answered = match submission.route {
        Intent::Counter => submission.version.saturating_sub(1),
        Intent::Amend | Intent::Terminate => standing.current,
        _ => submission.version,
    };
    let version = query::version(db, actor.scope, agreement, answered).await?;
    let kid = Header::parse(&submission.entry.protected).map(|header| header.kid);
    let key = match &kid {
        Some(kid) => own_key(app, actor, kid).await?,
        None => None,
    };
    let now = app.db.clock().now();
    let against = Against {
        route: submission.route,
        current: &version.document,
        current_bytes: &version.bytes,
        payload: submission.payload.as_deref(),
        key: key.as_ref(),
        now,
    };
    let receipt = judge(&submission.entry, &against)?;
    match &receipt.document {
        Some(new) if submission.route == Intent::Counter => {
            let adopted = query::version(db, actor.scope, agreement, 1).await?.document;
            let faults = rules::mandate_faults(new, &adopted, MANDATE_PERCENT);
            if !faults.is_empty() {
                return Err(AgreementError::Mandate(faults));
            }
        }
        Some(new) => {
            let offered = (new, submission.route);
            let base = (&version.document, version.hash);
            later::judge(db, actor.scope, &standing, base, offered, now.day()).await?;
        }
        None => {}
    }
    Ok(Checked {
        agreement,
        submission,
        receipt,
        answered: version.document,
    })
}

/// The enrolled key, which must be the acting person's own and of their party.
async fn own_key(app: &App, actor: &Actor, kid: &str) -> Result<Option<EnrolledKey>, AgreementError> {
    let found = credentials::find(app.db.reader(), actor.scope.tenant, kid).await?;
    let Some(found) = found.filter(|key| key.purpose == Purpose::Party && key.state != KeyState::Requested)
    else {
        return Ok(None);
    };
    let own = match &actor.who {
        Who::Person { person, .. } => found.person == Some(*person),
        Who::Client { .. } => true,
        Who::System => false,
    };
    let Some(party) = found.party.filter(|party| own && actor.party() == Some(*party)) else {
        return Err(SignFault::SignerNotAllowed.into());
    };
    Ok(Some(EnrolledKey {
        revoked: found.state == KeyState::Revoked,
        key: found.key,
        party: party.uuid(),
        valid_from: found.valid_from,
        valid_until: found.valid_until,
    }))
}

/// Records a checked signature.
///
/// # Errors
/// [`AgreementError`]: what happened since it was checked, or was seen too early, decides.
pub async fn sign(tx: &Tx, actor: &Actor, checked: &Checked) -> Result<SignReceipt, AgreementError> {
    let row = store::lock(tx.db(), actor.scope, checked.agreement)
        .await?
        .ok_or(AgreementError::NotFound)?;
    let before = standing::standing(&row, &store::parties(tx.db(), row.id).await?)?;
    let next = before.apply(&act(checked, tx)?)?;
    let scope = Scope::tenant(actor.scope.tenant);
    is_prior_known(tx, &row, checked).await?;
    is_seen_published(tx, scope, checked).await?;
    if query::is_nonce_used(tx.db(), row.tenant, row.id, &checked.receipt.header.nonce).await? {
        return Err(AgreementError::NonceUsed);
    }
    let signed = checked.receipt.document.as_ref().unwrap_or(&checked.answered);
    let bytes = signed
        .to_bytes()
        .map_err(|fault| AgreementError::Broken(fault.to_string()))?;
    let hash = Hash32::of(&bytes);
    let leaf = log::service::append(tx, leaf_draft(actor, checked, (&before, &next), hash)).await?;
    let index = i64::try_from(leaf.index).map_err(|e| AgreementError::Broken(e.to_string()))?;
    if checked.receipt.document.is_some() {
        let version = version_row(checked, signed, hash, bytes, (index, leaf.at.get()))?;
        store::insert_version(tx.db(), version).await?;
    }
    store::insert_signature(
        tx.db(),
        signature_row(checked, &row, &next, (index, leaf.at.get()))?,
    )
    .await?;
    let change = Change {
        document: next.tables_anew(&before).then_some(signed),
        at: leaf.at.get(),
    };
    if !standing::save(tx.db(), &row, &next, change).await? {
        return Err(AgreementError::Stale);
    }
    if next.binds_anew(&before).is_some() {
        owed::replace(tx.db(), scope, signed, leaf.at.day()).await?;
    }
    Ok(receipt(checked, &next, leaf.index, leaf.hash))
}

fn act(checked: &Checked, tx: &Tx) -> Result<Act, AgreementError> {
    let signed = Signed {
        party: checked.receipt.party.clone(),
        version: checked.submission.version,
        prior_n: checked.receipt.header.prior.as_ref().map_or(0, |prior| prior.n),
        digest: checked.receipt.digest,
        on: tx.now().day(),
    };
    match (checked.submission.route, &checked.receipt.document) {
        (Intent::Accept, None) => Ok(Act::Accept(signed)),
        (Intent::Counter, Some(document)) => Ok(Act::Counter(signed, document.term.from)),
        (Intent::Decline, None) => Ok(Act::Decline(signed)),
        (Intent::Amend, Some(document)) => Ok(Act::Amend(signed, document.kind)),
        (Intent::Terminate, Some(document)) => {
            let alone = binds_alone(document, &signed.party, signed.on);
            let ending = Ending::of(document).ok_or(SignFault::IntentNotAllowed)?;
            Ok(Act::Terminate {
                signed,
                ending,
                alone,
            })
        }
        _ => Err(SignFault::IntentNotAllowed.into()),
    }
}

/// The chain value the signer names is the one after that many signatures.
async fn is_prior_known(tx: &Tx, row: &agreement::Model, checked: &Checked) -> Result<(), AgreementError> {
    let prior = checked.receipt.header.prior.as_ref().ok_or(SignFault::Invalid)?;
    let known = match store::int(prior.n)? {
        0 => Some(chain_start(row.id)),
        n => query::chain_at(tx.db(), row.tenant, row.id, n).await?,
    };
    if known.map(|hash| hash.b64u()).as_ref() == Some(&prior.hash) {
        Ok(())
    } else {
        Err(AgreementError::PriorMismatch)
    }
}

/// The checkpoint shown to the signer is one we published, and covers the version answered.
async fn is_seen_published(tx: &Tx, scope: Scope, checked: &Checked) -> Result<(), AgreementError> {
    let seen = &checked.receipt.header.seen;
    let published = log::query::checkpoint_at(tx.db(), scope, seen.size).await?;
    let same = published.is_some_and(|c| c.origin == seen.origin && c.root.b64() == seen.root);
    let version = query::version(tx.db(), scope, checked.agreement, checked.answered.version).await?;
    if same && version.leaf < seen.size {
        Ok(())
    } else {
        Err(AgreementError::CheckpointUnknown)
    }
}

fn leaf_draft(
    actor: &Actor,
    checked: &Checked,
    (before, next): (&Standing, &Standing),
    hash: Hash32,
) -> LeafDraft {
    let mut data = json!({
        "seq": next.head_seq,
        "signature": checked.receipt.digest.b64u(),
        "version": checked.submission.version,
        "version_hash": hash,
    });
    if let Some(day) = next.binds_anew(before) {
        data["in_force_on"] = day.to_string().into();
    }
    if let Some(day) = next.ends_anew(before) {
        data["ends_on"] = day.to_string().into();
    }
    LeafDraft {
        tenant: actor.scope.tenant,
        kind: match checked.submission.route {
            Intent::Counter => "agreement.countered",
            Intent::Decline => "agreement.declined",
            Intent::Amend => "agreement.amended",
            Intent::Terminate => "agreement.terminating",
            _ => "agreement.accepted",
        },
        actor: LeafActor::signer(&checked.receipt.party),
        subject: Subject::new("agreement", checked.agreement),
        data,
    }
}

fn version_row(
    checked: &Checked,
    document: &Document,
    hash: Hash32,
    bytes: Vec<u8>,
    (leaf, at): (i64, i64),
) -> Result<agreement_version::Model, AgreementError> {
    Ok(agreement_version::Model {
        tenant: document.tenant,
        agreement: document.agreement,
        version: store::int(document.version)?,
        kind: document.kind.code().to_owned(),
        hash: hash.bytes().to_vec(),
        bytes,
        previous_hash: document.previous.map(|hash| hash.bytes().to_vec()),
        author_ref: Some(checked.receipt.party.clone()),
        leaf,
        at,
    })
}

fn signature_row(
    checked: &Checked,
    row: &agreement::Model,
    next: &Standing,
    (leaf, at): (i64, i64),
) -> Result<signature::Model, AgreementError> {
    let header = &checked.receipt.header;
    let seen = i64::try_from(header.seen.size).map_err(|e| AgreementError::Broken(e.to_string()))?;
    Ok(signature::Model {
        tenant: row.tenant,
        agreement: row.id,
        seq: store::int(next.head_seq)?,
        version: store::int(checked.submission.version)?,
        party_ref: checked.receipt.party.clone(),
        intent: header.intent.code().to_owned(),
        alg: header.alg.code().to_owned(),
        kid: header.kid.clone(),
        protected: checked.submission.entry.protected.clone(),
        signature: checked.submission.entry.signature.clone(),
        digest: checked.receipt.digest.bytes().to_vec(),
        chain: next.head_hash.bytes().to_vec(),
        prior_n: store::int(header.prior.as_ref().map_or(0, |prior| prior.n))?,
        nonce: header.nonce.clone(),
        seen_size: seen,
        leaf,
        at,
    })
}

fn receipt(checked: &Checked, next: &Standing, index: u64, hash: Hash32) -> SignReceipt {
    SignReceipt {
        seq: next.head_seq,
        digest: checked.receipt.digest.b64u(),
        chain: next.head_hash.b64u(),
        leaf: LeafReceipt {
            index,
            hash: hash.hex(),
        },
        agreement: StandingReceipt {
            state: next.state.code(),
            version: next.on_table(),
            bound: next.bound_now(),
            missing: next.missing(),
            in_force_on: next.in_force_on.map(|day| day.to_string()),
            pending: next.pending.as_ref().map(|pending| pending.version),
            ends_on: next.ends.as_ref().map(|notice| notice.on.to_string()),
        },
    }
}

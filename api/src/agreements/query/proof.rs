//! What proves an agreement: the bundle, single inclusion proofs, and what a signer needs to sign.

use std::collections::BTreeSet;

use serde::Serialize;
use uuid::Uuid;

use crate::agreements::bundle::build::{Parts, ProvenLeaf, SignedVersion, bundle as build};
use crate::agreements::bundle::format::{Bundle, KeyEntry, RootEntry};
use crate::agreements::error::AgreementError;
use crate::agreements::query;
use crate::app::App;
use crate::identity::credential::query::{self as credentials, CredentialView};
use crate::identity::keys::jws::{self, Header, Intent, Prior, Seen, SignatureEntry};
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::log;
use crate::log::checkpoint::Checkpoint;
use crate::log::hash::Hash32;
use crate::log::leaf::Leaf;
use crate::log::note::{Note, VerifierKey};
use crate::log::policy::TrustPolicy;

/// Everything a signer needs to make a signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SigningContext {
    /// The version on the table.
    pub version: u32,
    /// Its hash.
    pub version_hash: String,
    /// What to send as `If-Match`.
    pub if_match: String,
    /// The signatures there are.
    pub prior: Prior,
    /// A checkpoint that covers the version.
    pub seen: Seen,
    /// Latest `exp` that is taken, seconds.
    pub max_exp: i64,
    /// The header to sign but for the nonce, which is the signer's.
    pub header: serde_json::Value,
}

/// The context for `intent` by the key `kid` of the scope's party.
///
/// # Errors
/// [`AgreementError::NotFound`] if the agreement is not the scope's; `credential-unknown` for a key not of it.
pub async fn signing_context(
    app: &App,
    scope: Scope,
    agreement: Uuid,
    intent: Intent,
    kid: &str,
) -> Result<SigningContext, AgreementError> {
    let view = query::one(app.db.reader(), scope, agreement).await?;
    view.standing.admits(intent)?;
    let key = credentials::find(app.db.reader(), scope.tenant, kid).await?;
    let key = key.filter(|key| scope.party.is_some() && key.party == scope.party);
    let key = key.ok_or_else(|| Problem::new("credential-unknown", 422))?;
    let party = scope
        .party
        .and_then(|party| view.reference_of(party.uuid()))
        .ok_or(AgreementError::NotFound)?;
    let checkpoint = log::service::cut(app, scope.tenant).await?;
    let seen = Seen {
        origin: checkpoint.origin,
        size: checkpoint.size,
        root: checkpoint.root.b64(),
    };
    let prior = Prior {
        n: view.standing.head_seq,
        hash: view.standing.head_hash.b64u(),
    };
    let now = app.db.clock().now().seconds();
    let header = Header {
        alg: key.key.alg(),
        kid: kid.to_owned(),
        intent,
        party: Some(party.to_owned()),
        prior: Some(prior.clone()),
        seen: seen.clone(),
        nonce: String::new(),
        exp: now + jws::EXP_AHEAD_S,
    };
    let mut header: serde_json::Value = serde_json::from_slice(&header.to_bytes())
        .map_err(|error| AgreementError::Broken(error.to_string()))?;
    if let Some(members) = header.as_object_mut() {
        members.remove("nonce");
    }
    Ok(SigningContext {
        version: view.standing.on_table(),
        version_hash: view.table().1.to_string(),
        if_match: view.version_tag(),
        prior,
        seen,
        max_exp: now + jws::EXP_AHEAD_S,
        header,
    })
}

/// A leaf proven under a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafProof {
    /// Its place.
    pub index: u64,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The checkpoint as signed.
    pub note: String,
    /// Leaves under it.
    pub size: u64,
    /// Its root.
    pub root: Hash32,
    /// The inclusion proof.
    pub proof: Vec<Hash32>,
}

impl LeafProof {
    /// The same as a C2SP `tlog-proof`.
    #[must_use]
    pub fn to_text(&self) -> String {
        let nodes: String = self
            .proof
            .iter()
            .map(|node| format!("{}\n", node.b64()))
            .collect();
        format!(
            "c2sp.org/tlog-proof@v1\nindex {}\n{nodes}\n{}",
            self.index, self.note
        )
    }
}

/// The proof of one leaf about an agreement of the scope.
///
/// # Errors
/// [`AgreementError::NotFound`] if the leaf is not about it.
pub async fn leaf_proof(
    app: &App,
    scope: Scope,
    agreement: Uuid,
    index: u64,
) -> Result<LeafProof, AgreementError> {
    let db = app.db.reader();
    if !query::is_visible(db, scope, agreement).await? {
        return Err(AgreementError::NotFound);
    }
    let about = log::query::leaves_about(db, scope, agreement).await?;
    let leaf = about
        .into_iter()
        .find(|leaf| leaf.index == index)
        .ok_or(AgreementError::NotFound)?;
    let checkpoint = log::service::cut(app, scope.tenant).await?;
    let note = log::query::note_at(db, scope, checkpoint.size)
        .await?
        .ok_or(AgreementError::NotFound)?;
    let proof = log::query::inclusion(db, scope, index, checkpoint.size).await?;
    Ok(LeafProof {
        index,
        bytes: leaf.bytes,
        note: note.to_string(),
        size: checkpoint.size,
        root: checkpoint.root,
        proof,
    })
}

/// The proof bundle of an agreement of the scope, under a checkpoint cut now.
///
/// # Errors
/// [`AgreementError::NotFound`], or what the database reports.
pub async fn bundle(app: &App, scope: Scope, agreement: Uuid) -> Result<Bundle, AgreementError> {
    if !query::is_visible(app.db.reader(), scope, agreement).await? {
        return Err(AgreementError::NotFound);
    }
    let checkpoint = log::service::cut(app, scope.tenant).await?;
    log::witness::ask::all(app, scope.tenant, true).await?;
    bundle_under(app, scope, agreement, &checkpoint).await
}

/// The proof bundle of an agreement as it stood under a published checkpoint. Whatever was committed after the
/// checkpoint is left out, whenever the rows are read.
///
/// # Errors
/// [`AgreementError::NotFound`] if the checkpoint was not published or does not cover the agreement, or what the
/// database reports.
pub async fn bundle_under(
    app: &App,
    scope: Scope,
    agreement: Uuid,
    checkpoint: &Checkpoint,
) -> Result<Bundle, AgreementError> {
    let db = app.db.reader();
    let view = query::one(db, scope, agreement).await?;
    let mut note = log::query::note_at(db, scope, checkpoint.size)
        .await?
        .ok_or(AgreementError::NotFound)?;
    let witnesses = cosigned(app, scope, checkpoint, &mut note).await?;
    let covers = |leaf: i64| u64::try_from(leaf).is_ok_and(|leaf| leaf < checkpoint.size);
    let log_key = log::service::signer(app, &checkpoint.origin)?.verifier().clone();
    let mut signatures = query::signatures(db, scope.tenant.uuid(), agreement).await?;
    signatures.retain(|signature| covers(signature.leaf));
    let mut versions = query::versions(db, scope.tenant.uuid(), agreement).await?;
    versions.retain(|version| covers(version.leaf));
    if versions.is_empty() {
        return Err(AgreementError::NotFound);
    }
    let signers: BTreeSet<&str> = signatures.iter().map(|s| s.kid.as_str()).collect();
    let mut keys = Vec::new();
    let mut cadres = BTreeSet::new();
    let mut wanted: BTreeSet<u64> = BTreeSet::from([0]);
    for kid in signers {
        let key = credential(app, scope, kid).await?;
        let (entry, voucher) = key_entry(&key, &view)?;
        wanted.insert(entry.leaf);
        wanted.extend(key.revoked_leaf.and_then(|leaf| u64::try_from(leaf).ok()));
        cadres.insert(voucher);
        keys.push(entry);
    }
    let mut roots = Vec::new();
    for kid in cadres {
        let key = credential(app, scope, &kid).await?;
        let leaf = leaf_of(&key)?;
        wanted.insert(leaf);
        wanted.extend(key.revoked_leaf.and_then(|leaf| u64::try_from(leaf).ok()));
        roots.push(RootEntry {
            jwk: key.key.to_jwk(),
            kid,
            leaf,
        });
    }
    let about = log::query::leaves_about(db, scope, agreement).await?;
    wanted.extend(about.iter().map(|leaf| leaf.index));
    let mut leaves = Vec::with_capacity(wanted.len());
    for index in wanted.into_iter().filter(|index| *index < checkpoint.size) {
        let leaf = log::query::leaf(db, scope, index).await?;
        let proof = log::query::inclusion(db, scope, index, checkpoint.size).await?;
        leaves.push(ProvenLeaf {
            index,
            bytes: leaf.bytes,
            proof,
        });
    }
    let versions = versions.into_iter().map(|version| SignedVersion {
        version: u32::try_from(version.version).unwrap_or(0),
        signatures: signatures
            .iter()
            .filter(|s| s.version == version.version)
            .map(|s| SignatureEntry {
                protected: s.protected.clone(),
                signature: s.signature.clone(),
            })
            .collect(),
        bytes: version.bytes,
    });
    let parts = Parts {
        agreement,
        checkpoint: note,
        log: log_key,
        witnesses,
        keys,
        roots,
        leaves,
        versions: versions.collect(),
        openings: Vec::new(),
    };
    build(parts).map_err(|fault| AgreementError::Broken(format!("bundle: {fault}")))
}

/// Puts the lines of the witnesses that the settings name under the note; gives their keys.
async fn cosigned(
    app: &App,
    scope: Scope,
    checkpoint: &Checkpoint,
    note: &mut Note,
) -> Result<Vec<VerifierKey>, AgreementError> {
    let lines = log::query::cosignatures(app.db.reader(), scope, checkpoint.size).await?;
    let mut keys = Vec::new();
    for witness in log::witness::ask::known(app)? {
        let line = lines
            .iter()
            .find(|line| witness.key.check(&note.text, line).is_some());
        if let Some(line) = line {
            note.lines.push(line.clone());
            keys.push(witness.key);
        }
    }
    Ok(keys)
}

async fn credential(app: &App, scope: Scope, kid: &str) -> Result<CredentialView, AgreementError> {
    let found = credentials::find(app.db.reader(), scope.tenant, kid).await?;
    found.ok_or_else(|| AgreementError::Broken(format!("key {kid} is gone")))
}

fn leaf_of(key: &CredentialView) -> Result<u64, AgreementError> {
    let leaf = key.enrolled_leaf.and_then(|leaf| u64::try_from(leaf).ok());
    leaf.ok_or_else(|| AgreementError::Broken(format!("key {} has no leaf", key.kid)))
}

/// The bundle's entry of a signer's key, and the cadre key that vouched for it.
fn key_entry(
    key: &CredentialView,
    view: &query::AgreementView,
) -> Result<(KeyEntry, String), AgreementError> {
    let broken = |what: &str| AgreementError::Broken(format!("key {}: {what}", key.kid));
    let enrolment = key.enrolment.clone().ok_or_else(|| broken("no enrolment"))?;
    let vouch = enrolment
        .signatures
        .get(1)
        .and_then(|entry| Header::parse(&entry.protected));
    let voucher = vouch.ok_or_else(|| broken("not vouched for"))?.kid;
    let party = key.party.and_then(|party| view.reference_of(party.uuid()));
    let party = party
        .ok_or_else(|| broken("of no party of the agreement"))?
        .to_owned();
    Ok((
        KeyEntry {
            enrolment,
            kid: key.kid.clone(),
            leaf: leaf_of(key)?,
            party,
        },
        voucher,
    ))
}

/// The trust file a district hands out for a tenant's log; it asks for more than half of the witnesses that the settings name. The key is the one
/// the log was opened with.
///
/// # Errors
/// [`AgreementError::Broken`] if the server's keys are not those of the log, or what the database reports.
pub async fn trust_policy(app: &App, scope: Scope) -> Result<TrustPolicy, AgreementError> {
    let db = app.db.reader();
    let head = log::query::head(db, scope).await?;
    let key: VerifierKey = log::service::signer(app, &head.origin)?.verifier().clone();
    let first = log::query::leaf(db, scope, 0).await?;
    let opened = Leaf::parse(&first.bytes).map_err(|fault| AgreementError::Broken(fault.to_string()))?;
    if opened.text("key") != Some(key.to_string().as_str()) {
        return Err(AgreementError::Broken(format!(
            "the key files are not those of the log {}",
            head.origin
        )));
    }
    let witnesses: Vec<VerifierKey> = log::witness::ask::known(app)?
        .into_iter()
        .map(|witness| witness.key)
        .collect();
    TrustPolicy::of_witnessed_log(key, &witnesses).map_err(|fault| AgreementError::Broken(fault.to_string()))
}

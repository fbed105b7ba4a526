//! One agreement with all that is shown of it.

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::agreements::domain::document::Document;
use crate::agreements::domain::state::{Standing, State};
use crate::agreements::entity::{agreement, agreement_party, agreement_version, signature};
use crate::agreements::error::AgreementError;
use crate::agreements::query::StoredVersion;
use crate::agreements::{query, standing as rows, store};
use crate::kernel::scope::Scope;
use crate::log::hash::Hash32;
use sea_orm::EntityTrait;

/// An agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementView {
    /// Its id.
    pub id: Uuid,
    /// Its address, `2026-12`.
    pub key: String,
    /// Its number.
    pub number: String,
    /// Where it stands.
    pub standing: Standing,
    /// The version on the table, or in force.
    pub document: Document,
    /// Its hash.
    pub hash: Hash32,
    /// The version that waits for signatures while another is in force.
    pub pending: Option<StoredVersion>,
    /// Its parties.
    pub parties: Vec<PartyStanding>,
    /// All versions.
    pub versions: Vec<VersionLine>,
    /// All signatures.
    pub signatures: Vec<SignatureView>,
    /// Revision, for the strong tag of a single resource.
    pub rev: i32,
    /// Milliseconds of sending.
    pub sent: i64,
    /// Milliseconds of the last change.
    pub changed: i64,
}

/// A party and whether it is bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyStanding {
    /// Its ref.
    pub reference: String,
    /// The party.
    pub party: Uuid,
    /// Its name.
    pub name: String,
    /// Its side.
    pub side: String,
    /// Whether it is bound to the version on the table.
    pub is_bound: bool,
    /// The day it leaves or has left.
    pub leaves_on: Option<String>,
    /// Whether it has left.
    pub has_left: bool,
}

/// A version in the list of versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionLine {
    /// Its number.
    pub version: i32,
    /// Code of its kind.
    pub kind: String,
    /// Its hash.
    pub hash: String,
    /// Name of the party that put it on the table; none for the street.
    pub author: Option<String>,
    /// Index of its leaf.
    pub leaf: i64,
    /// When, milliseconds.
    pub at: i64,
}

/// A signature as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureView {
    /// Its place.
    pub seq: i32,
    /// The version signed.
    pub version: i32,
    /// The party's ref.
    pub party: String,
    /// The party's name.
    pub name: String,
    /// Code of its intent.
    pub intent: String,
    /// Thumbprint of the key.
    pub kid: String,
    /// Its digest, b64u.
    pub digest: String,
    /// Index of its leaf.
    pub leaf: i64,
    /// When, milliseconds.
    pub at: i64,
}

impl AgreementView {
    /// The state.
    #[must_use]
    pub fn state(&self) -> State {
        self.standing.state
    }

    /// The ref of a party of this agreement.
    #[must_use]
    pub fn reference_of(&self, party: Uuid) -> Option<&str> {
        self.parties
            .iter()
            .find(|p| p.party == party)
            .map(|p| p.reference.as_str())
    }

    /// The version that signatures answer now, and its hash.
    #[must_use]
    pub fn table(&self) -> (&Document, Hash32) {
        match &self.pending {
            Some(pending) => (&pending.document, pending.hash),
            None => (&self.document, self.hash),
        }
    }

    /// The tag that intent routes ask for in `If-Match`.
    #[must_use]
    pub fn version_tag(&self) -> String {
        format!("\"v{}\"", self.standing.on_table())
    }
}

/// One agreement of the scope.
///
/// # Errors
/// [`AgreementError::NotFound`], or what the database reports.
pub async fn one(db: &impl ConnectionTrait, scope: Scope, id: Uuid) -> Result<AgreementView, AgreementError> {
    if !query::is_visible(db, scope, id).await? {
        return Err(AgreementError::NotFound);
    }
    let row = agreement::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or(AgreementError::NotFound)?;
    let parties = store::parties(db, id).await?;
    let standing = rows::standing(&row, &parties)?;
    let current = query::version(db, scope, id, standing.current).await?;
    let pending = match &standing.pending {
        Some(pending) => Some(query::version(db, scope, id, pending.version).await?),
        None => None,
    };
    let versions = query::versions(db, row.tenant, id).await?;
    let signatures = query::signatures(db, row.tenant, id).await?;
    let bound = standing.bound_now();
    Ok(AgreementView {
        id,
        key: format!("{}-{}", row.year, row.n),
        number: row.number,
        document: current.document,
        hash: current.hash,
        pending,
        parties: parties.iter().map(|p| party_standing(p, &bound)).collect(),
        versions: versions.into_iter().map(|v| version_line(v, &parties)).collect(),
        signatures: signatures
            .into_iter()
            .map(|s| signature_view(s, &parties))
            .collect(),
        rev: row.rev,
        sent: row.sent,
        changed: row.changed,
        standing,
    })
}

fn party_standing(row: &agreement_party::Model, bound: &[String]) -> PartyStanding {
    PartyStanding {
        reference: row.reference.clone(),
        party: row.party,
        name: row.name.clone(),
        side: row.side.clone(),
        is_bound: bound.contains(&row.reference),
        leaves_on: row.leaves_on.clone(),
        has_left: row.left_on.is_some(),
    }
}

fn name_of(parties: &[agreement_party::Model], reference: &str) -> String {
    let party = parties.iter().find(|party| party.reference == reference);
    party.map(|party| party.name.clone()).unwrap_or_default()
}

fn version_line(row: agreement_version::Model, parties: &[agreement_party::Model]) -> VersionLine {
    VersionLine {
        version: row.version,
        kind: row.kind,
        hash: Hash32::from_slice(&row.hash)
            .map(|h| h.to_string())
            .unwrap_or_default(),
        author: row.author_ref.as_deref().map(|r| name_of(parties, r)),
        leaf: row.leaf,
        at: row.at,
    }
}

fn signature_view(row: signature::Model, parties: &[agreement_party::Model]) -> SignatureView {
    SignatureView {
        seq: row.seq,
        version: row.version,
        name: name_of(parties, &row.party_ref),
        party: row.party_ref,
        intent: row.intent,
        kid: row.kid,
        digest: Hash32::from_slice(&row.digest)
            .map(|h| h.b64u())
            .unwrap_or_default(),
        leaf: row.leaf,
        at: row.at,
    }
}

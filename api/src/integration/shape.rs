//! What goes over the wire. Clients must ignore members they do not know.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::agreements::query::{AgreementRow, AgreementView, LeafProof};
use crate::kernel::clock::Millis;
use crate::log::b64;
use crate::log::hash::Hash32;

/// A page of agreements, the last changed first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AgreementPage {
    /// The agreements.
    pub(super) items: Vec<AgreementLine>,
    /// Where the next page begins; null on the last.
    pub(super) next: Option<String>,
}

/// An agreement in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AgreementLine {
    id: Uuid,
    #[schema(example = "珲靖共建〔2026〕12号")]
    number: String,
    title: String,
    /// open, signed, in_force, completed, expired, terminated, declined, withdrawn or lapsed.
    #[schema(example = "in_force")]
    state: String,
    term: Term,
    /// The version on the table, or in force.
    version: i32,
    parties: Vec<LineParty>,
    #[schema(example = "2026-11-24T03:00:00.000Z")]
    updated_at: String,
}

/// First and last day.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Term {
    #[schema(example = "2026-04-01")]
    from: String,
    #[schema(example = "2026-12-31")]
    until: String,
}

/// A party in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LineParty {
    name: String,
    /// Whether it is bound to the version.
    bound: bool,
}

impl From<AgreementRow> for AgreementLine {
    fn from(row: AgreementRow) -> Self {
        Self {
            id: row.id,
            number: row.number,
            title: row.title,
            state: row.state.code().to_owned(),
            term: Term {
                from: row.term_from,
                until: row.term_until,
            },
            version: row.version,
            parties: row
                .parties
                .into_iter()
                .map(|(name, bound)| LineParty { name, bound })
                .collect(),
            updated_at: Millis::new(row.changed).rfc3339(),
        }
    }
}

/// One agreement.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Agreement {
    id: Uuid,
    #[schema(example = "珲靖共建〔2026〕12号")]
    number: String,
    #[schema(example = "in_force")]
    state: String,
    version: i32,
    /// The version that waits for signatures while `version` is in force.
    pending_version: Option<u32>,
    /// The day it ends before its term, once notice was given or all have signed the end.
    #[schema(example = "2026-08-31")]
    ends_on: Option<String>,
    /// SHA-256 of the version's canonical bytes.
    #[schema(example = "sha256:rvkCx4QQmBrOlvFXxoRoCN_EQhdMxKDKf2VWMP2Xbdk")]
    version_hash: String,
    parties: Vec<Party>,
    signatures: Vec<Signature>,
    /// Leaves of the log about this agreement's versions and signatures, by index.
    leaves: Vec<i64>,
    /// The version document as signed (`agreement.schema.json`).
    #[schema(value_type = Object)]
    document: serde_json::Value,
    created_at: String,
    updated_at: String,
}

/// A party of an agreement.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Party {
    #[serde(rename = "ref")]
    #[schema(example = "p1")]
    reference: String,
    id: Uuid,
    name: String,
    /// community, unit or street.
    side: String,
    bound: bool,
}

/// A signature.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Signature {
    seq: i32,
    version: i32,
    /// The party's ref.
    party: String,
    #[schema(example = "accept")]
    intent: String,
    /// Thumbprint of the key.
    kid: String,
    digest: String,
    leaf: i64,
    at: String,
}

impl Agreement {
    /// The agreement as sent.
    pub(super) fn of(view: AgreementView) -> serde_json::Result<Self> {
        let mut leaves: Vec<i64> = view.versions.iter().map(|v| v.leaf).collect();
        leaves.extend(view.signatures.iter().map(|s| s.leaf));
        leaves.sort_unstable();
        leaves.dedup();
        Ok(Self {
            id: view.id,
            state: view.standing.state.code().to_owned(),
            version: i32::try_from(view.standing.current).unwrap_or(i32::MAX),
            pending_version: view.standing.pending.as_ref().map(|pending| pending.version),
            ends_on: view.standing.ends.as_ref().map(|notice| notice.on.to_string()),
            version_hash: view.hash.to_string(),
            document: serde_json::to_value(&view.document)?,
            parties: view
                .parties
                .into_iter()
                .map(|p| Party {
                    reference: p.reference,
                    id: p.party,
                    name: p.name,
                    side: p.side,
                    bound: p.is_bound,
                })
                .collect(),
            signatures: view
                .signatures
                .into_iter()
                .map(|s| Signature {
                    seq: s.seq,
                    version: s.version,
                    party: s.party,
                    intent: s.intent,
                    kid: s.kid,
                    digest: s.digest,
                    leaf: s.leaf,
                    at: Millis::new(s.at).rfc3339(),
                })
                .collect(),
            leaves,
            number: view.number,
            created_at: Millis::new(view.sent).rfc3339(),
            updated_at: Millis::new(view.changed).rfc3339(),
        })
    }
}

/// A leaf of the log with its inclusion proof (RFC 6962).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Proof {
    /// Its place in the log.
    index: u64,
    /// Its bytes, base64url.
    leaf: String,
    /// Leaves under the checkpoint.
    size: u64,
    /// Root of the tree, base64.
    root: String,
    /// Hashes from the leaf to the root, base64.
    path: Vec<String>,
    /// The checkpoint as a signed note.
    checkpoint: String,
}

impl From<LeafProof> for Proof {
    fn from(proof: LeafProof) -> Self {
        Self {
            index: proof.index,
            leaf: b64::encode_url(&proof.bytes),
            size: proof.size,
            root: proof.root.b64(),
            path: proof.proof.iter().map(Hash32::b64).collect(),
            checkpoint: proof.note,
        }
    }
}

/// Conditions of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Only in this state.
    pub(super) state: Option<String>,
    /// Only of this party.
    pub(super) party: Option<Uuid>,
    /// Only changed at or after this instant, milliseconds since 1970.
    pub(super) updated_since: Option<i64>,
    /// Rows on a page, 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<u32>,
    /// `next` of the page before.
    pub(super) cursor: Option<String>,
}

/// A problem (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProblemBody {
    /// `/problems/<code>`
    #[serde(rename = "type")]
    kind: String,
    title: String,
    status: u16,
    code: String,
    detail: Option<String>,
    /// `/requests/<id>`, to quote to the administrator.
    instance: String,
    action: String,
    errors: Option<Vec<ProblemFault>>,
}

/// One thing wrong with the input.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProblemFault {
    /// JSON Pointer into the body; or `query`, or `header`.
    pointer: Option<String>,
    query: Option<String>,
    header: Option<String>,
    code: String,
    value: Option<String>,
    detail: String,
    action: String,
}

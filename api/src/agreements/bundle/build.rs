//! Putting a bundle together from what the database holds.

use uuid::Uuid;

use super::format::{Bundle, KeyEntry, LeafEntry, Opening, RootEntry, SCHEMA, VersionEntry};
use crate::identity::keys::jws::{Jws, SignatureEntry};
use crate::kernel::strict_json::JsonFault;
use crate::log::b64;
use crate::log::hash::Hash32;
use crate::log::note::{Note, VerifierKey};

/// The parts of a bundle.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The agreement.
    pub agreement: Uuid,
    /// The checkpoint all proofs lead to.
    pub checkpoint: Note,
    /// The log's key.
    pub log: VerifierKey,
    /// The witnesses whose lines the note bears.
    pub witnesses: Vec<VerifierKey>,
    /// The signers' keys.
    pub keys: Vec<KeyEntry>,
    /// The cadres' keys.
    pub roots: Vec<RootEntry>,
    /// Leaves with their proofs.
    pub leaves: Vec<ProvenLeaf>,
    /// Version bytes with the signatures over them, in order of sequence.
    pub versions: Vec<SignedVersion>,
    /// Openings asked for.
    pub openings: Vec<Opening>,
}

/// A leaf and its inclusion proof to the checkpoint.
#[derive(Debug, Clone)]
pub struct ProvenLeaf {
    /// Its place.
    pub index: u64,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The proof.
    pub proof: Vec<Hash32>,
}

/// A version and the signatures over it.
#[derive(Debug, Clone)]
pub struct SignedVersion {
    /// Its number.
    pub version: u32,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The signatures.
    pub signatures: Vec<SignatureEntry>,
}

/// The bundle of these parts: leaves by index, versions by number, keys by the leaf that enrolled them.
///
/// # Errors
/// [`JsonFault`] if a part cannot be written.
pub fn bundle(parts: Parts) -> Result<Bundle, JsonFault> {
    let mut leaves: Vec<LeafEntry> = parts.leaves.iter().map(leaf_entry).collect();
    leaves.sort_by_key(|leaf| leaf.index);
    leaves.dedup_by_key(|leaf| leaf.index);
    let mut keys = parts.keys;
    keys.sort_by_key(|key| key.leaf);
    let mut roots = parts.roots;
    roots.sort_by(|a, b| (a.leaf, &a.kid).cmp(&(b.leaf, &b.kid)));
    let mut versions: Vec<VersionEntry> = parts.versions.into_iter().map(version_entry).collect();
    versions.sort_by_key(|version| version.version);
    let mut bundle = Bundle {
        agreement: parts.agreement,
        checkpoint: parts.checkpoint.to_string(),
        digest: Hash32::of(b""),
        keys,
        leaves,
        log: parts.log.to_string(),
        openings: parts.openings,
        roots,
        schema: SCHEMA.to_owned(),
        versions,
        witnesses: parts.witnesses.iter().map(ToString::to_string).collect(),
    };
    bundle.digest = bundle.computed_digest()?;
    Ok(bundle)
}

fn leaf_entry(leaf: &ProvenLeaf) -> LeafEntry {
    LeafEntry {
        data: b64::encode_url(&leaf.bytes),
        index: leaf.index,
        proof: leaf.proof.iter().map(Hash32::b64).collect(),
    }
}

fn version_entry(version: SignedVersion) -> VersionEntry {
    VersionEntry {
        jws: Jws {
            payload: b64::encode_url(&version.bytes),
            signatures: version.signatures,
        },
        version: version.version,
    }
}

//! The members of a bundle. The file is the canonical bytes exactly, so blanks and order cannot vary.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::identity::keys::jws::Jws;
use crate::kernel::limit;
use crate::kernel::strict_json::{self, JsonFault};
use crate::log::hash::Hash32;

/// The schema a bundle names.
pub const SCHEMA: &str = "gongjian.bundle/1";
/// Its media type.
pub const MEDIA_TYPE: &str = "application/vnd.gongjian.bundle+json";

/// A bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// The agreement it proves.
    pub agreement: Uuid,
    /// A note with the log's line and witnesses' lines.
    pub checkpoint: String,
    /// Hash of the canonical bytes of all other members.
    pub digest: Hash32,
    /// The signers' keys.
    pub keys: Vec<KeyEntry>,
    /// Every leaf about the agreement and its keys, proven to the checkpoint.
    pub leaves: Vec<LeafEntry>,
    /// The log's vkey.
    pub log: String,
    /// Personal values behind commitments; only if asked for.
    pub openings: Vec<Opening>,
    /// Cadre keys that vouch for the signers' keys.
    pub roots: Vec<RootEntry>,
    /// [`SCHEMA`].
    pub schema: String,
    /// The versions with their signatures.
    pub versions: Vec<VersionEntry>,
    /// Vkeys of the witnesses whose lines the note bears.
    pub witnesses: Vec<String>,
}

/// Why bytes are no bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleFault {
    /// Not strict, canonical JSON of the allowed size.
    #[error("{0}")]
    Json(JsonFault),
    /// The digest is not that of the other members.
    #[error("the digest does not fit")]
    Digest,
    /// Members are missing, unknown or misspelt.
    #[error("members are missing, unknown or misspelt")]
    Members,
}

/// A signer's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyEntry {
    /// Fact, possession and vouching.
    pub enrolment: Jws,
    /// Its thumbprint.
    pub kid: String,
    /// Index of the leaf that enrolled it.
    pub leaf: u64,
    /// Ref of the party it signs for.
    pub party: String,
}

/// A leaf with its way to the root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeafEntry {
    /// The leaf's bytes, b64u.
    pub data: String,
    /// Its place.
    pub index: u64,
    /// The inclusion proof, b64.
    pub proof: Vec<String>,
}

/// A value behind a commitment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// Its place in the version documents.
    pub pointer: String,
    /// The salt, b64u.
    pub salt: String,
    /// The value.
    pub value: Value,
}

/// A cadre's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RootEntry {
    /// The public key.
    pub jwk: Value,
    /// Its thumbprint.
    pub kid: String,
    /// Index of the leaf that names it.
    pub leaf: u64,
}

/// A version with the signatures over it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionEntry {
    /// Payload and signatures.
    pub jws: Jws,
    /// Its number.
    pub version: u32,
}

impl Bundle {
    /// Reads the canonical bytes of a bundle and judges its digest.
    ///
    /// # Errors
    /// [`BundleFault`].
    pub fn parse(bytes: &[u8]) -> Result<Self, BundleFault> {
        let mut value =
            strict_json::parse_canonical(bytes, limit::BUNDLE_BYTES).map_err(BundleFault::Json)?;
        let digest = value.as_object_mut().and_then(|members| members.remove("digest"));
        let digest = digest.ok_or(BundleFault::Members)?;
        let rest = strict_json::canonical(&value).map_err(BundleFault::Json)?;
        if digest.as_str().and_then(Hash32::parse) != Some(Hash32::of(&rest)) {
            return Err(BundleFault::Digest);
        }
        if let Some(members) = value.as_object_mut() {
            members.insert("digest".to_owned(), digest);
        }
        let bundle: Self = serde_json::from_value(value).map_err(|_| BundleFault::Members)?;
        // A member told as null where it may be left out, or another spelling of a hash or id, ends here.
        let same = strict_json::canonical(&bundle).is_ok_and(|again| again == bytes);
        if bundle.schema == SCHEMA && same {
            Ok(bundle)
        } else {
            Err(BundleFault::Members)
        }
    }

    /// The hash over all members but `digest`.
    ///
    /// # Errors
    /// [`JsonFault::Malformed`] if a member cannot be written.
    pub fn computed_digest(&self) -> Result<Hash32, JsonFault> {
        let mut value = serde_json::to_value(self).map_err(|_| JsonFault::Malformed)?;
        if let Some(members) = value.as_object_mut() {
            members.remove("digest");
        }
        Ok(Hash32::of(&strict_json::canonical(&value)?))
    }

    /// The file.
    ///
    /// # Errors
    /// [`JsonFault::Large`] beyond [`limit::BUNDLE_BYTES`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, JsonFault> {
        let bytes = strict_json::canonical(self)?;
        if bytes.len() > limit::BUNDLE_BYTES {
            return Err(JsonFault::Large);
        }
        Ok(bytes)
    }
}

//! Step 5: every version is a document by the rules, follows the one before, and stands in its leaf.

use super::leaves::Leaves;
use super::{Checked, Finding, Step};
use crate::agreements::bundle::format::Bundle;
use crate::agreements::domain::document::{Document, DocumentFault, VersionKind};
use crate::agreements::domain::rules;
use crate::log::b64;
use crate::log::hash::Hash32;
use crate::log::leaf::Leaf;

/// A version that holds.
pub(super) struct Version {
    pub(super) document: Document,
    pub(super) bytes: Vec<u8>,
    pub(super) hash: Hash32,
    /// Index of the leaf that put it on the table.
    pub(super) leaf: u64,
}

pub(super) fn check(bundle: &Bundle, leaves: &Leaves) -> Checked<Vec<Version>> {
    let mut versions: Vec<Version> = Vec::new();
    for (i, entry) in bundle.versions.iter().enumerate() {
        let place = format!("/versions/{i}");
        let fail = |code| vec![Finding::new(Step::Versions, code, place.clone())];
        let bytes = b64::decode_url(&entry.jws.payload).ok_or_else(|| fail("version-form"))?;
        let document = Document::parse(&bytes).map_err(|fault| {
            fail(match fault {
                DocumentFault::NotCanonical(_) => "version-form",
                DocumentFault::Invalid(_) => "version-rules",
                DocumentFault::OneSided(_) => "version-one-sided",
            })
        })?;
        let follows = match versions.last() {
            None => document.version == 1,
            Some(before) => rules::chain_faults(&document, &before.document, before.hash).is_empty(),
        };
        if !follows || document.version != entry.version || document.agreement != bundle.agreement {
            return Err(fail("version-chain"));
        }
        let hash = Hash32::of(&bytes);
        let leaf = tabled(bundle, leaves, &document, hash).ok_or_else(|| fail("version-leaf"))?;
        versions.push(Version {
            document,
            bytes,
            hash,
            leaf,
        });
    }
    if versions.is_empty() {
        return Err(vec![Finding::new(Step::Versions, "version-none", "/versions")]);
    }
    Ok(versions)
}

/// The one leaf that put the version on the table.
fn tabled(bundle: &Bundle, leaves: &Leaves, document: &Document, hash: Hash32) -> Option<u64> {
    let kind = match document.kind {
        VersionKind::Original => "agreement.opened",
        VersionKind::Counter => "agreement.countered",
        VersionKind::Termination => "agreement.terminating",
        VersionKind::Amendment | VersionKind::Renewal | VersionKind::Correction => "agreement.amended",
    };
    let mut found = leaves.values().filter(|leaf| {
        is_about(leaf, bundle)
            && leaf.kind == kind
            && leaf.number("version") == Some(document.version.into())
            && leaf.hash("version_hash") == Some(hash)
    });
    let leaf = found.next()?;
    (found.next().is_none() && leaf.tenant == document.tenant).then_some(leaf.index)
}

/// Whether a leaf is about the bundle's agreement.
pub(super) fn is_about(leaf: &Leaf, bundle: &Bundle) -> bool {
    leaf.subject.kind == "agreement" && leaf.subject.id == bundle.agreement
}

//! Step 3: every leaf is where it says, under the checkpoint's root.

use std::collections::BTreeMap;

use super::{Checked, Finding, Step};
use crate::agreements::bundle::format::{Bundle, LeafEntry};
use crate::log::b64;
use crate::log::checkpoint::Checkpoint;
use crate::log::hash::Hash32;
use crate::log::leaf::{self, Leaf};
use crate::log::tree;

/// Proven leaves by index.
pub(super) type Leaves = BTreeMap<u64, Leaf>;

pub(super) fn check(bundle: &Bundle, checkpoint: &Checkpoint) -> Checked<Leaves> {
    let mut leaves = Leaves::new();
    let mut findings = Vec::new();
    let mut before: Option<(u64, String)> = None;
    for (i, entry) in bundle.leaves.iter().enumerate() {
        let outcome = one(entry, checkpoint).and_then(|leaf| {
            let ordered = before
                .as_ref()
                .is_none_or(|(index, at)| *index < leaf.index && *at <= leaf.at);
            if ordered { Ok(leaf) } else { Err("leaf-order") }
        });
        match outcome {
            Ok(leaf) => {
                before = Some((leaf.index, leaf.at.clone()));
                leaves.insert(leaf.index, leaf);
            }
            Err(code) => findings.push(Finding::new(Step::Leaves, code, format!("/leaves/{i}"))),
        }
    }
    let tenants: std::collections::BTreeSet<_> = leaves.values().map(|leaf| leaf.tenant).collect();
    if tenants.len() != 1 {
        findings.push(Finding::new(Step::Leaves, "leaf-tenant", "/leaves"));
    }
    if findings.is_empty() {
        Ok(leaves)
    } else {
        Err(findings)
    }
}

fn one(entry: &LeafEntry, checkpoint: &Checkpoint) -> Result<Leaf, &'static str> {
    let bytes = b64::decode_url(&entry.data).ok_or("leaf-form")?;
    if entry.proof.len() > tree::PROOF_NODES {
        return Err("leaf-proof");
    }
    let proof: Option<Vec<Hash32>> = entry.proof.iter().map(|node| Hash32::from_b64(node)).collect();
    let proof = proof.ok_or("leaf-proof")?;
    let hash = leaf::hash(&bytes);
    if !tree::verify_inclusion(&hash, entry.index, checkpoint.size, &proof, &checkpoint.root) {
        return Err("leaf-proof");
    }
    let leaf = Leaf::parse(&bytes).map_err(|_| "leaf-form")?;
    if leaf.index == entry.index {
        Ok(leaf)
    } else {
        Err("leaf-place")
    }
}

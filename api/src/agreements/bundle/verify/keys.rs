//! Step 4: which keys are whose: cadre keys the log names, signers' keys enrolled and vouched for.

use std::collections::BTreeMap;

use super::leaves::Leaves;
use super::{Checked, Finding, Report, Step};
use crate::agreements::bundle::format::{Bundle, KeyEntry, RootEntry};
use crate::identity::keys::enrol::{self, EnrolFault, Enrolment};
use crate::identity::keys::jwk::PublicKey;
use crate::identity::keys::jws::{Expiry, Seen, expiry};
use crate::log::checkpoint::Checkpoint;
use crate::log::hash::Hash32;
use crate::log::leaf::Leaf;

/// Signers' keys by thumbprint.
pub(super) type Keys = BTreeMap<String, SignerKey>;

/// A signer's key that holds.
pub(super) struct SignerKey {
    pub(super) enrolment: Enrolment,
    pub(super) leaf: u64,
    pub(super) party: String,
}

struct Cadre {
    key: PublicKey,
    leaf: u64,
}

pub(super) fn check(
    bundle: &Bundle,
    checkpoint: &Checkpoint,
    leaves: &Leaves,
    report: &mut Report,
) -> Checked<Keys> {
    let mut findings = Vec::new();
    opened(bundle, checkpoint, leaves, &mut findings);
    let mut cadres = BTreeMap::new();
    for (i, entry) in bundle.roots.iter().enumerate() {
        match root(entry, leaves) {
            Some(cadre) if !cadres.contains_key(&entry.kid) => {
                report.show("cadre", cadre.key.fingerprint());
                cadres.insert(entry.kid.clone(), cadre);
            }
            _ => findings.push(Finding::new(Step::Keys, "root", format!("/roots/{i}"))),
        }
    }
    let mut keys = Keys::new();
    for (i, entry) in bundle.keys.iter().enumerate() {
        match one(entry, checkpoint, leaves, &cadres) {
            Ok(key) if !keys.contains_key(&entry.kid) => {
                report.show(entry.party.clone(), key.enrolment.key.fingerprint());
                keys.insert(entry.kid.clone(), key);
            }
            Ok(_) => findings.push(Finding::new(Step::Keys, "key-twice", format!("/keys/{i}"))),
            Err(code) => findings.push(Finding::new(Step::Keys, code, format!("/keys/{i}"))),
        }
    }
    if findings.is_empty() {
        Ok(keys)
    } else {
        Err(findings)
    }
}

/// The log's first leaf names this origin and this key.
fn opened(bundle: &Bundle, checkpoint: &Checkpoint, leaves: &Leaves, findings: &mut Vec<Finding>) {
    let holds = leaves.get(&0).is_some_and(|leaf| {
        leaf.kind == "log.opened"
            && leaf.text("origin") == Some(&checkpoint.origin)
            && leaf.text("key") == Some(&bundle.log)
    });
    if !holds {
        findings.push(Finding::new(Step::Keys, "log-opened", "/leaves/0"));
    }
}

fn root(entry: &RootEntry, leaves: &Leaves) -> Option<Cadre> {
    let key = PublicKey::from_jwk(&entry.jwk)?;
    let leaf = leaves.get(&entry.leaf)?;
    let named = match leaf.kind.as_str() {
        "log.opened" => leaf
            .data
            .get("root_credentials")?
            .as_array()?
            .iter()
            .any(|kid| kid.as_str() == Some(&entry.kid)),
        "credential.enrolled" => {
            leaf.text("kid") == Some(&entry.kid) && leaf.text("purpose") == Some("cadre")
        }
        _ => false,
    };
    (named && key.kid() == entry.kid).then_some(Cadre {
        key,
        leaf: entry.leaf,
    })
}

fn one(
    entry: &KeyEntry,
    checkpoint: &Checkpoint,
    leaves: &Leaves,
    cadres: &BTreeMap<String, Cadre>,
) -> Result<SignerKey, &'static str> {
    let leaf = leaves.get(&entry.leaf).ok_or("key-leaf")?;
    let cadre = |kid: &str| {
        let cadre = cadres.get(kid)?;
        let usable = cadre.leaf < entry.leaf && !is_revoked(leaves, kid, entry.leaf);
        usable.then(|| cadre.key.clone())
    };
    let enrolment = enrol::check(&entry.enrolment, cadre).map_err(|fault| match fault {
        EnrolFault::Fact | EnrolFault::Validity => "key-fact",
        EnrolFault::Key => "key-kid",
        EnrolFault::Possession => "key-possession",
        EnrolFault::Vouching => "key-vouching",
    })?;
    if entry.kid != enrolment.fact.kid {
        return Err("key-kid");
    }
    if !names(leaf, &enrolment) {
        return Err("key-leaf");
    }
    let at = leaf.millis().ok_or("key-leaf")?.seconds();
    let vouched = enrolment.vouch.as_ref().is_some_and(|vouch| {
        expiry(vouch.exp, at) == Expiry::Good && was_seen(&vouch.seen, checkpoint, entry.leaf)
    });
    let shown = expiry(enrolment.enrol.exp, at) != Expiry::TooFar
        && was_seen(&enrolment.enrol.seen, checkpoint, entry.leaf);
    if !vouched || !shown {
        return Err("key-time");
    }
    Ok(SignerKey {
        enrolment,
        leaf: entry.leaf,
        party: entry.party.clone(),
    })
}

/// Whether the leaf enrols exactly this key by exactly these signatures.
fn names(leaf: &Leaf, enrolment: &Enrolment) -> bool {
    let digests: Vec<String> = enrolment.digests.iter().map(Hash32::b64u).collect();
    let told = leaf.data.get("signatures").and_then(|s| s.as_array());
    let same = told.is_some_and(|told| {
        told.len() == digests.len() && told.iter().zip(&digests).all(|(t, d)| t.as_str() == Some(d))
    });
    leaf.kind == "credential.enrolled"
        && same
        && leaf.hash("fact") == Some(enrolment.hash)
        && leaf.text("kid") == Some(&enrolment.fact.kid)
        && leaf.text("party") == Some(&enrolment.fact.party.to_string())
        && leaf.subject.id == enrolment.fact.party
        && leaf.tenant == enrolment.fact.tenant
}

/// Whether what a signer says to have seen was there before the leaf.
pub(super) fn was_seen(seen: &Seen, checkpoint: &Checkpoint, leaf: u64) -> bool {
    seen.origin == checkpoint.origin && seen.size <= leaf
}

/// Whether the key was revoked before leaf `index`.
pub(super) fn is_revoked(leaves: &Leaves, kid: &str, index: u64) -> bool {
    leaves
        .range(..index)
        .any(|(_, leaf)| leaf.kind == "credential.revoked" && leaf.text("kid") == Some(kid))
}

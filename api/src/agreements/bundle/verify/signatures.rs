//! Step 6: every signature is by the right key over the right bytes, stands in exactly one leaf, and fixes what
//! its signer had seen.

use std::collections::{BTreeMap, BTreeSet};

use super::keys::{Keys, is_revoked, was_seen};
use super::leaves::Leaves;
use super::versions::{Version, is_about};
use super::{Checked, Finding, Report, Step};
use crate::agreements::bundle::format::Bundle;
use crate::agreements::domain::state::{chain_next, chain_start};
use crate::identity::keys::jws::{Expiry, Header, Intent, SignatureEntry, expiry};
use crate::log::checkpoint::Checkpoint;
use crate::log::hash::Hash32;
use crate::log::leaf::{ActorKind, Leaf};

/// A signature that holds, by the index of its leaf.
pub(super) type Signatures = BTreeMap<u64, HeldSignature>;

pub(super) struct HeldSignature {
    pub(super) header: Header,
    pub(super) party: String,
    pub(super) digest: Hash32,
}

/// What all signatures of a bundle are judged against.
struct Context<'a> {
    checkpoint: &'a Checkpoint,
    leaves: &'a Leaves,
    keys: &'a Keys,
    /// Leaves of signatures, by digest.
    by_digest: BTreeMap<String, &'a Leaf>,
    /// H₀, H₁, … in the order of the leaves.
    chain: Vec<Hash32>,
}

pub(super) fn check(
    bundle: &Bundle,
    checkpoint: &Checkpoint,
    leaves: &Leaves,
    keys: &Keys,
    versions: &[Version],
    report: &mut Report,
) -> Checked<Signatures> {
    let context = context(bundle, checkpoint, leaves, keys)?;
    let mut held = Signatures::new();
    let mut nonces = BTreeSet::new();
    let mut findings = Vec::new();
    for (v, (entry, version)) in bundle.versions.iter().zip(versions).enumerate() {
        for (s, signature) in entry.jws.signatures.iter().enumerate() {
            let place = format!("/versions/{v}/jws/signatures/{s}");
            // A counter-offer answers the version before its own, what comes later the version in force.
            let answered = match version.document.base {
                Some(base) => versions.iter().find(|known| known.hash == base),
                None => v.checked_sub(1).and_then(|before| versions.get(before)),
            };
            match one(signature, version, answered, &context) {
                Ok((leaf, signature)) => {
                    if !nonces.insert(signature.header.nonce.clone())
                        || held.insert(leaf, signature).is_some()
                    {
                        findings.push(Finding::new(Step::Signatures, "signature-twice", place));
                    }
                }
                Err(code) => findings.push(Finding::new(Step::Signatures, code, place)),
            }
        }
    }
    if findings.is_empty() && held.len() != context.by_digest.len() {
        findings.push(Finding::new(Step::Signatures, "signature-missing", "/versions"));
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    name_keys(report, versions);
    Ok(held)
}

/// Finds the leaves of signatures; their `seq` must run 1, 2, 3 … with the index.
fn context<'a>(
    bundle: &Bundle,
    checkpoint: &'a Checkpoint,
    leaves: &'a Leaves,
    keys: &'a Keys,
) -> Checked<Context<'a>> {
    let fail = |place: String| vec![Finding::new(Step::Signatures, "signature-order", place)];
    let mut by_digest = BTreeMap::new();
    let mut chain = vec![chain_start(bundle.agreement)];
    for leaf in leaves.values().filter(|leaf| is_about(leaf, bundle)) {
        let Some(digest) = leaf.text("signature") else {
            continue;
        };
        let place = || format!("/leaves (index {})", leaf.index);
        let expected = u64::try_from(chain.len()).ok();
        let value = Hash32::from_b64u(digest).ok_or_else(|| fail(place()))?;
        let fresh = by_digest.insert(digest.to_owned(), leaf).is_none();
        if leaf.number("seq") != expected || !fresh {
            return Err(fail(place()));
        }
        if let Some(before) = chain.last() {
            let next = chain_next(before, &value);
            chain.push(next);
        }
    }
    Ok(Context {
        checkpoint,
        leaves,
        keys,
        by_digest,
        chain,
    })
}

fn one(
    entry: &SignatureEntry,
    version: &Version,
    answered: Option<&Version>,
    context: &Context<'_>,
) -> Result<(u64, HeldSignature), &'static str> {
    let header = Header::parse(&entry.protected).ok_or("signature-header")?;
    let party = header.party.clone().ok_or("signature-header")?;
    let digest = entry.digest(&version.bytes);
    let leaf = context.by_digest.get(&digest.b64u()).ok_or("signature-leaf")?;
    if !is_in(leaf, &header, &party, version) {
        return Err("signature-leaf");
    }
    let key = context.keys.get(&header.kid).ok_or("signature-key")?;
    let at = leaf.millis().ok_or("signature-leaf")?;
    let owner = version.document.party(&party).map(|p| p.id);
    let fact = &key.enrolment.fact;
    let valid = key.party == party
        && owner == Some(fact.party)
        && key.leaf < leaf.index
        && (fact.valid_from..=fact.valid_until).contains(&at.day())
        && !is_revoked(context.leaves, &header.kid, leaf.index);
    if !valid || header.alg != key.enrolment.key.alg() {
        return Err("signature-key");
    }
    if !entry.verifies(&key.enrolment.key, &version.bytes) {
        return Err("signature-crypto");
    }
    if expiry(header.exp, at.seconds()) != Expiry::Good {
        return Err("signature-time");
    }
    // The checkpoint covers the version answered.
    let answered = match header.intent {
        Intent::Counter | Intent::Amend | Intent::Terminate => answered.map(|v| v.leaf),
        _ => Some(version.leaf),
    };
    let covers = answered.is_some_and(|leaf| leaf < header.seen.size);
    if !covers || !was_seen(&header.seen, context.checkpoint, leaf.index) {
        return Err("signature-seen");
    }
    let prior = header.prior.as_ref().ok_or("signature-header")?;
    let known = usize::try_from(prior.n).ok().and_then(|n| context.chain.get(n));
    let before = leaf.number("seq").is_some_and(|seq| prior.n < seq);
    if !before || known.map(Hash32::b64u).as_ref() != Some(&prior.hash) {
        return Err("signature-prior");
    }
    Ok((
        leaf.index,
        HeldSignature {
            header,
            party,
            digest,
        },
    ))
}

/// Whether the leaf tells of this signature: act, party, version.
fn is_in(leaf: &Leaf, header: &Header, party: &str, version: &Version) -> bool {
    let kind = match header.intent {
        Intent::Accept => "agreement.accepted",
        Intent::Counter => "agreement.countered",
        Intent::Decline => "agreement.declined",
        Intent::Amend => "agreement.amended",
        Intent::Terminate => "agreement.terminating",
        Intent::Witness | Intent::Enrol | Intent::Vouch => return false,
    };
    leaf.kind == kind
        && leaf.actor.kind == ActorKind::Signer
        && leaf.actor.party.as_deref() == Some(party)
        && leaf.number("version") == Some(version.document.version.into())
        && leaf.hash("version_hash") == Some(version.hash)
}

/// Puts parties' names where the report holds their refs.
fn name_keys(report: &mut Report, versions: &[Version]) {
    let Some(last) = versions.last() else { return };
    for key in &mut report.keys {
        if let Some(party) = last.document.party(&key.owner) {
            key.owner.clone_from(&party.name);
        }
    }
}

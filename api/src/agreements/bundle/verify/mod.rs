//! Verifying a bundle without server, network or database: eight steps, the first failing one decides.

mod keys;
mod leaves;
mod note;
mod openings;
mod replay;
mod report;
mod signatures;
mod versions;

pub use report::{Finding, Report, Step, Verdict};

use std::collections::BTreeMap;

use super::format::{Bundle, BundleFault};
use crate::agreements::domain::state::Standing;
use crate::kernel::clock::Millis;
use crate::kernel::strict_json::JsonFault;
use crate::log::checkpoint::Checkpoint;
use crate::log::leaf::Leaf;
use crate::log::policy::TrustPolicy;

/// Runs all steps over the bytes of a bundle. Without a policy the keys are told, to be compared by other
/// means; with one, trust is part of the judgement. Never panics, whatever the bytes.
#[must_use]
pub fn verify(bytes: &[u8], policy: Option<&TrustPolicy>, now: Millis) -> Report {
    let mut report = Report::new(policy.is_some());
    match run(bytes, policy, now, &mut report) {
        Ok(()) => report,
        Err(findings) => {
            report.findings = findings;
            report
        }
    }
}

type Checked<T> = Result<T, Vec<Finding>>;

fn run(bytes: &[u8], policy: Option<&TrustPolicy>, now: Millis, report: &mut Report) -> Checked<()> {
    let bundle = read(bytes)?;
    report.agreement = Some(bundle.agreement);
    report.passed(Step::Form);
    let checkpoint = note::check(&bundle, policy, now, report)?;
    report.passed(Step::Checkpoint);
    let leaves = leaves::check(&bundle, &checkpoint)?;
    report.passed(Step::Leaves);
    let keys = keys::check(&bundle, &checkpoint, &leaves, report)?;
    report.passed(Step::Keys);
    let versions = versions::check(&bundle, &leaves)?;
    report.passed(Step::Versions);
    let signed = signatures::check(&bundle, &checkpoint, &leaves, &keys, &versions, report)?;
    report.passed(Step::Signatures);
    report.verdict = Some(replay::check(&bundle, &leaves, &versions, &signed)?);
    report.passed(Step::Replay);
    openings::check(&bundle, &versions)?;
    report.passed(Step::Openings);
    Ok(())
}

/// Steps 4 to 7 over parts whose leaves are proven in another way: where the agreement stood after each leaf.
pub(in crate::agreements) fn standings(
    bundle: &Bundle,
    checkpoint: &Checkpoint,
    leaves: &BTreeMap<u64, Leaf>,
) -> Result<Vec<(u64, Standing)>, Vec<Finding>> {
    let mut report = Report::new(false);
    let keys = keys::check(bundle, checkpoint, leaves, &mut report)?;
    let versions = versions::check(bundle, leaves)?;
    let signed = signatures::check(bundle, checkpoint, leaves, &keys, &versions, &mut report)?;
    replay::standings(bundle, leaves, &versions, &signed)
}

fn read(bytes: &[u8]) -> Checked<Bundle> {
    Bundle::parse(bytes).map_err(|fault| {
        let code = match fault {
            BundleFault::Json(JsonFault::Large) => "too-large",
            BundleFault::Json(JsonFault::NotCanonical) => "not-canonical",
            BundleFault::Json(_) => "unreadable",
            BundleFault::Members => "members",
            BundleFault::Digest => "digest",
        };
        vec![Finding::new(Step::Form, code, "")]
    })
}

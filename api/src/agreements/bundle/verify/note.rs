//! Step 2: the checkpoint's signatures, and whether they come from whom we trust.

use super::{Checked, Finding, Report, Step};
use crate::agreements::bundle::format::Bundle;
use crate::kernel::clock::Millis;
use crate::log::checkpoint::Checkpoint;
use crate::log::note::{KeyKind, Note, VerifierKey};
use crate::log::policy::TrustPolicy;

/// Seconds a witness's clock may be ahead of ours.
const AHEAD_S: i64 = 300;

pub(super) fn check(
    bundle: &Bundle,
    policy: Option<&TrustPolicy>,
    now: Millis,
    report: &mut Report,
) -> Checked<Checkpoint> {
    let fail = |code, place: &str| vec![Finding::new(Step::Checkpoint, code, place)];
    let note: Note = bundle
        .checkpoint
        .parse()
        .map_err(|_| fail("note-form", "/checkpoint"))?;
    let checkpoint: Checkpoint = note.text.parse().map_err(|_| fail("note-form", "/checkpoint"))?;
    let log = vkey(&bundle.log, KeyKind::Log).ok_or_else(|| fail("vkey", "/log"))?;
    let witnesses: Option<Vec<VerifierKey>> = bundle
        .witnesses
        .iter()
        .map(|w| vkey(w, KeyKind::Witness))
        .collect();
    let witnesses = witnesses.ok_or_else(|| fail("vkey", "/witnesses"))?;
    report.show("log", bundle.log.clone());
    for witness in &bundle.witnesses {
        report.show("witness", witness.clone());
    }
    if log.name() != checkpoint.origin {
        return Err(fail("origin", "/checkpoint"));
    }
    let mut findings = Vec::new();
    if let Err(code) = lines_hold(&note, &log, &witnesses, now) {
        findings.push(Finding::new(Step::Checkpoint, code, "/checkpoint"));
    }
    if let Some(policy) = policy {
        if !policy.knows_log(&log) {
            findings.push(Finding::new(Step::Checkpoint, "log-not-trusted", "/log"));
        }
        if !policy.is_met_by(&witnesses) {
            findings.push(Finding::new(Step::Checkpoint, "quorum", "/witnesses"));
        }
    }
    if findings.is_empty() {
        Ok(checkpoint)
    } else {
        Err(findings)
    }
}

fn vkey(text: &str, kind: KeyKind) -> Option<VerifierKey> {
    text.parse().ok().filter(|key: &VerifierKey| key.kind() == kind)
}

/// Exactly one line per key named, each good, and no further line.
fn lines_hold(
    note: &Note,
    log: &VerifierKey,
    witnesses: &[VerifierKey],
    now: Millis,
) -> Result<(), &'static str> {
    let keys: Vec<&VerifierKey> = std::iter::once(log).chain(witnesses).collect();
    if note.lines.len() != keys.len() {
        return Err("note-lines");
    }
    for key in &keys {
        let mut good = note.lines.iter().filter_map(|line| key.check(&note.text, line));
        let time = good.next().ok_or("note-signature")?;
        if good.next().is_some() {
            return Err("note-lines");
        }
        let ahead = |t: u64| i64::try_from(t).map_or(true, |t| t > now.seconds().saturating_add(AHEAD_S));
        if time.is_some_and(ahead) {
            return Err("cosignature-time");
        }
    }
    Ok(())
}

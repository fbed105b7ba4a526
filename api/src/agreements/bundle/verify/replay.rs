//! Step 7: the log's leaves, replayed through the same state machine the server uses.

use super::leaves::Leaves;
use super::report::Verdict;
use super::signatures::Signatures;
use super::versions::{Version, is_about};
use super::{Checked, Finding, Step};
use crate::agreements::bundle::format::Bundle;
use crate::agreements::domain::change::base_faults;
use crate::agreements::domain::document::Document;
use crate::agreements::domain::ending::binds_alone;
use crate::agreements::domain::state::{Act, Ending, Signed, Standing, State};
use crate::kernel::date::CivilDate;
use crate::log::leaf::Leaf;

pub(super) fn check(
    bundle: &Bundle,
    leaves: &Leaves,
    versions: &[Version],
    signatures: &Signatures,
) -> Checked<Verdict> {
    let fail = || vec![Finding::new(Step::Replay, "replay-order", "/leaves")];
    let standings = standings(bundle, leaves, versions, signatures)?;
    let (_, standing) = standings.last().ok_or_else(fail)?;
    verdict(standing, versions).ok_or_else(fail)
}

/// Where the agreement stood after each leaf about it.
pub(super) fn standings(
    bundle: &Bundle,
    leaves: &Leaves,
    versions: &[Version],
    signatures: &Signatures,
) -> Checked<Vec<(u64, Standing)>> {
    let mut standings: Vec<(u64, Standing)> = Vec::new();
    for leaf in leaves.values().filter(|leaf| is_about(leaf, bundle)) {
        let fail = |code| {
            vec![Finding::new(
                Step::Replay,
                code,
                format!("/leaves (index {})", leaf.index),
            )]
        };
        let next = match standings.last() {
            None => open(leaf, bundle, versions),
            Some((_, standing)) => step(leaf, standing, versions, signatures),
        };
        standings.push((leaf.index, next.map_err(fail)?));
    }
    Ok(standings)
}

fn open(leaf: &Leaf, bundle: &Bundle, versions: &[Version]) -> Result<Standing, &'static str> {
    let first = versions.first().ok_or("replay-order")?;
    if leaf.kind != "agreement.opened" {
        return Err("replay-order");
    }
    let document = &first.document;
    Ok(Standing::opened(
        bundle.agreement,
        &document.refs(),
        document.term.from,
    ))
}

fn step(
    leaf: &Leaf,
    standing: &Standing,
    versions: &[Version],
    signatures: &Signatures,
) -> Result<Standing, &'static str> {
    let act = match leaf.kind.as_str() {
        "agreement.accepted" => Act::Accept(signed(leaf, signatures)?),
        "agreement.countered" => {
            let signed = signed(leaf, signatures)?;
            let term_from = version(versions, signed.version)?.document.term.from;
            Act::Counter(signed, term_from)
        }
        "agreement.declined" => Act::Decline(signed(leaf, signatures)?),
        "agreement.amended" | "agreement.terminating" => {
            later(signed(leaf, signatures)?, standing, versions)?
        }
        _ => by_others(leaf)?,
    };
    let today = leaf.millis().ok_or("replay-order")?.day();
    if !is_time(&act, standing, versions, today) {
        return Err("replay-order");
    }
    let next = standing.apply(&act).map_err(|_| "replay-order")?;
    let is_day = |member: &str, day: Option<CivilDate>| {
        leaf.text(member).map(str::to_owned) == day.map(|day| day.to_string())
    };
    let days_fit = leaf.kind == "agreement.filed"
        || (is_day("in_force_on", next.binds_anew(standing)) && is_day("ends_on", next.ends_anew(standing)));
    let right_number = leaf
        .text("number")
        .is_none_or(|number| versions.first().is_some_and(|v| v.document.number == number));
    let right_state = leaf.text("state").is_none_or(|state| state == next.state.code());
    if days_fit && right_number && right_state {
        Ok(next)
    } else {
        Err("replay-claim")
    }
}

/// What the street and the calendar did.
fn by_others(leaf: &Leaf) -> Result<Act, &'static str> {
    Ok(match leaf.kind.as_str() {
        "agreement.withdrawn" => Act::Withdraw,
        "agreement.lapsed" => Act::Lapse,
        "agreement.began" => Act::Begin,
        "agreement.left" => Act::Leave(leaf.text("party").ok_or("replay-order")?.to_owned()),
        "agreement.ended" if leaf.text("state") == Some(State::Terminated.code()) => Act::Terminated,
        "agreement.ended" => Act::End {
            settled: leaf.text("state") == Some(State::Completed.code()),
        },
        "agreement.filed" => Act::File,
        _ => return Err("replay-kind"),
    })
}

/// Whether the day of what the calendar brings had come.
fn is_time(act: &Act, standing: &Standing, versions: &[Version], today: CivilDate) -> bool {
    let passed = |number: u32, day: &dyn Fn(&Document) -> CivilDate| {
        version(versions, number).is_ok_and(|v| day(&v.document) < today)
    };
    match act {
        Act::Begin => standing.term_from <= today,
        Act::Leave(party) => standing.leaving.get(party).is_some_and(|n| n.on <= today),
        Act::Terminated => standing.ends.as_ref().is_some_and(|n| n.on <= today),
        Act::End { .. } => passed(standing.current, &|document| document.term.until),
        Act::Lapse => passed(standing.on_table(), &|document| document.sign_by),
        _ => true,
    }
}

/// A version offered after signing must follow the one in force at that moment.
fn later(signed: Signed, standing: &Standing, versions: &[Version]) -> Result<Act, &'static str> {
    let document = &version(versions, signed.version)?.document;
    let base = version(versions, standing.current)?;
    let refs = base.document.parties.iter().map(|party| party.reference.as_str());
    let left = refs
        .filter(|reference| !standing.bound.contains_key(*reference))
        .collect();
    if !base_faults(document, &base.document, base.hash, &left).is_empty() {
        return Err("replay-base");
    }
    Ok(match Ending::of(document) {
        None => Act::Amend(signed, document.kind),
        Some(ending) => Act::Terminate {
            alone: binds_alone(document, &signed.party, signed.on),
            signed,
            ending,
        },
    })
}

fn version(versions: &[Version], number: u32) -> Result<&Version, &'static str> {
    let found = versions.iter().find(|v| v.document.version == number);
    found.ok_or("replay-order")
}

fn signed(leaf: &Leaf, signatures: &Signatures) -> Result<Signed, &'static str> {
    let held = signatures.get(&leaf.index).ok_or("replay-order")?;
    let version = leaf.number("version").and_then(|v| u32::try_from(v).ok());
    Ok(Signed {
        party: held.party.clone(),
        version: version.ok_or("replay-order")?,
        prior_n: held.header.prior.as_ref().map_or(0, |prior| prior.n),
        digest: held.digest,
        on: leaf.millis().ok_or("replay-order")?.day(),
    })
}

fn verdict(standing: &Standing, versions: &[Version]) -> Option<Verdict> {
    let document = &version(versions, standing.current).ok()?.document;
    let names = |refs: Vec<String>| {
        refs.iter()
            .filter_map(|r| document.party(r).map(|p| p.name.clone()))
            .collect()
    };
    let is_open = standing.in_force_on.is_none();
    let bound = if is_open {
        standing.bound_now()
    } else {
        standing.bound.keys().cloned().collect()
    };
    let left = document.refs();
    let left = left.into_iter().filter(|r| !standing.bound.contains_key(r));
    Some(Verdict {
        number: document.number.clone(),
        title: document.title.clone(),
        state: standing.state,
        version: standing.current,
        bound: names(bound),
        missing: names(if is_open { standing.missing() } else { Vec::new() }),
        left: names(left.collect()),
        in_force_on: standing.in_force_on,
        version_on: standing
            .version_on
            .filter(|day| Some(*day) != standing.in_force_on),
        pending: standing.pending.as_ref().map(|pending| pending.version),
        ends_on: standing.ends.as_ref().map(|notice| notice.on),
    })
}

//! Step 7: the log's leaves, replayed through the same state machine the server uses.

use super::leaves::Leaves;
use super::report::Verdict;
use super::signatures::Signatures;
use super::versions::{Version, is_about};
use super::{Checked, Finding, Step};
use crate::agreements::bundle::format::Bundle;
use crate::agreements::domain::state::{Act, Signed, Standing, State};
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
            let version = versions.iter().find(|v| v.document.version == signed.version);
            let term_from = version.ok_or("replay-order")?.document.term.from;
            Act::Counter(signed, term_from)
        }
        "agreement.declined" => Act::Decline(signed(leaf, signatures)?),
        "agreement.withdrawn" => Act::Withdraw,
        "agreement.lapsed" => Act::Lapse,
        "agreement.began" => Act::Begin,
        "agreement.ended" => Act::End {
            settled: leaf.text("state") == Some(State::Completed.code()),
        },
        "agreement.filed" => Act::File,
        _ => return Err("replay-kind"),
    };
    let next = standing.apply(&act).map_err(|_| "replay-order")?;
    let told = leaf.text("in_force_on").map(str::to_owned);
    let newly = next.in_force_on.filter(|_| standing.in_force_on.is_none());
    let right_day = leaf.kind == "agreement.filed" || told == newly.map(|day| day.to_string());
    let right_number = leaf
        .text("number")
        .is_none_or(|number| versions.first().is_some_and(|v| v.document.number == number));
    if right_day && right_number {
        Ok(next)
    } else {
        Err("replay-claim")
    }
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
    let version = versions.iter().find(|v| v.document.version == standing.current)?;
    let document = &version.document;
    let names = |refs: Vec<String>| {
        refs.iter()
            .filter_map(|r| document.party(r).map(|p| p.name.clone()))
            .collect()
    };
    Some(Verdict {
        number: document.number.clone(),
        title: document.title.clone(),
        state: standing.state,
        version: standing.current,
        bound: names(standing.bound_now()),
        missing: names(standing.missing()),
        in_force_on: standing.in_force_on,
    })
}

//! Working a trial out, on a thread of its own: from a kept plan to what is told of it.

use gongjian_engine::certificate::Certificate;
use gongjian_engine::check::check;
use gongjian_engine::control::Control;
use gongjian_engine::model::Instance;
use gongjian_engine::plan::{self, Document};
use gongjian_engine::resolve::{self, Before};
use gongjian_engine::what_if::{self, price_rules};
use gongjian_engine::{Method, Settings};
use serde::{Deserialize, Serialize};

use super::change::Change;
use crate::matching::figures::{Figures, nothing_micro};
use crate::matching::query::PlanView;

/// Work of a what-if, and for each rule.
const EFFORT: u32 = 10;
const RULE_EFFORT: u32 = 5;

/// What is told of a what-if.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::matching) struct Told {
    /// The plan that is there.
    pub(in crate::matching) before: Figures,
    /// What it would be worth after the changes, µ over doing nothing; none if it could not stay as it is.
    pub(in crate::matching) kept_micro: Option<i64>,
    /// The best plan found after the changes.
    pub(in crate::matching) after: Figures,
}

/// What comes of a trial, as it is kept.
pub(in crate::matching) struct Outcome {
    pub(in crate::matching) instance: Option<Vec<u8>>,
    pub(in crate::matching) plan: Option<Vec<u8>>,
    pub(in crate::matching) certificate: Option<Vec<u8>>,
    pub(in crate::matching) told: Vec<u8>,
}

fn settings(effort: u32) -> Settings {
    Settings {
        method: Method::Auto,
        effort,
        seconds: None,
        threads: 1,
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn canonical(value: &impl Serialize) -> Result<Vec<u8>, String> {
    serde_json_canonicalizer::to_vec(value).map_err(text)
}

/// A kept plan with its instance, read again.
pub(in crate::matching) fn read(kept: &PlanView) -> Result<(Instance, Document), String> {
    let instance = gongjian_engine::parse(&kept.instance)
        .map_err(|faults| serde_json::to_string(&faults).unwrap_or_default())?;
    let plan = serde_json::from_slice(&kept.plan).map_err(text)?;
    Ok((instance, plan))
}

/// The instance with these changes.
///
/// # Errors
/// What does not fit together, for us to read.
pub(in crate::matching) fn changed(instance: &Instance, changes: &[Change]) -> Result<Instance, String> {
    let engine = changes.iter().map(|change| change.engine(&instance.document));
    let engine: Option<Vec<what_if::Change>> = engine.collect();
    let engine = engine.ok_or("a change names what the lists do not hold")?;
    what_if::apply(instance, &engine).map_err(|faults| serde_json::to_string(&faults).unwrap_or_default())
}

/// Solves again from the plan that is there.
pub(super) fn what_if(kept: &PlanView, changes: &[Change], control: &dyn Control) -> Result<Outcome, String> {
    let (was, before) = read(kept)?;
    let certificate: Certificate = serde_json::from_slice(&kept.certificate).map_err(text)?;
    let now = changed(&was, changes)?;
    let from = Before {
        instance: &was,
        plan: &before,
        prices: Some(&certificate.prices),
    };
    let solution = resolve::resolve(&now, from, settings(EFFORT), control).map_err(text)?;
    let told = Told {
        before: Figures::of(&was, &before),
        kept_micro: kept_micro(&now, &before),
        after: Figures::of(&now, &solution.plan),
    };
    Ok(Outcome {
        instance: Some(canonical(&now.document)?),
        plan: Some(solution.plan.to_bytes()),
        certificate: Some(canonical(&solution.certificate)?),
        told: canonical(&told)?,
    })
}

/// What a plan would be worth in a changed instance, if it still keeps every rule there.
fn kept_micro(now: &Instance, before: &Document) -> Option<i64> {
    let mut same = Document {
        instance_sha256: plan::hex(&now.sha256),
        ..before.clone()
    };
    same.value_micro = check(now, &same, None).value_micro;
    let verdict = check(now, &same, None);
    let over = verdict.value_micro.saturating_sub(nothing_micro(now, &same));
    verdict.feasible.then_some(over)
}

/// Solves without each rule in turn; none if it was stopped before the first was done.
pub(super) fn rule_prices(kept: &PlanView, control: &dyn Control) -> Result<Option<Outcome>, String> {
    let (instance, plan) = read(kept)?;
    let table = price_rules(&instance, &plan, settings(RULE_EFFORT), control).map_err(text)?;
    if table.is_empty() && control.stop() {
        return Ok(None);
    }
    Ok(Some(Outcome {
        instance: None,
        plan: None,
        certificate: None,
        told: canonical(&table)?,
    }))
}

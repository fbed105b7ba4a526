//! The independent judge: from the instance alone it tests every rule on a plan, recomputes its value, and recomputes
//! the bound from a certificate's prices. It shares only types with the solver, and judges plans and certificates by
//! anybody. What must hold is one table of rows, filled by one pass over the plan; the bound prices the same rows.

mod block;
mod bound;
mod circle;
mod rules;
mod service;

use crate::certificate::{self, Certificate};
use crate::model::Instance;
pub use crate::plan::Verdict;
use crate::plan::{Document, FORMAT, hex};

/// Millionths; sums are millionths of a µ so that factors in ppm stay whole.
const ONE: i128 = 1_000_000;

/// Judges a plan, and a certificate if given.
#[must_use]
pub fn check(instance: &Instance, plan: &Document, certificate: Option<&Certificate>) -> Verdict {
    let resolved = plan.resolve(instance);
    // Without a bound to prove, only circles need all services that fit.
    let circle = resolved.agreements.iter().any(|made| made.members.len() > 2);
    let edges = if circle || certificate.is_some() {
        service::edges(instance)
    } else {
        Vec::new()
    };
    let circles = circle::all(instance, &edges);
    let (used, value) = rules::walk(instance, &resolved, &circles);
    let fitting = (edges, circles);
    let mut said = [resolved.faults, used.violations(instance)].concat();
    let bound = certificate.map(|c| bound::micro(instance, &fitting, c, &mut said));
    let own = hex(&instance.sha256);
    let mut claim = |what: &str, claimed: &str, found: &str| {
        if claimed != found {
            said.push(format!("{what} {claimed}: it is {found}"));
        }
    };
    claim("format", &plan.format, FORMAT);
    claim("instance_sha256", &plan.instance_sha256, &own);
    claim("value_micro", &plan.value_micro.to_string(), &value.to_string());
    if let Some((c, bound)) = certificate.zip(bound) {
        let gap = certificate::gap_ppm(value, bound);
        claim("certificate format", &c.format, certificate::FORMAT);
        claim("certificate instance_sha256", &c.instance_sha256, &own);
        claim("certificate plan_sha256", &c.plan_sha256, &plan.sha256());
        claim("certificate value", &c.value.to_string(), &value.to_string());
        claim("certificate bound", &c.bound.to_string(), &bound.to_string());
        claim("certificate gap_ppm", &c.gap_ppm.to_string(), &gap.to_string());
    }
    Verdict::new(said, value, bound)
}

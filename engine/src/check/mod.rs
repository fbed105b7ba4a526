//! The independent judge: from the instance alone it tests every rule on a plan, recomputes its value, and recomputes
//! the bound from a certificate's prices. It shares only types with the solver, and judges plans and certificates by
//! anybody.

mod bound;
mod fits;
mod services;
mod value;

use serde::Serialize;

use crate::certificate::{self, Certificate};
use crate::model::Instance;
use crate::plan::{Document, FORMAT, hex};

/// What the judge found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Every rule holds and every claim is true.
    pub feasible: bool,
    /// Everything that does not hold, with the row named.
    pub violations: Vec<String>,
    /// The plan's value, recomputed, µ.
    pub value_micro: i64,
    /// The bound, recomputed, µ; none without a certificate.
    pub bound_micro: Option<i64>,
    /// The proven gap, ppm.
    pub gap_ppm: Option<i64>,
}

/// Judges a plan, and a certificate if given.
#[must_use]
pub fn check(instance: &Instance, plan: &Document, certificate: Option<&Certificate>) -> Verdict {
    let mut violations = Vec::new();
    if plan.format != FORMAT {
        violations.push(format!("format {}: expected {FORMAT}", plan.format));
    }
    if plan.instance_sha256 != hex(&instance.sha256) {
        violations.push(format!(
            "instance_sha256 {}: the instance is {}",
            plan.instance_sha256,
            hex(&instance.sha256)
        ));
    }
    let services = services::read(instance, plan, &mut violations);
    services::rules(instance, &services, &mut violations);
    let value_micro = value::micro(instance, &services);
    if value_micro != plan.value_micro {
        violations.push(format!(
            "value_micro {}: the plan is worth {value_micro}",
            plan.value_micro
        ));
    }
    let bound_micro = certificate.map(|c| judge(instance, plan, c, value_micro, &mut violations));
    Verdict {
        feasible: violations.is_empty(),
        violations,
        value_micro,
        bound_micro,
        gap_ppm: bound_micro.map(|bound| certificate::gap_ppm(value_micro, bound)),
    }
}

fn judge(
    instance: &Instance,
    plan: &Document,
    c: &Certificate,
    value: i64,
    violations: &mut Vec<String>,
) -> i64 {
    let bound = bound::micro(instance, &c.prices, violations);
    let texts = [
        ("certificate format", c.format.as_str(), certificate::FORMAT),
        (
            "certificate instance_sha256",
            &c.instance_sha256,
            &hex(&instance.sha256),
        ),
        ("certificate plan_sha256", &c.plan_sha256, &plan.sha256()),
    ];
    for (what, claimed, found) in texts {
        if claimed != found {
            violations.push(format!("{what} {claimed}: it is {found}"));
        }
    }
    let gap = certificate::gap_ppm(value, bound);
    for (what, claimed, found) in [
        ("value", c.value, value),
        ("bound", c.bound, bound),
        ("gap_ppm", c.gap_ppm, gap),
    ] {
        if claimed != found {
            violations.push(format!("certificate {what} {claimed}: it is {found}"));
        }
    }
    bound
}

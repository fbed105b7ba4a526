//! Ranges of the settings.

use super::fault::Faults;
use crate::model::{MICRO_MAX, PPM, Policy, WEEK_MIN};

/// Largest factor or rate: tenfold.
const RATE_MAX: i64 = 10 * PPM;
/// Most fairness steps.
const STEPS_MAX: usize = 10;

/// Notes every setting outside its range.
pub(super) fn check(policy: &Policy, faults: &mut Faults) {
    let amounts = [
        ("fixed_micro", policy.fixed_micro),
        ("coverage_micro", policy.coverage_micro),
        ("base_bonus_micro", policy.base_bonus_micro),
        ("stability_agreement_micro", policy.stability_agreement_micro),
        ("stability_service_micro", policy.stability_service_micro),
    ];
    for (name, value) in amounts {
        faults.range(format_args!("/policy/{name}"), value, 0, MICRO_MAX / 1_000_000);
    }
    for (i, factor) in policy.priority_ppm.iter().enumerate() {
        faults.range(format_args!("/policy/priority_ppm/{i}"), *factor, 0, RATE_MAX);
    }
    faults.range("/policy/overlap_min", policy.overlap_min, 0, WEEK_MIN);
    faults.range("/policy/reciprocity_ppm", policy.reciprocity_ppm, 0, RATE_MAX);
    faults.range("/policy/base_quota", policy.base_quota, 0, 1_000);
    faults.range("/policy/base_breadth", policy.base_breadth, 1, 6);
    faults.range("/policy/base_depth", policy.base_depth, 1, 1_000);
    fairness(policy, faults);
}

/// Steps must fall, so that filling them in order is best; only the last one is open.
fn fairness(policy: &Policy, faults: &mut Faults) {
    let steps = &policy.fairness;
    if steps.len() > STEPS_MAX {
        faults.add("/policy/fairness", "too_many", steps.len());
    }
    for (i, step) in steps.iter().enumerate() {
        let path = format!("/policy/fairness/{i}");
        faults.range(format_args!("{path}/bonus_ppm"), step.bonus_ppm, 0, RATE_MAX);
        let last = i + 1 == steps.len();
        match step.length_micro_per_household {
            None if !last => faults.add(
                format_args!("{path}/length_micro_per_household"),
                "open_step_not_last",
                "null",
            ),
            Some(_) if last => faults.add(
                format_args!("{path}/length_micro_per_household"),
                "last_step_not_open",
                "",
            ),
            Some(length) => {
                faults.range(
                    format_args!("{path}/length_micro_per_household"),
                    length,
                    0,
                    MICRO_MAX / 1_000_000,
                );
            }
            None => {}
        }
        if steps
            .get(i.wrapping_sub(1))
            .is_some_and(|before| before.bonus_ppm < step.bonus_ppm)
        {
            faults.add(format_args!("{path}/bonus_ppm"), "bonus_rises", step.bonus_ppm);
        }
    }
}

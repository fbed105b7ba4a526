//! What a judge says of a plan.

use serde::Serialize;

use crate::certificate::gap_ppm;

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

impl Verdict {
    /// The verdict on a plan of this value, with a bound if there was a certificate.
    #[must_use]
    pub fn new(violations: Vec<String>, value_micro: i64, bound_micro: Option<i64>) -> Self {
        Self {
            feasible: violations.is_empty(),
            violations,
            value_micro,
            bound_micro,
            gap_ppm: bound_micro.map(|bound| gap_ppm(value_micro, bound)),
        }
    }
}

//! **Stability.** An agreement or a service kept from the previous plan earns a bonus: people have got used to it.
//!
//! Bonus for each previous agreement (same members) and each previous service (same offer and need) kept. Soft;
//! refuses nobody. It needs no price: the bonus belongs to one candidate alone.

use crate::model::{Instance, PPM};

/// Gain of making this agreement again, µ × 10^6.
#[must_use]
pub fn agreement_gain(instance: &Instance, kept: bool) -> i128 {
    i128::from(if kept {
        instance.policy().stability_agreement_micro
    } else {
        0
    }) * i128::from(PPM)
}

/// Gain of taking this service again, µ × 10^6.
#[must_use]
pub fn service_gain(instance: &Instance, kept: bool) -> i128 {
    i128::from(if kept {
        instance.policy().stability_service_micro
    } else {
        0
    }) * i128::from(PPM)
}

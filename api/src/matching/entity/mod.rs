//! Tables of runs, plans and proposals.

#![expect(
    unreachable_pub,
    reason = "the derive of a table makes public types that name these"
)]

pub(super) mod plan;
pub(super) mod proposal;
pub(super) mod run;
pub(super) mod trial;
pub(super) mod trial_result;

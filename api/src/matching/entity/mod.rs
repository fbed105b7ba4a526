//! Tables of runs, plans and proposals.
#![expect(
    unreachable_pub,
    reason = "the entity derive needs public items; the module itself is private"
)]

pub(super) mod plan;
pub(super) mod proposal;
pub(super) mod run;

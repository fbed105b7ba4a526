//! Tables of runs, plans and proposals.

pub(super) mod plan;
pub(super) mod proposal;
pub(super) mod run;

//! The caller's hand on a run: progress goes out, a wish to stop comes in. The engine never reads a clock.

use serde::Serialize;

/// What the engine is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Finding who could serve whom.
    Edges,
    /// Finding prices and the bound.
    Prices,
    /// Making a plan and moving its units.
    Construct,
    /// Solving the plan anew around one community after the other.
    Polish,
    /// Solving the full model.
    Exact,
    /// Proving how good the plan is.
    Proof,
    /// Judging the plan.
    Check,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// What it is doing.
    pub phase: Phase,
    /// Rounds done.
    pub done: u32,
    /// Rounds in all.
    pub total: u32,
    /// Value of the best plan so far, µ; 0 before there is one.
    pub value_micro: i64,
    /// Best proven bound so far, µ; 0 before there is one.
    pub bound_micro: i64,
}

/// The caller.
pub trait Control: Sync {
    /// Told at each step.
    fn progress(&self, progress: &Progress);
    /// Asked often; `true` ends the run with the best plan so far.
    fn stop(&self) -> bool;
}

/// A caller that neither listens nor stops.
#[derive(Debug, Default)]
pub struct Quiet;

impl Control for Quiet {
    fn progress(&self, _progress: &Progress) {}

    fn stop(&self) -> bool {
        false
    }
}

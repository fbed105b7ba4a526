//! What keeps a run from ending with a plan.

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SolveError {
    /// The pins cannot all hold; the places (in `/pins`) of a smallest set that conflicts.
    #[error("pins {pins:?} cannot all hold")]
    PinsConflict {
        /// Places of the pins, sorted.
        pins: Vec<usize>,
    },
    /// The solver failed, or made a plan that breaks a rule: a fault of the program, not of the instance.
    #[error("the solver failed: {0}")]
    Solver(String),
}

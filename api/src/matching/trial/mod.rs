//! Trials (试算) of a plan: what would be if something were otherwise, and what each rule costs. A trial is worked out
//! by the worker and kept unchanged; it never becomes a proposal.

pub mod job;
pub(super) mod ask;
pub(super) mod change;
pub(super) mod help;
pub(super) mod outcome;
pub(super) mod query;
pub(super) mod service;
pub(super) mod subject;

/// What is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TrialKind {
    /// Something in the lists or the rules is otherwise.
    WhatIf,
    /// Each rule is taken away in turn.
    RulePrices,
}

impl TrialKind {
    /// The stored form.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::WhatIf => "what_if",
            Self::RulePrices => "rule_prices",
        }
    }

    /// Reads the stored form.
    pub(super) fn from_code(code: &str) -> Option<Self> {
        [Self::WhatIf, Self::RulePrices]
            .into_iter()
            .find(|kind| kind.code() == code)
    }
}

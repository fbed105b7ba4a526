//! What a verification found.

use uuid::Uuid;

use crate::agreements::domain::state::State;
use crate::kernel::date::CivilDate;

/// A step, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Readable, canonical, digest.
    Form,
    /// The note and whom to trust.
    Checkpoint,
    /// Leaves proven to the root.
    Leaves,
    /// Keys enrolled and vouched for.
    Keys,
    /// Versions by the rules, each in its leaf.
    Versions,
    /// Signatures, each in its leaf and chained.
    Signatures,
    /// The states replayed.
    Replay,
    /// Openings.
    Openings,
}

impl Step {
    /// All steps in order.
    pub const ALL: [Self; 8] = [
        Self::Form,
        Self::Checkpoint,
        Self::Leaves,
        Self::Keys,
        Self::Versions,
        Self::Signatures,
        Self::Replay,
        Self::Openings,
    ];

    /// 1 … 8.
    #[must_use]
    pub fn number(self) -> u8 {
        self.facts().0
    }

    /// The class of failure, as `--json` names it.
    #[must_use]
    pub fn class(self) -> &'static str {
        self.facts().1
    }

    /// The exit code of a failure, where fine codes are asked for.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        self.facts().2
    }

    fn facts(self) -> (u8, &'static str, u8) {
        match self {
            Self::Form => (1, "form", 2),
            Self::Checkpoint => (2, "trust", 6),
            Self::Leaves => (3, "log", 5),
            Self::Keys => (4, "keys", 4),
            Self::Versions => (5, "document", 3),
            Self::Signatures => (6, "signature", 4),
            Self::Replay => (7, "state", 8),
            Self::Openings => (8, "document", 3),
        }
    }
}

/// One thing that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The step that found it.
    pub step: Step,
    /// Stable code; Fluent key `verify-<code>`.
    pub code: &'static str,
    /// JSON Pointer into the bundle, empty for the whole.
    pub place: String,
}

impl Finding {
    /// A finding at a place.
    #[must_use]
    pub fn new(step: Step, code: &'static str, place: impl Into<String>) -> Self {
        Self {
            step,
            code,
            place: place.into(),
        }
    }
}

/// A key a person may want to compare by other means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownKey {
    /// `log`, `witness`, `cadre` or the party's name.
    pub owner: String,
    /// What to compare: a vkey, or a thumbprint in groups.
    pub key: String,
}

/// What the signatures amount to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The agreement's number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// The state the log leads to.
    pub state: State,
    /// The version on the table or in force.
    pub version: u32,
    /// Names of the parties bound to it.
    pub bound: Vec<String>,
    /// Names of the parties that have not signed it.
    pub missing: Vec<String>,
    /// Names of the parties that have left since.
    pub left: Vec<String>,
    /// From which day it is in force.
    pub in_force_on: Option<CivilDate>,
    /// From which day this version is, if it replaced another later.
    pub version_on: Option<CivilDate>,
    /// A version that waits for signatures.
    pub pending: Option<u32>,
    /// The day it ends or ended before its term.
    pub ends_on: Option<CivilDate>,
}

impl Verdict {
    /// Whether all parties are bound.
    #[must_use]
    pub fn is_binding(&self) -> bool {
        self.missing.is_empty()
            && matches!(
                self.state,
                State::Signed | State::InForce | State::Completed | State::Expired
            )
    }
}

/// The whole outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The agreement, once it could be read.
    pub agreement: Option<Uuid>,
    /// Steps that hold, in order.
    pub steps: Vec<Step>,
    /// What does not hold; all of one step.
    pub findings: Vec<Finding>,
    /// Keys met.
    pub keys: Vec<ShownKey>,
    /// Whether a policy judged trust.
    pub trust_judged: bool,
    /// What it amounts to; only if the steps up to it hold.
    pub verdict: Option<Verdict>,
}

impl Report {
    pub(super) fn new(trust_judged: bool) -> Self {
        Self {
            agreement: None,
            steps: Vec::new(),
            findings: Vec::new(),
            keys: Vec::new(),
            trust_judged,
            verdict: None,
        }
    }

    pub(super) fn passed(&mut self, step: Step) {
        self.steps.push(step);
    }

    pub(super) fn show(&mut self, owner: impl Into<String>, key: impl Into<String>) {
        self.keys.push(ShownKey {
            owner: owner.into(),
            key: key.into(),
        });
    }

    /// The step that failed, if one did.
    #[must_use]
    pub fn failed(&self) -> Option<Step> {
        self.findings.first().map(|finding| finding.step)
    }

    /// Whether every step holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.findings.is_empty() && self.steps.len() == Step::ALL.len()
    }
}

//! Why a meeting's act was refused.

use sea_orm::DbErr;

use crate::kernel::problem::{Fault, Problem};
use crate::log::error::LogError;

use super::domain::MeetingState;

/// What the person can do something about.
#[derive(Debug, thiserror::Error)]
pub enum MeetingError {
    /// No such meeting or item, or not theirs.
    #[error("no such meeting or item")]
    NotFound,
    /// Somebody changed the meeting meanwhile.
    #[error("changed meanwhile")]
    Stale,
    /// The act is not open in this state.
    #[error("not in this state")]
    NotInThisState {
        /// The state the meeting is in.
        state: MeetingState,
    },
    /// Too few came (S05).
    #[error("{present} of {needed} needed")]
    NoQuorum {
        /// Needed to open.
        needed: u32,
        /// Present or represented.
        present: u32,
    },
    /// There is a quorum, so there is no ground to adjourn.
    #[error("there is a quorum")]
    QuorumReached,
    /// The day of the meeting has not come.
    #[error("not before its day")]
    TooEarly {
        /// The day it was called for.
        held_on: String,
    },
    /// After recusals too few are left for an item.
    #[error("item: {present} of {needed} needed")]
    NoItemQuorum {
        /// Item number.
        item: i32,
        /// Needed to decide.
        needed: u32,
        /// Eligible and present.
        present: u32,
    },
    /// The item is decided already.
    #[error("item {0} is decided")]
    Decided(i32),
    /// Items that could be decided are not.
    #[error("items are open")]
    ItemsOpen(Vec<i32>),
    /// Faults of the input.
    #[error("invalid input")]
    Invalid(Vec<Fault>),
    /// The log refused.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The database refused, or a feature below did.
    #[error("{}", .0.code)]
    Below(Problem),
}

impl From<DbErr> for MeetingError {
    fn from(error: DbErr) -> Self {
        Self::Below(error.into())
    }
}

impl From<Problem> for MeetingError {
    fn from(problem: Problem) -> Self {
        Self::Below(problem)
    }
}

/// A refusal that a form shows beside `field`.
fn refused(code: &'static str, field: &str, args: &[(&'static str, String)]) -> Problem {
    let mut problem = Problem::new(code, 409);
    let mut fault = Fault::field(field, code);
    for (name, value) in args {
        problem = problem.arg(name, value.clone());
        fault = fault.arg(name, value.clone());
    }
    problem.with_faults(vec![fault])
}

impl From<MeetingError> for Problem {
    fn from(error: MeetingError) -> Self {
        let number = |n: u32| n.to_string();
        match error {
            MeetingError::NotFound => Self::not_found(),
            MeetingError::Stale => Self::new("stale-version", 412),
            MeetingError::NotInThisState { state } => {
                Self::new("meeting-not-in-this-state", 409).member("state", state.code())
            }
            MeetingError::NoQuorum { needed, present } => refused(
                "meeting-no-quorum",
                "attendance",
                &[("needed", number(needed)), ("present", number(present))],
            ),
            MeetingError::QuorumReached => refused("meeting-quorum-reached", "attendance", &[]),
            MeetingError::TooEarly { held_on } => {
                refused("meeting-too-early", "attendance", &[("day", held_on)])
            }
            MeetingError::NoItemQuorum {
                item,
                needed,
                present,
            } => refused(
                "meeting-no-item-quorum",
                "outcome",
                &[
                    ("item", item.to_string()),
                    ("needed", number(needed)),
                    ("present", number(present)),
                ],
            ),
            MeetingError::Decided(item) => {
                refused("meeting-item-decided", "outcome", &[("item", item.to_string())])
            }
            MeetingError::ItemsOpen(items) => {
                let list: Vec<String> = items.iter().map(i32::to_string).collect();
                refused("meeting-items-open", "items", &[("items", list.join("、"))])
            }
            MeetingError::Invalid(faults) => Self::validation(faults),
            MeetingError::Log(error) => error.into(),
            MeetingError::Below(problem) => problem,
        }
    }
}

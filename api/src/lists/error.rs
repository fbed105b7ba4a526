//! What can be wrong with lists, each with what the person can do about it.

use super::domain::{EntryState, NotInThisState};
use crate::kernel::problem::{Fault, Problem};

/// A refusal of the lists.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// Not there, or not yours.
    #[error("not found")]
    NotFound,
    /// The act does not fit the state.
    #[error("not in this state: {}", .0.code())]
    NotInThisState(EntryState),
    /// The import was handed in or dropped already.
    #[error("the import is closed")]
    ImportClosed,
    /// Nothing of the import is ready.
    #[error("nothing is ready")]
    NothingReady,
    /// The street's log is not open: a cadre has to make the first key.
    #[error("the street is not open")]
    StreetNotOpen,
    /// Somebody else changed it meanwhile.
    #[error("stale version")]
    Stale,
    /// Fields that are wrong.
    #[error("{} faults", .0.len())]
    Invalid(Vec<Fault>),
    /// What a lower layer refused.
    #[error("{}", .0.code)]
    Problem(Box<Problem>),
}

impl From<ListError> for Problem {
    fn from(error: ListError) -> Self {
        match error {
            ListError::NotFound => Self::not_found(),
            ListError::NotInThisState(state) => Self::new("entry-state", 409).arg("state", state.code()),
            ListError::ImportClosed => Self::new("import-closed", 409),
            ListError::NothingReady => Self::new("import-nothing-ready", 409),
            ListError::StreetNotOpen => Self::new("street-not-open", 409),
            ListError::Stale => Self::new("stale-version", 412),
            ListError::Invalid(faults) => Self::validation(faults),
            ListError::Problem(problem) => *problem,
        }
    }
}

impl From<Problem> for ListError {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<sea_orm::DbErr> for ListError {
    fn from(error: sea_orm::DbErr) -> Self {
        Problem::from(error).into()
    }
}

impl From<crate::log::error::LogError> for ListError {
    fn from(error: crate::log::error::LogError) -> Self {
        Problem::from(error).into()
    }
}

impl From<NotInThisState> for ListError {
    fn from(fault: NotInThisState) -> Self {
        Self::NotInThisState(fault.state)
    }
}

//! What can keep a run from being asked for, stopped or handed over.

use sea_orm::DbErr;

use crate::kernel::limit;
use crate::kernel::problem::Problem;
use crate::log::error::LogError;

/// Why an act was refused.
#[derive(Debug, thiserror::Error)]
pub enum MatchingError {
    /// Not there, or not yours.
    #[error("not found")]
    NotFound,
    /// A run is under way already; its number.
    #[error("run {0} is under way")]
    UnderWay(i64),
    /// The run is over, or has no plan.
    #[error("not in this state")]
    State,
    /// A meeting took up other proposals since the plan was made.
    #[error("the plan is outdated")]
    Outdated,
    /// A trial is under way already.
    #[error("a trial is under way")]
    TrialUnderWay,
    /// The plan has as many trials as are kept.
    #[error("too many trials of this plan")]
    TooManyTrials,
    /// There is nothing to match.
    #[error("the lists are empty")]
    NothingListed,
    /// The log refused.
    #[error(transparent)]
    Log(#[from] LogError),
    /// Something of ours is broken.
    #[error("{0}")]
    Broken(String),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbErr),
}

impl From<MatchingError> for Problem {
    fn from(error: MatchingError) -> Self {
        match error {
            MatchingError::NotFound => Self::not_found(),
            MatchingError::UnderWay(no) => Self::new("run-under-way", 409).arg("no", no.to_string()),
            MatchingError::State => Self::new("run-state", 409),
            MatchingError::Outdated => Self::new("plan-outdated", 409),
            MatchingError::TrialUnderWay => Self::new("trial-under-way", 409),
            MatchingError::TooManyTrials => {
                Self::new("trials-too-many", 409).arg("max", limit::TRIALS.to_string())
            }
            MatchingError::NothingListed => Self::new("nothing-listed", 409),
            MatchingError::Log(LogError::NotOpened) => Self::new("street-not-open", 409),
            MatchingError::Log(error) => error.into(),
            MatchingError::Broken(cause) => Self::internal(cause),
            MatchingError::Db(error) => error.into(),
        }
    }
}

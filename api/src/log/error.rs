//! What can go wrong with the log.

use sea_orm::DbErr;

use crate::kernel::problem::Problem;

/// Why the log refused.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The tenant's log was never opened.
    #[error("the log is not opened")]
    NotOpened,
    /// No such leaf or checkpoint.
    #[error("no such leaf or checkpoint")]
    NotFound,
    /// The database is older than what was published: nothing may be signed.
    #[error("the database is older than a published checkpoint")]
    RolledBack,
    /// An invariant does not hold.
    #[error("{0}")]
    Broken(String),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// A transaction around it failed.
    #[error("{}", .0.code)]
    Problem(Problem),
}

impl From<LogError> for Problem {
    fn from(error: LogError) -> Self {
        match error {
            LogError::NotFound => Self::not_found(),
            LogError::RolledBack => Self::new("log-rolled-back", 503),
            LogError::NotOpened | LogError::Broken(_) => Self::internal(format!("log: {error}")),
            LogError::Database(error) => error.into(),
            LogError::Problem(problem) => problem,
        }
    }
}

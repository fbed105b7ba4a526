//! Why an act of the ledger was refused, one variant per thing a person can do about it.

use sea_orm::DbErr;

use super::domain::delivery::DeliveryState;
use crate::agreements::domain::instalment::InstalmentState;
use crate::agreements::error::AgreementError;
use crate::kernel::problem::{Fault, Problem};
use crate::log::error::LogError;

/// A refusal.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Not there, or not yours.
    #[error("no such instalment, delivery or report")]
    NotFound,
    /// Somebody changed it meanwhile.
    #[error("changed meanwhile")]
    Stale,
    /// The other side's act, or nobody's who asks.
    #[error("not this side's act")]
    NotThisSide,
    /// Who reported on behalf of one side may not answer for the other.
    #[error("the same person reported it")]
    OwnReport,
    /// Not while the instalment stands so.
    #[error("not in this state")]
    Instalment(InstalmentState),
    /// Not while the delivery stands so.
    #[error("not in this state")]
    Delivery(DeliveryState),
    /// More than is owed; to be said once more.
    #[error("more than owed")]
    OverDelivery {
        /// What is owed.
        owed: i32,
        /// Reported so far.
        delivered: i32,
    },
    /// The reporter's own system named it before.
    #[error("reported before")]
    Duplicate(uuid::Uuid),
    /// This side reviewed this period before.
    #[error("reviewed before")]
    Reviewed,
    /// The period cannot be reviewed yet, or is none of this agreement.
    #[error("not to be reviewed now")]
    ReviewClosed,
    /// The report is closed.
    #[error("closed")]
    ReportClosed,
    /// The period of the report is not over.
    #[error("not over")]
    ReportEarly(String),
    /// What was given is wrong.
    #[error("faults")]
    Invalid(Vec<Fault>),
    /// Evidence of no known kind.
    #[error("no photo, scan or PDF")]
    MediaType,
    /// An invariant does not hold.
    #[error("{0}")]
    Broken(String),
    /// The log refused.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// Another feature refused.
    #[error("{}", .0.code)]
    Below(Problem),
}

impl From<Problem> for LedgerError {
    fn from(problem: Problem) -> Self {
        Self::Below(problem)
    }
}

impl From<AgreementError> for LedgerError {
    fn from(error: AgreementError) -> Self {
        match error {
            AgreementError::NotFound => Self::NotFound,
            other => Self::Below(other.into()),
        }
    }
}

impl From<LedgerError> for Problem {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::NotFound => Self::not_found(),
            LedgerError::Stale => Self::new("stale-version", 412),
            LedgerError::NotThisSide => Self::new("delivery-other-side", 403),
            LedgerError::OwnReport => Self::new("delivery-own-report", 403),
            LedgerError::Instalment(state) => {
                Self::new("instalment-state", 409).member("state", state.code())
            }
            LedgerError::Delivery(state) => Self::new("delivery-state", 409).member("state", state.code()),
            LedgerError::OverDelivery { owed, delivered } => over_delivery(owed, delivered),
            LedgerError::Duplicate(known) => {
                Self::new("duplicate", 409).member("existing", known.to_string())
            }
            LedgerError::Reviewed => Self::new("review-given", 409),
            LedgerError::ReviewClosed => Self::new("review-closed", 409),
            LedgerError::ReportClosed => Self::new("report-closed", 409),
            LedgerError::ReportEarly(day) => Self::new("report-early", 409).arg("day", day),
            LedgerError::Invalid(faults) => Self::validation(faults),
            LedgerError::MediaType => {
                Self::new("media-type", 415).with_faults(vec![Fault::field("files", "evidence-media")])
            }
            LedgerError::Broken(words) => Self::internal(format!("ledger: {words}")),
            LedgerError::Log(error) => error.into(),
            LedgerError::Database(error) => error.into(),
            LedgerError::Below(problem) => problem,
        }
    }
}

/// Asked, not refused: whoever means it says so.
fn over_delivery(owed: i32, delivered: i32) -> Problem {
    let fault = Fault::field("excess", "over-delivery")
        .arg("owed", owed.to_string())
        .arg("delivered", delivered.to_string());
    Problem::new("over-delivery", 409)
        .member("owed", owed)
        .member("delivered", delivered)
        .with_faults(vec![fault])
}

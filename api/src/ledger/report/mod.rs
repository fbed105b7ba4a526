//! What a street hands up (`domain.md` §10): the quarterly table, the annual report, the ledger. Each is one
//! struct built in one pass from the records; page, workbook and paper are made of it alone.

mod book;
mod quarter;
mod read;
mod sheet;
mod tables;
mod year;

pub use book::{Book, BookLine};
pub use quarter::{Column, Figures, QuarterRow, QuarterTable};
pub use sheet::{book_sheet, quarter_sheet, year_sheet};
pub use year::{AnnualReport, Section};

use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use super::domain::period::Period;
use super::error::LedgerError;
use super::query;
use crate::agreements::domain::clause::Every;
use crate::kernel::date::CivilDate;
use crate::kernel::scope::Scope;
use read::Records;

/// A report of a period: a quarter's table or a year's report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Report {
    /// 季度报表
    Quarter(QuarterTable),
    /// 年度报告
    Year(AnnualReport),
}

/// What people type into an annual report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// 存在问题
    pub problems: String,
    /// 下一年打算
    pub plans: String,
    /// The day it was closed, if it was.
    pub closed_on: Option<String>,
    /// The hash of its closed form.
    pub hash: Option<String>,
}

/// The typed parts of a period's report and whether it is closed.
///
/// # Errors
/// What the database reports.
pub async fn typed(db: &impl ConnectionTrait, scope: Scope, period: Period) -> Result<Typed, LedgerError> {
    let row = query::report_row(db, scope, &period.to_string()).await?;
    Ok(row.map_or_else(Typed::default, |row| Typed {
        problems: row.problems,
        plans: row.plans,
        closed_on: row.closed_on,
        hash: row
            .hash
            .and_then(|hash| crate::log::hash::Hash32::from_slice(&hash))
            .map(|hash| hash.to_string()),
    }))
}

/// The last day whose records a report of `period` counts, unless another is asked for.
#[must_use]
pub fn usual_cut_off(period: Period, today: CivilDate) -> CivilDate {
    period.until().min(today)
}

/// Builds a period's report from what was recorded by the end of a day.
///
/// # Errors
/// [`LedgerError::NotFound`] for months and halves, which nobody hands up; what the database reports.
pub async fn build(
    db: &impl ConnectionTrait,
    scope: Scope,
    period: Period,
    cut_off: CivilDate,
) -> Result<Report, LedgerError> {
    match period.every() {
        Every::Quarter => {
            let records = Records::read(db, scope, period.year()).await?;
            Ok(Report::Quarter(quarter::build(&records, period, cut_off)?))
        }
        Every::Year => {
            let records = Records::read(db, scope, period.year()).await?;
            let typed = typed(db, scope, period).await?;
            Ok(Report::Year(year::build(&records, period, cut_off, typed)?))
        }
        Every::Month | Every::HalfYear => Err(LedgerError::NotFound),
    }
}

/// A period's report as people see it: the closed one if it is closed, else as the records are now.
///
/// # Errors
/// As [`build`].
pub async fn current(
    db: &impl ConnectionTrait,
    scope: Scope,
    period: Period,
    cut_off: CivilDate,
) -> Result<Report, LedgerError> {
    let row = query::report_row(db, scope, &period.to_string()).await?;
    match row.and_then(|row| row.body) {
        Some(body) => serde_json::from_str(&body).map_err(|error| LedgerError::Broken(error.to_string())),
        None => build(db, scope, period, cut_off).await,
    }
}

impl Report {
    /// The last day whose records it counts.
    #[must_use]
    pub fn cut_off(&self) -> CivilDate {
        match self {
            Self::Quarter(table) => table.cut_off,
            Self::Year(report) => report.cut_off,
        }
    }
}

/// The ledger (台账) of a year: every obligation of agreements whose term touches it.
///
/// # Errors
/// What the database reports.
pub async fn book(
    db: &impl ConnectionTrait,
    scope: Scope,
    period: Period,
    today: CivilDate,
) -> Result<Book, LedgerError> {
    let records = Records::read(db, scope, period.year()).await?;
    book::build(&records, period, today)
}

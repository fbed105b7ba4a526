//! The two-way review (双向评议): of the project, never of persons; words, no marks that add up.

use crate::agreements::domain::clause::{Clause, ClauseKind, Every};
use crate::agreements::domain::document::Document;
use crate::kernel::date::CivilDate;
use crate::kernel::text::Text;

use super::period::Period;

/// Days before the end of its period from which a project may be reviewed.
pub const OPENS_DAYS: i64 = 15;
/// Days after the end of its period by which a review is asked for.
pub const ASKED_DAYS: i64 = 15;

/// The answers to the three questions.
pub const DELIVERED: [&str; 3] = ["yes", "partly", "no"];
/// Whether it was of use.
pub const USEFUL: [&str; 4] = ["very", "useful", "fair", "useless"];
/// What should come of it.
pub const PROCEED: [&str; 3] = ["continue", "change", "stop"];

/// A review as given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReview {
    /// Was it delivered as agreed?
    pub delivered: &'static str,
    /// Was it useful?
    pub useful: &'static str,
    /// Should it continue?
    pub proceed: &'static str,
    /// One sentence.
    pub comment: Text<0, 200>,
}

/// One of the answers a question allows.
#[must_use]
pub fn answer(allowed: &'static [&'static str], given: &str) -> Option<&'static str> {
    allowed.iter().find(|code| **code == given).copied()
}

/// How often a project is reviewed: as its review clause says, each quarter if it says nothing.
#[must_use]
pub fn every(document: &Document) -> Every {
    let clause: Option<&Clause> = document.clauses.iter().find(|c| c.kind == ClauseKind::Review);
    clause.and_then(|clause| clause.every).unwrap_or(Every::Quarter)
}

/// The day from which a period of a project may be reviewed.
#[must_use]
pub fn opens(period: Period, term_until: CivilDate) -> CivilDate {
    period.until().min(term_until).plus_days(-OPENS_DAYS)
}

/// The periods of a term that may be reviewed by now, the earliest first.
#[must_use]
pub fn open_periods(every: Every, (from, until): (CivilDate, CivilDate), today: CivilDate) -> Vec<Period> {
    let mut period = Period::holding(every, from);
    let mut open = Vec::new();
    // A term has at most five years.
    while period.from() <= until && opens(period, until) <= today && open.len() < 60 {
        open.push(period);
        period = period.next();
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> CivilDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_quarter_opens_a_fortnight_before_its_end() {
        let term = (day("2026-03-02"), day("2026-12-20"));
        let open = |today: &str| -> Vec<String> {
            open_periods(Every::Quarter, term, day(today))
                .iter()
                .map(ToString::to_string)
                .collect()
        };
        assert_eq!(open("2026-03-15"), [""; 0]);
        assert_eq!(open("2026-03-16"), ["2026Q1"]);
        assert_eq!(open("2026-12-05"), ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]);
        assert_eq!(open("2027-06-30").len(), 4);
    }
}

//! The annual report (年度报告): the year's figures by section, and what people add in words.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::Typed;
use super::quarter::{self, Column, Figures};
use super::read::Records;
use crate::identity::party::domain::PartyKind;
use crate::kernel::clock::Millis;
use crate::kernel::date::CivilDate;
use crate::ledger::domain::period::Period;
use crate::ledger::error::LedgerError;

/// A section: the end of its key, and lines of key and figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// `basics`, `lists`, …
    pub code: String,
    /// Its figures; one that is not known is none.
    pub lines: Vec<(String, Option<i64>)>,
}

/// The report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnualReport {
    schema: String,
    /// The street's name.
    pub street: String,
    /// `2026`
    pub period: String,
    /// The last day whose records count.
    pub cut_off: CivilDate,
    /// Its sections in order.
    pub sections: Vec<Section>,
    /// 存在问题
    pub problems: String,
    /// 下一年打算
    pub plans: String,
    /// 附表: the sums of the year's quarters up to the cut-off.
    pub quarters: Vec<(String, Figures)>,
}

/// Builds the report of a year from what was recorded by the end of `cut_off`.
pub(super) fn build(
    records: &Records,
    year: Period,
    cut_off: CivilDate,
    typed: Typed,
) -> Result<AnnualReport, LedgerError> {
    let mut quarters = Vec::new();
    let mut quarter = Period::holding(crate::agreements::domain::clause::Every::Quarter, year.from());
    while quarter.from() <= year.until() && quarter.from() <= cut_off {
        let table = quarter::build(records, quarter, cut_off.min(quarter.until()))?;
        quarters.push((quarter.to_string(), table.total));
        quarter = quarter.next();
    }
    let last = quarters
        .last()
        .map(|(_, total)| total.clone())
        .unwrap_or_default();
    Ok(AnnualReport {
        schema: "gongjian.annual-report/1".to_owned(),
        street: records.street.clone(),
        period: year.to_string(),
        cut_off,
        sections: vec![
            basics(records),
            figures(
                "lists",
                &last,
                &[Column::Offers, Column::Needs, Column::UnitNeeds],
            ),
            matching(records, year, cut_off),
            agreements(records, year, cut_off),
            delivered(&quarters),
            two_way(&quarters),
            reviews(records, year),
            figures(
                "unmet",
                &last,
                &[Column::Matched, Column::Unmet, Column::Escalated],
            ),
        ],
        problems: typed.problems,
        plans: typed.plans,
        quarters,
    })
}

fn section(code: &str, lines: Vec<(&'static str, Option<i64>)>) -> Section {
    let lines = lines.into_iter().map(|(code, value)| (code.to_owned(), value));
    Section {
        code: code.to_owned(),
        lines: lines.collect(),
    }
}

fn figures(code: &str, from: &Figures, columns: &[Column]) -> Section {
    let figure = |column: &Column| (column.code(), from.get(column).copied().flatten());
    section(code, columns.iter().map(figure).collect())
}

/// The sum of a column over the year's quarters.
fn over(quarters: &[(String, Figures)], column: Column) -> (&'static str, Option<i64>) {
    let each = quarters
        .iter()
        .map(|(_, total)| total.get(&column).copied().flatten());
    (column.code(), each.sum::<Option<i64>>())
}

fn count(n: usize) -> Option<i64> {
    i64::try_from(n).ok()
}

fn basics(records: &Records) -> Section {
    let of = |kind| count(records.parties.iter().filter(|party| party.kind == kind).count());
    let households = records.communities().map(|party| party.households).sum();
    section(
        "basics",
        vec![
            ("units", of(PartyKind::Unit)),
            ("communities", of(PartyKind::Community)),
            ("households", Some(households)),
        ],
    )
}

fn matching(records: &Records, year: Period, cut_off: CivilDate) -> Section {
    let within = |at: i64| (year.from()..=year.until().min(cut_off)).contains(&Millis::new(at).day());
    let decided = |outcome: &str| {
        count(
            records
                .decisions
                .iter()
                .filter(|row| within(row.at) && row.outcome == outcome)
                .count(),
        )
    };
    let runs = records
        .runs
        .iter()
        .filter(|run| run.state == "done" && within(run.ended_at));
    let held = records
        .meetings
        .iter()
        .filter(|meeting| meeting.closed_at.is_some_and(within));
    // A meeting that opened had its quorum.
    let opened = records
        .meetings
        .iter()
        .filter(|meeting| meeting.opened_at.is_some_and(within));
    section(
        "matching",
        vec![
            ("runs", count(runs.count())),
            ("meetings", count(held.count())),
            ("quorate", count(opened.count())),
            ("adopted", decided("adopted")),
            ("sent_back", decided("sent_back")),
            ("refused", decided("refused")),
        ],
    )
}

fn agreements(records: &Records, year: Period, cut_off: CivilDate) -> Section {
    let last = year.until().min(cut_off);
    let mut signed = HashSet::new();
    let mut modes: BTreeMap<&str, HashSet<uuid::Uuid>> = BTreeMap::new();
    let mut areas: BTreeMap<&str, HashSet<uuid::Uuid>> = BTreeMap::new();
    for due in &records.dues {
        let id = due.row.agreement;
        let day = records.signed.get(&id);
        if day.is_some_and(|day| (year.from()..=last).contains(day)) {
            signed.insert(id);
            modes.entry(due.row.mode.as_str()).or_default().insert(id);
            areas.entry(due.row.area.as_str()).or_default().insert(id);
        }
    }
    let of =
        |map: &BTreeMap<&str, HashSet<uuid::Uuid>>, key: &str| count(map.get(key).map_or(0, HashSet::len));
    let mut lines = vec![
        ("signed", count(signed.len())),
        ("mode_project", of(&modes, "project")),
        ("mode_base", of(&modes, "base")),
    ];
    let codes = ["a1", "a2", "a3", "a4", "a5", "a6"];
    for ((_, _, area), code) in crate::agreements::domain::document::Area::ALL.iter().zip(codes) {
        lines.push((code, of(&areas, area)));
    }
    section("agreements", lines)
}

fn delivered(quarters: &[(String, Figures)]) -> Section {
    let columns = [
        Column::Due,
        Column::Confirmed,
        Column::MadeGood,
        Column::Short,
        Column::Overdue,
        Column::Waiting,
        Column::Waived,
        Column::EarlierMadeGood,
    ];
    let lines = columns.into_iter().map(|column| over(quarters, column));
    section("delivered", lines.collect())
}

fn two_way(quarters: &[(String, Figures)]) -> Section {
    let by_community = over(quarters, Column::ByCommunity);
    let by_units = over(quarters, Column::ByUnits);
    let balance = by_units.1.zip(by_community.1).map(|(got, given)| got - given);
    section(
        "two_way",
        vec![
            by_community,
            by_units,
            ("balance", balance),
            over(quarters, Column::Reached),
        ],
    )
}

/// How many projects were reviewed and how: counts of words, no marks.
fn reviews(records: &Records, year: Period) -> Section {
    let of_year = |text: &str| {
        text.parse::<Period>()
            .is_ok_and(|period| period.year() == year.year())
    };
    let given: Vec<_> = records
        .reviews
        .iter()
        .filter(|row| of_year(&row.period))
        .collect();
    let said = |delivered: &str| count(given.iter().filter(|row| row.delivered == delivered).count());
    section(
        "reviews",
        vec![
            ("reviews", count(given.len())),
            ("delivered_yes", said("yes")),
            ("delivered_partly", said("partly")),
            ("delivered_no", said("no")),
        ],
    )
}

//! The quarterly table (共建工作季度报表): a row for each community and the street itself, and their sum.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use super::read::{DueRow, Records};
use crate::agreements::domain::document::Area;
use crate::agreements::domain::instalment::InstalmentState as State;
use crate::identity::party::domain::PartyKind;
use crate::kernel::clock::Millis;
use crate::kernel::date::CivilDate;
use crate::ledger::domain::period::Period;
use crate::ledger::error::LedgerError;

/// The figures of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// 共驻单位数
    Units,
    /// 填报单位数: with an offer or need on this year's lists.
    UnitsFiled,
    /// 资源数
    Offers,
    /// 需求数
    Needs,
    /// 其中：单位需求数
    UnitNeeds,
    /// 已对接需求数
    Matched,
    /// 未满足需求数
    Unmet,
    /// 上报需求数
    Escalated,
    /// 新签协议数
    Signed,
    /// 在履行协议数
    InForce,
    /// 其中：三方以上
    Circles,
    /// 应履约次数
    Due,
    /// 已确认
    Confirmed,
    /// 补足
    MadeGood,
    /// 部分履约
    Short,
    /// 逾期
    Overdue,
    /// 待确认（含有异议）
    Waiting,
    /// 免除
    Waived,
    /// 往季补足
    EarlierMadeGood,
    /// 社区为单位服务（项次）
    ByCommunity,
    /// 单位为社区服务（项次）
    ByUnits,
    /// 受益人次
    Reached,
    /// A1…A6 项目数
    Area(u8),
    /// 联席会议次数
    Meetings,
    /// 基地数
    Bases,
}

use Column as C;

impl Column {
    /// Every column in the order of the table.
    pub const ALL: [Self; 30] = [
        C::Units,
        C::UnitsFiled,
        C::Offers,
        C::Needs,
        C::UnitNeeds,
        C::Matched,
        C::Unmet,
        C::Escalated,
        C::Signed,
        C::InForce,
        C::Circles,
        C::Due,
        C::Confirmed,
        C::MadeGood,
        C::Short,
        C::Overdue,
        C::Waiting,
        C::Waived,
        C::EarlierMadeGood,
        C::ByCommunity,
        C::ByUnits,
        C::Reached,
        C::Area(1),
        C::Area(2),
        C::Area(3),
        C::Area(4),
        C::Area(5),
        C::Area(6),
        C::Meetings,
        C::Bases,
    ];

    /// The wire form and the end of its key.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            C::Units => "units",
            C::UnitsFiled => "units_filed",
            C::Offers => "offers",
            C::Needs => "needs",
            C::UnitNeeds => "unit_needs",
            C::Matched => "matched",
            C::Unmet => "unmet",
            C::Escalated => "escalated",
            C::Signed => "signed",
            C::InForce => "in_force",
            C::Circles => "circles",
            C::Due => "due",
            C::Confirmed => "confirmed",
            C::MadeGood => "made_good",
            C::Short => "short",
            C::Overdue => "overdue",
            C::Waiting => "waiting",
            C::Waived => "waived",
            C::EarlierMadeGood => "earlier_made_good",
            C::ByCommunity => "by_community",
            C::ByUnits => "by_units",
            C::Reached => "reached",
            C::Area(1) => "a1",
            C::Area(2) => "a2",
            C::Area(3) => "a3",
            C::Area(4) => "a4",
            C::Area(5) => "a5",
            C::Area(_) => "a6",
            C::Meetings => "meetings",
            C::Bases => "bases",
        }
    }

    /// Whether the records can tell it; what they cannot is printed as —, not as 0.
    fn is_known(self) -> bool {
        !matches!(self, C::Escalated | C::Bases)
    }

    /// The instalments behind a figure, as the list of obligations names them.
    #[must_use]
    pub fn state(self) -> Option<State> {
        match self {
            C::Confirmed => Some(State::Confirmed),
            C::MadeGood => Some(State::MadeGood),
            C::Short => Some(State::Short),
            C::Overdue => Some(State::Overdue),
            C::Waiting => Some(State::Reported),
            C::Waived => Some(State::Waived),
            _ => None,
        }
    }
}

impl Serialize for Column {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Column {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        let found = Self::ALL.into_iter().find(|column| column.code() == code);
        found.ok_or_else(|| serde::de::Error::custom("no such column"))
    }
}

/// Figures by column; one that is not known is none.
pub type Figures = BTreeMap<Column, Option<i64>>;

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarterRow {
    /// The community; none is the street itself (街道本级).
    pub community: Option<Uuid>,
    /// Its name.
    pub name: String,
    /// The figures.
    pub figures: Figures,
}

/// The table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarterTable {
    schema: String,
    /// The street's name.
    pub street: String,
    /// `2026Q2`
    pub period: String,
    /// The last day whose records count.
    pub cut_off: CivilDate,
    /// Communities in the order of the register, then the street.
    pub rows: Vec<QuarterRow>,
    /// The sum of the rows.
    pub total: Figures,
}

fn blank() -> Figures {
    C::ALL
        .into_iter()
        .map(|column| (column, column.is_known().then_some(0)))
        .collect()
}

/// A table being filled.
struct Filling {
    rows: Vec<QuarterRow>,
}

impl Filling {
    fn add(&mut self, community: Option<Uuid>, column: Column, by: i64) {
        let place = self.rows.iter().position(|row| row.community == community);
        // A party that left the register counts under the street, the last row.
        let place = place.unwrap_or(self.rows.len().saturating_sub(1));
        if let Some(figure) = self
            .rows
            .get_mut(place)
            .and_then(|row| row.figures.get_mut(&column))
        {
            *figure = figure.map(|sum| sum.saturating_add(by));
        }
    }
}

/// Builds the table of a quarter from what was recorded by the end of `cut_off`.
pub(super) fn build(
    records: &Records,
    quarter: Period,
    cut_off: CivilDate,
) -> Result<QuarterTable, LedgerError> {
    let communities = records.communities().map(|party| QuarterRow {
        community: Some(party.id),
        name: party.name.clone(),
        figures: blank(),
    });
    let street = QuarterRow {
        community: None,
        name: records.street.clone(),
        figures: blank(),
    };
    let mut filling = Filling {
        rows: communities.chain([street]).collect(),
    };
    let last = quarter.until().min(cut_off);
    lists(records, last, &mut filling);
    agreements(records, quarter, last, &mut filling);
    for due in &records.dues {
        instalments(due, quarter, cut_off, &mut filling);
        deliveries(due, quarter, last, &mut filling)?;
    }
    for meeting in &records.meetings {
        let held: Option<CivilDate> = meeting.held_on.parse().ok();
        let closed = meeting.closed_at.map(|at| Millis::new(at).day());
        let in_quarter = held.is_some_and(|day| (quarter.from()..=quarter.until()).contains(&day));
        if in_quarter && closed.is_some_and(|day| day <= cut_off) {
            filling.add(None, C::Meetings, 1);
        }
    }
    Ok(QuarterTable {
        schema: "gongjian.quarter/1".to_owned(),
        street: records.street.clone(),
        period: quarter.to_string(),
        cut_off,
        total: sum(&filling.rows),
        rows: filling.rows,
    })
}

pub(super) fn sum(rows: &[QuarterRow]) -> Figures {
    let mut total = blank();
    for row in rows {
        for (column, figure) in &row.figures {
            if let (Some(Some(sum)), Some(figure)) = (total.get_mut(column), figure) {
                *sum = sum.saturating_add(*figure);
            }
        }
    }
    total
}

/// Units, offers, needs, and which needs agreements in force by `last` meet.
fn lists(records: &Records, last: CivilDate, filling: &mut Filling) {
    let served: HashSet<Uuid> = records
        .dues
        .iter()
        .filter(|due| {
            due.row
                .in_force_on
                .as_deref()
                .is_some_and(|on| on <= last.to_string().as_str())
        })
        .filter_map(|due| due.row.need)
        .collect();
    let filed: HashSet<Uuid> = records.entries.iter().map(|entry| entry.party).collect();
    for party in records
        .parties
        .iter()
        .filter(|party| party.kind == PartyKind::Unit)
    {
        filling.add(party.community, C::Units, 1);
        if filed.contains(&party.id) {
            filling.add(party.community, C::UnitsFiled, 1);
        }
    }
    let units: HashSet<Uuid> = records
        .parties
        .iter()
        .filter(|party| party.kind == PartyKind::Unit)
        .map(|party| party.id)
        .collect();
    for entry in &records.entries {
        let community = records.community_of(entry.party);
        if entry.kind == "offer" {
            filling.add(community, C::Offers, 1);
            continue;
        }
        filling.add(community, C::Needs, 1);
        if units.contains(&entry.party) {
            filling.add(community, C::UnitNeeds, 1);
        }
        let met = if served.contains(&entry.id) {
            C::Matched
        } else {
            C::Unmet
        };
        filling.add(community, met, 1);
    }
}

/// Agreements signed in the quarter and those in force at its end, with their areas.
fn agreements(records: &Records, quarter: Period, last: CivilDate, filling: &mut Filling) {
    let mut seen = HashSet::new();
    let mut areas = HashSet::new();
    for due in &records.dues {
        let community = due.community;
        if seen.insert(due.row.agreement) {
            let signed = records.signed.get(&due.row.agreement);
            if signed.is_some_and(|day| (quarter.from()..=last).contains(day)) {
                filling.add(community, C::Signed, 1);
            }
            if due.in_force(last) {
                filling.add(community, C::InForce, 1);
                if due.parties > 2 {
                    filling.add(community, C::Circles, 1);
                }
            }
        }
        if due.in_force(last) && areas.insert((due.row.agreement, due.row.area.clone())) {
            let place = Area::ALL
                .iter()
                .zip(1..)
                .find(|((_, _, code), _)| *code == due.row.area);
            if let Some((_, n)) = place {
                filling.add(community, C::Area(n), 1);
            }
        }
    }
}

/// What was due in the quarter by its state at the cut-off, and what earlier quarters made good in this one.
fn instalments(due: &DueRow, quarter: Period, cut_off: CivilDate, filling: &mut Filling) {
    let standing = due.as_of(cut_off);
    let state = standing.state(cut_off);
    if (quarter.from()..=quarter.until()).contains(&standing.until) {
        let column = match state {
            State::Confirmed => C::Confirmed,
            State::MadeGood => C::MadeGood,
            State::Short => C::Short,
            State::Overdue => C::Overdue,
            State::Reported | State::Disputed => C::Waiting,
            State::Waived => C::Waived,
            // Not due yet at the cut-off, or no longer.
            State::Planned | State::Open | State::Cancelled => return,
        };
        filling.add(due.community, C::Due, 1);
        filling.add(due.community, column, 1);
    } else if standing.until < quarter.from() && state == State::MadeGood {
        let before = due.as_of(quarter.from().plus_days(-1));
        if before.account.met_on.is_none() {
            filling.add(due.community, C::EarlierMadeGood, 1);
        }
    }
}

/// Deliveries confirmed in the quarter, by who gave, and whom they reached.
fn deliveries(
    due: &DueRow,
    quarter: Period,
    last: CivilDate,
    filling: &mut Filling,
) -> Result<(), LedgerError> {
    for (row, entry) in due.deliveries.iter().zip(&due.entries) {
        let day = entry.confirmed_on.filter(|_| entry.confirmed > 0);
        if !day.is_some_and(|day| (quarter.from()..=last).contains(&day)) {
            continue;
        }
        match due.row.giver_side.as_str() {
            "community" => filling.add(due.community, C::ByCommunity, 1),
            "unit" => filling.add(due.community, C::ByUnits, 1),
            "street" => {}
            other => return Err(LedgerError::Broken(format!("side {other}"))),
        }
        filling.add(due.community, C::Reached, row.beneficiaries.unwrap_or(0).into());
    }
    Ok(())
}

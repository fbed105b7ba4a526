//! The ledger (共建工作台账): one line for each obligation.

use serde::Serialize;

use super::read::{DueRow, Records};
use crate::agreements::domain::instalment::InstalmentState as State;
use crate::kernel::date::CivilDate;
use crate::ledger::domain::period::Period;
use crate::ledger::error::LedgerError;

/// An obligation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BookLine {
    /// The agreement's address, for the link.
    pub key: String,
    /// 协议编号
    pub number: String,
    /// 项目名称
    pub title: String,
    /// 共建方式
    pub mode: String,
    /// 领域
    pub area: String,
    /// 提供方
    pub giver: String,
    /// 接受方
    pub takers: Vec<String>,
    /// 服务内容, with hours and place as agreed.
    pub what: String,
    /// 计量单位
    pub unit: String,
    /// 约定数量
    pub quantity: i64,
    /// 已确认数量, at most what is owed.
    pub confirmed: i64,
    /// 未履约数量
    pub missing: i64,
    /// 起始日期
    pub from: CivilDate,
    /// 截止日期
    pub until: CivilDate,
    /// 状态: that of the instalment which needs most care.
    #[serde(skip)]
    pub state: State,
    /// 最近履约日期
    pub last: Option<CivilDate>,
    /// 双向评议: reviews given of its agreement.
    pub reviews: i64,
    /// 签署日期
    pub signed: Option<CivilDate>,
    /// 会议日期及议题号
    pub meeting: Option<(String, i32)>,
}

/// The ledger of a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Book {
    /// The street's name.
    pub street: String,
    /// `2026`
    pub period: String,
    /// The day it was made.
    pub made_on: CivilDate,
    /// Its lines, by agreement.
    pub lines: Vec<BookLine>,
}

/// The order in which states need care.
const CARE: [State; 10] = [
    State::Disputed,
    State::Overdue,
    State::Short,
    State::Reported,
    State::Open,
    State::Planned,
    State::MadeGood,
    State::Confirmed,
    State::Waived,
    State::Cancelled,
];

pub(super) fn build(records: &Records, year: Period, today: CivilDate) -> Result<Book, LedgerError> {
    let mut lines: Vec<BookLine> = Vec::new();
    let mut rest = records.dues.as_slice();
    while let Some(first) = rest.first() {
        let same = rest
            .iter()
            .take_while(|due| due.row.obligation == first.row.obligation)
            .count();
        let (group, after) = rest.split_at(same);
        let touches = first.row.term_from <= year.until().to_string()
            && first.row.term_until >= year.from().to_string();
        if touches {
            lines.push(line(records, first, group, today)?);
        }
        rest = after;
    }
    Ok(Book {
        street: records.street.clone(),
        period: year.to_string(),
        made_on: today,
        lines,
    })
}

/// What is confirmed, at most what is owed (S11), and what is still missing of an obligation.
fn counted(owed: i64, group: &[DueRow], today: CivilDate) -> (i64, i64) {
    let credited = |due: &DueRow| i64::from(due.row.confirmed.clamp(0, due.row.quantity));
    let confirmed: i64 = group.iter().map(credited).sum();
    let gone: i64 = group
        .iter()
        .filter(|due| matches!(due.standing.state(today), State::Waived | State::Cancelled))
        .map(|due| i64::from(due.row.quantity) - credited(due))
        .sum();
    (confirmed, (owed - confirmed - gone).max(0))
}

fn line(
    records: &Records,
    first: &DueRow,
    group: &[DueRow],
    today: CivilDate,
) -> Result<BookLine, LedgerError> {
    let row = &first.row;
    let owed = i64::from(row.owed);
    let (confirmed, missing) = counted(owed, group, today);
    let states: Vec<State> = group.iter().map(|due| due.standing.state(today)).collect();
    let state = CARE.into_iter().find(|state| states.contains(state));
    let meeting = records.meetings.iter().find(|meeting| meeting.id == row.meeting);
    let reviews = records
        .reviews
        .iter()
        .filter(|review| review.agreement == row.agreement);
    let last = group
        .iter()
        .flat_map(|due| &due.entries)
        .filter(|entry| entry.confirmed_on.is_some() && entry.confirmed > 0)
        .map(|entry| entry.on)
        .max();
    let broken = || LedgerError::Broken("an obligation without instalments".to_owned());
    Ok(BookLine {
        key: format!("{}-{}", row.year, row.n),
        number: row.number.clone(),
        title: row.title.clone(),
        mode: row.mode.clone(),
        area: row.area.clone(),
        giver: row.giver_name.clone(),
        takers: records
            .takers
            .iter()
            .filter(|taker| taker.obligation == row.obligation)
            .map(|taker| taker.name.clone())
            .collect(),
        what: row.what.clone(),
        unit: row.unit.clone(),
        quantity: owed,
        confirmed,
        missing,
        from: group
            .iter()
            .map(|due| due.standing.from)
            .min()
            .ok_or_else(broken)?,
        until: group
            .iter()
            .map(|due| due.standing.until)
            .max()
            .ok_or_else(broken)?,
        state: state.ok_or_else(broken)?,
        last,
        reviews: i64::try_from(reviews.count()).map_err(|error| LedgerError::Broken(error.to_string()))?,
        signed: records.signed.get(&row.agreement).copied(),
        meeting: meeting.map(|meeting| (meeting.held_on.clone(), row.item)),
    })
}

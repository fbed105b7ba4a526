//! From when to when (D16, D17).

use super::super::clean::{date, window};
use super::super::field::Field;
use super::super::layout::InputCell;
use super::super::outcome::{Judged, Question, Spot};
use super::super::sheet::Value;
use super::{Row, says_nothing};
use crate::kernel::date::CivilDate;

pub(super) fn settle(row: &Row, judged: &mut Judged) {
    if let Some(cell) = row
        .cell(Field::Period)
        .filter(|cell| !says_nothing(&cell.value.shown()))
    {
        whole(row, cell, judged);
    } else if !times_of_day(row) {
        for (field, last) in [(Field::From, false), (Field::Until, true)] {
            if let Some(cell) = row.cell(field).filter(|cell| !says_nothing(&cell.value.shown())) {
                one_end(row, cell, last, judged);
            }
        }
    }
    check(row, judged);
}

/// Reads a cell's days.
pub(super) fn read(row: &Row, cell: &InputCell) -> date::Said {
    match &cell.value {
        Value::Day(day) => date::Said::Span {
            from: Some(*day),
            until: Some(*day),
            year_added: false,
        },
        Value::Number(number) if *number < 100_000.0 => date::of_serial(*number, row.input.epoch_1904),
        value => date::read(&value.shown(), row.input.year, row.input.epoch_1904),
    }
}

fn whole(row: &Row, cell: &InputCell, judged: &mut Judged) {
    let said = read(row, cell);
    let hours_column = row.cell(Field::Windows).is_some();
    let is_hours = matches!(said, date::Said::Unread)
        && !matches!(window::read(&cell.value.shown()), window::Said::Unread);
    // Hours in the dates' column are read as hours, where no other column tells them.
    if is_hours && !hours_column {
        return;
    }
    take(cell, said, judged);
}

/// Keeps what a cell says of days, asks or refuses.
pub(super) fn take(cell: &InputCell, said: date::Said, judged: &mut Judged) {
    match said {
        date::Said::Span {
            from,
            until,
            year_added,
        } => {
            (judged.draft.from, judged.draft.until) = (from, until);
            let show = |day: Option<CivilDate>| day.map_or_else(String::new, |day| day.to_string());
            let code = if year_added { "year_added" } else { "dates" };
            judged.change(cell, format!("{}/{}", show(from), show(until)), code);
        }
        date::Said::Unbounded => judged.change(cell, "", "unbounded"),
        date::Said::NoSuchDay => judged.refuse("impossible_date", Spot::of(cell)),
        date::Said::Reversed => judged.refuse("reversed_dates", Spot::of(cell)),
        date::Said::Open => judged.ask(Question::new("open_dates", Spot::of(cell))),
        date::Said::Unread => judged.ask(Question::new("unread_dates", Spot::of(cell))),
    }
}

fn one_end(row: &Row, cell: &InputCell, last: bool, judged: &mut Judged) {
    match read(row, cell) {
        date::Said::Span {
            from,
            until,
            year_added,
        } => {
            let day = if last { until } else { from };
            let slot = if last {
                &mut judged.draft.until
            } else {
                &mut judged.draft.from
            };
            *slot = day;
            let code = if year_added { "year_added" } else { "dates" };
            judged.change(cell, day.map_or_else(String::new, |day| day.to_string()), code);
        }
        said => take(cell, said, judged),
    }
}

/// 开始时间 8:30 and 结束时间 17:00 are hours, not days.
pub(super) fn times_of_day(row: &Row) -> bool {
    let is_time = |field| {
        row.cell(field).is_some_and(|cell| match &cell.value {
            Value::Minute(_) => true,
            Value::Text(text) => text.contains([':', '：', '点']) && !text.contains(['月', '日']),
            Value::Number(_) | Value::Day(_) | Value::Bool(_) | Value::Error(_) | Value::NoResult => false,
        })
    };
    is_time(Field::From) && is_time(Field::Until)
}

fn check(row: &Row, judged: &mut Judged) {
    let cell = [Field::Period, Field::Until, Field::From]
        .into_iter()
        .find_map(|field| row.cell(field));
    let Some(cell) = cell else {
        return;
    };
    let (from, until) = (judged.draft.from, judged.draft.until);
    if from.zip(until).is_some_and(|(from, until)| until < from) {
        judged.refuse("reversed_dates", Spot::of(cell));
    } else if [from, until]
        .into_iter()
        .flatten()
        .any(|day| day.year() != row.input.year)
    {
        judged.tell("outside_cycle", Spot::of(cell));
    }
}

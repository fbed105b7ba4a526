//! At which hours (D18).

use super::super::clean::{date, window};
use super::super::field::Field;
use super::super::layout::InputCell;
use super::super::outcome::{Judged, Question, Spot};
use super::super::sheet::Value;
use super::{Row, days, says_nothing};
use crate::lists::domain::{Days, Window, WindowFault};

/// Night parking is nothing without its hours (`domain.md` §5).
const WINDOW_REQUIRED: [&str; 1] = ["A2-03"];

pub(super) fn settle(row: &Row, judged: &mut Judged) {
    let before = judged.questions.len() + judged.refusals.len();
    let told = sub_columns(row, judged) | main_column(row, judged);
    let required = judged
        .draft
        .type_code
        .as_deref()
        .is_some_and(|code| WINDOW_REQUIRED.contains(&code));
    let quiet = before == judged.questions.len() + judged.refusals.len();
    if required && judged.draft.windows.is_empty() && quiet && !told {
        let question = Question::new("missing_window", Spot::missing(Field::Windows));
        judged.ask(question.suggest("每天18:00-次日8:00"));
    }
}

/// Whether the row says anything of hours in its main column.
fn main_column(row: &Row, judged: &mut Judged) -> bool {
    let column = row
        .cell(Field::Windows)
        .filter(|cell| !says_nothing(&cell.value.shown()));
    if let Some(cell) = column {
        let text = if days::times_of_day(row) {
            format!(
                "{} {}-{}",
                cell.value.shown(),
                row.text(Field::From),
                row.text(Field::Until)
            )
        } else {
            cell.value.shown()
        };
        one_cell(row, cell, &text, judged);
        return true;
    }
    if days::times_of_day(row)
        && let Some(cell) = row.cell(Field::From)
    {
        let text = format!("{}-{}", row.text(Field::From), row.text(Field::Until));
        take(cell, window::read(&text), judged);
        return true;
    }
    let Some(cell) = row.cell(Field::Period) else {
        return false;
    };
    let said = window::read(&cell.value.shown());
    let dates = days::read(row, cell);
    if matches!(dates, date::Said::Unread) && !matches!(said, window::Said::Unread) {
        take(cell, said, judged);
        return true;
    }
    false
}

fn one_cell(row: &Row, cell: &InputCell, text: &str, judged: &mut Judged) {
    let said = window::read(text);
    if !matches!(said, window::Said::Unread) {
        take(cell, said, judged);
        return;
    }
    let no_dates = judged.draft.from.is_none() && judged.draft.until.is_none();
    let dates = days::read(row, cell);
    if no_dates && !matches!(dates, date::Said::Unread) && !matches!(cell.value, Value::Number(_)) {
        days::take(cell, dates, judged);
        return;
    }
    if no_dates && let Some((dates, hours)) = both(row, text) {
        days::take(cell, dates, judged);
        take(cell, hours, judged);
        return;
    }
    take(cell, said, judged);
}

/// 2026.3.1-6.30 工作日9:00-17:00: days and hours in one cell, parted by a blank or a sign.
fn both(row: &Row, text: &str) -> Option<(date::Said, window::Said)> {
    for (place, sign) in text.char_indices() {
        if !(sign.is_whitespace() || matches!(sign, ',' | '，' | ';' | '；' | '(' | '（')) {
            continue;
        }
        let (left, right) = (text.get(..place)?, text.get(place + sign.len_utf8()..)?);
        let right = right.trim_end_matches([')', '）']);
        for (dates, hours) in [(left, right), (right, left)] {
            let dates = date::read(dates, row.input.year, row.input.epoch_1904);
            let hours = window::read(hours);
            if !matches!(dates, date::Said::Unread) && !matches!(hours, window::Said::Unread) {
                return Some((dates, hours));
            }
        }
    }
    None
}

/// D02: hours under 工作日 and 双休日.
fn sub_columns(row: &Row, judged: &mut Judged) -> bool {
    let mut told = false;
    for (field, days, words) in [
        (Field::WeekdayHours, Days::WORK, "工作日"),
        (Field::WeekendHours, Days::WEEKEND, "双休日"),
        (Field::HolidayHours, Days::default(), "节假日"),
    ] {
        let Some(cell) = row.cell(field) else {
            continue;
        };
        let text = cell.value.shown();
        if says_nothing(&text) || matches!(text.trim(), "×" | "✕" | "x" | "X" | "否" | "不开放" | "关闭")
        {
            continue;
        }
        told = true;
        let yes = matches!(text.trim(), "√" | "✓" | "✔" | "是" | "开放" | "可");
        let said = if yes && !days.is_empty() {
            window::Said::NoHours {
                days,
                offer: (540, 1020),
            }
        } else {
            window::read(&format!("{words}{text}"))
        };
        take(cell, said, judged);
    }
    told
}

fn take(cell: &InputCell, said: window::Said, judged: &mut Judged) {
    match said {
        window::Said::Any => judged.change(cell, "", "any_time"),
        window::Said::Windows { windows, besides } => {
            let now: Vec<String> = windows.iter().map(Window::to_string).collect();
            judged.change(cell, now.join("; "), "hours");
            judged.draft.windows.extend(windows);
            if besides.is_some() {
                judged.tell("hours_besides", Spot::of(cell));
            }
        }
        window::Said::NoHours { days, offer } => {
            let question = Question::new("vague_window", Spot::of(cell));
            judged.ask(question.suggest(offered(days, (offer.0, offer.1, false))));
        }
        window::Said::NoDays { hours } => {
            let question = Question::new("window_without_days", Spot::of(cell));
            let choices = [Days::ALL, Days::WORK, Days::WEEKEND].map(|days| offered(days, hours));
            judged.ask(
                choices
                    .into_iter()
                    .fold(question, |question, choice| question.choice(choice, "")),
            );
        }
        window::Said::Holidays => judged.ask(Question::new("holidays", Spot::of(cell))),
        window::Said::Open => judged.ask(Question::new("open_window", Spot::of(cell))),
        window::Said::Wrong(WindowFault::Empty | WindowFault::NoDay) => {
            judged.refuse("empty_window", Spot::of(cell));
        }
        window::Said::Wrong(WindowFault::NoSuchTime) => judged.refuse("impossible_time", Spot::of(cell)),
        window::Said::Unread => judged.ask(Question::new("unread_window", Spot::of(cell))),
    }
}

/// A span as it would be written in the cell.
fn offered(days: Days, (from, until, next_day): (u16, u16, bool)) -> String {
    let words = match days {
        Days::WORK => "工作日",
        Days::WEEKEND => "双休日",
        days if days == Days::ALL || days.is_empty() => "每天",
        _ => {
            let named: String = "一二三四五六日"
                .chars()
                .zip(0u8..)
                .filter(|(_, day)| days.has(*day))
                .map(|(sign, _)| sign)
                .collect();
            return format!("周{named}{}", span(from, until, next_day));
        }
    };
    format!("{words}{}", span(from, until, next_day))
}

fn span(from: u16, until: u16, next_day: bool) -> String {
    let next = if next_day || until < from { "次日" } else { "" };
    format!(
        "{:02}:{:02}-{next}{:02}:{:02}",
        from / 60,
        from % 60,
        until / 60,
        until % 60
    )
}

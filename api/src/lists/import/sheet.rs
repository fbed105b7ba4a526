//! What a file holds before anyone asks what it means: sheets, rows, cells.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::kernel::date::CivilDate;

/// The value stored in a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Text.
    Text(String),
    /// A number without a date format.
    Number(f64),
    /// A number the workbook shows as a date.
    Day(CivilDate),
    /// A number the workbook shows as a time of day, in minutes.
    Minute(u16),
    /// Yes or no.
    Bool(bool),
    /// `#REF!` and its like.
    Error(String),
    /// A formula whose result was never stored.
    NoResult,
}

impl Value {
    /// The value as the workbook shows it, roughly; a whole number without decimals.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::Error(text) => text.clone(),
            Self::Number(number) => shown_number(*number),
            Self::Day(day) => day.to_string(),
            Self::Minute(minute) => format!("{:02}:{:02}", minute / 60, minute % 60),
            Self::Bool(value) => value.to_string(),
            Self::NoResult => String::new(),
        }
    }

    /// Whether nothing stands in it.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Text(text) => crate::lists::domain::tidy(text).is_empty(),
            Self::Number(_)
            | Self::Day(_)
            | Self::Minute(_)
            | Self::Bool(_)
            | Self::Error(_)
            | Self::NoResult => false,
        }
    }
}

fn shown_number(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{number:.0}")
    } else {
        format!("{number}")
    }
}

/// A row as it stands, blank cells left out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RawRow {
    /// 1-based, as the workbook shows it; for text files the line's number among records.
    pub row: u32,
    /// Hidden in the workbook, or filtered away.
    pub hidden: bool,
    /// By 0-based column.
    pub cells: BTreeMap<u32, Value>,
}

/// Cells joined into one; both ends inclusive, rows 1-based, columns 0-based.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merge {
    /// First row.
    pub top: u32,
    /// Last row.
    pub bottom: u32,
    /// First column.
    pub left: u32,
    /// Last column.
    pub right: u32,
}

/// One sheet, or the whole of a text file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sheet {
    /// Empty for text files.
    pub name: String,
    /// Hidden in the workbook.
    pub hidden: bool,
    /// Rows that hold anything, in order.
    pub rows: Vec<RawRow>,
    /// Joined cells.
    pub merges: Vec<Merge>,
    /// Hidden columns, 0-based.
    pub hidden_columns: BTreeSet<u32>,
    /// Remarks pinned to cells: row, column, text.
    pub comments: Vec<(u32, u32, String)>,
    /// Pictures, text boxes or scans lie on it; they are not read.
    pub pictures: bool,
}

/// How a file was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Office Open XML workbook.
    Xlsx,
    /// Binary workbook of 1997–2003.
    Xls,
    /// Text with separators.
    Csv,
}

/// A file, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Book {
    /// How it was stored.
    pub format: Format,
    /// In the workbook's order.
    pub sheets: Vec<Sheet>,
    /// Day numbers count from 1904 instead of 1900.
    pub epoch_1904: bool,
    /// Holds macros; they are never run.
    pub macros: bool,
    /// How a text file's signs were stored, `UTF-8` or `GB18030`.
    pub encoding: Option<&'static str>,
}

/// The letters of a column: 0 → `A`, 26 → `AA`.
#[must_use]
pub fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    loop {
        let step = u8::try_from(rest % 26).unwrap_or(0);
        letters.push(char::from(b'A' + step));
        if rest < 26 {
            break;
        }
        rest = rest / 26 - 1;
    }
    letters.iter().rev().collect()
}

/// The day of a workbook's day number; `None` outside 1982–2119, where a number is no date of a list.
#[must_use]
pub fn day_of_serial(serial: f64, epoch_1904: bool) -> Option<CivilDate> {
    let whole = serial.floor();
    let shifted = if epoch_1904 { whole + 1462.0 } else { whole };
    if !(30_000.0..=80_000.0).contains(&shifted) {
        return None;
    }
    // 25 569 is the number of 1970-01-01; the sum is a whole number below 2^17.
    format!("{shifted:.0}")
        .parse::<i64>()
        .ok()
        .map(|days| CivilDate::from_epoch_days(days - 25_569))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_lettered_as_in_the_workbook() {
        for (column, letters) in [
            (0, "A"),
            (25, "Z"),
            (26, "AA"),
            (51, "AZ"),
            (52, "BA"),
            (701, "ZZ"),
            (702, "AAA"),
        ] {
            assert_eq!(column_letters(column), letters);
        }
    }

    #[test]
    fn d16_day_numbers_follow_the_books_epoch() {
        assert_eq!(day_of_serial(46_266.0, false).unwrap().to_string(), "2026-09-01");
        assert_eq!(day_of_serial(44_804.0, true).unwrap().to_string(), "2026-09-01");
        assert_eq!(day_of_serial(12.0, false), None);
    }
}

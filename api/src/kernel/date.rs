//! Civil days, `YYYY-MM-DD`, counted in UTC+8.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A day, years 1900–2200.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CivilDate(Date);

/// The text is not a day written as `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a day written as YYYY-MM-DD")]
pub struct NotADay(pub String);

impl CivilDate {
    /// A day from its numbers; `None` if there is no such day or the year is outside 1900–2200.
    #[must_use]
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        if !(1900..=2200).contains(&year) {
            return None;
        }
        Date::new(year, month, day).ok().map(Self)
    }

    /// Days since 1970-01-01, clamped to the years this type knows.
    #[must_use]
    pub fn from_epoch_days(days: i64) -> Self {
        let clamped = days.clamp(-25_567, 84_370);
        let epoch = Date::constant(1970, 1, 1);
        Self(epoch.checked_add(clamped.days()).unwrap_or(epoch))
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub fn epoch_days(self) -> i64 {
        let epoch = Date::constant(1970, 1, 1);
        epoch.until(self.0).map_or(0, |span| i64::from(span.get_days()))
    }

    /// The day `days` later (earlier, if negative), kept within the known years.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self::from_epoch_days(self.epoch_days().saturating_add(days))
    }

    /// The same day `months` later, the month's last day if there is no such day.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        Self(self.0.checked_add(Span::new().months(months)).unwrap_or(self.0))
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, 1–12.
    #[must_use]
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, 1–31.
    #[must_use]
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// 0 = Monday … 6 = Sunday.
    #[must_use]
    pub fn weekday(self) -> u8 {
        u8::try_from(self.0.weekday().to_monday_zero_offset()).unwrap_or(0)
    }

    /// The last day of this day's month.
    #[must_use]
    pub fn month_end(self) -> Self {
        Self(self.0.last_of_month())
    }
}

impl fmt::Display for CivilDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

impl FromStr for CivilDate {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let fault = || NotADay(text.chars().take(40).collect());
        let is_written = text.len() == 10
            && text.bytes().enumerate().all(|(i, byte)| match i {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !is_written {
            return Err(fault());
        }
        let (y, m, d) = (&text[..4], &text[5..7], &text[8..]);
        match (y.parse(), m.parse(), d.parse()) {
            (Ok(y), Ok(m), Ok(d)) => Self::new(y, m, d).ok_or_else(fault),
            _ => Err(fault()),
        }
    }
}

impl Serialize for CivilDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CivilDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_reads_and_writes_the_same() {
        let day: CivilDate = "2024-02-29".parse().unwrap();
        assert_eq!(day.to_string(), "2024-02-29");
        assert_eq!(CivilDate::from_epoch_days(day.epoch_days()), day);
        assert_eq!(day.plus_days(1).to_string(), "2024-03-01");
        assert_eq!(day.plus_months(12).to_string(), "2025-02-28");
        assert_eq!(day.weekday(), 3);
    }

    #[test]
    fn what_is_not_a_day_is_refused() {
        for text in [
            "2026-02-30",
            "2026-13-01",
            "2026-2-3",
            "1800-01-01",
            "",
            "2026-01-01x",
            "+026-01-01",
            "2026-+1-01",
            "2026-01-+1",
            "2026--1-01",
            "２026-01-0",
            "2026/01/01",
        ] {
            assert!(text.parse::<CivilDate>().is_err(), "{text}");
        }
    }
}

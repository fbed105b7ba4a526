//! When in the week something is open (开放时段).

use std::fmt;

use serde::{Deserialize, Serialize};

/// Minutes of a day.
const DAY: u16 = 1440;
/// Minutes of a week.
const WEEK: u16 = 7 * DAY;

/// A set of weekdays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Days(u8);

impl Days {
    /// Monday to Friday (工作日).
    pub const WORK: Self = Self(0b001_1111);
    /// Saturday and Sunday (双休日).
    pub const WEEKEND: Self = Self(0b110_0000);
    /// The whole week.
    pub const ALL: Self = Self(0b111_1111);

    const IDS: [&'static str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// One day, 0 = Monday.
    #[must_use]
    pub fn one(day: u8) -> Self {
        Self(1 << (day % 7))
    }

    /// From one day to another, over the week's end if need be.
    #[must_use]
    pub fn span(from: u8, to: u8) -> Self {
        let (from, to) = (from % 7, to % 7);
        let length = (to + 7 - from) % 7;
        (0..=length).fold(Self(0), |days, step| days.with(Self::one((from + step) % 7)))
    }

    /// Both sets together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether no day is in it.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the day is in it, 0 = Monday.
    #[must_use]
    pub fn has(self, day: u8) -> bool {
        self.0 & (1 << (day % 7)) != 0
    }

    /// `["mon", "tue"]`, Monday first.
    #[must_use]
    pub fn ids(self) -> Vec<&'static str> {
        (0u8..7)
            .zip(Self::IDS)
            .filter(|(day, _)| self.has(*day))
            .map(|(_, id)| id)
            .collect()
    }

    /// Reads `mon` … `sun`.
    #[must_use]
    pub fn from_ids<'a>(ids: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut days = Self(0);
        for id in ids {
            let place = Self::IDS.iter().position(|known| *known == id)?;
            days = days.with(Self::one(u8::try_from(place).ok()?));
        }
        Some(days)
    }
}

/// Hours on some weekdays. `to` at or before `from` means the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Window {
    days: Days,
    from: u16,
    to: u16,
    next_day: bool,
}

/// Why hours were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WindowFault {
    /// No weekday.
    #[error("no weekday")]
    NoDay,
    /// A time after 24:00.
    #[error("a time after 24:00")]
    NoSuchTime,
    /// Start equals end.
    #[error("start equals end")]
    Empty,
}

impl Window {
    /// Minutes of the day; an end at or before the start is on the next day.
    ///
    /// # Errors
    /// [`WindowFault`]
    pub fn new(days: Days, from: u16, to: u16, next_day: bool) -> Result<Self, WindowFault> {
        if days.is_empty() {
            return Err(WindowFault::NoDay);
        }
        if from >= DAY || to > DAY {
            return Err(WindowFault::NoSuchTime);
        }
        if from == to && !next_day {
            return Err(WindowFault::Empty);
        }
        Ok(Self {
            days,
            from,
            to,
            next_day: next_day || to < from,
        })
    }

    /// The weekdays on which it begins.
    #[must_use]
    pub fn days(&self) -> Days {
        self.days
    }

    /// The start, `HH:MM`.
    #[must_use]
    pub fn from_text(&self) -> String {
        clock(self.from)
    }

    /// The end, `HH:MM`.
    #[must_use]
    pub fn to_text(&self) -> String {
        clock(self.to)
    }

    /// Whether it ends on the day after it began.
    #[must_use]
    pub fn next_day(&self) -> bool {
        self.next_day
    }

    /// The half-open spans `[from, to)` in minutes of the week, Monday 00:00 = 0, in order; a span over the
    /// week's end is cut in two.
    #[must_use]
    pub fn minutes(&self) -> Vec<(u16, u16)> {
        let length = if self.next_day {
            (DAY - self.from) + self.to
        } else {
            self.to - self.from
        };
        let mut spans = Vec::new();
        for day in (0u8..7).filter(|day| self.days.has(*day)) {
            let start = u16::from(day) * DAY + self.from;
            let end = start + length;
            if end <= WEEK {
                spans.push((start, end));
            } else {
                spans.push((start, WEEK));
                spans.push((0, end - WEEK));
            }
        }
        spans.sort_unstable();
        spans
    }
}

impl std::str::FromStr for Window {
    type Err = WindowFault;

    /// Reads the form in which windows are kept.
    fn from_str(text: &str) -> Result<Self, WindowFault> {
        let (days, hours) = text.split_once(' ').ok_or(WindowFault::NoDay)?;
        let days = Days::from_ids(days.split(',')).ok_or(WindowFault::NoDay)?;
        let (hours, next_day) = match hours.strip_suffix("+1") {
            Some(hours) => (hours, true),
            None => (hours, false),
        };
        let (from, to) = hours.split_once('-').ok_or(WindowFault::NoSuchTime)?;
        let minute = |text: &str| -> Option<u16> {
            let (hour, minute) = text.split_once(':')?;
            let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
            (hour <= 24 && minute < 60).then_some(hour * 60 + minute)
        };
        let (from, to) = minute(from).zip(minute(to)).ok_or(WindowFault::NoSuchTime)?;
        Self::new(days, from, to, next_day)
    }
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

impl fmt::Display for Window {
    /// `mon,tue 18:00-08:00+1`, the form in which windows are kept.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let next = if self.next_day { "+1" } else { "" };
        write!(
            f,
            "{} {}-{}{next}",
            self.days.ids().join(","),
            clock(self.from),
            clock(self.to)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s12_sunday_night_wraps_into_monday() {
        let night = Window::new(Days::one(6), 18 * 60, 8 * 60, true).unwrap();
        assert_eq!(night.minutes(), [(0, 480), (9720, 10080)]);
        assert_eq!(night.to_string(), "sun 18:00-08:00+1");
        assert_eq!("sun 18:00-08:00+1".parse(), Ok(night));
    }

    #[test]
    fn an_end_before_the_start_is_the_next_day_and_zero_length_is_refused() {
        assert!(Window::new(Days::WORK, 1080, 480, false).unwrap().next_day());
        assert_eq!(Window::new(Days::WORK, 480, 480, false), Err(WindowFault::Empty));
        assert_eq!(
            Window::new(Days::WORK, 480, 1441, false),
            Err(WindowFault::NoSuchTime)
        );
        assert_eq!(Days::span(5, 0).ids(), ["mon", "sat", "sun"]);
    }
}

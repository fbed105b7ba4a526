//! Minutes of the week and civil days.

use serde::{Deserialize, Serialize};

/// Minutes of a week; 0 is Monday 00:00.
pub const WEEK_MIN: i64 = 10_080;

/// A window of the week; `to_min` at or before `from_min` runs over Sunday midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowRow {
    /// First minute, 0–10,079.
    pub from_min: i64,
    /// Minute after the last, 1–10,080.
    pub to_min: i64,
}

impl WindowRow {
    /// Whether a minute of the week lies in the window.
    #[must_use]
    pub fn holds(&self, minute: i64) -> bool {
        let (after, before) = (minute >= self.from_min, minute < self.to_min);
        (after && before) || (self.from_min >= self.to_min && (after || before))
    }
}

/// Days from–to, both included, `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Days {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
}

impl Days {
    /// Both days as numbers that compare and subtract like days; `None` if one is not a day.
    #[must_use]
    pub fn numbers(&self) -> Option<(i64, i64)> {
        Some((day_number(&self.from)?, day_number(&self.to)?))
    }
}

/// Days since 1970-01-01 of a proleptic Gregorian day (after Hinnant's `days_from_civil`).
fn day_number(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(i, b)| {
            if i == 4 || i == 7 {
                *b == b'-'
            } else {
                b.is_ascii_digit()
            }
        });
    if !shaped {
        return None;
    }
    let (year, month, day): (i64, i64, i64) = (
        text.get(..4)?.parse().ok()?,
        text.get(5..7)?.parse().ok()?,
        text.get(8..)?.parse().ok()?,
    );
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1900..=2200).contains(&year) || !(1..=length).contains(&day) {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let of_era = shifted - shifted.div_euclid(400) * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    Some(shifted.div_euclid(400) * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// Common minutes of the week of two window sets; an empty set is any time. Windows may run over Sunday
/// midnight. Overlapping windows of one set count once.
#[must_use]
pub fn overlap_minutes(a: &[WindowRow], b: &[WindowRow]) -> i64 {
    let (a, b) = (union(a), union(b));
    let mut minutes = 0;
    for (from, to) in &a {
        for (from_b, to_b) in &b {
            minutes += (to.min(to_b) - from.max(from_b)).max(0);
        }
    }
    minutes
}

/// Disjoint intervals within one week.
fn union(windows: &[WindowRow]) -> Vec<(i64, i64)> {
    if windows.is_empty() {
        return vec![(0, WEEK_MIN)];
    }
    let mut parts: Vec<(i64, i64)> = Vec::with_capacity(windows.len() + 1);
    for window in windows {
        if window.to_min > window.from_min {
            parts.push((window.from_min, window.to_min));
        } else {
            parts.push((window.from_min, WEEK_MIN));
            parts.push((0, window.to_min));
        }
    }
    parts.sort_unstable();
    let mut joined: Vec<(i64, i64)> = Vec::with_capacity(parts.len());
    for (from, to) in parts {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(from_min: i64, to_min: i64) -> WindowRow {
        WindowRow { from_min, to_min }
    }

    #[test]
    fn windows_meet_over_sunday_midnight() {
        let sunday_night = [window(9_720, 480)];
        assert_eq!(overlap_minutes(&sunday_night, &[window(0, 600)]), 480);
        assert_eq!(overlap_minutes(&sunday_night, &[window(10_020, 60)]), 120);
        assert_eq!(overlap_minutes(&sunday_night, &[window(480, 600)]), 0);
        assert_eq!(overlap_minutes(&[], &[window(10, 20), window(15, 30)]), 20);
    }

    #[test]
    fn a_window_holds_its_minutes() {
        let night = window(9_720, 480);
        let held = (0..WEEK_MIN).filter(|minute| night.holds(*minute)).count();
        assert_eq!(held, 840);
        assert!(window(10, 20).holds(10) && !window(10, 20).holds(20));
    }

    #[test]
    fn days_are_counted_like_a_calendar() {
        assert_eq!(day_number("1970-01-01"), Some(0));
        assert_eq!(day_number("2000-03-01"), Some(11_017));
        assert_eq!(day_number("2024-02-29").map(|d| d + 1), day_number("2024-03-01"));
        for text in [
            "2023-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-1-01",
            "20260101",
            "2026-01-32",
            "２０２６-01-01",
        ] {
            assert_eq!(day_number(text), None, "{text}");
        }
    }
}

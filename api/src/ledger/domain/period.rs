//! Stretches of the year that reviews and reports are about: `2026-04`, `2026Q2`, `2026H1`, `2026`.

use std::fmt;
use std::str::FromStr;

use crate::agreements::domain::clause::Every;
use crate::kernel::date::CivilDate;

/// A month, quarter, half or whole year (评议、报表期间).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    from: CivilDate,
    months: i32,
}

/// The text is no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a period")]
pub struct NotAPeriod;

fn months(every: Every) -> i32 {
    match every {
        Every::Month => 1,
        Every::Quarter => 3,
        Every::HalfYear => 6,
        Every::Year => 12,
    }
}

impl Period {
    /// The period of a kind that holds `day`.
    #[must_use]
    pub fn holding(every: Every, day: CivilDate) -> Self {
        let months = months(every);
        let into = (i32::from(day.month()) - 1) % months;
        let first = day.plus_days(1 - i64::from(day.day())).plus_months(-into);
        Self { from: first, months }
    }

    /// First day.
    #[must_use]
    pub fn from(self) -> CivilDate {
        self.from
    }

    /// Last day.
    #[must_use]
    pub fn until(self) -> CivilDate {
        self.from.plus_months(self.months).plus_days(-1)
    }

    /// The one after.
    #[must_use]
    pub fn next(self) -> Self {
        Self {
            from: self.from.plus_months(self.months),
            months: self.months,
        }
    }

    /// The one before.
    #[must_use]
    pub fn before(self) -> Self {
        Self {
            from: self.from.plus_months(-self.months),
            months: self.months,
        }
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.from.year()
    }

    /// How long it is.
    #[must_use]
    pub fn every(self) -> Every {
        match self.months {
            1 => Every::Month,
            3 => Every::Quarter,
            6 => Every::HalfYear,
            _ => Every::Year,
        }
    }

    /// Its place in the year, from 1.
    #[must_use]
    pub fn place(self) -> i32 {
        (i32::from(self.from.month()) - 1) / self.months + 1
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, place) = (self.year(), self.place());
        match self.every() {
            Every::Month => write!(f, "{year}-{place:02}"),
            Every::Quarter => write!(f, "{year}Q{place}"),
            Every::HalfYear => write!(f, "{year}H{place}"),
            Every::Year => write!(f, "{year}"),
        }
    }
}

impl FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Self, NotAPeriod> {
        let year = text
            .get(..4)
            .and_then(|y| y.parse::<i16>().ok())
            .ok_or(NotAPeriod)?;
        let rest = text.get(4..).unwrap_or_default();
        let (every, place) = match (rest.chars().next(), rest.get(1..)) {
            (None, _) => (Every::Year, "1"),
            (Some('-'), Some(place)) => (Every::Month, place),
            (Some('Q'), Some(place)) => (Every::Quarter, place),
            (Some('H'), Some(place)) => (Every::HalfYear, place),
            _ => return Err(NotAPeriod),
        };
        let place: i32 = place.parse().map_err(|_| NotAPeriod)?;
        let months = months(every);
        if !(1..=12 / months).contains(&place) {
            return Err(NotAPeriod);
        }
        let first = CivilDate::new(year, 1, 1).ok_or(NotAPeriod)?;
        let period = Self {
            from: first.plus_months((place - 1) * months),
            months,
        };
        if period.to_string() == text {
            Ok(period)
        } else {
            Err(NotAPeriod)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_reads_and_writes_the_same() {
        for (text, from, until) in [
            ("2026-04", "2026-04-01", "2026-04-30"),
            ("2026Q2", "2026-04-01", "2026-06-30"),
            ("2026H2", "2026-07-01", "2026-12-31"),
            ("2026", "2026-01-01", "2026-12-31"),
        ] {
            let period: Period = text.parse().unwrap();
            assert_eq!(period.to_string(), text);
            assert_eq!(
                (period.from().to_string(), period.until().to_string()),
                (from.to_owned(), until.to_owned())
            );
            assert_eq!(Period::holding(period.every(), period.until()), period);
            assert_eq!(period.next().before(), period);
        }
        for text in [
            "",
            "2026Q5",
            "2026-4",
            "2026H0",
            "26",
            "2026Q02",
            "2026x",
            "２０２６",
        ] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }
}

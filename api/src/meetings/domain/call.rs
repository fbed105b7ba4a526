//! Calling a meeting: what must be known and how long before.

use uuid::Uuid;

use crate::kernel::date::CivilDate;
use crate::kernel::id::{Id, Party};
use crate::kernel::text::Text;

/// Working days between notice and meeting.
///
/// # Source
/// Policy setting "notice days", default 3.
pub const NOTICE_DAYS: u32 = 3;
/// Most voting members of one meeting.
pub const MEMBERS_MAX: usize = 200;

/// A meeting to call.
#[derive(Debug, Clone)]
pub struct CallMeeting {
    /// Day, hour and place.
    pub notice: Notice,
    /// Who chairs it; one of the members.
    pub chair: Id<Party>,
    /// Voting members with the titles of their representatives.
    pub members: Vec<(Id<Party>, Text<1, 40>)>,
    /// The proposals on the agenda, in order.
    pub proposals: Vec<Uuid>,
}

/// Day, hour and place as members are told.
#[derive(Debug, Clone)]
pub struct Notice {
    /// The day.
    pub held_on: CivilDate,
    /// `14:00`, UTC+8.
    pub starts: String,
    /// The place.
    pub place: Text<1, 80>,
    /// All members agreed to less than [`NOTICE_DAYS`]; the minutes say so.
    pub short_notice: bool,
}

/// Working days (Monday to Friday) after `from` up to and including `until`.
#[must_use]
pub fn working_days_between(from: CivilDate, until: CivilDate) -> u32 {
    let days = until.epoch_days().saturating_sub(from.epoch_days()).clamp(0, 60);
    let count = (1..=days).filter(|n| from.plus_days(*n).weekday() < 5).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> CivilDate {
        text.parse().unwrap()
    }

    #[test]
    fn saturdays_and_sundays_are_no_notice() {
        // Thursday 5 March 2026 → Friday, Monday, Tuesday
        assert_eq!(working_days_between(day("2026-03-05"), day("2026-03-10")), 3);
        assert_eq!(working_days_between(day("2026-03-05"), day("2026-03-09")), 2);
        assert_eq!(working_days_between(day("2026-03-05"), day("2026-03-05")), 0);
        assert_eq!(working_days_between(day("2026-03-05"), day("2026-03-01")), 0);
    }
}

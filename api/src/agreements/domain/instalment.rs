//! Where an instalment (分期) stands: from what was reported, confirmed, contested, waived, and the day asked about.

use crate::kernel::date::CivilDate;

/// 分期状态
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstalmentState {
    /// 未到期
    Planned,
    /// 待履约
    Open,
    /// 待确认
    Reported,
    /// 已确认
    Confirmed,
    /// 部分履约
    Short,
    /// 逾期
    Overdue,
    /// 有异议
    Disputed,
    /// 补足
    MadeGood,
    /// 免除
    Waived,
    /// 取消
    Cancelled,
}

use InstalmentState as State;

impl InstalmentState {
    /// Every state, in the order filters list them.
    pub const ALL: [Self; 10] = [
        Self::Planned,
        Self::Open,
        Self::Reported,
        Self::Confirmed,
        Self::Short,
        Self::Overdue,
        Self::Disputed,
        Self::MadeGood,
        Self::Waived,
        Self::Cancelled,
    ];

    /// The wire form.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Open => "open",
            Self::Reported => "reported",
            Self::Confirmed => "confirmed",
            Self::Short => "short",
            Self::Overdue => "overdue",
            Self::Disputed => "disputed",
            Self::MadeGood => "made_good",
            Self::Waived => "waived",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the wire form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// The colour it is shown in; the word carries the meaning.
    #[must_use]
    pub fn colour(self) -> &'static str {
        match self {
            Self::Confirmed | Self::MadeGood => "ok",
            Self::Open | Self::Reported => "info",
            Self::Short => "warn",
            Self::Overdue | Self::Disputed => "bad",
            Self::Planned | Self::Waived | Self::Cancelled => "",
        }
    }

    /// Whether deliveries may be reported now.
    #[must_use]
    pub fn takes_deliveries(self) -> bool {
        !matches!(self, Self::Planned | Self::Waived | Self::Cancelled)
    }

    /// Whether the receiver may waive what is missing.
    #[must_use]
    pub fn may_be_waived(self) -> bool {
        matches!(self, Self::Overdue | Self::Short)
    }
}

/// What stands on an instalment's account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Account {
    /// Confirmed, or reported and not answered yet.
    pub delivered: i32,
    /// Confirmed.
    pub confirmed: i32,
    /// Deliveries that wait for the receiver's word.
    pub pending: i32,
    /// Deliveries in dispute.
    pub disputed: i32,
    /// The day by whose deliveries all that is owed was confirmed.
    pub met_on: Option<CivilDate>,
    /// The day the receiver waived what is missing.
    pub waived_on: Option<CivilDate>,
}

/// What an instalment owes and what stands on its account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instalment {
    /// First day.
    pub from: CivilDate,
    /// Last day.
    pub until: CivilDate,
    /// The account.
    pub account: Account,
    /// Whether a later version or the end of the agreement took it away.
    pub ended: bool,
}

impl Instalment {
    /// The state on a day.
    #[must_use]
    pub fn state(&self, today: CivilDate) -> State {
        let account = &self.account;
        if account.waived_on.is_some() {
            return State::Waived;
        }
        match account.met_on {
            Some(day) if day <= self.until => return State::Confirmed,
            Some(_) => return State::MadeGood,
            None => {}
        }
        if self.ended {
            State::Cancelled
        } else if account.disputed > 0 {
            State::Disputed
        } else if account.pending > 0 {
            State::Reported
        } else if account.confirmed > 0 {
            State::Short
        } else if today > self.until {
            State::Overdue
        } else if today >= self.from {
            State::Open
        } else {
            State::Planned
        }
    }
}

/// What an account is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// What was reported.
    pub quantity: i32,
    /// What was confirmed of it.
    pub confirmed: i32,
    /// The day it was done.
    pub on: CivilDate,
    /// The day it was reported.
    pub reported_on: CivilDate,
    /// The day it was confirmed.
    pub confirmed_on: Option<CivilDate>,
    /// The day it was contested.
    pub disputed_on: Option<CivilDate>,
    /// The day it was taken back.
    pub withdrawn_on: Option<CivilDate>,
}

/// What stands on the account of `owed` at the end of a day.
#[must_use]
pub fn account(owed: i32, entries: &[Entry], waived_on: Option<CivilDate>, day: CivilDate) -> Account {
    let by = |given: Option<CivilDate>| given.is_some_and(|given| given <= day);
    let mut sum = Account {
        waived_on: waived_on.filter(|waived| *waived <= day),
        ..Account::default()
    };
    let mut confirmed: Vec<(CivilDate, i32)> = Vec::new();
    for entry in entries {
        if entry.reported_on > day || by(entry.withdrawn_on) {
            continue;
        }
        let counts = if by(entry.confirmed_on) {
            entry.confirmed
        } else {
            entry.quantity
        };
        sum.delivered = sum.delivered.saturating_add(counts);
        if by(entry.confirmed_on) {
            confirmed.push((entry.on, entry.confirmed));
        } else if by(entry.disputed_on) {
            sum.disputed += 1;
        } else {
            sum.pending += 1;
        }
    }
    confirmed.sort_unstable();
    for (on, quantity) in confirmed {
        sum.confirmed = sum.confirmed.saturating_add(quantity);
        if sum.confirmed >= owed && sum.met_on.is_none() {
            sum.met_on = Some(on);
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> CivilDate {
        text.parse().unwrap()
    }

    fn given(quantity: i32, on: &str, confirmed: Option<&str>) -> Entry {
        Entry {
            quantity,
            confirmed: confirmed.map_or(0, |_| quantity),
            on: day(on),
            reported_on: day(on),
            confirmed_on: confirmed.map(day),
            disputed_on: None,
            withdrawn_on: None,
        }
    }

    fn state(entries: &[Entry], waived: Option<&str>, today: &str) -> State {
        let today = day(today);
        Instalment {
            from: day("2026-04-01"),
            until: day("2026-05-31"),
            account: account(48, entries, waived.map(day), today),
            ended: false,
        }
        .state(today)
    }

    #[test]
    fn s10_partial_then_made_good() {
        let entries = [
            given(30, "2026-05-28", Some("2026-05-28")),
            given(18, "2026-06-20", Some("2026-06-20")),
        ];
        for (today, expected) in [
            ("2026-03-31", State::Planned),
            ("2026-05-27", State::Open),
            ("2026-05-28", State::Short),
            ("2026-06-01", State::Short),
            ("2026-06-15", State::Short),
            ("2026-06-20", State::MadeGood),
        ] {
            assert_eq!(state(&entries, None, today), expected, "{today}");
        }
    }

    #[test]
    fn what_was_not_confirmed_may_be_delivered_again() {
        let part = Entry {
            confirmed: 15,
            ..given(20, "2026-05-01", Some("2026-05-02"))
        };
        let sum = |today: &str| account(24, &[part], None, day(today));
        assert_eq!(
            (sum("2026-05-01").delivered, sum("2026-05-02").delivered),
            (20, 15)
        );
    }

    #[test]
    fn silence_is_no_confirmation_and_a_late_word_is_no_late_delivery() {
        let reported = [given(48, "2026-05-30", None)];
        assert_eq!(state(&reported, None, "2026-05-30"), State::Reported);
        assert_eq!(state(&reported, None, "2026-09-30"), State::Reported);
        let confirmed = [given(48, "2026-05-30", Some("2026-06-03"))];
        assert_eq!(state(&confirmed, None, "2026-06-02"), State::Reported);
        assert_eq!(state(&confirmed, None, "2026-06-03"), State::Confirmed);
    }

    #[test]
    fn what_is_taken_back_or_waived_is_seen_from_its_day_on() {
        let back = [Entry {
            withdrawn_on: Some(day("2026-06-02")),
            ..given(48, "2026-05-30", None)
        }];
        assert_eq!(state(&back, None, "2026-06-01"), State::Reported);
        assert_eq!(state(&back, None, "2026-06-02"), State::Overdue);
        assert_eq!(state(&[], Some("2026-06-05"), "2026-06-04"), State::Overdue);
        assert_eq!(state(&[], Some("2026-06-05"), "2026-06-05"), State::Waived);
        let contested = [Entry {
            disputed_on: Some(day("2026-05-31")),
            ..given(48, "2026-05-30", None)
        }];
        assert_eq!(state(&contested, None, "2026-06-05"), State::Disputed);
    }

    #[test]
    fn an_ended_agreement_cancels_what_was_not_met() {
        let mut instalment = Instalment {
            from: day("2026-04-01"),
            until: day("2026-05-31"),
            account: Account::default(),
            ended: true,
        };
        assert_eq!(instalment.state(day("2026-05-01")), State::Cancelled);
        instalment.account.met_on = Some(day("2026-04-09"));
        assert_eq!(instalment.state(day("2026-05-01")), State::Confirmed);
    }
}

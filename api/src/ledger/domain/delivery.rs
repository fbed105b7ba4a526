//! The states of a delivery (履约记录) and what moves it.

use crate::kernel::date::CivilDate;
use crate::kernel::text::Text;
use crate::log::hash::Hash32;

/// By how much more than is owed may be reported without being asked, percent.
pub const TOLERANCE_PERCENT: i64 = 10;
/// Working days after which a receiver who says nothing is reminded.
pub const SILENCE_WORKING_DAYS: u32 = 10;

/// 履约记录状态
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeliveryState {
    /// 待确认
    Reported,
    /// 已确认
    Confirmed,
    /// 有异议
    Disputed,
    /// 已撤回
    Withdrawn,
}

/// What is done to a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeliveryAct {
    /// The receiver confirms all or part.
    Confirm,
    /// The receiver contests it.
    Dispute,
    /// Who reported takes it back.
    Withdraw,
    /// The joint meeting settles a dispute.
    Settle,
}

impl DeliveryAct {
    /// Every act.
    pub const ALL: [Self; 4] = [Self::Confirm, Self::Dispute, Self::Withdraw, Self::Settle];

    /// The kind of the log's leaf.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Confirm => "delivery.confirmed",
            Self::Dispute => "delivery.disputed",
            Self::Withdraw => "delivery.withdrawn",
            Self::Settle => "delivery.settled",
        }
    }
}

impl DeliveryState {
    /// Every state, in the order filters list them.
    pub const ALL: [Self; 4] = [Self::Reported, Self::Confirmed, Self::Disputed, Self::Withdrawn];

    /// The stored and wire form.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Confirmed => "confirmed",
            Self::Disputed => "disputed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads the stored form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// The state after an act; `None` if it is not open now.
    #[must_use]
    pub fn after(self, act: DeliveryAct) -> Option<Self> {
        match (self, act) {
            (Self::Reported, DeliveryAct::Confirm) | (Self::Disputed, DeliveryAct::Settle) => {
                Some(Self::Confirmed)
            }
            (Self::Reported, DeliveryAct::Dispute) => Some(Self::Disputed),
            (Self::Reported | Self::Disputed, DeliveryAct::Withdraw) => Some(Self::Withdrawn),
            _ => None,
        }
    }
}

/// What a giver reports.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    /// How much, in the obligation's measure.
    pub quantity: i32,
    /// The day it was done.
    pub on: CivilDate,
    /// How many people it reached, if counted.
    pub beneficiaries: Option<i32>,
    /// Where, if elsewhere than agreed.
    pub place: Text<0, 100>,
    /// A note; no names of residents.
    pub note: Text<0, 200>,
    /// Hashes of photos and scans that were handed in.
    pub evidence: Vec<Hash32>,
    /// The name it has in the reporter's own system.
    pub external_ref: Option<Text<1, 80>>,
    /// Whether more than is owed is meant.
    pub excess: bool,
}

/// What may be reported in all on an instalment before it is asked whether that is meant.
#[must_use]
pub fn most(owed: i32) -> i64 {
    i64::from(owed) * (100 + TOLERANCE_PERCENT) / 100
}

/// The day a number of working days after `day`; holidays are not known, weekends are.
#[must_use]
pub fn working_days_after(day: CivilDate, days: u32) -> CivilDate {
    let (mut day, mut left) = (day, days);
    while left > 0 {
        day = day.plus_days(1);
        if day.weekday() < 5 {
            left -= 1;
        }
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_acts_of_the_table_are_open() {
        use DeliveryAct as Act;
        use DeliveryState as State;
        let open: Vec<(State, Act, State)> = State::ALL
            .into_iter()
            .flat_map(|state| {
                [Act::Confirm, Act::Dispute, Act::Withdraw, Act::Settle]
                    .into_iter()
                    .filter_map(move |act| state.after(act).map(|next| (state, act, next)))
            })
            .collect();
        assert_eq!(
            open,
            [
                (State::Reported, Act::Confirm, State::Confirmed),
                (State::Reported, Act::Dispute, State::Disputed),
                (State::Reported, Act::Withdraw, State::Withdrawn),
                (State::Disputed, Act::Withdraw, State::Withdrawn),
                (State::Disputed, Act::Settle, State::Confirmed),
            ]
        );
    }

    #[test]
    fn s11_a_tenth_more_is_taken_and_the_next_one_asked() {
        assert_eq!(most(20), 22);
        assert_eq!(most(9), 9);
    }

    #[test]
    fn weekends_do_not_count() {
        let friday: CivilDate = "2026-05-29".parse().unwrap();
        assert_eq!(working_days_after(friday, 1).to_string(), "2026-06-01");
        assert_eq!(working_days_after(friday, 10).to_string(), "2026-06-12");
    }
}

//! The states of a meeting and the acts that lead from one to the next.

/// A meeting's state (会议状态).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MeetingState {
    /// 筹备
    Planned,
    /// 已通知: members know day and place, the pack is frozen.
    Called,
    /// 进行中
    Open,
    /// 延期: came together without a quorum.
    Adjourned,
    /// 已结束: minutes are fixed.
    Closed,
    /// 纪要已公布
    Published,
}

/// What the secretary does with a meeting as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MeetingAct {
    /// Send notice; for an adjourned meeting with the same pack and a new day.
    Call,
    /// Write down who came.
    Attend,
    /// Open it; needs a quorum.
    Open,
    /// Send the members home; only without a quorum.
    Adjourn,
    /// Decide an item.
    Decide,
    /// Close it; the minutes are written.
    Close,
    /// Publish the minutes that the chair signed.
    Publish,
}

impl MeetingState {
    /// Every state, in the order of a meeting's life.
    pub const ALL: [Self; 6] = [
        Self::Planned,
        Self::Called,
        Self::Open,
        Self::Adjourned,
        Self::Closed,
        Self::Published,
    ];

    /// The stored and wire form; words under `meeting-state-<code>`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Called => "called",
            Self::Open => "open",
            Self::Adjourned => "adjourned",
            Self::Closed => "closed",
            Self::Published => "published",
        }
    }

    /// Reads the stored form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// The state after `act`; `None` if the act is not open in this state.
    #[must_use]
    pub fn after(self, act: MeetingAct) -> Option<Self> {
        match (self, act) {
            (Self::Planned | Self::Adjourned, MeetingAct::Call) => Some(Self::Called),
            (Self::Called, MeetingAct::Attend) => Some(Self::Called),
            (Self::Called, MeetingAct::Open) => Some(Self::Open),
            (Self::Called, MeetingAct::Adjourn) => Some(Self::Adjourned),
            (Self::Open, MeetingAct::Attend | MeetingAct::Decide) => Some(Self::Open),
            (Self::Open, MeetingAct::Close) => Some(Self::Closed),
            (Self::Closed, MeetingAct::Publish) => Some(Self::Published),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MeetingAct, MeetingState};

    const ACTS: [MeetingAct; 7] = [
        MeetingAct::Call,
        MeetingAct::Attend,
        MeetingAct::Open,
        MeetingAct::Adjourn,
        MeetingAct::Decide,
        MeetingAct::Close,
        MeetingAct::Publish,
    ];

    #[test]
    fn nothing_leads_out_of_a_published_meeting_or_back_into_an_open_one() {
        for act in ACTS {
            assert_eq!(MeetingState::Published.after(act), None, "{act:?}");
            for state in [MeetingState::Closed, MeetingState::Adjourned] {
                assert_ne!(state.after(act), Some(MeetingState::Open), "{state:?} {act:?}");
            }
        }
    }

    #[test]
    fn the_whole_way_leads_through_every_state() {
        let way = [
            (MeetingAct::Call, MeetingState::Called),
            (MeetingAct::Adjourn, MeetingState::Adjourned),
            (MeetingAct::Call, MeetingState::Called),
            (MeetingAct::Attend, MeetingState::Called),
            (MeetingAct::Open, MeetingState::Open),
            (MeetingAct::Decide, MeetingState::Open),
            (MeetingAct::Close, MeetingState::Closed),
            (MeetingAct::Publish, MeetingState::Published),
        ];
        let mut state = MeetingState::Planned;
        for (act, then) in way {
            state = state.after(act).unwrap();
            assert_eq!(state, then);
            assert_eq!(MeetingState::from_code(state.code()), Some(state));
        }
    }
}

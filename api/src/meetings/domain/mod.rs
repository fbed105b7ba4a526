//! What a meeting is: its states, who sits in it, when it may decide.

mod call;
mod member;
mod quorum;
mod state;

pub use call::{CallMeeting, MEMBERS_MAX, NOTICE_DAYS, Notice, working_days_between};
pub use member::{Attendance, Member};
pub use quorum::{Ballot, ItemQuorum, Outcome, Quorum, majority};
pub use state::{MeetingAct, MeetingState};

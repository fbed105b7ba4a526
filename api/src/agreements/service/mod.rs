//! One function per act on an agreement: check, change, log leaf, event, in the caller's transaction.

mod daily;
mod draft;
mod file;
mod later;
mod due;
mod send;
mod sign;

pub use daily::new_day;
pub(in crate::agreements) use draft::read as body_of;
pub use draft::{DraftChange, DueChange, ObligationChange, create, drop_draft, edit};
pub use due::{DueLine, hold, post};
pub use file::file;
pub(in crate::agreements) use file::file_by;
pub(in crate::agreements) use later::{judge as judge_later, left};
pub use send::{Sent, send};
pub(in crate::agreements) use sign::MANDATE_PERCENT;
pub use sign::{Checked, SignReceipt, Submission, check, sign};

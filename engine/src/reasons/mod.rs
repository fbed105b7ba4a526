//! Why a need stays open, the evidence, and the smallest change that would help.

mod code;
mod confirm;
mod unmet;

pub use code::{Change, Code, Reason};
pub use confirm::{Confirmed, confirm};
pub use unmet::explain;

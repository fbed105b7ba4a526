//! Prices: a bound on every plan, and the guide to a good one.

mod ascent;
mod block;
mod bound;
mod units;

pub use ascent::{Ascent, Rounds, climb};
pub(crate) use ascent::{Climber, gain};
pub use bound::{Bound, Decided, bound_micro};

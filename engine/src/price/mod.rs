//! Prices: a bound on every plan, and the guide to a good one.

mod ascent;
mod block;
mod bound;
mod step;
mod taking;
mod units;

pub(crate) use ascent::Climber;
pub use ascent::{Ascent, Rounds, climb};
pub(crate) use block::LARGE;
pub use bound::{Bound, Decided, bound_micro};
pub(crate) use taking::gain;

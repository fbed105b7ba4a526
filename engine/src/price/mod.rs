//! Prices: a bound on every plan, and the guide to a good one.

mod ascent;
mod bound;
mod construct;

pub use ascent::{Ascent, climb};
pub use bound::{Decided, Priced, bound_micro, leaf, price};
pub use construct::construct;

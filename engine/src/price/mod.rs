//! Prices: a bound on every plan, and the guide to a good one.

mod ascent;
mod bound;
mod construct;

pub use ascent::{Ascent, climb};
pub use bound::{Priced, bound_micro, price};
pub use construct::construct;

//! Reading the lists.

mod entries;

pub use entries::{carry_in, listed, types};

//! Reading the lists.

mod entries;

pub use entries::{carry_in, entries_by_id, listed, types};

//! **Reach.** An offer serves only whom it reaches: named communities and the units in them, the giver's street,
//! or everyone.
//!
//! Hard, in the edges; refuses with `out_of_reach`.

use crate::model::{Party, ReachSet};

/// Whether the reach holds the receiver.
#[must_use]
pub fn holds(reach: &ReachSet, receiver: &Party) -> bool {
    match reach {
        ReachSet::District => true,
        ReachSet::Street(street) => street.is_some() && receiver.street == *street,
        ReachSet::Communities(set) => receiver.community.is_some_and(|c| set.binary_search(&c).is_ok()),
    }
}

//! **Windows.** An offer and a need must share some time: enough minutes of the week, and at least one day.
//!
//! Windows share ≥ `overlap_min` minutes (or one side has none), days overlap (or one side has none). Hard, in
//! the edges; refuses with `times_differ`.

use crate::model::{Need, Offer, overlap_minutes};

/// Whether the times of an offer and a need meet.
#[must_use]
pub fn meet(offer: &Offer, need: &Need, overlap_min: i64) -> bool {
    let hours = offer.windows.is_empty()
        || need.windows.is_empty()
        || overlap_minutes(&offer.windows, &need.windows) >= overlap_min.max(1);
    let days = match (offer.days, need.days) {
        (Some((from, to)), Some((from_b, to_b))) => from.max(from_b) <= to.min(to_b),
        _ => true,
    };
    hours && days
}

//! Rows of the ledger, and the views its lists read.

#![expect(
    unreachable_pub,
    reason = "the derive of a table makes public types that name these"
)]

pub(super) mod blob;
pub(super) mod delivery;
pub(super) mod instalment;
pub(super) mod report;
pub(super) mod review;
pub(super) mod taker;

//! The log's tables.

#![expect(
    unreachable_pub,
    reason = "the derive of a table makes public types that name these"
)]

pub(super) mod checkpoint;
pub(super) mod cosignature;
pub(super) mod fact;
pub(super) mod log_head;
pub(super) mod log_leaf;
pub(super) mod log_tile;

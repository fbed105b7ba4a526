//! The log's tables.
#![expect(
    unreachable_pub,
    reason = "the entity derive needs public items; the module itself is private"
)]

pub(super) mod checkpoint;
pub(super) mod fact;
pub(super) mod log_head;
pub(super) mod log_leaf;
pub(super) mod log_tile;

//! The log's tables.

pub(super) mod checkpoint;
pub(super) mod fact;
pub(super) mod log_head;
pub(super) mod log_leaf;
pub(super) mod log_tile;

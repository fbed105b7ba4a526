//! The kernel's own tables.

pub(super) mod idempotency;
pub(super) mod outbox;

//! The kernel's own tables.

#![expect(
    unreachable_pub,
    reason = "the derive of a table makes public types that name these"
)]

pub(super) mod idempotency;
pub(super) mod outbox;

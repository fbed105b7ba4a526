//! The kernel's own tables.
#![expect(
    unreachable_pub,
    reason = "the entity derive needs public items; the module itself is private"
)]

pub(super) mod idempotency;
pub(super) mod outbox;

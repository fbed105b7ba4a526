//! Tables of meetings.
#![expect(
    unreachable_pub,
    reason = "the entity derive needs public items; the module itself is private"
)]

pub(super) mod agenda_item;
pub(super) mod decision;
pub(super) mod meeting;

//! Tables of meetings.

#![expect(
    unreachable_pub,
    reason = "the derive of a table makes public types that name these"
)]

pub(super) mod agenda_item;
pub(super) mod decision;
pub(super) mod meeting;

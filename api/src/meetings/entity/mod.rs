//! Tables of meetings.

pub(super) mod agenda_item;
pub(super) mod decision;
pub(super) mod meeting;

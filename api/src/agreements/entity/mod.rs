//! Tables of agreements.

#![expect(
    unreachable_pub,
    reason = "the derive of a table makes public types that name these"
)]

pub(super) mod agreement;
pub(super) mod agreement_party;
pub(super) mod agreement_version;
pub(super) mod draft;
pub(super) mod due_line;
pub(super) mod number_series;
pub(super) mod obligation;
pub(super) mod signature;

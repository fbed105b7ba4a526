//! The tables of the lists; seen by this feature's store and queries only.

#![expect(
    unreachable_pub,
    reason = "the derive of a table makes public types that name these"
)]

pub(super) mod carry;
pub(super) mod entry;
pub(super) mod import;
pub(super) mod import_file;
pub(super) mod import_row;
pub(super) mod service_type;

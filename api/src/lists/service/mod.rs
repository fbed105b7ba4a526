//! What people do with lists, one function per act; each within the caller's transaction.

mod accept;
mod answer;
mod entry;
mod registers;
mod same;
mod upload;

pub use accept::{Accepted, accept_import, drop_import};
pub use answer::{RowAnswer, answer};
pub use entry::{
    EntryDraft, change_entry, create_entry, pause, resume, return_for_correction, verify, verify_all,
    withdraw,
};
pub use upload::{Bundle, context, read_bundle, upload};

//! What comes out: an immutable set of two-way agreements.

mod document;
mod resolved;
mod value;
mod verdict;

pub use document::{Agreement, Document, FORMAT, Service, Status, StoppedBy, hex};
pub use resolved::{Made, Resolved};
pub use value::{Parts, parts, value_micro};
pub use verdict::Verdict;

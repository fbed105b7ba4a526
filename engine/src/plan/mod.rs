//! What comes out: an immutable set of two-way agreements.

mod document;
mod value;

pub use document::{Agreement, Document, FORMAT, Service, Status, StoppedBy, hex};
pub use value::{Parts, parts, value_micro};

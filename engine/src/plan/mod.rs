//! What comes out: an immutable set of two-way agreements.

mod diff;
mod document;
mod resolved;
mod value;
mod verdict;

pub use diff::{AgreementDiff, Differs, ServiceDiff, diff};
pub use document::{Agreement, Document, FORMAT, Service, Status, StoppedBy, hex};
pub use resolved::{Made, Resolved};
pub(crate) use value::fairness;
pub use value::{Parts, parts, parts_with, value_micro};
pub use verdict::Verdict;

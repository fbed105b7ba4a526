//! Agreements as values: the version document that is signed, its rules, and the states it moves through.

pub mod change;
pub mod clause;
pub mod document;
pub mod ending;
pub mod instalment;
pub mod number;
pub mod owed;
mod read;
mod reader;
pub mod rules;
pub mod state;

pub use crate::identity::party::credit_code;

//! Who acts: organisations, people, their keys.

pub mod keys;

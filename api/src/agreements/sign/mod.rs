//! What a signer hands in and how it is judged.

pub mod receipt;

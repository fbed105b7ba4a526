//! Signing keys: their public form, what is signed with them, and how a key becomes a party's own.
//!
//! The server verifies signatures and makes none: private keys stay in the signer's browser.

pub mod commitment;
pub mod enrol;
pub mod jwk;
pub mod jws;
pub mod opening;

//! Agreements (共建协议): drafted from a meeting's decision, sent, negotiated, signed, proven.
//!
//! What a party signed is a byte string, kept and shown unchanged. The server verifies every signature and can
//! make none.

pub mod bundle;
pub mod domain;
pub mod sign;

//! Support for testing the product from outside: a real server on a real database, people with real
//! sessions and keys.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on must fail"
)]

pub mod app;
pub mod audit;
pub mod census;
pub mod client;
pub mod core;
pub mod database;
pub mod fuzz;
pub mod life;
pub mod merkle;
pub mod model;
pub mod office;
pub mod process;
pub mod replayed;
pub mod signer;
pub mod sources;
pub mod street;
pub mod system;
pub mod vectors;
pub mod whole;

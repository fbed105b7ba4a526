//! The engine judged from outside: by enumeration, by another reading of its MPS file, by changed plans, by hostile input.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on must fail"
)]

mod again;
mod blocks;
mod brute;
mod circles;
mod edges;
mod hostile;
mod judge;
mod local;
mod matching;
mod tiny;

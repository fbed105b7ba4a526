//! Witnesses (C2SP tlog-witness): somebody else who signs a log's checkpoints, and only those that go on from the
//! one signed last. A log that wants to tell two stories would need all of them.

pub mod ask;
pub mod judge;
pub mod request;
pub mod server;

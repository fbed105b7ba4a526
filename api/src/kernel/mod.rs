//! What every feature stands on and which knows no feature: time, ids, bounded values, tenants,
//! the write transaction with its idempotency record and events, and the one problem type.

pub mod actor;
pub mod clock;
pub mod cursor;
pub mod date;
pub mod db;
pub(crate) mod entity;
pub mod id;
pub mod idempotency;
pub mod keys;
pub mod limit;
pub mod money;
pub mod outbox;
pub mod problem;
pub mod rate;
pub mod scope;
pub mod strict_json;
pub mod text;
pub mod todo;
pub mod tx;

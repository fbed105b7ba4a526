//! People with a login, and the roles they hold.

pub mod query;
pub mod service;

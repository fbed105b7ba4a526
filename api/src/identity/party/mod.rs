//! Parties: communities, resident units, street and district offices.

pub mod domain;
pub mod query;
pub mod service;

//! Agreements (共建协议): drafted from a meeting's decision, sent, negotiated, signed, proven.
//!
//! What a party signed is a byte string, kept and shown unchanged. The server verifies every signature and can
//! make none. A state changes only by an act the state machine allows, in one transaction with its log leaf.

pub mod bundle;
pub mod domain;
pub mod draft;
pub mod error;
pub mod job;
pub mod query;
pub mod replay;
pub mod service;
pub mod sign;
mod api;
mod entity;
mod owed;
mod pages;
mod standing;
mod store;

use actix_web::web;

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    api::routes(cfg);
    pages::routes(cfg);
}

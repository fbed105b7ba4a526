//! What units and communities offer and need: the lists they send, read row by row, and the offers and
//! needs that come of them.
//!
//! Nothing from a list is dropped in silence: each row ends ready, asked or refused, or is a note, and the
//! counts add up.

pub mod domain;
pub mod import;
pub mod error;
pub mod query;
pub mod replay;
pub mod service;
mod entity;
mod pages;
mod store;
mod words;

use actix_web::web;

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    pages::routes(cfg);
}

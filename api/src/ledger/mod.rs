//! The life of an agreement after signing (履约、评议、台账): what is due, what was done and confirmed, what each
//! side says of the project, and the tables a street hands up.
//!
//! A delivery counts when its receiver says so, never by silence. Projects are reviewed, persons never.

pub mod domain;
pub mod error;
pub mod query;
pub mod replay;
pub mod report;
pub mod service;
mod account;
mod entity;
mod pages;
mod store;

use actix_web::web;

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    pages::routes(cfg);
}

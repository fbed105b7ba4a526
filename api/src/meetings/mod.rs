//! Joint meetings (党建联席会议): called with a frozen pack, opened with a quorum, item after item decided with
//! recusals named, closed with minutes whose hash stands in the log.
//!
//! A decision row is never changed: a closed record is corrected only by a new meeting.

pub mod domain;
pub mod error;
pub mod pack;
pub mod query;
pub mod replay;
pub mod service;
mod entity;
mod minutes;
mod pages;
mod store;

use actix_web::web;

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    pages::routes(cfg);
}

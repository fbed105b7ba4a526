//! Matching (供需对接): a cadre asks for a run, a worker takes the current lists, the engine proposes, the independent
//! checker judges, and the plan is kept unchanged with its certificate and reasons. The engine proposes; the joint
//! meeting decides.

pub mod domain;
pub mod error;
pub mod job;
pub mod query;
pub mod replay;
pub mod service;
pub mod snapshot;
mod entity;
mod held;
mod map;
mod pages;
mod proposing;
mod reason_words;
mod times;

use actix_web::web;

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/runs", web::get().to(pages::list))
        .route("/runs/new", web::get().to(pages::new))
        .route("/runs/new", web::post().to(pages::request))
        .route("/runs/{no}", web::get().to(pages::one))
        .route("/runs/{no}/stop", web::post().to(pages::stop))
        .route("/runs/{no}/plan", web::get().to(pages::plan))
        .route("/runs/{no}/unmet", web::get().to(pages::unmet))
        .route("/runs/{no}/hand-over", web::post().to(pages::hand_over))
        .route("/runs/{no}/files/{file}", web::get().to(pages::file));
}

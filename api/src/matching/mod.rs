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
pub mod trial;
mod difference;
mod entity;
mod figures;
mod held;
mod line;
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
        .route("/runs/{no}/unused", web::get().to(pages::unused))
        .route("/runs/{no}/compare", web::get().to(pages::compare))
        .route("/runs/{no}/what-if", web::get().to(pages::trials))
        .route("/runs/{no}/what-if/new", web::get().to(pages::new_trial))
        .route("/runs/{no}/what-if/new", web::post().to(pages::request_trial))
        .route("/runs/{no}/what-if/change", web::get().to(pages::ask_change))
        .route("/runs/{no}/what-if/change", web::post().to(pages::add_change))
        .route("/runs/{no}/what-if/{trial}", web::get().to(pages::trial))
        .route(
            "/runs/{no}/what-if/{trial}/stop",
            web::post().to(pages::stop_trial),
        )
        .route(
            "/runs/{no}/what-if/{trial}/files/{file}",
            web::get().to(pages::trial_file),
        )
        .route("/runs/{no}/rules", web::get().to(pages::rules))
        .route("/runs/{no}/rules", web::post().to(pages::price))
        .route("/runs/{no}/rules/stop", web::post().to(pages::stop_pricing))
        .route("/runs/{no}/hand-over", web::post().to(pages::hand_over))
        .route("/runs/{no}/files/{file}", web::get().to(pages::file));
}

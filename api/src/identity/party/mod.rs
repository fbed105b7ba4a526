//! Parties: communities, resident units, street and district offices.

pub mod credit_code;
pub mod domain;
pub mod query;
pub mod service;
mod export;
mod forms;
pub(in crate::identity) mod pages;
mod store;

use actix_web::web;

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/parties", web::get().to(pages::list))
        .route("/parties/export.csv", web::get().to(export::csv))
        .route("/parties/export.xlsx", web::get().to(export::xlsx))
        .route("/parties/new", web::get().to(forms::new))
        .route("/parties/new", web::post().to(forms::new_post))
        .route("/parties/{number}", web::get().to(pages::show))
        .route("/parties/{number}/edit", web::get().to(forms::edit))
        .route("/parties/{number}/edit", web::post().to(forms::edit_post));
}

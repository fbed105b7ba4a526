//! People with a login, and the roles they hold.

pub mod domain;
pub mod invitation;
pub mod query;
pub mod service;
pub(in crate::identity) mod pages;
mod store;

use actix_web::web;

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/parties/{number}/people/new", web::get().to(pages::new))
        .route("/parties/{number}/people/new", web::post().to(pages::new_post))
        .route("/people/{login}", web::get().to(pages::show))
        .route("/people/{login}/code", web::get().to(pages::code))
        .route("/people/{login}/code", web::post().to(pages::code_post))
        .route(
            "/people/{login}/roles/{role}/{party}/end",
            web::get().to(pages::end_role),
        )
        .route(
            "/people/{login}/roles/{role}/{party}/end",
            web::post().to(pages::end_role_post),
        );
}

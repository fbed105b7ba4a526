//! Connected systems (系统对接): registered by the district with their public keys, they prove themselves by
//! signed assertions and use the API with short-lived tokens (`agreements.md` §5.3). No shared secret exists.

pub mod domain;
pub mod query;
pub mod service;
mod api;
mod assertion;
mod jwt;
mod pages;
mod store;
pub(in crate::identity) mod token;

use actix_web::web;

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(
        "/.well-known/oauth-authorization-server",
        web::get().to(api::metadata),
    )
    .route("/.well-known/jwks.json", web::get().to(api::jwks))
    .route("/oauth/token", web::post().to(api::token))
    .route("/api/v1/me", web::get().to(api::me))
    .route("/clients", web::get().to(pages::list))
    .route("/clients/new", web::get().to(pages::new))
    .route("/clients/new", web::post().to(pages::new_post))
    .route("/clients/{cid}", web::get().to(pages::show))
    .route("/clients/{cid}/edit", web::get().to(pages::edit))
    .route("/clients/{cid}/edit", web::post().to(pages::edit_post))
    .route("/clients/{cid}/end", web::get().to(pages::end))
    .route("/clients/{cid}/end", web::post().to(pages::end_post));
}

//! Signing keys of parties and cadres: made in a browser, shown with proof of possession, vouched for by a
//! cadre who has seen the person (`agreements.md` §5.2). The server never holds a private half.

pub mod query;
pub mod service;
mod api;
mod pages;

use actix_web::web;

/// Registers the routes.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/me/key", web::get().to(pages::mine))
        .route("/me/key", web::post().to(api::request))
        .route("/me/key/context", web::post().to(api::context))
        .route("/me/key/root", web::post().to(api::root))
        .route("/me/key/root/context", web::post().to(api::root_context))
        .route("/keys", web::get().to(pages::list))
        .route("/keys/{kid}", web::get().to(pages::one))
        .route("/keys/{kid}/end", web::get().to(pages::end))
        .route("/keys/{kid}/end", web::post().to(pages::end_post))
        .route("/keys/{kid}/context", web::post().to(api::vouch_context))
        .route("/keys/{kid}/vouch", web::post().to(api::vouch));
}

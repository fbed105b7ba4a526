//! The REST API for other systems: what pages show, as JSON, for clients with a token.

mod agreements;
pub mod openapi;
mod shape;

use actix_web::web;

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/api/v1/openapi.json", web::get().to(openapi::serve))
        .route("/api/v1/agreements", web::get().to(agreements::list))
        .route("/api/v1/agreements/{id}", web::get().to(agreements::one))
        .route(
            "/api/v1/agreements/{id}/bundle",
            web::get().to(agreements::bundle),
        )
        .route(
            "/api/v1/agreements/{id}/proofs/{leaf}",
            web::get().to(agreements::proof),
        );
}

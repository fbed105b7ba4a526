//! The REST API for other systems: what pages show, as JSON, for clients with a token.

mod agreements;
mod ledger;
mod ledger_shape;
mod log;
pub mod openapi;
mod reviews;
mod shape;
mod tiles;

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
        )
        .route("/api/v1/obligations", web::get().to(ledger::obligations))
        .route(
            "/api/v1/obligations/{id}/deliveries",
            web::post().to(ledger::report_delivery),
        )
        .route("/api/v1/deliveries", web::get().to(ledger::deliveries))
        .route("/api/v1/deliveries/{id}", web::get().to(ledger::delivery))
        .route(
            "/api/v1/deliveries/{id}/confirmation",
            web::post().to(ledger::confirm),
        )
        .route("/api/v1/deliveries/{id}/dispute", web::post().to(ledger::dispute))
        .route(
            "/api/v1/deliveries/{id}/withdrawal",
            web::post().to(ledger::withdraw),
        )
        .route("/api/v1/blobs", web::post().to(ledger::keep_blob))
        .route(
            "/api/v1/agreements/{id}/reviews",
            web::post().to(reviews::give_review),
        )
        .route("/api/v1/reviews", web::get().to(reviews::reviews))
        .route(
            "/api/v1/reports/{year}/{quarter}",
            web::get().to(reviews::report_of),
        )
        .route("/api/v1/log", web::get().to(log::state))
        .route("/api/v1/log/leaves", web::get().to(log::leaves))
        .route("/api/v1/log/consistency", web::get().to(log::consistency))
        .route("/api/v1/log/inclusion", web::get().to(log::inclusion))
        .route("/log/{slug}/checkpoint", web::get().to(tiles::checkpoint))
        .route(
            "/log/{slug}/tile/entries/{place:.*}",
            web::get().to(tiles::entries),
        )
        .route(
            "/log/{slug}/tile/{level}/{place:.*}",
            web::get().to(tiles::hashes),
        );
}

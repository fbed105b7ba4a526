//! The OpenAPI document, made from the handlers' own annotations.

use actix_web::HttpResponse;
use utoipa::openapi::security::{ClientCredentials, Flow, OAuth2, Scopes, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::{agreements, ledger, log, reviews, shape};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "gongjian",
        description = "Two-way agreements between communities and resident units. Get a token at /oauth/token with a \
                       private_key_jwt assertion; problems are application/problem+json."
    ),
    paths(
        agreements::list, agreements::one, agreements::bundle, agreements::proof, ledger::obligations,
        ledger::report_delivery, ledger::deliveries, ledger::delivery, ledger::confirm, ledger::dispute,
        ledger::withdraw, ledger::keep_blob, reviews::give_review, reviews::reviews,
        reviews::report_of, log::state, log::leaves, log::consistency, log::inclusion
    ),
    components(schemas(shape::ProblemBody, shape::ProblemFault)),
    modifiers(&Token)
)]
struct Document;

struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scopes = Scopes::from_iter([
            ("agreements:read", "read agreements and their proofs"),
            ("deliveries:read", "read what is due and delivered"),
            ("deliveries:write", "report and answer deliveries"),
            ("reviews:write", "review projects"),
            ("exports:read", "read reports"),
            ("log:read", "read the log's entries and proofs about it"),
        ]);
        let flow = Flow::ClientCredentials(ClientCredentials::new("/oauth/token", scopes));
        let scheme = SecurityScheme::OAuth2(OAuth2::new([flow]));
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("token", scheme);
    }
}

/// The document.
///
/// # Errors
/// If it cannot be written as JSON, which is a fault of the program.
pub fn document() -> serde_json::Result<String> {
    Document::openapi().to_pretty_json()
}

/// `GET /api/v1/openapi.json`
pub(super) async fn serve() -> HttpResponse {
    match document() {
        Ok(text) => HttpResponse::Ok()
            .content_type("application/json")
            .insert_header(("Cache-Control", "public, max-age=300"))
            .body(text),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

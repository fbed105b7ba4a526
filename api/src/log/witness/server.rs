//! The witness over HTTP: one route.

use std::net::TcpListener;
use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::{App, HttpResponse, HttpServer, web};

use super::judge::{Answer, Witness};
use super::request::REQUEST_BYTES;
use crate::kernel::clock::Clock;

struct Shared {
    witness: Witness,
    clock: Arc<dyn Clock>,
}

/// Starts answering on `listener`.
///
/// # Errors
/// Whatever keeps the listener from being used.
pub fn start(witness: Witness, clock: Arc<dyn Clock>, listener: TcpListener) -> std::io::Result<Server> {
    let shared = web::Data::new(Shared { witness, clock });
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .app_data(web::PayloadConfig::new(REQUEST_BYTES))
            .route("/add-checkpoint", web::post().to(add))
    });
    Ok(server.workers(1).listen(listener)?.run())
}

async fn add(shared: web::Data<Shared>, body: String) -> HttpResponse {
    match shared.witness.add(&body, shared.clock.now()).await {
        Ok(Answer::Signed(line)) => HttpResponse::Ok()
            .content_type("text/plain; charset=utf-8")
            .body(line.to_string()),
        Ok(Answer::Malformed) => HttpResponse::BadRequest().finish(),
        Ok(Answer::NotSigned) => HttpResponse::Forbidden().finish(),
        Ok(Answer::UnknownLog) => HttpResponse::NotFound().finish(),
        Ok(Answer::Conflict(size)) => HttpResponse::Conflict()
            .content_type("text/x.tlog.size")
            .body(format!("{size}\n")),
        Ok(Answer::Unproven) => HttpResponse::UnprocessableEntity().finish(),
        Err(error) => {
            tracing::error!(%error, "the witness's database");
            HttpResponse::InternalServerError().finish()
        }
    }
}

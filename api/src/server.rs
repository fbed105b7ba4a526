//! The HTTP server and the order of what every request passes through, written once.
//!
//! Outermost first: request id and trace → security headers → compression → session → problems put into
//! words → routes.

use std::net::TcpListener;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Server, ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::{Compress, Next, from_fn};
use actix_web::{App as ActixApp, Error, HttpMessage, HttpResponse, HttpServer, web};

use crate::app::App;
use crate::identity;
use crate::kernel::limit;
use crate::kernel::problem::Problem;
use crate::routes;
use crate::web::failure::{self, Failure};
use crate::web::page::Page;

/// The id of a request, quoted on error pages and in the log.
#[derive(Debug, Clone)]
struct RequestId(String);

/// Headers of every answer.
const HEADERS: [(&str, &str); 5] = [
    (
        "content-security-policy",
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
];

/// Starts serving on `listener`; returns the handle to await and to stop.
///
/// # Errors
/// Whatever keeps the listener from being used.
pub fn start(app: App, listener: TcpListener, workers: usize) -> std::io::Result<Server> {
    let shared = web::Data::new(app);
    let server = HttpServer::new(move || {
        let app = shared.clone();
        ActixApp::new()
            .app_data(app.clone())
            .app_data(web::PayloadConfig::new(limit::BODY_BYTES))
            .wrap(from_fn(words))
            .wrap(identity::session_middleware(&app))
            .wrap(Compress::default())
            .wrap(from_fn(security))
            .wrap(from_fn(trace))
            .configure(routes::configure)
            .default_service(web::to(not_found))
    })
    .workers(workers)
    .client_request_timeout(Duration::from_secs(limit::REQUEST_SECONDS))
    .shutdown_timeout(10)
    .listen(listener)?
    .run();
    Ok(server)
}

async fn not_found() -> Result<HttpResponse, Failure> {
    Err(Failure(Problem::not_found()))
}

async fn trace(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut bytes = [0_u8; 8];
    let mut began = 0;
    if let Some(app) = request.app_data::<web::Data<App>>() {
        app.db.ids().fill(&mut bytes);
        began = app.db.clock().now().get();
    }
    let id = bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let route = request.match_pattern().unwrap_or_default();
    let mut response = next.call(request).await?.map_into_boxed_body();
    if let Ok(value) = HeaderValue::from_str(&id) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("x-request-id"), value);
    }
    let app = response.request().app_data::<web::Data<App>>();
    let ms = app.map_or(0, |a| a.db.clock().now().get() - began);
    let status = response.status().as_u16();
    tracing::info!(request = %id, %method, route, status, ms, "request");
    Ok(response)
}

async fn security(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut response = next.call(request).await?.map_into_boxed_body();
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    let cache = HeaderName::from_static("cache-control");
    if !response.headers().contains_key(&cache) {
        response
            .headers_mut()
            .insert(cache, HeaderValue::from_static("no-store"));
    }
    Ok(response)
}

/// Puts a problem into the words and the form that this request expects.
async fn words(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let problem = response.response().extensions().get::<Problem>().cloned();
    let Some(problem) = problem.or_else(|| bare(&response)) else {
        return Ok(response);
    };
    let request = response.request();
    let id = request
        .extensions()
        .get::<RequestId>()
        .map_or_else(String::new, |id| id.0.clone());
    if let Some(cause) = &problem.cause {
        tracing::error!(request = %id, code = problem.code, cause, "failed");
    }
    let lang = failure::language(request);
    let answer = if wants_json(request) {
        failure::json_response(&problem, lang, &id)
    } else if problem.status == 401 {
        let back = urlencode(request.uri().path());
        HttpResponse::SeeOther()
            .insert_header(("Location", format!("/login?back={back}")))
            .finish()
    } else {
        failure::page_response(&problem, &Page::guest(lang, request.path()), &id)
    };
    Ok(response.into_response(answer))
}

/// A problem for an error answer that none of our handlers gave (no route, wrong method, bad input to
/// an extractor of the framework).
fn bare(response: &ServiceResponse<BoxBody>) -> Option<Problem> {
    match response.status().as_u16() {
        status @ (400 | 422) if response.response().error().is_some() => {
            Some(Problem::new("parameter-invalid", status))
        }
        404 if response.response().error().is_some() => Some(Problem::not_found()),
        405 => Some(Problem::new("method-not-allowed", 405)),
        413 => Some(Problem::new("body-too-large", 413)),
        415 => Some(Problem::new("media-type", 415)),
        _ => None,
    }
}

fn wants_json(request: &actix_web::HttpRequest) -> bool {
    let path = request.path();
    let accept = request
        .headers()
        .get("Accept")
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let by_path = ["/api/", "/oauth/", "/.well-known/", "/log/"]
        .iter()
        .any(|p| path.starts_with(p));
    by_path || accept.starts_with("application/json") || accept.starts_with("application/problem+json")
}

fn urlencode(text: &str) -> String {
    serde_urlencoded::to_string([("", text)])
        .unwrap_or_default()
        .trim_start_matches('=')
        .to_owned()
}

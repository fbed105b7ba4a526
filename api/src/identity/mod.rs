//! Who acts: organisations, people, their keys and sessions.

pub mod client;
pub mod credential;
pub mod extract;
pub mod keys;
pub mod party;
pub mod password;
pub mod person;
pub mod replay;
pub mod role;
pub mod sign_in;
pub mod street;
mod confirm;
mod entity;
mod journal;
mod pages;
mod session;

pub use session::middleware as session_middleware;

use actix_web::web;

/// Registers the routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    pages::routes(cfg);
    credential::routes(cfg);
    client::routes(cfg);
    party::routes(cfg);
    person::routes(cfg);
}

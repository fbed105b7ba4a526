//! Pages of meetings.
pub(super) fn routes(_cfg: &mut actix_web::web::ServiceConfig) {}

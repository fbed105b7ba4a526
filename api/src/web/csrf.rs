//! Proof that a form or script request comes from our own page.

use actix_session::Session;
use actix_web::HttpRequest;
use subtle::ConstantTimeEq;

use crate::kernel::problem::Problem;

/// Name of the session's entry.
pub const SESSION_KEY: &str = "csrf";
/// Name of the hidden field.
pub const FIELD: &str = "csrf";
/// Header used by our own scripts.
pub const HEADER: &str = "X-CSRF-Token";

/// Checks the token against the session and the browser's word on where the request comes from.
///
/// # Errors
/// `csrf-failed`.
pub fn check(request: &HttpRequest, session: &Session, token: Option<&str>) -> Result<(), Problem> {
    let fault = || Problem::new("csrf-failed", 403);
    let site = request
        .headers()
        .get("Sec-Fetch-Site")
        .and_then(|v| v.to_str().ok());
    if site.is_some_and(|site| site != "same-origin" && site != "none") {
        return Err(fault());
    }
    let kept: Option<String> = session.get(SESSION_KEY).map_err(|_| fault())?;
    let (kept, token) = kept.zip(token).ok_or_else(fault)?;
    if bool::from(kept.as_bytes().ct_eq(token.as_bytes())) {
        Ok(())
    } else {
        Err(fault())
    }
}

//! Access tokens (RFC 9068): made for ten minutes, checked at every request against the system's present rights.

use serde_json::json;

use super::assertion::SKEW_S;
use super::domain::ClientView;
use super::jwt::{Compact, TokenKey};
use crate::app::App;
use crate::identity::role::Act;
use crate::kernel::problem::Problem;

/// How long an access token is good, seconds.
pub(super) const TOKEN_S: i64 = 600;
const TYP: &str = "at+jwt";

/// The name of the API in tokens.
fn audience(app: &App) -> String {
    format!("{}/api", app.config.origin)
}

/// An access token for these acts.
pub(super) fn issue(app: &App, client: &ClientView, acts: &[Act]) -> Result<String, Problem> {
    let now_s = app.db.clock().now().seconds();
    let claims = json!({
        "iss": app.config.origin,
        "aud": audience(app),
        "sub": client.cid,
        "client_id": client.cid,
        "tenant": client.tenant,
        "scope": scope_text(acts),
        "jti": app.db.ids().uuid(),
        "iat": now_s,
        "exp": now_s + TOKEN_S,
    });
    TokenKey::new(&app.keys.token_scalar)?.sign(TYP, &claims)
}

/// Scopes as one text.
pub(super) fn scope_text(acts: &[Act]) -> String {
    let scopes: Vec<&str> = acts.iter().map(|act| act.scope()).collect();
    scopes.join(" ")
}

/// What a good token says.
pub(in crate::identity) struct Granted {
    /// Which system.
    pub(in crate::identity) cid: String,
    /// Which acts the token was made for; its system's present rights narrow them further.
    pub(in crate::identity) acts: Vec<Act>,
}

/// Reads a token of our own.
///
/// # Errors
/// `token-expired`, `token-invalid`.
pub(in crate::identity) fn check(app: &App, token: &str) -> Result<Granted, Problem> {
    let invalid = || Problem::new("token-invalid", 401);
    let key = TokenKey::new(&app.keys.token_scalar)?;
    let read = Compact::parse(token).ok_or_else(invalid)?;
    let typed = read
        .header
        .typ
        .as_deref()
        .is_some_and(|typ| typ.eq_ignore_ascii_case(TYP));
    let own = read.header.kid.as_deref() == Some(key.public.kid().as_str())
        && read.verifies(&key.public)
        && read.text("iss") == Some(app.config.origin.as_str())
        && read.text("aud") == Some(audience(app).as_str());
    if !typed || !own {
        return Err(invalid());
    }
    let now_s = app.db.clock().now().seconds();
    if read
        .seconds("exp")
        .is_none_or(|exp| exp <= now_s.saturating_sub(SKEW_S))
    {
        return Err(Problem::new("token-expired", 401));
    }
    let scopes = read.text("scope").unwrap_or_default().split(' ');
    Ok(Granted {
        cid: read.text("client_id").ok_or_else(invalid)?.to_owned(),
        acts: scopes.filter_map(Act::from_scope).collect(),
    })
}

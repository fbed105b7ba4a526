//! What systems ask before they may ask anything else: metadata, keys, a token, who they are.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::json;

use super::assertion::{Assertion, AssertionFault, SKEW_S};
use super::domain::{self, ClientView};
use super::jwt::TokenKey;
use super::token::{self, TOKEN_S};
use super::{query, store};
use crate::app::App;
use crate::identity::extract::{AnyClient, address};
use crate::identity::role::Act;
use crate::kernel::id::{Id, Party, Tenant};
use crate::kernel::limit;
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::tx;
use crate::web::failure::Failure;

const GRANT: &str = "client_credentials";
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Keys and metadata may be kept this long by whoever asked.
const KEPT: (&str, &str) = ("Cache-Control", "public, max-age=600");

/// `GET /.well-known/oauth-authorization-server` (RFC 8414)
pub(super) async fn metadata(app: web::Data<App>) -> HttpResponse {
    let issuer = &app.config.origin;
    let scopes: Vec<&str> = Act::FOR_CLIENTS.iter().map(|act| act.scope()).collect();
    HttpResponse::Ok().insert_header(KEPT).json(json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}/oauth/token"),
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "grant_types_supported": [GRANT],
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256", "Ed25519", "EdDSA"],
        "scopes_supported": scopes,
    }))
}

/// `GET /.well-known/jwks.json`
pub(super) async fn jwks(app: web::Data<App>) -> Result<HttpResponse, Failure> {
    let key = TokenKey::new(&app.keys.token_scalar)?.public;
    let mut jwk = key.to_jwk();
    jwk["kid"] = key.kid().into();
    jwk["alg"] = key.alg().code().into();
    jwk["use"] = "sig".into();
    Ok(HttpResponse::Ok()
        .insert_header(KEPT)
        .json(json!({ "keys": [jwk] })))
}

#[derive(Serialize)]
struct TokenAnswer {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    scope: String,
}

/// `POST /oauth/token`: an assertion for an access token (RFC 6749 §4.4, RFC 7523 §2.2).
pub(super) async fn token(
    app: web::Data<App>,
    request: HttpRequest,
    body: web::Bytes,
) -> Result<HttpResponse, Failure> {
    app.rates.token(address(&request, &app))?;
    let asked = Asked::read(&body)?;
    let assertion = Assertion::parse(&asked.assertion).map_err(|fault| refused(&app, fault))?;
    let client = query::by_cid(app.db.reader(), &assertion.cid).await?;
    let now_s = app.db.clock().now().seconds();
    assertion
        .judge(client.as_ref(), &app.config.origin, now_s)
        .map_err(|fault| refused(&app, fault))?;
    let client = client.ok_or_else(|| refused(&app, AssertionFault::Client))?;
    let acts = asked.acts(&client)?;
    let fresh = tx::run(&app.db, async |tx| {
        let until = assertion.exp.saturating_add(SKEW_S);
        Ok(store::use_once(tx.db(), client.id, &assertion.jti, until, now_s).await?)
    })
    .await?;
    if !fresh {
        return Err(refused(&app, AssertionFault::Used).into());
    }
    Ok(HttpResponse::Ok().json(TokenAnswer {
        access_token: token::issue(&app, &client, &acts)?,
        token_type: "Bearer",
        expires_in: TOKEN_S,
        scope: token::scope_text(&acts),
    }))
}

/// What a request for a token says.
struct Asked {
    assertion: String,
    scope: Option<String>,
}

impl Asked {
    fn read(body: &[u8]) -> Result<Self, Problem> {
        if body.len() > limit::TOKEN_BYTES * 2 {
            return Err(Problem::new("body-too-large", 413));
        }
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_bytes(body).map_err(|_| bad("invalid_request", Vec::new()))?;
        let mut faults = Vec::new();
        let mut one = |name: &'static str| {
            let mut values = pairs
                .iter()
                .filter(|(key, _)| key == name)
                .map(|(_, value)| value.clone());
            let first = values.next();
            if values.next().is_some() {
                faults.push(Fault::field(name, "token-field-twice"));
            }
            first
        };
        let (grant, kind) = (one("grant_type"), one("client_assertion_type"));
        let (assertion, scope) = (one("client_assertion"), one("scope"));
        if kind.as_deref() != Some(ASSERTION) {
            faults.push(Fault::field("client_assertion_type", "token-field").arg("value", ASSERTION));
        }
        let grants = grant.as_deref() == Some(GRANT);
        if !grants {
            faults.push(Fault::field("grant_type", "token-field").arg("value", GRANT));
        }
        match assertion {
            Some(assertion) if faults.is_empty() => Ok(Self { assertion, scope }),
            None => {
                faults.push(Fault::field("client_assertion", "required"));
                Err(bad("invalid_request", faults))
            }
            Some(_) if !grants && faults.len() == 1 => Err(bad("unsupported_grant_type", faults)),
            Some(_) => Err(bad("invalid_request", faults)),
        }
    }

    /// The acts asked for, all of them the system's own; without a scope, all it has.
    fn acts(&self, client: &ClientView) -> Result<Vec<Act>, Problem> {
        let asked = self.scope.as_deref().unwrap_or_default().split_ascii_whitespace();
        let fault = |scope: &str| {
            let fault = Fault::field("scope", "token-scope").value(scope);
            bad("invalid_scope", vec![fault])
        };
        let acts = domain::acts(asked).map_err(fault)?;
        if acts.is_empty() {
            return Ok(client.acts.clone());
        }
        match acts.iter().find(|act| !client.acts.contains(act)) {
            None => Ok(acts),
            Some(act) => Err(fault(act.scope())),
        }
    }
}

/// 400 with the code of RFC 6749 §5.2 beside our own.
fn bad(error: &'static str, faults: Vec<Fault>) -> Problem {
    Problem::new("token-request-invalid", 400)
        .member("error", error)
        .with_faults(faults)
}

fn refused(app: &App, fault: AssertionFault) -> Problem {
    let told = Fault::field("client_assertion", fault.code()).arg("issuer", app.config.origin.clone());
    Problem::new("token-invalid", 401)
        .member("error", "invalid_client")
        .with_faults(vec![told])
}

/// Who asks, as `GET /api/v1/me` tells it.
#[derive(Serialize)]
pub(super) struct Me {
    /// The tenant.
    tenant: Id<Tenant>,
    /// The system's name in tokens.
    client_id: String,
    /// The system's name for people.
    name: String,
    /// The party it is bound to.
    party: Option<Id<Party>>,
    /// What this token may be used for.
    scopes: Vec<&'static str>,
}

/// `GET /api/v1/me`
pub(super) async fn me(AnyClient(client): AnyClient) -> HttpResponse {
    HttpResponse::Ok().json(Me {
        tenant: client.actor.scope.tenant,
        party: client.actor.party(),
        scopes: client.acts.iter().map(|act| act.scope()).collect(),
        client_id: client.cid,
        name: client.name,
    })
}

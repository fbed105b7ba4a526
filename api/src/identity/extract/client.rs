//! Which connected system asks: the type of a handler's argument is the scope its token needs.

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::app;
use crate::app::App;
use crate::identity::client::{query, token};
use crate::identity::role::Act;
use crate::identity::session;
use crate::kernel::actor::{Actor, Who};
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::web::failure::Failure;

/// A connected system with a good token.
#[derive(Debug, Clone)]
pub struct ApiClient {
    /// Who acts.
    pub actor: Actor,
    /// What the token and the system's present rights allow.
    pub acts: Vec<Act>,
    /// Its name in tokens.
    pub cid: String,
    /// Its name for people.
    pub name: String,
}

/// Any system with a good token.
pub struct AnyClient(pub ApiClient);
/// A system that may read agreements and their proofs.
pub struct AgreementReader(pub ApiClient);
/// A system that may read the log's entries.
pub struct LogReader(pub ApiClient);
/// A system that may read what is due and delivered.
pub struct DeliveryReader(pub ApiClient);
/// A system that may report and answer deliveries.
pub struct DeliveryWriter(pub ApiClient);
/// A system that may review projects.
pub struct ReviewWriter(pub ApiClient);
/// A system that may read reports.
pub struct ExportReader(pub ApiClient);

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Failure>>>>;

fn client<T: 'static>(request: &HttpRequest, act: Option<Act>, wrap: fn(ApiClient) -> T) -> Extracted<T> {
    let request = request.clone();
    Box::pin(async move { find(&request, act).await.map(wrap).map_err(Failure) })
}

impl FromRequest for AnyClient {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        client(request, None, Self)
    }
}

impl FromRequest for AgreementReader {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        client(request, Some(Act::ReadAgreements), Self)
    }
}

impl FromRequest for LogReader {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        client(request, Some(Act::ReadLog), Self)
    }
}

impl FromRequest for DeliveryReader {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        client(request, Some(Act::ReadDeliveries), Self)
    }
}

impl FromRequest for DeliveryWriter {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        client(request, Some(Act::WriteDeliveries), Self)
    }
}

impl FromRequest for ReviewWriter {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        client(request, Some(Act::WriteReviews), Self)
    }
}

impl FromRequest for ExportReader {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        client(request, Some(Act::ReadExports), Self)
    }
}

async fn find(request: &HttpRequest, act: Option<Act>) -> Result<ApiClient, Problem> {
    let app = app(request)?;
    let header = request.headers().get("Authorization");
    let header = header.ok_or_else(|| Problem::new("unauthenticated", 401))?;
    if session::COOKIES.iter().any(|name| request.cookie(name).is_some()) {
        return Err(Problem::new("mixed-credentials", 400));
    }
    let token = header.to_str().ok().and_then(bearer);
    let granted = token::check(&app, token.ok_or_else(|| Problem::new("token-invalid", 401))?)?;
    let client = query::by_cid(app.db.reader(), &granted.cid).await?;
    let client = client
        .filter(|client| client.active)
        .ok_or_else(|| Problem::new("token-invalid", 401))?;
    app.rates.api(client.id)?;
    let acts: Vec<Act> = client
        .acts
        .iter()
        .copied()
        .filter(|act| granted.acts.contains(act))
        .collect();
    if let Some(act) = act.filter(|act| !acts.contains(act)) {
        return Err(Problem::new("scope-insufficient", 403).arg("scope", act.scope()));
    }
    let scope = match client.party {
        Some(party) => Scope::party(client.tenant, party),
        None => Scope::tenant(client.tenant),
    };
    let who = Who::Client {
        client: client.id,
        party: client.party,
    };
    Ok(ApiClient {
        actor: Actor { who, scope },
        acts,
        cid: client.cid,
        name: client.name,
    })
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then_some(token.trim())
}

/// The address a request comes from: the peer's, or what the proxy before us tells last.
#[must_use]
pub fn address(request: &HttpRequest, app: &App) -> IpAddr {
    let peer = request
        .peer_addr()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    if !app.config.behind_proxy {
        return peer;
    }
    let told = request.headers().get_all("X-Forwarded-For").last();
    let told = told.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    told.unwrap_or(peer)
}

//! The log for other systems: where it ends, its leaves, proofs about it.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::shape::ProblemBody;
use crate::app::App;
use crate::identity::extract::LogReader;
use crate::kernel::limit;
use crate::kernel::problem::{Fault, Place, Problem};
use crate::kernel::scope::Scope;
use crate::log::checkpoint::Checkpoint;
use crate::log::hash::Hash32;
use crate::log::leaf::Leaf;
use crate::log::note::Note;
use crate::log::{query, service};
use crate::web::failure::Failure;

/// Where the log ends.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LogState {
    #[schema(example = "gongjian.example/log/jinghe")]
    origin: String,
    /// Leaves under the newest checkpoint.
    size: u64,
    /// Root over them, base64.
    root: String,
    /// The log's key.
    key: String,
    /// The checkpoint as a signed note.
    checkpoint: String,
}

/// Leaves in order.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LeafPage {
    /// The leaves.
    items: Vec<LeafLine>,
    /// `from` of the next page; null at the end.
    next: Option<u64>,
}

/// A leaf.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LeafLine {
    index: u64,
    /// Its hash, base64.
    hash: String,
    /// What was hashed: the canonical bytes of this value.
    leaf: Value,
}

/// A proof about the tree.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TreeProof {
    /// Leaves of the tree.
    size: u64,
    /// Its root, base64.
    root: String,
    /// Hashes, base64.
    path: Vec<String>,
}

/// Which leaves.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct LeafQuery {
    /// First leaf; 0 if absent.
    from: Option<u64>,
    /// Leaves on a page, 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Between which sizes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ConsistencyQuery {
    /// The smaller size, at least 1.
    #[param(minimum = 1)]
    from: u64,
    /// The greater size.
    to: u64,
}

/// Which leaf in which tree.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct InclusionQuery {
    /// The leaf's index.
    leaf: u64,
    /// Leaves of the tree.
    size: u64,
}

fn asked<T: for<'de> Deserialize<'de>>(request: &HttpRequest) -> Result<T, Problem> {
    web::Query::<T>::from_query(request.query_string())
        .map(web::Query::into_inner)
        .map_err(|error| {
            let fault = Fault::new(Place::Query(String::new()), "not-as-described").value(&error.to_string());
            Problem::new("parameter-invalid", 400).with_faults(vec![fault])
        })
}

/// The log is the whole street's; a system bound to one party sees none of it.
fn whole(scope: Scope) -> Result<Scope, Problem> {
    match scope.party {
        None => Ok(scope),
        Some(_) => Err(Problem::not_found()),
    }
}

/// Where the log ends, under a checkpoint cut now.
#[utoipa::path(
    get, path = "/api/v1/log", tag = "log", security(("token" = ["log:read"])),
    responses(
        (status = 200, body = LogState),
        (status = 401, body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn state(
    app: web::Data<App>,
    LogReader(client): LogReader,
) -> Result<HttpResponse, Failure> {
    let scope = whole(client.actor.scope)?;
    let Checkpoint { origin, size, root } = service::cut(&app, scope.tenant).await?;
    let note: Option<Note> = query::note_at(app.db.reader(), scope, size).await?;
    Ok(HttpResponse::Ok().json(LogState {
        key: service::signer(&app, &origin)?.verifier().to_string(),
        origin,
        size,
        root: root.b64(),
        checkpoint: note.ok_or_else(Problem::not_found)?.to_string(),
    }))
}

/// Leaves in order, those without a checkpoint yet included.
#[utoipa::path(
    get, path = "/api/v1/log/leaves", params(LeafQuery), tag = "log", security(("token" = ["log:read"])),
    responses(
        (status = 200, body = LeafPage),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn leaves(
    app: web::Data<App>,
    LogReader(client): LogReader,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let scope = whole(client.actor.scope)?;
    let asked: LeafQuery = asked(&request)?;
    let size = asked.limit.unwrap_or(limit::PAGE_ROWS);
    if !(1..=limit::PAGE_ROWS_MAX).contains(&size) {
        let fault = Fault::new(Place::Query("limit".to_owned()), "out-of-range")
            .value(&size.to_string())
            .arg("min", "1")
            .arg("max", limit::PAGE_ROWS_MAX.to_string());
        return Err(Problem::new("parameter-invalid", 400)
            .with_faults(vec![fault])
            .into());
    }
    let from = asked.from.unwrap_or(0);
    let found = query::leaves_from(app.db.reader(), scope, from, u64::from(size) + 1).await?;
    let size = usize::try_from(size).map_err(|error| Problem::internal(error.to_string()))?;
    let next = found.get(size).map(|leaf| leaf.index);
    let mut items = Vec::new();
    for stored in found.into_iter().take(size) {
        let leaf = Leaf::parse(&stored.bytes).map_err(|fault| Problem::internal(fault.to_string()))?;
        items.push(LeafLine {
            index: stored.index,
            hash: crate::log::leaf::hash(&stored.bytes).b64(),
            leaf: serde_json::to_value(leaf).map_err(|error| Problem::internal(error.to_string()))?,
        });
    }
    Ok(HttpResponse::Ok().json(LeafPage { items, next }))
}

/// That the log of one size begins the log of another.
#[utoipa::path(
    get, path = "/api/v1/log/consistency", params(ConsistencyQuery), tag = "log",
    security(("token" = ["log:read"])),
    responses(
        (status = 200, body = TreeProof),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn consistency(
    app: web::Data<App>,
    LogReader(client): LogReader,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let scope = whole(client.actor.scope)?;
    let asked: ConsistencyQuery = asked(&request)?;
    let proof = query::consistency(app.db.reader(), scope, asked.from, asked.to).await?;
    told(&app, scope, asked.to, &proof).await
}

/// That a leaf is in the log of a size.
#[utoipa::path(
    get, path = "/api/v1/log/inclusion", params(InclusionQuery), tag = "log", security(("token" = ["log:read"])),
    responses(
        (status = 200, body = TreeProof),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn inclusion(
    app: web::Data<App>,
    LogReader(client): LogReader,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let scope = whole(client.actor.scope)?;
    let asked: InclusionQuery = asked(&request)?;
    let proof = query::inclusion(app.db.reader(), scope, asked.leaf, asked.size).await?;
    told(&app, scope, asked.size, &proof).await
}

async fn told(app: &App, scope: Scope, size: u64, proof: &[Hash32]) -> Result<HttpResponse, Failure> {
    let root = query::root_at(app.db.reader(), scope, size).await?;
    Ok(HttpResponse::Ok().json(TreeProof {
        size,
        root: root.b64(),
        path: proof.iter().map(Hash32::b64).collect(),
    }))
}

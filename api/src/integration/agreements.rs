//! Reading agreements and their proofs.

use actix_web::http::header::{ETAG, IF_NONE_MATCH, LINK};
use actix_web::{HttpRequest, HttpResponse, web};
use uuid::Uuid;

use super::shape::{Agreement, AgreementPage, ListQuery, ProblemBody, Proof};
use crate::agreements::bundle::format::MEDIA_TYPE;
use crate::agreements::domain::state::State;
use crate::agreements::query::{self, Filter};
use crate::app::App;
use crate::identity::extract::AgreementReader;
use crate::kernel::id::Id;
use crate::kernel::limit;
use crate::kernel::problem::{Fault, Place, Problem};
use crate::web::failure::Failure;

/// Agreements the client may see, the last changed first.
#[utoipa::path(
    get, path = "/api/v1/agreements", params(ListQuery), tag = "agreements", security(("token" = ["agreements:read"])),
    responses(
        (status = 200, body = AgreementPage),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    app: web::Data<App>,
    AgreementReader(client): AgreementReader,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let asked = web::Query::<ListQuery>::from_query(request.query_string())
        .map_err(|error| wrong("", "not-as-described", &error.to_string()))?
        .into_inner();
    let (filter, size) = conditions(&asked)?;
    let scope = client.actor.scope;
    let name = format!(
        "agreements {:?} {:?} {:?}",
        asked.state, asked.party, asked.updated_since
    );
    let after = asked
        .cursor
        .as_deref()
        .map(|c| app.keys.cursor.open(scope.tenant, &name, c))
        .transpose()?;
    let (rows, next) = query::list(app.db.reader(), scope, &filter, after.as_ref(), size).await?;
    let next = next.map(|after| app.keys.cursor.seal(scope.tenant, &name, &after));
    let mut answer = HttpResponse::Ok();
    if let Some(cursor) = &next {
        answer.insert_header((
            LINK,
            format!("</api/v1/agreements?cursor={cursor}>; rel=\"next\""),
        ));
    }
    Ok(answer.json(AgreementPage {
        items: rows.into_iter().map(Into::into).collect(),
        next,
    }))
}

fn wrong(name: &str, code: &'static str, value: &str) -> Problem {
    let fault = Fault::new(Place::Query(name.to_owned()), code).value(value);
    Problem::new("parameter-invalid", 400).with_faults(vec![fault])
}

fn conditions(asked: &ListQuery) -> Result<(Filter, u32), Problem> {
    let mut faults = Vec::new();
    let state = asked.state.as_deref().map(|code| (code, State::from_code(code)));
    if let Some((code, None)) = state {
        faults.push(Fault::new(Place::Query("state".to_owned()), "choose").value(code));
    }
    let size = asked.limit.unwrap_or(limit::PAGE_ROWS);
    if !(1..=limit::PAGE_ROWS_MAX).contains(&size) {
        let fault = Fault::new(Place::Query("limit".to_owned()), "out-of-range").value(&size.to_string());
        faults.push(fault.arg("min", "1").arg("max", limit::PAGE_ROWS_MAX.to_string()));
    }
    if !faults.is_empty() {
        return Err(Problem::new("parameter-invalid", 400).with_faults(faults));
    }
    let filter = Filter {
        state: state.and_then(|(_, state)| state),
        party: asked.party.map(Id::from_uuid),
        changed_since: asked.updated_since,
    };
    Ok((filter, size))
}

/// An id in a path; anything else is as good as unknown.
fn id(text: &str) -> Result<Uuid, Problem> {
    Uuid::try_parse(text).map_err(|_| Problem::not_found())
}

/// One agreement with its parties, signatures and the document as signed.
#[utoipa::path(
    get, path = "/api/v1/agreements/{id}", params(("id" = Uuid, Path)), tag = "agreements",
    security(("token" = ["agreements:read"])),
    responses(
        (status = 200, body = Agreement),
        (status = 304, description = "not changed since If-None-Match"),
        (status = 401, body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn one(
    app: web::Data<App>,
    AgreementReader(client): AgreementReader,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let view = query::one(app.db.reader(), client.actor.scope, id(&path)?).await?;
    let tag = format!("\"r{}\"", view.rev);
    let known = request.headers().get(IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    if known == Some(tag.as_str()) {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, tag)).finish());
    }
    let body = Agreement::of(view).map_err(|error| Problem::internal(error.to_string()))?;
    Ok(HttpResponse::Ok().insert_header((ETAG, tag)).json(body))
}

/// The proof bundle: everything `gongjian verify` needs, without this server.
#[utoipa::path(
    get, path = "/api/v1/agreements/{id}/bundle", params(("id" = Uuid, Path)), tag = "agreements",
    security(("token" = ["agreements:read"])),
    responses(
        (status = 200, content_type = "application/vnd.gongjian.bundle+json", body = Object),
        (status = 401, body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn bundle(
    app: web::Data<App>,
    AgreementReader(client): AgreementReader,
    path: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let bundle = query::bundle(&app, client.actor.scope, id(&path)?).await?;
    let bytes = bundle
        .to_bytes()
        .map_err(|fault| Problem::internal(fault.to_string()))?;
    Ok(HttpResponse::Ok().content_type(MEDIA_TYPE).body(bytes))
}

/// Inclusion of one leaf about the agreement in the street's log; with `.tlog-proof` after the number, as a C2SP
/// tlog-proof.
#[utoipa::path(
    get, path = "/api/v1/agreements/{id}/proofs/{leaf}", params(("id" = Uuid, Path), ("leaf" = String, Path)),
    tag = "agreements", security(("token" = ["agreements:read"])),
    responses(
        (status = 200, body = Proof),
        (status = 401, body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn proof(
    app: web::Data<App>,
    AgreementReader(client): AgreementReader,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (agreement, leaf) = path.into_inner();
    let text = leaf.strip_suffix(".tlog-proof");
    let leaf: u64 = text.unwrap_or(&leaf).parse().map_err(|_| Problem::not_found())?;
    let proof = query::leaf_proof(&app, client.actor.scope, id(&agreement)?, leaf).await?;
    Ok(match text {
        Some(_) => HttpResponse::Ok()
            .content_type("text/plain; charset=utf-8")
            .body(proof.to_text()),
        None => HttpResponse::Ok().json(Proof::from(proof)),
    })
}

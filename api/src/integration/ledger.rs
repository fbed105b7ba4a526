//! What is due, and deliveries, for connected systems.

use actix_web::{HttpRequest, HttpResponse, web};
use uuid::Uuid;

use super::ledger_shape::{
    BlobKept, Delivery, DeliveryAnswer, DeliveryNew, DeliveryPage, DeliveryQuery, InstalmentPage,
    InstalmentQuery,
};
use super::shape::ProblemBody;
use crate::agreements::domain::instalment::InstalmentState;
use crate::app::App;
use crate::identity::extract::{ApiClient, DeliveryReader, DeliveryWriter};
use crate::kernel::idempotency::{Answer, Once, Request};
use crate::kernel::limit;
use crate::kernel::problem::{Fault, Place, Problem};
use crate::kernel::text::{Text, TextFault};
use crate::kernel::tx;
use crate::ledger::domain::delivery::{DeliveryState, NewDelivery};
use crate::ledger::query::{self, DeliveryFilter, Filter};
use crate::ledger::service;
use crate::log::hash::Hash32;
use crate::web::failure::Failure;
use crate::web::form::{Asked, Sent};

/// An id in a path; anything else is as good as unknown.
pub(super) fn id(text: &str) -> Result<Uuid, Problem> {
    Uuid::try_parse(text).map_err(|_| Problem::not_found())
}

fn wrong(name: &str, code: &'static str, value: &str) -> Problem {
    let fault = Fault::new(Place::Query(name.to_owned()), code).value(value);
    let fault = fault.arg("min", "1").arg("max", limit::PAGE_ROWS_MAX.to_string());
    Problem::new("parameter-invalid", 400).with_faults(vec![fault])
}

fn size(asked: Option<u32>) -> Result<u32, Problem> {
    let size = asked.unwrap_or(limit::PAGE_ROWS);
    if (1..=limit::PAGE_ROWS_MAX).contains(&size) {
        Ok(size)
    } else {
        Err(wrong("limit", "out-of-range", &size.to_string()))
    }
}

fn asked<T: serde::de::DeserializeOwned>(request: &HttpRequest) -> Result<T, Problem> {
    web::Query::<T>::from_query(request.query_string())
        .map(web::Query::into_inner)
        .map_err(|error| wrong("", "not-as-described", &error.to_string()))
}

/// Instalments of what the client may see, by their last day.
#[utoipa::path(
    get, path = "/api/v1/obligations", params(InstalmentQuery), tag = "deliveries",
    security(("token" = ["deliveries:read"])),
    responses(
        (status = 200, body = InstalmentPage),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn obligations(
    app: web::Data<App>,
    DeliveryReader(client): DeliveryReader,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let asked: InstalmentQuery = asked(&request)?;
    let state = match asked.state.as_deref() {
        None => None,
        Some(code) => Some(InstalmentState::from_code(code).ok_or_else(|| wrong("state", "choose", code))?),
    };
    let filter = Filter {
        state,
        party: asked.party,
        agreement: asked.agreement,
        ..Filter::default()
    };
    let scope = client.actor.scope;
    let name = format!("api obligations {filter:?}");
    let after = asked.cursor.as_deref();
    let after = after
        .map(|cursor| app.keys.cursor.open(scope.tenant, &name, cursor))
        .transpose()?;
    let on = (scope, app.db.clock().now().day());
    let size = usize::try_from(size(asked.limit)?).unwrap_or(1);
    let (rows, next) = query::list(app.db.reader(), on, &filter, "until", after.as_ref(), size)
        .await
        .map_err(Problem::from)?;
    Ok(HttpResponse::Ok().json(InstalmentPage {
        items: rows.into_iter().map(Into::into).collect(),
        next: next.map(|after| app.keys.cursor.seal(scope.tenant, &name, &after)),
    }))
}

/// Reports a delivery on an obligation of the client's party.
#[utoipa::path(
    post, path = "/api/v1/obligations/{id}/deliveries", request_body = DeliveryNew,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)), tag = "deliveries",
    security(("token" = ["deliveries:write"])),
    responses(
        (status = 201, body = Delivery),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "instalment-state; duplicate, naming the existing one; over-delivery, which confirm_excess answers"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn report_delivery(
    app: web::Data<App>,
    DeliveryWriter(client): DeliveryWriter,
    path: web::Path<String>,
    Asked(sent): Asked<DeliveryNew>,
) -> Result<HttpResponse, Failure> {
    let once = sent.once(&client.actor)?;
    let obligation = id(&path)?;
    let scope = client.actor.scope;
    let today = app.db.clock().now().day();
    let new = new_delivery(&sent.body)?;
    let answer = tx::once(&app.db, &once, async |tx| {
        let no = match sent.body.due_no {
            Some(no) => no,
            None => query::next_due(tx.db(), (scope, today), obligation).await?.no,
        };
        let id = service::report(tx, &client.actor, (obligation, no), &new).await?;
        told(201, &query::delivery(tx.db(), scope, id).await?)
    })
    .await?;
    Ok(answer.into())
}

/// A delivery as an answer that is kept under the caller's key.
fn told(status: u16, view: &query::DeliveryView) -> Result<Answer, Problem> {
    let answer = Answer::json(status, &Delivery::from(view.clone()))?;
    let answer = answer.with("ETag", format!("\"r{}\"", view.rev));
    Ok(if status == 201 {
        answer.with("Location", format!("/api/v1/deliveries/{}", view.id))
    } else {
        answer
    })
}

/// A bounded text of a member; its fault goes to `faults`.
pub(super) fn text<const MIN: usize, const MAX: usize>(
    member: &str,
    raw: &str,
    faults: &mut Vec<Fault>,
) -> Option<Text<MIN, MAX>> {
    let at = format!("/{member}");
    let fault = match Text::parse(raw) {
        Ok(text) => return Some(text),
        Err(TextFault::Empty) => Fault::pointer(at, "required"),
        Err(TextFault::Short { min }) => Fault::pointer(at, "too-short").arg("min", min.to_string()),
        Err(TextFault::Long { max }) => Fault::pointer(at, "too-long").arg("max", max.to_string()),
        Err(TextFault::Control) => Fault::pointer(at, "control"),
    };
    faults.push(fault);
    None
}

fn new_delivery(body: &DeliveryNew) -> Result<NewDelivery, Problem> {
    let mut faults = Vec::new();
    let on = body.on.parse().ok();
    if on.is_none() {
        faults.push(Fault::pointer("/on", "not-a-day").value(&body.on));
    }
    let place = text("place", &body.place, &mut faults);
    let note = text("note", &body.note, &mut faults);
    let external_ref = match &body.external_ref {
        Some(named) => text("external_ref", named, &mut faults),
        None => None,
    };
    let mut evidence = Vec::new();
    for (n, written) in body.evidence.iter().enumerate() {
        match Hash32::parse(written) {
            Some(hash) => evidence.push(hash),
            None => faults.push(Fault::pointer(format!("/evidence/{n}"), "evidence-unknown").value(written)),
        }
    }
    let (Some(on), Some(place), Some(note), true) = (on, place, note, faults.is_empty()) else {
        return Err(Problem::validation(faults));
    };
    Ok(NewDelivery {
        quantity: body.quantity,
        on,
        beneficiaries: body.beneficiaries,
        place,
        note,
        evidence,
        external_ref,
        excess: body.confirm_excess,
    })
}

/// Deliveries under agreements the client may see, the last changed first.
#[utoipa::path(
    get, path = "/api/v1/deliveries", params(DeliveryQuery), tag = "deliveries",
    security(("token" = ["deliveries:read"])),
    responses(
        (status = 200, body = DeliveryPage),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn deliveries(
    app: web::Data<App>,
    DeliveryReader(client): DeliveryReader,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let asked: DeliveryQuery = asked(&request)?;
    let state = match asked.state.as_deref() {
        None => None,
        Some(code) => Some(DeliveryState::from_code(code).ok_or_else(|| wrong("state", "choose", code))?),
    };
    let filter = DeliveryFilter {
        state,
        agreement: asked.agreement,
        changed_since: asked.updated_since,
    };
    let scope = client.actor.scope;
    let name = format!("api deliveries {filter:?}");
    let after = asked.cursor.as_deref();
    let after = after
        .map(|cursor| app.keys.cursor.open(scope.tenant, &name, cursor))
        .transpose()?;
    let size = size(asked.limit)?;
    let (rows, next) = query::deliveries(app.db.reader(), scope, &filter, after.as_ref(), size)
        .await
        .map_err(Problem::from)?;
    Ok(HttpResponse::Ok().json(DeliveryPage {
        items: rows.into_iter().map(Into::into).collect(),
        next: next.map(|after| app.keys.cursor.seal(scope.tenant, &name, &after)),
    }))
}

/// One delivery.
#[utoipa::path(
    get, path = "/api/v1/deliveries/{id}", params(("id" = Uuid, Path)), tag = "deliveries",
    security(("token" = ["deliveries:read"])),
    responses(
        (status = 200, body = Delivery),
        (status = 401, body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn delivery(
    app: web::Data<App>,
    DeliveryReader(client): DeliveryReader,
    path: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let view = query::delivery(app.db.reader(), client.actor.scope, id(&path)?)
        .await
        .map_err(Problem::from)?;
    Ok(told(200, &view)?.into())
}

/// The revision that `If-Match` names.
fn rev<T>(sent: &Sent<T>, view: &query::DeliveryView) -> Result<i32, Problem> {
    let given = sent
        .if_match()
        .ok_or_else(|| Problem::new("precondition-required", 428))?;
    let named = given.strip_prefix("\"r").and_then(|rest| rest.strip_suffix('"'));
    let rev = named.and_then(|rev| rev.parse().ok());
    let stale = || Problem::new("stale-version", 412).member("current", format!("\"r{}\"", view.rev));
    rev.filter(|rev| *rev == view.rev).ok_or_else(stale)
}

/// What a route does to a delivery.
#[derive(Debug, Clone, Copy)]
enum Word {
    Confirm,
    Dispute,
    Withdraw,
}

async fn say(
    app: &App,
    client: &ApiClient,
    path: &str,
    sent: &Sent<DeliveryAnswer>,
    word: Word,
) -> Result<HttpResponse, Failure> {
    let once = sent.once(&client.actor)?;
    let scope = client.actor.scope;
    let id = id(path)?;
    let mut faults = Vec::new();
    let (note, reason) = match word {
        Word::Confirm => (text("note", &sent.body.note, &mut faults), None),
        Word::Dispute | Word::Withdraw => (None, text("note", &sent.body.note, &mut faults)),
    };
    let answer = tx::once(&app.db, &once, async |tx| {
        let view = query::delivery(tx.db(), scope, id).await?;
        let which = (id, rev(sent, &view)?);
        match (word, &note, &reason) {
            (Word::Confirm, Some(note), _) => {
                service::confirm(tx, &client.actor, which, sent.body.quantity, note).await?;
            }
            (Word::Dispute, _, Some(reason)) => service::dispute(tx, &client.actor, which, reason).await?,
            (Word::Withdraw, _, Some(reason)) => service::withdraw(tx, &client.actor, which, reason).await?,
            _ => return Err(Problem::validation(faults.clone())),
        }
        told(200, &query::delivery(tx.db(), scope, id).await?)
    })
    .await?;
    Ok(answer.into())
}

/// The receiver confirms a delivery, in full or in part.
#[utoipa::path(
    post, path = "/api/v1/deliveries/{id}/confirmation", request_body = DeliveryAnswer,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header), ("If-Match" = String, Header)),
    tag = "deliveries", security(("token" = ["deliveries:write"])),
    responses(
        (status = 200, body = Delivery),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn confirm(
    app: web::Data<App>,
    DeliveryWriter(client): DeliveryWriter,
    path: web::Path<String>,
    Asked(sent): Asked<DeliveryAnswer>,
) -> Result<HttpResponse, Failure> {
    say(&app, &client, &path, &sent, Word::Confirm).await
}

/// The receiver contests a delivery; `note` is the reason.
#[utoipa::path(
    post, path = "/api/v1/deliveries/{id}/dispute", request_body = DeliveryAnswer,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header), ("If-Match" = String, Header)),
    tag = "deliveries", security(("token" = ["deliveries:write"])),
    responses(
        (status = 200, body = Delivery),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn dispute(
    app: web::Data<App>,
    DeliveryWriter(client): DeliveryWriter,
    path: web::Path<String>,
    Asked(sent): Asked<DeliveryAnswer>,
) -> Result<HttpResponse, Failure> {
    say(&app, &client, &path, &sent, Word::Dispute).await
}

/// The reporter takes a delivery back; `note` is the reason.
#[utoipa::path(
    post, path = "/api/v1/deliveries/{id}/withdrawal", request_body = DeliveryAnswer,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header), ("If-Match" = String, Header)),
    tag = "deliveries", security(("token" = ["deliveries:write"])),
    responses(
        (status = 200, body = Delivery),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn withdraw(
    app: web::Data<App>,
    DeliveryWriter(client): DeliveryWriter,
    path: web::Path<String>,
    Asked(sent): Asked<DeliveryAnswer>,
) -> Result<HttpResponse, Failure> {
    say(&app, &client, &path, &sent, Word::Withdraw).await
}

/// Takes a photo, scan or PDF as evidence; its kind is told by its content.
#[utoipa::path(
    post, path = "/api/v1/blobs", request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    params(("Idempotency-Key" = String, Header)), tag = "deliveries",
    security(("token" = ["deliveries:write"])),
    responses(
        (status = 201, body = BlobKept),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn keep_blob(
    app: web::Data<App>,
    DeliveryWriter(client): DeliveryWriter,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Failure> {
    let too_large = || Problem::new("body-too-large", 413);
    let bytes = body.to_bytes_limited(limit::EVIDENCE_BYTES).await;
    let bytes = bytes.map_err(|_| too_large())?.map_err(|_| too_large())?;
    let key = request
        .headers()
        .get("Idempotency-Key")
        .and_then(|v| v.to_str().ok());
    let asked = Request {
        method: "POST",
        path: request.path(),
        if_match: None,
        body: &bytes,
    };
    let once = Once::new(client.actor.scope.tenant, client.actor.key(), key, &asked)?;
    let file = service::File::read(bytes.to_vec()).map_err(Problem::from)?;
    let answer = tx::once(&app.db, &once, async |tx| {
        service::keep(tx, &client.actor, &file).await?;
        let hash = file.hash().to_string();
        let place = format!("/api/v1/blobs/{hash}");
        Ok(Answer::json(201, &BlobKept { hash })?.with("Location", place))
    })
    .await?;
    Ok(answer.into())
}

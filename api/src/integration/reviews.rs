//! Reviews and reports, for connected systems.

use actix_web::http::header::ETAG;
use actix_web::{HttpResponse, web};

use super::ledger::{id, text};
use super::ledger_shape::{ReviewNew, ReviewPage};
use super::shape::ProblemBody;
use crate::app::App;
use crate::identity::extract::{ExportReader, ReviewWriter};
use crate::kernel::idempotency::Answer;
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::tx;
use crate::ledger::domain::period::Period;
use crate::ledger::domain::review::{DELIVERED, NewReview, PROCEED, USEFUL, answer};
use crate::ledger::{query, report, service};
use crate::log::hash::Hash32;
use crate::web::failure::Failure;
use crate::web::form::Asked;

/// Reviews a project for the client's party, once each period.
#[utoipa::path(
    post, path = "/api/v1/agreements/{id}/reviews", request_body = ReviewNew,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)), tag = "reviews",
    security(("token" = ["reviews:write"])),
    responses(
        (status = 201, body = ReviewPage),
        (status = 400, body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn give_review(
    app: web::Data<App>,
    ReviewWriter(client): ReviewWriter,
    path: web::Path<String>,
    Asked(sent): Asked<ReviewNew>,
) -> Result<HttpResponse, Failure> {
    let once = sent.once(&client.actor)?;
    let agreement = id(&path)?;
    let (period, new) = new_review(&sent.body)?;
    let answer = tx::once(&app.db, &once, async |tx| {
        service::review(tx, &client.actor, agreement, period, &new).await?;
        let reviews = query::reviews(tx.db(), client.actor.scope).await?;
        let items = reviews.into_iter().filter(|one| one.agreement == agreement);
        let page = ReviewPage {
            items: items.map(Into::into).collect(),
        };
        Ok(Answer::json(201, &page)?.with("Location", "/api/v1/reviews"))
    })
    .await?;
    Ok(answer.into())
}

fn new_review(body: &ReviewNew) -> Result<(Period, NewReview), Problem> {
    let mut faults = Vec::new();
    let mut one = |member: &str, allowed: &'static [&'static str], given: &str| {
        let known = answer(allowed, given);
        if known.is_none() {
            faults.push(Fault::pointer(format!("/{member}"), "choose").value(given));
        }
        known
    };
    let delivered = one("delivered", &DELIVERED, &body.delivered);
    let useful = one("useful", &USEFUL, &body.useful);
    let proceed = one("proceed", &PROCEED, &body.proceed);
    let period: Option<Period> = body.period.parse().ok();
    if period.is_none() {
        faults.push(Fault::pointer("/period", "choose").value(&body.period));
    }
    let comment = text("comment", &body.comment, &mut faults);
    match (delivered, useful, proceed, period, comment) {
        (Some(delivered), Some(useful), Some(proceed), Some(period), Some(comment)) => {
            let new = NewReview {
                delivered,
                useful,
                proceed,
                comment,
            };
            Ok((period, new))
        }
        _ => Err(Problem::validation(faults)),
    }
}

/// The reviews of the client's own agreements.
#[utoipa::path(
    get, path = "/api/v1/reviews", tag = "reviews", security(("token" = ["reviews:write"])),
    responses(
        (status = 200, body = ReviewPage),
        (status = 401, body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn reviews(
    app: web::Data<App>,
    ReviewWriter(client): ReviewWriter,
) -> Result<HttpResponse, Failure> {
    let found = query::reviews(app.db.reader(), client.actor.scope)
        .await
        .map_err(Problem::from)?;
    Ok(HttpResponse::Ok().json(ReviewPage {
        items: found.into_iter().map(Into::into).collect(),
    }))
}

/// The table of a quarter (1 to 4), or the report of a year (quarter 0); the closed one once it is closed.
#[utoipa::path(
    get, path = "/api/v1/reports/{year}/{quarter}", params(("year" = i16, Path), ("quarter" = u8, Path)),
    tag = "reports", security(("token" = ["exports:read"])),
    responses(
        (status = 200, body = Object),
        (status = 401, body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn report_of(
    app: web::Data<App>,
    ExportReader(client): ExportReader,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (year, quarter) = path.into_inner();
    let text = if quarter == "0" {
        year
    } else {
        format!("{year}Q{quarter}")
    };
    let period: Period = text.parse().map_err(|_| Problem::not_found())?;
    if client.actor.scope.party.is_some() {
        return Err(Problem::new("role-insufficient", 403).into());
    }
    let day = report::usual_cut_off(period, app.db.clock().now().day());
    let built = report::current(app.db.reader(), client.actor.scope, period, day)
        .await
        .map_err(Problem::from)?;
    let body = serde_json::to_vec(&built).map_err(|error| Problem::internal(error.to_string()))?;
    let tag = Hash32::of(&body);
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((ETAG, format!("\"{tag}\"")))
        .body(body))
}

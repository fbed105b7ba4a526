//! Problems on the way out: one mapping to `application/problem+json`, one to a page.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use askama::Template;
use serde_json::{Value, json};

use super::form::{fault_action, fault_words};
use super::i18n::Lang;
use super::page::{self, Page};
use crate::kernel::idempotency::Answer;
use crate::kernel::limit;
use crate::kernel::problem::{Fault, Place, Problem};

/// A handler's error: a problem on its way to the one place that puts it into words.
#[derive(Debug)]
pub struct Failure(pub Problem);

impl<E: Into<Problem>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.0.code, self.0.status)
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// An empty answer that carries the problem; `server.rs` renders it for the request at hand.
    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut response = HttpResponse::new(self.status_code());
        response.extensions_mut().insert(self.0.clone());
        response
    }
}

/// The language of a request without a signed-in person: cookie, then header, then Chinese.
#[must_use]
pub fn language(request: &HttpRequest) -> Lang {
    let cookie = request.cookie("gj-lang").and_then(|c| Lang::from_tag(c.value()));
    let header = || {
        let value = request.headers().get("Accept-Language")?.to_str().ok()?;
        Lang::from_accept(value)
    };
    cookie.or_else(header).unwrap_or_default()
}

/// The problem as RFC 9457 JSON.
#[must_use]
pub fn to_json(problem: &Problem, lang: Lang, request_id: &str) -> Value {
    let args: Vec<(&str, &str)> = problem.args.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let mut body = json!({
        "type": format!("/problems/{}", problem.code),
        "title": lang.ta(&format!("problem-{}", problem.code), &args),
        "status": problem.status,
        "code": problem.code,
        "instance": format!("/requests/{request_id}"),
        "action": lang.ta(&format!("problem-{}-action", problem.code), &args),
    });
    let Some(members) = body.as_object_mut() else {
        return body;
    };
    for (name, value) in &problem.members {
        members.insert((*name).to_owned(), value.clone());
    }
    if !problem.faults.is_empty() {
        let count = problem.faults.len().to_string();
        members.insert(
            "detail".to_owned(),
            lang.ta("problem-faults", &[("count", &count)]).into(),
        );
        let shown: Vec<Value> = problem
            .faults
            .iter()
            .take(limit::FAULTS)
            .map(|f| fault_json(f, lang))
            .collect();
        members.insert("errors".to_owned(), shown.into());
        if problem.faults.len() > limit::FAULTS {
            members.insert("more".to_owned(), true.into());
        }
    }
    body
}

fn fault_json(fault: &Fault, lang: Lang) -> Value {
    let (member, place) = match &fault.place {
        Place::Pointer(p) => ("pointer", p.as_str()),
        Place::Field(p) => ("field", p.as_str()),
        Place::Query(p) => ("query", p.as_str()),
        Place::Header(p) => ("header", *p),
    };
    let mut body =
        json!({"code": fault.code, "detail": fault_words(lang, fault), "action": fault_action(lang, fault)});
    body[member] = place.into();
    if let Some(value) = &fault.value {
        body["value"] = value.clone().into();
    }
    body
}

/// The JSON answer.
#[must_use]
pub fn json_response(problem: &Problem, lang: Lang, request_id: &str) -> HttpResponse {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = HttpResponse::build(status);
    answer.insert_header((CONTENT_TYPE, "application/problem+json"));
    if problem.status == 401 {
        answer.insert_header((WWW_AUTHENTICATE, "Bearer"));
    }
    if matches!(problem.status, 429 | 503) {
        answer.insert_header(("Retry-After", "5"));
    }
    answer.body(to_json(problem, lang, request_id).to_string())
}

#[derive(Template)]
#[template(path = "shell/failure.html")]
struct FailurePage<'a> {
    page: &'a Page,
    title: String,
    action: String,
    faults: Vec<(String, String)>,
    status: u16,
    request_id: &'a str,
}

/// The error page.
#[must_use]
pub fn page_response(problem: &Problem, shell: &Page, request_id: &str) -> HttpResponse {
    let args: Vec<(&str, &str)> = problem.args.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let faults = problem.faults.iter().take(limit::FAULTS);
    let template = FailurePage {
        page: shell,
        title: shell.lang.ta(&format!("problem-{}", problem.code), &args),
        action: shell.lang.ta(&format!("problem-{}-action", problem.code), &args),
        faults: faults
            .map(|f| (fault_words(shell.lang, f), fault_action(shell.lang, f)))
            .collect(),
        status: problem.status,
        request_id,
    };
    page::html(problem.status, &template).unwrap_or_else(|_| HttpResponse::InternalServerError().finish())
}

impl From<Answer> for HttpResponse {
    fn from(answer: Answer) -> Self {
        let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
        let mut response = HttpResponse::build(status);
        for (name, value) in &answer.headers {
            response.insert_header((name.as_str(), value.as_str()));
        }
        if answer.replayed {
            response.insert_header(("Idempotency-Replayed", "true"));
        }
        response.body(answer.body)
    }
}

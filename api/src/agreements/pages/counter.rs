//! `/agreements/{key}/counter`: a party writes its counter-offer, sees it beside the version on the table, and
//! signs it.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::draft::DraftObligation;
use super::fields::{Fields, at_fields, fill_obligations, put, read_obligations, rows};
use super::load;
use super::offer::{self, Offer};
use crate::agreements::domain::clause::{Clause, ClauseKind};
use crate::agreements::domain::document::{Document, VersionKind};
use crate::agreements::domain::rules;
use crate::agreements::domain::state::{Refusal, State};
use crate::agreements::error::AgreementError;
use crate::agreements::query::{self, AgreementView};
use crate::agreements::service::MANDATE_PERCENT;
use crate::app::App;
use crate::identity::extract::{Signer, Visit};
use crate::identity::keys::jws::Intent;
use crate::kernel::problem::{Fault, Problem};
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::page::{Page, html};

#[derive(Template)]
#[template(path = "agreements/counter.html")]
struct CounterPage<'a> {
    page: &'a Page,
    f: FormView,
    view: &'a AgreementView,
    href: String,
    obligations: Vec<DraftObligation>,
}

/// The agreement, if it is still open to offers.
async fn open(app: &App, visit: &Visit, key: &str) -> Result<AgreementView, Problem> {
    let view = load(app, visit, key).await?;
    if view.state() == State::Open {
        Ok(view)
    } else {
        Err(AgreementError::from(Refusal::State(view.state())).into())
    }
}

pub(super) async fn counter(
    app: web::Data<App>,
    Signer(visit): Signer,
    key: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let view = open(&app, &visit, &key).await?;
    if visit.stepped_up(&app).is_err() {
        let back = format!("/step-up?back=/agreements/{}/counter", view.key);
        return Ok(HttpResponse::SeeOther()
            .insert_header(("Location", back))
            .finish());
    }
    let mut f = FormView::default();
    put(&mut f, "sign_by", view.document.sign_by.to_string());
    fill_obligations(&mut f, &view.document.obligations);
    form(&app, &visit, 200, f, &view).await
}

async fn form(
    app: &App,
    visit: &Visit,
    status: u16,
    f: FormView,
    view: &AgreementView,
) -> Result<HttpResponse, Failure> {
    let adopted = query::version(app.db.reader(), visit.actor.scope, view.id, 1)
        .await?
        .document;
    let page = &visit.page;
    let name = |reference: &String| view.document.party(reference).map_or("", |p| p.name.as_str());
    let obligations = view
        .document
        .obligations
        .iter()
        .zip(&adopted.obligations)
        .enumerate()
        .map(|(i, (owed, first))| {
            let (min, max) = rules::mandate(first.quantity, MANDATE_PERCENT);
            let to: Vec<&str> = owed.to.iter().map(name).collect();
            DraftObligation {
                i,
                head: page.t2("agreement-owes", "from", name(&owed.from), "to", to.join("、")),
                unit: format!("measure-{}", owed.unit.code()),
                mandate: page.t2("agreement-mandate", "min", min, "max", max),
                rows: rows(&f, i),
            }
        })
        .collect();
    let href = format!("/agreements/{}", view.key);
    Ok(html(
        status,
        &CounterPage {
            page,
            f,
            view,
            href,
            obligations,
        },
    )?)
}

pub(super) async fn preview(
    app: web::Data<App>,
    Signer(visit): Signer,
    key: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let view = open(&app, &visit, &key).await?;
    let document = match offered(&app, &visit, &posted, &view).await {
        Ok(document) => document,
        Err(problem) if problem.faults.is_empty() => return Err(problem.into()),
        Err(problem) => {
            let problem = at_fields(problem, |_| "free".to_owned());
            let f = posted.shown(visit.page.lang, &problem);
            return form(&app, &visit, problem.status, f, &view).await;
        }
    };
    let page = &visit.page;
    let offer = Offer {
        intent: Intent::Counter,
        title: page.t("agreement-preview-title"),
        lead: page.t1("agreement-preview-lead", "version", document.version),
        label: "agreement-counter-sign",
        back: format!("/agreements/{}/counter", view.key),
        done: "sign-counter",
        document,
    };
    offer::preview(&app, &visit, &view, &offer).await
}

/// The next version as the form writes it, judged by every rule.
async fn offered(
    app: &App,
    visit: &Visit,
    posted: &Posted,
    view: &AgreementView,
) -> Result<Document, Problem> {
    let mut document = view.document.clone();
    document.version += 1;
    document.kind = VersionKind::Counter;
    document.previous = Some(view.hash);
    let mut fields = Fields::new(posted);
    let sign_by = fields.day("sign_by");
    let whole = read_obligations(&mut fields, &mut document);
    if !posted.value("free").trim().is_empty()
        && let Some(text) = fields.text::<1, 300>("free")
    {
        document.clauses.push(Clause {
            reference: format!("c{}", document.clauses.len() + 1),
            kind: ClauseKind::Free,
            text,
            notice_days: None,
            unilateral: None,
            every: None,
        });
    }
    match sign_by {
        Some(day) if whole && fields.faults.is_empty() => document.sign_by = day,
        _ => return Err(Problem::validation(fields.faults)),
    }
    if document.sign_by < app.db.clock().now().day() {
        return Err(Problem::validation(vec![Fault::field("sign_by", "day-passed")]));
    }
    document.check().map_err(AgreementError::Document)?;
    let adopted = query::version(app.db.reader(), visit.actor.scope, view.id, 1)
        .await?
        .document;
    let faults = rules::mandate_faults(&document, &adopted, MANDATE_PERCENT);
    if !faults.is_empty() {
        return Err(AgreementError::Mandate(faults).into());
    }
    let before = Document {
        version: document.version,
        kind: document.kind,
        previous: document.previous,
        ..view.document.clone()
    };
    if before == document {
        return Err(Problem::validation(vec![Fault::field(
            "what-0",
            "nothing-changed",
        )]));
    }
    Ok(document)
}

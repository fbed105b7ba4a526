//! `/agreements/{key}/counter`: a party writes its counter-offer, sees it beside the version on the table, and
//! signs it.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::draft::DraftObligation;
use super::fields::{Fields, at_fields, fill_obligations, put, read_obligations, rows};
use super::load;
use super::paper::{Paper, days};
use super::sign::has_key;
use crate::agreements::domain::clause::{Clause, ClauseKind};
use crate::agreements::domain::document::{Document, VersionKind};
use crate::agreements::domain::rules;
use crate::agreements::domain::state::{Refusal, State};
use crate::agreements::error::AgreementError;
use crate::agreements::query::{self, AgreementView};
use crate::agreements::service::MANDATE_PERCENT;
use crate::app::App;
use crate::identity::extract::{Signer, Visit};
use crate::kernel::problem::{Fault, Problem};
use crate::log::b64;
use crate::log::hash::Hash32;
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

#[derive(Template)]
#[template(path = "agreements/preview.html")]
struct PreviewPage<'a> {
    page: &'a Page,
    view: &'a AgreementView,
    owner: &'a str,
    back: String,
    next: String,
    reference: String,
    payload: String,
    hash: String,
    version: u32,
    changes: Vec<Change>,
    has_key: bool,
}

/// Something that differs between the version on the table and the offer.
struct Change {
    what: String,
    before: String,
    after: String,
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
    let bytes = document
        .to_bytes()
        .map_err(|fault| Problem::internal(fault.to_string()))?;
    let hash = Hash32::of(&bytes);
    let party = visit
        .actor
        .party()
        .and_then(|party| view.reference_of(party.uuid()));
    let template = PreviewPage {
        page: &visit.page,
        owner: &visit.person.login,
        back: format!("/agreements/{}/counter", view.key),
        next: format!("/agreements/{}?done=sign-counter", view.key),
        reference: party.unwrap_or_default().to_owned(),
        payload: b64::encode_url(&bytes),
        hash: hash.to_string(),
        version: document.version,
        changes: changes(&visit.page, &view, &document, hash),
        has_key: has_key(&app, &visit).await?,
        view: &view,
    };
    Ok(html(200, &template)?)
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

fn changes(page: &Page, view: &AgreementView, document: &Document, hash: Hash32) -> Vec<Change> {
    let old = Paper::new(page, &view.document, view.hash);
    let new = Paper::new(page, document, hash);
    let mut changes = Vec::new();
    let mut tell = |what: String, before: &str, after: &str| {
        if before != after {
            changes.push(Change {
                what,
                before: before.to_owned(),
                after: after.to_owned(),
            });
        }
    };
    tell(page.t("agreement-sign-by"), &old.sign_by, &new.sign_by);
    for (before, after) in old.obligations.iter().zip(&new.obligations) {
        let head = page.t2("agreement-owes", "from", &before.from, "to", &before.to);
        let about = |key: &str| format!("{head} · {}", page.t(key));
        tell(about("agreement-what"), &before.what, &after.what);
        tell(about("agreement-amount"), &before.amount, &after.amount);
        tell(
            about("agreement-instalments"),
            &before.due.join("；"),
            &after.due.join("；"),
        );
        tell(
            about("agreement-acceptance"),
            &before.acceptance,
            &after.acceptance,
        );
    }
    for clause in new.clauses.iter().skip(old.clauses.len()) {
        tell(clause.head.clone(), "", &clause.text);
    }
    let term = |d: &Document| days(page.lang, d.term.from, d.term.until);
    tell(page.t("agreement-term"), &term(&view.document), &term(document));
    changes
}

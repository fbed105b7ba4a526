//! `/agreements/{key}/change/{kind}`: a party writes another version of an agreement all have signed — a change,
//! a renewal, a correction — sees it beside the one in force, and signs it.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::draft::DraftObligation;
use super::fields::{Fields, at_fields, fill_obligations, put, read_obligations, read_words, rows};
use super::load;
use super::offer::{self, Offer, next_version};
use crate::agreements::domain::clause::{Clause, ClauseKind};
use crate::agreements::domain::document::{Document, Due, Term, VersionKind};
use crate::agreements::draft::instalments;
use crate::agreements::error::AgreementError;
use crate::agreements::owed;
use crate::agreements::query::AgreementView;
use crate::agreements::service::judge_later;
use crate::app::App;
use crate::identity::extract::{Signer, Visit};
use crate::identity::keys::jws::Intent;
use crate::kernel::date::CivilDate;
use crate::kernel::problem::{Fault, Problem};
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::page::{Page, html};

#[derive(Template)]
#[template(path = "agreements/change.html")]
struct ChangePage<'a> {
    page: &'a Page,
    f: FormView,
    view: &'a AgreementView,
    href: String,
    kind: &'static str,
    title: String,
    lead: String,
    words_only: bool,
    obligations: Vec<DraftObligation>,
    clauses: Vec<ClauseField>,
}

/// A clause on the form.
struct ClauseField {
    name: String,
    head: String,
}

/// The agreement and the kind of change in the address, if such a change may be offered now.
async fn open(
    app: &App,
    visit: &Visit,
    (key, kind): (&str, &str),
) -> Result<(AgreementView, VersionKind), Problem> {
    let view = load(app, visit, key).await?;
    let kind = VersionKind::from_code(kind)
        .filter(|kind| !kind.is_before_signing() && *kind != VersionKind::Termination);
    let kind = kind.ok_or_else(Problem::not_found)?;
    view.standing
        .admits(Intent::Amend)
        .map_err(AgreementError::from)?;
    Ok((view, kind))
}

pub(super) async fn form(
    app: web::Data<App>,
    Signer(visit): Signer,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (view, kind) = open(&app, &visit, (&path.0, &path.1)).await?;
    let here = format!("/agreements/{}/change/{}", view.key, kind.code());
    if let Some(first) = visit.step_up_first(&app, &here) {
        return Ok(first);
    }
    let mut document = next_version(&app, &visit, &view, kind).await?;
    if kind == VersionKind::Renewal {
        renewed(&app, &visit, &view, &mut document).await?;
    }
    let mut f = FormView::default();
    put(&mut f, "title", document.title.as_str());
    put(&mut f, "until", document.term.until.to_string());
    put(
        &mut f,
        "sign_by",
        document.sign_by.min(document.term.until).to_string(),
    );
    fill_obligations(&mut f, &document.obligations);
    for clause in &document.clauses {
        put(
            &mut f,
            &format!("clause-{}", clause.reference),
            clause.text.as_str(),
        );
        if let Some(days) = clause.notice_days {
            put(&mut f, "notice_days", days.to_string());
        }
    }
    Ok(answer(&visit, 200, f, &view, &document)?)
}

/// A year more. What is past and was not met is not carried over unless the party puts it in again.
async fn renewed(
    app: &App,
    visit: &Visit,
    view: &AgreementView,
    document: &mut Document,
) -> Result<(), Problem> {
    let today = app.db.clock().now().day();
    let open = owed::open(app.db.reader(), visit.actor.scope, view.id).await?;
    let more = Term {
        from: document.term.until.plus_days(1),
        until: document.term.until.plus_months(12),
    };
    document.term.until = more.until;
    for owed in &mut document.obligations {
        let missed = |due: &Due| {
            open.iter().find(|(reference, line)| {
                *reference == owed.reference && line.until < today && line.is(due.from, due.until)
            })
        };
        let kept = owed.due.iter().filter_map(|due| match missed(due) {
            Some((_, line)) => Some(Due {
                quantity: line.confirmed,
                ..*due
            })
            .filter(|due| due.quantity > 0),
            None => Some(*due),
        });
        let mut due: Vec<Due> = kept.collect();
        due.extend(instalments(more, owed.quantity));
        owed.due = due;
    }
    Ok(())
}

fn answer(
    visit: &Visit,
    status: u16,
    f: FormView,
    view: &AgreementView,
    document: &Document,
) -> Result<HttpResponse, Problem> {
    let page = &visit.page;
    let words_only = document.kind == VersionKind::Correction;
    let name = |reference: &String| document.party(reference).map_or("", |p| p.name.as_str());
    let obligations = document.obligations.iter().enumerate().map(|(i, owed)| {
        let to: Vec<&str> = owed.to.iter().map(name).collect();
        DraftObligation {
            i,
            head: page.t2("agreement-owes", "from", name(&owed.from), "to", to.join("、")),
            unit: format!("measure-{}", owed.unit.code()),
            mandate: String::new(),
            rows: if words_only { Vec::new() } else { rows(&f, i) },
        }
    });
    let clauses = document.clauses.iter().map(|clause| ClauseField {
        name: format!("clause-{}", clause.reference),
        head: page.t(&format!("clause-head-{}", clause.kind.code())),
    });
    let kind = document.kind.code();
    let template = ChangePage {
        page,
        href: format!("/agreements/{}", view.key),
        kind,
        title: page.t(&format!("agreement-{kind}-title")),
        lead: page.t(&format!("agreement-{kind}-lead")),
        words_only,
        obligations: obligations.collect(),
        clauses: clauses.collect(),
        f,
        view,
    };
    html(status, &template)
}

pub(super) async fn preview(
    app: web::Data<App>,
    Signer(visit): Signer,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (view, kind) = open(&app, &visit, (&path.0, &path.1)).await?;
    let base = next_version(&app, &visit, &view, kind).await?;
    let document = match offered(&app, &visit, &posted, (&view, &base)).await {
        Ok(document) => document,
        Err(problem) if problem.faults.is_empty() => return Err(problem.into()),
        Err(problem) => {
            let field = |i: usize| {
                base.clauses
                    .get(i)
                    .map_or_else(|| "title".to_owned(), |c| format!("clause-{}", c.reference))
            };
            let problem = at_fields(problem, field);
            let f = posted.shown(visit.page.lang, &problem);
            return Ok(answer(&visit, problem.status, f, &view, &base)?);
        }
    };
    let page = &visit.page;
    let day = page.day(&document.sign_by.to_string());
    let offer = Offer {
        intent: Intent::Amend,
        title: page.t("agreement-preview-title"),
        lead: page.t1("agreement-change-together", "day", day),
        label: "agreement-change-sign",
        back: format!("/agreements/{}/change/{}", view.key, kind.code()),
        done: "sign-change",
        document,
    };
    offer::preview(&app, &visit, &view, &offer).await
}

/// The version as the form writes it, judged by every rule.
async fn offered(
    app: &App,
    visit: &Visit,
    posted: &Posted,
    (view, base): (&AgreementView, &Document),
) -> Result<Document, Problem> {
    let mut document = base.clone();
    let mut fields = Fields::new(posted);
    let title = fields.text::<4, 60>("title");
    let sign_by = fields.day("sign_by");
    let words_only = base.kind == VersionKind::Correction;
    let whole = if words_only {
        read_words(&mut fields, &mut document)
    } else {
        let (until, notice) = (fields.day("until"), fields.count("notice_days", 0, 180));
        fix(&mut document, until, notice);
        read_obligations(&mut fields, &mut document)
    };
    read_clauses(&mut fields, posted, &mut document, words_only);
    match title.zip(sign_by) {
        Some((title, sign_by)) if whole && fields.faults.is_empty() => {
            document.title = title;
            document.sign_by = sign_by;
        }
        _ => return Err(Problem::validation(fields.faults)),
    }
    let before = Document {
        sign_by: document.sign_by,
        ..base.clone()
    };
    if before == document {
        return Err(Problem::validation(vec![Fault::field(
            "title",
            "nothing-changed",
        )]));
    }
    document.check().map_err(AgreementError::Document)?;
    let (db, scope) = (app.db.reader(), visit.actor.scope);
    let in_force = (&view.document, view.hash);
    let today = app.db.clock().now().day();
    judge_later(
        db,
        scope,
        &view.standing,
        in_force,
        (&document, Intent::Amend),
        today,
    )
    .await?;
    Ok(document)
}

fn fix(document: &mut Document, until: Option<CivilDate>, notice: Option<u32>) {
    if let Some(until) = until {
        document.term.until = until;
    }
    let termination = document
        .clauses
        .iter_mut()
        .filter(|clause| clause.kind == ClauseKind::Termination);
    for clause in termination {
        clause.notice_days = notice.or(clause.notice_days);
    }
}

fn read_clauses(fields: &mut Fields<'_>, posted: &Posted, document: &mut Document, words_only: bool) {
    for clause in &mut document.clauses {
        if let Some(text) = fields.text::<1, 1000>(&format!("clause-{}", clause.reference)) {
            clause.text = text;
        }
    }
    if words_only || posted.value("free").trim().is_empty() {
        return;
    }
    let last = document.clauses.last();
    let last = last.and_then(|clause| clause.reference.trim_start_matches('c').parse::<usize>().ok());
    if let Some(text) = fields.text::<1, 300>("free") {
        document.clauses.push(Clause {
            reference: format!("c{}", last.unwrap_or(0) + 1),
            kind: ClauseKind::Free,
            text,
            notice_days: None,
            unilateral: None,
            every: None,
        });
    }
}

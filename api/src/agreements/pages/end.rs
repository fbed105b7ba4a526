//! `/agreements/{key}/end`: a party ends the agreement or leaves it: why, when, and what becomes of instalments
//! still open.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, web};
use askama::Template;

use super::fields::{Fields, put};
use super::load;
use super::offer::{self, Offer, next_version};
use super::paper::days;
use crate::agreements::domain::clause::ClauseKind;
use crate::agreements::domain::document::{Document, VersionKind};
use crate::agreements::domain::ending::{Action, Settlement, Termination, binds_alone, goes_on_without};
use crate::agreements::error::AgreementError;
use crate::agreements::owed;
use crate::agreements::query::AgreementView;
use crate::agreements::service::{judge_later, left};
use crate::app::App;
use crate::identity::extract::{Signer, Visit};
use crate::identity::keys::jws::Intent;
use crate::kernel::problem::{Fault, Place, Problem};
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::page::{Page, html};

#[derive(Template)]
#[template(path = "agreements/end.html")]
struct EndPage<'a> {
    page: &'a Page,
    f: FormView,
    view: &'a AgreementView,
    href: String,
    notice: String,
    may_leave: bool,
    who: Vec<(&'static str, String)>,
    actions: Vec<(&'static str, String)>,
    lines: Vec<OpenLine>,
}

/// An instalment still open, with its place in the version in force.
struct OpenLine {
    obligation: String,
    due_no: u32,
    name: String,
    finish: String,
    words: String,
}

/// Everything the form is made of.
struct Form {
    view: AgreementView,
    own: String,
    may_leave: bool,
    lines: Vec<OpenLine>,
}

async fn open(app: &App, visit: &Visit, key: &str) -> Result<Form, Problem> {
    let view = load(app, visit, key).await?;
    view.standing
        .admits(Intent::Terminate)
        .map_err(AgreementError::from)?;
    let own = visit.actor.party().and_then(|p| view.reference_of(p.uuid()));
    let own = own.unwrap_or_default().to_owned();
    let still_open = owed::open(app.db.reader(), visit.actor.scope, view.id).await?;
    let page = &visit.page;
    let mut lines = Vec::new();
    for owed in &view.document.obligations {
        for (due, due_no) in owed.due.iter().zip(1_u32..) {
            let is_open = still_open
                .iter()
                .any(|(reference, line)| *reference == owed.reference && line.is(due.from, due.until));
            if is_open {
                lines.push(OpenLine {
                    name: format!("settle-{}-{due_no}", owed.reference),
                    finish: format!("finish-{}-{due_no}", owed.reference),
                    obligation: owed.reference.clone(),
                    due_no,
                    words: format!("{} · {}", owed.what, days(page.lang, due.from, due.until)),
                });
            }
        }
    }
    let mut gone: BTreeSet<&str> = left(&view.standing, &view.document);
    gone.extend(view.standing.leaving.keys().map(String::as_str));
    gone.insert(&own);
    let may_leave = goes_on_without(&view.document, &gone);
    Ok(Form {
        own,
        may_leave,
        lines,
        view,
    })
}

pub(super) async fn form(
    app: web::Data<App>,
    Signer(visit): Signer,
    key: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let form = open(&app, &visit, &key).await?;
    let here = format!("/agreements/{}/end", form.view.key);
    if let Some(first) = visit.step_up_first(&app, &here) {
        return Ok(first);
    }
    let today = app.db.clock().now().day();
    let until = form.view.document.term.until;
    let day = today.plus_days(notice_days(&form.view).into()).min(until);
    let mut f = FormView::default();
    put(&mut f, "effective_on", day.to_string());
    put(&mut f, "sign_by", day.to_string());
    put(&mut f, "who", "all");
    Ok(answer(&visit, 200, f, form)?)
}

fn notice_days(view: &AgreementView) -> u32 {
    let clause = view
        .document
        .clauses
        .iter()
        .find(|clause| clause.kind == ClauseKind::Termination);
    clause.and_then(|clause| clause.notice_days).unwrap_or(0)
}

fn answer(visit: &Visit, status: u16, f: FormView, form: Form) -> Result<HttpResponse, Problem> {
    let page = &visit.page;
    let template = EndPage {
        page,
        f,
        view: &form.view,
        href: format!("/agreements/{}", form.view.key),
        notice: page.t1("agreement-notice-is", "days", notice_days(&form.view)),
        may_leave: form.may_leave,
        who: vec![
            ("all", page.t("agreement-end-all")),
            ("me", page.t("agreement-end-me")),
        ],
        actions: vec![
            (Action::Waive.code(), page.t("agreement-settle-waive")),
            (Action::FinishBy.code(), page.t("agreement-settle-finish")),
        ],
        lines: form.lines,
    };
    html(status, &template)
}

pub(super) async fn preview(
    app: web::Data<App>,
    Signer(visit): Signer,
    key: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let form = open(&app, &visit, &key).await?;
    let document = match offered(&app, &visit, &posted, &form).await {
        Ok(document) => document,
        Err(problem) if problem.faults.is_empty() => return Err(problem.into()),
        Err(mut problem) => {
            for fault in &mut problem.faults {
                if let Place::Pointer(pointer) = &fault.place {
                    fault.place = Place::Field(field_of(pointer, &document_settlements(&posted, &form)));
                }
            }
            let f = posted.shown(visit.page.lang, &problem);
            return Ok(answer(&visit, problem.status, f, form)?);
        }
    };
    let page = &visit.page;
    let today = app.db.clock().now().day();
    let end = document.termination.as_ref();
    let last = end.map_or(document.sign_by, |end| end.effective_on);
    let (key, day) = if binds_alone(&document, &form.own, today) {
        ("agreement-end-alone", last)
    } else {
        ("agreement-end-together", document.sign_by)
    };
    let offer = Offer {
        intent: Intent::Terminate,
        title: page.t("agreement-end-preview"),
        lead: page.t1(key, "day", page.day(&day.to_string())),
        label: "agreement-end-sign",
        back: format!("/agreements/{}/end", form.view.key),
        done: "sign-end",
        document,
    };
    offer::preview(&app, &visit, &form.view, &offer).await
}

/// The names of the lines settled, in the order they stand in the version.
fn document_settlements(posted: &Posted, form: &Form) -> Vec<String> {
    let chosen = form
        .lines
        .iter()
        .filter(|line| !posted.value(&line.name).is_empty());
    chosen.map(|line| line.finish.clone()).collect()
}

fn field_of(pointer: &str, settled: &[String]) -> String {
    let parts: Vec<&str> = pointer.split('/').skip(1).collect();
    match parts.as_slice() {
        ["sign_by"] => "sign_by".to_owned(),
        ["termination", "reason"] => "reason".to_owned(),
        ["termination", "leaving"] => "who".to_owned(),
        ["termination", "settlements", i, ..] => {
            let settled = i.parse().ok().and_then(|i: usize| settled.get(i));
            settled.cloned().unwrap_or_else(|| "effective_on".to_owned())
        }
        _ => "effective_on".to_owned(),
    }
}

/// The version as the form writes it, judged by every rule.
async fn offered(app: &App, visit: &Visit, posted: &Posted, form: &Form) -> Result<Document, Problem> {
    let view = &form.view;
    let mut document = next_version(app, visit, view, VersionKind::Termination).await?;
    let mut fields = Fields::new(posted);
    let reason = fields.text::<1, 500>("reason");
    let (effective_on, sign_by) = (fields.day("effective_on"), fields.day("sign_by"));
    let mut settlements = Vec::new();
    for line in &form.lines {
        let action = match posted.value(&line.name) {
            "" => continue,
            code => Action::from_code(code),
        };
        let Some(action) = action else {
            fields.faults.push(Fault::field(line.name.as_str(), "choose"));
            continue;
        };
        let until = match action {
            Action::FinishBy => fields.day(&line.finish),
            Action::Waive => None,
        };
        settlements.push(Settlement {
            obligation: line.obligation.clone(),
            due_no: line.due_no,
            action,
            until,
        });
    }
    let (Some(reason), Some(effective_on), Some(sign_by)) = (reason, effective_on, sign_by) else {
        return Err(Problem::validation(fields.faults));
    };
    if !fields.faults.is_empty() {
        return Err(Problem::validation(fields.faults));
    }
    document.sign_by = sign_by;
    document.termination = Some(Termination {
        reason,
        effective_on,
        leaving: (posted.value("who") == "me").then(|| form.own.clone()),
        settlements,
    });
    document.check().map_err(AgreementError::Document)?;
    let (db, scope) = (app.db.reader(), visit.actor.scope);
    let today = app.db.clock().now().day();
    let in_force = (&view.document, view.hash);
    let new = (&document, Intent::Terminate);
    judge_later(db, scope, &view.standing, in_force, new, today).await?;
    Ok(document)
}

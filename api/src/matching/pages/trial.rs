//! What-ifs of a plan: the list, one being worked out, one that is done.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use gongjian_engine::plan::Document;

use super::compare::{Side, counted, kinds, sides, signed};
use super::runs::{colour, permille};
use super::{kept, part_of, points};
use crate::app::App;
use crate::identity::extract::{StreetCadre, Visit};
use crate::kernel::idempotency::Answer;
use crate::kernel::problem::Problem;
use crate::kernel::tx;
use crate::matching::difference::{self, Difference};
use crate::matching::domain::RunState;
use crate::matching::query::PlanView;
use crate::matching::trial::outcome::Told;
use crate::matching::trial::query::{self as trials, TrialView};
use crate::matching::trial::subject::Subject;
use crate::matching::trial::{TrialKind, service};
use crate::web::failure::Failure;
use crate::web::form::Posted;
use crate::web::page::{Page, html};
use crate::web::table::TableView;

const KIND: TrialKind = TrialKind::WhatIf;

/// A what-if in words.
struct Shown {
    no: i64,
    asked: String,
    state: String,
    colour: &'static str,
    changes: Vec<String>,
    more: String,
}

#[derive(Template)]
#[template(path = "matching/trials.html")]
struct TrialsPage<'a> {
    page: &'a Page,
    no: i64,
    back: String,
    t: TableView,
    states: Vec<(String, String)>,
    state: String,
    rows: Vec<Shown>,
}

/// `GET /runs/{no}/what-if`
pub(in crate::matching) async fn list(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    no: web::Path<i64>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (_, plan) = kept(&app, &visit, *no).await?;
    let (db, scope, page) = (app.db.reader(), visit.actor.scope, &visit.page);
    let t = TableView::read(&request);
    let state = RunState::from_code(t.value("state"));
    let before = t.after().and_then(|after| after.parse().ok());
    let size = t.size();
    let most = u64::try_from(size).unwrap_or(50) + 1;
    let (mut found, count) = trials::of_plan(db, scope, (plan.id, KIND), state, before, most).await?;
    let more = found.len() > size;
    found.truncate(size);
    let next = found.last().filter(|_| more).map(|trial| trial.no.to_string());
    let subject = Subject::of(&app, &visit, &plan).await?;
    let mut rows = Vec::with_capacity(found.len());
    for trial in &found {
        let told = told(&app, &visit, trial).await?.map(|(told, _)| told);
        rows.push(shown(page, &subject, trial, told.as_ref()));
    }
    let words = |s: RunState| page.t(&format!("run-state-{}", s.code()));
    let template = TrialsPage {
        page,
        no: *no,
        back: format!("/runs/{no}/plan"),
        t: t.found(count, rows.len(), next),
        states: RunState::ALL
            .into_iter()
            .map(|s| (s.code().to_owned(), words(s)))
            .collect(),
        state: state.map(words).unwrap_or_default(),
        rows,
    };
    Ok(html(200, &template)?)
}

fn shown(page: &Page, subject: &Subject, trial: &TrialView, told: Option<&Told>) -> Shown {
    let more = told.map(|told| signed(told.after.value_micro.saturating_sub(told.before.value_micro)));
    let changes = trial
        .changes
        .iter()
        .map(|change| subject.words(page.lang, change));
    Shown {
        no: trial.no,
        asked: format!(
            "{} {}",
            page.day(&trial.asked_at.day().to_string()),
            trial.asked_at.local_time()
        ),
        state: page.t(&format!("run-state-{}", trial.state.code())),
        colour: colour(trial.state),
        changes: changes.collect(),
        more: more.unwrap_or_else(|| "—".to_owned()),
    }
}

/// What came of a trial, and the plan found; none if nothing did.
async fn told(app: &App, visit: &Visit, trial: &TrialView) -> Result<Option<(Told, Vec<u8>)>, Problem> {
    if trial.state != RunState::Done {
        return Ok(None);
    }
    let result = trials::result(app.db.reader(), visit.actor.scope, trial.id).await?;
    let told = serde_json::from_slice(&result.told).map_err(|error| Problem::internal(error.to_string()))?;
    Ok(Some((told, result.plan.unwrap_or_default())))
}

#[derive(Template)]
#[template(path = "matching/trial.html")]
struct TrialPage<'a> {
    page: &'a Page,
    no: i64,
    trial: Shown,
    back: String,
    running: bool,
    stop_asked: bool,
    permille: i64,
    words: String,
    fault: String,
    sides: Vec<Side>,
    kept: String,
    counts: String,
    t: TableView,
    kinds: Vec<(String, String)>,
    kind: String,
    rows: Vec<Difference>,
    files: String,
}

/// `GET /runs/{no}/what-if/{trial}`
pub(in crate::matching) async fn one(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    path: web::Path<(i64, i64)>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (no, number) = path.into_inner();
    let (_, plan) = kept(&app, &visit, no).await?;
    let page = &visit.page;
    let trial = trials::one(app.db.reader(), visit.actor.scope, plan.id, KIND, number).await?;
    let subject = Subject::of(&app, &visit, &plan).await?;
    let told = told(&app, &visit, &trial).await?;
    let found = match &told {
        Some((_, after)) => differences(page, &subject, &plan, after)?,
        None => Vec::new(),
    };
    let told = told.map(|(told, _)| told);
    let t = TableView::read(&request);
    let kind = t.value("kind").to_owned();
    let counts = counted(page, &found);
    let (rows, t) = part_of(t.clone(), difference::narrowed(found, &kind, t.value("q")));
    let template = TrialPage {
        page,
        no,
        back: format!("/runs/{no}/what-if"),
        running: !trial.state.is_over(),
        stop_asked: trial.stop_asked,
        permille: permille(&trial.phase, trial.steps),
        words: progress(&app, page, &trial),
        fault: fault(page, &trial),
        sides: told
            .as_ref()
            .map(|told| sides(&told.before, &told.after))
            .unwrap_or_default(),
        kept: told
            .as_ref()
            .map(|told| unchanged(page, told))
            .unwrap_or_default(),
        counts,
        t,
        kinds: kinds(page),
        kind: if kind.is_empty() {
            kind
        } else {
            page.t(&format!("difference-{kind}"))
        },
        rows,
        files: format!("/runs/{no}/what-if/{number}/files/differences"),
        trial: shown(page, &subject, &trial, told.as_ref()),
    };
    Ok(html(200, &template)?)
}

fn progress(app: &App, page: &Page, trial: &TrialView) -> String {
    let phase = if trial.phase.is_empty() {
        "waiting"
    } else {
        trial.phase.as_str()
    };
    let seconds = (app.db.clock().now().get() - trial.asked_at.get()).max(0) / 1000;
    let phase = page.t(&format!("run-phase-{phase}"));
    page.t2("run-progress", "phase", phase, "seconds", seconds)
}

fn fault(page: &Page, trial: &TrialView) -> String {
    let code = trial.fault.as_ref();
    code.map(|code| page.t(&format!("problem-{code}")))
        .unwrap_or_default()
}

/// What the plan would be worth if it stayed as it is.
fn unchanged(page: &Page, told: &Told) -> String {
    match told.kept_micro {
        Some(micro) => page.t1("trial-unchanged", "value", points(micro)),
        None => page.t("trial-not-unchanged"),
    }
}

fn differences(
    page: &Page,
    subject: &Subject,
    before: &PlanView,
    after: &[u8],
) -> Result<Vec<Difference>, Problem> {
    let read = |bytes: &[u8]| -> Result<Document, Problem> {
        serde_json::from_slice(bytes).map_err(|error| Problem::internal(error.to_string()))
    };
    let (before, after) = (read(&before.plan)?, read(after)?);
    Ok(difference::between(page, &subject.names, &before, &after))
}

/// `POST /runs/{no}/what-if/{trial}/stop`
pub(in crate::matching) async fn stop(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    path: web::Path<(i64, i64)>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (no, number) = path.into_inner();
    let (_, plan) = kept(&app, &visit, no).await?;
    let trial = trials::one(app.db.reader(), visit.actor.scope, plan.id, KIND, number).await?;
    let once = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    let answer = tx::once(&app.db, &once, async |tx| {
        service::stop(tx, &visit.actor, trial.id).await?;
        Ok(Answer::see_other(format!(
            "/runs/{no}/what-if/{number}?done=run-stop"
        )))
    });
    Ok(answer.await?.into())
}

/// `GET /runs/{no}/what-if/{trial}/files/{file}`: the changed instance, the plan and its certificate as they were kept;
/// the differences as xlsx or CSV.
pub(in crate::matching) async fn file(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    path: web::Path<(i64, i64, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (no, number, name) = path.into_inner();
    let (_, plan) = kept(&app, &visit, no).await?;
    let (db, scope) = (app.db.reader(), visit.actor.scope);
    let trial = trials::one(db, scope, plan.id, KIND, number).await?;
    let result = trials::result(db, scope, trial.id).await?;
    let bytes = match name.as_str() {
        "instance.json" => result.instance,
        "plan.json" => result.plan,
        "certificate.json" => result.certificate,
        "differences.csv" | "differences.xlsx" => {
            let subject = Subject::of(&app, &visit, &plan).await?;
            let after = result.plan.unwrap_or_default();
            let found = differences(&visit.page, &subject, &plan, &after)?;
            let t = TableView::read(&request);
            let found = difference::narrowed(found, t.value("kind"), t.value("q"));
            return Ok(difference::sheet(&visit.page, &found).file(&name)?);
        }
        _ => None,
    };
    let bytes = bytes.ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(("Content-Disposition", format!("attachment; filename=\"{name}\"")))
        .body(bytes))
}

//! The list of runs, asking for one, watching and stopping it.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{gap_of, percent, points};
use crate::app::App;
use crate::identity::extract::{StreetCadre, Visit};
use crate::kernel::idempotency::Answer;
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::tx;
use crate::lists::domain::Kind;
use crate::lists::query as lists;
use crate::matching::domain::{Effort, RunSettings, RunState};
use crate::matching::query::{self, RunView};
use crate::matching::service;
use crate::web::failure::Failure;
use crate::web::form::{FormView, Posted};
use crate::web::page::{Page, html};
use crate::web::table::TableView;

/// A run in words.
struct Shown {
    no: i64,
    asked: String,
    state: String,
    colour: &'static str,
    value: String,
    gap: String,
    has_plan: bool,
}

pub(super) fn colour(state: RunState) -> &'static str {
    match state {
        RunState::Queued | RunState::Running => "info",
        RunState::Done => "ok",
        RunState::Failed => "bad",
        RunState::Stopped => "warn",
    }
}

fn shown(page: &Page, run: &RunView) -> Shown {
    let done = run.state == RunState::Done;
    Shown {
        no: run.no,
        asked: format!(
            "{} {}",
            page.day(&run.asked_at.day().to_string()),
            run.asked_at.local_time()
        ),
        state: page.t(&format!("run-state-{}", run.state.code())),
        colour: colour(run.state),
        value: if done {
            points(run.best_micro)
        } else {
            "—".to_owned()
        },
        gap: if done {
            percent(gap_of(run))
        } else {
            "—".to_owned()
        },
        has_plan: run.plan.is_some(),
    }
}

#[derive(Template)]
#[template(path = "matching/list.html")]
struct ListPage<'a> {
    page: &'a Page,
    t: TableView,
    states: Vec<(String, String)>,
    state: String,
    rows: Vec<Shown>,
}

/// `GET /runs`
pub(in crate::matching) async fn list(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let t = TableView::read(&request);
    let state = RunState::from_code(t.value("state"));
    let before = t.after().and_then(|after| after.parse().ok());
    let size = t.size();
    let most = u64::try_from(size).unwrap_or(50) + 1;
    let (mut runs, count) = query::runs(app.db.reader(), visit.actor.scope, state, before, most).await?;
    let more = runs.len() > size;
    runs.truncate(size);
    let next = runs.last().filter(|_| more).map(|run| run.no.to_string());
    let page = &visit.page;
    let words = |s: RunState| page.t(&format!("run-state-{}", s.code()));
    let template = ListPage {
        page,
        states: RunState::ALL
            .into_iter()
            .map(|s| (s.code().to_owned(), words(s)))
            .collect(),
        state: state.map(words).unwrap_or_default(),
        rows: runs.iter().map(|run| shown(page, run)).collect(),
        t: t.found(count, runs.len(), next),
    };
    Ok(html(200, &template)?)
}

#[derive(Template)]
#[template(path = "matching/new.html")]
struct NewPage<'a> {
    page: &'a Page,
    f: FormView,
    efforts: Vec<(String, String)>,
    offers: usize,
    needs: usize,
}

async fn new_page(app: &App, visit: &Visit, status: u16, f: FormView) -> Result<HttpResponse, Failure> {
    let (db, scope) = (app.db.reader(), visit.actor.scope);
    let cycle = app.db.clock().now().day().year();
    let page = &visit.page;
    let template = NewPage {
        page,
        f,
        efforts: Effort::ALL
            .into_iter()
            .map(|e| (e.code().to_owned(), page.t(&format!("run-effort-{}", e.code()))))
            .collect(),
        offers: lists::listed(db, scope, Kind::Offer, cycle).await?.len(),
        needs: lists::listed(db, scope, Kind::Need, cycle).await?.len(),
    };
    Ok(html(status, &template)?)
}

/// `GET /runs/new`
pub(in crate::matching) async fn new(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
) -> Result<HttpResponse, Failure> {
    let usual = RunSettings::default();
    let f = FormView::filled([
        ("effort", usual.effort.code().to_owned()),
        ("upkeep", (usual.upkeep_milli / 1000).to_string()),
        ("fairness", (usual.fairness_ppm / 10_000).to_string()),
        ("circles", "yes".to_owned()),
    ]);
    new_page(&app, &visit, 200, f).await
}

fn settings(posted: &Posted) -> Result<RunSettings, Problem> {
    let mut faults = Vec::new();
    let effort = Effort::from_code(posted.value("effort"));
    if effort.is_none() {
        faults.push(Fault::field("effort", "choose"));
    }
    let mut number = |name: &'static str, most: i64| {
        let raw = posted.value(name).trim();
        let read = raw.parse::<i64>().ok();
        match read {
            Some(value) if (0..=most).contains(&value) => value,
            Some(_) => {
                let fault = Fault::field(name, "out-of-range").value(raw);
                faults.push(fault.arg("min", "0").arg("max", most.to_string()));
                0
            }
            None => {
                faults.push(Fault::field(name, "not-a-number").value(raw));
                0
            }
        }
    };
    let (upkeep, fairness) = (number("upkeep", 100), number("fairness", 100));
    match effort.filter(|_| faults.is_empty()) {
        Some(effort) => Ok(RunSettings {
            effort,
            upkeep_milli: upkeep * 1000,
            fairness_ppm: fairness * 10_000,
            circles: posted.value("circles") == "yes",
        }),
        None => Err(Problem::validation(faults)),
    }
}

/// `POST /runs/new`
pub(in crate::matching) async fn request(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let settings = match settings(&posted) {
        Ok(settings) => settings,
        Err(problem) => {
            let f = posted.shown(visit.page.lang, &problem);
            return new_page(&app, &visit, 422, f).await;
        }
    };
    let once = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    let answer = tx::once(&app.db, &once, async |tx| {
        let no = service::request(tx, &visit.actor, &settings).await?;
        Ok(Answer::see_other(format!("/runs/{no}")))
    });
    Ok(answer.await?.into())
}

#[derive(Template)]
#[template(path = "matching/run.html")]
struct RunPage<'a> {
    page: &'a Page,
    run: Shown,
    running: bool,
    permille: i64,
    words: String,
    fault: String,
    stop_asked: bool,
}

/// `GET /runs/{no}`
pub(in crate::matching) async fn one(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    no: web::Path<i64>,
) -> Result<HttpResponse, Failure> {
    let run = query::run(app.db.reader(), visit.actor.scope, *no).await?;
    if run.plan.is_some() {
        return Ok(HttpResponse::SeeOther()
            .insert_header(("Location", format!("/runs/{no}/plan")))
            .finish());
    }
    let page = &visit.page;
    let phase = if run.phase.is_empty() {
        "waiting"
    } else {
        run.phase.as_str()
    };
    let seconds = (app.db.clock().now().get() - run.asked_at.get()).max(0) / 1000;
    let template = RunPage {
        page,
        running: !run.state.is_over(),
        permille: permille(&run.phase, run.steps),
        words: page.t2(
            "run-progress",
            "phase",
            page.t(&format!("run-phase-{phase}")),
            "seconds",
            seconds,
        ),
        fault: run
            .fault
            .as_ref()
            .map(|code| page.t(&format!("problem-{code}")))
            .unwrap_or_default(),
        stop_asked: run.stop_asked,
        run: shown(page, &run),
    };
    Ok(html(200, &template)?)
}

/// `POST /runs/{no}/stop`
pub(in crate::matching) async fn stop(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    no: web::Path<i64>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let once = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    let answer = tx::once(&app.db, &once, async |tx| {
        service::stop(tx, &visit.actor, *no).await?;
        Ok(Answer::see_other(format!("/runs/{no}?done=run-stop")))
    });
    Ok(answer.await?.into())
}

/// How far a run is in all: the phases in their order, each with its share of the way.
pub(super) fn permille(phase: &str, (done, total): (i64, i64)) -> i64 {
    const PHASES: [(&str, i64, i64); 7] = [
        ("edges", 0, 20),
        ("prices", 20, 100),
        ("construct", 100, 130),
        ("polish", 130, 150),
        ("exact", 150, 500),
        ("proof", 500, 980),
        ("check", 980, 1000),
    ];
    let known = PHASES.iter().find(|(name, _, _)| *name == phase);
    known.map_or(0, |(_, from, to)| {
        let within = if total > 0 {
            (to - from) * done.clamp(0, total) / total
        } else {
            0
        };
        from + within
    })
}

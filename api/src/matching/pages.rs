//! Pages of runs and plans.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use uuid::Uuid;

use super::domain::{Effort, RunSettings, RunState};
use super::error::MatchingError;
use super::map::{self, Band};
use super::proposing;
use super::query::{self, PlanView, ProposalView, RunView};
use super::reason_words::{Kept, Names, help, why};
use super::service;
use crate::app::App;
use crate::identity::extract::{StreetCadre, Visit};
use crate::identity::party::domain::{PartyKind, unit_kind};
use crate::identity::party::query as parties;
use crate::kernel::id::Id;
use crate::kernel::idempotency::Answer;
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::scope::Scope;
use crate::kernel::tx;
use crate::lists::domain::{Entry, Kind};
use crate::lists::query as lists;
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

fn colour(state: RunState) -> &'static str {
    match state {
        RunState::Queued | RunState::Running => "info",
        RunState::Done => "ok",
        RunState::Failed => "bad",
        RunState::Stopped => "warn",
    }
}

/// µ as points with one decimal.
fn points(micro: i64) -> String {
    let tenths = micro.div_euclid(100_000);
    format!("{}.{}", tenths.div_euclid(10), tenths.rem_euclid(10))
}

/// The same, rounded up: what is promised not to be exceeded.
fn points_up(micro: i64) -> String {
    points(micro.saturating_add(99_999))
}

/// ppm as a percentage with two decimals, rounded up.
fn percent(ppm: i64) -> String {
    let hundredths = (ppm + 99).div_euclid(100);
    format!(
        "{}.{:02}%",
        hundredths.div_euclid(100),
        hundredths.rem_euclid(100)
    )
}

fn gap_of(run: &RunView) -> i64 {
    gongjian_engine::certificate::gap_ppm(run.best_micro, run.bound_micro)
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
pub(super) async fn list(
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
pub(super) async fn new(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
) -> Result<HttpResponse, Failure> {
    let usual = RunSettings::default();
    let f = FormView::filled([
        ("effort", usual.effort.code().to_owned()),
        ("upkeep", (usual.upkeep_milli / 1000).to_string()),
        ("fairness", (usual.fairness_ppm / 10_000).to_string()),
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
        }),
        None => Err(Problem::validation(faults)),
    }
}

/// `POST /runs/new`
pub(super) async fn request(
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
pub(super) async fn one(
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
    let (done, total) = run.steps;
    let phase = if run.phase.is_empty() {
        "waiting"
    } else {
        run.phase.as_str()
    };
    let seconds = (app.db.clock().now().get() - run.asked_at.get()).max(0) / 1000;
    let template = RunPage {
        page,
        running: !run.state.is_over(),
        permille: if total > 0 { done * 1000 / total } else { 0 },
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
pub(super) async fn stop(
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

/// A service in words.
struct Line {
    from: String,
    to: String,
    what: String,
    amount: String,
    times: String,
}

/// A proposal in words.
struct Item {
    no: i64,
    title: String,
    mode: String,
    state: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "matching/plan.html")]
struct PlanPage<'a> {
    page: &'a Page,
    no: i64,
    quality: String,
    items: Vec<Item>,
    t: TableView,
    finding: String,
    svg: String,
    bands: Vec<Band>,
    unmet: usize,
    may_hand_over: bool,
}

async fn kept(app: &App, visit: &Visit, no: i64) -> Result<(RunView, PlanView), Problem> {
    let run = query::run(app.db.reader(), visit.actor.scope, no).await?;
    let id: Uuid = run.plan.ok_or(MatchingError::State)?;
    let plan = query::plan(app.db.reader(), visit.actor.scope, id).await?;
    Ok((run, plan))
}

/// `GET /runs/{no}/plan`
pub(super) async fn plan(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    no: web::Path<i64>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (run, plan) = kept(&app, &visit, *no).await?;
    let proposals = query::proposals(app.db.reader(), visit.actor.scope, plan.id).await?;
    let reasons: Vec<Kept> = serde_json::from_slice(&plan.reasons).unwrap_or_default();
    let page = &visit.page;
    let bands = bands(&app, &visit, &proposals).await?;
    let finding = page.t2(
        "plan-map-finding",
        "count",
        proposals.len(),
        "services",
        services(&proposals),
    );
    let t = TableView::read(&request);
    let words = t.value("q").trim().to_owned();
    let found: Vec<&ProposalView> = proposals
        .iter()
        .filter(|p| words.is_empty() || names(p).contains(&words))
        .collect();
    let start = t.after().and_then(|after| after.parse::<i64>().ok()).unwrap_or(0);
    let size = t.size();
    let rest: Vec<&&ProposalView> = found.iter().filter(|p| p.no > start).collect();
    let next = rest
        .get(size.saturating_sub(1))
        .filter(|_| rest.len() > size)
        .map(|p| p.no.to_string());
    let items: Vec<Item> = rest.iter().take(size).map(|p| item(page, p)).collect();
    let template = PlanPage {
        page,
        no: *no,
        quality: quality(page, &run, &plan),
        t: t.found(u64::try_from(found.len()).unwrap_or(0), items.len(), next),
        items,
        svg: map::draw(&finding, &bands),
        finding,
        bands,
        unmet: reasons.len(),
        may_hand_over: proposals.iter().any(|p| p.state == "draft"),
    };
    Ok(html(200, &template)?)
}

fn services(proposals: &[ProposalView]) -> usize {
    proposals.iter().map(|p| p.body.services.len()).sum()
}

fn names(proposal: &ProposalView) -> String {
    let parties: Vec<&str> = proposal.body.parties.iter().map(|p| p.name.as_str()).collect();
    let what: Vec<&str> = proposal.body.services.iter().map(|s| s.what.as_str()).collect();
    format!("{} {}", parties.join(" "), what.join(" "))
}

/// The certificate in one sentence.
fn quality(page: &Page, run: &RunView, plan: &PlanView) -> String {
    let value = points(run.best_micro);
    if plan.gap_ppm == 0 {
        return page.t1("plan-quality-best", "value", value);
    }
    let (more, gap) = (points_up(run.bound_micro - run.best_micro), percent(gap_of(run)));
    let key = if plan.status == "optimal" {
        "plan-quality-optimal"
    } else {
        "plan-quality"
    };
    page.lang
        .ta(key, &[("value", &value), ("more", &more), ("gap", &gap)])
}

fn item(page: &Page, proposal: &ProposalView) -> Item {
    let named: BTreeMap<Uuid, &str> = proposal
        .body
        .parties
        .iter()
        .map(|p| (p.party, p.name.as_str()))
        .collect();
    let name = |id: &Uuid| named.get(id).map_or_else(String::new, |n| (*n).to_owned());
    Item {
        no: proposal.no,
        title: proposal.body.title.clone(),
        mode: page.t(&format!("mode-{}", proposal.body.mode)),
        state: page.t(&format!("proposal-state-{}", proposal.state)),
        lines: proposal
            .body
            .services
            .iter()
            .map(|s| Line {
                from: name(&s.from),
                to: name(&s.to),
                what: s.what.clone(),
                amount: format!("{} {}", s.quantity, page.t(&format!("measure-{}", s.measure))),
                times: s.times.clone(),
            })
            .collect(),
    }
}

/// How much passes between each community and each kind of unit, both directions, in whole points.
async fn bands(app: &App, visit: &Visit, proposals: &[ProposalView]) -> Result<Vec<Band>, Problem> {
    let db = app.db.reader();
    let known: BTreeMap<Uuid, _> = parties::all(db, visit.actor.scope)
        .await?
        .into_iter()
        .map(|p| (p.id.uuid(), p))
        .collect();
    let types = lists::types(db, Scope::tenant(visit.actor.scope.tenant)).await?;
    let mut sums: BTreeMap<(String, String), u64> = BTreeMap::new();
    for service in proposals.iter().flat_map(|p| &p.body.services) {
        let ends = [known.get(&service.from), known.get(&service.to)];
        let side = ends.iter().flatten().find(|p| p.kind != PartyKind::Unit);
        let unit = ends.iter().flatten().find(|p| p.kind == PartyKind::Unit);
        let (Some(side), Some(unit)) = (side, unit) else {
            continue;
        };
        let kind = unit.unit_kind.clone().unwrap_or_else(|| "other".to_owned());
        let worth = types.get(&service.service_type).map_or(0, |t| t.worth_micro);
        let short = proposing::short(&side.name).to_owned();
        let right = visit.page.t(&format!("unit-kind-{}", unit_kind(&kind)));
        *sums.entry((short, right)).or_default() += worth.saturating_mul(service.quantity.unsigned_abs());
    }
    let band = |((left, right), micro): ((String, String), u64)| Band {
        left,
        right,
        points: i64::try_from(micro / 1_000_000).unwrap_or(i64::MAX).max(1),
    };
    Ok(sums.into_iter().map(band).collect())
}

/// A reason in words.
struct Unmet {
    party: String,
    title: String,
    open: String,
    why: String,
    help: String,
}

#[derive(Template)]
#[template(path = "matching/unmet.html")]
struct UnmetPage<'a> {
    page: &'a Page,
    no: i64,
    back: String,
    t: TableView,
    rows: Vec<Unmet>,
    codes: Vec<(String, String)>,
    code: String,
}

/// `GET /runs/{no}/unmet`
pub(super) async fn unmet(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    no: web::Path<i64>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (_, plan) = kept(&app, &visit, *no).await?;
    let kept: Vec<Kept> = serde_json::from_slice(&plan.reasons).unwrap_or_default();
    let names = names_of(&app, &visit, &kept).await?;
    let (page, t) = (&visit.page, TableView::read(&request));
    let mut codes: Vec<String> = kept.iter().map(|k| k.code.clone()).collect();
    codes.sort();
    codes.dedup();
    let short = |code: &str| page.t(&format!("reason-short-{code}"));
    let wanted = t.value("code").to_owned();
    let found: Vec<&Kept> = kept
        .iter()
        .filter(|k| wanted.is_empty() || k.code == wanted)
        .collect();
    let start = t
        .after()
        .and_then(|after| after.parse::<usize>().ok())
        .unwrap_or(0);
    let size = t.size();
    let rows: Vec<Unmet> = found
        .iter()
        .skip(start)
        .take(size)
        .filter_map(|k| in_words(page, &names, k))
        .collect();
    let next = (start + size < found.len()).then(|| (start + size).to_string());
    let template = UnmetPage {
        page,
        no: *no,
        back: format!("/runs/{no}/plan"),
        t: t.found(u64::try_from(found.len()).unwrap_or(0), rows.len(), next),
        rows,
        codes: codes.iter().map(|code| (code.clone(), short(code))).collect(),
        code: if wanted.is_empty() {
            String::new()
        } else {
            short(&wanted)
        },
    };
    Ok(html(200, &template)?)
}

/// Names of what the reasons mention, also of entries that have left the lists since.
async fn names_of(app: &App, visit: &Visit, kept: &[Kept]) -> Result<Names, Problem> {
    let (db, scope) = (app.db.reader(), visit.actor.scope);
    let mut ids: Vec<Id<Entry>> = kept
        .iter()
        .flat_map(Kept::ids)
        .filter_map(|id| id.parse().ok())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let entries = lists::entries_by_id(db, scope, &ids).await?;
    let parties = parties::all(db, scope)
        .await?
        .into_iter()
        .map(|p| (p.id.to_string(), p.name))
        .collect();
    Ok(Names {
        entries: entries.into_iter().map(|e| (e.id.to_string(), e)).collect(),
        parties,
    })
}

fn in_words(page: &Page, names: &Names, kept: &Kept) -> Option<Unmet> {
    let need = names.entries.get(&kept.need)?;
    Some(Unmet {
        party: names
            .parties
            .get(&need.party.to_string())
            .cloned()
            .unwrap_or_default(),
        title: need.title.clone(),
        open: format!(
            "{} {}",
            kept.open,
            page.t(&format!("measure-{}", need.measure.id()))
        ),
        why: why(page.lang, names, kept),
        help: help(page.lang, names, kept),
    })
}

/// `POST /runs/{no}/hand-over`
pub(super) async fn hand_over(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    no: web::Path<i64>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (_, plan) = kept(&app, &visit, *no).await?;
    let once = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    let answer = tx::once(&app.db, &once, async |tx| {
        service::hand_over(tx, &visit.actor, plan.id).await?;
        Ok(Answer::see_other(format!("/runs/{no}/plan?done=handed-over")))
    });
    Ok(answer.await?.into())
}

/// `GET /runs/{no}/files/{file}`: instance, plan, certificate or reasons as they were kept.
pub(super) async fn file(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    path: web::Path<(i64, String)>,
) -> Result<HttpResponse, Failure> {
    let (no, name) = path.into_inner();
    let (_, plan) = kept(&app, &visit, no).await?;
    let bytes = match name.as_str() {
        "instance.json" => plan.instance,
        "plan.json" => plan.plan,
        "certificate.json" => plan.certificate,
        "reasons.json" => plan.reasons,
        _ => return Err(Problem::not_found().into()),
    };
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(("Content-Disposition", format!("attachment; filename=\"{name}\"")))
        .body(bytes))
}

//! What each rule costs, as a table for the meeting.

use actix_web::{HttpResponse, web};
use askama::Template;
use gongjian_engine::what_if::RulePrice;

use super::compare::signed;
use super::kept;
use crate::app::App;
use crate::identity::extract::{StreetCadre, Visit};
use crate::kernel::idempotency::Answer;
use crate::kernel::problem::Problem;
use crate::kernel::tx;
use crate::matching::domain::RunState;
use crate::matching::error::MatchingError;
use crate::matching::query::PlanView;
use crate::matching::trial::query::{self as trials, TrialView};
use crate::matching::trial::{TrialKind, service};
use crate::web::failure::Failure;
use crate::web::form::Posted;
use crate::web::page::{Page, html};
use crate::web::sheet::Sheet;

const KIND: TrialKind = TrialKind::RulePrices;

/// A rule in words.
struct Row {
    rule: String,
    about: String,
    value: String,
    needs: String,
    services: String,
    agreements: String,
}

#[derive(Template)]
#[template(path = "matching/rules.html")]
struct RulesPage<'a> {
    page: &'a Page,
    no: i64,
    back: String,
    running: bool,
    stop_asked: bool,
    permille: i64,
    words: String,
    /// Why there is no table though one was asked for.
    fault: String,
    /// A table is there, but was stopped before it was whole.
    partly: bool,
    rows: Vec<Row>,
}

/// `GET /runs/{no}/rules`
pub(in crate::matching) async fn rules(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    no: web::Path<i64>,
) -> Result<HttpResponse, Failure> {
    let (_, plan) = kept(&app, &visit, *no).await?;
    let (db, scope, page) = (app.db.reader(), visit.actor.scope, &visit.page);
    let trial = trials::latest(db, scope, plan.id, KIND).await?;
    let rows = table(&app, &visit, &plan).await?;
    let template = RulesPage {
        page,
        no: *no,
        back: format!("/runs/{no}/plan"),
        running: trial.as_ref().is_some_and(|t| !t.state.is_over()),
        stop_asked: trial.as_ref().is_some_and(|t| t.stop_asked),
        permille: trial.as_ref().map_or(0, permille),
        words: trial.as_ref().map(|t| progress(page, t)).unwrap_or_default(),
        fault: trial.as_ref().map(|t| fault(page, t)).unwrap_or_default(),
        partly: !rows.is_empty() && trial.as_ref().is_some_and(|t| t.stop_asked),
        rows: rows.iter().map(|price| row(page, price)).collect(),
    };
    Ok(html(200, &template)?)
}

/// The newest table of a plan; no rows if there is none.
async fn table(app: &App, visit: &Visit, plan: &PlanView) -> Result<Vec<RulePrice>, Problem> {
    let (db, scope) = (app.db.reader(), visit.actor.scope);
    match trials::latest(db, scope, plan.id, KIND).await? {
        Some(trial) if trial.state == RunState::Done => {
            let result = trials::result(db, scope, trial.id).await?;
            serde_json::from_slice(&result.told).map_err(|error| Problem::internal(error.to_string()))
        }
        _ => Ok(Vec::new()),
    }
}

fn permille(trial: &TrialView) -> i64 {
    let (done, total) = trial.steps;
    if total > 0 {
        1000 * done.clamp(0, total) / total
    } else {
        0
    }
}

fn progress(page: &Page, trial: &TrialView) -> String {
    let (done, total) = trial.steps;
    if total == 0 {
        page.t("run-phase-waiting")
    } else {
        page.t2("rules-progress", "done", done, "total", total)
    }
}

fn fault(page: &Page, trial: &TrialView) -> String {
    match trial.state {
        RunState::Failed => page.t("rules-failed"),
        RunState::Stopped => page.t("rules-stopped"),
        RunState::Queued | RunState::Running | RunState::Done => String::new(),
    }
}

fn row(page: &Page, price: &RulePrice) -> Row {
    let name = price.rule.name();
    let more = |with: usize, without: usize| {
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        format!("{:+}", count(without).saturating_sub(count(with)))
    };
    Row {
        rule: page.t(&format!("rule-{name}")),
        about: page.t(&format!("rule-about-{name}")),
        value: signed(price.without_micro.saturating_sub(price.with_micro)),
        needs: more(price.needs_with, price.needs_without),
        services: more(price.services_with, price.services_without),
        agreements: more(price.agreements_with, price.agreements_without),
    }
}

/// `POST /runs/{no}/rules`
pub(in crate::matching) async fn price(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    no: web::Path<i64>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (_, plan) = kept(&app, &visit, *no).await?;
    let once = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    let answer = tx::once(&app.db, &once, async |tx| {
        service::request(tx, &visit.actor, plan.id, KIND, &[]).await?;
        Ok(Answer::see_other(format!("/runs/{no}/rules")))
    });
    Ok(answer.await?.into())
}

/// `POST /runs/{no}/rules/stop`
pub(in crate::matching) async fn stop(
    app: web::Data<App>,
    StreetCadre(visit): StreetCadre,
    no: web::Path<i64>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (_, plan) = kept(&app, &visit, *no).await?;
    let latest = trials::latest(app.db.reader(), visit.actor.scope, plan.id, KIND).await?;
    let trial = latest.ok_or(MatchingError::NotFound)?;
    let once = posted.once(visit.actor.scope.tenant, visit.actor.key())?;
    let answer = tx::once(&app.db, &once, async |tx| {
        service::stop(tx, &visit.actor, trial.id).await?;
        Ok(Answer::see_other(format!("/runs/{no}/rules?done=run-stop")))
    });
    Ok(answer.await?.into())
}

/// The table as a list to be saved.
pub(super) async fn sheet(app: &App, visit: &Visit, plan: &PlanView) -> Result<Sheet, Problem> {
    let page = &visit.page;
    let rows = table(app, visit, plan).await?;
    let rows = rows.iter().map(|price| {
        let row = row(page, price);
        vec![
            row.rule.into(),
            row.about.into(),
            row.value.into(),
            row.needs.into(),
            row.services.into(),
            row.agreements.into(),
        ]
    });
    let heads = [
        "rules-rule",
        "rules-about",
        "run-value",
        "difference-needs",
        "plan-services",
        "difference-agreements",
    ];
    Ok(Sheet {
        rows: rows.collect(),
        heads: heads.iter().map(|key| page.t(key)).collect(),
    })
}

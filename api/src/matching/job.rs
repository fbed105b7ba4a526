//! The worker: takes the oldest run that waits, solves it on a blocking thread, keeps what the checker accepts. A run
//! whose worker died is taken up again; running twice keeps one plan.

use std::sync::Arc;

use gongjian_engine::model::{Document, Instance};
use gongjian_engine::{Method, Settings, Solution, reasons};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};

use super::domain::{Effort, RunSettings, RunState};
use super::entity::run;
use super::error::MatchingError;
use super::figures::nothing_micro;
use super::line::{self, LOST_MS, Line};
use super::service::{self, Judged};
use super::snapshot::{self, Lists};
use super::{held, proposing};
use crate::app::App;
use crate::kernel::actor::{Actor, Who};
use crate::kernel::id::{Id, Tenant};
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::kernel::tx;
use crate::lists::query as lists;

/// Works off every run that waits.
///
/// # Errors
/// What the database reports; a run that fails says so itself.
pub async fn run_waiting(app: &App) -> Result<(), Problem> {
    while let Some(row) = claim(app).await? {
        if let Err(error) = work(app, &row).await {
            tracing::warn!(run = row.no, %error, "run failed");
            let code = match &error {
                MatchingError::NothingListed => "nothing-listed",
                _ => "internal",
            };
            end(app, &row, RunState::Failed, Some(code)).await?;
        }
    }
    Ok(())
}

/// Takes the oldest run that waits or lost its worker.
async fn claim(app: &App) -> Result<Option<run::Model>, Problem> {
    let now = app.db.clock().now().get();
    let lost = Condition::all()
        .add(run::Column::State.eq(RunState::Running.code()))
        .add(run::Column::BeatAt.lt(now - LOST_MS));
    let waits = Condition::any()
        .add(run::Column::State.eq(RunState::Queued.code()))
        .add(lost);
    let oldest = run::Entity::find()
        .filter(waits)
        .order_by_asc(run::Column::AskedAt)
        .one(app.db.reader())
        .await?;
    let Some(row) = oldest else { return Ok(None) };
    let claimed = tx::run(&app.db, async |tx| {
        let changed = run::Entity::update_many()
            .col_expr(run::Column::State, Expr::value(RunState::Running.code()))
            .col_expr(run::Column::BeganAt, Expr::value(now))
            .col_expr(run::Column::BeatAt, Expr::value(now))
            .col_expr(run::Column::Rev, Expr::value(row.rev + 1))
            .filter(run::Column::Id.eq(row.id))
            .filter(run::Column::Rev.eq(row.rev))
            .exec(tx.db())
            .await?;
        Ok(changed.rows_affected == 1)
    })
    .await?;
    Ok(claimed.then_some(row))
}

async fn end(app: &App, row: &run::Model, state: RunState, fault: Option<&str>) -> Result<(), Problem> {
    tx::run(&app.db, async |tx| {
        run::Entity::update_many()
            .col_expr(run::Column::State, Expr::value(state.code()))
            .col_expr(run::Column::Fault, Expr::value(fault.map(str::to_owned)))
            .col_expr(run::Column::EndedAt, Expr::value(tx.now().get()))
            .filter(run::Column::Id.eq(row.id))
            .filter(run::Column::State.eq(RunState::Running.code()))
            .exec(tx.db())
            .await?;
        Ok(())
    })
    .await
}

async fn work(app: &App, row: &run::Model) -> Result<(), MatchingError> {
    let tenant: Id<Tenant> = Id::from_uuid(row.tenant);
    let scope = Scope::tenant(tenant);
    let settings: RunSettings = serde_json::from_str(&row.settings).unwrap_or_default();
    let cycle = app.db.clock().now().day().year();
    let db = app.db.reader();
    let taken = snapshot::take(db, scope, cycle).await.map_err(told)?;
    if taken.offers.is_empty() || taken.needs.is_empty() {
        return Err(MatchingError::NothingListed);
    }
    let bytes = instance(app, scope, &taken, &settings).await?;
    let parsed = gongjian_engine::parse(&bytes)
        .map_err(|faults| MatchingError::Broken(serde_json::to_string(&faults).unwrap_or_default()))?;
    let line = Arc::new(Line::default());
    let thread = Arc::clone(&line);
    let solving = actix_web::rt::task::spawn_blocking(move || solve(&parsed, &settings, &thread));
    let found = line::watch(solving, async || beat(app, row, &line).await).await?;
    let judged = Judged {
        instance: bytes,
        plan: found.solution.plan.to_bytes(),
        certificate: canonical(&found.solution.certificate)?,
        reasons: canonical(&found.reasons)?,
        value_micro: found.solution.plan.value_micro,
        bound_micro: found.solution.certificate.bound,
        nothing_micro: found.nothing_micro,
        gap_ppm: found.solution.certificate.gap_ppm,
        status: if found.solution.plan.status == gongjian_engine::plan::Status::Optimal {
            "optimal"
        } else {
            "feasible"
        }
        .to_owned(),
        proposals: proposing::bodies(&taken, &found.solution.plan)?,
    };
    let actor = Actor {
        who: Who::System,
        scope,
    };
    tx::run(&app.db, async |tx| {
        Ok(service::record(tx, &actor, row.id, &judged).await?)
    })
    .await
    .map_err(told)
}

fn told(problem: Problem) -> MatchingError {
    MatchingError::Broken(format!("{} {}", problem.code, problem.cause.unwrap_or_default()))
}

/// The canonical bytes of the instance: the lists, the settings, and what earlier proposals hold.
async fn instance(
    app: &App,
    scope: Scope,
    taken: &Lists,
    settings: &RunSettings,
) -> Result<Vec<u8>, MatchingError> {
    let db = app.db.reader();
    let types = lists::types(db, scope).await?;
    let used: Vec<_> = types.all().collect();
    let value = taken.snapshot(scope).instance(&used, settings);
    let mut document: Document =
        serde_json::from_value(value).map_err(|error| MatchingError::Broken(error.to_string()))?;
    document.commitments = held::commitments(&document, &held::bodies(db, scope, None).await?);
    canonical(&document)
}

fn canonical(value: &impl serde::Serialize) -> Result<Vec<u8>, MatchingError> {
    serde_json_canonicalizer::to_vec(value).map_err(|error| MatchingError::Broken(error.to_string()))
}

struct Found {
    solution: Solution,
    /// What the empty plan is worth, µ.
    nothing_micro: i64,
    reasons: Vec<reasons::Reason>,
}

fn solve(instance: &Instance, settings: &RunSettings, line: &Line) -> Result<Found, String> {
    let (effort, seconds) = match settings.effort {
        Effort::Quick => (2, 10),
        Effort::Normal => (10, 60),
        Effort::Thorough => (100, 600),
    };
    let settings = Settings {
        method: Method::Auto,
        effort,
        seconds: Some(seconds),
        threads: 1,
    };
    let solution = gongjian_engine::solve(instance, settings, line).map_err(|error| error.to_string())?;
    let reasons = reasons::explain(instance, &solution.plan);
    Ok(Found {
        nothing_micro: nothing_micro(instance, &solution.plan),
        solution,
        reasons,
    })
}

/// Writes progress and reads the wish to stop.
async fn beat(app: &App, row: &run::Model, line: &Line) -> Result<(), MatchingError> {
    let latest = line.latest();
    let written = tx::run(&app.db, async |tx| {
        let mut update =
            run::Entity::update_many().col_expr(run::Column::BeatAt, Expr::value(tx.now().get()));
        if let Some((progress, phase)) = &latest {
            update = update
                .col_expr(run::Column::Phase, Expr::value(phase.clone()))
                .col_expr(run::Column::Done, Expr::value(i64::from(progress.done)))
                .col_expr(run::Column::Total, Expr::value(i64::from(progress.total)))
                .col_expr(run::Column::BestMicro, Expr::value(progress.value_micro))
                .col_expr(run::Column::BoundMicro, Expr::value(progress.bound_micro));
        }
        update.filter(run::Column::Id.eq(row.id)).exec(tx.db()).await?;
        Ok(())
    });
    written
        .await
        .map_err(|problem| MatchingError::Broken(format!("{:?}", problem.cause)))?;
    let asked = run::Entity::find_by_id(row.id).one(app.db.reader()).await?;
    if asked.is_some_and(|run| run.stop_asked) {
        line.ask_to_stop();
    }
    Ok(())
}

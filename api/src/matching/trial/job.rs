//! The worker of trials: takes the oldest that waits, works it out on a blocking thread, keeps what comes of it. A trial
//! whose worker died is taken up again; running twice keeps one result.

use std::sync::Arc;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};

use super::change::Change;
use super::outcome::{self, Outcome};
use super::{TrialKind, service};
use crate::app::App;
use crate::kernel::id::{Id, Tenant};
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::kernel::tx;
use crate::matching::domain::RunState;
use crate::matching::entity::trial;
use crate::matching::error::MatchingError;
use crate::matching::line::{self, LOST_MS, Line};
use crate::matching::query;

/// Works off every trial that waits.
///
/// # Errors
/// What the database reports; a trial that fails says so itself.
pub async fn run_waiting(app: &App) -> Result<(), Problem> {
    while let Some(row) = claim(app).await? {
        let (state, fault) = match work(app, &row).await {
            Ok(true) => continue,
            Ok(false) => (RunState::Stopped, None),
            Err(error) => {
                tracing::warn!(trial = row.no, %error, "trial failed");
                (RunState::Failed, Some("internal"))
            }
        };
        tx::run(
            &app.db,
            async |tx| Ok(service::end(tx, &row, state, fault).await?),
        )
        .await?;
    }
    Ok(())
}

/// Takes the oldest trial that waits or lost its worker.
async fn claim(app: &App) -> Result<Option<trial::Model>, Problem> {
    let now = app.db.clock().now().get();
    let lost = Condition::all()
        .add(trial::Column::State.eq(RunState::Running.code()))
        .add(trial::Column::BeatAt.lt(now - LOST_MS));
    let waits = Condition::any()
        .add(trial::Column::State.eq(RunState::Queued.code()))
        .add(lost);
    let oldest = trial::Entity::find()
        .filter(waits)
        .order_by_asc(trial::Column::AskedAt)
        .one(app.db.reader())
        .await?;
    let Some(row) = oldest else { return Ok(None) };
    let claimed = tx::run(&app.db, async |tx| {
        let changed = trial::Entity::update_many()
            .col_expr(trial::Column::State, Expr::value(RunState::Running.code()))
            .col_expr(trial::Column::BeatAt, Expr::value(now))
            .col_expr(trial::Column::Rev, Expr::value(row.rev + 1))
            .filter(trial::Column::Id.eq(row.id))
            .filter(trial::Column::Rev.eq(row.rev))
            .exec(tx.db())
            .await?;
        Ok(changed.rows_affected == 1)
    })
    .await?;
    Ok(claimed.then_some(row))
}

/// Works one out; `false` if it was stopped before there was anything to keep.
async fn work(app: &App, row: &trial::Model) -> Result<bool, MatchingError> {
    let tenant: Id<Tenant> = Id::from_uuid(row.tenant);
    let plan = query::plan(app.db.reader(), Scope::tenant(tenant), row.plan).await?;
    let broken = |error: serde_json::Error| MatchingError::Broken(error.to_string());
    let changes: Vec<Change> = serde_json::from_str(&row.changes).map_err(broken)?;
    let kind = TrialKind::from_code(&row.kind)
        .ok_or_else(|| MatchingError::Broken(format!("a trial of kind {}", row.kind)))?;
    let line = Arc::new(Line::default());
    if row.stop_asked {
        line.ask_to_stop();
    }
    let thread = Arc::clone(&line);
    let solving = actix_web::rt::task::spawn_blocking(move || -> Result<Option<Outcome>, String> {
        match kind {
            TrialKind::WhatIf => outcome::what_if(&plan, &changes, &*thread).map(Some),
            TrialKind::RulePrices => outcome::rule_prices(&plan, &*thread),
        }
    });
    let found = line::watch(solving, async || beat(app, row, &line).await).await?;
    let Some(outcome) = found else { return Ok(false) };
    tx::run(&app.db, async |tx| Ok(service::record(tx, row, &outcome).await?))
        .await
        .map_err(told)?;
    Ok(true)
}

fn told(problem: Problem) -> MatchingError {
    MatchingError::Broken(format!("{} {}", problem.code, problem.cause.unwrap_or_default()))
}

/// Writes progress and reads the wish to stop.
async fn beat(app: &App, row: &trial::Model, line: &Line) -> Result<(), MatchingError> {
    let latest = line.latest();
    let written = tx::run(&app.db, async |tx| {
        let mut update =
            trial::Entity::update_many().col_expr(trial::Column::BeatAt, Expr::value(tx.now().get()));
        if let Some((progress, phase)) = &latest {
            update = update
                .col_expr(trial::Column::Phase, Expr::value(phase.clone()))
                .col_expr(trial::Column::Done, Expr::value(i64::from(progress.done)))
                .col_expr(trial::Column::Total, Expr::value(i64::from(progress.total)));
        }
        update.filter(trial::Column::Id.eq(row.id)).exec(tx.db()).await?;
        Ok(())
    });
    written.await.map_err(told)?;
    let asked = trial::Entity::find_by_id(row.id).one(app.db.reader()).await?;
    if asked.is_some_and(|trial| trial.stop_asked) {
        line.ask_to_stop();
    }
    Ok(())
}

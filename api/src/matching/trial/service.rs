//! Acts on trials: ask, stop, keep the result.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::TrialKind;
use super::change::Change;
use super::outcome::Outcome;
use crate::kernel::actor::{Actor, Who};
use crate::kernel::id::Person;
use crate::kernel::limit;
use crate::kernel::tx::Tx;
use crate::matching::domain::RunState;
use crate::matching::entity::{trial, trial_result};
use crate::matching::error::MatchingError;

const WAITING: [&str; 2] = ["queued", "running"];

/// Asks for a trial of a plan; gives its number. A trial decides nothing, so the log hears nothing of it.
///
/// # Errors
/// [`MatchingError::TrialUnderWay`] if the street has one already; [`MatchingError::TooManyTrials`] of this plan.
pub(in crate::matching) async fn request(
    tx: &Tx,
    actor: &Actor,
    plan: Uuid,
    kind: TrialKind,
    changes: &[Change],
) -> Result<i64, MatchingError> {
    let tenant = actor.scope.tenant.uuid();
    let Who::Person { person, .. } = &actor.who else {
        return Err(MatchingError::NotFound);
    };
    let own = trial::Entity::find().filter(trial::Column::Tenant.eq(tenant));
    let waiting = own.clone().filter(trial::Column::State.is_in(WAITING));
    if waiting.one(tx.db()).await?.is_some() {
        return Err(MatchingError::TrialUnderWay);
    }
    let of_plan = own
        .filter(trial::Column::Plan.eq(plan))
        .filter(trial::Column::Kind.eq(kind.code()));
    let last = of_plan
        .order_by_desc(trial::Column::No)
        .limit(1)
        .one(tx.db())
        .await?;
    let no = last.map_or(1, |row| row.no + 1);
    if no > limit::TRIALS {
        return Err(MatchingError::TooManyTrials);
    }
    let row = trial::Model {
        id: tx.new_id::<Person>().uuid(),
        tenant,
        plan,
        kind: kind.code().to_owned(),
        no,
        changes: serde_json::to_string(changes).map_err(|e| MatchingError::Broken(e.to_string()))?,
        state: RunState::Queued.code().to_owned(),
        asked_by: person.uuid(),
        asked_at: tx.now().get(),
        beat_at: 0,
        ended_at: 0,
        phase: String::new(),
        done: 0,
        total: 0,
        stop_asked: false,
        fault: None,
        rev: 1,
    };
    trial::Entity::insert(row.into_active_model())
        .exec_without_returning(tx.db())
        .await?;
    Ok(no)
}

/// Asks a trial to stop with what it has.
///
/// # Errors
/// [`MatchingError::State`] if it is over.
pub(in crate::matching) async fn stop(tx: &Tx, actor: &Actor, trial: Uuid) -> Result<(), MatchingError> {
    let changed = trial::Entity::update_many()
        .col_expr(trial::Column::StopAsked, Expr::value(true))
        .filter(trial::Column::Tenant.eq(actor.scope.tenant.uuid()))
        .filter(trial::Column::Id.eq(trial))
        .filter(trial::Column::State.is_in(WAITING))
        .exec(tx.db())
        .await?;
    if changed.rows_affected == 1 {
        Ok(())
    } else {
        Err(MatchingError::State)
    }
}

/// Keeps what came of a trial and ends it. One that is over already (the job ran twice) is left as it is.
pub(super) async fn record(tx: &Tx, row: &trial::Model, outcome: &Outcome) -> Result<(), MatchingError> {
    if !end(tx, row, RunState::Done, None).await? {
        return Ok(());
    }
    let result = trial_result::ActiveModel {
        trial: Set(row.id),
        tenant: Set(row.tenant),
        instance: Set(outcome.instance.clone()),
        plan: Set(outcome.plan.clone()),
        certificate: Set(outcome.certificate.clone()),
        told: Set(outcome.told.clone()),
        at: Set(tx.now().get()),
    };
    trial_result::Entity::insert(result)
        .exec_without_returning(tx.db())
        .await?;
    Ok(())
}

/// Ends a trial that is being worked out; `false` if it was over already.
pub(super) async fn end(
    tx: &Tx,
    row: &trial::Model,
    state: RunState,
    fault: Option<&str>,
) -> Result<bool, MatchingError> {
    let ended = trial::Entity::update_many()
        .col_expr(trial::Column::State, Expr::value(state.code()))
        .col_expr(trial::Column::Fault, Expr::value(fault.map(str::to_owned)))
        .col_expr(trial::Column::EndedAt, Expr::value(tx.now().get()))
        .col_expr(trial::Column::Rev, Expr::col(trial::Column::Rev).add(1))
        .filter(trial::Column::Id.eq(row.id))
        .filter(trial::Column::State.eq(RunState::Running.code()))
        .exec(tx.db())
        .await?;
    Ok(ended.rows_affected == 1)
}

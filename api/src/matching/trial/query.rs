//! Reading trials.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::TrialKind;
use super::change::Change;
use crate::kernel::clock::Millis;
use crate::kernel::scope::Scope;
use crate::matching::domain::RunState;
use crate::matching::entity::{trial, trial_result};
use crate::matching::error::MatchingError;

/// A trial as pages show it.
#[derive(Debug, Clone)]
pub(in crate::matching) struct TrialView {
    pub(in crate::matching) id: Uuid,
    /// The number people say, for each plan and kind.
    pub(in crate::matching) no: i64,
    pub(in crate::matching) state: RunState,
    pub(in crate::matching) changes: Vec<Change>,
    pub(in crate::matching) asked_at: Millis,
    pub(in crate::matching) phase: String,
    pub(in crate::matching) steps: (i64, i64),
    pub(in crate::matching) stop_asked: bool,
    pub(in crate::matching) fault: Option<String>,
}

fn view(row: trial::Model) -> Option<TrialView> {
    Some(TrialView {
        id: row.id,
        no: row.no,
        state: RunState::from_code(&row.state)?,
        changes: serde_json::from_str(&row.changes).unwrap_or_default(),
        asked_at: Millis::new(row.asked_at),
        phase: row.phase,
        steps: (row.done, row.total),
        stop_asked: row.stop_asked,
        fault: row.fault,
    })
}

fn own(scope: Scope, plan: Uuid, kind: TrialKind) -> sea_orm::Select<trial::Entity> {
    trial::Entity::find()
        .filter(trial::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(trial::Column::Plan.eq(plan))
        .filter(trial::Column::Kind.eq(kind.code()))
}

/// One trial of a plan.
///
/// # Errors
/// [`MatchingError::NotFound`]
pub(in crate::matching) async fn one(
    db: &impl ConnectionTrait,
    scope: Scope,
    plan: Uuid,
    kind: TrialKind,
    no: i64,
) -> Result<TrialView, MatchingError> {
    let found = own(scope, plan, kind)
        .filter(trial::Column::No.eq(no))
        .one(db)
        .await?;
    found.and_then(view).ok_or(MatchingError::NotFound)
}

/// Trials of a plan in this state before `before`, newest first, with how many there are.
///
/// # Errors
/// What the database reports.
pub(in crate::matching) async fn of_plan(
    db: &impl ConnectionTrait,
    scope: Scope,
    (plan, kind): (Uuid, TrialKind),
    state: Option<RunState>,
    before: Option<i64>,
    size: u64,
) -> Result<(Vec<TrialView>, u64), DbErr> {
    let mut find = own(scope, plan, kind);
    if let Some(state) = state {
        find = find.filter(trial::Column::State.eq(state.code()));
    }
    let count = find.clone().count(db).await?;
    if let Some(before) = before {
        find = find.filter(trial::Column::No.lt(before));
    }
    let rows = find.order_by_desc(trial::Column::No).limit(size).all(db).await?;
    Ok((rows.into_iter().filter_map(view).collect(), count))
}

/// The newest trial of a plan.
///
/// # Errors
/// What the database reports.
pub(in crate::matching) async fn latest(
    db: &impl ConnectionTrait,
    scope: Scope,
    plan: Uuid,
    kind: TrialKind,
) -> Result<Option<TrialView>, DbErr> {
    let (found, _) = of_plan(db, scope, (plan, kind), None, None, 1).await?;
    Ok(found.into_iter().next())
}

/// What came of a trial.
///
/// # Errors
/// [`MatchingError::NotFound`]
pub(in crate::matching) async fn result(
    db: &impl ConnectionTrait,
    scope: Scope,
    trial: Uuid,
) -> Result<trial_result::Model, MatchingError> {
    trial_result::Entity::find_by_id(trial)
        .filter(trial_result::Column::Tenant.eq(scope.tenant.uuid()))
        .one(db)
        .await?
        .ok_or(MatchingError::NotFound)
}

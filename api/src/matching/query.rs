//! Reading runs, plans and proposals.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::domain::{ProposalBody, RunSettings, RunState};
use super::entity::{plan, proposal, run};
use super::error::MatchingError;
use crate::kernel::actor::{Actor, Role, Who};
use crate::kernel::clock::Millis;
use crate::kernel::scope::Scope;
use crate::kernel::todo::Todo;

/// A run as pages show it.
#[derive(Debug, Clone)]
pub struct RunView {
    /// Its id.
    pub id: Uuid,
    /// The number people say.
    pub no: i64,
    /// How far it is.
    pub state: RunState,
    /// What was asked.
    pub settings: RunSettings,
    /// When it was asked.
    pub asked_at: Millis,
    /// When it began.
    pub began_at: Millis,
    /// When it ended.
    pub ended_at: Millis,
    /// What it is doing, an engine phase.
    pub phase: String,
    /// Steps done and in all.
    pub steps: (i64, i64),
    /// Value of the plan over doing nothing, µ; while running, the engine's best so far.
    pub best_micro: i64,
    /// The proven bound, likewise.
    pub bound_micro: i64,
    /// Somebody asked it to stop.
    pub stop_asked: bool,
    /// Why it failed, a code.
    pub fault: Option<String>,
    /// Its plan.
    pub plan: Option<Uuid>,
}

/// A plan as it was kept.
#[derive(Debug, Clone)]
pub struct PlanView {
    /// Its id.
    pub id: Uuid,
    /// The instance's bytes.
    pub instance: Vec<u8>,
    /// The plan's bytes.
    pub plan: Vec<u8>,
    /// The certificate's bytes.
    pub certificate: Vec<u8>,
    /// The reasons' bytes.
    pub reasons: Vec<u8>,
    /// Value, µ.
    pub value_micro: i64,
    /// Bound, µ.
    pub bound_micro: i64,
    /// Proven gap, ppm.
    pub gap_ppm: i64,
    /// `optimal` or `feasible`.
    pub status: String,
}

/// A proposal.
#[derive(Debug, Clone)]
pub struct ProposalView {
    /// Its id.
    pub id: Uuid,
    /// Its number in the plan.
    pub no: i64,
    /// Where it stands.
    pub state: String,
    /// Its content.
    pub body: ProposalBody,
}

fn view(row: run::Model) -> Option<RunView> {
    Some(RunView {
        id: row.id,
        no: row.no,
        state: RunState::from_code(&row.state)?,
        settings: serde_json::from_str(&row.settings).unwrap_or_default(),
        asked_at: Millis::new(row.asked_at),
        began_at: Millis::new(row.began_at),
        ended_at: Millis::new(row.ended_at),
        phase: row.phase,
        steps: (row.done, row.total),
        best_micro: row.best_micro,
        bound_micro: row.bound_micro,
        stop_asked: row.stop_asked,
        fault: row.fault,
        plan: row.plan,
    })
}

/// One run of the tenant.
///
/// # Errors
/// [`MatchingError::NotFound`]
pub async fn run(db: &impl ConnectionTrait, scope: Scope, no: i64) -> Result<RunView, MatchingError> {
    let row = run::Entity::find()
        .filter(run::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(run::Column::No.eq(no))
        .one(db)
        .await?;
    row.and_then(view).ok_or(MatchingError::NotFound)
}

/// Runs of the tenant before `before`, newest first, with how many there are.
///
/// # Errors
/// What the database reports.
pub async fn runs(
    db: &impl ConnectionTrait,
    scope: Scope,
    state: Option<RunState>,
    before: Option<i64>,
    size: u64,
) -> Result<(Vec<RunView>, u64), DbErr> {
    let mut find = run::Entity::find().filter(run::Column::Tenant.eq(scope.tenant.uuid()));
    if let Some(state) = state {
        find = find.filter(run::Column::State.eq(state.code()));
    }
    let count = find.clone().count(db).await?;
    if let Some(before) = before {
        find = find.filter(run::Column::No.lt(before));
    }
    let rows = find.order_by_desc(run::Column::No).limit(size).all(db).await?;
    Ok((rows.into_iter().filter_map(view).collect(), count))
}

/// A plan of the tenant.
///
/// # Errors
/// [`MatchingError::NotFound`]
pub async fn plan(db: &impl ConnectionTrait, scope: Scope, id: Uuid) -> Result<PlanView, MatchingError> {
    let row = plan::Entity::find_by_id(id)
        .filter(plan::Column::Tenant.eq(scope.tenant.uuid()))
        .one(db)
        .await?
        .ok_or(MatchingError::NotFound)?;
    Ok(PlanView {
        id: row.id,
        instance: row.instance,
        plan: row.plan,
        certificate: row.certificate,
        reasons: row.reasons,
        value_micro: row.value_micro,
        bound_micro: row.bound_micro,
        gap_ppm: row.gap_ppm,
        status: row.status,
    })
}

/// A plan to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Earlier {
    /// Its run's number.
    pub no: i64,
    /// The plan.
    pub plan: Uuid,
    /// It was handed to the joint meeting.
    pub handed: bool,
}

/// Plans offered for comparing at most.
const EARLIER: u64 = 50;

/// Plans of runs before `no`, newest first.
///
/// # Errors
/// What the database reports.
pub async fn earlier(db: &impl ConnectionTrait, scope: Scope, no: i64) -> Result<Vec<Earlier>, DbErr> {
    let tenant = scope.tenant.uuid();
    let runs = run::Entity::find()
        .filter(run::Column::Tenant.eq(tenant))
        .filter(run::Column::No.lt(no))
        .filter(run::Column::Plan.is_not_null())
        .order_by_desc(run::Column::No)
        .limit(EARLIER)
        .all(db)
        .await?;
    let found: Vec<(i64, Uuid)> = runs.iter().filter_map(|r| Some((r.no, r.plan?))).collect();
    let handed: Vec<Uuid> = proposal::Entity::find()
        .select_only()
        .column(proposal::Column::Plan)
        .distinct()
        .filter(proposal::Column::Tenant.eq(tenant))
        .filter(proposal::Column::Plan.is_in(found.iter().map(|(_, plan)| *plan)))
        .filter(proposal::Column::State.ne("draft"))
        .into_tuple()
        .all(db)
        .await?;
    let told = |(no, plan): (i64, Uuid)| Earlier {
        no,
        plan,
        handed: handed.contains(&plan),
    };
    Ok(found.into_iter().map(told).collect())
}

/// The proposals of a plan by number.
///
/// # Errors
/// What the database reports, or a body that cannot be read.
pub async fn proposals(
    db: &impl ConnectionTrait,
    scope: Scope,
    plan: Uuid,
) -> Result<Vec<ProposalView>, MatchingError> {
    let rows = proposal::Entity::find()
        .filter(proposal::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(proposal::Column::Plan.eq(plan))
        .order_by_asc(proposal::Column::No)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            let body = serde_json::from_str(&row.body).map_err(|e| MatchingError::Broken(e.to_string()))?;
            Ok(ProposalView {
                id: row.id,
                no: row.no,
                state: row.state,
                body,
            })
        })
        .collect()
}

/// The newest plan waits for the cadre to hand it over, unless another one lies with the meeting already.
///
/// # Errors
/// What the database reports.
pub async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>, MatchingError> {
    if !matches!(
        actor.who,
        Who::Person {
            role: Role::StreetCadre,
            ..
        }
    ) {
        return Ok(Vec::new());
    }
    let (runs, _) = runs(db, actor.scope, Some(RunState::Done), None, 1).await?;
    let Some((no, id)) = runs.first().and_then(|run| run.plan.map(|plan| (run.no, plan))) else {
        return Ok(Vec::new());
    };
    let waiting = proposals(db, actor.scope, id)
        .await?
        .iter()
        .any(|p| p.state == "draft");
    let handed = proposal::Entity::find()
        .filter(proposal::Column::Tenant.eq(actor.scope.tenant.uuid()))
        .filter(proposal::Column::State.eq("proposed"))
        .count(db)
        .await?;
    let waiting = waiting && handed == 0;
    let todo = || Todo::new("todo-hand-over", format!("/runs/{no}/plan")).arg("no", no.to_string());
    Ok(waiting.then(todo).into_iter().collect())
}

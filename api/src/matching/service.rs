//! Acts on runs: ask, stop, keep the result, hand the plan to the meeting.

use gongjian_engine::model::Document;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::domain::{ProposalBody, RunSettings, RunState};
use super::entity::{plan, proposal, run};
use super::error::MatchingError;
use super::held;
use crate::kernel::actor::{Actor, Who};
use crate::kernel::id::Person;
use crate::kernel::tx::Tx;
use crate::log;
use crate::log::leaf::{LeafDraft, Subject};

/// Asks for a run; gives its number.
///
/// # Errors
/// [`MatchingError::UnderWay`] if the street has one already; [`MatchingError::Log`] if its log is not open, so that no
/// plan could be recorded.
pub async fn request(tx: &Tx, actor: &Actor, settings: &RunSettings) -> Result<i64, MatchingError> {
    let tenant = actor.scope.tenant.uuid();
    let Who::Person { person, .. } = &actor.who else {
        return Err(MatchingError::NotFound);
    };
    log::query::head(tx.db(), actor.scope).await?;
    let own = run::Entity::find().filter(run::Column::Tenant.eq(tenant));
    let waiting = own
        .clone()
        .filter(run::Column::State.is_in([RunState::Queued.code(), RunState::Running.code()]));
    if let Some(running) = waiting.one(tx.db()).await? {
        return Err(MatchingError::UnderWay(running.no));
    }
    let last = own.order_by_desc(run::Column::No).limit(1).one(tx.db()).await?;
    let no = last.map_or(1, |run| run.no + 1);
    let settings = serde_json::to_string(settings).map_err(|e| MatchingError::Broken(e.to_string()))?;
    let row = run::Model {
        id: tx.new_id::<Person>().uuid(),
        tenant,
        no,
        state: RunState::Queued.code().to_owned(),
        settings,
        asked_by: person.uuid(),
        asked_at: tx.now().get(),
        began_at: 0,
        ended_at: 0,
        beat_at: 0,
        phase: String::new(),
        done: 0,
        total: 0,
        best_micro: 0,
        bound_micro: 0,
        stop_asked: false,
        fault: None,
        plan: None,
        rev: 1,
    };
    run::Entity::insert(row.into_active_model())
        .exec_without_returning(tx.db())
        .await?;
    Ok(no)
}

/// Asks a run to stop with the best plan it has.
///
/// # Errors
/// [`MatchingError::State`] if it is over.
pub async fn stop(tx: &Tx, actor: &Actor, no: i64) -> Result<(), MatchingError> {
    let changed = run::Entity::update_many()
        .col_expr(run::Column::StopAsked, Expr::value(true))
        .filter(run::Column::Tenant.eq(actor.scope.tenant.uuid()))
        .filter(run::Column::No.eq(no))
        .filter(run::Column::State.is_in([RunState::Queued.code(), RunState::Running.code()]))
        .exec(tx.db())
        .await?;
    if changed.rows_affected == 1 {
        Ok(())
    } else {
        Err(MatchingError::State)
    }
}

/// A judged result, ready to be kept.
pub(super) struct Judged {
    pub(super) instance: Vec<u8>,
    pub(super) plan: Vec<u8>,
    pub(super) certificate: Vec<u8>,
    pub(super) reasons: Vec<u8>,
    pub(super) value_micro: i64,
    pub(super) bound_micro: i64,
    pub(super) gap_ppm: i64,
    /// What a plan without any agreement is worth: people are told value and bound over this.
    pub(super) nothing_micro: i64,
    pub(super) status: String,
    /// Proposals without the plan's id, which is given here.
    pub(super) proposals: Vec<ProposalBody>,
}

/// Keeps a plan with its proposals and ends its run, all in this transaction. A run that is over already (the job ran
/// twice) is left as it is.
pub(super) async fn record(
    tx: &Tx,
    actor: &Actor,
    run_id: Uuid,
    judged: &Judged,
) -> Result<(), MatchingError> {
    let tenant = actor.scope.tenant;
    let id = tx.new_id::<Person>().uuid();
    let over_nothing = |micro: i64| micro.saturating_sub(judged.nothing_micro);
    let ended = run::Entity::update_many()
        .col_expr(run::Column::State, Expr::value(RunState::Done.code()))
        .col_expr(run::Column::Plan, Expr::value(Some(id)))
        .col_expr(run::Column::EndedAt, Expr::value(tx.now().get()))
        .col_expr(
            run::Column::BestMicro,
            Expr::value(over_nothing(judged.value_micro)),
        )
        .col_expr(
            run::Column::BoundMicro,
            Expr::value(over_nothing(judged.bound_micro)),
        )
        .col_expr(run::Column::Rev, Expr::col(run::Column::Rev).add(1))
        .filter(run::Column::Id.eq(run_id))
        .filter(run::Column::State.eq(RunState::Running.code()))
        .exec(tx.db())
        .await?;
    if ended.rows_affected != 1 {
        return Ok(());
    }
    let mut proposals = Vec::with_capacity(judged.proposals.len());
    for (no, body) in (1_i64..).zip(&judged.proposals) {
        let body = ProposalBody {
            plan: id,
            ..body.clone()
        };
        proposals.push(proposal::Model {
            id: tx.new_id::<Person>().uuid(),
            tenant: tenant.uuid(),
            plan: id,
            no,
            body: serde_json::to_string(&body).map_err(|e| MatchingError::Broken(e.to_string()))?,
            state: "draft".to_owned(),
            rev: 1,
        });
    }
    let rows = proposals
        .iter()
        .map(|row| json!({ "id": row.id, "no": row.no, "body": row.body }));
    let head = json!({ "plan": id, "schema": "gongjian.proposals/1" });
    let facts = log::service::record_rows(tx, tenant, &head, rows.collect()).await?;
    let data = json!({
        "at": tx.now().get(),
        "bound_micro": judged.bound_micro,
        "certificate": log::hash::Hash32::of(&judged.certificate),
        "facts": facts,
        "gap_ppm": judged.gap_ppm,
        "instance": log::hash::Hash32::of(&judged.instance),
        "plan": log::hash::Hash32::of(&judged.plan),
        "reasons": log::hash::Hash32::of(&judged.reasons),
        "run": run_id,
        "status": judged.status,
        "value_micro": judged.value_micro,
    });
    log::service::append(
        tx,
        LeafDraft::by(actor, "plan.recorded", Subject::new("plan", id), data),
    )
    .await?;
    for row in proposals {
        proposal::Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(tx.db())
            .await?;
    }
    let row = plan::ActiveModel {
        id: Set(id),
        tenant: Set(tenant.uuid()),
        run: Set(run_id),
        parent: Set(None),
        instance_hash: Set(Sha256::digest(&judged.instance).to_vec()),
        plan_hash: Set(Sha256::digest(&judged.plan).to_vec()),
        instance: Set(judged.instance.clone()),
        plan: Set(judged.plan.clone()),
        certificate: Set(judged.certificate.clone()),
        reasons: Set(judged.reasons.clone()),
        value_micro: Set(judged.value_micro),
        bound_micro: Set(judged.bound_micro),
        gap_ppm: Set(judged.gap_ppm),
        status: Set(judged.status.clone()),
        at: Set(tx.now().get()),
    };
    plan::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// Hands a plan's proposals to the joint meeting; those of another plan that no meeting has taken up give way. Gives
/// how many were handed over.
///
/// # Errors
/// [`MatchingError::State`] if the plan was handed over before; [`MatchingError::Outdated`] if a meeting took up other
/// proposals since the plan was made, so that amounts would be promised twice.
pub async fn hand_over(tx: &Tx, actor: &Actor, plan: Uuid) -> Result<u64, MatchingError> {
    let tenant = actor.scope.tenant.uuid();
    let row = plan::Entity::find_by_id(plan)
        .filter(plan::Column::Tenant.eq(tenant))
        .one(tx.db())
        .await?
        .ok_or(MatchingError::NotFound)?;
    let document: Document =
        serde_json::from_slice(&row.instance).map_err(|error| MatchingError::Broken(error.to_string()))?;
    let held = held::bodies(tx.db(), actor.scope, Some(plan)).await?;
    if held::commitments(&document, &held) != document.commitments {
        return Err(MatchingError::Outdated);
    }
    move_all(
        tx,
        tenant,
        proposal::Column::Plan.ne(plan),
        &REPLACEABLE,
        "superseded",
    )
    .await?;
    let handed = move_all(
        tx,
        tenant,
        proposal::Column::Plan.eq(plan),
        &["draft"],
        "proposed",
    )
    .await?;
    if handed == 0 {
        return Err(MatchingError::State);
    }
    let data = json!({ "count": handed });
    let leaf = LeafDraft::by(actor, "plan.handed_over", Subject::new("plan", plan), data);
    log::service::append(tx, leaf).await?;
    Ok(handed)
}

/// What another plan takes the place of, once it is handed over.
pub(super) const REPLACEABLE: [&str; 3] = ["proposed", "acknowledged", "sent_back"];

async fn move_all(tx: &Tx, tenant: Uuid, which: Expr, from: &[&str], to: &str) -> Result<u64, MatchingError> {
    let moved = proposal::Entity::update_many()
        .col_expr(proposal::Column::State, Expr::value(to))
        .col_expr(proposal::Column::Rev, Expr::col(proposal::Column::Rev).add(1))
        .filter(proposal::Column::Tenant.eq(tenant))
        .filter(which)
        .filter(proposal::Column::State.is_in(from.iter().copied()))
        .exec(tx.db())
        .await?;
    Ok(moved.rows_affected)
}

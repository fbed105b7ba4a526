//! The rows of agreements: the only place that writes them.

use std::collections::BTreeMap;

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::domain::document::Document;
use super::domain::state::{Standing, State};
use super::entity::{
    agreement, agreement_party, agreement_version, draft, due_line, number_series, obligation, signature,
};
use super::error::AgreementError;
use crate::kernel::scope::Scope;
use crate::log::hash::Hash32;

/// Numbers that fit their column; the database holds no greater ones.
pub(super) fn int(value: impl TryInto<i32>) -> Result<i32, AgreementError> {
    value
        .try_into()
        .map_err(|_| AgreementError::Broken("a count does not fit its column".to_owned()))
}

/// The next number of a series, taken for good when the transaction commits: a rolled-back act leaves no gap.
pub(super) async fn next_number(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    series: &str,
    year: i32,
) -> Result<i32, DbErr> {
    let key = (tenant, series.to_owned(), year);
    let row = number_series::Entity::find_by_id(key)
        .lock_exclusive()
        .one(db)
        .await?;
    let Some(row) = row else {
        let first = number_series::Model {
            tenant,
            series: series.to_owned(),
            year,
            next: 2,
        };
        number_series::Entity::insert(first.into_active_model().reset_all())
            .exec_without_returning(db)
            .await?;
        return Ok(1);
    };
    number_series::Entity::update_many()
        .col_expr(number_series::Column::Next, Expr::value(row.next + 1))
        .filter(number_series::Column::Tenant.eq(tenant))
        .filter(number_series::Column::Series.eq(series))
        .filter(number_series::Column::Year.eq(year))
        .exec(db)
        .await?;
    Ok(row.next)
}

pub(super) async fn insert_draft(db: &impl ConnectionTrait, row: draft::Model) -> Result<(), DbErr> {
    draft::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// A draft of the tenant by the number in its address, locked.
pub(super) async fn lock_draft(
    db: &impl ConnectionTrait,
    scope: Scope,
    no: i32,
) -> Result<Option<draft::Model>, DbErr> {
    draft::Entity::find()
        .filter(draft::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(draft::Column::No.eq(no))
        .lock_exclusive()
        .one(db)
        .await
}

/// Writes a draft on from revision `rev`; false if somebody else did.
pub(super) async fn save_draft(
    db: &impl ConnectionTrait,
    rev: i32,
    row: draft::Model,
) -> Result<bool, DbErr> {
    let outcome = draft::Entity::update_many()
        .col_expr(draft::Column::Title, Expr::value(row.title))
        .col_expr(draft::Column::Body, Expr::value(row.body))
        .col_expr(draft::Column::State, Expr::value(row.state))
        .col_expr(draft::Column::Rev, Expr::value(rev + 1))
        .col_expr(draft::Column::Changed, Expr::value(row.changed))
        .filter(draft::Column::Tenant.eq(row.tenant))
        .filter(draft::Column::Agreement.eq(row.agreement))
        .filter(draft::Column::Rev.eq(rev))
        .exec(db)
        .await?;
    Ok(outcome.rows_affected == 1)
}

/// An agreement of the scope, locked where the database locks rows; a foreign one is none.
pub(super) async fn lock(
    db: &impl ConnectionTrait,
    scope: Scope,
    id: Uuid,
) -> Result<Option<agreement::Model>, DbErr> {
    if !super::query::is_visible(db, scope, id).await? {
        return Ok(None);
    }
    agreement::Entity::find_by_id(id)
        .filter(agreement::Column::Tenant.eq(scope.tenant.uuid()))
        .lock_exclusive()
        .one(db)
        .await
}

pub(super) async fn parties(
    db: &impl ConnectionTrait,
    agreement: Uuid,
) -> Result<Vec<agreement_party::Model>, DbErr> {
    agreement_party::Entity::find()
        .filter(agreement_party::Column::Agreement.eq(agreement))
        .order_by_asc(agreement_party::Column::Reference)
        .all(db)
        .await
}

/// Where the agreement stands, from its rows.
pub(super) fn standing(
    row: &agreement::Model,
    parties: &[agreement_party::Model],
) -> Result<Standing, AgreementError> {
    let broken = |what: &str| AgreementError::Broken(format!("agreement {}: {what}", row.id));
    let version = |v: Option<i32>| v.map(u32::try_from).transpose().map_err(|_| broken("version"));
    let mut bound = BTreeMap::new();
    for party in parties {
        bound.insert(party.reference.clone(), version(party.accepted_version)?);
    }
    let day = row
        .in_force_on
        .as_deref()
        .map(str::parse)
        .transpose()
        .map_err(|_| broken("in_force_on"))?;
    Ok(Standing {
        state: State::from_code(&row.state).ok_or_else(|| broken("state"))?,
        bound,
        current: u32::try_from(row.current_version).map_err(|_| broken("version"))?,
        term_from: row.term_from.parse().map_err(|_| broken("term"))?,
        head_seq: u64::try_from(row.head_seq).map_err(|_| broken("head_seq"))?,
        head_hash: Hash32::from_slice(&row.head_hash).ok_or_else(|| broken("head_hash"))?,
        opened_seq: u64::try_from(row.opened_seq).map_err(|_| broken("opened_seq"))?,
        in_force_on: day,
    })
}

/// Writes a standing back; false if the agreement moved meanwhile.
pub(super) async fn save_standing(
    db: &impl ConnectionTrait,
    row: &agreement::Model,
    next: &Standing,
    document: Option<&Document>,
    at: i64,
) -> Result<bool, AgreementError> {
    let in_force = next.in_force_on.map(|_| int(next.current)).transpose()?;
    let mut update = agreement::Entity::update_many()
        .col_expr(agreement::Column::State, Expr::value(next.state.code()))
        .col_expr(agreement::Column::CurrentVersion, Expr::value(int(next.current)?))
        .col_expr(agreement::Column::InForceVersion, Expr::value(in_force))
        .col_expr(
            agreement::Column::InForceOn,
            Expr::value(next.in_force_on.map(|d| d.to_string())),
        )
        .col_expr(agreement::Column::OpenedSeq, Expr::value(int(next.opened_seq)?))
        .col_expr(agreement::Column::HeadSeq, Expr::value(int(next.head_seq)?))
        .col_expr(
            agreement::Column::HeadHash,
            Expr::value(next.head_hash.bytes().to_vec()),
        )
        .col_expr(agreement::Column::Rev, Expr::value(row.rev + 1))
        .col_expr(agreement::Column::Changed, Expr::value(at));
    if let Some(document) = document {
        update = update
            .col_expr(agreement::Column::Title, Expr::value(document.title.clone()))
            .col_expr(
                agreement::Column::TermFrom,
                Expr::value(document.term.from.to_string()),
            )
            .col_expr(
                agreement::Column::TermUntil,
                Expr::value(document.term.until.to_string()),
            )
            .col_expr(
                agreement::Column::SignBy,
                Expr::value(document.sign_by.to_string()),
            );
    }
    let outcome = update
        .filter(agreement::Column::Tenant.eq(row.tenant))
        .filter(agreement::Column::Id.eq(row.id))
        .filter(agreement::Column::Rev.eq(row.rev))
        .exec(db)
        .await?;
    for (reference, version) in &next.bound {
        let version = version.map(int).transpose()?;
        agreement_party::Entity::update_many()
            .col_expr(agreement_party::Column::AcceptedVersion, Expr::value(version))
            .filter(agreement_party::Column::Agreement.eq(row.id))
            .filter(agreement_party::Column::Reference.eq(reference.clone()))
            .exec(db)
            .await?;
    }
    Ok(outcome.rows_affected == 1)
}

pub(super) async fn insert_agreement(
    db: &impl ConnectionTrait,
    row: agreement::Model,
    document: &Document,
) -> Result<(), DbErr> {
    let (id, tenant) = (row.id, row.tenant);
    agreement::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(db)
        .await?;
    for party in &document.parties {
        let row = agreement_party::ActiveModel {
            tenant: Set(tenant),
            agreement: Set(id),
            reference: Set(party.reference.clone()),
            party: Set(party.id),
            side: Set(party.side.code().to_owned()),
            name: Set(party.name.clone()),
            accepted_version: Set(None),
        };
        agreement_party::Entity::insert(row)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

pub(super) async fn insert_version(
    db: &impl ConnectionTrait,
    row: agreement_version::Model,
) -> Result<(), DbErr> {
    agreement_version::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

pub(super) async fn insert_signature(db: &impl ConnectionTrait, row: signature::Model) -> Result<(), DbErr> {
    signature::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The obligations and instalments of the version all have signed.
pub(super) async fn insert_obligations(
    db: &impl ConnectionTrait,
    tenant: Uuid,
    document: &Document,
    mut new_id: impl FnMut() -> Uuid,
) -> Result<(), AgreementError> {
    for owed in &document.obligations {
        let id = new_id();
        let to = serde_json::to_string(&owed.to).map_err(|e| AgreementError::Broken(e.to_string()))?;
        let row = obligation::Model {
            id,
            tenant,
            agreement: document.agreement,
            version: int(document.version)?,
            reference: owed.reference.clone(),
            from_ref: owed.from.clone(),
            to_refs: to,
            area: owed.area.code().to_owned(),
            what: owed.what.clone(),
            unit: owed.unit.code().to_owned(),
            quantity: int(owed.quantity)?,
            offer: owed.offer,
            need: owed.need,
        };
        obligation::Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(db)
            .await?;
        for (due, no) in owed.due.iter().zip(1..) {
            let row = due_line::Model {
                tenant,
                obligation: id,
                no,
                from_day: due.from.to_string(),
                until_day: due.until.to_string(),
                quantity: int(due.quantity)?,
                delivered: 0,
                confirmed: 0,
                status: "planned".to_owned(),
                changed: None,
                pending: 0,
                disputed: 0,
                met_on: None,
                waived_on: None,
            };
            due_line::Entity::insert(row.into_active_model().reset_all())
                .exec_without_returning(db)
                .await?;
        }
    }
    Ok(())
}

/// An obligation of the scope's tenant.
pub(super) async fn obligation(
    db: &impl ConnectionTrait,
    scope: Scope,
    id: Uuid,
) -> Result<Option<obligation::Model>, DbErr> {
    obligation::Entity::find_by_id(id)
        .filter(obligation::Column::Tenant.eq(scope.tenant.uuid()))
        .one(db)
        .await
}

/// One instalment of an obligation.
pub(super) async fn due_line(
    db: &impl ConnectionTrait,
    scope: Scope,
    obligation: Uuid,
    no: i32,
) -> Result<Option<due_line::Model>, DbErr> {
    due_line::Entity::find_by_id((obligation, no))
        .filter(due_line::Column::Tenant.eq(scope.tenant.uuid()))
        .one(db)
        .await
}

/// Writes an instalment's account.
pub(super) async fn save_due_line(db: &impl ConnectionTrait, row: due_line::Model) -> Result<(), DbErr> {
    row.into_active_model().reset_all().update(db).await?;
    Ok(())
}

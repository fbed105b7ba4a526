//! The rows of agreements: the only place that writes them.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::domain::document::Document;
use super::entity::{
    agreement, agreement_party, agreement_version, draft, due_line, number_series, obligation, signature,
};
use super::error::AgreementError;
use crate::kernel::scope::Scope;

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
            leave_version: Set(None),
            leaves_on: Set(None),
            left_on: Set(None),
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
